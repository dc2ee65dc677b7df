package app_test

import (
	"strings"
	"testing"
)

// TestTenantPending: a company sees and applies what is its own; where DIPCAST
// writes no files there is nothing to apply.
func TestTenantPending(t *testing.T) {
	s := newSite(t)
	if r := s.do("PUT", "/api/v2/extensions/1010", `{"name":"홍길순"}`, basic("demo")); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.raw)
	}
	for _, c := range []struct {
		method, path, who string
		status            int
		data              string
	}{
		{"GET", "/pending", "demo", 200, `"waiting":false,"versions":[],"changes":[],"servers":[]`},
		{"GET", "/pending", "ops", 200, `"tenant":"T2"`},
		{"GET", "/pending", "phone1010", 403, ""},
		{"GET", "/applies", "demo", 200, `"data":[]`},
		{"GET", "/applies", "phone1010", 403, ""},
		{"POST", "/apply", "demo", 200, `"data":[]`},
		{"POST", "/apply?server_id=9", "demo", 404, "server_id"},
		{"POST", "/apply", "phone1010", 403, ""},
	} {
		r := s.do(c.method, "/api/v2/tenants/T2"+c.path, "", basic(c.who))
		if r.status != c.status || !strings.Contains(r.raw, c.data) {
			t.Errorf("%s %s by %s: %d %s", c.method, c.path, c.who, r.status, r.raw)
		}
	}
	if r := s.do("GET", "/api/v2/tenants/T1/pending", "", basic("demo")); r.status != 403 {
		t.Errorf("another company's: %d %s", r.status, r.raw)
	}
}
