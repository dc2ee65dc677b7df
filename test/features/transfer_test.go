package features_test

import (
	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// didOf is a number of the network that rings an extension of a scenario.
func didOf(extension string) string { return "0704580" + extension }

// rings gives extensions a DID each.
func rings(extensions ...string) func(c *company.Company) {
	return func(c *company.Company) {
		for _, e := range extensions {
			c.DIDs = append(c.DIDs, company.DID{Number: didOf(e), To: company.Ext(e)})
		}
	}
}

var _ = described(rings("1170", "1180", "1190", "1203"))

// Who is held hears the music of the company, also in the network.
var _ = scenario("hold", func(l *lab) {
	p := l.phone("1170", sipphone.Answer(0))
	other := l.phone("1171", sipphone.Answer(0))
	for _, call := range []func() *sipphone.Call{
		func() *sipphone.Call { return l.incoming(stranger, didOf("1170")) },
		func() *sipphone.Call { return l.dial(other, "1170") },
	} {
		out := call()
		in := l.answered(p)
		l.talk(out, in)
		if err := in.Hold(l.ctx()); err != nil {
			l.Fatal(err)
		}
		l.hears(out, holdTone)
		if err := in.Resume(l.ctx()); err != nil {
			l.Fatal(err)
		}
		l.talk(out, in)
		l.hangup(in, out)
	}
	// Another company's music is another.
	ten := l.phone("T10_1101", sipphone.Answer(0))
	out := l.dial(l.phone("T10_1102", sipphone.Answer(0)), "1101")
	in := l.answered(ten)
	l.talk(out, in)
	if err := in.Hold(l.ctx()); err != nil {
		l.Fatal(err)
	}
	l.hears(out, tenTone)
	l.hangup(out)
})

// Transfers by the keys of a phone's own (REFER): to a colleague, back to one
// who was asked first, and out to the network.
var _ = scenario("transfer by REFER", func(l *lab) {
	p := l.phone("1180", sipphone.Answer(0))
	third := l.phone("1181", sipphone.Answer(0))
	out := l.incoming(stranger, didOf("1180"))
	in := l.answered(p)
	l.talk(out, in)
	if err := in.Transfer(l.ctx(), "1181"); err != nil {
		l.Fatal(err)
	}
	l.talk(out, l.answered(third))
	l.hangup(out)

	out = l.incoming(stranger, didOf("1180"))
	in = l.answered(p)
	l.talk(out, in)
	if err := in.Hold(l.ctx()); err != nil {
		l.Fatal(err)
	}
	l.hears(out, holdTone)
	ask := l.dial(p, "1181")
	asked := l.answered(third)
	l.talk(ask, asked)
	if err := in.TransferTo(l.ctx(), ask); err != nil {
		l.Fatal(err)
	}
	l.talk(out, asked)
	l.ended(in)
	l.ended(ask)
	l.hangup(asked, out)

	// Out to the network: it is the call, and the bill, of who transferred it.
	const away = "0101180118"
	l.number(away, 1800)
	out = l.incoming(stranger, didOf("1180"))
	in = l.answered(p)
	l.talk(out, in)
	if err := in.Transfer(l.ctx(), away); err != nil {
		l.Fatal(err)
	}
	far := l.toNetwork(away)
	l.talk(out, far)
	if from := far.Invite().From.Number; from != didOf("1180") {
		l.Errorf("the network sees %s", from)
	}
	l.paid(away, "1180")
	l.hangup(out, far)
	l.wait("Event", "Cdr", "Destination", away, "AccountCode", didOf("1180"))
})

// number makes the network answer a number.
func (l *lab) number(number string, hz int) {
	l.Helper()
	if err := l.network.SetNumber(number, sipphone.Number{Tone: hz}); err != nil {
		l.Fatal(err)
	}
}

// paid checks whose call to a number of the network it is.
func (l *lab) paid(number, extension string) {
	l.Helper()
	m := l.wait("Event", "DialBegin", "DestChannel", "PJSIP/trk-1-*", "DialString", number+"@trk-1")
	r := l.do(ami.NewAction("Getvar").Add("Channel", m.Get("DestChannel")).Add("Variable", "DC_PAYER"))
	if got := r.Get("Value"); got != extension {
		l.Errorf("the call to %s is %q's, want %s", number, got, extension)
	}
}

// Transfers by codes within a call, for phones that have no keys for it.
var _ = scenario("transfer by code", func(l *lab) {
	p := l.phone("1190", sipphone.Answer(0))
	third := l.phone("1191", sipphone.Answer(0))
	out := l.incoming(stranger, didOf("1190"))
	in := l.answered(p)
	l.talk(out, in)

	// The network's keys do nothing.
	l.keys(out, "##1191")
	l.keys(out, "*21191")
	l.keys(out, "*5")
	l.talk(out, in)
	if n := len(third.Calls()); n != 0 {
		l.Errorf("somebody from the network called 1191: %d calls", n)
	}

	l.keys(in, "##")
	l.hears(out, holdTone)
	l.keys(in, "1191")
	l.talk(out, l.answered(third))
	l.ended(in)
	l.hangup(out)

	// Asked first.
	out = l.incoming(stranger, didOf("1190"))
	in = l.answered(p)
	l.talk(out, in)
	l.keys(in, "*2")
	l.hears(out, holdTone)
	l.keys(in, "1191")
	asked := l.answered(third)
	l.talk(in, asked)
	l.hangup(in)
	l.talk(out, asked)
	l.hangup(asked, out)

	// And out to the network, at the cost of who did it.
	const away = "0101190119"
	l.number(away, 1850)
	out = l.incoming(stranger, didOf("1190"))
	in = l.answered(p)
	l.talk(out, in)
	l.keys(in, "*2")
	l.hears(out, holdTone)
	l.keys(in, away)
	far := l.toNetwork(away)
	l.talk(in, far)
	l.paid(away, "1190")
	l.hangup(in)
	l.talk(out, far)
	// What is left has nobody of ours in it: no keys at all.
	l.keys(out, "##1191")
	l.keys(far, "##1191")
	l.talk(out, far)
	if n := len(third.Calls()); n != 0 {
		l.Errorf("somebody from the network called 1191: %d calls", n)
	}
	l.hangup(out, far)
})

// The codes of one company are its own.
var _ = scenario("transfer by another code", func(l *lab) {
	p := l.phone("T10_1100", sipphone.Answer(0))
	out := l.incoming(stranger, "07010101100")
	in := l.answered(p)
	l.talk(out, in)
	l.keys(in, "##")
	l.talk(out, in)
	l.keys(in, "*7")
	l.hears(out, tenTone)
	l.hangup(out)
})
