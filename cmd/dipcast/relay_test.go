package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/certs"
	"github.com/dipcast/dipcast/internal/relay"
)

var relayLine = regexp.MustCompile(`ready for boxes.*?\["?(127\.0\.0\.1:\d+)`)

// TestRelay runs a relay and a gateway as processes: a callback that comes while the
// gateway is away outlives a kill -9 of the relay, and one that comes later gets the
// gateway's own answer.
func TestRelay(t *testing.T) {
	dir := t.TempDir()
	source, err := certs.New(certs.Options{Dir: filepath.Join(dir, "tls"), Hosts: []string{"127.0.0.1"}, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(source.CA())
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}}
	post := func(url string) (int, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/dapi/7be69580e27641df/callback", strings.NewReader(`{"type":"message"}`))
		if err != nil {
			t.Fatal(err)
		}
		res, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(b)
	}

	key, hash := relay.NewKey()
	file := filepath.Join(dir, "relay.yaml")
	listen, metrics := "127.0.0.1:0", "127.0.0.1:0"
	var p *process
	start := func() {
		t.Helper()
		write(t, file, fmt.Sprintf(`
listen: [%q]
metrics_listen: %q
tls: {mode: files, cert: tls/cert.pem, key: tls/cert.key}
data_dir: relay
boxes: [{name: seoul, key_sha256: %q, tenants: [7be69580e27641df]}]
`, listen, metrics, hash))
		p = launch(t, "relay", "--config", file)
		until(t, "the relay listens", func() bool { return relayLine.MatchString(p.printed()) })
		listen = relayLine.FindStringSubmatch(p.printed())[1]
	}
	start()
	waits := func() int {
		names, err := filepath.Glob(filepath.Join(dir, "relay", "waiting", "*.callback"))
		if err != nil {
			t.Fatal(err)
		}
		return len(names)
	}
	if status, _ := post("https://" + listen); status != http.StatusOK || waits() != 1 {
		t.Fatalf("while the gateway is away: %d, %d wait", status, waits())
	}
	p.signal(syscall.SIGKILL)
	<-p.ended
	start()

	check := launch(t, "check", "--config", file)
	if code := check.code(30 * time.Second); code != 0 || !strings.Contains(check.printed(), "1 boxes, 1 tenants") {
		t.Errorf("check: %d %s", code, check.printed())
	}

	g := serveGateway(t)
	if _, body := g.get("/api/v2/health", "ops"); strings.Contains(body, `"relay"`) {
		t.Errorf("health tells of a relay that there is not: %s", body)
	}
	g.signal(syscall.SIGTERM)
	g.code(30 * time.Second)
	write(t, filepath.Join(g.dir, "relay.key"), key+"\n")
	g.configure(t, gatewayConfig+"relay: {url: https://"+listen+", key_file: relay.key, ca_file: "+filepath.Join(dir, "tls", "ca.pem")+"}\n")
	g.start(t)
	until(t, "health says that the relay is up", func() bool {
		_, body := g.get("/api/v2/health", "ops")
		return strings.Contains(body, `"relay":{"up":true`)
	})
	until(t, "what waited is gone", func() bool { return waits() == 0 })
	if _, body := g.get("/metrics", "ops"); !strings.Contains(body, "dipcast_relay_up 1\n") || !strings.Contains(body, `dipcast_relay_requests_total{outcome="served"} 1`) {
		t.Errorf("metrics: %s", body)
	}
	status, body := post("http://" + g.http)
	if s, b := post("https://" + listen); s != status || b != body {
		t.Errorf("over the relay %d %s, without it %d %s", s, b, status, body)
	}
	p.signal(syscall.SIGTERM)
	if code := p.code(30 * time.Second); code != 0 {
		t.Errorf("exit code %d: %s", code, p.printed())
	}
	for _, text := range []string{p.printed(), g.printed()} {
		if strings.Contains(text, "7be69580e27641df") || strings.Contains(text, key) {
			t.Errorf("a log holds a tenant or a key: %s", text)
		}
	}
}
