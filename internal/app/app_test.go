package app_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/internal/app"
	"github.com/dipcast/dipcast/internal/auth"
	"github.com/dipcast/dipcast/internal/config"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// tenant ids of the tests.
const (
	two = "7be69580e27641df"
	ten = "0123456789abcdef"
)

// site is a gateway with two scripted servers.
type site struct {
	t       *testing.T
	app     *app.App
	servers []*amitest.Server
	http    string // host:port with everything
	ws      string // host:port with the WebSocket protocol only
}

func newSite(t *testing.T, change ...func(*config.Config)) *site {
	t.Helper()
	s := &site{t: t}
	c := config.Default()
	c.Listen, c.DCMIWSListen = []string{"127.0.0.1:0"}, []string{"127.0.0.1:0"}
	c.DataDir = t.TempDir()
	for i, name := range []string{"dcrm.makecall.io", "dcrm2.makecall.io"} {
		srv := amitest.New(amitest.Options{})
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
				{Username: "demo", Password: config.NewSecret("demo")},
				{Username: "phone1010", Password: config.NewSecret("phone1010"), Extension: "1010"},
			},
		},
		{
			ID: ten, Number: 10, Name: "열", Servers: []int{1},
			Extensions: []string{"1010", "1013"}, DIDs: map[string]string{"07010100000": "1010"},
			AppKeys: []config.AppKey{{Name: "crm", Key: config.NewSecret("demo10")}},
			Logins:  []config.Login{{Username: "demo10", Password: config.NewSecret("demo10")}},
		},
	}
	c.Operators = []config.Operator{{Username: "ops", Password: config.NewSecret("ops")}}
	for _, f := range change {
		f(c)
	}
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	var w io.Writer = io.Discard
	if testing.Verbose() {
		w = t.Output()
	}
	s.app = app.New(app.Options{
		Config: c, Version: "test", Logger: slog.New(slog.NewTextHandler(w, nil)),
		Passwords: auth.NewPasswords(auth.PasswordOptions{Memory: 64, Time: 1}),
	})
	ctx := t.Context()
	if err := s.app.Start(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.app.Stop)
	addrs := s.app.Addresses()
	s.http, s.ws = addrs[0], addrs[1]
	for _, srv := range s.app.Pool().Servers() {
		s.until("server up", srv.Up)
	}
	return s
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

// client is one WebSocket client.
type client struct {
	t    *testing.T
	conn *websocket.Conn
}

func basic(user string) http.Header {
	return http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+user))}}
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
	Type       int               `json:"type"`
	ServerID   int               `json:"server_id"`
	ServerName string            `json:"server_name"`
	SSL        *bool             `json:"ssl"`
	Data       map[string]string `json:"data"`
	raw        string
}

