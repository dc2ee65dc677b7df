package features_test

import (
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// busyMobile is where 1164 diverts to, a number of the network that is busy.
const busyMobile = "0101164116"

var _ = described(func(c *company.Company) {
	for _, e := range []string{"1164", "1165", "1166"} {
		mailboxOf(c, e, "")
	}
	c.RingGroups = append(c.RingGroups, company.RingGroup{Number: "607", Members: []string{"1164", "1167"}, RingSeconds: 20})
})

var _ = described(rings("1164"))

// divert sends the calls of an extension to a number.
func (l *lab) divert(extension string, d dialplan.Diversion, number string) {
	l.Helper()
	l.divertOf(tenant2, extension, d, number)
}

func (l *lab) divertOf(tenant, extension string, d dialplan.Diversion, number string) {
	l.Helper()
	destination, err := dialplan.FormatDestination(number)
	if err != nil {
		l.Fatal(err)
	}
	l.put(tenant, dialplan.DiversionKey(extension, d, dialplan.Destination), destination)
	l.put(tenant, dialplan.DiversionKey(extension, d, dialplan.Enable), dialplan.Yes)
	l.put(tenant, dialplan.GateKey(extension), dialplan.Yes)
}

// recorded waits until a mailbox has taken so many calls. It is named with its
// greeting, for busy (b) or for absence (u): "1164@T2_voicemail,u".
func (l *lab) recorded(mailbox string, n int) {
	l.Helper()
	l.until("a call at mailbox "+mailbox, func() bool {
		return l.seen("Event", "Newexten", "Application", "VoiceMail", "AppData", mailbox) >= n
	})
}

// A call that nobody takes goes to the mailbox of who was called, also when it
// was diverted, to wherever; but once somebody answered, whoever he sends it to
// is the one that is called.
var _ = scenario("voicemail of a diverted call", func(l *lab) {
	const of1164 = "1164@T2_voicemail,u"
	own := l.phone("1164", sipphone.Answer(0))
	second := l.phone("1165", sipphone.Ring())
	l.phone("1166", sipphone.Busy())
	colleague := l.phone("1167", sipphone.Ring())
	l.messages(own, sipphone.Messages{})

	// Its caller is heard in it.
	l.divert("1164", dialplan.CFI, "1165")
	out := l.incoming(stranger, didOf("1164"))
	l.rings(l.next(second))
	l.leave(out)
	l.messages(own, sipphone.Messages{Waiting: true, New: 1})
	c := l.dial(own, "*97")
	l.up(c)
	l.keys(c, "1")
	l.hears(c, out.Tone())
	l.hangup(c)

	// By a number of the network that is busy, and one that is not open.
	if err := l.network.SetNumber(busyMobile, sipphone.Number{Behaviour: sipphone.Busy()}); err != nil {
		l.Fatal(err)
	}
	for i, number := range []string{busyMobile, "0012125550100", "119"} {
		l.divert("1164", dialplan.CFI, number)
		out = l.incoming(stranger, didOf("1164"))
		l.recorded(of1164, i+2)
		l.hangup(out)
	}

	// Answered and sent on: it is a call to 1166, whose own diversions count too.
	l.divert("1164", dialplan.CFI, "1165")
	for i := range 2 {
		out = l.incoming(stranger, didOf("1164"))
		in := l.next(second)
		l.answer(in)
		l.talk(out, in)
		if err := in.Transfer(l.ctx(), "1166"); err != nil {
			l.Fatal(err)
		}
		if i == 0 {
			l.recorded("1166@T2_voicemail,b", 1)
			l.hangup(out)
			l.divert("1166", dialplan.CFB, "1167")
			continue
		}
		taken := l.next(colleague)
		l.answer(taken)
		l.talk(out, taken)
		l.hangup(out)
	}

	// The two divert to each other: that ends as ever. And who sends it out pays.
	l.divert("1166", dialplan.CFI, "1167")
	l.divert("1167", dialplan.CFI, "1166")
	const away = "0101165116"
	l.number(away, 1870)
	for _, to := range []string{"1166", away} {
		out = l.incoming(stranger, didOf("1164"))
		in := l.next(second)
		l.answer(in)
		l.talk(out, in)
		if err := in.Transfer(l.ctx(), to); err != nil {
			l.Fatal(err)
		}
		if to == away {
			l.talk(out, l.toNetwork(away))
			l.paid(away, "1165")
			l.hangup(out)
			continue
		}
		taken := l.next(colleague)
		l.answer(taken)
		l.talk(out, taken)
		l.hangup(out)
	}
	l.put(tenant2, dialplan.GateKey("1167"), dialplan.No)

	// A member of a ring group that diverts to a mailbox's owner: no mailbox takes
	// the call from those that ring.
	l.put(tenant2, dialplan.GateKey("1166"), dialplan.No)
	l.divert("1164", dialplan.CFI, "1166")
	out = l.dial(l.phone("1168", sipphone.Answer(0)), "607")
	taken := l.next(colleague)
	l.rings(taken)
	l.wait("Event", "DialEnd", "DestChannel", "PJSIP/T2_1166-*", "DialStatus", "BUSY")
	l.answer(taken)
	l.talk(out, taken)
	l.hangup(out)
	if n := l.seen("Event", "Newexten", "Application", "VoiceMail", "AppData", "1165@T2_voicemail,u"); n != 0 {
		l.Errorf("%d calls for 1164 came to 1165's mailbox", n)
	}
	if n := l.seen("Event", "Newexten", "Application", "VoiceMail", "AppData", of1164); n != 4 {
		l.Errorf("%d calls came to 1164's mailbox", n)
	}

	// Who has no mailbox leaves it to whom he named.
	l.divert("1167", dialplan.CFI, "1165")
	out = l.dial(l.phones["T2_1168"], "1167")
	l.rings(l.next(second))
	l.recorded("1165@T2_voicemail,u", 1)
	l.hangup(out)
})
