package app_test

import (
	"errors"
	"io"
	"maps"
	"net/http"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/bot"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/store"
)

func goVersion() string { return runtime.Version() }

func withMetrics(c *config.Config) { c.MetricsListen = "127.0.0.1:0" }

// page gets an address and returns its status and text.
func page(t *testing.T, url string, h http.Header) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if h != nil {
		r.Header = h
	}
	if host := h.Get("Host"); host != "" {
		r.Host = host
	}
	res, err := new(http.Client).Do(r)
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

// TestWatchIsForOperators: /metrics and profiles on the clients' port.
func TestWatchIsForOperators(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"/metrics", "/debug/pprof/", "/debug/pprof/heap", "/debug/pprof/cmdline", "/debug/pprof/profile?seconds=1"} {
		for _, tt := range []struct {
			name   string
			header http.Header
			want   int
		}{
			{"nobody", nil, 401},
			{"a wrong password", http.Header{"Authorization": {"Basic b3BzOm9wcw=="}}, 401},
			{"a tenant", basic("demo"), 403},
			{"an extension", basic("phone1010"), 403},
			{"an app key", http.Header{"Tenant": {ten}, "App-Key": {"KEY-of-ten"}}, 403},
			{"an operator", basic("ops"), 200},
		} {
			if got, text := page(t, "http://"+s.http+path, tt.header); got != tt.want {
				t.Errorf("%s for %s: %d, want %d: %.200s", path, tt.name, got, tt.want, text)
			}
		}
		h := basic("ops")
		h.Set("Origin", "http://"+s.http)
		if got, _ := page(t, "http://"+s.http+path, h); got != 403 {
			t.Errorf("%s for a page of a browser: %d", path, got)
		}
	}
	if got, _ := page(t, "http://"+s.http+"/debug/pprof/profile?seconds=61", basic("ops")); got != 400 {
		t.Errorf("a profile of 61 s: %d", got)
	}
	if got, _ := page(t, "http://"+s.ws+"/metrics", basic("ops")); got != 426 {
		t.Errorf("on a port of the WebSocket protocol: %d", got)
	}
	_, text := page(t, "http://"+s.http+"/metrics", basic("ops"))
	if n := value(t, text, `dipcast_refusals_total{code="unauthorized"}`); n != "10" {
		t.Errorf("%s logins refused, want 10", n)
	}
	if n := value(t, text, `dipcast_refusals_total{code="forbidden"}`); n != "20" {
		t.Errorf("%s refused as forbidden, want 20", n)
	}
}

// TestMetricsListener asks for no login, of programs that use its address.
func TestMetricsListener(t *testing.T) {
	s := newSite(t, change{config: withMetrics})
	at := "http://" + s.app.MetricsAddress()
	for _, tt := range []struct {
		name, path string
		header     http.Header
		want       int
	}{
		{"metrics", "/metrics", nil, 200},
		{"a profile", "/debug/pprof/goroutine?debug=1", nil, 200},
		{"by another name", "/metrics", http.Header{"Host": {"rebound.example"}}, 403},
		{"localhost", "/metrics", http.Header{"Host": {"localhost:9464"}}, 200},
		{"a page of a browser", "/metrics", http.Header{"Origin": {"http://localhost"}}, 403},
		{"nothing else", "/api/v2/health", basic("ops"), 404},
		{"no WebSocket", "/ws", basic("ops"), 404},
	} {
		if got, text := page(t, at+tt.path, tt.header); got != tt.want {
			t.Errorf("%s: %d, want %d: %.200s", tt.name, got, tt.want, text)
		}
	}
}

