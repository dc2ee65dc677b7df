package hub_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gobwas/ws"

	"github.com/dipcast/dipcast/internal/hub"
)

// TestFiltersOfOthersDoNotCount: however many names clients ask for, the
// filters of others find theirs.
func TestFiltersOfOthersDoNotCount(t *testing.T) {
	h := start(t, hub.Options{})
	for i := range 100 {
		var junk []string
		for n := range hub.MaxFilterNames {
			junk = append(junk, fmt.Sprintf("Junk%d-%d", i, n))
		}
		attach(t, h, "a", hub.Filter{Events: junk})
	}
	late := attach(t, h, "a", hub.Filter{Events: []string{"HANGUP"}})
	for i := range 10 {
		h.Append(hub.V1, []byte("no"), hub.Meta{Topic: "a", Event: []byte("Newchannel")})
		h.Append(hub.V1, fmt.Appendf(nil, "yes %d", i), hub.Meta{Topic: "a", Event: []byte("Hangup")})
	}
	for i := range 10 {
		late.want(t, fmt.Sprintf("yes %d", i))
	}
}

// TestEventNamesAreBounded: a server that sends ever new names fills the
// table; filters by name then miss the names beyond, and nothing else breaks.
func TestEventNamesAreBounded(t *testing.T) {
	h := start(t, hub.Options{})
	hangup := attach(t, h, "a", hub.Filter{Events: []string{"Hangup"}})
	all := attach(t, h, "a", hub.Filter{})
	h.Append(hub.V1, []byte("first"), hub.Meta{Topic: "a", Event: []byte("Hangup")})
	for i := range 5000 {
		h.Append(hub.V1, []byte("x"), hub.Meta{Topic: "a", Event: fmt.Appendf(nil, "Name%d", i)})
	}
	h.Append(hub.V1, []byte("last"), hub.Meta{Topic: "a", Event: []byte("Hangup")})
	hangup.want(t, "first")
	hangup.want(t, "last")
	all.want(t, "first")
	for range 5000 {
		all.want(t, "x")
	}
	all.want(t, "last")
}

// TestLongAnswerIsTakenWhole: one answer may be longer than the bound of the
// queue, and comes in one piece between others.
func TestLongAnswerIsTakenWhole(t *testing.T) {
	h := start(t, hub.Options{OutboxBytes: 100 << 10})
	p := attach(t, h, "a", hub.Filter{})
	const items = 20000
	var list [][]byte
	for i := range items {
		list = append(list, fmt.Appendf(nil, "item %d %s", i, strings.Repeat("x", 100)))
	}
	done := make(chan bool)
	go func() { done <- p.c.Send(list...) }()
	if !<-done {
		t.Fatal("not taken")
	}
	for i := range items {
		if _, got := p.next(t); !strings.HasPrefix(got, fmt.Sprintf("item %d ", i)) {
			t.Fatalf("item %d is %.40s", i, got)
		}
	}
	if !p.c.Send([]byte("next")) {
		t.Error("ended although it reads")
	}
	p.want(t, "next")
}

// TestFallenOutIsTold: a client that wakes when its place in the log is gone
// gets what its socket held, and then a close frame that says why.
func TestFallenOutIsTold(t *testing.T) {
	h := start(t, hub.Options{Bytes: 2 << 20, Stall: time.Minute})
	p := attach(t, h, "a", hub.Filter{})
	body := []byte(strings.Repeat("x", 60000))
	for range 500 { // 30 MB
		h.Append(hub.V1, body, hub.Meta{Topic: "a"})
	}
	frames := 0
	for {
		op, payload := p.next(t)
		if op == ws.OpClose {
			if payload[:2] != "\x03\xf5" { // 1013
				t.Errorf("close %x", payload)
			}
			break
		}
		frames++
	}
	if frames == 500 {
		t.Error("it got everything: the test does not test")
	}
	if r := <-p.ends; r != hub.ReasonSlow {
		t.Errorf("reason %v, want slow", r)
	}
	if n := h.Stats().Slow.Load(); n != 1 {
		t.Errorf("counted %d times", n)
	}
}

// trickle is a connection that takes a byte now and then.
type trickle struct {
	hub.Conn
	wrote  chan struct{} // one token for each byte it takes
	closed chan struct{}
	once   sync.Once
}

func (c *trickle) TryWrite([]byte) (int, error) { return 0, nil }

func (c *trickle) WriteSome([]byte, time.Time) (int, error) {
	select {
	case c.wrote <- struct{}{}:
		return 1, nil
	case <-c.closed:
		return 0, io.ErrClosedPipe
	}
}

