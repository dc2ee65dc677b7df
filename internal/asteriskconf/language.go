package asteriskconf

import (
	"cmp"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/prompts"
)

// channelLanguage is the language of a company's channels: wanted, or the
// company's. In Korean it is the company's own variant, ko_T2, of which Asterisk
// looks for files in sounds/ko_T2, where the company's uploads are, and then in
// sounds/ko.
func channelLanguage(c *company.Company, wanted string) string {
	if l := cmp.Or(wanted, c.Speaks()); l != company.Korean {
		return l
	}
	return prompts.OfTenant(c.Number)
}
