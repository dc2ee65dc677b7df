package asteriskconf

import "github.com/dipcast/dipcast/internal/company"

// codesContext has the feature codes, without prefix.
const codesContext = "feature-codes"

func writeCodes(p *plan, t *company.Company) {
	p.part("feature codes: codes")
	p.context(t.Prefix() + codesContext)
}
