package clients_test

import (
	"io"
	"log/slog"
	"strconv"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/client"
	"github.com/dipcast/dipcast/internal/app"
	"github.com/dipcast/dipcast/internal/auth"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/netfault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	tenantID = "7be69580e27641df"
	username = "demo"
	password = "a-Long-Password-9F"
	appKey   = "얼씨구절씨구-열여섯자"
)

// site is a gateway between two scripted servers and a proxy that harms the
// connections of clients.
type site struct {
	t       *testing.T
	app     *app.App
	servers []*amitest.Server
	http    string // host:port of REST
	proxy   *netfault.Proxy

	mu   sync.Mutex
	next int // number of the next event
}

// newSite starts one. change may want its configuration different.
func newSite(t *testing.T, change ...func(*config.Config)) *site {
	t.Helper()
	s := &site{t: t, next: 1}
	c := config.Default()
	c.Listen, c.DCMIWSListen, c.AGIListen = []string{"127.0.0.1:0"}, nil, ""
	c.DataDir = t.TempDir()
	c.Hub.Age = 2 * time.Minute // the machine may be slow
	for i := range 2 {
		srv := amitest.New(amitest.Options{})
		if err := srv.Listen("127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(srv.Close)
		s.servers = append(s.servers, srv)
		c.Servers = append(c.Servers, config.Server{
			ID: i + 1, Name: "server-" + strconv.Itoa(i+1), Address: srv.Addr(), Auth: config.AuthPlain,
			Username: "gw", Secret: config.NewSecret("gw-secret"),
		})
	}
	c.Tenants = []config.Tenant{{
		ID: tenantID, Number: 2, Name: "얼쑤팩토리", Servers: []int{1, 2}, Extensions: []string{"1010", "1013"},
		DIDs: map[string]string{"07045805605": "1010"}, Numbers: []string{"16682471"},
		AppKeys: []config.AppKey{{Name: "crm", Key: config.NewSecret(appKey)}},
		Logins:  []config.Login{{Username: username, Password: config.NewSecret(password)}},
	}}
	for _, f := range change {
		f(c)
	}
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	var out io.Writer = io.Discard
	if testing.Verbose() {
		out = t.Output()
	}
	s.app = app.New(app.Options{
		Config: c, Version: "test", Logger: slog.New(slog.NewTextHandler(out, nil)),
		Passwords: auth.NewPasswords(auth.PasswordOptions{Memory: 64, Time: 1}),
		Tune:      func(o *ami.Options) { o.BackoffMin, o.BackoffMax = 20*time.Millisecond, 200*time.Millisecond },
	})
	if err := s.app.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.app.Stop)
	s.http = s.app.Addresses()[0]
	for _, srv := range s.app.Pool().Servers() {
		s.until("server up", func() bool {
			p := srv.Picture(nil, "")
			return srv.Up() && p.Whole
		})
	}
	p, err := netfault.New(s.http)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	s.proxy = p
	return s
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

// emit has server 1 send n events of the tenant, with numbers that go on.
func (s *site) emit(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for range n {
		s.servers[0].Emit("UserEvent", "Privilege", "user,all", "Channel", "PJSIP/T2_1010-00000001", "Context", "T2_cos-all", "N", strconv.Itoa(s.next))
		s.next++
	}
}

// drained waits until the gateway has read all that was emitted.
func (s *site) drained() {
	s.t.Helper()
	srv := s.app.Pool().Server(1)
	before := uint64(0)
	s.until("events read", func() bool {
		now := srv.Position().Seq
		same := now == before
		before = now
		return same && now >= uint64(s.next-1)
	})
}

func (s *site) url() string { return "ws://" + s.proxy.Addr() + "/ws" }

// options connect through the proxy and come back soon.
func (s *site) options() client.Options {
	return client.Options{
		URL: s.url(), Credentials: client.Credentials{Username: username, Password: password},
		BackoffMin: 5 * time.Millisecond, BackoffMax: 50 * time.Millisecond,
	}
}