func (c *trickle) Waiting() bool { return false }
func (c *trickle) Close() error  { c.once.Do(func() { close(c.closed) }); return nil }

// TestTrickleHoldsNoFullQueue: progress byte by byte does not save a client
// whose answers have passed their bound.
func TestTrickleHoldsNoFullQueue(t *testing.T) {
	h := start(t, hub.Options{OutboxBytes: 10 << 10})
	conn := &trickle{wrote: make(chan struct{}), closed: make(chan struct{})}
	ends := make(chan hub.Reason, 1)
	c, err := h.Attach(hub.ClientOptions{Conn: conn, Topic: "a", OnEnd: func(r hub.Reason) { ends <- r }})
	if err != nil {
		t.Fatal(err)
	}
	for c.Send([]byte(strings.Repeat("x", 1000))) {
		select {
		case <-conn.wrote:
		default:
		}
	}
	for {
		select {
		case <-conn.wrote: // it still makes progress
			continue
		case r := <-ends:
			if r != hub.ReasonSlow {
				t.Errorf("reason %v, want slow", r)
			}
		}
		return
	}
}

// TestStopEndsClients that nobody has closed before.
func TestStopEndsClients(t *testing.T) {
	h := hub.New(hub.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { h.Run(ctx) })
	peers := []*peer{attach(t, h, "a", hub.Filter{}), attach(t, h, "b", hub.Filter{}), attach(t, h, hub.Operators, hub.Filter{})}
	conn := &trickle{wrote: make(chan struct{}), closed: make(chan struct{})}
	blocked, err := h.Attach(hub.ClientOptions{Conn: conn, Topic: "a"})
	if err != nil {
		t.Fatal(err)
	}
	blocked.Send([]byte("x"))
	cancel()
	wg.Wait()
	for _, p := range peers {
		if r := <-p.ends; r != hub.ReasonGone {
			t.Errorf("reason %v, want gone", r)
		}
	}
	<-conn.closed
	if _, err := h.Attach(hub.ClientOptions{Conn: conn, Topic: "a"}); err == nil {
		t.Error("a client was taken behind the end")
	}
	if n := h.Stats().Clients.Load(); n != 0 {
		t.Errorf("%d clients are left", n)
	}
}

// TestPanicOfAConnection ends that client and no other.
func TestPanicOfAConnection(t *testing.T) {
	h := start(t, hub.Options{Shards: 1})
	good := attach(t, h, "a", hub.Filter{})
	for _, later := range []bool{false, true} {
		ends := make(chan hub.Reason, 1)
		c, err := h.Attach(hub.ClientOptions{Conn: explosive{later: later}, Topic: "a", OnEnd: func(r hub.Reason) { ends <- r }})
		if err != nil {
			t.Fatal(err)
		}
		c.Send([]byte("x"))
		if r := <-ends; r != hub.ReasonGone {
			t.Errorf("reason %v, want gone", r)
		}
		h.Append(hub.V1, []byte("event"), hub.Meta{Topic: "a"})
		good.want(t, "event")
	}
}

// explosive panics at the first write, or while it waits for its socket.
type explosive struct {
	hub.Conn
	later bool
}

func (c explosive) TryWrite([]byte) (int, error) {
	if !c.later {
		panic("planted")
	}
	return 0, nil
}

func (explosive) WriteSome([]byte, time.Time) (int, error) { panic("planted") }
func (explosive) Waiting() bool                            { return false }
func (explosive) Close() error                             { return nil }

// sponge is a connection that takes everything.
type sponge struct {
	hub.Conn
	got chan struct{} // a token for each write
}

func (c sponge) TryWrite(p []byte) (int, error) { c.got <- struct{}{}; return len(p), nil }
func (sponge) Waiting() bool                    { return false }
func (sponge) Close() error                     { return nil }

// TestFirstEventOfANewClient: an event right behind the Attach reaches the
// client though nothing else comes, also while its topic is being flushed.
func TestFirstEventOfANewClient(t *testing.T) {
	h := start(t, hub.Options{Linger: 50 * time.Microsecond})
	attach(t, h, "a", hub.Filter{}) // so that the topic is worth flushing
	for i := range 20000 {
		h.Append(hub.V1, []byte("before"), hub.Meta{Topic: "a"})
		conn := sponge{got: make(chan struct{}, 100)}
		c, err := h.Attach(hub.ClientOptions{Conn: conn, Topic: "a"})
		if err != nil {
			t.Fatal(err)
		}
		h.Append(hub.V1, []byte("after"), hub.Meta{Topic: "a"})
		select {
		case <-conn.got:
		case <-time.After(5 * time.Second):
			t.Fatalf("round %d: the event did not come", i)
		}
		c.Abort()
	}
}
