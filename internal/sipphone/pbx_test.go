package sipphone_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/sipphone"
)

// registered starts a phone of the test server and registers it.
func registered(t *testing.T, o sipphone.Options) *sipphone.Phone {
	t.Helper()
	o.Server = asterisk(t)
	if o.Password == "" {
		o.Password = password
	}
	p := startPhone(t, o)
	if err := p.Register(patience(t)); err != nil {
		t.Fatal(err)
	}
	return p
}

// trunk gives the network behind the test server's trunk, with these numbers.
// All tests have the same one, so each uses numbers of its own.
func trunk(t *testing.T, numbers map[string]sipphone.Number) *sipphone.Network {
	t.Helper()
	asterisk(t)
	for number, what := range numbers {
		if err := server.network.SetNumber(number, what); err != nil {
			t.Fatal(err)
		}
	}
	return server.network
}

// nextCallTo skips the calls to a network that earlier tests have left.
func nextCallTo(n *sipphone.Network, number string) func(context.Context) (*sipphone.Call, error) {
	return func(ctx context.Context) (*sipphone.Call, error) {
		for {
			c, err := n.NextCall(ctx)
			if err != nil || c.Invite().Called == number {
				return c, err
			}
		}
	}
}

// answered dials and waits for the answer and for the other end's call.
func answered(t *testing.T, from *sipphone.Phone, number string, next func(context.Context) (*sipphone.Call, error)) (out, in *sipphone.Call) {
	t.Helper()
	ctx := patience(t)
	out, err := from.Dial(ctx, number, sipphone.DialOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := out.WaitAnswered(ctx); err != nil {
		t.Fatal(err)
	}
	if next == nil {
		return out, nil
	}
	if in, err = next(ctx); err != nil {
		t.Fatal(err)
	}
	return out, in
}

func wantTone(t *testing.T, c *sipphone.Call, hz int) {
	t.Helper()
	if err := c.WaitTone(patience(t), hz); err != nil {
		t.Error(err)
	}
}

func wantEnd(t *testing.T, c *sipphone.Call, by sipphone.Side, code int) {
	t.Helper()
	end, err := c.WaitEnded(patience(t))
	if err != nil {
		t.Fatal(err)
	}
	if end.By != by || end.Code != code {
		t.Errorf("ended by %v with %d %s, want by %v with %d", end.By, end.Code, end.Reason, by, code)
	}
}

func TestPhoneToPhone(t *testing.T) {
	a := registered(t, sipphone.Options{User: "1010", Tone: 700})
	b := registered(t, sipphone.Options{User: "1011", Tone: 1100, Behaviour: sipphone.Answer(0), Codecs: []sipphone.Codec{sipphone.PCMA}})
	out, in := answered(t, a, "1011", b.NextCall)
	if got, want := in.Remote(), (sipphone.Party{Name: "Phone 1010", Number: "1010"}); got != want {
		t.Errorf("the called phone shows %q %q, want %q %q", got.Name, got.Number, want.Name, want.Number)
	}
	if got := out.Remote().Number; got != "1011" {
		t.Errorf("the caller shows %q", got)
	}
	wantTone(t, out, 1100)
	wantTone(t, in, 700)
	if h := in.Heard(); h.Codec != sipphone.PCMA || h.Packets == 0 {
		t.Errorf("heard %+v", h)
	}
	if err := in.Hangup(patience(t)); err != nil {
		t.Error(err)
	}
	wantEnd(t, in, sipphone.Local, 200)
	wantEnd(t, out, sipphone.Remote, 200)
	if end, _ := out.End(); end.Cause != 16 {
		t.Errorf("cause %d, want 16", end.Cause)
	}
}

func TestRegisterWrongPassword(t *testing.T) {
	p := startPhone(t, sipphone.Options{Server: asterisk(t), User: "1010", Password: "wrong"})
	err := p.Register(patience(t))
	if !errors.Is(err, sipphone.ErrAuth) || p.Registered() {
		t.Fatalf("registered %v, error %v", p.Registered(), err)
	}
	var status *sipphone.StatusError
	if !errors.As(err, &status) || status.Code != 401 {
		t.Errorf("error %v, want status 401", err)
	}
}

func TestDialWrongPassword(t *testing.T) {
	p := startPhone(t, sipphone.Options{Server: asterisk(t), User: "1010", Password: "wrong"})
	c, err := p.Dial(patience(t), "1011", sipphone.DialOptions{})
	if err != nil {
		t.Fatal(err)
	}
	wantEnd(t, c, sipphone.Remote, 401)
	if err := c.WaitAnswered(patience(t)); !errors.Is(err, sipphone.ErrEnded) {
		t.Errorf("error %v", err)
	}
}

func TestRefusals(t *testing.T) {
	a := registered(t, sipphone.Options{User: "1010"})
	b := registered(t, sipphone.Options{User: "1011"})
	tests := []struct {
		name      string
		behaviour sipphone.Behaviour
		code      int // what Asterisk makes of it: the cause of 603 is 21, and that is 403 again
	}{
		{"busy", sipphone.Busy(), 486},
		{"unavailable", sipphone.Unavailable(), 480},
		{"decline", sipphone.Decline(), 403},
		{"ring, then busy", sipphone.RingThen(50*time.Millisecond, sipphone.Busy()), 486},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b.SetBehaviour(test.behaviour)
			c, err := a.Dial(patience(t), "1011", sipphone.DialOptions{})
			if err != nil {
				t.Fatal(err)
			}
			wantEnd(t, c, sipphone.Remote, test.code)
		})
	}
}

