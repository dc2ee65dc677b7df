package works_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"github.com/dipcast/dipcast/works/workstest"
)

// signInReturn is registered with the app: below what public_url is here.
const signInReturn = "http://127.0.0.1:0/login/works/return"

// signIn: a person of the directory signs in at the gateway, until they are no
// longer in it.
func (s *site) signIn() {
	t := s.t
	u := workstest.User{ID: "u-leaver", Email: "leaver@example.com", LastName: "변", FirstName: "학도", Domain: domain, Password: "p4ss"}
	s.sandbox.AddUser(u)
	s.do("POST", "/people/sync?tenant=T2", nil)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar, Transport: s.client.Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	gateway := strings.TrimSuffix(s.api, "/api/v2")
	read := func(resp *http.Response, err error) (*url.URL, string) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		to, _ := resp.Location() // nil when it is a page
		return to, string(text)
	}
	to, page := read(browser.Get(gateway + "/login/works?tenant=T2&to=/login"))
	if to == nil || !strings.HasPrefix(to.String(), s.works) {
		t.Fatalf("sent to %v: %s", to, page)
	}
	form := to.Query()
	form.Set("account", u.Email)
	form.Set("password", u.Password)
	if to, page = read(browser.PostForm(s.works+"/oauth2/v2.0/authorize", form)); to == nil || to.Path != "/login/works/return" {
		t.Fatalf("sent back to %v: %s", to, page)
	}
	if to, page = read(browser.Get(gateway + to.RequestURI())); to == nil || to.Path != "/login" {
		t.Fatalf("not signed in: %v %s", to, page)
	}
	if _, page = read(browser.Get(gateway + "/login")); !strings.Contains(page, "변학도") {
		t.Errorf("who is signed in: %s", page)
	}
	s.sandbox.RemoveUser(u.ID)
	s.do("POST", "/people/sync?tenant=T2", nil)
	if _, page = read(browser.Get(gateway + "/login")); strings.Contains(page, "변학도") {
		t.Errorf("who has left is signed in: %s", page)
	}
}
