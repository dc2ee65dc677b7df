package asteriskconf

import "github.com/dipcast/dipcast/internal/company"

// parkingContext has the number that parks and the places, without prefix.
const parkingContext = "parking"

func writeParking(p *plan, t *company.Company) {
	p.part("parking: parking")
	p.context(t.Prefix() + parkingContext)
}
