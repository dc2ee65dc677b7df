package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/config"
)

// TestCallLimits: REST and WebSocket, a tenant's own client and an operator,
// count together for the extension that calls; what is refused does not reach
// the server, and is in the audit.
func TestCallLimits(t *testing.T) {
	s := newSite(t, change{config: func(c *config.Config) { c.Tenants[0].Limits = config.Limits{PerMinute: 4} }})
	c := s.dial("demo", "/")
	ops := s.dial("ops", "/")
	click := func(callee string) reply {
		return s.do("POST", clickToCall, fmt.Sprintf(`{"caller":"1010","callee":"%s"}`, callee), key())
	}
	originate := func(c *client, id, exten string) answer {
		return c.ask(fmt.Sprintf(`{"AMIServerID":1,"Action":"Originate","ActionID":"%s","Channel":"Local/1010@T2_cos-all","Context":"T2_cos-all","Exten":"%s","Priority":"1","Async":"true"}`, id, exten))
	}
	if r := click("01026132471"); r.status != 200 {
		t.Fatal(r.raw)
	}
	for i, c := range []*client{c, ops, c} {
		if a := originate(c, fmt.Sprint("a", i), "01026132471"); a.Data["Response"] != "Success" {
			t.Fatal(a.raw)
		}
	}
	r := click("01026132471")
	if r.status != 429 || r.body.Code != "rate_limited" || r.body.Field != "callee" || r.header.Get("Retry-After") == "" ||
		!strings.Contains(r.body.Message, "4 national calls a minute") {
		t.Errorf("%d %v %s", r.status, r.header, r.raw)
	}
	for _, c := range []*client{c, ops} {
		if a := originate(c, "over", "01026132471"); a.Data["Response"] != "Error" || a.Data["Code"] != "rate_limited" || a.Data["Field"] != "Exten" || a.Data["ActionID"] != "over" {
			t.Errorf("%s", a.raw)
		}
	}
	if r := click("1013"); r.status != 200 { // within the house
		t.Error(r.raw)
	}
	if r := s.do("POST", clickToCall, `{"caller":"1013","callee":"01026132471"}`, key()); r.status != 200 { // another extension
		t.Error(r.raw)
	}
	n := 0
	for line := range strings.Lines(s.logs.String()) {
		if strings.Contains(line, "msg=audit ") && strings.Contains(line, "code=rate_limited") {
			n++
		}
	}
	if n != 3 {
		t.Errorf("%d lines of the audit: %s", n, s.logs.String())
	}
}

// TestUnlock: who may unlock, and whose.
func TestUnlock(t *testing.T) {
	s := newSite(t)
	for _, tt := range []struct {
		name   string
		header http.Header
		path   string
		want   int
		code   string
	}{
		{"tenant", key(), "1010", 200, ""},
		{"login of the tenant", basic("demo"), "1013", 200, ""},
		{"operator", basic("ops"), "1010/unlock?tenant=T2", 200, ""},
		{"operator without a tenant", basic("ops"), "1010", 400, "bad_request"},
		{"the extension itself", basic("phone1010"), "1010", 403, "forbidden"},
		{"another extension", basic("phone1010"), "1013", 403, "forbidden"},
		{"no extension", key(), "1099", 404, "not_found"},
		{"another tenant's", basic("demo10"), "1010/unlock?tenant=T2", 403, "forbidden"},
		{"nobody", nil, "1010", 401, "unauthorized"},
	} {
		path := tt.path
		if !strings.Contains(path, "/") {
			path += "/unlock"
		}
		if r := s.do("POST", "/api/v2/extensions/"+path, "", tt.header); r.status != tt.want || r.body.Code != tt.code {
			t.Errorf("%s: %d %s", tt.name, r.status, r.raw)
		}
	}
}

// TestReloadChangesLimits for clients that stay connected.
func TestReloadChangesLimits(t *testing.T) {
	s := newSite(t, change{config: func(c *config.Config) { c.Tenants[0].Limits = config.Limits{PerMinute: 1} }})
	demo, ops := s.dial("demo", "/"), s.dial("ops", "/")
	originate := func(c *client, exten string) string {
		a := c.ask(fmt.Sprintf(`{"AMIServerID":1,"Action":"Originate","ActionID":"a","Channel":"Local/1010@T2_cos-all","Context":"T2_cos-all","Exten":"%s","Priority":"1","Async":"true"}`, exten))
		if a.Data["Code"] != "" {
			return a.Data["Code"]
		}
		return a.Data["Response"]
	}
	want := func(national, abroad string) {
		t.Helper()
		for _, c := range []*client{demo, ops} {
			if got := originate(c, "01026132471"); got != national {
				t.Errorf("national: %s, want %s", got, national)
			}
			if got := originate(c, "00112125550123"); got != abroad {
				t.Errorf("abroad: %s, want %s", got, abroad)
			}
		}
	}
	if got := originate(demo, "01026132471"); got != "Success" {
		t.Fatal(got)
	}
	want("rate_limited", "forbidden")
	s.next = func(c *config.Config) {
		c.Tenants[0].Limits = config.Limits{PerMinute: 3}
		c.Tenants[0].International = config.International{Countries: []string{"1"}, Until: "2099-12-31"}
	}
	if _, err := s.app.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	want("Success", "Success")
	s.next = func(c *config.Config) {
		c.Tenants[0].Limits, c.Tenants[0].International = config.Limits{PerMinute: 3}, config.International{}
	}
	if _, err := s.app.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	want("rate_limited", "forbidden")
}
