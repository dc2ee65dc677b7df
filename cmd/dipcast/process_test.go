package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/dipcast/dipcast/ami/amitest"
)

// TestMain lets the test's binary be the program: tests start it as a process
// of its own, which gets signals and has an exit code.
func TestMain(m *testing.M) {
	if os.Getenv("DIPCAST_TEST_IS_MAIN") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// process is a running dipcast.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	ended chan struct{}

	mu  sync.Mutex
	out bytes.Buffer
}

// Write implements io.Writer, for what it prints.
func (p *process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if testing.Verbose() {
		_, _ = p.t.Output().Write(b)
	}
	return p.out.Write(b)
}

func (p *process) printed() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}

// launch starts dipcast with args.
func launch(t *testing.T, args ...string) *process {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, ended: make(chan struct{})}
	p.cmd = exec.CommandContext(context.Background(), exe, args...)
	p.cmd.Env = append(os.Environ(), "DIPCAST_TEST_IS_MAIN=1")
	p.cmd.Stdout, p.cmd.Stderr = p, p
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		_ = p.cmd.Wait() // the code is looked at
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill() // it may have ended
		<-p.ended
	})
	return p
}

func (p *process) signal(s os.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

// code waits for the end, for so long.
func (p *process) code(limit time.Duration) int {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(limit):
		p.t.Fatalf("still running after %v: %s", limit, p.printed())
	}
	return p.cmd.ProcessState.ExitCode()
}

// until waits for something that others make true.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
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

// gateway is a serving process with two scripted servers.
type gateway struct {
	*process
	servers []*amitest.Server
	dir     string // of the configuration
	file    string
	http    string // host:port
}

// gatewayConfig has %[1]s and %[2]s for the servers' addresses.
const gatewayConfig = `
listen: ["127.0.0.1:0"]
dcmiws_listen: []
servers:
  - {id: 1, name: one, address: "%[1]s", username: gw, secret: gw-secret}
  - {id: 2, name: two, address: "%[2]s", username: gw, secret: gw-secret}
tenants:
  - id: 7be69580e27641df
    number: 2
    name: 얼쑤팩토리
    servers: [1]
    extensions: ["1010"]
    app_keys: [{name: crm, key: "key-of-crm"}]
    logins: [{username: demo, password: "demo-password"}, {username: other, password: "other-password"}]
operators: [{username: ops, password: "ops-password"}]
`

// serveGateway starts one and waits until both servers are up.
func serveGateway(t *testing.T, flags ...string) *gateway {
	t.Helper()
	g := &gateway{dir: t.TempDir()}
	for range 2 {
		s := amitest.New(amitest.Options{})
		if err := s.Listen("127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
		g.servers = append(g.servers, s)
	}
	g.file = filepath.Join(g.dir, "dipcast.yaml")
	g.configure(t, gatewayConfig)
	g.start(t, flags...)
	return g
}

func (g *gateway) configure(t *testing.T, text string) {
	t.Helper()
	if strings.Contains(text, "%[") {
		text = fmt.Sprintf(text, g.servers[0].Addr(), g.servers[1].Addr())
	}
	write(t, g.file, text)
}

var addressLine = regexp.MustCompile(`ready for clients.*?\["?(127\.0\.0\.1:\d+)`)

// start runs the gateway, again if it ran before.
func (g *gateway) start(t *testing.T, flags ...string) {
	t.Helper()
	g.process = launch(t, append([]string{"serve", "--config", g.file}, flags...)...)
	until(t, "ready for clients", func() bool { return addressLine.MatchString(g.printed()) })
	g.http = addressLine.FindStringSubmatch(g.printed())[1]
	until(t, "both servers up", func() bool {
		status, body := g.get("/readyz", "")
		return status == 200 && !strings.Contains(body, "down")
	})
}

func basicOf(user string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+user+"-password"))
}

// get reads a page, as a user if one is named.
func (g *gateway) get(path, user string) (int, string) {
	g.t.Helper()
	return g.do(http.MethodGet, path, user, http.NoBody)
}

func (g *gateway) post(path, user, body string) (int, string) {
	g.t.Helper()
	return g.do(http.MethodPost, path, user, strings.NewReader(body))
}

func (g *gateway) do(method, path, user string, body io.Reader) (int, string) {
	g.t.Helper()
	r, err := http.NewRequestWithContext(g.t.Context(), method, "http://"+g.http+path, body)
	if err != nil {
		g.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if user != "" {
		r.Header.Set("Authorization", basicOf(user))
	}
	r.Close = true
	res, err := new(http.Client).Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err.Error()
	}
	return res.StatusCode, string(b)
}

// dial connects a WebSocket client; status is the answer's when it is refused.
func (g *gateway) dial(header http.Header) (conn *websocket.Conn, status int) {
	g.t.Helper()
	ctx, cancel := context.WithTimeout(g.t.Context(), 20*time.Second)
	defer cancel()
	conn, res, err := websocket.Dial(ctx, "ws://"+g.http+"/ws", &websocket.DialOptions{HTTPHeader: header})
	if err != nil {
		if res == nil {
			return nil, 0
		}
		return nil, res.StatusCode
	}
	g.t.Cleanup(func() { _ = conn.CloseNow() })
	return conn, res.StatusCode
}

func (g *gateway) client(user string) *websocket.Conn {
	g.t.Helper()
	conn, status := g.dial(http.Header{"Authorization": {basicOf(user)}})
	if conn == nil {
		g.t.Fatalf("%s: %d", user, status)
	}
	return conn
}

// stream reads the stream of events until it ends, and tells when.
func (g *gateway) stream(user string) (ended <-chan struct{}) {
	g.t.Helper()
	r, err := http.NewRequestWithContext(g.t.Context(), http.MethodGet, "http://"+g.http+"/api/v2/events", http.NoBody)
	if err != nil {
		g.t.Fatal(err)
	}
	r.Header.Set("Authorization", basicOf(user))
	res, err := new(http.Client).Do(r)
	if err != nil {
		g.t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		g.t.Fatal(res.Status)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { _ = res.Body.Close() }()
		_, _ = io.Copy(io.Discard, res.Body) // its end is what counts
	}()
	return done
}

// ask sends a request and returns the first frame that is an answer to it.
func (g *gateway) ask(c *websocket.Conn, text, id string) string {
	g.t.Helper()
	if err := c.Write(g.t.Context(), websocket.MessageText, []byte(text)); err != nil {
		g.t.Fatal(err)
	}
	return g.answer(c, id)
}

func (g *gateway) answer(c *websocket.Conn, id string) string {
	g.t.Helper()
	ctx, cancel := context.WithTimeout(g.t.Context(), 30*time.Second)
	defer cancel()
	for {
		_, b, err := c.Read(ctx)
		if err != nil {
			g.t.Fatalf("no answer to %s: %v", id, err)
		}
		if strings.Contains(string(b), `"`+id+`"`) {
			return string(b)
		}
	}
}

// closed reads until the client is closed and returns how.
func (g *gateway) closed(c *websocket.Conn) websocket.CloseError {
	g.t.Helper()
	ctx, cancel := context.WithTimeout(g.t.Context(), 30*time.Second)
	defer cancel()
	for {
		if _, _, err := c.Read(ctx); err != nil {
			var e websocket.CloseError
			if !errors.As(err, &e) {
				g.t.Fatalf("not closed by a frame: %v", err)
			}
			return e
		}
	}
}
