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

// answer responds to a request that the peer has received.
func (p *peer) answer(req message, status string, headers ...string) {
	p.t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "SIP/2.0 %s\r\n", status)
	for _, name := range []string{"Via", "From", "To", "Call-ID", "CSeq"} {
		fmt.Fprintf(&b, "%s: %s\r\n", name, req.header(name))
	}
	for _, h := range headers {
		b.WriteString(h + "\r\n")
	}
	b.WriteString("Content-Length: 0\r\n\r\n")
	p.raw([]byte(b.String()))
}

const challenge = `WWW-Authenticate: Digest realm="asterisk",nonce="%s",algorithm=MD5,qop="auth"`

// registering starts a phone whose registrar is the peer.
func registering(t *testing.T, o sipphone.Options) (*peer, *sipphone.Phone) {
	t.Helper()
	p := newPeer(t)
	o.Server, o.User, o.Password = p.addr(), "1010", "secret"
	if o.Timeout == 0 {
		o.Timeout = 10 * time.Second
	}
	return p, startPhone(t, o)
}

// later runs f beside the test and gives its error.
func later(f func() error) <-chan error {
	c := make(chan error, 1)
	go func() { c <- f() }()
	return c
}

func TestRegistrarByHand(t *testing.T) {
	p, phone := registering(t, sipphone.Options{})
	done := later(func() error { return phone.Register(context.WithoutCancel(t.Context())) })
	first := p.receive("REGISTER")
	p.answer(first, "401 Unauthorized", fmt.Sprintf(challenge, "one"))
	second := p.receive("REGISTER")
	if second.header("CSeq") != "2 REGISTER" || second.header("Call-ID") != first.header("Call-ID") || second.header("Via") == first.header("Via") {
		t.Errorf("after\n%s\ncame\n%s", first, second)
	}
	if auth := second.header("Authorization"); !strings.Contains(auth, `nonce="one"`) || !strings.Contains(auth, `username="1010"`) {
		t.Errorf("Authorization: %s", auth)
	}
	p.answer(second, "401 Unauthorized", fmt.Sprintf(challenge, "two")+",stale=true")
	third := p.receive("REGISTER")
	if !strings.Contains(third.header("Authorization"), `nonce="two"`) {
		t.Errorf("after a stale nonce came\n%s", third)
	}
	// Another phone's contact, and ours with one second, so that it is renewed
	// after half of that.
	p.answer(third, "200 OK", "Contact: <sip:1010@127.0.0.1:1>;expires=3600",
		"Contact: "+third.header("Contact")+";expires=1")
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if !phone.Registered() {
		t.Error("not registered")
	}
	renewal := p.receive("REGISTER")
	p.answer(renewal, "200 OK", "Contact: "+renewal.header("Contact")+";expires=3600")
	closed := later(phone.Close)
	if last := p.receive("REGISTER"); last.header("Expires") != "0" {
		t.Errorf("on close came\n%s", last)
	} else {
		p.answer(last, "200 OK")
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
}

func TestRegisterErrors(t *testing.T) {
	tests := []struct {
		name   string
		answer string // "" for none
		want   error
	}{
		{"forbidden", "403 Forbidden", sipphone.ErrAuth},
		{"not found", "404 Not Found", sipphone.ErrRefused},
		{"no answer", "", sipphone.ErrNoAnswer},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, phone := registering(t, sipphone.Options{Timeout: 200 * time.Millisecond})
			done := later(func() error { return phone.Register(context.WithoutCancel(t.Context())) })
			if req := p.receive("REGISTER"); test.answer != "" {
				p.answer(req, test.answer)
			}
			if err := <-done; !errors.Is(err, test.want) {
				t.Errorf("error %v, want %v", err, test.want)
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
			defer cancel()
			if err := phone.WaitRegistered(ctx); !errors.Is(err, test.want) || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("error %v, want %v", err, test.want)
			}
		})
	}
}

// TestServerRestarts takes the server away from a phone that keeps registered.
func TestServerRestarts(t *testing.T) {
	ctx := patience(t)
	changes := make(chan error, 100)
	p := startPhone(t, sipphone.Options{
		Server: asterisk(t), User: "1010", Password: password,
		Refresh: 100 * time.Millisecond, Timeout: 500 * time.Millisecond,
		OnRegister: func(err error) { changes <- err },
	})
	next := func() error {
		t.Helper()
		select {
		case err := <-changes:
			return err
		case <-ctx.Done():
			t.Fatal("no change of the registration")
			return nil
		}
	}
	if err := p.KeepRegistered(); err != nil {
		t.Fatal(err)
	}
	if err := next(); err != nil {
		t.Fatal(err)
	}
	server.instance.Stop()
	if err := next(); !errors.Is(err, sipphone.ErrNoAnswer) {
		t.Errorf("error %v", err)
	}
	if err := server.instance.Restart(context.WithoutCancel(ctx)); err != nil {
		t.Fatal(err)
	}
	if err := p.WaitRegistered(ctx); err != nil {
		t.Fatal(err)
	}
	b := registered(t, sipphone.Options{User: "1011", Tone: 900})
	p.SetBehaviour(sipphone.Answer(0))
	out, _ := answered(t, b, "1010", p.NextCall)
	wantTone(t, out, p.Tone())
}
