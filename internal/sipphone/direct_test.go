package sipphone_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/sipphone"
	"go.uber.org/goleak"
)

// TestMain stops the Asterisk that tests have started, and then looks for
// goroutines that are left.
func TestMain(m *testing.M) {
	code := m.Run()
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
