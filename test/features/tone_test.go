package features_test

import (
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/sipphone"
)

var _ = described(func(c *company.Company) {
	c.Tones = append(c.Tones, company.Tone{Name: "unrecorded"})
	c.DIDs = append(c.DIDs,
		company.DID{Number: didOf("1250"), To: company.Ext("1250"), Tone: "spring"},
		company.DID{Number: didOf("1252"), To: company.Ext("1252"), Tone: "unrecorded"},
		company.DID{Number: didOf("1253"), To: company.Ext("1253"), Tone: company.OwnTone})
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

// A tone without a recording: the caller hears that it rings, by the network's
// own means.
var _ = scenario("ring-back tone without a recording", func(l *lab) {
	p := l.phone("1252", sipphone.Ring())
	out := l.incoming(stranger, didOf("1252"))
	in := l.next(p)
	l.rings(in)
	l.rings(out)
	l.answer(in)
	l.talk(out, in)
	l.hangup(out, in)
})

// The tone that comes with DIPCAST.
var _ = scenario("own ring-back tone", func(l *lab) {
	p := l.phone("1253", sipphone.Ring())
	out := l.incoming(stranger, didOf("1253"))
	in := l.next(p)
	l.rings(in)
	l.until("music", func() bool { h := out.Heard(); return h.Frequency > 0 })
	select {
	case <-out.Answered():
		l.Error("the tone answers the call")
	default:
	}
	l.answer(in)
	l.talk(out, in)
	l.hangup(out, in)
})
