// Package limits_test calls the telephone network through a real Asterisk whose
// dialplan asks a whole gateway, on both versions of Asterisk.
package limits_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/dipcast/dipcast/internal/app"
	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/auth"
	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/capacity"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/sipphone"
)

func TestMain(m *testing.M) { asterisktest.Main(m) }

const (
	two     = "7be69580e27641df"
	mobile  = "01026132471"
	mobile2 = "01012340119" // ends like the fire brigade, and is not
	abroad  = "00112125550123"
	premium = "0601234567"
	appKey  = "key-of-the-tests"

	did1010 = "07045805605" // rings 1010

	mainID     = "00000000000000aa" // the tenant without a prefix
	mainNumber = "0212345678"
)

// lab is an Asterisk, a gateway, a telephone network and phones.
type lab struct {
	t       *testing.T
	config  *config.Config
	server  *asterisktest.Server
	network *sipphone.Network
	app     *app.App
	agi     int // port

	limits atomic.Pointer[capacity.Limits] // of the box; nil: none
}

// both runs a test on both versions of Asterisk.
func both(t *testing.T, change func(*config.Tenant), test func(*lab)) {
	asterisktest.Both(t, func(t *testing.T, version int) { test(newLab(t, version, change)) })
}

func newLab(t *testing.T, version int, change func(*config.Tenant), more ...func(*asteriskconf.Input)) *lab {
	t.Helper()
	l := &lab{t: t, agi: asterisktest.Port(t)}
	tenant := config.Tenant{
		ID: two, Number: 2, Name: "둘", Servers: []int{1}, Extensions: []string{"1010", "1013"},
		DIDs: map[string]string{did1010: "1010"}, AppKeys: []config.AppKey{{Name: "crm", Key: config.NewSecret(appKey)}},
	}
	change(&tenant)
	trunk := asterisktest.Port(t)
	in := asteriskconf.Input{
		Version: version, AGI: asteriskconf.AGI{Address: hostPort(l.agi), Server: 1},
		Trunks:    []company.Trunk{{ID: 1, Host: "127.0.0.1", Port: trunk}},
		Companies: []company.Company{{ID: two, Number: 2, Name: tenant.Name, DIDs: company.DIDs(tenant.DIDs), Lines: tenant.Lines}},
	}
	head := config.Tenant{
		ID: mainID, Number: 1, Main: true, Name: "본사", Servers: []int{1}, Extensions: []string{"900"}, Numbers: []string{mainNumber},
		Limits: config.Limits{PerMinute: 1},
	}
	in.Companies = append(in.Companies, company.Company{
		ID: mainID, Number: 1, Main: true, Name: head.Name, Numbers: head.Numbers,
		Extensions: []company.Extension{{Number: "900", Devices: company.Phone("secret 900")}},
	})
	for _, ext := range tenant.Extensions {
		in.Companies[0].Extensions = append(in.Companies[0].Extensions, company.Extension{Number: ext, Devices: company.Phone("secret " + ext), RingSeconds: 5})
	}
	for _, f := range more {
		f(&in)
	}
	l.server = asterisktest.Start(t, in)
	l.network = l.telephones(trunk)
	user := func(u asteriskconf.User) config.User {
		return config.User{Username: u.Name, Secret: config.NewSecret(u.Secret)}
	}
	c := config.Default()
	c.Listen, c.DCMIWSListen, c.AGIListen, c.DataDir = []string{"127.0.0.1:0"}, nil, hostPort(l.agi), t.TempDir()
	c.Servers = []config.Server{{
		ID: 1, Name: "pbx", Address: l.server.AMIAddr,
		Users: config.Users{Events: user(asterisktest.Events), Calls: user(asterisktest.Calls), Database: user(asterisktest.Database)},
	}}
	c.Tenants = []config.Tenant{tenant, head}
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	l.config = c
	l.startApp()
	return l
}

// startApp starts the gateway and waits for its link.
func (l *lab) startApp() {
	l.t.Helper()
	log := io.Discard
	if testing.Verbose() {
		log = l.t.Output()
	}
	l.app = app.New(app.Options{
		Config: l.config, Version: "test", Logger: slog.New(slog.NewTextHandler(log, nil)),
		Passwords: auth.NewPasswords(auth.PasswordOptions{Memory: 64, Time: 1}),
		Capacity: func() (n capacity.Limits) {
			if p := l.limits.Load(); p != nil {
				n = *p
			}
			return n
		},
	})
	if err := l.app.Start(l.t.Context()); err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(l.app.Stop)
	await.That(l.t, "the gateway has its link", l.app.Pool().Servers()[0].Up)
}

