package dialplan_test

import (
	"testing"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// routes gives tenant 2 an area code and routes: abroad and 010 over trunk 2 in
// other formats, a 9 before everything, and the rest over trunk 1. 1013 may call
// national numbers only, 1018 nothing but colleagues.
func routes(in *asteriskconf.Input) {
	c := &in.Companies[0]
	c.AreaCode, c.International = "02", true
	c.Routes = []company.Route{
		{Name: "그 밖; [all]", Trunks: []int{1}},
		{Name: "해외", Prefixes: []string{"00"}, Trunks: []int{2}},
		{Prefixes: []string{"010"}, Trunks: []int{2, 1}},
		{Prefixes: []string{"9"}, Trunks: []int{1}, Strip: 1},
	}
	in.Trunks[1].NumberFormat, in.Trunks[1].DivertedShows = "+e164", company.ShowCaller
	c.Classes = []company.Class{{ID: 10001, Name: "staff", Dials: []string{"national"}}, {ID: 10002, Name: "in-house", Dials: []string{}}}
	c.Extensions[1].Class, c.Extensions[2].Class = "staff", "in-house"
}

// TestRoutes: each number takes the route with the longest prefix, written as
// people of the country and the trunk write it, and shows a number of the
// company written the same way.
func TestRoutes(t *testing.T) {
	both(t, func(l *lab) {
		p := l.phone("T2_1010", sipphone.Answer(0))
		for _, tt := range []struct {
			dialed, asked string
			from          string
			over          *sipphone.Network
		}{
			{"0212345678", "0212345678", did1010, l.network},
			{"23456789", "0223456789", did1010, l.network}, // within the area
			{"2345678", "022345678", did1010, l.network},
			{"16882471", "16882471", did1010, l.network}, // everywhere the same
			{"114", "114", did1010, l.network},
			{"1330", "1330", did1010, l.network},
			{"07012345678", "07012345678", did1010, l.network},
			{"+82212345678", "0212345678", did1010, l.network},
			{"+8215881588", "15881588", did1010, l.network},
			{mobile, "+82" + mobile[1:], "+82" + did1010[1:], l.broken},
			{"+82" + mobile[1:], "+82" + mobile[1:], "+82" + did1010[1:], l.broken},
			{"0012125550100", "+2125550100", "+82" + did1010[1:], l.broken}, // 001 is a carrier
			{"0070012125550100", "+12125550100", "+82" + did1010[1:], l.broken},
			{"+12125550100", "+12125550100", "+82" + did1010[1:], l.broken},
			{"90212345678", "0212345678", did1010, l.network}, // 9 for a line
		} {
			if err := tt.over.SetNumber(tt.asked, sipphone.Number{Tone: 1500}); err != nil {
				l.t.Fatal(err)
			}
			out := l.dial(p, tt.dialed)
			in := l.answered(tt.over)
			if i := in.Invite(); i.Called != tt.asked || i.From.Number != tt.from {
				l.t.Errorf("%s: the network is asked for %s by %s, want %s by %s", tt.dialed, i.Called, i.From.Number, tt.asked, tt.from)
			}
			l.talk(out, in)
			l.hangup(out, in)
		}
		l.quiet("WARNING", "ERROR")
	}, routes)
}

// TestClasses: what a class closes is refused, also behind a route's prefix, with
// the country's code, by a diversion and by Originate; help and colleagues never.
func TestClasses(t *testing.T) {
	newest(t, func(l *lab) {
		all := l.phone("T2_1010", sipphone.Answer(0))
		staff := l.phone("T2_1013", sipphone.Answer(0))
		house := l.phone("T2_1018", sipphone.Answer(0))
		refused := func(p *sipphone.Phone, number string) {
			l.t.Helper()
			if end := l.ended(l.dial(p, number)); end.Code != 403 {
				l.t.Errorf("%s: %+v", number, end)
			}
		}
		for _, n := range []string{mobile, "+82" + mobile[1:], "0012125550100", "+12125550100", "90012125550100", "9" + mobile, "0601234567"} {
			refused(staff, n)
			refused(house, n)
		}
		refused(house, "0212345678")
		refused(house, "114")
		l.divert(tenant2, "1018", dialplan.CFI, "0212345678")
		l.divert(tenant2, "1013", dialplan.CFI, mobile)
		refused(all, "1018") // in the class of who diverts
		refused(all, "1013")
		l.put(tenant2, dialplan.GateKey("1018"), dialplan.No)
		l.put(tenant2, dialplan.GateKey("1013"), dialplan.No)
		if n := len(l.network.Received()) + len(l.broken.Received()); n != 0 {
			l.t.Errorf("%d calls reached the network", n)
		}
		for _, n := range []string{"119", "0212345678"} {
			if err := l.network.SetNumber(n, sipphone.Number{Tone: 1400}); err != nil {
				l.t.Fatal(err)
			}
		}
		out := l.dial(house, "119")
		in := l.answered(l.network)
		l.talk(out, in)
		l.hangup(out, in)
		out = l.dial(staff, "0212345678")
		in = l.answered(l.network)
		l.talk(out, in)
		l.hangup(out, in)
		out = l.dial(house, "1010")
		in = l.answered(all)
		l.talk(out, in)
		l.hangup(out, in)
		l.quiet("WARNING", "ERROR")
	}, routes)
}

// TestDivertedShows: a trunk that may show the caller does, with who diverts in
// the header Diversion; the other shows a number of the company. A colleague's
// call is the company's own.
func TestDivertedShows(t *testing.T) {
	newest(t, func(l *lab) {
		a := l.phone("T2_1010", sipphone.Answer(0))
		asked := "+82" + mobile[1:]
		if err := l.broken.SetNumber(asked, sipphone.Number{Tone: 1500}); err != nil {
			l.t.Fatal(err)
		}
		l.divert(tenant2, "1010", dialplan.CFI, mobile)
		out := l.incoming(stranger, did1010)
		in := l.answered(l.broken)
		i := in.Invite()
		if i.Called != asked || i.From.Number != "+82"+stranger[1:] || len(i.Diversion) != 1 || i.Diversion[0].Number != did1010 {
			l.t.Errorf("the network is asked for %s by %s, diverted by %v", i.Called, i.From.Number, i.Diversion)
		}
		l.talk(out, in)
		l.hangup(out, in)

		b := l.phone("T2_1018", sipphone.Answer(0))
		out = l.dial(b, "1010")
		in = l.answered(l.broken)
		if i := in.Invite(); i.From.Number != "+82"+did1010[1:] {
			l.t.Errorf("a colleague's call shows %s", i.From.Number)
		}
		l.hangup(out, in)

		l.divert(tenant2, "1010", dialplan.CFI, pizza)
		out = l.incoming(stranger, did1010)
		in = l.answered(l.network)
		if i := in.Invite(); i.From.Number != did1010 || len(i.Diversion) != 1 {
			l.t.Errorf("the other trunk shows %s, diverted by %v", i.From.Number, i.Diversion)
		}
		l.hangup(out, in)
		if n := len(a.Calls()); n != 0 {
			l.t.Errorf("1010 has %d calls", n)
		}
		l.quiet("WARNING", "ERROR")
	}, routes)
}

// TestFailOver: the next trunk is tried for what the one before did not take, and
// not for what rang already, or was declined.
func TestFailOver(t *testing.T) {
	newest(t, func(l *lab) {
		p := l.phone("T2_1010", sipphone.Answer(0))
		asked := "+82" + mobile[1:]
		for _, tt := range []struct {
			name  string
			first sipphone.Behaviour
			next  bool
		}{
			{"503", sipphone.Reject(503), true},
			{"500", sipphone.Reject(500), true},
			{"403", sipphone.Reject(403), true},
			{"busy", sipphone.Busy(), false},
			{"declined", sipphone.Decline(), false},
			{"rang, then 503", sipphone.RingThen(0, sipphone.Reject(503)), false},
		} {
			if err := l.broken.SetNumber(asked, sipphone.Number{Behaviour: tt.first}); err != nil {
				l.t.Fatal(err)
			}
			before := len(l.network.Received())
			out := l.dial(p, mobile)
			if tt.next {
				in := l.answered(l.network)
				l.talk(out, in)
				l.hangup(out, in)
			} else if end := l.ended(out); end.Code < 400 {
				l.t.Errorf("%s: %+v", tt.name, end)
			}
			if n := len(l.network.Received()) - before; (n == 1) != tt.next {
				l.t.Errorf("%s: %d calls to the next trunk", tt.name, n)
			}
		}
	}, routes)
}

// TestLinesAndChannels: a trunk's channels and the company's lines bound calls;
// help goes all the same.
func TestLinesAndChannels(t *testing.T) {
	newest(t, func(l *lab) {
		p := l.phone("T2_1010", sipphone.Answer(0))
		q := l.phone("T2_1013", sipphone.Answer(0))
		if err := l.network.SetNumber("119", sipphone.Number{Tone: 1400}); err != nil {
			l.t.Fatal(err)
		}
		if err := l.broken.SetNumber(pizza, sipphone.Number{Tone: 1500}); err != nil {
			l.t.Fatal(err)
		}
		first := l.dial(p, pizza)
		firstIn := l.answered(l.network)
		second := l.dial(p, pizza) // trunk 1 is full
		secondIn := l.answered(l.broken)
		l.talk(first, firstIn)
		l.talk(second, secondIn)
		if end := l.ended(l.dial(q, pizza)); end.Code != 503 {
			l.t.Errorf("the third call: %+v", end)
		}
		help := l.dial(q, "119")
		helpIn := l.answered(l.network)
		l.talk(help, helpIn)
		l.hangup(help, helpIn)
		l.hangup(first, firstIn)
		l.hangup(second, secondIn)
		in := l.incoming(stranger, did1013) // a line that comes in is one too
		inIn := l.answered(q)
		out := l.dial(p, pizza)
		outIn := l.answered(l.broken)
		l.hangup(out, outIn)
		l.hangup(in, inIn)
		l.quiet("WARNING", "ERROR")
	}, func(in *asteriskconf.Input) {
		in.Trunks[0].Channels = 1
		in.Companies[0].Lines = 2
		in.Companies[0].Routes = []company.Route{{Trunks: []int{1, 2}}}
	})
}
