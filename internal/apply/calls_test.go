package apply_test

import (
	"context"
	"testing"

	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// TestCallsGoOn: a call between two phones, and one to the network, live
// through applies that add, change and remove extensions, trunks and dialplan,
// those of the calls themselves too, and their audio goes on.
func TestCallsGoOn(t *testing.T) {
	t.Parallel()
	for _, version := range []int{22, 16} {
		t.Run(map[int]string{22: "22", 16: "16"}[version], func(t *testing.T) {
			t.Parallel()
			callsGoOn(t, version)
		})
	}
}

func callsGoOn(t *testing.T, version int) {
	l := newLab(t, version, nil)
	port := asterisktest.Port(t)
	l.in.Trunks[0].Port = port
	l.apply()
	const mobile = "01026132471"
	network := l.network(port, mobile)
	a, b := l.phone("1010"), l.phone("1013")
	inside, insideEnd := l.call(a, "1013", b)
	l.talk(inside, insideEnd, 500)

	// 1014 is added, with a trunk; and its phone calls at once.
	l.tenant().Extensions = append(l.tenant().Extensions, ext("1014"))
	l.in.Trunks = append(l.in.Trunks, company.Trunk{ID: 2, Host: "127.0.0.1", Port: 9})
	r := l.apply()
	if r.Calls < 1 {
		t.Errorf("%d calls were up", r.Calls)
	}
	c := l.phone("1014")
	outside, outsideEnd := l.call(c, mobile, network)
	l.talk(outside, outsideEnd, 600)
	l.talk(inside, insideEnd, 700)

	// All that the calls run on is changed.
	l.tenant().Extensions[0].Devices = company.Phone("another")
	l.tenant().Extensions[1].RingSeconds = 7
	l.tenant().Name = "새 이름"
	l.tenant().Lines = 3
	l.in.Trunks[0].Port = 9
	l.apply()
	l.talk(inside, insideEnd, 800)
	l.talk(outside, outsideEnd, 900)

	// All that the calls run on goes away.
	l.in.Trunks = l.in.Trunks[1:]
	l.tenant().Extensions = []company.Extension{ext("1019")}
	l.tenant().DIDs = []company.DID{{Number: "07045805605", To: company.Ext("1019")}}
	l.apply()
	l.talk(inside, insideEnd, 1000)
	l.talk(outside, outsideEnd, 1100)
	contains(t, "endpoints", l.cli("pjsip show endpoints"), "T2_1019")

	for _, call := range []*sipphone.Call{inside, outside} {
		if end, over := call.End(); over {
			t.Errorf("a call ended: %+v", end)
		}
		if err := call.Hangup(l.ctx()); err != nil {
			t.Error(err)
		}
	}
}

type callee interface {
	NextCall(ctx context.Context) (*sipphone.Call, error)
}

// call dials and waits until both ends talk.
func (l *lab) call(from *sipphone.Phone, number string, to callee) (out, in *sipphone.Call) {
	l.t.Helper()
	out, err := from.Dial(l.ctx(), number, sipphone.DialOptions{})
	if err != nil {
		l.t.Fatal(err)
	}
	if err := out.WaitAnswered(l.ctx()); err != nil {
		l.t.Fatal(err)
	}
	if in, err = to.NextCall(l.ctx()); err != nil {
		l.t.Fatal(err)
	}
	return out, in
}
