package app_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/internal/app"
	"github.com/dipcast/dipcast/internal/auth"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/frametest"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(storetest.Tests{M: m}) }

// tenant ids of the tests.
const (
	two = "7be69580e27641df"
	ten = "0123456789abcdef"
)

// site is a gateway with two scripted servers.
type site struct {
	t       *testing.T
	app     *app.App
	options app.Options
	servers []*amitest.Server
	http    string // host:port with everything
	ws      string // host:port with the WebSocket protocol only
	logs    *logs
	next    func(*config.Config) // what a reload finds changed
}

// probe is a Sink that sees when a server's first event was handed on, and
// when it was told to be up and its state was read.
type probe struct {
	mu              sync.Mutex
	seen, up, whole map[int]bool
}

func (p *probe) Event(e *pbx.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen[e.Server.ID()] = true
}

func (p *probe) Link(s *pbx.Server, up bool, _ time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.up[s.ID()] = up
}

func (p *probe) Gap(*pbx.Server, int) {}

func (p *probe) Call(*pbx.CallEvent) {}

func (p *probe) Snapshot(s *pbx.Server) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.whole[s.ID()] = true
}

func (p *probe) started(server int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.seen[server] && p.up[server] && p.whole[server]
}

// change is what a test wants different in a site.
type change struct {
	config func(*config.Config)
	server amitest.Options
	stall  time.Duration // how long a client may take nothing
	down   bool          // the servers refuse connections
}

// quick reconnects sooner than a real server would like it.
func quick(o *ami.Options) { o.BackoffMin, o.BackoffMax = 20*time.Millisecond, 200*time.Millisecond }

// password is the one of every login of a site.
func password(user string) string { return "pw-of-" + user + "-9F" }

// logs keeps everything a site logs.
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

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// secrets are what must be in no log: numbers, names, passwords, keys, ids.
var secrets = []string{
	"07045805605", "07045144801", "07010100000", "16682471", "16662471", "01026132471", "01012345678", "7045805605",
	"얼쑤", "팩토리", "지화자", "얼씨구", "KEY-of-ten", "gw-secret", "-9F", two, ten,
}

// check fails the test when a secret was logged.
func (l *logs) check(t *testing.T) {
	t.Helper()
	for line := range strings.Lines(l.String()) {
		for _, secret := range secrets {
			if strings.Contains(line, secret) {
				t.Errorf("the log shows %s: %s", secret, line)
			}
		}
	}
}

func newSite(t *testing.T, changes ...change) *site {
	t.Helper()
	var ch change
	if len(changes) > 0 {
		ch = changes[0]
	}
	s := &site{t: t, logs: &logs{out: io.Discard}}
	if testing.Verbose() {
		s.logs.out = t.Output()
	}
	t.Cleanup(func() { s.logs.check(t) }) // when all is stopped
	c := config.Default()
	c.Listen, c.DCMIWSListen = []string{"127.0.0.1:0"}, []string{"127.0.0.1:0"}
	c.DataDir = t.TempDir()
	c.AGIListen = "" // its port would be the same for all
	for i, name := range []string{"dcrm.makecall.io", "dcrm2.makecall.io"} {
		srv := amitest.New(ch.server)
		srv.Refuse(ch.down)
		if err := srv.Listen("127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(srv.Close)
		s.servers = append(s.servers, srv)
		c.Servers = append(c.Servers, config.Server{
			ID: i + 1, Name: name, Address: srv.Addr(), Auth: config.AuthPlain,
			Username: "gw", Secret: config.NewSecret("gw-secret"),
		})
	}
	c.Tenants = []config.Tenant{
		{
			ID: two, Number: 2, Name: "얼쑤팩토리", Servers: []int{1, 2},
			Extensions: []string{"1010", "1013"},
			DIDs:       map[string]string{"07045805605": "1010", "07045144801": "1013"},
			Numbers:    []string{"16682471", "16662471"},
			AppKeys:    []config.AppKey{{Name: "crm", Key: config.NewSecret("얼씨구절씨구")}},
			Logins: []config.Login{
				{Username: "demo", Password: config.NewSecret(password("demo"))},
				{Username: "phone1010", Password: config.NewSecret(password("phone1010")), Extension: "1010"},
			},
		},
		{
			ID: ten, Number: 10, Name: "열", Servers: []int{1},
			Extensions: []string{"1010", "1013"}, DIDs: map[string]string{"07010100000": "1010"},
			AppKeys: []config.AppKey{{Name: "crm", Key: config.NewSecret("KEY-of-ten")}},
			Logins:  []config.Login{{Username: "demo10", Password: config.NewSecret(password("demo10"))}},
		},
	}
	c.Operators = []config.Operator{{Username: "ops", Password: config.NewSecret(password("ops"))}}
	if ch.config != nil {
		ch.config(c)
	}
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	s.options = app.Options{
		Config: c, Version: "test", StallTimeout: ch.stall, Logger: slog.New(slog.NewTextHandler(s.logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Passwords: auth.NewPasswords(auth.PasswordOptions{Memory: 64, Time: 1}), Tune: quick,
		Load: func() (*config.Config, error) {
			again := *c
			again.Tenants = slices.Clone(c.Tenants)
			if s.next != nil {
				s.next(&again)
			}
			return &again, again.Validate()
		},
	}
	s.start(!ch.down)
	return s
}

// start runs the gateway, anew when the one before is stopped. It waits for the
// servers when they are up.
func (s *site) start(up bool) {
	s.t.Helper()
	sink := &probe{seen: map[int]bool{}, up: map[int]bool{}, whole: map[int]bool{}}
	s.options.Sink = sink
	s.app = app.New(s.options)
	if err := s.app.Start(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(s.app.Stop)
	addrs := s.app.Addresses()
	s.http, s.ws = addrs[0], addrs[1]
	for _, srv := range s.app.Pool().Servers() {
		if up {
			// Clients that connect now get nothing of the start.
			s.until("server up", func() bool { return sink.started(srv.ID()) })
		}
	}
}

// until waits for something that others make true.
func (s *site) until(what string, ok func() bool) {
	s.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(20 * time.Second)
	for !ok() {
		select {
		case <-tick.C:
		case <-limit:
			s.t.Fatalf("waited in vain: %s", what)
		}
	}
}

// frameCheck holds every frame that a test gets against docs/asyncapi.yaml.
var frameCheck = sync.OnceValue(func() *frametest.Checker {
	c, err := frametest.New()
	if err != nil {
		panic(err)
	}
	return c
})

// client is one WebSocket client.
type client struct {
	t    *testing.T
	conn *websocket.Conn
}

func basic(user string) http.Header {
	return http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password(user)))}}
}

