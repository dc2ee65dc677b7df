package relay_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/relay"
)

// TestForgedBox: a key that is not known, none, and one that is known but claims
// the tenants of another box.
func TestForgedBox(t *testing.T) {
	h := newHost(t, boxA, config.Box{Name: "b", Tenants: []string{tenantB}})
	h.start()
	stranger := &gateway{log: &logs{t: t}}
	key, _ := relay.NewKey()
	h.run(stranger, relay.BoxOptions{Key: key, Tenants: func() []string { return []string{tenantA} }})
	await.That(t, "refused", func() bool { return strings.Contains(stranger.Status().Error, "does not know relay.key") })

	thief := h.box("b", tenantA, tenantB, tenantC)
	thief.up(t)
	if d := thief.Status().Denied; len(d) != 2 || d[0] != tenantC || d[1] != tenantA {
		t.Errorf("denied: %v", d)
	}
	if status, _ := h.post(tenantA, "for a"); status != http.StatusOK || h.waiting() != 1 {
		t.Errorf("a callback of a: %d, %d wait", status, h.waiting())
	}
	if status, _ := h.post(tenantC, "for nobody"); status != http.StatusNotFound {
		t.Errorf("a callback of nobody: %d", status)
	}
	if status, _ := h.post(tenantB, "for b"); status != http.StatusOK {
		t.Errorf("a callback of b: %d", status)
	}
	if got := thief.got(); len(got) != 1 || got[0] != "for b" {
		t.Errorf("b got %q", got)
	}
	owner := h.box("a", tenantA)
	await.That(t, "a gets what waited", func() bool { g := owner.got(); return len(g) == 1 && g[0] == "for a" })
}

// TestSameKey: while a box is alive, another one with its key is refused; when it
// has gone, the other takes over.
func TestSameKey(t *testing.T) {
	h := newHost(t, boxA)
	h.start()
	first := h.box("a", tenantA)
	first.up(t)
	second := h.box("a", tenantA)
	await.That(t, "refused", func() bool { return strings.Contains(second.Status().Error, "another box") })
	if !first.Status().Up {
		t.Error("the first one was thrown out")
	}
	first.stop()
	second.up(t)
	if status, _ := h.post(tenantA, "x"); status != http.StatusOK || len(second.got()) != 1 || len(first.got()) != 0 {
		t.Errorf("%d %q", status, second.got())
	}
}

// TestPaths: what is not listed, or is not plain, reaches no box.
func TestPaths(t *testing.T) {
	h := newHost(t, boxA)
	h.start()
	g := h.box("a", tenantA)
	g.up(t)
	for _, target := range []string{
		"/", "/api/v2/health", "/metrics", "/debug/pprof/", "/ws", "/relay/v1/alive", "/dapi/tap", "/dapi/tapx", "/loginx",
		"/dapi/tap/../../metrics", "/dapi/tap/..", "/dapi/tap/./x", "/dapi/tap//x", "/dapi/tap/%2e%2e/x", "/dapi/tap/a%2fb", "/dapi/tap/a%00", `/dapi/tap/a%5cb`, "/dapi/tap/%0d%0aX:1",
		"/api/v2/recordings/abc", "/api/v2/recordings/abc/x?signature=1", "//dapi/tap/x", "/dapi/" + strings.ToUpper(tenantA) + "/callback",
	} {
		// As bytes: no client of ours would send these.
		text := h.raw(t, "GET "+target+" HTTP/1.1\r\nHost: relay.example.test\r\nConnection: close\r\n\r\n")
		if !strings.HasPrefix(text, "HTTP/1.1 40") {
			t.Errorf("%s: %.60q", target, text)
		}
	}
	for _, bad := range []string{
		"GET /dapi/tap/x HTTP/1.1\r\nHost: a\r\nX-A : b\r\n\r\n",
		"GET /dapi/tap/x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
		"GET /dapi/tap/x HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n",
		"POST /dapi/tap/x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxy",
		"POST /dapi/tap/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
	} {
		if text := h.raw(t, bad); !strings.HasPrefix(text, "HTTP/1.1 400") && !strings.HasPrefix(text, "HTTP/1.1 501") {
			t.Errorf("%q: %.60q", bad, text)
		}
	}
	if n := len(g.got()); n != 0 {
		t.Errorf("%d reached the box", n)
	}
	if status, _ := h.do(http.MethodGet, "relay.example.test", "/dapi/"+tenantA+"/callback", "", nil); status != http.StatusMethodNotAllowed {
		t.Errorf("GET of a callback: %d", status)
	}
	if status, _ := h.do(http.MethodPut, "relay.example.test", "/dapi/tap/x", "", nil); status != http.StatusMethodNotAllowed {
		t.Errorf("PUT of a page: %d", status)
	}
	if status, _ := h.post(tenantA, strings.Repeat("x", 64<<10+1)); status != http.StatusRequestEntityTooLarge {
		t.Errorf("a body that is too large: %d", status)
	}
	if status, _ := h.do(http.MethodGet, "relay.example.test", "/api/v2/recordings/abc?signature=1", "", http.Header{"Authorization": {"Basic eDp5"}, "App-Key": {"k"}}); status != http.StatusOK {
		t.Errorf("a link to a recording: %d", status)
	}
	if status, _ := h.do(http.MethodGet, "relay.example.test", "/dapi/call/", "", nil); status != http.StatusOK {
		t.Errorf("the call that a link has opened: %d", status)
	}
	if g.last == nil || g.last.Header.Get("Authorization") != "" || g.last.Header.Get("App-Key") != "" {
		t.Error("a link to a recording came with credentials")
	}
}

