package dcmiws_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/gobwas/ws"
	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/internal/dcmiws"
	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/hub"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/tenant"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// gate is a Server without any Asterisk, behind a real listener.
type gate struct {
	t    *testing.T
	s    *dcmiws.Server
	hub  *hub.Hub
	pool *pbx.Pool
	addr string
	stop func()
}

func newGate(t *testing.T, o dcmiws.Options, servers ...pbx.ServerOptions) *gate {
	t.Helper()
	h := hub.New(hub.Options{})
	return newGateWith(t, o, h, pbx.Options{Servers: servers, Sink: dcmiws.NewFeed(h)})
}

// newGateWith is a gate on a hub and servers of the test's own.
func newGateWith(t *testing.T, o dcmiws.Options, h *hub.Hub, po pbx.Options) *gate {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	directory, err := tenant.NewDirectory(nil)
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{t: t, hub: h}
	o.Hub, o.Logger = g.hub, log
	po.Directory, po.Logger = func() *tenant.Directory { return directory }, log
	o.Pool, err = pbx.New(po)
	if err != nil {
		t.Fatal(err)
	}
	g.pool = o.Pool
	o.Policy = policy.New(policy.Options{Directory: func() *tenant.Directory { return directory }, Channels: o.Pool})
	if o.Authenticate == nil {
		o.Authenticate = func(*http.Request) (tenant.Identity, error) {
			return tenant.Identity{Role: tenant.Operator, Name: "ops"}, nil
		}
	}
	if o.Refused == nil {
		o.Refused = func(edge.Refusal) {}
	}
	g.s = dcmiws.New(o)
	srv := httptest.NewServer(g.s)
	g.addr = srv.Listener.Addr().String()
	hubCtx, stopHub := context.WithCancel(context.Background())
	ctx, cancel := context.WithCancel(context.Background())
	var hubs, wg sync.WaitGroup
	hubs.Go(func() { g.hub.Run(hubCtx) })
	wg.Go(func() { g.s.Run(ctx) })
	g.stop = sync.OnceFunc(func() {
		cancel()
		wg.Wait()
		srv.Close()
		stopHub()
		hubs.Wait()
	})
	t.Cleanup(g.stop)
	return g
}

// dial connects a client that answers nothing by itself.
func (g *gate) dial() net.Conn {
	g.t.Helper()
	d := ws.Dialer{Header: ws.HandshakeHeaderHTTP{"Authorization": {"x"}}, Timeout: 5 * time.Second}
	conn, _, _, err := d.Dial(g.t.Context(), "ws://"+g.addr+"/")
	if err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		g.t.Fatal(err)
	}
	return conn
}

// readFrame reads one frame of a Server, which are never long here.
func readFrame(r io.Reader) (f ws.Frame, err error) {
	if f.Header, err = ws.ReadHeader(r); err != nil {
		return f, err
	}
	if f.Header.Length > 1<<16 {
		return f, fmt.Errorf("a frame of %d bytes", f.Header.Length)
	}
	f.Payload = make([]byte, f.Header.Length)
	_, err = io.ReadFull(r, f.Payload)
	return f, err
}

// TestIdleClients: one that answers our pings stays, one that does not is cut.
func TestIdleClients(t *testing.T) {
	g := newGate(t, dcmiws.Options{PingEvery: 60 * time.Millisecond, DeadAfter: 400 * time.Millisecond})
	dead, alive := g.dial(), g.dial()
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() {
		for range 12 { // twice the time after which a silent one is given up
			f, err := readFrame(alive)
			if err != nil || f.Header.OpCode != ws.OpPing {
				t.Errorf("frame %+v %v", f.Header, err)
				return
			}
			if err := ws.WriteFrame(alive, ws.MaskFrame(ws.NewPongFrame(f.Payload))); err != nil {
				t.Error(err)
				return
			}
		}
	})
	start := time.Now()
	f, err := readFrame(dead)
	if err != nil || f.Header.OpCode != ws.OpPing {
		t.Fatalf("frame %+v %v", f.Header, err)
	}
	if f, err := readFrame(dead); err == nil {
		t.Fatalf("a second frame %+v: one ping is enough", f.Header)
	}
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("given up after %v", d)
	}
}

func TestMaxClients(t *testing.T) {
	g := newGate(t, dcmiws.Options{MaxClients: 2})
	first := g.dial()
	g.dial()
	for g.s.Clients() < 2 { // the answer to a handshake goes out a moment before
		runtime.Gosched()
	}
	_, res, err := websocket.Dial(t.Context(), "ws://"+g.addr+"/", &websocket.DialOptions{HTTPHeader: http.Header{"Authorization": {"x"}}})
	if err == nil || res == nil || res.StatusCode != http.StatusServiceUnavailable {
		t.Fatalf("the third: %v %v", res, err)
	}
	var body struct{ Status, Code string }
	if err := json.NewDecoder(res.Body).Decode(&body); err != nil || body.Status != "error" || body.Code != "unavailable" {
		t.Errorf("body %+v %v", body, err)
	}
	res.Body.Close()
	if n := g.s.Clients(); n != 2 {
		t.Errorf("%d clients", n)
	}
	if err := ws.WriteFrame(first, ws.MaskFrame(ws.NewCloseFrame(nil))); err != nil {
		t.Fatal(err)
	}
	for g.s.Clients() == 2 { // until its place is free: its close is answered first
		if _, err := readFrame(first); err != nil {
			first.Close()
		}
	}
	g.dial()
}

