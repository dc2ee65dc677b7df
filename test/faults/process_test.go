package faults_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/internal/netfault"
	"github.com/dipcast/dipcast/internal/programtest"
)

// gateway is a dipcast of its own process, and a proxy before each of its two
// scripted servers. They outlive it.
type gateway struct {
	t       *testing.T
	servers []*amitest.Server
	proxies []*netfault.Proxy
	file    string

	cmd   *exec.Cmd
	ended chan struct{}
	logs  *logs
	http  string // host:port
}

// yaml has %[1]s and %[2]s for the servers' addresses and %[3]s for data.
const yaml = `
listen: ["127.0.0.1:0"]
dcmiws_listen: []
data_dir: "%[3]s"
rate: {per_second: 100000, burst: 100000}
servers:
  - {id: 1, name: one, address: "%[1]s", username: gw, secret: gw-secret}
  - {id: 2, name: two, address: "%[2]s", username: gw, secret: gw-secret}
tenants:
  - id: 7be69580e27641df
    number: 2
    name: 얼쑤팩토리
    servers: [1, 2]
    extensions: ["1010", "1013", "1018"]
    numbers: ["16682471"]
    limits: {per_minute: 5, per_hour: 300}
    app_keys: [{name: crm, key: "KEY-of-two"}]
    logins: [{username: demo, password: "pw-of-demo-9F"}]
operators: [{username: ops, password: "pw-of-ops-9F"}]
`

func newGateway(t *testing.T) *gateway {
	t.Helper()
	g := unstartedGateway(t)
	g.configure(yaml)
	g.start()
	return g
}

// unstartedGateway is one that still has to be configured and started.
func unstartedGateway(t *testing.T) *gateway {
	t.Helper()
	g := &gateway{t: t, file: filepath.Join(t.TempDir(), "dipcast.yaml")}
	for range 2 {
		srv := amitest.New(amitest.Options{})
		if err := srv.Listen("127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(srv.Close)
		p, err := netfault.New(srv.Addr())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.Close)
		g.servers, g.proxies = append(g.servers, srv), append(g.proxies, p)
	}
	return g
}

func (g *gateway) configure(text string) {
	g.t.Helper()
	if strings.Contains(text, "%[") {
		text = fmt.Sprintf(text, g.proxies[0].Addr(), g.proxies[1].Addr(), filepath.Join(filepath.Dir(g.file), "var"))
	}
	if err := os.WriteFile(g.file, []byte(text), 0o600); err != nil {
		g.t.Fatal(err)
	}
}

// start runs it, and returns how long it took until it was ready.
func (g *gateway) start() time.Duration {
	g.t.Helper()
	exe := programtest.Path(g.t)
	began := time.Now()
	g.logs, g.ended = &logs{out: g.t.Output()}, make(chan struct{})
	if !testing.Verbose() {
		g.logs.out = new(bytes.Buffer)
	}
	g.cmd = exec.CommandContext(context.Background(), exe, "serve", "--config", g.file, "--log-format", "json", "--log-level", "debug")
	g.cmd.Stdout, g.cmd.Stderr = g.logs, g.logs
	if err := g.cmd.Start(); err != nil {
		g.t.Fatal(err)
	}
	cmd, ended, logs := g.cmd, g.ended, g.logs
	go func() {
		defer close(ended)
		_ = cmd.Wait() // the code is looked at
	}()
	g.t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended
		<-ended
		logs.check(g.t, false)
	})
	until(g.t, "ready for clients", func() bool {
		lines := g.logs.of("ready for clients", 0)
		if len(lines) == 0 {
			return false
		}
		addrs, _ := lines[0]["addresses"].([]any)
		g.http, _ = addrs[0].(string)
		return true
	})
	var took time.Duration
	until(g.t, "ready", func() bool {
		r := do(g.t, "GET", "http://"+g.http+"/readyz", "")
		if r.status == 200 && took == 0 {
			took = time.Since(began)
		}
		return r.status == 200 && !strings.Contains(r.raw, "down")
	})
	return took
}

func (g *gateway) signal(s os.Signal) {
	g.t.Helper()
	if err := g.cmd.Process.Signal(s); err != nil {
		g.t.Fatal(err)
	}
}

// code waits for the end.
func (g *gateway) code() int {
	g.t.Helper()
	select {
	case <-g.ended:
	case <-time.After(60 * time.Second):
		g.t.Fatal("still running")
	}
	return g.cmd.ProcessState.ExitCode()
}

// command runs dipcast with further arguments.
func (g *gateway) command(args ...string) (code int, out string) {
	g.t.Helper()
	b, err := exec.CommandContext(g.t.Context(), programtest.Path(g.t), append(args, "--config", g.file)...).CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		g.t.Fatal(err)
	}
	if exit != nil {
		code = exit.ExitCode()
	}
	return code, string(b)
}

func (g *gateway) dial(user, query string) *client {
	g.t.Helper()
	return dial(g.t, "ws://"+g.http+"/ws"+query, user)
}

// load keeps events, requests and calls coming until stop is called. Answers
// are not waited for.
func (g *gateway) load() (stop func()) {
	c := g.dial("demo", "?events=none")
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for n := 0; ; n++ {
			select {
			case <-tick.C:
			case <-done:
				return
			}
			for i, srv := range g.servers {
				srv.Emit("Newexten", "Privilege", "dialplan,all", "Channel", "PJSIP/T2_1010-1", "Context", "T2_cos-all", "Uniqueid", "1.1", "N", fmt.Sprint(n))
				text := fmt.Sprintf(`{"AMIServerID":%d,"data":{"Action":"Ping"}}`, i+1)
				if n%10 == 0 {
					members := map[string]string{"Action": "Originate", "ActionID": fmt.Sprint("load-", n)}
					for j := 0; j < len(clickToCall); j += 2 {
						members[clickToCall[j]] = clickToCall[j+1]
					}
					members["Exten"] = "1013" // not counted
					b, err := json.Marshal(map[string]any{"AMIServerID": i + 1, "data": members})
					if err != nil {
						g.t.Error(err)
						return
					}
					text = string(b)
				}
				ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
				_ = c.conn.Write(ctx, websocket.MessageText, []byte(text)) // it may have been closed
				cancel()
			}
		}
	})
	return func() { close(done); wg.Wait() }
}
