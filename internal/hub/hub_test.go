package hub_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gobwas/ws"
	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/internal/attribution"
	"github.com/dipcast/dipcast/internal/hub"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start runs a hub until the test ends.
func start(t testing.TB, o hub.Options) *hub.Hub {
	t.Helper()
	h := hub.New(o)
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { h.Run(ctx) })
	t.Cleanup(func() { cancel(); wg.Wait() })
	return h
}

type peer struct {
	net  net.Conn
	r    *bufio.Reader
	c    *hub.Client
	ends chan hub.Reason
}

// attach connects one client of the first format over a real socket.
func attach(t testing.TB, h *hub.Hub, topic string, f hub.Filter) *peer {
	t.Helper()
	return attachAs(t, h, hub.V1, topic, f)
}

func attachAs(t testing.TB, h *hub.Hub, format hub.Format, topic string, f hub.Filter) *peer {
	t.Helper()
	return attachWith(t, h, hub.ClientOptions{Format: format, Topic: topic, Filter: f})
}

// attachWith connects one client as o says, but for its connection and end.
func attachWith(t testing.TB, h *hub.Hub, o hub.ClientOptions) *peer {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	near, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	far, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	conn, err := hub.NewTCPConn(far.(*net.TCPConn))
	if err != nil {
		t.Fatal(err)
	}
	p := &peer{net: near, r: bufio.NewReaderSize(near, 64<<10), ends: make(chan hub.Reason, 1)}
	o.Conn, o.OnEnd = conn, func(r hub.Reason) { p.ends <- r }
	p.c, err = h.Attach(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { near.Close(); far.Close() })
	return p
}

// next reads one frame.
func (p *peer) next(t testing.TB) (ws.OpCode, string) {
	t.Helper()
	if err := p.net.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	head, err := ws.ReadHeader(p.r)
	if err != nil {
		t.Fatal(err)
	}
	body := make([]byte, head.Length)
	if _, err := io.ReadFull(p.r, body); err != nil {
		t.Fatal(err)
	}
	return head.OpCode, string(body)
}

func (p *peer) want(t testing.TB, text string) {
	t.Helper()
	if op, got := p.next(t); op != ws.OpText || got != text {
		t.Fatalf("got frame %v %.80q, want %.80q", op, got, text)
	}
}

func TestTenantsSeeTheirOwnAndOperatorsAll(t *testing.T) {
	h := start(t, hub.Options{})
	ops, a, b := attach(t, h, hub.Operators, hub.Filter{}), attach(t, h, "a", hub.Filter{}), attach(t, h, "b", hub.Filter{})
	for i := range 300 {
		topic := []string{"a", "b", hub.Operators}[i%3]
		h.Append(hub.V1, fmt.Appendf(nil, "event %d", i), hub.Meta{Topic: topic})
	}
	for i := range 300 {
		text := fmt.Sprintf("event %d", i)
		ops.want(t, text)
		switch i % 3 {
		case 0:
			a.want(t, text)
		case 1:
			b.want(t, text)
		}
	}
}

func TestFilterByEventAndExtension(t *testing.T) {
	h := start(t, hub.Options{})
	byEvent := attach(t, h, "a", hub.Filter{Events: []string{"newchannel"}})
	byExt := attach(t, h, "a", hub.Filter{Extensions: []string{"1010"}})
	both := attach(t, h, hub.Operators, hub.Filter{Events: []string{"Hangup"}, Extensions: []string{"1013"}})
	names := []string{"Newchannel", "Hangup", "VarSet"}
	for i := range 3000 {
		ext := []string{"1010", "1013"}[i%2]
		h.Append(hub.V1, fmt.Appendf(nil, "%d", i), hub.Meta{Topic: "a", Event: []byte(names[i%3]), Exts: attribution.NewExtSet(ext)})
	}
	h.Broadcast(hub.V1, []byte("link"), []string{"a"}, hub.Position{})
	for i := range 3000 {
		text := fmt.Sprint(i)
		if i%3 == 0 {
			byEvent.want(t, text)
		}
		if i%2 == 0 {
			byExt.want(t, text)
		}
		if i%3 == 1 && i%2 == 1 {
			both.want(t, text)
		}
	}
	for _, p := range []*peer{byEvent, byExt, both} {
		p.want(t, "link")
	}
}

// TestAnswerBeforeLaterEvent: what was sent to one client before an event was
// appended reaches it before that event, under load and every time.
func TestAnswerBeforeLaterEvent(t *testing.T) {
	h := start(t, hub.Options{})
	p := attach(t, h, "a", hub.Filter{})
	const rounds = 5000
	go func() {
		for i := range rounds {
			p.c.Send(fmt.Appendf(nil, "answer %d", i))
			h.Append(hub.V1, fmt.Appendf(nil, "event %d", i), hub.Meta{Topic: "a"})
		}
	}()
	answers := 0
	for events := 0; events < rounds; {
		_, text := p.next(t)
		if strings.HasPrefix(text, "answer") {
			answers++
			continue
		}
		if answers <= events {
			t.Fatalf("%s came before its answer", text)
		}
		events++
	}
}

