package faults_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"runtime/pprof"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/internal/app"
	"github.com/dipcast/dipcast/internal/auth"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/netfault"
	"github.com/dipcast/dipcast/internal/pbx"
)

// tenant ids of the tests.
const (
	two = "7be69580e27641df"
	ten = "0123456789abcdef"
)

// site is a gateway, and a proxy before each of its servers.
type site struct {
	t       *testing.T
	app     *app.App
	servers []*amitest.Server // none behind a real Asterisk
	proxies []*netfault.Proxy
	http    string // host:port with everything
	ws      string // host:port with the WebSocket protocol only
	logs    *logs
	name    string // labels the gateway's goroutines

	mu      sync.Mutex
	changes map[int][]ami.Change // of each server's links, by server
	links   int                  // made so far
}

// change is what a test wants different in a site.
type change struct {
	server  amitest.Options
	scripts []*amitest.Server // instead of two new ones
	targets []string          // addresses of servers of another kind, instead of scripted ones
	config  func(*config.Config)
	tune    func(server int, o *ami.Options)
	sink    pbx.Sink
	refused func(edge.Refusal)
	down    bool // do not wait for the servers
	panics  bool // panics are what is tested
}

var sites atomic.Int32

func newSite(t *testing.T, changes ...change) *site {
	t.Helper()
	var ch change
	if len(changes) > 0 {
		ch = changes[0]
	}
	s := &site{
		t: t, logs: &logs{out: io.Discard}, changes: map[int][]ami.Change{},
		name: fmt.Sprint("site ", sites.Add(1)),
	}
	if testing.Verbose() {
		s.logs.out = t.Output()
	}
	t.Cleanup(func() { s.logs.check(t, ch.panics) }) // when all is stopped
	targets := ch.targets
	if targets == nil {
		s.servers = ch.scripts
		for len(s.servers) < 2 {
			s.servers = append(s.servers, amitest.New(ch.server))
		}
		for _, srv := range s.servers {
			if err := srv.Listen("127.0.0.1:0"); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(srv.Close)
			targets = append(targets, srv.Addr())
		}
	}
	c := settings(t)
	for i, target := range targets {
		p, err := netfault.New(target)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.Close)
		s.proxies = append(s.proxies, p)
		c.Servers = append(c.Servers, config.Server{
			ID: i + 1, Name: fmt.Sprintf("pbx%d.test", i+1), Address: p.Addr(), Auth: config.AuthPlain,
			Username: "gw", Secret: config.NewSecret("gw-secret"),
		})
		for j := range c.Tenants {
			c.Tenants[j].Servers = append(c.Tenants[j].Servers, i+1)
		}
	}
	if ch.config != nil {
		ch.config(c)
	}
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	s.app = app.New(app.Options{
		Config: c, Version: "test", Logger: slog.New(slog.NewJSONHandler(s.logs, &slog.HandlerOptions{Level: slog.LevelDebug})), Refused: ch.refused,
		Passwords: auth.NewPasswords(auth.PasswordOptions{Memory: 64, Time: 1}), Tune: s.tune(ch.tune), Sink: ch.sink,
	})
	var err error
	pprof.Do(t.Context(), pprof.Labels("site", s.name), func(ctx context.Context) { err = s.app.Start(ctx) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.stop)
	s.http, s.ws = s.app.Addresses()[0], s.app.Addresses()[1]
	if !ch.down {
		for i := range targets {
			s.whole(i + 1)
		}
	}
	return s
}

// settings is the configuration without servers.
func settings(t *testing.T) *config.Config {
	c := config.Default()
	c.Listen, c.DCMIWSListen = []string{"127.0.0.1:0"}, []string{"127.0.0.1:0"}
	c.MetricsListen = "127.0.0.1:0"
	c.DataDir = t.TempDir()
	c.Rate.PerSecond, c.Rate.Burst = 100000, 100000
	c.Tenants = []config.Tenant{
		{
			ID: two, Number: 2, Name: "얼쑤팩토리", Extensions: []string{"1010", "1013", "1018"},
			DIDs:    map[string]string{"07045805605": "1010", "07045144801": "1013"},
			Numbers: []string{"16682471"},
			AppKeys: []config.AppKey{{Name: "crm", Key: config.NewSecret("KEY-of-two")}},
			Logins:  []config.Login{{Username: "demo", Password: config.NewSecret(password("demo"))}},
		},
		{
			ID: ten, Number: 10, Name: "열", Extensions: []string{"1010", "1013"},
			DIDs:    map[string]string{"07010100000": "1010"},
			AppKeys: []config.AppKey{{Name: "crm", Key: config.NewSecret("KEY-of-ten")}},
			Logins:  []config.Login{{Username: "demo10", Password: config.NewSecret(password("demo10"))}},
		},
	}
	for i := range c.Tenants {
		c.Tenants[i].Limits.PerMinute, c.Tenants[i].Limits.PerHour = 10000, 10000
	}
	c.Operators = []config.Operator{{Username: "ops", Password: config.NewSecret(password("ops"))}}
	return c
}

