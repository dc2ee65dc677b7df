package app_test

import (
	"strings"
	"testing"

	"github.com/dipcast/dipcast/ami/amitest"
)

// TestRESTKeepsSecrets: whatever is asked, allowed or not, numbers, names and
// tenant ids are in no line of the log; the site looks at all of them at its
// end. Each refusal is there, once.
func TestRESTKeepsSecrets(t *testing.T) {
	s := newSite(t)
	const v2 = "/api/v2"
	for _, tt := range []struct {
		method, path, body string
		status             int
	}{
		{"PUT", "/diversions/1010/CFI", `{"enable":true,"destination":"01026132471"}`, 200},
		{"PUT", "/diversions", `{"1010":{"CFB":{"destination":"01012345678"}},"1013":{"CFN":{"enable":"no"}}}`, 200},
		{"GET", "/diversions", "", 200},
		{"GET", "/extensions", "", 200},
		{"DELETE", "/diversions/1010", "", 200},
		{"POST", "/core/click_to_call", documented, 200},
		{"GET", "/calls", "", 200},
		{"GET", "/diversions/01026132471/CFI", "", 404},
		{"GET", "/diversions/" + two + "/CFI", "", 404},
		{"GET", "/calls/1-01026132471", "", 404},
		{"GET", "/calls?extension=01026132471", "", 404},
		{"GET", "/calls?01026132471=1", "", 422},
		{"GET", "/extensions?tenant=" + ten, "", 422},
		{"PUT", "/diversions/1010/CFI", `{"destination":"00821026132471"}`, 403},
		{"PUT", "/diversions/1010/CFI", `{"01026132471":true}`, 422},
		{"PUT", "/diversions", `{"01026132471":{"CFI":{"enable":true}}}`, 404},
		{"POST", "/calls/" + two + "/redirect", `{"exten":"01026132471"}`, 404},
		{"POST", "/core/click_to_call/cancel", `{"caller":"01026132471","callee":"01012345678"}`, 403},
		{"GET", "/01026132471/" + two, "", 404},
	} {
		if r := s.do(tt.method, v2+tt.path, tt.body, key()); r.status != tt.status {
			t.Errorf("%s %s: %d %s", tt.method, tt.path, r.status, r.raw)
		}
	}
	s.servers[0].Handle("DBPut", func(c *amitest.Conn, q amitest.Request) { c.Error(q, "no "+q.Get("Family")+" "+q.Get("Val")) })
	if r := s.do("PUT", v2+"/diversions/1010/CFI", `{"enable":true,"destination":"01026132471"}`, key()); r.status < 500 || strings.Contains(r.raw, two) {
		t.Errorf("%d %s", r.status, r.raw)
	}
}
