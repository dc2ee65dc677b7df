// Package ami_test runs the same tests of package ami against a real Asterisk
// 22 and 16 and against package amitest, so that the fake cannot drift from
// what it plays.
package ami_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/company"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// server is what the tests need to know of either.
type server struct {
	address string
	banner  string
	all     asteriskconf.User // every right
	calls   asteriskconf.User // may not write the database
	stop    func()            // ends it as SIGTERM does
	// tls restarts it with TLS and returns the address and the CA's file;
	// nil: it cannot.
	tls func(t *testing.T) (address, ca string)
}

// tests are what every server must pass. The last one ends it.
var tests = []struct {
	name string
	f    func(t *testing.T, s server)
}{
	{"login", testLogin},
	{"database", testDatabase},
	{"rights", testRights},
	{"lists", testLists},
	{"originate", testOriginate},
	{"many at once", testManyAtOnce},
	{"restart with tls", testTLS},
	{"shutdown", testShutdown},
}

func TestServers(t *testing.T) {
	run := func(t *testing.T, s server) {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) { tt.f(t, s) })
		}
	}
	for _, version := range []int{22, 16} {
		banner := map[int]string{22: "Asterisk Call Manager/11.0.0", 16: "Asterisk Call Manager/5.0.4"}[version]
		t.Run(fmt.Sprint("amitest ", version), func(t *testing.T) {
			s := amitest.New(amitest.Options{Version: fmt.Sprint(version), Users: []amitest.User{
				{Name: asterisktest.All.Name, Secret: asterisktest.All.Secret},
				{Name: asterisktest.Calls.Name, Secret: asterisktest.Calls.Secret, Read: []string{"system", "call"}, Write: []string{"call", "originate"}},
			}})
			defer s.Close()
			if err := s.Listen("127.0.0.1:0"); err != nil {
				t.Fatal(err)
			}
			s.Update(func(w *amitest.World) {
				w.Endpoints = []amitest.Endpoint{{Name: "T2_1010", Aor: "T2_1010", State: "Unavailable"}}
			})
			run(t, server{s.Addr(), banner, asterisktest.All, asterisktest.Calls, s.Shutdown, nil})
		})
		t.Run(fmt.Sprint("asterisk ", version), func(t *testing.T) {
			s := asterisktest.Start(t, asteriskconf.Input{
				Version: version,
				Companies: []company.Company{{
					ID: "7be69580e27641df", Number: 2, Name: "얼쑤팩토리",
					Extensions: []company.Extension{{Number: "1010", Devices: company.Phone("phone-secret"), Name: "홍길동", OwnNumber: "07045805605"}},
					DIDs:       company.DIDs(map[string]string{"07045805605": "1010"}),
				}},
			})
			run(t, server{s.AMIAddr, banner, asterisktest.All, asterisktest.Calls, s.Stop, func(t *testing.T) (string, string) { return restartWithTLS(t, s) }})
		})
	}
}

// link is a running client and what it saw.
type link struct {
	*ami.Client
	t       *testing.T
	changes chan ami.Change

	mu   sync.Mutex
	seen []*ami.Message
}

// connect starts a client, which stops with the test.
func connect(t *testing.T, o ami.Options) *link {
	t.Helper()
	l := &link{t: t, changes: make(chan ami.Change, 64)}
	o.OnChange = func(c ami.Change) { l.changes <- c }
	o.OnMessage = func(m *ami.Message) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.seen = append(l.seen, m.Clone())
	}
	c, err := ami.New(o)
	if err != nil {
		t.Fatal(err)
	}
	l.Client = c
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	return l
}

// await waits for a state.
func (l *link) await(s ami.State) ami.Change {
	l.t.Helper()
	for deadline := time.After(15 * time.Second); ; {
		select {
		case c := <-l.changes:
			if c.State == s {
				return c
			}
			if s == ami.StateUp && c.Err != nil {
				l.t.Logf("down: %v", c.Err)
			}
		case <-deadline:
			l.t.Fatalf("not %v in time", s)
		}
	}
}

// event waits for an event with the given header.
func (l *link) event(name, header, value string) *ami.Message {
	l.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.After(15 * time.Second); ; {
		l.mu.Lock()
		i := slices.IndexFunc(l.seen, func(m *ami.Message) bool {
			return string(m.Event()) == name && (header == "" || m.Get(header) == value)
		})
		var m *ami.Message
		if i >= 0 {
			m = l.seen[i]
		}
		l.mu.Unlock()
		if m != nil {
			return m
		}
		select {
		case <-tick.C:
		case <-deadline:
			l.t.Fatalf("no %s with %s %q", name, header, value)
		}
	}
}

