package main

import (
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// TestReload of a running gateway, by command and by SIGHUP.
func TestReload(t *testing.T) {
	g := serveGateway(t)
	demo, other, ops := g.client("demo"), g.client("other"), g.client("ops")
	crm, _ := g.dial(http.Header{"Tenant": {"7be69580e27641df"}, "App-Key": {"key-of-crm"}})

	// A broken file changes nothing and is told to both.
	g.configure(t, gatewayConfig+"nonsense: 1\n")
	out, err := dipcast(t, "reload", "--config", g.file)
	if err == nil || !strings.Contains(err.Error(), "nothing has changed") || !strings.Contains(err.Error(), "nonsense: unknown key") {
		t.Errorf("a broken file: %v %s", err, out)
	}
	until(t, "logged", func() bool { return strings.Contains(g.printed(), "nothing has changed") })
	before := strings.Count(g.printed(), "nothing has changed")
	g.signal(syscall.SIGHUP)
	until(t, "logged again", func() bool { return strings.Count(g.printed(), "nothing has changed") > before })
	if a := g.ask(demo, `{"AMIServerID":1,"data":{"Action":"Ping","ActionID":"a1"}}`, "a1"); !strings.Contains(a, "Pong") {
		t.Errorf("after a broken file: %s", a)
	}
	// Not even YAML.
	write(t, g.file, "listen: [")
	if out, err := dipcast(t, "reload", "--config", g.file); err == nil {
		t.Errorf("not YAML: %s", out)
	}

	// The same again.
	g.configure(t, gatewayConfig)
	if out, err := dipcast(t, "reload", "--config", g.file); err != nil || !strings.Contains(out, "nothing that counts at once has changed") {
		t.Errorf("the same file: %v %s", err, out)
	}

	// A server goes, a login's password and a key change, a login goes, the
	// operators may send something else, and the port cannot change.
	text := strings.Replace(gatewayConfig, `  - {id: 2, name: two, address: "%[2]s", username: gw, secret: gw-secret}`+"\n", "", 1)
	text = strings.Replace(text, `["127.0.0.1:0"]`, `["127.0.0.1:0", "127.0.0.1:1"] # not %[2]s`, 1)
	text = strings.Replace(text, `{username: demo, password: "demo-password"}, `, "", 1)
	text = strings.Replace(text, `"other-password"`, `"another-password"`, 1)
	text = strings.Replace(text, `"key-of-crm"`, `"key-of-crm-2"`, 1)
	g.configure(t, text+"origins: [\"https://crm.example.com\"]\noperator_commands: [\"core show uptime\"]\nrate: {per_second: 10, burst: 10}\n")
	out, err = dipcast(t, "reload", "--config", g.file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"servers: 2 removed\n", "app keys: crm of T2 changed\n", "logins: other changed, demo removed\n", "origins: changed\n",
		"operator_commands: changed\n", "rate: changed\n", "clients: 3 closed", "counts after a restart only: listen\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the answer lacks %q:\n%s", want, out)
		}
	}
	for name, tt := range map[string]struct {
		conn   *websocket.Conn
		reason string
	}{
		"the removed login": {demo, "these credentials were revoked"},
		"the changed login": {other, "these credentials were changed; connect again with the new ones"},
		"the changed key":   {crm, "these credentials were changed; connect again with the new ones"},
	} {
		if e := g.closed(tt.conn); e.Code != websocket.StatusPolicyViolation || e.Reason != tt.reason {
			t.Errorf("%s: closed with %v", name, e)
		}
	}
	if a := g.ask(ops, `{"AMIServerID":1,"data":{"Action":"Command","Command":"core show uptime","ActionID":"a2"}}`, "a2"); strings.Contains(a, "forbidden") {
		t.Errorf("the operator who stayed: %s", a)
	}
	if a := g.ask(ops, `{"AMIServerID":2,"data":{"Action":"Ping","ActionID":"a3"}}`, "a3"); !strings.Contains(a, "not_found") {
		t.Errorf("the removed server: %s", a)
	}
	until(t, "the removed server's session ends", func() bool { open, _ := g.servers[1].Connections(); return open == 0 })
	if open, ever := g.servers[0].Connections(); open != 1 || ever != 1 {
		t.Errorf("the other server: %d connections of %d", open, ever)
	}
	for user, want := range map[string]int{"demo": 401, "other": 401, "ops": 101} {
		if _, status := g.dial(http.Header{"Authorization": {basicOf(user)}}); status != want {
			t.Errorf("%s connects again: %d, want %d", user, status, want)
		}
	}
	if _, status := g.dial(http.Header{"Tenant": {"7be69580e27641df"}, "App-Key": {"key-of-crm-2"}}); status != 101 {
		t.Errorf("the new key: %d", status)
	}
	// What needs a restart is told until there was one.
	if out, err := dipcast(t, "reload", "--config", g.file); err != nil || !strings.Contains(out, "counts after a restart only: listen") {
		t.Errorf("once more: %v %s", err, out)
	}
	if _, text := g.get("/metrics", "ops"); !strings.Contains(text, `dipcast_config_reloads_total{outcome="refused"} 3`) || !strings.Contains(text, `dipcast_config_reloads_total{outcome="ok"} 3`) {
		t.Errorf("not counted: %s", text)
	}
	if strings.Contains(g.printed(), "-password") || strings.Contains(g.printed(), "7be69580e27641df") {
		t.Error("the log shows a secret")
	}
	g.signal(syscall.SIGTERM)
	if code := g.code(30 * time.Second); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if out, err := dipcast(t, "reload", "--config", g.file); err == nil || !strings.Contains(err.Error(), "no gateway runs") {
		t.Errorf("nobody there: %v %s", err, out)
	}
}

// TestTwoGateways: the second one on a folder is refused.
func TestTwoGateways(t *testing.T) {
	g := serveGateway(t)
	p := launch(t, "serve", "--config", g.file)
	if code := p.code(30 * time.Second); code != 1 || !strings.Contains(p.printed(), "in use by a running gateway") {
		t.Errorf("exit code %d: %s", code, p.printed())
	}
	if status, _ := g.get("/readyz", ""); status != 200 {
		t.Errorf("the first one: %d", status)
	}
}
