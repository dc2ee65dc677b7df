package dcmiws_test

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/internal/dcmiws"
	"github.com/dipcast/dipcast/internal/hub"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/tenant"
)

// held is a Feed that can be made to wait, as a sink never should.
type held struct {
	*dcmiws.Feed
	mu sync.Mutex
}

func (h *held) Event(e *pbx.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.Feed.Event(e)
}

// TestDroppedEventsAreTold: events that come faster than they can be handed on
// are a gap of exactly so many, and the state is told then and again once it was
// read anew.
func TestDroppedEventsAreTold(t *testing.T) {
	srv := amitest.New(amitest.Options{})
	if err := srv.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	h := hub.New(hub.Options{})
	sink := &held{Feed: dcmiws.NewFeed(h)}
	g := newGateWith(t, dcmiws.Options{}, h, pbx.Options{
		Sink: sink, InboxBytes: 8 << 10,
		Servers: []pbx.ServerOptions{{ID: 1, Name: "a", Address: srv.Addr(), Auth: "plain", Events: pbx.Login{Username: "gw", Secret: "gw-secret"}}},
	})
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { g.pool.Run(ctx) })
	defer func() { cancel(); wg.Wait() }()
	server := g.pool.Server(1)
	c := g.client("/?v=2")
	c.write(`{"op":"subscribe"}`)
	for strings.Contains(c.until(`{"op":"snapshot","server":1,`), `"whole":false`) {
	}
	emit := func(n int) {
		srv.Emit("Newexten", "Privilege", "dialplan,all", "Uniqueid", fmt.Sprint(n), "Pad", strings.Repeat("x", 100))
	}
	before := server.Stats()[0].Events
	sink.mu.Lock()
	const events = 1000
	for n := range events {
		emit(n)
	}
	for limit := time.Now().Add(20 * time.Second); server.Stats()[0].Events < before+events; {
		if time.Now().After(limit) {
			t.Fatal("not read")
		}
		runtime.Gosched()
	}
	sink.mu.Unlock()
	last := c.until(`{"op":"gap","server":1,`)
	var from, to uint64
	if n, err := fmt.Sscanf(last, `{"op":"gap","server":1,"from":%d,"to":%d,"reason":"window"}`, &from, &to); n != 2 || from > to {
		t.Fatalf("got %s: %v", last, err)
	}
	snapshot := c.read()
	if !strings.Contains(snapshot, fmt.Sprintf(`"seq":%d,`, to)) || !strings.HasPrefix(snapshot, `{"op":"snapshot"`) {
		t.Errorf("behind %s: %s", last, snapshot)
	}
	c.until(`{"op":"snapshot","server":1,`) // read anew
	emit(events)
	c.until(fmt.Sprintf(`"Uniqueid":"%d"`, events))
}

// TestOpsAreLimited: ops count as messages, and one too many is told so.
func TestOpsAreLimited(t *testing.T) {
	g := newGate(t, dcmiws.Options{Rate: 1, Burst: 5, Authenticate: asTenant})
	c := g.client("/?v=2")
	for i := range 6 {
		c.write(fmt.Sprintf(`{"op":"subscribe","id":"%d"}`, i))
	}
	next, limited := 0, false
	for range 6 {
		got := c.read()
		if strings.HasPrefix(got, `{"op":"error","id":"5","code":"rate_limited"`) {
			limited = true
		} else if got != fmt.Sprintf(`{"op":"subscribed","id":"%d"}`, next) {
			t.Errorf("got %s", got)
		} else {
			next++
		}
	}
	if !limited || next != 5 {
		t.Errorf("%d were carried out, refused: %v", next, limited)
	}
}

// TestSnapshotOfNoServer has an answer all the same.
func TestSnapshotOfNoServer(t *testing.T) {
	g := newGate(t, dcmiws.Options{Authenticate: asTenant})
	c := g.client("/?v=2")
	c.write(`{"op":"snapshot","id":"a"}`)
	if got := c.read(); !strings.HasPrefix(got, `{"op":"error","id":"a","code":"unavailable"`) {
		t.Errorf("got %s", got)
	}
}

func asTenant(*http.Request) (tenant.Identity, error) {
	return tenant.Identity{Role: tenant.TenantRole, Tenant: &tenant.Tenant{ID: tenant.NewID("7be69580e27641df", 2), Number: 2}}, nil
}

// reader is a client of ?v=2.
type reader struct {
	t    *testing.T
	conn *websocket.Conn
}

func (g *gate) client(path string) *reader {
	g.t.Helper()
	conn, res, err := websocket.Dial(g.t.Context(), "ws://"+g.addr+path, &websocket.DialOptions{HTTPHeader: http.Header{"Authorization": {"x"}}})
	if err != nil {
		g.t.Fatalf("%v %v", err, res)
	}
	g.t.Cleanup(func() { _ = conn.CloseNow() })
	conn.SetReadLimit(4 << 20)
	return &reader{g.t, conn}
}

func (r *reader) read() string {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), 20*time.Second)
	defer cancel()
	_, b, err := r.conn.Read(ctx)
	if err != nil {
		r.t.Fatal(err)
	}
	return string(b)
}

// until reads up to a frame that has the text in it.
func (r *reader) until(text string) string {
	r.t.Helper()
	for {
		if got := r.read(); strings.Contains(got, text) {
			return got
		}
	}
}

func (r *reader) write(text string) {
	r.t.Helper()
	if err := r.conn.Write(r.t.Context(), websocket.MessageText, []byte(text)); err != nil {
		r.t.Fatal(err)
	}
}