func (s *site) dial(user, path string) *client {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 10*time.Second)
	defer cancel()
	conn, res, err := websocket.Dial(ctx, "ws://"+s.ws+path, &websocket.DialOptions{HTTPHeader: basic(user)})
	if err != nil {
		s.t.Fatalf("dial: %v (%v)", err, res)
	}
	conn.SetReadLimit(4 << 20)
	s.t.Cleanup(func() { _ = conn.CloseNow() })
	return &client{s.t, conn}
}

// answer is one frame.
type answer struct {
	Type       int    `json:"type"`
	ServerID   int    `json:"server_id"`
	ServerName string `json:"server_name"`
	SSL        *bool  `json:"ssl"`
	Data       values `json:"data"`
	raw        string
}

// values are the members of data; those of an array are joined by blanks.
type values map[string]string

// UnmarshalJSON implements json.Unmarshaler.
func (v *values) UnmarshalJSON(b []byte) error {
	var all map[string]any
	if err := json.Unmarshal(b, &all); err != nil {
		return err
	}
	*v = values{}
	for name, value := range all {
		if list, ok := value.([]any); ok {
			value = strings.Trim(fmt.Sprint(list), "[]")
		}
		(*v)[name] = fmt.Sprint(value)
	}
	return nil
}

func (c *client) send(text string) {
	c.t.Helper()
	if err := c.conn.Write(c.t.Context(), websocket.MessageText, []byte(text)); err != nil {
		c.t.Fatal(err)
	}
}

// frame is the next frame's text.
func (c *client) frame() []byte {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), 30*time.Second)
	defer cancel()
	kind, b, err := c.conn.Read(ctx)
	if err != nil {
		c.t.Fatalf("read: %v", err)
	}
	if kind != websocket.MessageText {
		c.t.Fatalf("a frame of kind %v", kind)
	}
	if _, err := frameCheck().Sent(b); err != nil {
		c.t.Error(err)
	}
	return b
}

func (c *client) next() answer {
	c.t.Helper()
	return parse(c.t, string(c.frame()))
}

func parse(t *testing.T, frame string) answer {
	t.Helper()
	a := answer{raw: frame}
	if err := json.Unmarshal([]byte(frame), &a); err != nil {
		t.Fatalf("%v: %s", err, frame)
	}
	if a.SSL == nil {
		t.Fatalf("no ssl: %s", frame)
	}
	return a
}

// response is the next frame that is no event.
func (c *client) response() answer {
	c.t.Helper()
	for {
		if a := c.next(); a.Type != 3 {
			return a
		}
	}
}

// event waits for an event by name.
func (c *client) event(name string) answer {
	c.t.Helper()
	for {
		if a := c.next(); a.Type == 3 && a.Data["Event"] == name {
			return a
		}
	}
}

func (c *client) ask(text string) answer {
	c.t.Helper()
	c.send(text)
	return c.response()
}
