// Package registrations_test registers phones at a real Asterisk beside a whole
// gateway: who is registered where is seen, and who guesses passwords is banned.
package registrations_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/app"
	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/auth"
	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/secret"
	"github.com/dipcast/dipcast/internal/sipphone"
)

func TestMain(m *testing.M) { asterisktest.Main(m) }

const (
	two = "7be69580e27641df"
	ten = "0123456789abcdef"

	operator = "ops:ops-password"
	keyTwo   = "key-of-two"
	keyTen   = "key-of-ten"
	password = "right password"
)

// lab is an Asterisk and a gateway.
type lab struct {
	t      *testing.T
	config *config.Config
	server *asterisktest.Server
	app    *app.App
	url    string
}

// both runs a test on both versions of Asterisk.
func both(t *testing.T, change func(*config.Config), test func(*lab)) {
	asterisktest.Both(t, func(t *testing.T, version int) { test(newLab(t, version, change)) })
}

func newLab(t *testing.T, version int, change func(*config.Config)) *lab {
	t.Helper()
	phones := func(ext string, n int) company.Extension {
		e := company.Extension{Number: ext}
		for range n {
			e.Devices = append(e.Devices, company.Device{Secret: secret.New(password)})
		}
		return e
	}
	l := &lab{t: t}
	l.server = asterisktest.Start(t, asteriskconf.Input{
		Version: version, SIP: asteriskconf.SIP{QualifySeconds: 1},
		Trunks: []company.Trunk{{ID: 5, Host: "127.0.0.1", Port: asterisktest.Port(t), Register: true, Username: "07045805605", Secret: secret.New("x")}},
		Companies: []company.Company{
			{ID: two, Number: 2, Name: "둘", Extensions: []company.Extension{phones("1010", 2), phones("1013", 1)}},
			{ID: ten, Number: 10, Name: "열", Extensions: []company.Extension{phones("1010", 1)}},
		},
	})
	user := func(u asteriskconf.User) config.User {
		return config.User{Username: u.Name, Secret: config.NewSecret(u.Secret)}
	}
	c := config.Default()
	c.Listen, c.DCMIWSListen, c.AGIListen, c.DataDir = []string{"127.0.0.1:0"}, nil, "", t.TempDir()
	c.Servers = []config.Server{{
		ID: 1, Name: "pbx", Address: l.server.AMIAddr,
		Users: config.Users{Events: user(asterisktest.Events), Calls: user(asterisktest.Calls), Database: user(asterisktest.Database)},
	}}
	c.Tenants = []config.Tenant{
		{ID: two, Number: 2, Name: "둘", Servers: []int{1}, Extensions: []string{"1010", "1013"}, AppKeys: []config.AppKey{{Name: "crm", Key: config.NewSecret(keyTwo)}}},
		{ID: ten, Number: 10, Name: "열", Servers: []int{1}, Extensions: []string{"1010"}, AppKeys: []config.AppKey{{Name: "crm", Key: config.NewSecret(keyTen)}}},
	}
	name, pass, _ := strings.Cut(operator, ":")
	c.Operators = []config.Operator{{Username: name, Password: config.NewSecret(pass)}}
	if change != nil {
		change(c)
	}
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	l.config = c
	l.startApp()
	return l
}

// startApp starts the gateway and waits for its link; a second time after
// l.app.Stop.
func (l *lab) startApp() {
	l.t.Helper()
	log := io.Discard
	if testing.Verbose() {
		log = l.t.Output()
	}
	l.app = app.New(app.Options{
		Config: l.config, Version: "test", Logger: slog.New(slog.NewTextHandler(log, nil)),
		Passwords: auth.NewPasswords(auth.PasswordOptions{Memory: 64, Time: 1}),
	})
	if err := l.app.Start(l.t.Context()); err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(l.app.Stop)
	l.url = "http://" + l.app.Addresses()[0] + "/api/v2"
	l.until("the link is up", func() bool { return l.app.Pool().Servers()[0].Up() })
}

// until waits until ok is true.
func (l *lab) until(what string, ok func() bool) {
	l.t.Helper()
	await.That(l.t, what, ok)
}

// phone starts a phone that sends from an address of loopback.
func (l *lab) phone(device, address, password string) *sipphone.Phone {
	l.t.Helper()
	p, err := sipphone.New(sipphone.Options{Server: l.server.SIPAddr, User: device, Password: password, Listen: address + ":0"})
	if err != nil {
		l.t.Fatal(err)
	}
	if err := p.Start(l.t.Context()); err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { p.Close() })
	return p
}

// register tries once and tells how it ended.
func (l *lab) register(device, address, password string) error {
	l.t.Helper()
	p := l.phone(device, address, password)
	defer p.Close()
	ctx, cancel := context.WithTimeout(l.t.Context(), 20*time.Second)
	defer cancel()
	return p.Register(ctx)
}

// do sends a request with an app key or, with a colon in it, a login, and reads
// the data of the answer.
func (l *lab) do(who, method, path, body string, into any) int {
	l.t.Helper()
	req, err := http.NewRequestWithContext(l.t.Context(), method, l.url+path, strings.NewReader(body))
	if err != nil {
		l.t.Fatal(err)
	}
	if name, pass, ok := strings.Cut(who, ":"); ok {
		req.SetBasicAuth(name, pass)
	} else {
		req.Header.Set("App-Key", who)
		req.Header.Set("Tenant", map[string]string{keyTwo: two, keyTen: ten}[who])
	}
	res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		l.t.Fatal(err)
	}
	defer res.Body.Close()
	var answer struct{ Data json.RawMessage }
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		l.t.Fatal(err)
	}
	if into != nil && len(answer.Data) > 0 {
		if err := json.Unmarshal(answer.Data, into); err != nil {
			l.t.Fatal(err)
		}
	}
	return res.StatusCode
}

// metrics are those that operators see.
func (l *lab) metrics() string {
	l.t.Helper()
	req, err := http.NewRequestWithContext(l.t.Context(), http.MethodGet, strings.TrimSuffix(l.url, "/api/v2")+"/metrics", http.NoBody)
	if err != nil {
		l.t.Fatal(err)
	}
	name, pass, _ := strings.Cut(operator, ":")
	req.SetBasicAuth(name, pass)
	res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		l.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		l.t.Fatal(err)
	}
	return string(text)
}
