package works_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"github.com/dipcast/dipcast/works/workstest"
)

// signInReturn is registered with the app: below what public_url is here.
const signInReturn = "http://127.0.0.1:0/login/works/return"

// passwordThere is everybody's at NAVER WORKS.
const passwordThere = "p4ss"

// browser is one of a person. It follows no redirects.
type browser struct {
	s      *site
	client *http.Client
}

func (s *site) browser() *browser {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &browser{s, &http.Client{Jar: jar, Transport: s.client.Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// get and post give where a page sends to, nil when it is none that does, and what
// is on it.
func (b *browser) get(address string) (*http.Response, string) {
	b.s.t.Helper()
	return b.read(b.client.Get(b.at(address)))
}

func (b *browser) post(address string, form url.Values) (*http.Response, string) {
	b.s.t.Helper()
	return b.read(b.client.PostForm(b.at(address), form))
}

// at has a path be the gateway's.
func (b *browser) at(address string) string {
	if strings.HasPrefix(address, "/") {
		return b.s.origin() + address
	}
	return address
}

func (b *browser) read(resp *http.Response, err error) (*http.Response, string) {
	b.s.t.Helper()
	if err != nil {
		b.s.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.s.t.Fatal(err)
	}
	return resp, string(text)
}

// to is the path and query that an answer sends to, "" when it does not.
func to(resp *http.Response) string {
	if at, err := resp.Location(); err == nil {
		return at.RequestURI()
	}
	return ""
}

// signIn signs a person in who wants to see a path that asks for it, and comes to
// where they are sent back.
func (b *browser) signIn(email, path, back string) {
	t := b.s.t
	t.Helper()
	resp, page := b.get(path)
	if next := to(resp); strings.HasPrefix(next, "/login/works?") {
		resp, page = b.get(next)
	}
	at, err := resp.Location()
	if err != nil || !strings.HasPrefix(at.String(), b.s.works) {
		t.Fatalf("sent to %v: %s", at, page)
	}
	form := at.Query()
	form.Set("account", email)
	form.Set("password", passwordThere)
	resp, page = b.post(b.s.works+"/oauth2/v2.0/authorize", form)
	if !strings.HasPrefix(to(resp), "/login/works/return?") {
		t.Fatalf("sent back to %q: %s", to(resp), page)
	}
	if resp, page = b.get(to(resp)); to(resp) != back {
		t.Fatalf("not signed in: %q %s", to(resp), page)
	}
}

// signIn: a person of the directory signs in at the gateway, until they are no
// longer in it.
func (s *site) signIn() {
	t := s.t
	u := workstest.User{ID: "u-leaver", Email: "leaver@example.com", LastName: "변", FirstName: "학도", Domain: domain, Password: passwordThere}
	s.sandbox.AddUser(u)
	s.do("POST", "/people/sync?tenant=T2", nil)
	var people []struct{ ID, Email string }
	if err := json.Unmarshal(s.do("GET", "/people?tenant=T2", nil), &people); err != nil {
		t.Fatal(err)
	}
	var id string
	for _, p := range people {
		if p.Email == u.Email {
			id = p.ID
		}
	}
	extension := func(number string) { s.do("PUT", "/people/"+id+"?tenant=T2", map[string]any{"extension": number}) }
	extension("1018")
	b := s.browser()
	b.signIn(u.Email, "/login/works?tenant=T2&to=/calls", "/calls")
	// The same sign-in is one at the web: as the employee of their extension.
	if _, me := b.get("/api/v2/session"); !strings.Contains(me, "변학도") || !strings.Contains(me, `"extension":"1018"`) || !strings.Contains(me, `"kind":"person"`) {
		t.Errorf("who is signed in: %s", me)
	}
	// Without their extension they are nobody of the web, and are told so.
	extension("")
	if resp, me := b.get("/api/v2/session"); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("who has lost the extension is signed in: %s", me)
	}
	b.signIn(u.Email, "/login/works?tenant=T2&to=/calls", "") // to no page
	extension("1018")
	b.signIn(u.Email, "/login/works?tenant=T2&to=/calls", "/calls")
	if resp, me := b.get("/api/v2/session"); resp.StatusCode != http.StatusOK {
		t.Errorf("with an extension again: %s", me)
	}
	s.do("DELETE", "/people/"+id+"/sessions?tenant=T2", nil)
	if resp, me := b.get("/api/v2/session"); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("whom an administrator signed out is signed in: %s", me)
	}
	b.signIn(u.Email, "/login/works?tenant=T2&to=/calls", "/calls")
	s.sandbox.RemoveUser(u.ID)
	s.do("POST", "/people/sync?tenant=T2", nil)
	if resp, me := b.get("/api/v2/session"); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("who has left is signed in: %s", me)
	}
}
