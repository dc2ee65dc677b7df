package works_test

import (
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/dipcast/dipcast/works"
	"github.com/dipcast/dipcast/works/workstest"
)

// signIn fills in the form as a person does, and gives what came back.
func (w *world) signIn(t *testing.T, address string, more ...string) url.Values {
	t.Helper()
	resp, err := w.options.HTTP.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("the form: %s", resp.Status)
	}
	asked, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	form := asked.Query()
	form.Set("account", "hong@example.com")
	form.Set("password", "p4ss")
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	client := *w.options.HTTP
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err = client.PostForm(w.base+"/oauth2/v2.0/authorize", form)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	to, err := resp.Location()
	if err != nil {
		t.Fatalf("%s: %v", resp.Status, err)
	}
	if to.Host != "dipcast.example" {
		t.Fatalf("sent to %s", to)
	}
	return to.Query()
}

func login(t *testing.T, w *world) *works.Login {
	t.Helper()
	l, err := w.c.NewLogin(works.LoginOptions{RedirectURL: "https://dipcast.example/login"})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestLogin(t *testing.T) {
	w := start(t, workstest.Options{})
	l := login(t, w)
	q := w.signIn(t, l.URL("state-1", "nonce-1"))
	if q.Get("state") != "state-1" {
		t.Errorf("state %q", q.Get("state"))
	}
	p, err := l.Finish(t.Context(), q.Get("code"), "nonce-1")
	if err != nil || *p != (works.Person{UserID: gildong, Name: "홍길동", Email: "hong@example.com"}) {
		t.Fatalf("got %+v, %v", p, err)
	}
	if _, err := l.Finish(t.Context(), q.Get("code"), "nonce-1"); !errors.Is(err, works.ErrLogin) {
		t.Errorf("a code twice: got %v", err)
	}
	q = w.signIn(t, l.URL("state-2", "nonce-2"))
	w.clock.add(10 * time.Minute)
	if _, err := l.Finish(t.Context(), q.Get("code"), "nonce-2"); !errors.Is(err, works.ErrLogin) {
		t.Errorf("a code after 10 minutes: got %v", err)
	}
	if q := w.signIn(t, l.URL("s", "n"), "refuse", "1"); q.Get("error") != "access_denied" || q.Has("code") {
		t.Errorf("refused: %v", q)
	}
}

// TestLoginProves: an answer that does not prove who it is is no login.
func TestLoginProves(t *testing.T) {
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	claim := func(name string, v any) func(*workstest.IDToken) {
		return func(id *workstest.IDToken) { id.Claims[name] = v }
	}
	w := start(t, workstest.Options{})
	for name, spoil := range map[string]func(*workstest.IDToken){
		"nonce":         claim("nonce", "nonce-2"),
		"no nonce":      func(id *workstest.IDToken) { delete(id.Claims, "nonce") },
		"aud":           claim("aud", "client-2"),
		"iss":           claim("iss", "https://evil.example"),
		"expired":       claim("exp", w.clock.now().Add(-time.Minute).Unix()),
		"at_hash":       claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"),
		"no sub":        claim("sub", ""),
		"signature":     func(id *workstest.IDToken) { id.Key = other },
		"other kid":     func(id *workstest.IDToken) { id.Header["kid"] = "unknown" },
		"alg":           func(id *workstest.IDToken) { id.Header["alg"] = "none" },
		"symmetric alg": func(id *workstest.IDToken) { id.Header["alg"] = "HS256" },
	} {
		t.Run(name, func(t *testing.T) {
			l := login(t, w)
			q := w.signIn(t, l.URL("s", "nonce-1"))
			w.ChangeID(spoil)
			defer w.ChangeID(nil)
			if p, err := l.Finish(t.Context(), q.Get("code"), "nonce-1"); !errors.Is(err, works.ErrLogin) {
				t.Errorf("got %+v, %v, want ErrLogin", p, err)
			}
		})
	}
	l := login(t, w)
	q := w.signIn(t, l.URL("s", "nonce-1"))
	if _, err := l.Finish(t.Context(), q.Get("code"), ""); !errors.Is(err, works.ErrLogin) {
		t.Errorf("without a nonce: got %v", err)
	}
}

// TestLoginIsNotReached: what is no proof and no answer is told apart from a refusal.
func TestLoginIsNotReached(t *testing.T) {
	w := start(t, workstest.Options{})
	l := login(t, w)
	q := w.signIn(t, l.URL("s", "nonce-1"))
	w.Fault(workstest.Fault{Op: workstest.OpToken, Status: http.StatusServiceUnavailable})
	if _, err := l.Finish(t.Context(), q.Get("code"), "nonce-1"); !errors.Is(err, works.ErrLogin) || !errors.Is(err, works.ErrNotDone) {
		t.Errorf("got %v, want ErrLogin and ErrNotDone", err)
	}
	if _, err := l.Finish(t.Context(), q.Get("code"), "nonce-1"); err != nil {
		t.Errorf("again: %v", err)
	}
}