func TestCancel(t *testing.T) {
	ctx := patience(t)
	a := registered(t, sipphone.Options{User: "1010"})
	b := registered(t, sipphone.Options{User: "1011"}) // rings for ever
	out, err := a.Dial(ctx, "1011", sipphone.DialOptions{})
	if err != nil {
		t.Fatal(err)
	}
	in, err := b.NextCall(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := out.WaitRinging(ctx); err != nil {
		t.Fatal(err)
	}
	if err := out.Cancel(ctx); err != nil {
		t.Fatal(err)
	}
	wantEnd(t, in, sipphone.Remote, 487)
	if end, _ := out.End(); end.Code != 487 {
		t.Errorf("end %+v", end)
	}
	if err := in.Answer(); !errors.Is(err, sipphone.ErrEnded) {
		t.Errorf("answer after the cancel: %v", err)
	}
}

func TestNoAnswer(t *testing.T) {
	a := registered(t, sipphone.Options{User: "1010"})
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	c, err := a.Dial(ctx, "2004", sipphone.DialOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.WaitAnswered(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	if err := c.Hangup(patience(t)); err != nil {
		t.Error(err)
	}
}

func TestNotRegistered(t *testing.T) {
	a := registered(t, sipphone.Options{User: "1010"})
	b := registered(t, sipphone.Options{User: "1013", Behaviour: sipphone.Answer(0)})
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	c, err := a.Dial(patience(t), "1013", sipphone.DialOptions{})
	if err != nil {
		t.Fatal(err)
	}
	wantEnd(t, c, sipphone.Remote, 404) // cause 20, subscriber absent
}

func TestNetworkToPhone(t *testing.T) {
	ctx := patience(t)
	n := trunk(t, nil)
	p := registered(t, sipphone.Options{User: "1010", Tone: 700, Behaviour: sipphone.Answer(0)})
	out, err := n.Call(ctx, sipphone.CallOptions{From: "01099552471", Name: "김철수", To: "07045805605", Tone: 900})
	if err != nil {
		t.Fatal(err)
	}
	if err := out.WaitAnswered(ctx); err != nil {
		t.Fatal(err)
	}
	in, err := p.NextCall(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := in.Invite().From, (sipphone.Party{Name: "김철수", Number: "01099552471"}); got != want {
		t.Errorf("from %q %q, want %q %q", got.Name, got.Number, want.Name, want.Number)
	}
	wantTone(t, in, 900)
	wantTone(t, out, 700)
	if err := out.Hangup(ctx); err != nil {
		t.Error(err)
	}
	wantEnd(t, in, sipphone.Remote, 200)
}

func TestPhoneToNetwork(t *testing.T) {
	n := trunk(t, map[string]sipphone.Number{
		"01026132471": {Tone: 1500},
		"01012345678": {Behaviour: sipphone.Busy()},
	})
	before := len(n.Received())
	p := registered(t, sipphone.Options{User: "1010", Tone: 700})
	out, in := answered(t, p, "01026132471", nextCallTo(n, "01026132471"))
	if i := in.Invite(); i.Called != "01026132471" || i.From.Number != "0215881588" || i.Asserted.Number != "0215881588" {
		t.Errorf("called %q from %q, asserted %q", i.Called, i.From.Number, i.Asserted.Number)
	}
	wantTone(t, out, 1500)
	wantTone(t, in, 700)
	if err := out.Hangup(patience(t)); err != nil {
		t.Error(err)
	}
	wantEnd(t, in, sipphone.Remote, 200)
	for number, code := range map[string]int{"01012345678": 486, "01000000000": 404} {
		c, err := p.Dial(patience(t), number, sipphone.DialOptions{})
		if err != nil {
			t.Fatal(err)
		}
		wantEnd(t, c, sipphone.Remote, code)
	}
	if got := len(n.Received()) - before; got != 3 {
		t.Errorf("%d calls noted, want 3", got)
	}
}

func TestConnectedLine(t *testing.T) {
	for _, noUpdate := range []bool{false, true} {
		t.Run(fmt.Sprintf("without update %v", noUpdate), func(t *testing.T) {
			p := registered(t, sipphone.Options{User: "1010", Tone: 700, NoUpdate: noUpdate})
			c, _ := answered(t, p, "2002", nil)
			wantTone(t, c, 700) // the echo goes on after the change
			want := sipphone.Party{Name: "김철수", Number: "01012345678"}
			tick := time.NewTicker(20 * time.Millisecond)
			defer tick.Stop()
			for ctx := patience(t); c.Remote() != want; {
				select {
				case <-tick.C:
				case <-ctx.Done():
					t.Fatalf("remote %q %q", c.Remote().Name, c.Remote().Number)
				}
			}
			wantTone(t, c, 700)
			if err := c.Hangup(patience(t)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAutoAnswer(t *testing.T) {
	a := registered(t, sipphone.Options{User: "1010", Tone: 700})
	b := registered(t, sipphone.Options{User: "1011", Tone: 1100, Behaviour: sipphone.AutoAnswer(sipphone.Busy())})
	out, in := answered(t, a, "2001", b.NextCall)
	if i := in.Invite(); !i.AutoAnswer || len(i.CallInfo) != 1 || !strings.Contains(i.CallInfo[0], "answer-after=0") {
		t.Errorf("auto answer %v, Call-Info %q", i.AutoAnswer, i.CallInfo)
	}
	wantTone(t, in, 700)
	if err := out.Hangup(patience(t)); err != nil {
		t.Error(err)
	}
}

func TestKeys(t *testing.T) {
	ctx := patience(t)
	p := registered(t, sipphone.Options{User: "1010"})
	c, _ := answered(t, p, "2003", nil)
	if err := c.SendDTMF(ctx, "7*4"); err != nil {
		t.Fatal(err)
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for c.DTMF() != "7*4#" {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("keys %q came back", c.DTMF())
		}
	}
	if err := c.Hangup(ctx); err != nil {
		t.Error(err)
	}
}

func TestHold(t *testing.T) {
	ctx := patience(t)
	a := registered(t, sipphone.Options{User: "1010", Tone: 700})
	b := registered(t, sipphone.Options{User: "1011", Tone: 1100, Behaviour: sipphone.Answer(0)})
	out, in := answered(t, a, "1011", b.NextCall)
	wantTone(t, out, 1100)
	if err := out.Hold(ctx); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(out.RemoteSDP()), "a=recvonly") {
		t.Errorf("answer to hold:\n%s", out.RemoteSDP())
	}
	if err := out.Resume(ctx); err != nil {
		t.Fatal(err)
	}
	wantTone(t, out, 1100)
	wantTone(t, in, 700)
}
