package app_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// fromElsewhere are what browsers say of a form, a script or a frame of another site.
var fromElsewhere = [][]string{
	{"Sec-Fetch-Site", "cross-site"},
	{"Sec-Fetch-Site", "same-site"},
	{"Origin", "null"},
	{"Origin", "http://evil.example"},
	{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document", "Content-Type", "text/plain"},
}

// TestT35_CSRF: nothing of the gateway's is changed by what another site has a browser
// send with its session, whatever operation it is; and the browser stays signed in.
func TestT35_CSRF(t *testing.T) {
	s := newSite(t)
	var doc struct {
		Paths map[string]map[string]json.RawMessage
	}
	if err := json.Unmarshal([]byte(s.do("GET", "/api/v2/openapi.json", "", nil).raw), &doc); err != nil {
		t.Fatal(err)
	}
	b, n := s.admin(), 0
	fill := strings.NewReplacer("{ext}", "1010", "{type}", "CFI", "{source}", "203.0.113.7", "{server_id}", "1", "{tenant}", "T2", "{call_id}", "1-17.1", "{id}", "1010")
	for path, methods := range doc.Paths {
		for method := range methods {
			if !slices.Contains([]string{"post", "put", "delete", "patch"}, method) {
				continue
			}
			n++
			for _, h := range fromElsewhere {
				if a := b.do(strings.ToUpper(method), fill.Replace(path), `{}`, h...); a.status != 403 || a.body.Code != "forbidden" || a.body.Field != "Origin" {
					t.Errorf("%s %s with %v: %d %s", method, path, h, a.status, a.raw)
				}
			}
		}
	}
	if n < 100 {
		t.Errorf("only %d operations change something", n)
	}
	text, _ := json.Marshal(map[string]string{"username": "demo", "password": password("demo")})
	for _, h := range fromElsewhere { // nobody is signed in by another site, either
		other := s.browser()
		other.want(403, "POST", "/session", string(text), h...)
		if len(other.c.Jar.Cookies(s.url())) > 0 {
			t.Errorf("%v: a cookie was set", h)
		}
	}
	b.want(201, "POST", "/ws-ticket", "", "Origin", "http://"+s.http, "Sec-Fetch-Site", "same-origin")
}

// TestT35_OpenRedirect: no path of the gateway's, however it is written, sends a
// browser to another site.
func TestT35_OpenRedirect(t *testing.T) {
	s := newSite(t)
	here := s.url()
	for _, b := range []*browser{s.browser(), s.in("demo", password("demo"))} {
		for _, to := range []string{
			"//evil.example", "//evil.example/..", "/%2fevil.example", "/%2f%2fevil.example", `/\evil.example`, "/%5cevil.example", "/%5c%5cevil.example", "///evil.example",
			"https:evil.example", "https://evil.example", "https%3a%2f%2fevil.example", "/%09/evil.example", "/.//evil.example", "javascript:alert(1)", "http://" + s.http + "@evil.example",
		} {
			for _, path := range []string{
				to, "/account?next=" + url.QueryEscape(to), "/login?next=" + to, "/login?to=" + url.QueryEscape(to), "/login/works?to=" + url.QueryEscape(to), "/login/works/return?state=x&code=x&to=" + url.QueryEscape(to),
				"/softphone?next=" + url.QueryEscape(to), "/dapi/" + to, "/history/" + to,
			} {
				if !strings.HasPrefix(path, "/") {
					continue // no request has such a path
				}
				at := b.location(path)
				// Browsers read \ as / and leave out blanks.
				at = strings.NewReplacer(`\`, "/", "\t", "", "\r", "", "\n", "").Replace(at)
				if to, err := here.Parse(at); err != nil || to.Host != here.Host || to.User != nil || to.Scheme != "http" {
					t.Errorf("%s leads to %q", path, at)
				}
			}
		}
	}
}

// location is where the answer to a path, as it is written, sends a browser; "" nowhere.
func (b *browser) location(path string) string {
	b.s.t.Helper()
	r, err := http.NewRequestWithContext(b.s.t.Context(), http.MethodGet, "http://"+b.s.http, http.NoBody)
	if err != nil {
		b.s.t.Fatal(err)
	}
	p, q, _ := strings.Cut(path, "?")
	r.URL.Opaque, r.URL.RawQuery = "//"+b.s.http+p, q
	res, err := b.c.Do(r)
	if err != nil {
		b.s.t.Fatal(err)
	}
	_ = res.Body.Close()
	return res.Header.Get("Location")
}