func (c *client) send(text string) {
	c.t.Helper()
	if err := c.conn.Write(c.t.Context(), websocket.MessageText, []byte(text)); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) next() answer {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), 10*time.Second)
	defer cancel()
	kind, b, err := c.conn.Read(ctx)
	if err != nil {
		c.t.Fatalf("read: %v", err)
	}
	if kind != websocket.MessageText {
		c.t.Fatalf("a frame of kind %v", kind)
	}
	a := answer{raw: string(b)}
	if err := json.Unmarshal(b, &a); err != nil {
		c.t.Fatalf("%v: %s", err, b)
	}
	if a.SSL == nil {
		c.t.Fatalf("no ssl: %s", b)
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

func TestPingOnBothServers(t *testing.T) {
	s := newSite(t)
	c := s.dial("demo", "/")
	for id, name := range map[int]string{1: "dcrm.makecall.io", 2: "dcrm2.makecall.io"} {
		n := strconv.Itoa(id)
		a := c.ask(`{"AMIServerID": ` + n + `, "data": {"Action": "ping", "ActionID": "DIPCAST-CoreServiceCheck-` + n + `-Custom"}}`)
		if a.Type != 4 || a.ServerID != id || a.ServerName != name || *a.SSL ||
			a.Data["Response"] != "Success" || a.Data["Ping"] != "Pong" || a.Data["Timestamp"] == "" ||
			a.Data["ActionID"] != "DIPCAST-CoreServiceCheck-"+n+"-Custom" {
			t.Errorf("got %s", a.raw)
		}
	}
}

func TestDatabaseCommands(t *testing.T) {
	s := newSite(t)
	c := s.dial("demo", "/")
	command := func(text string) answer {
		t.Helper()
		a := c.ask(`{"AMIServerID":1,"data":{"Action":"Command","Command":"` + text + `","ActionID":"id-착신"}}`)
		if a.Type != 4 || a.Data["ActionID"] != "id-착신" {
			t.Errorf("%s: %s", text, a.raw)
		}
		return a
	}
	// New extensions have the documented defaults.
	s.until("defaults", func() bool { v, _ := s.servers[0].DB().Get(two, "diversions/1013/CFU/enable"); return v == "yes" })
	for _, kind := range []string{"CFI", "CFB", "CFN", "CFU"} {
		key := two + " diversions/1010/" + kind
		steps := []struct{ command, response, output string }{
			{"database get " + key + "/enable", "Success", "Value: yes"},
			{"database get " + key + "/destination", "Success", "Database entry not found."},
			{"database put " + key + "/destination sub-custom-numbers,01026132471,1", "Success", "Updated database successfully"},
			{"database get " + key + "/destination", "Success", "Value: sub-custom-numbers,01026132471,1"},
			{"database put " + key + "/enable no", "Success", "Updated database successfully"},
			{"database get " + key + "/enable", "Success", "Value: no"},
			{"database put " + key + "/enable yes", "Success", "Updated database successfully"},
			{"database put " + key + "/enable", "Error", "Usage: database put <family> <key> <value>\n       Adds or updates an entry in the Asterisk database for\n       a given family, key, and value."},
			{"database get " + two, "Error", "Usage: database get <family> <key>\n       Retrieves an entry in the Asterisk database for a given\n       family and key."},
		}
		for _, st := range steps {
			a := command(st.command)
			if a.Data["Response"] != st.response || a.Data["Output"] != st.output || a.Data["Message"] != "Command output follows" {
				t.Errorf("%s: %s", st.command, a.raw)
			}
		}
		if v, _ := s.servers[0].DB().Get(two, "diversions/1010/has_enable_diversions"); v != "yes" {
			t.Errorf("the gate is %q with %s active", v, kind)
		}
	}
	for _, kind := range []string{"CFI", "CFB", "CFN", "CFU"} {
		a := command("database del " + two + " diversions/1010/" + kind + "/destination")
		if a.Data["Output"] != "Database entry removed." {
			t.Errorf("del: %s", a.raw)
		}
	}
	if a := command("database del " + two + " diversions/1010/CFI/destination"); a.Data["Output"] != "Database entry could not be removed." {
		t.Errorf("second del: %s", a.raw)
	}
	if v, _ := s.servers[0].DB().Get(two, "diversions/1010/has_enable_diversions"); v != "no" {
		t.Errorf("the gate is %q with nothing active", v)
	}
}

func TestRefusals(t *testing.T) {
	s := newSite(t)
	c := s.dial("demo", "/")
	tests := []struct{ name, text, code, field string }{
		{"not JSON", `hello`, "bad_request", ""},
		{"half JSON", `{"AMIServerID":1,`, "bad_request", ""},
		{"no action", `{"AMIServerID":1,"data":{"ActionID":"x"}}`, "bad_request", "Action"},
		{"unknown server", `{"AMIServerID":99,"data":{"Action":"Ping","ActionID":"x"}}`, "not_found", "AMIServerID"},
		{"no server where there are two", `{"data":{"Action":"Ping","ActionID":"x"}}`, "bad_request", "AMIServerID"},
		{"forbidden action", `{"AMIServerID":1,"data":{"Action":"Getvar","Variable":"SHELL(id)","ActionID":"x"}}`, "forbidden", "Action"},
		{"another tenant's family", `{"AMIServerID":1,"data":{"Action":"Command","Command":"database get ` + ten + ` diversions/1010/CFI/enable","ActionID":"x"}}`, "forbidden", "Command"},
		{"another command", `{"AMIServerID":1,"data":{"Action":"Command","Command":"core stop now","ActionID":"x"}}`, "forbidden", "Command"},
		{"a second action inside a value", `{"AMIServerID":1,"data":{"Action":"Ping","ActionID":"1\r\n\r\nAction: Command"}}`, "invalid_value", "ActionID"},
		{"a repeated key", `{"AMIServerID":1,"data":{"Action":"Ping","ActionID":"x","Exten":"1","exten":"2"}}`, "bad_request", "exten"},
	}
	for _, tt := range tests {
		a := c.ask(tt.text)
		if a.Type != 4 || a.Data["Response"] != "Error" || a.Data["Code"] != tt.code || a.Data["Field"] != tt.field || a.Data["Message"] == "" {
			t.Errorf("%s: %s", tt.name, a.raw)
		}
		if strings.Contains(tt.text, `"ActionID":"x"`) && a.Data["ActionID"] != "x" {
			t.Errorf("%s: the ActionID is lost: %s", tt.name, a.raw)
		}
	}
	for _, srv := range s.servers {
		for _, r := range srv.Requests() {
			if a := strings.ToLower(r.Action()); a == "command" || a == "getvar" {
				t.Errorf("%s reached a server", r.Action())
			}
		}
	}
}

const originate = `{"AMIServerID": 1, "data": {"Action": "Originate", "Channel": "Local/1010@T2_cos-all", "Context": "T2_cos-all",
 "Exten": "07045144801", "Priority": "1", "Timeout": "30000",
 "Variable": "EXEC_AA=yes", "Variable": "CHANNEL(language)=ko", "Variable": "CHANNEL(accountcode)=07045805605",
 "Callerid": "얼쑤팩토리 <16682471>", "ActionID": "DIPCAST-C2C", "EarlyMedia": "true", "Async": "yes"}}`

func TestOriginate(t *testing.T) {
	s := newSite(t)
	c, other := s.dial("demo", "/"), s.dial("demo10", "/")
	c.send(originate)
	first := c.response()
	if first.Data["Response"] != "Success" || first.Data["ActionID"] != "DIPCAST-C2C" {
		t.Fatalf("got %s", first.raw)
	}
	for {
		a := c.next()
		if a.Data["Event"] == "OriginateResponse" {
			if a.Type != 3 || a.Data["ActionID"] != "DIPCAST-C2C" {
				t.Errorf("got %s", a.raw)
			}
			break
		}
	}
	r, err := s.servers[0].WaitRequest(t.Context(), "Originate", 1)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.All("Variable"); strings.Join(got, " ") != "EXEC_AA=yes CHANNEL(language)=ko CHANNEL(accountcode)=07045805605" {
		t.Errorf("variables on the wire: %q", got)
	}
	if r.ActionID() == "DIPCAST-C2C" || r.Get("ChannelId") == "" || r.Get("Async") != "true" {
		t.Errorf("on the wire: %+v", r)
	}
	// The other tenant has seen nothing of it: the next thing it gets is its own.
	if a := other.ask(`{"data":{"Action":"Ping","ActionID":"mine"}}`); a.Data["ActionID"] != "mine" {
		t.Errorf("got %s", a.raw)
	}
}
