package sipphone_test

import (
	"errors"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/sipphone"
)

// eventually polls until ok is true.
func eventually(t *testing.T, ok func() bool) {
	t.Helper()
	ctx := patience(t)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("it did not happen")
		}
	}
}

func TestHoldPlaysMusic(t *testing.T) {
	ctx := patience(t)
	a := registered(t, sipphone.Options{User: "1010", Tone: 700})
	b := registered(t, sipphone.Options{User: "1011", Tone: 1100, Behaviour: sipphone.Answer(0)})
	out, in := answered(t, a, "1011", b.NextCall)
	wantTone(t, in, 700)
	for name, hold := range map[string]func() error{
		"sendonly": func() error { return out.Hold(ctx) },
		"inactive": func() error { return out.HoldBoth(ctx) },
	} {
		t.Run(name, func(t *testing.T) {
			heard := in.Listen(700, holdTone)
			if err := hold(); err != nil {
				t.Fatal(err)
			}
			wantTone(t, in, holdTone)
			if err := in.WaitNoTone(ctx, 700); err != nil {
				t.Error(err)
			}
			if err := in.WaitSound(ctx, 700, 1100); err != nil {
				t.Error(err)
			}
			if err := out.Resume(ctx); err != nil {
				t.Fatal(err)
			}
			wantTone(t, in, 700)
			wantTone(t, out, 1100)
			spans := heard.Stop()
			if got := sipphone.Order(spans); got != "700 2500 700" {
				t.Errorf("heard %s: %v", got, spans)
			}
			if sipphone.HeardFor(spans, holdTone) == 0 {
				t.Errorf("no time of music: %v", spans)
			}
		})
	}
}

func TestBlindTransfer(t *testing.T) {
	ctx := patience(t)
	a := registered(t, sipphone.Options{User: "1010", Tone: 700})
	b := registered(t, sipphone.Options{User: "1011", Tone: 1100, Behaviour: sipphone.Answer(0)})
	c := registered(t, sipphone.Options{User: "1012", Tone: 1500, Behaviour: sipphone.Answer(0)})
	out, in := answered(t, a, "1011", b.NextCall)
	wantTone(t, in, 700)
	if err := in.Transfer(ctx, "9999"); !errors.Is(err, sipphone.ErrRefused) {
		t.Fatalf("transfer to nowhere: %v", err)
	}
	wantTone(t, in, 700) // it went on
	if err := in.Transfer(ctx, "1012"); err != nil {
		t.Fatal(err)
	}
	third, err := c.NextCall(ctx)
	if err != nil {
		t.Fatal(err)
	}
	wantTone(t, out, 1500)
	wantTone(t, third, 700)
	wantEnd(t, in, sipphone.Local, 200)
}

func TestAttendedTransfer(t *testing.T) {
	ctx := patience(t)
	a := registered(t, sipphone.Options{User: "1010", Tone: 700})
	b := registered(t, sipphone.Options{User: "1011", Tone: 1100, Behaviour: sipphone.Answer(0)})
	c := registered(t, sipphone.Options{User: "1012", Tone: 1500, Behaviour: sipphone.Answer(0)})
	out, in := answered(t, a, "1011", b.NextCall)
	wantTone(t, out, 1100) // a hold before they are bridged has no effect
	if err := in.Hold(ctx); err != nil {
		t.Fatal(err)
	}
	second, third := answered(t, b, "1012", c.NextCall)
	wantTone(t, out, holdTone)
	wantTone(t, third, 1100)
	if err := in.TransferTo(ctx, second); err != nil {
		t.Fatal(err)
	}
	wantTone(t, out, 1500)
	wantTone(t, third, 700)
	for _, c := range []*sipphone.Call{in, second} {
		if _, err := c.WaitEnded(ctx); err != nil {
			t.Error(err)
		}
	}
}

