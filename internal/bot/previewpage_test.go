package bot

import (
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/company"
)

// The page shows a company's colours and texts, in each way in which buttons act.
func TestPreviewPage(t *testing.T) {
	for _, mode := range []string{"", "postback", "uri", "template"} {
		style := &company.CardStyle{Mode: mode, Ground: "#123456", Take: "red;}body{display:none", Words: map[string]string{"ko.missed": "못 받은 전화"}}
		page, policy, err := PreviewPage(style, "https://dipcast.example")
		if err != nil {
			t.Fatal(err)
		}
		text := string(page)
		for _, want := range []string{"못 받은 전화", "Missed call", "📞 수신 전화 당겨 받기", "📄 View the fax", "010-1234-5678"} {
			if !strings.Contains(text, want) {
				t.Errorf("%q: %s is not on the page", mode, want)
			}
		}
		if strings.Contains(text, "{background-color:#123456}") != (mode != "template") {
			t.Errorf("%q: the ground is not as it is set", mode)
		}
		if strings.Contains(text, `">FAX</div>`) != (mode != "template") || strings.Contains(text, `"></div>`) {
			t.Errorf("%q: not all that a card has is shown: %s", mode, text)
		}
		if strings.Contains(text, "display:none") || strings.Contains(text, " style=") || !strings.Contains(policy, "default-src 'none'; style-src 'sha256-") {
			t.Errorf("%q: %s", mode, policy)
		}
	}
}