// do sends an action and checks its response's message.
func (l *link) do(want string, a *ami.Action) *ami.Response {
	l.t.Helper()
	res, err := l.Do(l.t.Context(), a)
	if err != nil {
		l.t.Fatal(err)
	}
	if got := res.Get("Message"); got != want {
		l.t.Errorf("%s: %q, want %q", a.Name(), got, want)
	}
	return res
}

func testLogin(t *testing.T, s server) {
	for _, auth := range []string{"plain", "md5"} {
		for _, events := range []string{"on", "off", "call"} {
			l := connect(t, ami.Options{Address: s.address, Auth: auth, Username: s.all.Name, Secret: s.all.Secret, Events: events})
			if c := l.await(ami.StateUp); c.Banner != s.banner || !c.Booted {
				t.Errorf("%s: %+v", auth, c)
			}
			if res, err := l.Do(t.Context(), ami.NewAction("Ping")); err != nil || res.Get("Ping") != "Pong" {
				t.Errorf("%s: ping: %v", auth, err)
			}
		}
		l := connect(t, ami.Options{Address: s.address, Auth: auth, Username: s.all.Name, Secret: "wrong"})
		if c := l.await(ami.StateDown); !errors.Is(c.Err, ami.ErrAuth) || c.Retry < time.Minute {
			t.Errorf("%s: wrong secret: %+v", auth, c)
		}
	}
}

func testDatabase(t *testing.T, s server) {
	l := connect(t, ami.Options{Address: s.address, Username: s.all.Name, Secret: s.all.Secret, Events: "off"})
	l.await(ami.StateUp)
	const family, key = "7be69580e27641df", "diversions/1010/CFI/enable"
	entry := func(name string) *ami.Action { return ami.NewAction(name).Add("Family", family).Add("Key", key) }
	l.do("Updated database successfully", entry("DBPut").Add("Val", "yes 예"))
	res, err := l.List(t.Context(), entry("DBGet"), 0)
	if err != nil || len(res.Events) != 2 || res.Events[0].Get("Val") != "yes 예" {
		t.Fatalf("%v %v", err, res)
	}
	res, err = l.List(t.Context(), ami.NewAction("DBGetTree").Add("Family", family), 0)
	if err != nil || len(res.Events) < 2 || !strings.HasPrefix(res.Events[0].Get("Key"), "/"+family+"/diversions/") {
		t.Fatalf("%v %v", err, res)
	}
	command := func(text string) *ami.Action { return ami.NewAction("Command").Add("Command", text) }
	if got := l.do("Command output follows", command("database get "+family+" "+key)).Output(); got != "Value: yes 예" {
		t.Errorf("output %q", got)
	}
	if got := l.do("Command output follows", command("database put "+family)); got.Success() ||
		got.Output() != "Usage: database put <family> <key> <value>\n       Adds or updates an entry in the Asterisk database for\n       a given family, key, and value." {
		t.Errorf("output %q", got.Output())
	}
	l.do("Key deleted successfully", entry("DBDel"))
	if res := l.do("Database entry not found", entry("DBGet")); res.Success() {
		t.Error("found")
	}
	if got := l.do("Command output follows", command("database get "+family+" "+key)); !got.Success() || got.Output() != "Database entry not found." {
		t.Errorf("output %q", got.Output())
	}
	// The longest line and the most lines that are let through are taken.
	long := ami.NewAction("Ping").Add("X", strings.Repeat("x", ami.MaxActionLine-len("X: \r\n")))
	for long.Append("Y", "1") == nil {
	}
	if res, err := l.Do(t.Context(), long); err != nil || !res.Success() {
		t.Errorf("longest: %v %v", err, res)
	}
	if res := l.do("Database entry not found", entry("DBGet")); res.Success() {
		t.Error("out of step")
	}
}

func testRights(t *testing.T, s server) {
	l := connect(t, ami.Options{Address: s.address, Username: s.calls.Name, Secret: s.calls.Secret, Events: "off"})
	l.await(ami.StateUp)
	l.do("Permission denied", ami.NewAction("DBPut").Add("Family", "f").Add("Key", "k"))
	l.do("Permission denied", ami.NewAction("Command").Add("Command", "core show version"))
}

