package relay_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/config"
)

var boxA = config.Box{Name: "a", Tenants: []string{tenantA}}

// TestCallback: bytes and headers arrive as they were sent, and the box's answer
// comes back.
func TestCallback(t *testing.T) {
	h := newHost(t, boxA)
	h.start()
	g := h.box("a", tenantA)
	g.up(t)
	g.answers(func(w http.ResponseWriter, _ *http.Request, _ string) {
		w.Header().Set("X-Of-Box", "yes")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte("bad signature"))
	})
	body := "{\"text\":\"전화 연결\"}\r\n\x00"
	status, text := h.do(http.MethodPost, "relay.example.test", "/dapi/"+tenantA+"/callback?x=%2F;y", body, http.Header{
		"x-works-BOTID": {"1"}, "X-WORKS-Signature": {"c2ln"}, "Content-Type": {"application/json;charset=UTF-8"},
		"Connection": {"X-Secret-Hop"}, "X-Secret-Hop": {"1"}, "X-Forwarded-For": {"10.0.0.1"}, "Dipcast-Relay-Client": {"10.0.0.1:1"},
	})
	if status != http.StatusUnauthorized || text != "bad signature" {
		t.Errorf("answer: %d %q", status, text)
	}
	if got := g.got(); len(got) != 1 || got[0] != body {
		t.Fatalf("arrived: %q", got)
	}
	r := g.last
	if r.Header.Get("X-Works-Botid") != "1" || r.Header.Get("X-Works-Signature") != "c2ln" || r.Header.Get("Content-Type") != "application/json;charset=UTF-8" {
		t.Errorf("headers: %v", r.Header)
	}
	for _, gone := range []string{"X-Secret-Hop", "Connection", "X-Forwarded-For", "Dipcast-Relay-Client"} {
		if r.Header.Get(gone) != "" {
			t.Errorf("%s came through: %v", gone, r.Header)
		}
	}
	if r.URL.RequestURI() != "/dapi/"+tenantA+"/callback?x=%2F;y" || r.Host != "relay.example.test" || r.Method != http.MethodPost || r.TLS == nil {
		t.Errorf("request: %s %s%s", r.Method, r.Host, r.URL.RequestURI())
	}
	if r.RemoteAddr != "0.0.0.0:0" { // a loopback address is nobody's on the Internet
		t.Errorf("client: %s", r.RemoteAddr)
	}
	if h.waiting() != 0 {
		t.Error("it went to disk")
	}
	for _, l := range []*logs{h.log, g.log} {
		if strings.Contains(l.String(), tenantA) || strings.Contains(l.String(), h.keys["a"]) {
			t.Errorf("the log holds a tenant or a key: %s", l)
		}
	}
}
