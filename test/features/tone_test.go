package features_test

import (
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/sipphone"
)

var _ = described(func(c *company.Company) {
	c.DIDs = append(c.DIDs, company.DID{Number: didOf("1250"), To: company.Ext("1250"), Tone: "spring"})
})

// A caller hears the DID's tone while it rings, unanswered, and then who answers.
var _ = scenario("ring-back tone", func(l *lab) {
	p := l.phone("1250", sipphone.Ring())
	out := l.incoming(stranger, didOf("1250"))
	in := l.next(p)
	l.rings(in)
	l.hears(out, springHz)
	select {
	case <-out.Answered():
		l.Error("the tone answers the call")
	default:
	}
	l.answer(in)
	l.talk(out, in)
	l.hangup(out, in)
	// A colleague hears that it rings, no tone.
	c := l.dial(l.phone("1251", sipphone.Answer(0)), "1250")
	in = l.next(p)
	l.rings(in)
	l.rings(c)
	l.answer(in)
	l.talk(c, in)
	l.hangup(c)
})
