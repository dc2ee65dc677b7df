package dialplan_test

import (
	"testing"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// TestDeadTrunk: a trunk that is probed and does not answer is passed over, and
// Asterisk has nothing to complain of.
func TestDeadTrunk(t *testing.T) {
	dead := asterisktest.Port(t) // nobody listens there
	newest(t, func(l *lab) {
		p := l.phone("T2_1010", sipphone.Answer(0))
		l.wait("Event", "ContactStatus", "AOR", "trk-3", "ContactStatus", "Unreachable")
		out := l.dial(p, pizza)
		in := l.answered(l.network)
		l.talk(out, in)
		l.hangup(out, in)
		l.quiet("WARNING", "ERROR")
	}, func(in *asteriskconf.Input) {
		in.Trunks = append(in.Trunks, company.Trunk{ID: 3, Host: "127.0.0.1", Port: dead, QualifySeconds: 1})
		in.Companies[0].Routes = []company.Route{{Trunks: []int{3, 1}}}
	})
}
