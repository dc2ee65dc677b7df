package works_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dipcast/dipcast/works"
	"github.com/dipcast/dipcast/works/workstest"
)

func TestOneTokenForAll(t *testing.T) {
	w := start(t, workstest.Options{})
	w.Fault(workstest.Fault{Op: workstest.OpToken, Delay: 20 * time.Millisecond})
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			if err := w.c.SendUser(t.Context(), bot, gildong, &works.Text{Text: "안녕하세요"}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := len(w.Requests(workstest.OpToken)); n != 1 {
		t.Errorf("%d token requests, want 1", n)
	}
	if n := len(w.Messages(bot, gildong)); n != 100 {
		t.Errorf("%d messages, want 100", n)
	}
}

func TestTokenIsRenewedBeforeItEnds(t *testing.T) {
	w := start(t, workstest.Options{TokenLife: time.Hour})
	first, err := w.c.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.clock.add(54 * time.Minute)
	if again, err := w.c.Token(t.Context()); err != nil || again != first {
		t.Errorf("another token 6 minutes before its end: %v", err)
	}
	w.clock.add(2 * time.Minute)
	if again, err := w.c.Token(t.Context()); err != nil || again == first {
		t.Errorf("the same token 4 minutes before its end: %v", err)
	}
}

// TestTokenRefused: a token that is refused is replaced once; when the new one is
// no better, it is the credentials.
func TestTokenRefused(t *testing.T) {
	w := start(t, workstest.Options{})
	send := func() error { return w.c.SendUser(t.Context(), bot, gildong, &works.Text{Text: "x"}) }
	if err := send(); err != nil {
		t.Fatal(err)
	}
	w.Fault(workstest.Fault{Op: workstest.OpSendUser, ExpireToken: true})
	if err := send(); err != nil {
		t.Errorf("with a new token: %v", err)
	}
	if n := len(w.Requests(workstest.OpToken)); n != 2 {
		t.Errorf("%d token requests, want 2", n)
	}
	w.Fault(workstest.Fault{Op: workstest.OpSendUser, ExpireToken: true, Count: 2})
	err := send()
	if !errors.Is(err, works.ErrCredentials) || !errors.Is(err, works.ErrRefused) {
		t.Errorf("got %v, want ErrCredentials", err)
	}
	if n := len(w.Requests(workstest.OpToken)); n != 3 {
		t.Errorf("%d token requests, want 3", n)
	}
	if err := send(); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// TestManyRefusedAtOnce: tokens that end in flight cost one new one, not one for
// each sender.
func TestManyRefusedAtOnce(t *testing.T) {
	w := start(t, workstest.Options{})
	if _, err := w.c.Token(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.ExpireTokens()
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if err := w.c.SendUser(t.Context(), bot, gildong, &works.Text{Text: "x"}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := len(w.Requests(workstest.OpToken)); n != 2 {
		t.Errorf("%d token requests, want 2", n)
	}
}

func TestCredentialsAreWrong(t *testing.T) {
	for name, change := range map[string]func(*works.Options){
		"secret":  func(o *works.Options) { o.ClientSecret = "other" },
		"client":  func(o *works.Options) { o.ClientID = "other" },
		"account": func(o *works.Options) { o.ServiceAccount = "other" },
		"none":    func(o *works.Options) { o.Key = nil },
		"scope":   func(o *works.Options) { o.Scopes = []string{"bot", "mail"} },
		"slow clock": func(o *works.Options) {
			now := o.Now
			o.Now = func() time.Time { return now().Add(-2 * time.Hour) }
		},
		"fast clock": func(o *works.Options) {
			now := o.Now
			o.Now = func() time.Time { return now().Add(10 * time.Minute) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t, workstest.Options{}, change)
			app := workstest.App{
				ClientID: "client-1", ClientSecret: "client-secret", ServiceAccount: "pbx.serviceaccount@example.com",
				PublicKey: &key().PublicKey, Domain: domain, Scopes: []string{"bot", "user.read"},
			}
			w.AddApp(app)
			_, err := w.c.Token(t.Context())
			if !errors.Is(err, works.ErrCredentials) {
				t.Fatalf("got %v, want ErrCredentials", err)
			}
			for _, s := range []string{"client-secret", "BEGIN", "eyJ"} {
				if strings.Contains(err.Error(), s) {
					t.Errorf("a secret is in %q", err)
				}
			}
		})
	}
}

// TestTokenEndpointFails: nothing was sent then, so it may be tried again.
func TestTokenEndpointFails(t *testing.T) {
	for name, f := range map[string]workstest.Fault{
		"500":  {Status: http.StatusInternalServerError},
		"503":  {Status: http.StatusServiceUnavailable},
		"429":  {Status: http.StatusTooManyRequests},
		"cut":  {Cut: true},
		"late": {Cut: true, Late: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t, workstest.Options{})
			f.Op = workstest.OpToken
			w.Fault(f)
			err := w.c.SendUser(t.Context(), bot, gildong, &works.Text{Text: "x"})
			if !errors.Is(err, works.ErrNotDone) || errors.Is(err, works.ErrUnclear) {
				t.Errorf("got %v, want ErrNotDone", err)
			}
			if err := w.c.SendUser(t.Context(), bot, gildong, &works.Text{Text: "x"}); err != nil {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

// TestFailureIsShared: who waited for a token that is not to be had does not ask
// again, one after the other.
func TestFailureIsShared(t *testing.T) {
	w := start(t, workstest.Options{})
	undo := w.Fault(workstest.Fault{Op: workstest.OpToken, Count: -1, Delay: 100 * time.Millisecond, Status: http.StatusServiceUnavailable})
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			if _, err := w.c.Token(t.Context()); !errors.Is(err, works.ErrNotDone) {
				t.Errorf("got %v, want ErrNotDone", err)
			}
		})
	}
	wg.Wait()
	if n := len(w.Requests(workstest.OpToken)); n > 50 {
		t.Errorf("%d token requests of 100 senders", n)
	}
	undo()
	if _, err := w.c.Token(t.Context()); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// TestOneGivesUp: a sender who leaves while it gets the token takes no other with it.
func TestOneGivesUp(t *testing.T) {
	asked := make(chan struct{})
	var once sync.Once
	w := start(t, workstest.Options{}, func(o *works.Options) {
		next := o.HTTP.Transport
		o.HTTP = &http.Client{Transport: trip(func(r *http.Request) (*http.Response, error) {
			first := false
			once.Do(func() { first = true })
			if !first {
				return next.RoundTrip(r)
			}
			close(asked)
			<-r.Context().Done()
			return nil, r.Context().Err()
		})}
	})
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		if _, err := w.c.Token(ctx); !errors.Is(err, works.ErrNotDone) {
			t.Errorf("who gave up: %v", err)
		}
	})
	<-asked
	for range 20 {
		wg.Go(func() {
			if _, err := w.c.Token(t.Context()); err != nil {
				t.Errorf("another: %v", err)
			}
		})
	}
	cancel()
	wg.Wait()
}

// trip is a function as a transport.
type trip func(*http.Request) (*http.Response, error)

func (f trip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestRevoke(t *testing.T) {
	w := start(t, workstest.Options{})
	old, err := w.c.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.c.Revoke(t.Context()); err != nil {
		t.Fatal(err)
	}
	fresh, err := w.c.Token(t.Context())
	if err != nil || fresh == old {
		t.Errorf("a token after Revoke: the same, or %v", err)
	}
}
