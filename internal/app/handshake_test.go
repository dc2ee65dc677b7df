package app_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/config"
)

func header(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i+1 < len(pairs); i += 2 {
		h[pairs[i]] = append(h[pairs[i]], pairs[i+1]) // letter case as given
	}
	return h
}

func join(all ...http.Header) http.Header {
	out := http.Header{}
	for _, h := range all {
		for name, v := range h {
			out[name] = append(out[name], v...)
		}
	}
	return out
}

func TestHandshakeCredentials(t *testing.T) {
	s := newSite(t)
	demo := basic("demo")
	wrong := header("Authorization", "Basic ZGVtbzp3cm9uZw==") // demo:wrong
	tests := []struct {
		name   string
		h      http.Header
		status int
		field  string
	}{
		{"nothing", nil, 401, "app-key"},
		{"Basic", demo, 101, ""},
		{"an operator's Basic", basic("ops"), 101, ""},
		{"a single extension's Basic", basic("phone1010"), 101, ""},
		{"a wrong password", wrong, 401, ""},
		{"an unknown user", header("Authorization", "Basic bm9ib2R5Og=="), 401, ""},
		{"Basic that is none", header("Authorization", "Basic !!!"), 401, ""},
		{"app key and tenant", header("app-key", "얼씨구절씨구", "tenant", two), 101, ""},
		{"app key and Company-ID", header("App-Key", "얼씨구절씨구", "Company-ID", two), 101, ""},
		{"both, and both right", header("app-key", "얼씨구절씨구", "Company-ID", two, "tenant", two), 101, ""},
		{"both, one of them wrong", header("app-key", "얼씨구절씨구", "Company-ID", ten, "tenant", two), 403, "tenant"},
		{"app key without tenant", header("app-key", "얼씨구절씨구"), 401, "tenant"},
		{"tenant without app key", header("tenant", two), 401, "app-key"},
		{"app key of another tenant", header("app-key", "KEY-of-ten", "tenant", two), 403, "tenant"},
		{"a tenant that is not there", header("app-key", "KEY-of-ten", "tenant", "ffffffffffffffff"), 403, "tenant"},
		{"a wrong app key", header("app-key", "x", "tenant", two), 401, ""},
		{"Bearer", header("Authorization", "Bearer KEY-of-ten"), 101, ""},
		{"a wrong Bearer", header("Authorization", "Bearer x"), 401, ""},
		{"Basic with its tenant", join(demo, header("tenant", two)), 101, ""},
		{"Basic with another tenant", join(demo, header("tenant", ten)), 403, "tenant"},
		{"an unknown ticket", header("Origin", "http://"+s.http), 401, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := "/"
			if strings.Contains(tt.name, "ticket") {
				path = "/?ticket=abc"
			}
			res, _ := s.shake(s.http, path, tt.h)
			if res.StatusCode != tt.status {
				t.Fatalf("status %d, want %d", res.StatusCode, tt.status)
			}
			if got := res.Header.Get("WWW-Authenticate"); strings.HasPrefix(got, "Basic ") != (tt.status == 401) {
				t.Errorf("WWW-Authenticate: %q", got)
			}
			if tt.status != 101 {
				checkError(t, res, tt.field)
			}
		})
	}
	// The same body whether the other tenant exists or not.
	var bodies []string
	for _, other := range []string{two, "ffffffffffffffff"} {
		res, _ := s.shake(s.http, "/", header("app-key", "KEY-of-ten", "tenant", other))
		b, _ := io.ReadAll(res.Body)
		bodies = append(bodies, string(b))
	}
	if bodies[0] != bodies[1] {
		t.Errorf("the bodies differ: %q", bodies)
	}
}

// checkError checks the documented form of an error over HTTP.
func checkError(t *testing.T, res *http.Response, field string) {
	t.Helper()
	b, _ := io.ReadAll(res.Body)
	var e struct{ Status, Code, Message, Field string }
	if err := json.Unmarshal(b, &e); err != nil || e.Status != "error" || e.Code == "" || e.Message == "" || e.Field != field {
		t.Errorf("body %s (%v), want an error naming %q", b, err, field)
	}
	if ct := res.Header.Get("Content-Type"); !strings.HasPrefix(ct, "application/json") {
		t.Errorf("Content-Type %s", ct)
	}
}

