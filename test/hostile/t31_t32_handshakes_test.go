package hostile_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/config"
)

// ticket gets a one-time ticket as tenant two's program.
func (s *site) ticket() string {
	s.t.Helper()
	r := s.do("POST", "/api/v2/ws-ticket", "", appKey(two))
	var b struct{ Data struct{ Ticket string } }
	if err := json.Unmarshal([]byte(r.body), &b); err != nil || r.status != 201 || len(b.Data.Ticket) < 40 {
		s.t.Fatalf("%d %s", r.status, r.body)
	}
	s.logs.forbid(b.Data.Ticket)
	return b.Data.Ticket
}

// with is a header with one more.
func with(h http.Header, name, value string) http.Header {
	out := h.Clone()
	if out == nil {
		out = http.Header{}
	}
	out.Add(name, value)
	return out
}

const good = "https://good.example"

// TestT31_Origins: a browser's Origin is ours or one of the list. Without an
// Origin there must be credentials that a browser does not add by itself.
func TestT31_Origins(t *testing.T) {
	t.Parallel()
	s := newSite(t, setup{config: func(c *config.Config) { c.Origins = []string{good} }})
	c := s.dial("demo", silent)
	foreign := verdict{"forbidden", "Origin", "this Origin is not allowed"}
	bare := verdict{"forbidden", "Origin", "without an Origin, credentials must come in a header"}
	refused := func(host, path string, h http.Header, status int, who string, v verdict) {
		t.Helper()
		marks := s.marks()
		if got, body := s.shake(host, path, h); got != status || body != v.body() {
			t.Errorf("%s %v\ngot  %d %s\nwant %d %s", path, h, got, body, status, v.body())
		}
		c.ping()
		s.untouched(marks, path)
		s.wanted = append(s.wanted, refusal{roles[who], v.code, v.field, 0, "connect"})
	}
	accepted := func(host, path string, h http.Header) {
		t.Helper()
		if got, body := s.shake(host, path, h); got != 101 {
			t.Errorf("%s %v: %d %s", path, h, got, body)
		}
	}
	for _, host := range []string{s.http, s.ws} {
		for _, origin := range []string{
			"null", "https://good.example.evil", "http://good.example", "https://evil-good.example", "https://good.example:8443", "https://good.example/",
			"https://" + host, "http://" + host + ".evil", "http://evil@" + host, "http://localhost", "good.example", "https://good.example@evil", "file://", "*",
		} {
			refused(host, "/", with(basic("demo"), "Origin", origin), 403, "", foreign)
			refused(host, "/?ticket="+s.ticket(), http.Header{"Origin": {origin}}, 403, "", foreign)
		}
		both := with(with(basic("demo"), "Origin", good), "Origin", "https://evil.example")
		refused(host, "/", both, 403, "", foreign)
		for _, origin := range []string{good, "HTTPS://GOOD.example", "http://" + host} {
			accepted(host, "/", with(basic("demo"), "Origin", origin))
			accepted(host, "/?ticket="+s.ticket(), http.Header{"Origin": {origin}})
		}

		// None: what a browser does not send by itself is needed.
		accepted(host, "/", basic("demo"))
		accepted(host, "/", with(basic("demo"), "Cookie", "session=abc"))
		accepted(host, "/", appKey(two))
		accepted(host, "/", http.Header{"Authorization": {"Bearer KEY-of-ten"}})
		refused(host, "/", http.Header{"Cookie": {"session=abc"}}, 403, "", bare)
		ticket := s.ticket()
		refused(host, "/?ticket="+ticket, nil, 403, "", bare)
		refused(host, "/?ticket=unknown", nil, 403, "", bare)
		accepted(host, "/?ticket="+ticket, http.Header{"Origin": {good}}) // it was not used up
		wrong := verdict{"unauthorized", "", "the credentials are missing or wrong"}
		refused(host, "/?ticket="+ticket, http.Header{"Origin": {good}}, 401, "", wrong) // now it is
	}
	// REST: the same rule, and nobody else's page may read an answer.
	for _, origin := range []string{"null", "http://good.example", "https://good.example.evil"} {
		for _, method := range []string{"GET", "POST", "OPTIONS"} {
			path := map[string]string{"GET": "/api/v2/health", "POST": clickToCall, "OPTIONS": clickToCall}[method]
			r := s.do(method, path, c2c().body, with(appKey(two), "Origin", origin))
			if r.status != 403 || r.body != foreign.body() || r.header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s %s: %d %s", method, origin, r.status, r.body)
			}
			s.wanted = append(s.wanted, refusal{roles[""], "forbidden", "Origin", 0, method + " " + path})
		}
	}
}

// TestT32_TokensInTheQuery: of all credentials only a one-time ticket may stand
// in an address. None is ever in a log or in the audit.
func TestT32_TokensInTheQuery(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.dial("demo", silent)
	origin := http.Header{"Origin": {"http://" + s.ws}}
	used := s.ticket()
	if status, body := s.shake(s.ws, "/?ticket="+used, origin); status != 101 {
		t.Errorf("a ticket: %d %s", status, body)
	}
	missing := verdict{"unauthorized", "app-key", "the header app-key is missing"}
	wrong := verdict{"unauthorized", "", "the credentials are missing or wrong"}
	login := base64.StdEncoding.EncodeToString([]byte("demo:" + password("demo")))
	s.logs.forbid(login)
	for query, v := range map[string]verdict{
		"ticket=" + used:                      wrong,
		"ticket=TICKET-9F-unknown":            wrong,
		"ticket=":                             wrong,
		"ticket=" + url.QueryEscape(keyOfTwo): wrong,
		"app-key=" + url.QueryEscape(keyOfTwo) + "&tenant=" + two: missing,
		"token=KEY-of-ten":                                         missing,
		"access_token=KEY-of-ten":                                  missing,
		"authorization=" + url.QueryEscape("Basic "+login):         missing,
		"Authorization=" + url.QueryEscape("Bearer KEY-of-ten"):    missing,
		"user=demo&password=" + url.QueryEscape(password("demo")):  missing,
		"username=demo&secret=" + url.QueryEscape(password("ops")): missing,
	} {
		marks := s.marks()
		status, body := s.shake(s.ws, "/?"+query, origin)
		if status != 401 || body != v.body() {
			t.Errorf("%s: %d %s", query, status, body)
		}
		c.ping()
		s.untouched(marks, query)
		s.wanted = append(s.wanted, refusal{roles[""], v.code, v.field, 0, "connect"})
		if strings.HasPrefix(query, "ticket=") {
			continue // REST's stream of events takes tickets too
		}
		for _, r := range []call{{"GET", "/api/v2/health?" + query, ""}, {"POST", clickToCall + "?" + query, c2c().body}} {
			got := s.do(r.method, r.path, r.body, nil)
			if got.status != 401 || got.body != missing.body() {
				t.Errorf("%s: %d %s", r.path, got.status, got.body)
			}
			path, _, _ := strings.Cut(r.path, "?")
			s.wanted = append(s.wanted, refusal{roles[""], "unauthorized", "app-key", 0, r.method + " " + path})
		}
	}
	// Credentials before the host, as RFC 3986 has them, are a client's matter:
	// they arrive as Basic. Behind it they are only a path.
	if status, _ := s.shake(s.http, "/demo:"+password("demo")+"@x", basic("demo")); status != 404 {
		t.Errorf("status %d", status)
	}
}
