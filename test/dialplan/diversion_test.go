package dialplan_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// TestDiversions: each kind diverts to the mobile when, and only when, its case
// is there. The network sees a number of the tenant and who diverted; sound
// arrives at both ends.
func TestDiversions(t *testing.T) {
	both(t, func(l *lab) {
		tests := []struct {
			kind   dialplan.Diversion
			phone  sipphone.Behaviour // nil: not registered
			reason string
		}{
			{dialplan.CFU, nil, "unconditional"},
			{dialplan.CFI, sipphone.Answer(0), "unconditional"},
			{dialplan.CFB, sipphone.Busy(), "user-busy"},
			{dialplan.CFB, sipphone.Decline(), "user-busy"},
			{dialplan.CFN, sipphone.Ring(), "no-answer"},
		}
		for _, tt := range tests {
			if tt.phone != nil {
				if p := l.phones["T2_1010"]; p == nil {
					l.phone("T2_1010", tt.phone)
				} else {
					p.SetBehaviour(tt.phone)
				}
			}
			l.divert(tenant2, "1010", tt.kind, mobile)
			out := l.incoming(stranger, did1010)
			in := l.answered(l.network)
			invite := in.Invite()
			if invite.Called != mobile || invite.From.Number != did1010 {
				l.t.Errorf("%s: the network is asked for %s by %s", tt.kind, invite.Called, invite.From.Number)
			}
			if len(invite.Diversion) != 1 || invite.Diversion[0].Number != did1010 {
				l.t.Errorf("%s: Diversion: %v", tt.kind, invite.Diversion)
			}
			l.talk(out, in)
			l.hangup(in, out)
			l.put(tenant2, dialplan.DiversionKey("1010", tt.kind, dialplan.Enable), dialplan.No)
		}
		l.quiet("WARNING", "ERROR")
	})
}

// TestNotDiverted: what is not active does not divert.
func TestNotDiverted(t *testing.T) {
	both(t, func(l *lab) {
		p := l.phone("T2_1010", sipphone.Answer(0))
		l.phone("T10_1010", sipphone.Answer(0))
		key := func(f dialplan.Field) string { return dialplan.DiversionKey("1010", dialplan.CFI, f) }
		destination := "sub-custom-numbers," + mobile + ",1"
		tests := []struct{ name, gate, enable, destination string }{
			{"nothing", "", "", ""},
			{"gate off", "no", "yes", destination},
			{"gate missing", "", "yes", destination},
			{"not enabled", "yes", "no", destination},
			{"no destination", "yes", "yes", ""},
			{"another context", "yes", "yes", "T10_cos-all,1010,1"},
			{"an application", "yes", "yes", "sub-custom-numbers," + mobile + "&PJSIP/T10_1010,1"},
			{"a function", "yes", "yes", "sub-custom-numbers,${SHELL(id)}1,1"},
			{"an open bracket", "yes", "yes", `sub-custom-numbers,("1,1`},
			{"an expression", "yes", `yes" = "yes`, destination},
			{"an expression at the gate", `yes" = "yes`, "yes", destination},
		}
		for _, tt := range tests {
			l.put(tenant2, dialplan.GateKey("1010"), tt.gate)
			l.put(tenant2, key(dialplan.Enable), tt.enable)
			l.put(tenant2, key(dialplan.Destination), tt.destination)
			out := l.incoming(stranger, did1010)
			in := l.answered(p)
			if err := out.WaitAnswered(l.ctx()); err != nil {
				l.t.Fatalf("%s: %v", tt.name, err)
			}
			l.hangup(out, in)
		}
		if n := len(l.network.Received()); n != 0 {
			l.t.Errorf("%d calls went to the network", n)
		}
		if n := len(l.phones["T10_1010"].Calls()); n != 0 {
			l.t.Errorf("%d calls reached another tenant", n)
		}
	})
}

