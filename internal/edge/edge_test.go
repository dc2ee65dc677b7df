package edge_test

import (
	"crypto/tls"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
)

func TestClientAddr(t *testing.T) {
	p := edge.Proxies{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for _, tt := range []struct {
		name, remote string
		forwarded    []string
		want         string
	}{
		{"no proxy", "192.0.2.7:1234", nil, "192.0.2.7"},
		{"no proxy, a made-up header", "192.0.2.7:1234", []string{"198.51.100.1"}, "192.0.2.7"},
		{"a proxy", "10.0.0.1:1234", []string{"192.0.2.7"}, "192.0.2.7"},
		{"a proxy that says nothing", "10.0.0.1:1234", nil, "10.0.0.1"},
		{"two proxies", "10.0.0.1:1234", []string{"192.0.2.7, 10.0.0.2"}, "192.0.2.7"},
		{"in two headers", "10.0.0.1:1234", []string{"198.51.100.1, 192.0.2.7", "10.0.0.2"}, "192.0.2.7"},
		{"a client's own entry in front", "10.0.0.1:1234", []string{"127.0.0.1, 192.0.2.7"}, "192.0.2.7"},
		{"nonsense", "10.0.0.1:1234", []string{"192.0.2.7, unknown"}, "10.0.0.1"},
		{"only proxies", "10.0.0.1:1234", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
		{"IPv6", "[fd00::1]:1234", []string{"2001:db8::7"}, "2001:db8::7"},
		{"IPv4 in IPv6", "[::ffff:10.0.0.1]:1234", []string{"::ffff:192.0.2.7"}, "192.0.2.7"},
		{"very many", "10.0.0.1:1234", []string{"192.0.2.7" + strings.Repeat(", 10.0.0.2", 20)}, "10.0.0.2"},
		{"no address at all", "@", []string{"192.0.2.7"}, "invalid IP"},
	} {
		r := &http.Request{RemoteAddr: tt.remote, Header: http.Header{"X-Forwarded-For": tt.forwarded}}
		if got := p.ClientAddr(r).String(); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestOriginOverTLS(t *testing.T) {
	o := edge.NewOrigins("https://good.example")
	for origin, want := range map[string]bool{
		"https://pbx.example": true, "HTTPS://pbx.EXAMPLE": true, "http://pbx.example": false,
		"https://good.example": true, "http://good.example": false, "null": false, "": false,
	} {
		r := &http.Request{Host: "pbx.example", TLS: &tls.ConnectionState{}, Header: http.Header{"Origin": {origin}}}
		if got := o.Allow(r); got != want {
			t.Errorf("Origin %q over TLS: %v", origin, got)
		}
	}
	if !o.Allow(&http.Request{Host: "pbx.example"}) {
		t.Error("a program without an Origin was refused")
	}
}

// TestEveryCodeHasAStatus: none but internal is a 500. A field that is too long
// is a bad request, a body has a status of its own.
func TestEveryCodeHasAStatus(t *testing.T) {
	for code, want := range map[envelope.Code]int{
		envelope.BadRequest: 400, envelope.InvalidValue: 400, envelope.TooLong: 400, envelope.Unauthorized: 401,
		envelope.Forbidden: 403, envelope.NotFound: 404, envelope.Conflict: 409, envelope.RateLimited: 429,
		envelope.Busy: 503, envelope.Unavailable: 503, envelope.Timeout: 504, envelope.Unknown: 504, envelope.Internal: 500,
	} {
		w := httptest.NewRecorder()
		edge.WriteError(w, envelope.Errorf(code, "f", "<m> & 착신"))
		var b edge.Body
		if err := json.Unmarshal(w.Body.Bytes(), &b); err != nil || w.Code != want || b.Status != "error" || b.Code != code || b.Field != "f" {
			t.Errorf("%s: %d %s %v", code, w.Code, w.Body, err)
		}
		if !strings.Contains(w.Body.String(), "<m> & 착신") {
			t.Errorf("escaped: %s", w.Body)
		}
		if (w.Header().Get("WWW-Authenticate") != "") != (want == 401) {
			t.Errorf("%s: WWW-Authenticate %q", code, w.Header().Get("WWW-Authenticate"))
		}
	}
	if got := edge.StatusOf(&envelope.Error{Code: envelope.TooLong}); got != 413 {
		t.Errorf("a body that is too long: %d", got)
	}
}

// TestSecure: only who is trusted may say that a request came by HTTPS.
func TestSecure(t *testing.T) {
	p := edge.Proxies{netip.MustParsePrefix("127.0.0.1/32")}
	for _, tt := range []struct {
		from  string
		proto []string
		want  bool
	}{
		{"127.0.0.1:1", []string{"https"}, true},
		{"[::ffff:127.0.0.1]:1", []string{"HTTPS"}, true},
		{"127.0.0.1:1", nil, false},
		{"127.0.0.1:1", []string{"http"}, false},
		{"127.0.0.1:1", []string{"https", "http"}, false},
		{"192.0.2.1:1", []string{"https"}, false},
		{"@", []string{"https"}, false},
	} {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/", http.NoBody)
		r.RemoteAddr, r.Header["X-Forwarded-Proto"] = tt.from, tt.proto
		if got := p.Secure(r); got != tt.want {
			t.Errorf("%+v: %v", tt, got)
		}
	}
}
