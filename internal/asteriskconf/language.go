package asteriskconf

import (
	"cmp"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/prompts"
)

// channelLanguage is the language of a company's channels: wanted, or the
// company's, as the company's own variant, ko_T2, of which Asterisk looks for files
// in sounds/ko_T2, where the company's uploads are, and then in sounds/ko. What is
// uploaded is heard in every language: sounds/en_T2 is the same folder.
func channelLanguage(c *company.Company, wanted string) string {
	return prompts.Variant(cmp.Or(wanted, c.Speaks()), c.Number)
}