// raw sends bytes and reads the answer.
func (h *host) raw(t *testing.T, text string) string {
	t.Helper()
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM([]byte(read(t, h.ca)))
	d := tls.Dialer{Config: &tls.Config{RootCAs: pool, ServerName: "relay.example.test", MinVersion: tls.VersionTLS12}}
	c, err := d.DialContext(t.Context(), "tcp", h.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if _, err := c.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	b, _ := io.ReadAll(io.LimitReader(c, 1<<10)) // what came before the end
	return string(b)
}

// TestHostileBox: a box that speaks something else in its connection, or too much.
func TestHostileBox(t *testing.T) {
	h := newHost(t, boxA)
	h.start()
	good := fmt.Sprintf(`{"instance":"%s","tenants":["%s"]}`, strings.Repeat("A", 26), tenantA)
	for name, frames := range map[string][]string{
		"no JSON":         {"hello"},
		"bad instance":    {`{"instance":"a b"}`},
		"long hello":      {`{"instance":"` + strings.Repeat("A", 100<<10) + `"}`},
		"no HTTP/2":       {good, "GET / HTTP/1.1\r\n\r\n"},
		"oversized frame": {good, "\xff\xff\xff\x00\x00\x00\x00\x00\x00" + strings.Repeat("x", 1<<20)},
	} {
		t.Run(name, func(t *testing.T) {
			ws, _, err := websocket.Dial(t.Context(), "https://relay.example.test/relay/v1/box", &websocket.DialOptions{
				HTTPClient: h.client, Subprotocols: []string{"dipcast-relay.v1"}, HTTPHeader: http.Header{"Authorization": {"Bearer " + h.keys["a"]}},
			})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = ws.CloseNow() }()
			for i, f := range frames {
				kind := websocket.MessageText
				if i > 0 {
					kind = websocket.MessageBinary
				}
				if ws.Write(t.Context(), kind, []byte(f)) != nil {
					break // it was closed already
				}
			}
			for err == nil {
				_, _, err = ws.Read(t.Context())
			}
		})
	}
	// None of them keeps the place.
	h.box("a", tenantA).up(t)
}