func TestHandshakeOrigin(t *testing.T) {
	s := newSite(t, change{config: func(c *config.Config) { c.Origins = []string{"https://good.example"} }})
	for _, host := range []string{s.http, s.ws} {
		for _, tt := range []struct {
			origin string
			status int
		}{
			{"", 101},
			{"https://good.example", 101},
			{"HTTPS://GOOD.example", 101},
			{"http://" + host, 101}, // our own
			{"null", 403},
			{"http://good.example", 403},
			{"https://good.example.evil", 403},
			{"https://evil-good.example", 403},
			{"https://good.example:8443", 403},
			{"https://good.example/", 403},
			{"https://" + host, 403},
			{"http://" + host + ".evil", 403},
			{"http://evil@" + host, 403},
			{"http://localhost", 403},
			{"good.example", 403},
		} {
			h := basic("demo")
			if tt.origin != "" {
				h.Set("Origin", tt.origin)
			}
			res, _ := s.shake(host, "/", h)
			if res.StatusCode != tt.status {
				t.Errorf("Origin %q: %d, want %d", tt.origin, res.StatusCode, tt.status)
			}
			if res.StatusCode == 403 {
				checkError(t, res, "Origin")
			}
		}
	}
	two := basic("demo")
	two["Origin"] = []string{"https://good.example", "https://evil.example"}
	if res, _ := s.shake(s.http, "/", two); res.StatusCode != 403 {
		t.Errorf("two Origins: %s", res.Status)
	}
}

// TestHandshakeForm: what is wrong with a handshake is said, and the
// connection is not kept open.
func TestHandshakeForm(t *testing.T) {
	s := newSite(t)
	good := string(handshake(s.ws, "/", basic("demo")))
	for _, tt := range []struct {
		name, from, to string
		status         int
		field          string
	}{
		{"POST", "GET /", "POST /", 400, ""},
		{"no Upgrade", "Upgrade: websocket\r\n", "", 426, ""},
		{"another Upgrade", "Upgrade: websocket\r\n", "Upgrade: h2c\r\n", 426, ""},
		{"no Connection", "Connection: Upgrade\r\n", "", 400, "Connection"},
		{"keep-alive, Upgrade", "Connection: Upgrade", "Connection: keep-alive, Upgrade", 101, ""},
		{"version 8", "Version: 13", "Version: 8", 400, "Sec-WebSocket-Version"},
		{"no version", "Sec-WebSocket-Version: 13\r\n", "", 400, "Sec-WebSocket-Version"},
		{"short key", "dGhlIHNhbXBsZSBub25jZQ==", "AAAA", 400, "Sec-WebSocket-Key"},
		{"no key", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "", 400, "Sec-WebSocket-Key"},
		{"version 2 of the protocol", "GET /", "GET /?v=3", 400, "v"},
		{"too many events", "GET /", "GET /?events=" + strings.Repeat("a,", 65), 400, "events"},
		{"long extensions", "GET /", "GET /?extensions=" + strings.Repeat("1", 2049), 400, "extensions"},
		{"compression offered", "\r\n\r\n", "\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n", 101, ""},
		{"subprotocol offered", "\r\n\r\n", "\r\nSec-WebSocket-Protocol: dcmiws\r\n\r\n", 101, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			conn, err := net.Dial("tcp", s.ws)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := io.WriteString(conn, strings.Replace(good, tt.from, tt.to, 1)); err != nil {
				t.Fatal(err)
			}
			res, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			if res.StatusCode != tt.status {
				t.Errorf("status %d, want %d", res.StatusCode, tt.status)
			}
			if tt.status != 101 {
				checkError(t, res, tt.field)
			} else if ext := res.Header.Get("Sec-WebSocket-Extensions") + res.Header.Get("Sec-WebSocket-Protocol"); ext != "" {
				t.Errorf("accepted %q", ext)
			} else if a := res.Header.Get("Sec-WebSocket-Accept"); a != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" { // RFC 6455 section 1.3
				t.Errorf("Sec-WebSocket-Accept %q", a)
			}
		})
	}
}

// TestPaths: the main port upgrades at / and /ws, the WebSocket port anywhere.
func TestPaths(t *testing.T) {
	s := newSite(t)
	for _, tt := range []struct {
		host, path string
		status     int
	}{
		{s.http, "/", 101},
		{s.http, "/ws", 101},
		{s.http, "/?events=Hangup", 101},
		{s.http, "/ws/", 404},
		{s.http, "/socket", 404},
		{s.http, "/api/v2/ws", 404},
		{s.ws, "/", 101},
		{s.ws, "/any/path?events=Hangup", 101},
		{s.ws, "/api/v2/health", 101},
	} {
		if res, _ := s.shake(tt.host, tt.path, basic("demo")); res.StatusCode != tt.status {
			t.Errorf("%s%s: %d, want %d", tt.host, tt.path, res.StatusCode, tt.status)
		}
	}
}
