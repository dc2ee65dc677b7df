package dialplan_test

import (
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/sipphone"
)

// TestStartsQuietly: everything loads, nothing is complained of.
func TestStartsQuietly(t *testing.T) {
	both(t, func(l *lab) { l.quiet("WARNING", "ERROR") })
}

func TestInternalCall(t *testing.T) {
	both(t, func(l *lab) {
		a := l.phone("T2_1013", sipphone.Answer(0))
		b := l.phone("T2_1010", sipphone.Answer(0))
		l.phone("T10_1010", sipphone.Answer(0)) // must not ring
		out := l.dial(a, "1010")
		in := l.answered(b)
		if from := in.Invite().From; from.Number != "1013" || from.Name != "지화자" {
			t := l.t
			t.Errorf("1010 sees %+v", from)
		}
		l.talk(out, in)
		l.hangup(out, in)
		m := l.wait("Event", "Newchannel", "Context", "T2_cos-all", "Exten", "1010", "ChannelStateDesc", "Ring")
		if m.Get("CallerIDNum") != "1013" {
			l.t.Errorf("Newchannel: %s", m.Bytes())
		}
		if n := len(l.phones["T10_1010"].Calls()); n != 0 {
			l.t.Errorf("the other tenant's 1010 has %d calls", n)
		}
		l.quiet("WARNING", "ERROR")
	})
}

func TestIncomingDID(t *testing.T) {
	both(t, func(l *lab) {
		p := l.phone("T2_1010", sipphone.RingThen(100*time.Millisecond, sipphone.Answer(0)))
		out := l.incoming(stranger, did1010)
		in := l.answered(p)
		if from := in.Invite().From; from.Number != stranger || from.Name != "바깥" {
			l.t.Errorf("1010 sees %+v", from)
		}
		l.talk(out, in)
		l.hangup(in, out)
		l.wait("Event", "Newchannel", "Context", "trk-1-in", "Exten", did1010, "ChannelStateDesc", "Ring", "CallerIDNum", stranger)
		// With the country's code.
		out = l.incoming(stranger, "+82"+did1010[1:])
		in = l.answered(p)
		l.talk(out, in)
		l.hangup(out, in)
		l.quiet("WARNING", "ERROR")
	})
}