// TestDivertedOnce: a diverted call is not diverted again, so two phones that
// divert to each other still ring.
func TestDivertedOnce(t *testing.T) {
	both(t, func(l *lab) {
		l.phone("T2_1010", sipphone.Answer(0))
		b := l.phone("T2_1013", sipphone.Answer(0))
		l.divert(tenant2, "1010", dialplan.CFI, "1013")
		l.divert(tenant2, "1013", dialplan.CFI, "1010")
		out := l.incoming(stranger, did1010)
		in := l.answered(b)
		l.talk(out, in)
		l.hangup(out, in)
		// To the tenant's own number, which is not called over the network.
		l.divert(tenant2, "1010", dialplan.CFI, did1013)
		out = l.incoming(stranger, did1010)
		in = l.answered(b)
		l.talk(out, in)
		l.hangup(out, in)
		l.quiet("WARNING", "ERROR")
	})
}

// TestLoopOverTheNetwork: two companies that divert to each other take a
// bounded number of lines.
func TestLoopOverTheNetwork(t *testing.T) {
	both(t, func(l *lab) {
		l.divert(tenant2, "1010", dialplan.CFI, didOther)
		l.divert(tenant10, "1010", dialplan.CFI, did1010)
		crossed := l.crossing(didOther, didOther)
		l.connect(did1010, did1010, crossed)
		out := l.incoming(stranger, did1010)
		if _, err := out.WaitEnded(l.ctx()); err != nil {
			l.t.Fatalf("after %d crossings: %v", crossed.Load(), err)
		}
		if n := crossed.Load(); n < 2 || n > 12 {
			l.t.Errorf("%d crossings", n)
		}
	})
}

// crossing has the network answer a number by calling another one of ours, and
// counts how often.
func (l *lab) crossing(number, to string) *atomic.Int32 {
	crossed := new(atomic.Int32)
	l.connect(number, to, crossed)
	return crossed
}

func (l *lab) connect(number, to string, crossed *atomic.Int32) {
	l.t.Helper()
	err := l.network.SetNumber(number, sipphone.Number{Behaviour: func(ctx context.Context, c *sipphone.Call) {
		crossed.Add(1)
		on, err := l.network.Call(ctx, sipphone.CallOptions{From: c.Invite().From.Number, To: to})
		if err != nil {
			return
		}
		if _, err := on.WaitEnded(ctx); err == nil {
			_ = c.Reject(486) // it may have been given up
		}
	}})
	if err != nil {
		l.t.Fatal(err)
	}
}

// TestNoDiversionEnds: the caller hears how it ended.
func TestNoDiversionEnds(t *testing.T) {
	both(t, func(l *lab) {
		a := l.phone("T2_1013", sipphone.Answer(0))
		b := l.phone("T2_1010", sipphone.Busy())
		for _, tt := range []struct {
			name  string
			set   func()
			exten string
			codes []int
		}{
			{"busy", func() { b.SetBehaviour(sipphone.Busy()) }, "1010", []int{486}},
			{"declined", func() { b.SetBehaviour(sipphone.Decline()) }, "1010", []int{486}},
			{"no answer", func() { b.SetBehaviour(sipphone.Ring()) }, "1010", []int{480}},
			{"not registered", func() {}, "1018", []int{480}},
			{"no such extension", func() {}, "1099", []int{404}},
			{"another tenant's name", func() {}, "T10_1010", []int{404}},
		} {
			tt.set()
			start := time.Now()
			c, err := a.Dial(l.ctx(), tt.exten, sipphone.DialOptions{})
			if err != nil {
				l.t.Fatalf("%s: %v", tt.name, err)
			}
			end, err := c.WaitEnded(l.ctx())
			if err != nil {
				l.t.Fatalf("%s: %v", tt.name, err)
			}
			fits := false
			for _, code := range tt.codes {
				fits = fits || end.Code == code
			}
			if !fits {
				l.t.Errorf("%s: %+v after %v, want %v", tt.name, end, time.Since(start), tt.codes)
			}
		}
	})
}
