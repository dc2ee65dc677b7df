package features_test

import (
	"strings"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/sipphone"
)

var _ = described(rings("1230", "1240"))

var _ = described(func(c *company.Company) { c.Parking.Seconds = 20 })

// parked waits until somebody is parked by a phone and gives the space.
func (l *lab) parked(by string, before int) string {
	l.Helper()
	is := []string{"Event", "ParkedCall", "ParkerDialString", "PJSIP/T2_" + by}
	l.until("parking", func() bool { return l.seen(is...) > before })
	all := l.events.All(is...)
	return all[len(all)-1].Get("ParkingSpace")
}

// A call is parked by code and by transfer, waits with music, and is taken by
// another phone.
var _ = scenario("parking", func(l *lab) {
	p := l.phone("1230", sipphone.Answer(0))
	taker := l.phone("1231", sipphone.Answer(0))
	third := l.phone("1232", sipphone.Answer(0))
	for i, park := range []func(in *sipphone.Call){
		func(in *sipphone.Call) { l.keys(in, "*5") },
		func(in *sipphone.Call) {
			if err := in.Transfer(l.ctx(), "700"); err != nil {
				l.Fatal(err)
			}
		},
	} {
		out := l.incoming(stranger, didOf("1230"))
		in := l.answered(p)
		l.talk(out, in)
		park(in)
		space := l.parked("1230", i)
		l.hears(out, holdTone)
		if got := l.hint(space); got != "1" {
			l.Errorf("the lamp of %s: %s", space, got)
		}
		took := l.dial(taker, space)
		l.talk(out, took)
		// Who was parked has no keys, who took the call has.
		l.keys(out, "##1232")
		l.talk(out, took)
		if n := len(third.Calls()); n != 0 {
			l.Errorf("who was parked called 1232: %d calls", n)
		}
		l.keys(took, "##")
		l.hears(out, holdTone)
		l.keys(took, "1232")
		l.talk(out, l.answered(third))
		l.hangup(out)
	}
	if end := l.ended(l.dial(taker, "719")); end.Code >= 400 {
		l.Errorf("an empty space: %+v", end)
	}
})

// A parked call that nobody takes comes back, and says so.
var _ = scenario("parking comes back", func(l *lab) {
	p := l.phone("1240", sipphone.Answer(0))
	out := l.incoming(stranger, didOf("1240"))
	in := l.answered(p)
	l.talk(out, in)
	l.keys(in, "*5")
	space := l.parked("1240", 0)
	l.hears(out, holdTone)
	if err := in.Hangup(l.ctx()); err != nil {
		l.Fatal(err)
	}
	back := l.answered(p)
	if from := back.Invite().From; from.Number != stranger || !strings.Contains(from.Name, space) {
		l.Errorf("it comes back as %+v", from)
	}
	l.talk(out, back)
	l.hangup(back, out)
})
