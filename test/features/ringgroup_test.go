package features_test

import (
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/sipphone"
)

const (
	groupMobile = "0101260126" // a member that is a number
	groupAway   = "0101270127" // where 1270 diverts to
)

var _ = described(func(c *company.Company) {
	to := func(number string) company.Target { return company.Target{Kind: company.ToRingGroup, Value: number} }
	c.RingGroups = append(c.RingGroups,
		company.RingGroup{Number: "601", Members: []string{"1260", "1261", "1262"}, RingSeconds: 20, CallerPrefix: `[고객] ${X};,"`, Tone: "spring", Else: company.Target{Kind: company.ToBusy}},
		company.RingGroup{Number: "602", Strategy: company.RingInTurn, Members: []string{"1264", "1265"}, RingSeconds: 2, Else: company.Ext("1266")},
		company.RingGroup{Number: "603", Members: []string{"1270", groupMobile}, RingSeconds: 20},
		company.RingGroup{Number: "605", Members: []string{"1274"}, RingSeconds: 1, Else: to("606")},
		company.RingGroup{Number: "606", Members: []string{"1275"}, RingSeconds: 1, Else: to("605")},
	)
	c.DIDs = append(c.DIDs, company.DID{Number: didOf("1260"), To: to("601")}, company.DID{Number: didOf("1270"), To: to("603")})
	for _, in := range []string{"1264", "1265", "1266"} {
		c.Extension(in).PickupGroups = nil // two scenarios share these ten: the *8 of one must not take what rings in the other
	}
	c.Extension("1261").Devices = append(c.Extension("1261").Devices, company.Device{Secret: c.Extension("1261").Devices[0].Secret})
})

// All ring; who answers talks, and the others stop. Who is not to be disturbed
// does not ring. The caller's name has the group's prefix.
var _ = scenario("ring group, all", func(l *lab) {
	a := l.phone("1260", sipphone.Ring())
	b := l.phone("1261", sipphone.Ring())
	second := l.phone("1261_1", sipphone.Ring())
	dnd := l.phone("1262", sipphone.Ring())
	l.code(dnd, "*25", "dipcast/dnd-on")
	near := l.phone("1263", sipphone.Answer(0))
	for _, who := range []int{0, 1, 2} {
		out := l.incoming(stranger, didOf("1260"))
		var calls []*sipphone.Call
		for _, p := range []*sipphone.Phone{a, b, second} {
			c := l.next(p)
			l.rings(c)
			calls = append(calls, c)
		}
		if from := calls[0].Invite().From; from.Number != stranger || from.Name != `[고객] ${X};,"바깥` {
			l.Errorf("members see %+v", from)
		}
		l.hears(out, springHz) // the group's tone
		l.answer(calls[who])
		l.talk(out, calls[who])
		for i, c := range calls {
			if i != who {
				l.ended(c)
			}
		}
		l.hangup(out, calls[who])
	}
	if n := len(dnd.Calls()); n != 0 {
		l.Errorf("who is not to be disturbed has %d calls", n)
	}
	// A colleague calls, and another picks it up: from a member, and from the group.
	for _, code := range []string{"**1260", "**601", "*8"} {
		out := l.dial(dnd, "601")
		for _, p := range []*sipphone.Phone{a, b, second} {
			l.rings(l.next(p))
		}
		took := l.dial(near, code)
		l.talk(out, took)
		l.hangup(out, took)
	}
	// Everybody is busy: Else.
	for _, p := range []*sipphone.Phone{a, b, second} {
		p.SetBehaviour(sipphone.Busy())
	}
	if end := l.ended(l.dial(near, "601")); end.Code != 486 {
		l.Errorf("all are busy: %+v", end)
	}
})

// One after the other, each for its time; then Else.
var _ = scenario("ring group, in turn", func(l *lab) {
	first := l.phone("1264", sipphone.Ring())
	second := l.phone("1265", sipphone.Ring())
	last := l.phone("1266", sipphone.Answer(0))
	caller := l.phone("1267", sipphone.Answer(0))
	out := l.dial(caller, "602")
	one := l.next(first)
	l.rings(one)
	if n := len(second.Calls()); n != 0 {
		l.Errorf("the second rings with the first")
	}
	l.ended(one)
	two := l.next(second)
	l.rings(two)
	l.ended(two)
	l.talk(out, l.answered(last))
	l.hangup(out)

	second.SetBehaviour(sipphone.Answer(0))
	first.SetBehaviour(sipphone.Busy())
	out = l.dial(caller, "602")
	l.talk(out, l.answered(second))
	l.hangup(out)
})

// Members may be in the network, by themselves or by a diversion; somebody there
// has no keys.
var _ = scenario("ring group, outside", func(l *lab) {
	l.number(groupMobile, 1900)
	l.number(groupAway, 1950)
	a := l.phone("1270", sipphone.Ring())
	third := l.phone("1271", sipphone.Answer(0))
	out := l.incoming(stranger, didOf("1270"))
	l.next(a) // it may be over before it rings: the mobile answers at once
	far := l.toNetwork(groupMobile)
	l.talk(out, far)
	if from := far.Invite().From.Number; from != didOf("1270") {
		l.Errorf("the network sees %s", from)
	}
	l.keys(far, "##1271")
	l.talk(out, far)
	if n := len(third.Calls()); n != 0 {
		l.Error("somebody in the network transfers")
	}
	l.hangup(out, far)

	if err := l.network.SetNumber(groupMobile, sipphone.Number{Behaviour: sipphone.Ring()}); err != nil {
		l.Fatal(err)
	}
	destination, err := dialplan.FormatDestination(groupAway)
	if err != nil {
		l.Fatal(err)
	}
	l.put(tenant2, dialplan.DiversionKey("1270", dialplan.CFI, dialplan.Destination), destination)
	l.put(tenant2, dialplan.DiversionKey("1270", dialplan.CFI, dialplan.Enable), "yes")
	l.put(tenant2, dialplan.GateKey("1270"), "yes")
	out = l.incoming(stranger, didOf("1270"))
	far = l.toNetwork(groupAway)
	l.talk(out, far)
	l.paid(groupAway, "1270")
	l.hangup(out, far)
})

// Two groups that lead to each other end.
var _ = scenario("ring groups in a circle", func(l *lab) {
	caller := l.phone("1276", sipphone.Answer(0))
	l.phone("1274", sipphone.Ring())
	l.phone("1275", sipphone.Ring())
	if end := l.ended(l.dial(caller, "605")); end.Code != 486 {
		l.Errorf("it ends with %+v", end)
	}
})
