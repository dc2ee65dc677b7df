package dialplan_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/secret"
)

// hostile is a text of what means something to Asterisk, by chance.
func hostile(r *rand.Rand) string {
	parts := []string{
		";", `\;`, ";--", "--;", `\`, `"`, "'", "[", "]", "(", ")", "(+)", ",", "|", "&", "=", "=>", "<", ">", "${EXTEN}", "${SHELL(id)}", "$[1+1]", "$",
		"#include x", "#exec id", "{", "}", "!", "?", ":", "@", "%", "^", "~", "`", "\t", " ", "홍", "길", "a", "1", "\u0301", "🤖", "same", "exten",
	}
	var b strings.Builder
	for range 1 + r.IntN(8) {
		b.WriteString(parts[r.IntN(len(parts))])
	}
	return b.String()
}

const hostiles = 60

// hostileTexts gives tenant 2 extensions, trunks and numbers with such texts
// everywhere.
func hostileTexts(in *asteriskconf.Input) {
	r := rand.New(rand.NewPCG(7, 8))
	c := &in.Companies[0]
	text := func() string { return hostile(r) }
	password := func() secret.Text { return secret.New(strings.TrimLeft(strings.TrimSpace(text()), "> \t") + "x") }
	c.Name = text()
	for i := range hostiles {
		c.Extensions = append(c.Extensions, company.Extension{
			Number: fmt.Sprint(4000 + i), Name: text(),
			Devices: []company.Device{{Name: text(), Secret: password()}},
		})
		if i%2 == 0 {
			c.Extensions[len(c.Extensions)-1].Voicemail = &company.Voicemail{}
			continue
		}
		c.DIDs = append(c.DIDs, company.DID{Number: fmt.Sprint("0702222", 1000+i), Description: text(), CallerPrefix: text(), To: company.Ext(fmt.Sprint(4000 + i))})
		c.RingGroups = append(c.RingGroups, company.RingGroup{Number: fmt.Sprint(5000 + i), Name: text(), CallerPrefix: text(), Members: []string{"1010"}})
	}
	for i := range 10 {
		c.TimeGroups = append(c.TimeGroups, company.TimeGroup{ID: i + 1, Name: text()})
		c.Holidays = append(c.Holidays, company.Holiday{Date: fmt.Sprintf("01-%02d", i+1), Name: text()})
		c.Trunks = append(c.Trunks, company.Trunk{ID: 100 + i, Name: text(), Host: "127.0.0.1", Port: 9, Username: "u", Secret: password()})
		c.Routes = append(c.Routes, company.Route{Name: text(), Prefixes: []string{fmt.Sprint("04", i)}, Trunks: []int{100 + i}})
	}
	c.Tones = []company.Tone{{Name: "spring", Title: text()}}
}

// TestValues: Asterisk reads names, passwords and prefixes as exactly what they
// are, nothing is complained of, and nothing else has come to be.
func TestValues(t *testing.T) {
	newest(t, func(l *lab) {
		l.quiet("WARNING", "ERROR")
		c := &l.server.Input.Companies[0]
		shown := func(name string) string { // what a caller id in quotes cannot hold is left out
			return strings.NewReplacer(`"`, "", `\`, "", "<", "", ">", "", "\t", "").Replace(norm.NFC.String(name))
		}
		for i := range c.Extensions {
			e := &c.Extensions[i]
			r, err := l.ami.List(l.ctx(), ami.NewAction("PJSIPShowEndpoint").Add("Endpoint", "T2_"+e.Number), 1000)
			if err != nil {
				l.t.Fatal(err)
			}
			for _, m := range r.Events {
				if m.Get("Event") != "EndpointDetail" {
					continue
				}
				want := fmt.Sprintf(`"%s" <%s>`, shown(e.Name), e.Number)
				if shown(e.Name) == "" {
					want = e.Number
				}
				if got := m.Get("Callerid"); got != want {
					l.t.Errorf("the caller id of %s, %q, is %q, want %q", e.Number, e.Name, got, want)
				}
			}
			l.password("T2_"+e.Number, e.Devices[0].Secret.Reveal())
		}
		for i := range c.Trunks {
			l.password(fmt.Sprint("trk-", c.Trunks[i].ID), c.Trunks[i].Secret.Reveal())
		}
		// Every context is one of ours.
		r, err := l.ami.List(l.ctx(), ami.NewAction("ShowDialPlan"), 100_000)
		if err != nil {
			l.t.Fatal(err)
		}
		names := map[string]bool{}
		for _, m := range r.Events {
			names[m.Get("Context")] = true
		}
		files, err := asteriskconf.Render(l.server.Input)
		if err != nil {
			l.t.Fatal(err)
		}
		for name := range names {
			// Parking and pick-up make contexts of their own; "" ends the list.
			if name != "" && !strings.Contains(files["etc/extensions.conf"], "\n["+name+"]\n") && !slices.Contains([]string{"parkedcalls"}, name) && !strings.Contains(files["etc/res_parking.conf"], "="+name+"\n") {
				l.t.Errorf("there is a context %q", name)
			}
		}
		// Prefixes, as the phone of who is called sees them.
		var asked, want []string
		for i := range c.DIDs {
			d := &c.DIDs[i]
			if d.CallerPrefix == "" {
				continue
			}
			asked, want = append(asked, d.Number), append(want, strings.ReplaceAll(d.CallerPrefix, "\t", " "))
		}
		for i, got := range l.prefixes(asked) {
			// Blanks in front are lost in events.
			if strings.TrimLeft(got, " ") != strings.TrimLeft(want[i], " ") {
				l.t.Errorf("the prefix of %s is %q, want %q", asked[i], got, want[i])
			}
		}
	}, hostileTexts)
}

// password checks that Asterisk has a password as it is.
func (l *lab) password(auth, want string) {
	l.t.Helper()
	r := l.do(ami.NewAction("Command").Add("Command", "pjsip show auth "+auth))
	for n, v := range r.All() {
		name, got, ok := strings.Cut(string(v), ":")
		if string(n) == "Output" && ok && strings.TrimSpace(name) == "password" {
			if strings.TrimPrefix(got, " ") != want {
				l.t.Errorf("the password of %s is %q, want %q", auth, got, want)
			}
			return
		}
	}
	l.t.Errorf("%s has no password", auth)
}

var escaped = regexp.MustCompile(`\\(.)`)

// prefixes are what the numbers put before a caller's name: each is called, and
// the name is looked at when it has come to the extension, which is away.
func (l *lab) prefixes(dids []string) []string {
	l.t.Helper()
	out := make([]string, len(dids))
	for i, did := range dids {
		c := l.incoming(stranger, did)
		l.ended(c)
		m := l.wait("Event", "Hangup", "Context", "T2_cos-all", "Exten", fmt.Sprint("4", did[len(did)-3:]))
		// Events write such characters as C does (main/manager_channels.c).
		out[i] = strings.TrimSuffix(escaped.ReplaceAllString(m.Get("CallerIDName"), "$1"), "바깥")
	}
	return out
}
