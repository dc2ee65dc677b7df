package features_test

import (
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/sipphone"
)

var _ = described(rings("1210", "1220"))

var _ = described(func(c *company.Company) { c.Extension("1213").PickupGroups = []int{63} })

// A call that rings elsewhere is taken, by those who share a group only.
var _ = scenario("pick-up", func(l *lab) {
	ringing := l.phone("1210", sipphone.Ring())
	near := l.phone("1211", sipphone.Answer(0))
	far := l.phone("1213", sipphone.Answer(0))
	other := l.phone("1221", sipphone.Answer(0)) // of another group
	ten := l.phone("T10_1102", sipphone.Answer(0))
	l.code(near, "*8", "dipcast/pickup-none")
	for _, code := range []string{"*8", "**1210"} {
		out := l.incoming(stranger, didOf("1210"))
		rang := l.next(ringing)
		l.rings(rang)
		l.code(far, code, "dipcast/pickup-none")
		l.code(other, code, "dipcast/pickup-none")
		if code == "*8" {
			code = "*8"
			l.code(ten, "*55", "dipcast/pickup-none")
		} else {
			l.code(ten, code, "dipcast/pickup-none")
		}
		took := l.dial(near, code)
		l.talk(out, took)
		l.ended(rang)
		l.hangup(took, out)
	}
	l.code(near, "**1210", "dipcast/pickup-none")
	l.code(near, "**9999", "dipcast/pickup-none")
	// A call from a colleague too.
	out := l.dial(far, "1210")
	l.rings(l.next(ringing))
	took := l.dial(near, "*8")
	l.talk(out, took)
	l.hangup(out, took)
})
