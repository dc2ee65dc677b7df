package sipphone_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/internal/sipphone"
)

// TestMain stops the Asterisk that tests have started, and then looks for
// goroutines that are left.
func TestMain(m *testing.M) {
	code := m.Run()
	if server.network != nil {
		_ = server.network.Close()
	}
	if server.instance != nil {
		server.instance.Stop()
	}
	if server.dir != "" {
		_ = os.RemoveAll(server.dir)
	}
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// patience bounds every wait of these tests; what they wait for takes
// milliseconds on an idle machine.
func patience(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func startNetwork(t *testing.T, o sipphone.NetworkOptions) *sipphone.Network {
	t.Helper()
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	n, err := sipphone.NewNetwork(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	return n
}

func startPhone(t *testing.T, o sipphone.Options) *sipphone.Phone {
	t.Helper()
	p, err := sipphone.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

func TestTonesCross(t *testing.T) {
	ctx := patience(t)
	n := startNetwork(t, sipphone.NetworkOptions{Numbers: map[string]sipphone.Number{"01026132471": {Tone: 1000}}})
	p := startPhone(t, sipphone.Options{Server: n.Addr().String(), User: "1010", Name: "홍길동", Tone: 700})
	out, err := p.Dial(ctx, "01026132471", sipphone.DialOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := out.WaitAnswered(ctx); err != nil {
		t.Fatal(err)
	}
	in, err := n.NextCall(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := in.Invite().From, (sipphone.Party{Name: "홍길동", Number: "1010"}); got != want {
		t.Errorf("from %v, want %v", got, want)
	}
	if got := in.Invite().Called; got != "01026132471" {
		t.Errorf("called %q", got)
	}
	if err := out.WaitTone(ctx, 1000); err != nil {
		t.Error(err)
	}
	if err := in.WaitTone(ctx, 700); err != nil {
		t.Error(err)
	}
	if err := out.Hangup(ctx); err != nil {
		t.Error(err)
	}
	if end, err := in.WaitEnded(ctx); err != nil || end.By != sipphone.Remote || end.Code != 200 {
		t.Errorf("end %+v, %v", end, err)
	}
}

func TestNetworkBehaviours(t *testing.T) {
	n := startNetwork(t, sipphone.NetworkOptions{
		Behaviour: sipphone.Reject(503),
		Numbers: map[string]sipphone.Number{
			"1": {Behaviour: sipphone.Busy()},
			"2": {},
			"3": {Behaviour: sipphone.AnswerFor(0, 50*time.Millisecond)},
		},
	})
	p := startPhone(t, sipphone.Options{Server: n.Addr().String(), User: "1010"})
	for number, code := range map[string]int{"1": 486, "2": 503, "3": 200, "4": 404} {
		c, err := p.Dial(patience(t), number, sipphone.DialOptions{})
		if err != nil {
			t.Fatal(err)
		}
		wantEnd(t, c, sipphone.Remote, code)
	}
	if err := n.SetNumber("4", sipphone.Number{Behaviour: sipphone.Decline(), Tone: 1234}); err != nil {
		t.Fatal(err)
	}
	c, err := p.Dial(patience(t), "4", sipphone.DialOptions{})
	if err != nil {
		t.Fatal(err)
	}
	wantEnd(t, c, sipphone.Remote, 603)
	if got := n.Tone("4"); got != 1234 {
		t.Errorf("tone %d", got)
	}
}

func TestNetworkCalls(t *testing.T) {
	ctx := patience(t)
	p := startPhone(t, sipphone.Options{Server: "127.0.0.1:9", User: "0704", Behaviour: sipphone.Ring()})
	n := startNetwork(t, sipphone.NetworkOptions{Server: p.Addr().String()})
	_, err := n.Call(ctx, sipphone.CallOptions{
		From: "01026132471", To: "0704", Anonymous: true,
		Headers: []sipphone.Header{{Name: "Diversion", Value: "<sip:16682471@127.0.0.1>;reason=unconditional"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	in, err := p.NextCall(ctx)
	if err != nil {
		t.Fatal(err)
	}
	i := in.Invite()
	if i.From.Number != "anonymous" || i.Asserted.Number != "01026132471" || in.Remote().Number != "01026132471" {
		t.Errorf("from %q, asserted %q", i.From.Number, i.Asserted.Number)
	}
	if got := i.Header("privacy"); len(got) != 1 || got[0] != "id" {
		t.Errorf("Privacy %q", got)
	}
	if len(i.Diversion) != 1 || i.Diversion[0].Number != "16682471" {
		t.Errorf("diverted by %v numbers", len(i.Diversion))
	}
}

func TestTooManyCalls(t *testing.T) {
	ctx := patience(t)
	p := startPhone(t, sipphone.Options{Server: "127.0.0.1:9", User: "1010", MaxCalls: 1})
	n := startNetwork(t, sipphone.NetworkOptions{Server: p.Addr().String()})
	first, err := n.Call(ctx, sipphone.CallOptions{From: "1", To: "1010"})
	if err != nil {
		t.Fatal(err)
	}
	if err := first.WaitRinging(ctx); err != nil {
		t.Fatal(err)
	}
	second, err := n.Call(ctx, sipphone.CallOptions{From: "2", To: "1010"})
	if err != nil {
		t.Fatal(err)
	}
	wantEnd(t, second, sipphone.Remote, 486)
	if _, err := p.Dial(ctx, "1", sipphone.DialOptions{}); !errors.Is(err, sipphone.ErrTooMany) {
		t.Errorf("error %v", err)
	}
}

// TestCloseEndsCalls closes a phone amid a talk, a call that rings at it, and
// one that it places.
func TestCloseEndsCalls(t *testing.T) {
	ctx := patience(t)
	n := startNetwork(t, sipphone.NetworkOptions{Numbers: map[string]sipphone.Number{"1": {}, "2": {Behaviour: sipphone.Ring()}}})
	p := startPhone(t, sipphone.Options{Server: n.Addr().String(), User: "1010"})
	talk, err := p.Dial(ctx, "1", sipphone.DialOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := talk.WaitAnswered(ctx); err != nil {
		t.Fatal(err)
	}
	placed, err := p.Dial(ctx, "2", sipphone.DialOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := placed.WaitRinging(ctx); err != nil {
		t.Fatal(err)
	}
	ringing, err := n.Call(ctx, sipphone.CallOptions{Server: p.Addr().String(), From: "1", To: "1010"})
	if err != nil {
		t.Fatal(err)
	}
	if err := ringing.WaitRinging(ctx); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	wantEnd(t, talk, sipphone.Local, 200)
	wantEnd(t, placed, sipphone.Remote, 487)
	wantEnd(t, ringing, sipphone.Remote, 603)
	for len(n.Calls()) > 0 {
		if _, err := n.Calls()[0].WaitEnded(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if _, err := p.Dial(ctx, "1", sipphone.DialOptions{}); !errors.Is(err, sipphone.ErrClosed) {
		t.Errorf("dial after close: %v", err)
	}
	if _, err := p.NextCall(ctx); !errors.Is(err, sipphone.ErrClosed) {
		t.Errorf("next call after close: %v", err)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	tests := []struct {
		name string
		o    sipphone.Options
		want error
	}{
		{"server elsewhere", sipphone.Options{Server: "192.0.2.1:5060", User: "1"}, sipphone.ErrNotLoopback},
		{"listening everywhere", sipphone.Options{Server: "127.0.0.1:5060", User: "1", Listen: "0.0.0.0:0"}, sipphone.ErrNotLoopback},
		{"no user", sipphone.Options{Server: "127.0.0.1:5060"}, sipphone.ErrText},
		{"name of two lines", sipphone.Options{Server: "127.0.0.1:5060", User: "1", Name: "a\r\nb"}, sipphone.ErrText},
		{"unknown codec", sipphone.Options{Server: "127.0.0.1:5060", User: "1", Codecs: []sipphone.Codec{9}}, sipphone.ErrMedia},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := sipphone.New(test.o); !errors.Is(err, test.want) {
				t.Errorf("error %v, want %v", err, test.want)
			}
		})
	}
	if _, err := sipphone.New(sipphone.Options{User: "1"}); err == nil {
		t.Error("a phone without a server")
	}
}

func TestBeforeStart(t *testing.T) {
	p, err := sipphone.New(sipphone.Options{Server: "127.0.0.1:9", User: "1010"})
	if err != nil {
		t.Fatal(err)
	}
	ctx := patience(t)
	if _, err := p.Dial(ctx, "1", sipphone.DialOptions{}); !errors.Is(err, sipphone.ErrNotStarted) {
		t.Errorf("dial: %v", err)
	}
	if err := p.Register(ctx); !errors.Is(err, sipphone.ErrNotStarted) {
		t.Errorf("register: %v", err)
	}
	if err := p.WaitRegistered(ctx); !errors.Is(err, sipphone.ErrNotStarted) {
		t.Errorf("wait: %v", err)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if err := p.Start(ctx); !errors.Is(err, sipphone.ErrClosed) {
		t.Errorf("start after close: %v", err)
	}
}

func TestDialIsChecked(t *testing.T) {
	ctx := patience(t)
	p := startPhone(t, sipphone.Options{Server: "127.0.0.1:9", User: "1010"})
	for name, f := range map[string]func() (*sipphone.Call, error){
		"number": func() (*sipphone.Call, error) { return p.Dial(ctx, "1\r\nX: y", sipphone.DialOptions{}) },
		"name":   func() (*sipphone.Call, error) { return p.Dial(ctx, "1", sipphone.DialOptions{Name: "\n"}) },
		"header": func() (*sipphone.Call, error) {
			return p.Dial(ctx, "1", sipphone.DialOptions{Headers: []sipphone.Header{{Name: "X", Value: "a\r\nY: b"}}})
		},
		"header name": func() (*sipphone.Call, error) {
			return p.Dial(ctx, "1", sipphone.DialOptions{Headers: []sipphone.Header{{Name: "X: y", Value: "z"}}})
		},
		"long message": func() (*sipphone.Call, error) {
			h := make([]sipphone.Header, 20)
			for i := range h {
				h[i] = sipphone.Header{Name: "X", Value: strings.Repeat("x", 250)}
			}
			return p.Dial(ctx, "1", sipphone.DialOptions{Headers: h})
		},
	} {
		if _, err := f(); !errors.Is(err, sipphone.ErrText) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	if n := len(p.Calls()); n != 0 {
		t.Errorf("%d calls left", n)
	}
}

// TestKeysAndTone crosses keys in both directions while the tones go on.
func TestKeysAndTone(t *testing.T) {
	ctx := patience(t)
	n := startNetwork(t, sipphone.NetworkOptions{Numbers: map[string]sipphone.Number{"1": {Tone: 1000}}})
	p := startPhone(t, sipphone.Options{Server: n.Addr().String(), User: "1010", Tone: 700})
	out, in := answered(t, p, "1", n.NextCall)
	if err := out.SendDTMF(ctx, "12"); err != nil {
		t.Fatal(err)
	}
	if err := in.SendDTMF(ctx, "#"); err != nil {
		t.Fatal(err)
	}
	wantTone(t, out, 1000)
	out.SetTone(800)
	wantTone(t, in, 800)
	if in.DTMF() != "12" || out.DTMF() != "#" {
		t.Errorf("keys %q and %q", in.DTMF(), out.DTMF())
	}
	short, cancel := context.WithTimeout(ctx, 30*time.Millisecond)
	defer cancel()
	if err := in.WaitTone(short, 2000); !errors.Is(err, sipphone.ErrNotHeard) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
}

// TestHangupAtAnyMoment takes calls back while they are being answered: the
// CANCEL comes before the 200, after it, or crosses it.
func TestHangupAtAnyMoment(t *testing.T) {
	ctx := patience(t)
	n := startNetwork(t, sipphone.NetworkOptions{Numbers: map[string]sipphone.Number{"1": {}, "2": {Behaviour: sipphone.Answer(time.Millisecond)}}})
	p := startPhone(t, sipphone.Options{Server: n.Addr().String(), User: "1010"})
	for i := range 60 {
		out, err := p.Dial(ctx, fmt.Sprint(1+i%2), sipphone.DialOptions{})
		if err != nil {
			t.Fatal(err)
		}
		switch i % 3 {
		case 1:
			if err := out.WaitRinging(ctx); err != nil {
				t.Fatal(err)
			}
		case 2:
			if err := out.WaitAnswered(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if err := out.Hangup(ctx); err != nil {
			t.Fatalf("call %d: %v", i, err)
		}
		in, err := n.NextCall(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := in.WaitEnded(ctx); err != nil {
			t.Fatalf("call %d: %v", i, err)
		}
	}
	if a, b := len(p.Calls()), len(n.Calls()); a+b != 0 {
		t.Errorf("%d and %d calls left", a, b)
	}
}

// TestKeysOtherwise: keys as tones in the sound, and as INFO.
func TestKeysOtherwise(t *testing.T) {
	ctx := patience(t)
	n := startNetwork(t, sipphone.NetworkOptions{Numbers: map[string]sipphone.Number{"1": {}}})
	p := startPhone(t, sipphone.Options{Server: n.Addr().String(), User: "1010", Tone: 700})
	out, err := p.Dial(ctx, "1", sipphone.DialOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := out.WaitAnswered(ctx); err != nil {
		t.Fatal(err)
	}
	in, err := n.NextCall(ctx)
	if err != nil {
		t.Fatal(err)
	}
	const all = "1234567890*#ABCD"
	if got := in.InbandKeys(); got != "" { // from now on
		t.Fatalf("keys %q", got)
	}
	if err := out.SendInband(ctx, all); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool { return in.InbandKeys() == all })
	if err := in.SendInfo(ctx, "5#"); err != nil {
		t.Fatal(err)
	}
	if got := out.DTMF(); got != "5#" {
		t.Errorf("keys %q", got)
	}
	for _, send := range []func(context.Context, string) error{out.SendInband, out.SendInfo} {
		if err := send(ctx, "x"); !errors.Is(err, sipphone.ErrText) {
			t.Errorf("no key: %v", err)
		}
	}
}