func TestCallWaiting(t *testing.T) {
	ctx := patience(t)
	a := registered(t, sipphone.Options{User: "1010", Tone: 700})
	b := registered(t, sipphone.Options{User: "1011", Tone: 1100, Behaviour: sipphone.Answer(0)})
	c := registered(t, sipphone.Options{User: "1012", Tone: 1500})
	first, one := answered(t, a, "1011", b.NextCall)
	b.SetBehaviour(sipphone.Ring())
	second, err := c.Dial(ctx, "1011", sipphone.DialOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := second.WaitRinging(ctx); err != nil {
		t.Fatal(err)
	}
	two, err := b.NextCall(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := one.Hold(ctx); err != nil {
		t.Fatal(err)
	}
	if err := two.Answer(); err != nil {
		t.Fatal(err)
	}
	wantTone(t, second, 1100)
	wantTone(t, two, 1500)
	wantTone(t, first, holdTone)
	if n := len(b.Calls()); n != 2 {
		t.Errorf("%d calls", n)
	}
}

func TestThreeTonesAtOnce(t *testing.T) {
	ctx := patience(t)
	var calls []*sipphone.Call
	for i, user := range []string{"1010", "1011", "1012"} {
		p := registered(t, sipphone.Options{User: user, Tone: 700 + 400*i})
		c, _ := answered(t, p, "2007", nil)
		calls = append(calls, c)
	}
	if err := calls[0].WaitTones(ctx, 1100, 1500); err != nil {
		t.Error(err)
	}
	if err := calls[2].Hangup(ctx); err != nil {
		t.Fatal(err)
	}
	if err := calls[0].WaitNoTone(ctx, 1500); err != nil {
		t.Error(err)
	}
	wantTone(t, calls[0], 1100)
}

func TestEarlyMedia(t *testing.T) {
	ctx := patience(t)
	a := registered(t, sipphone.Options{User: "1010", Tone: 700})
	b := registered(t, sipphone.Options{User: "1011", Tone: 1100, Behaviour: sipphone.EarlyMedia(time.Hour, nil)})
	out, err := a.Dial(ctx, "1011", sipphone.DialOptions{})
	if err != nil {
		t.Fatal(err)
	}
	wantTone(t, out, 1100)
	select {
	case <-out.Answered():
		t.Error("answered")
	default:
	}
	in, err := b.NextCall(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := in.Answer(); err != nil {
		t.Fatal(err)
	}
	if err := out.WaitAnswered(ctx); err != nil {
		t.Fatal(err)
	}
	wantTone(t, in, 700)
	wantTone(t, out, 1100)
}

func TestRedirect(t *testing.T) {
	ctx := patience(t)
	a := registered(t, sipphone.Options{User: "1010", Tone: 700})
	_ = registered(t, sipphone.Options{User: "1011", Behaviour: sipphone.Redirect("1012")})
	c := registered(t, sipphone.Options{User: "1012", Tone: 1500, Behaviour: sipphone.Answer(0)})
	out, _ := answered(t, a, "1011", c.NextCall)
	wantTone(t, out, 1500)
	if err := out.Hangup(ctx); err != nil {
		t.Error(err)
	}
}

func TestSilentPhone(t *testing.T) {
	ctx := patience(t)
	a := registered(t, sipphone.Options{User: "1010"})
	b := registered(t, sipphone.Options{User: "1011", Behaviour: sipphone.Silent()})
	out, err := a.Dial(ctx, "1011", sipphone.DialOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.NextCall(ctx); err != nil {
		t.Fatal(err)
	}
	select {
	case <-out.Ringing():
		t.Error("it rings")
	default:
	}
	if err := out.Hangup(ctx); err != nil {
		t.Error(err)
	}
}

func TestLamp(t *testing.T) {
	ctx := patience(t)
	a := registered(t, sipphone.Options{User: "1010", Tone: 700})
	b := registered(t, sipphone.Options{User: "1016", Tone: 1100})
	lamp, err := a.Subscribe(ctx, sipphone.EventDialog, "1016")
	if err != nil {
		t.Fatal(err)
	}
	waitLamp := func(state string) {
		t.Helper()
		if err := lamp.WaitLamp(ctx, state); err != nil {
			t.Fatal(err)
		}
	}
	waitLamp("terminated")
	out, err := a.Dial(ctx, "1016", sipphone.DialOptions{})
	if err != nil {
		t.Fatal(err)
	}
	waitLamp("early")
	in, err := b.NextCall(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := in.Answer(); err != nil {
		t.Fatal(err)
	}
	waitLamp("confirmed")
	if err := out.Hangup(ctx); err != nil {
		t.Fatal(err)
	}
	waitLamp("terminated")
	if err := lamp.Close(ctx); err != nil {
		t.Error(err)
	}
	if _, err := a.Subscribe(ctx, sipphone.EventDialog, "1999"); !errors.Is(err, sipphone.ErrRefused) {
		t.Errorf("a lamp of nobody: %v", err)
	}
}

func TestMessagesWaiting(t *testing.T) {
	ctx := patience(t)
	owner := registered(t, sipphone.Options{User: "1014"})
	b := registered(t, sipphone.Options{User: "1010", Tone: 1100})
	n, err := owner.Notices().Next(ctx) // told at once when it registers
	if err != nil {
		t.Fatal(err)
	}
	if m, ok := n.Messages(); !ok || m.Waiting || m.New != 0 {
		t.Fatalf("messages at first %+v in %q", m, n.Body)
	}
	c, _ := answered(t, b, "2006", nil)
	wantTone(t, c, 700) // Asterisk's beep
	begun := c.Sent()
	eventually(t, func() bool { return c.Sent() >= begun+100 }) // two seconds of tone
	if err := c.Hangup(ctx); err != nil {
		t.Fatal(err)
	}
	_, err = owner.Notices().Wait(ctx, func(n sipphone.Notification) bool {
		m, ok := n.Messages()
		return ok && m == sipphone.Messages{Waiting: true, New: 1}
	})
	if err != nil {
		t.Error(err)
	}
}