// password is the one of every login of a site.
func password(user string) string { return "pw-of-" + user + "-9F" }

// tune makes links come back soon, unless a test wants otherwise, and keeps
// their changes of state.
func (s *site) tune(more func(int, *ami.Options)) func(*ami.Options) {
	return func(o *ami.Options) {
		s.links++
		server := s.links // one link for each server, in order
		o.BackoffMin, o.BackoffMax = 2*time.Millisecond, 50*time.Millisecond
		if more != nil {
			more(server, o)
		}
		tell := o.OnChange
		o.OnChange = func(c ami.Change) {
			s.mu.Lock()
			s.changes[server] = append(s.changes[server], c)
			s.mu.Unlock()
			tell(c)
		}
	}
}

// downs are the losses and refusals of a server's link so far.
func (s *site) downs(server int) []ami.Change {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []ami.Change
	for _, c := range s.changes[server] {
		if c.State == ami.StateDown {
			all = append(all, c)
		}
	}
	return all
}

// stop ends the gateway, of which nothing must be left.
func (s *site) stop() {
	s.app.Stop()
	s.until("no goroutine is left", func() bool { return len(s.goroutines()) == 0 })
}

// metric is what /metrics says of a name with its labels, "" when nothing.
func (s *site) metric(name string) string {
	s.t.Helper()
	return metric(s.t, "http://"+s.app.MetricsAddress()+"/metrics", name)
}

// metrics wants values of /metrics, soon.
func (s *site) metrics(want map[string]string) {
	s.t.Helper()
	for name, value := range want {
		s.until(name+" to be "+value, func() bool { return s.metric(name) == value })
	}
}

func (s *site) pbx(server int) *pbx.Server { return s.app.Pool().Server(server) }

// whole waits until a server's link is up and its state is read.
func (s *site) whole(server int) {
	s.t.Helper()
	s.until(fmt.Sprintf("server %d up", server), func() bool {
		srv := s.pbx(server)
		return srv.Up() && srv.Picture(nil, "").Whole
	})
}

// asked waits until a scripted server was asked for an action n times in all.
func (s *site) asked(server int, action string, n int) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 60*time.Second)
	defer cancel()
	if _, err := s.servers[server-1].WaitRequest(ctx, action, n); err != nil {
		s.t.Fatal(err)
	}
}

// until waits for something that others make true.
func (s *site) until(what string, ok func() bool) {
	s.t.Helper()
	until(s.t, what, ok)
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(30 * time.Second)
	for !ok() {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// logs keeps everything a site logs, a line of JSON each.
type logs struct {
	mu  sync.Mutex
	buf bytes.Buffer
	out io.Writer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.buf.Write(p)
	return l.out.Write(p)
}

// line is what a log line says, by key.
type line map[string]any

// of returns the lines with that message, of one server unless it is 0.
func (l *logs) of(msg string, server int) []line {
	l.mu.Lock()
	all := l.buf.String()
	l.mu.Unlock()
	var out []line
	for text := range strings.Lines(all) {
		var v line
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			continue
		}
		if v["msg"] == msg && (server == 0 || fmt.Sprint(v["server"]) == fmt.Sprint(server)) {
			out = append(out, v)
		}
	}
	return out
}

// secrets are what must be in no log: numbers, names, passwords, keys, ids.
var secrets = []string{
	"07045805605", "07010100000", "16682471", "01026132471", "01012345678", "얼쑤", "KEY-of", "gw-secret", "-9F", two, ten,
}

// check fails the test when a secret was logged, or a panic.
func (l *logs) check(t *testing.T, panics bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for text := range strings.Lines(l.buf.String()) {
		for _, secret := range secrets {
			if strings.Contains(text, secret) {
				t.Errorf("the log shows %s: %s", secret, text)
			}
		}
		if !panics && strings.Contains(text, `"msg":"panic`) {
			t.Errorf("a panic: %s", text)
		}
	}
}