func testLists(t *testing.T, s server) {
	l := connect(t, ami.Options{Address: s.address, Username: s.all.Name, Secret: s.all.Secret})
	l.await(ami.StateUp)
	for _, name := range []string{
		"CoreShowChannels", "BridgeList", "DeviceStateList", "ExtensionStateList", "QueueStatus", "QueueSummary", "PJSIPShowEndpoints",
	} {
		res, err := l.List(t.Context(), ami.NewAction(name), 0)
		if err != nil || !res.Success() || len(res.Events) == 0 {
			t.Errorf("%s: %v %v", name, err, res)
			continue
		}
		last := res.Events[len(res.Events)-1]
		if !last.Is("EventList", "Complete") || last.Get("ListItems") != fmt.Sprint(len(res.Events)-1) {
			t.Errorf("%s: %q", name, last.Bytes())
		}
		if name == "PJSIPShowEndpoints" && res.Events[0].Get("ObjectName") != "T2_1010" {
			t.Errorf("endpoint %q", res.Events[0].Bytes())
		}
	}
	// Nobody is registered: an error alone.
	if res, err := l.List(t.Context(), ami.NewAction("PJSIPShowContacts"), 0); err != nil || res.Success() || res.Get("Message") != "No Contacts found" {
		t.Errorf("%v %v", err, res)
	}
	if n := l.Stats(); n.Unmatched+n.Late+n.Duplicate != 0 {
		t.Errorf("stats %+v", n)
	}
}

// testOriginate: the response comes first, the OriginateResponse event with
// the same ActionID and our ChannelId later.
func testOriginate(t *testing.T, s server) {
	l := connect(t, ami.Options{Address: s.address, Username: s.all.Name, Secret: s.all.Secret})
	l.await(ami.StateUp)
	answered := make(chan int, 1)
	id, err := l.Send(ami.NewAction("Originate").Add("Channel", "Local/s@nowhere/n").Add("Context", "T2_cos-all").
		Add("Exten", "1010").Add("Priority", "1").Add("Async", "true").Add("Timeout", "3000").Add("ChannelId", "own-1").
		Add("OtherChannelId", "own-2").Add("Variable", "A=1").Add("Variable", "B=2"), ami.SendOptions{}, func(r ami.Result) {
		if r.Err != nil || !r.Message.Is("Response", "Success") {
			t.Errorf("%+v", r)
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		answered <- len(l.seen)
	})
	if err != nil {
		t.Fatal(err)
	}
	before := <-answered
	m := l.event("OriginateResponse", "ActionID", id)
	l.mu.Lock()
	at := slices.Index(l.seen, m)
	l.mu.Unlock()
	if m.Get("Uniqueid") != "own-1" || at < before {
		t.Errorf("%q, %d before", m.Bytes(), before)
	}
}

// testManyAtOnce keeps 64 actions in flight.
func testManyAtOnce(t *testing.T, s server) {
	l := connect(t, ami.Options{Address: s.address, Username: s.all.Name, Secret: s.all.Secret})
	l.await(ami.StateUp)
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			for range 20 {
				if res, err := l.Do(t.Context(), ami.NewAction("Ping")); err != nil || !res.Success() {
					t.Errorf("%v", err)
					return
				}
			}
		})
	}
	wg.Wait()
	if n := l.Stats(); n.Unmatched+n.Late+n.Duplicate != 0 {
		t.Errorf("stats %+v", n)
	}
}

// testShutdown: a server that ends says so, and every pending action ends. Asterisk
// does not wait until each session has its word out, so one may end without; what a
// link says of its end is what it heard.
func testShutdown(t *testing.T, s server) {
	var links [8]*link
	for i := range links {
		links[i] = connect(t, ami.Options{Address: s.address, Username: s.all.Name, Secret: s.all.Secret})
		links[i].await(ami.StateUp)
	}
	s.stop()
	told := 0
	for _, l := range links {
		switch c := l.await(ami.StateDown); {
		case errors.Is(c.Err, ami.ErrShutdown):
			l.event("Shutdown", "", "")
			told++
		case !errors.Is(c.Err, io.EOF):
			t.Errorf("%+v", c)
		}
	}
	if told == 0 {
		t.Errorf("none of %d links heard that the server ends", len(links))
	}
}
