// Package hostile_test sends the whole gateway what a hostile or clumsy client,
// or a broken server, may send. Its tests carry the numbers of the list of bad
// inputs, T1 to T33 and T36 (docs/reliability.md). What holds for all of them
// is checked by the site they run on: a refused request puts no byte on the
// way to a server, leaves one line in the audit, and the connection goes on.
package hostile_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/internal/app"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/auth"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Tenant ids of the tests; nobody is one that does not exist.
const (
	two    = "7be69580e27641df"
	ten    = "0123456789abcdef"
	nobody = "fedcba9876543210"
)

const keyOfTwo = "얼씨구절씨구"

// site is a gateway between two servers and the tests' clients.
type site struct {
	t       *testing.T
	app     *app.App
	dir     string
	scripts []*amitest.Server // nil where a real one stands
	wires   []*wire           // what goes to each server
	http    string            // host:port with everything
	ws      string            // host:port with the WebSocket protocol only
	logs    *logs
	client  *http.Client

	audit  *store.Store
	read   int64     // id of the last line of the audit that was looked at
	wanted []refusal // lines that must have come since
	// unchecked leaves the audit out, for tests that have others look at it.
	unchecked bool
}

// setup is what a test wants different in a site.
type setup struct {
	config    func(*config.Config)
	real      *asterisktest.Server // in place of the first server
	first     string               // address in place of the first server's; it need not come up
	handshake time.Duration        // how long a handshake may take
}

func newSite(t *testing.T, changes ...setup) *site {
	t.Helper()
	var ch setup
	if len(changes) > 0 {
		ch = changes[0]
	}
	s := &site{t: t, dir: t.TempDir(), logs: &logs{out: io.Discard}}
	if testing.Verbose() {
		s.logs.out = t.Output()
	}
	t.Cleanup(func() { s.logs.check(t) }) // when all is stopped
	transport := &http.Transport{}
	s.client = &http.Client{Transport: transport, Timeout: 30 * time.Second}
	t.Cleanup(transport.CloseIdleConnections)
	c := configured()
	c.DataDir = s.dir
	for i, name := range []string{"dcrm.makecall.io", "dcrm2.makecall.io"} {
		c.Servers = append(c.Servers, s.server(i, name, ch))
	}
	if ch.config != nil {
		ch.config(c)
	}
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	s.app = app.New(app.Options{
		Uncounted: true,
		Config:    c, Version: "test", HandshakeTimeout: ch.handshake,
		Logger:    slog.New(slog.NewTextHandler(s.logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Passwords: auth.NewPasswords(auth.PasswordOptions{Memory: 64, Time: 1}),
		Tune: func(o *ami.Options) {
			o.BackoffMin, o.BackoffMax = 20*time.Millisecond, 200*time.Millisecond
			o.PingInterval = 10 * time.Minute // so that every byte on the wire is somebody's
		},
	})
	if err := s.app.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.app.Stop)
	addrs := s.app.Addresses()
	s.http, s.ws = addrs[0], addrs[1]
	var err error
	if s.audit, err = store.Open(t.Context(), store.Options{DataDir: s.dir}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.audit.Close() })
	s.settle(c, ch)
	t.Cleanup(s.checkAudit)
	return s
}

// configured is the configuration of all sites, without servers.
func configured() *config.Config {
	c := config.Default()
	c.Listen, c.DCMIWSListen = []string{"127.0.0.1:0"}, []string{"127.0.0.1:0"}
	c.Rate.PerSecond, c.Rate.Burst = 10000, 10000 // the limit has tests of its own
	login := func(name, extension string) config.Login {
		return config.Login{Username: name, Password: config.NewSecret(password(name)), Extension: extension}
	}
	c.Tenants = []config.Tenant{
		{
			ID: two, Number: 2, Name: "얼쑤팩토리", Servers: []int{1, 2},
			Extensions: []string{"1010", "1013"},
			DIDs:       map[string]string{"07045805605": "1010", "07045144801": "1013"},
			Numbers:    []string{"16682471", "16662471"},
			AppKeys:    []config.AppKey{{Name: "crm", Key: config.NewSecret(keyOfTwo)}},
			Logins:     []config.Login{login("demo", ""), login("phone1010", "1010")},
		},
		{
			ID: ten, Number: 10, Name: "열", Servers: []int{1},
			Extensions: []string{"1010", "1013"}, DIDs: map[string]string{"07010100000": "1010"},
			AppKeys: []config.AppKey{{Name: "crm", Key: config.NewSecret("KEY-of-ten")}},
			Logins:  []config.Login{login("demo10", "")},
		},
	}
	c.Operators = []config.Operator{{Username: "ops", Password: config.NewSecret(password("ops"))}}
	return c
}

