package dialplan_test

import (
	"testing"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// The further DIDs of numbers.
const (
	didOpen    = "07011110001" // 1010 always, else busy
	didClosed  = "07011110002" // 1010 never, else the mobile
	didBusy    = "07011110003"
	didHangup  = "07011110004"
	didNotice  = "07011110005"
	didAway    = "07011110006" // to didAway over the network
	didNowhere = "07011110007" // 1010 never, else nowhere
)

// A caller prefix that is to be shown as it is.
const callerPrefix = `[고객; 센터] "a,b" ${EXTEN} $[1+1] \n `

func numbers(in *asteriskconf.Input) {
	hours(in)
	in.Companies[0].DIDs = append(in.Companies[0].DIDs,
		company.DID{Number: didOpen, To: company.Ext("1010"), TimeGroup: always, Else: company.Target{Kind: company.ToBusy}, CallerPrefix: callerPrefix},
		company.DID{Number: didClosed, To: company.Ext("1010"), TimeGroup: never, Else: company.Target{Kind: company.ToNumber, Value: mobile}},
		company.DID{Number: didBusy, To: company.Target{Kind: company.ToBusy}},
		company.DID{Number: didHangup, To: company.Target{Kind: company.ToHangup}},
		company.DID{Number: didNotice, To: company.Target{Kind: company.ToNotice, Value: "closed"}},
		company.DID{Number: didAway, To: company.Target{Kind: company.ToNumber, Value: "0299998888"}},
		company.DID{Number: didNowhere, To: company.Ext("1010"), TimeGroup: never})
}

// TestTargets: a DID leads to any target, by its hours, from the network and from
// a colleague.
func TestTargets(t *testing.T) {
	newest(t, func(l *lab) {
		p := l.phone("T2_1010", sipphone.Answer(0))
		out := l.incoming(stranger, didOpen)
		in := l.answered(p)
		if from := in.Invite().From; from.Number != stranger || from.Name != callerPrefix+"바깥" {
			l.t.Errorf("1010 sees %+v", from)
		}
		l.talk(out, in)
		l.hangup(out, in)

		a := l.phone("T2_1013", sipphone.Answer(0))
		for _, dial := range []func() *sipphone.Call{
			func() *sipphone.Call { return l.incoming(stranger, didClosed) },
			func() *sipphone.Call { return l.dial(a, didClosed) },
			func() *sipphone.Call { return l.dial(a, "+82"+didClosed[1:]) },
		} {
			out := dial()
			in := l.answered(l.network)
			if i := in.Invite(); i.Called != mobile {
				l.t.Errorf("closed: the network is asked for %s by %s", i.Called, i.From.Number)
			}
			l.talk(out, in)
			l.hangup(out, in)
		}
		if end := l.ended(l.incoming(stranger, didBusy)); end.Code != 486 {
			l.t.Errorf("busy: %+v", end)
		}
		if end := l.ended(l.incoming(stranger, didHangup)); end.Code < 400 {
			l.t.Errorf("hangup: %+v", end)
		}
		if end := l.ended(l.incoming(stranger, didNowhere)); end.Code < 400 {
			l.t.Errorf("nowhere: %+v", end)
		}
		notice := l.incoming(stranger, didNotice)
		if err := notice.WaitAnswered(l.ctx()); err != nil {
			l.t.Fatal(err)
		}
		if end := l.ended(notice); end.By != sipphone.Remote {
			l.t.Errorf("after the notice: %+v", end)
		}
		l.quiet("WARNING", "ERROR")
	}, numbers)
}

// TestNumberLoop: a DID that leads, over the network, to itself takes a bounded
// number of lines.
func TestNumberLoop(t *testing.T) {
	newest(t, func(l *lab) {
		crossed := l.crossing("0299998888", didAway)
		out := l.incoming(stranger, didAway)
		if _, err := out.WaitEnded(l.ctx()); err != nil {
			l.t.Fatalf("after %d crossings: %v", crossed.Load(), err)
		}
		if n := crossed.Load(); n < 2 || n > 6 {
			l.t.Errorf("%d crossings", n)
		}
	}, numbers)
}
