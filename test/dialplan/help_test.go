package dialplan_test

import (
	"strings"
	"testing"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// TestHelpThoughProbesFail: a call for help is tried by a trunk whose probes are
// not answered, when no other takes it; another call is not.
func TestHelpThoughProbesFail(t *testing.T) {
	quiet := newSilent(t)
	newest(t, func(l *lab) {
		p := l.phone("T2_1010", sipphone.Answer(0))
		await.That(l.t, "trunk 4 is found dead", func() bool {
			for line := range strings.Lines(l.do(ami.NewAction("Command").Add("Command", "pjsip show contacts")).Output()) {
				if strings.Contains(line, "trk-4") && strings.Contains(line, "Unavail") {
					return true
				}
			}
			return false
		})
		if c := l.dial(p, pizza); l.ended(c).Code < 400 || quiet.invites.Load() > 0 {
			l.t.Errorf("another call: %d, %d tries", l.ended(c).Code, quiet.invites.Load())
		}
		out := l.dial(p, "119")
		await.That(l.t, "the trunk is asked for help", func() bool { return quiet.invites.Load() > 0 })
		l.hangup(out)
	}, func(in *asteriskconf.Input) {
		in.Trunks = append(in.Trunks, company.Trunk{ID: 4, Host: "127.0.0.1", Port: quiet.port, QualifySeconds: 1})
		in.Companies[0].Routes = []company.Route{{Trunks: []int{4}}}
	})
}