// TestMetricsCount what clients and servers do.
func TestMetricsCount(t *testing.T) {
	s := newSite(t, change{config: withMetrics})
	a, b := s.dial("demo", "/"), s.dial("ops", "/")
	if r := a.ask(`{"AMIServerID":1,"data":{"Action":"Ping","ActionID":"a1"}}`); r.Data["Response"] != "Success" {
		t.Fatal(r.raw)
	}
	if r := a.ask(`{"AMIServerID":1,"data":{"Action":"Getvar","ActionID":"a2"}}`); r.Data["Code"] != "forbidden" {
		t.Fatal(r.raw)
	}
	s.servers[0].Emit("Newchannel", "Privilege", "call,all", "Channel", "PJSIP/T2_1010-00000001", "Context", "T2_cos-all", "Uniqueid", "1.1", "Linkedid", "1.1")
	a.event("Newchannel")
	b.event("Newchannel")
	s.until("deliveries counted", func() bool {
		_, text := page(t, "http://"+s.app.MetricsAddress()+"/metrics", nil)
		return value(t, text, "dipcast_deliveries_total") == "2"
	})
	_, text := page(t, "http://"+s.app.MetricsAddress()+"/metrics", nil)
	for name, want := range map[string]string{
		`dipcast_server_up{server="1"}`: "1", `dipcast_link_up{link="all",server="2"}`: "1",
		`dipcast_link_connects_total{link="all",server="1"}`:                  "1",
		`dipcast_actions_total{kind="send",outcome="ok",server="1"}`:          "1",
		`dipcast_actions_total{kind="send",outcome="ok",server="2"}`:          "0",
		`dipcast_refusals_total{code="forbidden"}`:                            "1",
		`dipcast_clients{protocol="v1"}`:                                      "2",
		`dipcast_client_lag_frames`:                                           "0",
		`dipcast_actions_in_flight{server="1"}`:                               "0",
		`dipcast_panics_total`:                                                "0",
		`dipcast_build_info{go_version="` + goVersion() + `",version="test"}`: "1",
	} {
		if got := value(t, text, name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	for _, secret := range secrets {
		if strings.Contains(text, secret) {
			t.Errorf("metrics show %s", secret)
		}
	}
}

// value is what a line of the exposition says.
func value(t *testing.T, text, name string) string {
	t.Helper()
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, name+" "); ok {
			return strings.TrimSpace(rest)
		}
	}
	t.Errorf("there is no %s", name)
	return ""
}

// toNobody leaves a card in a database for a company that has no bot.
func toNobody(t *testing.T, dir string) {
	t.Helper()
	st, err := store.Open(t.Context(), store.Options{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	row := store.OutboxRow{Tenant: 2, Kind: bot.Kind, Lane: "u1", Label: bot.LabelMissed, Body: []byte(`{"user":"u1","content":{}}`)}
	if err := errors.Join(st.AddOutbox(t.Context(), []store.OutboxRow{row}), st.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestMetricsAreDocumented: docs/operations.md lists exactly what a running
// gateway shows, with its type.
func TestMetricsAreDocumented(t *testing.T) {
	doc, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]string{}
	for _, m := range regexp.MustCompile("(?m)^\\| `(dipcast_[a-z_]+)` \\| (gauge|counter|histogram) \\|").FindAllSubmatch(doc, -1) {
		documented[string(m[1])] = string(m[2])
	}
	s := newSite(t, change{config: func(c *config.Config) {
		withMetrics(c)
		// Some are there once something was sent, and where there is a relay.
		c.Relay = config.Relay{URL: "https://127.0.0.1:1", Key: config.NewSecret(strings.Repeat("k", config.MinRelayKey))}
		toNobody(t, c.DataDir)
	}})
	var text string
	await.That(t, "what is to be sent was tried", func() bool {
		_, text = page(t, "http://"+s.app.MetricsAddress()+"/metrics", nil)
		return strings.Contains(text, `dipcast_outbox_total{kind="works"`)
	})
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	for _, p := range problems {
		if strings.HasPrefix(p.Metric, "dipcast_") {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
	if err != nil {
		t.Error(err)
	}
	running := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^# TYPE (dipcast_\S+) (\S+)`).FindAllStringSubmatch(text, -1) {
		running[m[1]] = m[2]
	}
	for _, name := range slices.Sorted(maps.Keys(running)) {
		if documented[name] != running[name] {
			t.Errorf("%s, a %s, is documented as %q", name, running[name], documented[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(documented)) {
		if running[name] == "" {
			t.Errorf("%s is documented but not there", name)
		}
	}
	for _, other := range []string{"go_goroutines", "process_resident_memory_bytes"} {
		if !strings.Contains(text, "\n"+other+" ") {
			t.Errorf("there is no %s", other)
		}
	}
}