func (l *lab) telephones(port int) *sipphone.Network {
	l.t.Helper()
	numbers := map[string]sipphone.Number{}
	for i, n := range []string{mobile, mobile2, abroad, premium, "119", "113", "02112"} {
		numbers[n] = sipphone.Number{Tone: 1000 + i*50}
	}
	return l.server.Network(l.t, port, sipphone.NetworkOptions{Numbers: numbers, Unknown: sipphone.Reject(404)})
}

func hostPort(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

func (l *lab) phone(ext string, b sipphone.Behaviour) *sipphone.Phone {
	l.t.Helper()
	return l.server.Phone(l.t, sipphone.Options{User: endpoint(ext), Password: "secret " + ext, Behaviour: b, Tone: 400})
}

// endpoint is the name of a phone: 900 is the main tenant's.
func endpoint(ext string) string {
	if ext == "900" {
		return ext
	}
	return dialplan.Endpoint("T2_", ext)
}

// quiet checks that Asterisk warned of nothing since it started.
func (l *lab) quiet() {
	l.t.Helper()
	l.server.Silent(l.t, []string{"WARNING"})
}

func (l *lab) ctx() context.Context { return asterisktest.Context(l.t) }

// dial calls from a phone and gives its call.
func (l *lab) dial(p *sipphone.Phone, num string) *sipphone.Call {
	l.t.Helper()
	return asterisktest.Dial(l.t, p, num)
}

// arrives waits for the next call in the network and for its answer.
func (l *lab) arrives(num string) *sipphone.Call {
	l.t.Helper()
	c, err := l.network.NextCall(l.ctx())
	if err != nil {
		l.t.Fatalf("%s: %v", num, err)
	}
	if err := c.WaitAnswered(l.ctx()); err != nil {
		l.t.Fatal(err)
	}
	if got := c.Invite().Called; got != num {
		l.t.Errorf("the network is asked for %s, want %s", got, num)
	}
	return c
}

func (l *lab) hangup(c *sipphone.Call, others ...*sipphone.Call) {
	l.t.Helper()
	asterisktest.Hangup(l.t, c, others...)
}

// goes calls a number in the network, which answers.
func (l *lab) goes(p *sipphone.Phone, num string) {
	l.t.Helper()
	out := l.dial(p, num)
	l.hangup(out, l.arrives(num))
}

// refused calls a number, and hears why it does not go.
func (l *lab) refused(p *sipphone.Phone, num string, code int) {
	l.t.Helper()
	before := len(l.network.Received())
	end, err := l.dial(p, num).WaitEnded(l.ctx())
	if err != nil || end.Code != code {
		l.t.Errorf("%s: %+v, %v, want %d", num, end, err, code)
	}
	if n := len(l.network.Received()); n != before {
		l.t.Errorf("%s reached the network", num)
	}
}

// answer is one of REST.
type answer struct {
	status               int
	Code, Field, Message string
	Data                 json.RawMessage
	header               http.Header
}

func (l *lab) rest(method, path, body string) answer {
	l.t.Helper()
	req, err := http.NewRequestWithContext(l.ctx(), method, "http://"+l.app.Addresses()[0]+"/api/v2/"+path, strings.NewReader(body))
	if err != nil {
		l.t.Fatal(err)
	}
	req.Header.Set("tenant", two)
	req.Header.Set("app-key", appKey)
	res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		l.t.Fatal(err)
	}
	defer res.Body.Close()
	a := answer{status: res.StatusCode, header: res.Header}
	if err := json.NewDecoder(res.Body).Decode(&a); err != nil {
		l.t.Fatal(err)
	}
	return a
}

// click asks for a click-to-call.
func (l *lab) click(caller, callee string) answer {
	l.t.Helper()
	return l.rest("POST", "core/click_to_call", fmt.Sprintf(`{"caller":"%s","callee":"%s"}`, caller, callee))
}

// clicks is a click-to-call that both ends answer.
func (l *lab) clicks(p *sipphone.Phone, ext, num string) {
	l.t.Helper()
	if a := l.click(ext, num); a.status != http.StatusOK {
		l.t.Fatalf("%+v", a)
	}
	first, err := p.NextCall(l.ctx())
	if err != nil {
		l.t.Fatal(err)
	}
	l.hangup(l.arrives(num), first)
}