// TestSlowReader: one who takes nothing of a page, and many of them, hold up no
// callback, and are cut off.
func TestSlowReader(t *testing.T) {
	h := newHost(t, boxA)
	h.start()
	g := h.box("a", tenantA)
	g.up(t)
	h.client.Transport.(*http.Transport).DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, "tcp", h.addr)
		if err == nil {
			err = c.(*net.TCPConn).SetReadBuffer(4 << 10) // so that little is under way
		}
		return c, err
	}
	asked := make(chan struct{}, 64)
	cut := make(chan struct{}, 64)
	g.answers(func(w http.ResponseWriter, r *http.Request, _ string) {
		if r.Method != http.MethodGet {
			return
		}
		asked <- struct{}{}
		block := make([]byte, 64<<10)
		for range 4096 { // 256 MiB
			if _, err := w.Write(block); err != nil {
				cut <- struct{}{}
				return
			}
		}
	})
	const readers = 2 // each fills the sockets' buffers
	ctx, cancel := context.WithCancel(t.Context())
	for range readers {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://relay.example.test/dapi/fax/x", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		res, err := h.client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }() //nolint:revive // at the end of the test
	}
	for range readers {
		<-asked
	}
	for i := range 50 {
		if status, _ := h.post(tenantA, fmt.Sprint(i)); status != http.StatusOK {
			t.Fatalf("callback: %d", status)
		}
	}
	if h.waiting() != 0 {
		t.Error("callbacks went to disk")
	}
	cancel()
	for range readers {
		<-cut
	}
}

// TestBusy: with as many pages under way as there may be, the next one is told to
// come later, and callbacks pass.
func TestBusy(t *testing.T) {
	h := newHost(t, boxA)
	h.start()
	g := h.box("a", tenantA)
	g.up(t)
	const most = 24
	asked, release := make(chan struct{}, most), make(chan struct{})
	g.answers(func(_ http.ResponseWriter, r *http.Request, _ string) {
		if r.Method == http.MethodGet {
			asked <- struct{}{}
			<-release
		}
	})
	var wg sync.WaitGroup
	for range most {
		wg.Go(func() {
			if status, _ := h.do(http.MethodGet, "relay.example.test", "/dapi/call/x", "", nil); status != http.StatusOK {
				t.Errorf("a page that waited: %d", status)
			}
		})
	}
	for range most {
		<-asked
	}
	if status, _ := h.do(http.MethodGet, "relay.example.test", "/dapi/call/x", "", nil); status != http.StatusServiceUnavailable {
		t.Errorf("one page too many: %d", status)
	}
	if status, _ := h.post(tenantA, "x"); status != http.StatusOK || h.waiting() != 0 {
		t.Errorf("callback: %d, %d wait", status, h.waiting())
	}
	close(release)
	wg.Wait()
}

// TestThroughProxy: a box inside a network with a proxy, which alone knows the
// relay's name.
func TestThroughProxy(t *testing.T) {
	h := newHost(t, boxA)
	h.start()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	proxy := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect || !strings.HasPrefix(r.Host, "127.0.0.1:") {
			http.Error(w, r.Method+" "+r.Host, http.StatusForbidden)
			return
		}
		out, err := new(net.Dialer).DialContext(r.Context(), "tcp", h.addr)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		w.WriteHeader(http.StatusOK)
		in, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			_ = out.Close()
			return
		}
		go func() { _, _ = io.Copy(out, in); _ = out.Close() }()
		_, _ = io.Copy(in, out)
		_ = in.Close()
	})}
	served := make(chan struct{})
	go func() { defer close(served); _ = proxy.Serve(l) }()
	t.Cleanup(func() { _ = proxy.Close(); <-served })
	g := &gateway{log: &logs{t: t}}
	asked := make(chan string, 8)
	h.run(g, relay.BoxOptions{Key: h.keys["a"], Tenants: func() []string { return []string{tenantA} }, Proxy: func(r *http.Request) (*url.URL, error) {
		select {
		case asked <- r.URL.Scheme:
		default:
		}
		return &url.URL{Scheme: "http", Host: l.Addr().String()}, nil
	}})
	g.up(t)
	if scheme := <-asked; scheme != "https" { // for which HTTPS_PROXY counts
		t.Errorf("the proxy of %s was asked for", scheme)
	}
	if status, _ := h.post(tenantA, "x"); status != http.StatusOK || len(g.got()) != 1 {
		t.Errorf("%d %q", status, g.got())
	}
	g.stop()
}