// server makes a server and the wire to it.
func (s *site) server(i int, name string, ch setup) config.Server {
	c := config.Server{ID: i + 1, Name: name, Auth: config.AuthPlain}
	if i == 0 && ch.first != "" {
		c.Address, c.Username, c.Secret = ch.first, "gw", config.NewSecret("gw-secret")
		s.scripts, s.wires = append(s.scripts, nil), append(s.wires, nil)
		return c
	}
	target := ""
	if i == 0 && ch.real != nil {
		user := func(name, secret string) config.User {
			return config.User{Username: name, Secret: config.NewSecret(secret)}
		}
		target = ch.real.AMIAddr
		c.Users = config.Users{
			Events:   user(asterisktest.Events.Name, asterisktest.Events.Secret),
			Calls:    user(asterisktest.Calls.Name, asterisktest.Calls.Secret),
			Database: user(asterisktest.Database.Name, asterisktest.Database.Secret),
		}
		s.scripts = append(s.scripts, nil)
	} else {
		srv := amitest.New(amitest.Options{})
		if err := srv.Listen("127.0.0.1:0"); err != nil {
			s.t.Fatal(err)
		}
		s.t.Cleanup(srv.Close)
		s.scripts = append(s.scripts, srv)
		target = srv.Addr()
		c.Username, c.Secret = "gw", config.NewSecret("gw-secret")
	}
	w := newWire(s.t, target)
	s.wires = append(s.wires, w)
	c.Address = w.addr()
	return c
}

// settle waits until the gateway has nothing more to ask the servers by itself:
// their links are up and every extension has its diversions.
func (s *site) settle(c *config.Config, ch setup) {
	s.t.Helper()
	for _, srv := range c.Servers {
		if srv.ID == 1 && ch.first != "" {
			continue
		}
		for i := range c.Tenants {
			t := &c.Tenants[i]
			s.until("extensions provisioned", func() bool {
				done, err := s.audit.Provisioned(s.t.Context(), srv.ID, t.ID)
				return err == nil && (len(done) == len(t.Extensions) || !slices.Contains(t.Servers, srv.ID))
			})
		}
	}
}

// until waits for something that others make true.
func (s *site) until(what string, ok func() bool) {
	s.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(30 * time.Second)
	for !ok() {
		select {
		case <-tick.C:
		case <-limit:
			s.t.Fatalf("waited in vain: %s", what)
		}
	}
}

// password is the one of every login of a site.
func password(user string) string { return "pw-of-" + user + "-9F" }

// logs keeps everything a site logs.
type logs struct {
	mu      sync.Mutex
	buf     strings.Builder
	out     io.Writer
	secrets []string // beside those of every site
}

// forbid adds a text that must not be logged.
func (l *logs) forbid(secret string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.secrets = append(l.secrets, secret)
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.buf.Write(p)
	return l.out.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// secrets are what must be in no log and no line of the audit.
var secrets = []string{
	"07045805605", "07045144801", "07010100000", "16682471", "16662471", "01026132471", "7045805605", "얼쑤", "팩토리",
	keyOfTwo, "KEY-of-ten", "gw-secret", "-9F", two, ten,
}

// check fails the test when a secret was logged, or when a client's text has
// begun a line of its own.
func (l *logs) check(t *testing.T) {
	t.Helper()
	for line := range strings.Lines(l.String()) {
		for _, secret := range append(secrets[:len(secrets):len(secrets)], l.secrets...) {
			if strings.Contains(line, secret) {
				t.Errorf("the log shows %s: %s", secret, line)
			}
		}
		if !strings.HasPrefix(line, "time=") {
			t.Errorf("a line of the log that nobody wrote: %s", line)
		}
	}
}

// quote writes s as a JSON string, with nothing escaped that need not be.
func quote(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(err) // no string does that
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// object writes a JSON object of pairs of names and texts.
func object(pairs ...string) string {
	var parts []string
	for i := 0; i+1 < len(pairs); i += 2 {
		parts = append(parts, quote(pairs[i])+":"+quote(pairs[i+1]))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// short bounds one wait.
func short(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second) // cleanups use it too
	t.Cleanup(cancel)
	return ctx
}
