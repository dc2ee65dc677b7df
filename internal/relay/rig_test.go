package relay_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/certs"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/relay"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Tenants of the tests.
const (
	tenantA = "7be69580e27641df"
	tenantB = "0123456789abcdef"
	tenantC = "00000000000000cc" // given to nobody
)

// logs keeps what was logged, to look for what must not be there.
type logs struct {
	mu sync.Mutex
	b  bytes.Buffer
	t  *testing.T
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if testing.Verbose() {
		_, _ = l.t.Output().Write(p)
	}
	return l.b.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// host is a relay on a real listener with a real certificate.
type host struct {
	t       *testing.T
	dir, ca string
	c       *config.RelayFile
	keys    map[string]string // of boxes
	log     *logs
	tune    func(*relay.Options)

	server *relay.Server
	addr   string
	stop   func()
	client *http.Client
}

// newHost makes one that is not started. Boxes are named after their tenants.
func newHost(t *testing.T, boxes ...config.Box) *host {
	t.Helper()
	h := &host{t: t, dir: t.TempDir(), keys: map[string]string{}, log: &logs{t: t}}
	source, err := certs.New(certs.Options{Dir: filepath.Join(h.dir, "tls"), Hosts: []string{"127.0.0.1", "relay.example.test", "a.example.test", "b.example.test"}, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	h.ca = filepath.Join(h.dir, "tls", "ca.pem")
	h.c = config.DefaultRelayFile()
	h.c.Listen = []string{"127.0.0.1:0"}
	h.c.MetricsListen = "127.0.0.1:0"
	h.c.DataDir = filepath.Join(h.dir, "var")
	h.c.TLS.Cert, h.c.TLS.Key = filepath.Join(h.dir, "tls", "cert.pem"), filepath.Join(h.dir, "tls", "cert.key")
	for _, b := range boxes {
		key, hash := relay.NewKey()
		h.keys[b.Name], b.KeySHA256 = key, hash
		h.c.Boxes = append(h.c.Boxes, b)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(source.CA())
	tr := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, MaxIdleConnsPerHost: 64,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", h.addr)
		},
	}
	h.client = &http.Client{Transport: tr, Timeout: 60 * time.Second}
	t.Cleanup(func() {
		tr.CloseIdleConnections()
		if h.stop != nil {
			h.stop()
		}
	})
	return h
}

// start runs the relay, on the port it had before.
func (h *host) start() {
	h.t.Helper()
	o := relay.Options{Config: h.c, Version: "test", Logger: slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	if h.tune != nil {
		h.tune(&o)
	}
	s := relay.New(o)
	ctx, cancel := context.WithCancel(context.Background())
	addresses, done := make(chan []string, 1), make(chan error, 1)
	go func() { done <- s.Run(ctx, func(a []string) { addresses <- a }) }()
	select {
	case a := <-addresses:
		h.addr, h.c.Listen = a[0], []string{a[0]}
	case err := <-done:
		cancel()
		h.t.Fatal(err)
	}
	h.server = s
	h.stop = func() {
		cancel()
		if err := <-done; err != nil {
			h.t.Error(err)
		}
		h.stop = nil
	}
}

// post sends a callback as NAVER WORKS does.
func (h *host) post(tenant, body string) (int, string) {
	h.t.Helper()
	return h.do(http.MethodPost, "relay.example.test", "/dapi/"+tenant+"/callback", body, http.Header{"X-WORKS-BotId": {"1"}, "X-WORKS-Signature": {"c2ln"}})
}

func (h *host) do(method, name, path, body string, header http.Header) (int, string) {
	h.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, "https://"+name+path, strings.NewReader(body))
	if err != nil {
		h.t.Error(err)
		return 0, ""
	}
	if header != nil {
		r.Header = header
	}
	res, err := h.client.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err.Error()
	}
	return res.StatusCode, string(b)
}

// waiting is how many callbacks are on the relay's disk.
func (h *host) waiting() int {
	h.t.Helper()
	names, err := filepath.Glob(filepath.Join(h.c.DataDir, "waiting", "*.callback"))
	if err != nil {
		h.t.Fatal(err)
	}
	return len(names)
}

// gateway is a box, with a handler that notes what it gets.
type gateway struct {
	*relay.Box
	log  *logs
	stop func()

	mu     sync.Mutex
	bodies []string
	last   *http.Request
	answer func(w http.ResponseWriter, r *http.Request, body string) // nil: 200
}

func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	g.mu.Lock()
	g.bodies, g.last = append(g.bodies, string(b)), r
	answer := g.answer
	g.mu.Unlock()
	if answer != nil {
		answer(w, r, string(b))
	}
}

func (g *gateway) got() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]string(nil), g.bodies...)
}

func (g *gateway) answers(f func(w http.ResponseWriter, r *http.Request, body string)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.answer = f
}

// box starts one, which reaches the relay through a proxy of its network: the name
// of the relay is known there only.
func (h *host) box(name string, tenants ...string) *gateway {
	h.t.Helper()
	g := &gateway{log: &logs{t: h.t}}
	h.run(g, relay.BoxOptions{Key: h.keys[name], Tenants: func() []string { return tenants }})
	return g
}

func (h *host) run(g *gateway, o relay.BoxOptions) {
	h.t.Helper()
	o.URL, o.CAFile, o.Handler, o.Paths = "https://"+h.addr, h.ca, g, config.RelayPaths()
	o.Logger = slog.New(slog.NewTextHandler(g.log, nil))
	if o.Wait == nil {
		o.Wait = func(int) time.Duration { return 5 * time.Millisecond }
	}
	g.Box = relay.NewBox(o)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); g.Run(ctx) }()
	var once sync.Once
	g.stop = func() { once.Do(func() { cancel(); <-done }) }
	h.t.Cleanup(g.stop)
}

func (g *gateway) up(t *testing.T) {
	t.Helper()
	await.That(t, "connected to the relay", func() bool { return g.Status().Up })
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// metrics are what /metrics says.
func (h *host) metrics(t *testing.T) string {
	t.Helper()
	w := httptest.NewRecorder()
	h.server.Metrics().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", http.NoBody))
	return w.Body.String()
}
