package asteriskconf_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/company"
)

// TestLongNames: Asterisk keeps 79 bytes of a name and would cut a letter in two;
// Korean letters in parts take three times the room.
func TestLongNames(t *testing.T) {
	for _, tt := range []struct{ name, want string }{
		{strings.Repeat("길", 80), strings.Repeat("길", 26)},
		{"x" + strings.Repeat("길", 30), "x" + strings.Repeat("길", 25)},
		{norm.NFD.String("얼쑤팩토리 홍길동"), "얼쑤팩토리 홍길동"},
		{strings.Repeat("길;", 30), strings.Repeat("길;", 19)},
	} {
		in := input()
		e := &in.Companies[0].Extensions[0]
		e.Name, e.Voicemail = tt.name, &company.Voicemail{}
		files, err := asteriskconf.Render(in)
		if err != nil {
			t.Fatal(err)
		}
		want := strings.ReplaceAll(tt.want, ";", `\;`)
		for file, pattern := range map[string]string{"etc/pjsip.conf": `callerid="(.*)" <` + e.Number + ">", "etc/voicemail.conf": e.Number + ` => [^,]*,([^,]*),`} {
			m := regexp.MustCompile(pattern).FindStringSubmatch(files[file])
			if m == nil || strings.TrimSpace(m[1]) != want || !utf8.ValidString(m[1]) {
				t.Errorf("%s: %q is written as %q", file, tt.name, m)
			}
		}
	}
}