// TestPanicInARequest ends that session and no other.
func TestPanicInARequest(t *testing.T) {
	g := newGate(t, dcmiws.Options{Refused: func(r edge.Refusal) {
		if r.ActionID == "bad" {
			panic("planted")
		}
	}})
	bad, good := g.dial(), g.dial()
	send := func(c net.Conn, id string) {
		t.Helper()
		if err := ws.WriteFrame(c, ws.MaskFrame(ws.NewTextFrame([]byte(`{"AMIServerID":1,"data":{"Action":"Ping","ActionID":"`+id+`"}}`)))); err != nil {
			t.Fatal(err)
		}
	}
	send(bad, "bad")
	if f, err := readFrame(bad); err == nil {
		t.Errorf("got %+v", f.Header)
	}
	send(good, "good")
	f, err := readFrame(good)
	if err != nil || !strings.Contains(string(f.Payload), `"not_found"`) {
		t.Errorf("got %s %v", f.Payload, err)
	}
}

// TestNoServerAtAll says so.
func TestNoServerAtAll(t *testing.T) {
	g := newGate(t, dcmiws.Options{})
	c := g.dial()
	if err := ws.WriteFrame(c, ws.MaskFrame(ws.NewTextFrame([]byte(`{"Action":"Ping","ActionID":"x"}`)))); err != nil {
		t.Fatal(err)
	}
	f, err := readFrame(c)
	if err != nil || !strings.Contains(string(f.Payload), `"unavailable"`) || !strings.Contains(string(f.Payload), `"server_id":0`) {
		t.Errorf("got %s %v", f.Payload, err)
	}
}

// TestGapIsTold: that events of a server were dropped is a frame of its own,
// which passes every filter.
func TestGapIsTold(t *testing.T) {
	login := pbx.Login{Username: "x"}
	g := newGate(t, dcmiws.Options{}, pbx.ServerOptions{ID: 3, Name: "three", Address: "127.0.0.1:1", Events: login})
	c := g.dial()
	for g.s.Clients() < 1 {
		runtime.Gosched()
	}
	feed := dcmiws.NewFeed(g.hub)
	feed.Gap(g.pool.Server(3), 17)
	feed.Link(g.pool.Server(3), false, time.Now())
	for _, want := range []string{
		`{"type":3,"server_id":3,"server_name":"three","ssl":false,"data":{"Event":"DIPCASTGap","Reason":"window","Lost":"17"}}`,
		`{"type":3,"server_id":3,"server_name":"three","ssl":false,"data":{"Event":"DIPCASTLink","State":"down"}}`,
	} {
		if f, err := readFrame(c); err != nil || string(f.Payload) != want {
			t.Errorf("got %s %v, want %s", f.Payload, err, want)
		}
	}
}

// TestStopWithClientsThatDoNotAnswer takes two seconds at most for all.
func TestStopWithClientsThatDoNotAnswer(t *testing.T) {
	g := newGate(t, dcmiws.Options{})
	for range 20 {
		g.dial()
	}
	start := time.Now()
	g.stop()
	if d := time.Since(start); d > 4*time.Second {
		t.Errorf("the stop took %v", d)
	}
}

// TestTicketNeedsAnOrigin: what a browser could be made to send without its
// user wanting it is not enough.
func TestTicketNeedsAnOrigin(t *testing.T) {
	var refused []edge.Refusal
	g := newGate(t, dcmiws.Options{Refused: func(r edge.Refusal) { refused = append(refused, r) }})
	_, res, err := websocket.Dial(t.Context(), "ws://"+g.addr+"/?ticket=abc", nil)
	if err == nil || res.StatusCode != http.StatusForbidden {
		t.Fatalf("without an Origin: %v %v", res, err)
	}
	res.Body.Close()
	conn, res, err := websocket.Dial(t.Context(), "ws://"+g.addr+"/?ticket=abc", &websocket.DialOptions{HTTPHeader: http.Header{"Origin": {"http://" + g.addr}}})
	if err != nil {
		t.Fatalf("from our own page: %v %v", res, err)
	}
	_ = conn.CloseNow()
	if len(refused) != 1 || refused[0].Action != "connect" || refused[0].Err.Code != envelope.Forbidden {
		t.Errorf("refusals %+v", refused)
	}
}

// TestFirstEvent: who has read the answer to its handshake gets every event from
// then on.
func TestFirstEvent(t *testing.T) {
	g := newGate(t, dcmiws.Options{})
	for i := range 200 {
		d := ws.Dialer{Header: ws.HandshakeHeaderHTTP{"Authorization": {"x"}}, Timeout: 5 * time.Second}
		conn, behind, _, err := d.Dial(t.Context(), "ws://"+g.addr+"/")
		if err != nil {
			t.Fatal(err)
		}
		g.hub.Append(hub.V1, fmt.Append(nil, i), hub.Meta{})
		r := io.Reader(conn)
		if behind != nil {
			r = behind
		}
		if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if f, err := readFrame(r); err != nil || string(f.Payload) != fmt.Sprint(i) {
			t.Fatalf("client %d got %q, %v", i, f.Payload, err)
		}
		conn.Close()
	}
}