// TestStalledClientIsEndedAndDelaysNobody: a client that stops reading in the
// middle is ended once it falls out of the log; the other gets everything.
func TestStalledClientIsEndedAndDelaysNobody(t *testing.T) {
	h := start(t, hub.Options{Bytes: 4 << 20, Stall: time.Minute})
	good, stalled := attach(t, h, "a", hub.Filter{}), attach(t, h, "a", hub.Filter{})
	const events = 40000
	body := strings.Repeat("x", 600)
	read := make(chan struct{}, events)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range events {
			h.Append(hub.V1, fmt.Appendf(nil, "%d %s", i, body), hub.Meta{Topic: "a"})
			// The log's bound is for the stalled one: the good one is waited for.
			if i%1000 == 999 {
				<-read
			}
		}
	}()
	for i := range events {
		good.want(t, fmt.Sprintf("%d %s", i, body))
		if i%1000 == 999 {
			read <- struct{}{}
		}
	}
	<-done
	if got := h.LogBytes(); got > 4<<20+128<<10 {
		t.Errorf("the log holds %d bytes, its bound is 4 MiB", got)
	}
	if err := stalled.net.(*net.TCPConn).SetReadBuffer(1 << 20); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, stalled.net) }() // it wakes: its socket takes more, its place is gone
	select {
	case r := <-stalled.ends:
		if r != hub.ReasonSlow {
			t.Errorf("ended with reason %v, want slow", r)
		}
	case <-time.After(10 * time.Second):
		t.Error("a client that fell out of the log was not ended")
	}
}

func TestStallTimeEndsAClient(t *testing.T) {
	h := start(t, hub.Options{Stall: 300 * time.Millisecond})
	p := attach(t, h, "a", hub.Filter{})
	body := []byte(strings.Repeat("x", 60000))
	for range 300 { // more than any socket buffer takes
		h.Append(hub.V1, body, hub.Meta{Topic: "a"})
	}
	select {
	case r := <-p.ends:
		if r != hub.ReasonSlow {
			t.Errorf("reason %v, want slow", r)
		}
	case <-time.After(10 * time.Second):
		t.Error("not ended")
	}
}

func TestOutboxIsBounded(t *testing.T) {
	h := start(t, hub.Options{OutboxBytes: 100 << 10, Stall: time.Minute})
	p := attach(t, h, "a", hub.Filter{})
	body := []byte(strings.Repeat("x", 50000))
	for range 1000 {
		if !p.c.Send(body) {
			break
		}
	}
	if p.c.Send(body) {
		t.Fatal("50 MB of answers were taken for a client that does not read")
	}
	go func() { _, _ = io.Copy(io.Discard, p.net) }()
	if r := <-p.ends; r != hub.ReasonSlow {
		t.Errorf("reason %v, want slow", r)
	}
}

func TestCloseComesBehindWhatIsQueued(t *testing.T) {
	h := start(t, hub.Options{})
	p := attach(t, h, "a", hub.Filter{})
	p.c.Send([]byte("last words"))
	p.c.Close(1012, "restart")
	if p.c.Send([]byte("too late")) {
		t.Error("Send after Close was taken")
	}
	p.want(t, "last words")
	op, body := p.next(t)
	if op != ws.OpClose || body != "\x03\xf4restart" {
		t.Errorf("got %v %q", op, body)
	}
	if r := <-p.ends; r != hub.ReasonClosed {
		t.Errorf("reason %v, want closed", r)
	}
}

func BenchmarkFanOut200(b *testing.B) { fanOut(b, hub.V1) }

func BenchmarkFanOut200V2(b *testing.B) { fanOut(b, hub.V2) }

func fanOut(b *testing.B, format hub.Format) {
	h := start(b, hub.Options{})
	var wg sync.WaitGroup
	body := []byte(strings.Repeat("x", 590))
	read := make(chan struct{}, 200)
	for range 200 {
		p := attachAs(b, h, format, hub.Operators, hub.Filter{})
		if format == hub.V2 {
			hold(b, p.c, p.c.Tail)
		}
		want := int64(b.N) * 594
		wg.Go(func() {
			buf := make([]byte, 256<<10)
			const step = 10000 * 594
			for mark := want - step; want > 0; {
				n, err := p.net.Read(buf)
				if err != nil {
					b.Error(err)
					return
				}
				for want -= int64(n); want <= mark; mark -= step {
					read <- struct{}{}
				}
			}
		})
	}
	b.ResetTimer()
	for i := range b.N {
		h.Append(format, body, hub.Meta{At: hub.Position{Server: 1, Seq: uint64(i + 1)}})
		if i%10000 == 9999 {
			for range 200 { // the clients have got it before the log is full
				<-read
			}
		}
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)*200/b.Elapsed().Seconds(), "deliveries/s")
}
