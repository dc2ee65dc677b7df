package hub_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/attribution"
	"github.com/dipcast/dipcast/internal/hub"
)

// feed numbers frames as the servers' counts do.
type feed struct {
	h   *hub.Hub
	mu  sync.Mutex
	seq [3]uint64
}

// next is the next place of a server.
func (f *feed) next(server int, skip uint64) hub.Position {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seq[server] += 1 + skip
	return hub.Position{Server: server, Seq: f.seq[server]}
}

// at is where the count of a server is.
func (f *feed) at(server int) hub.Position {
	f.mu.Lock()
	defer f.mu.Unlock()
	return hub.Position{Server: server, Seq: f.seq[server]}
}

// event appends the next event of a server: "1/7 text".
func (f *feed) event(server int, topic, text string) {
	at := f.next(server, 0)
	f.h.Reached(at)
	if f.h.Wants(hub.V2, topic) {
		name, _, _ := strings.Cut(text, " ")
		f.h.Append(hub.V2, fmt.Appendf(nil, "%d/%d %s", server, at.Seq, text),
			hub.Meta{Topic: topic, Event: []byte(name), Exts: attribution.NewExtSet("1010"), At: at})
	}
}

// mark tells that events of a server are missing, as many as it says.
func (f *feed) mark(server int, cause hub.Cause, missing uint64) {
	from := f.at(server).Seq + 1
	at := f.next(server, missing)
	f.h.Reached(at)
	f.h.Mark(cause, from, at, []string{"a"})
}

// missed answers a miss with a frame and the position that the count has now.
func (f *feed) missed(c *hub.Client, all []hub.Miss) {
	for _, m := range all {
		at := f.at(m.Server)
		c.Send(fmt.Appendf(nil, "miss %d %d %d-%d", m.Server, m.Cause, m.From, at.Seq))
		c.Skip(at)
	}
}

// stream attaches a client of V2.
func (f *feed) stream(t testing.TB, topic string, filter hub.Filter) *peer {
	t.Helper()
	return attachWith(t, f.h, hub.ClientOptions{Format: hub.V2, Topic: topic, Filter: filter, OnMiss: f.missed})
}

// hold runs f in a hold and waits for its end.
func hold(t testing.TB, c *hub.Client, f func()) {
	t.Helper()
	done := make(chan struct{})
	if !c.Hold(func() { defer close(done); f() }) {
		t.Fatal("no hold")
	}
	<-done
}

func TestNoEventsBeforeTail(t *testing.T) {
	f := &feed{h: start(t, hub.Options{})}
	p := f.stream(t, "a", hub.Filter{})
	f.event(1, "a", "early")
	hold(t, p.c, func() {
		if p.c.Live() {
			t.Error("live before Tail")
		}
		p.c.Tail()
		f.event(1, "a", "in the picture")
		f.event(2, "a", "of another server")
		p.c.Skip(f.at(1))
		p.c.Send([]byte("picture"))
	})
	f.event(1, "b", "of others")
	f.event(1, "a", "late")
	p.want(t, "picture")
	p.want(t, "2/1 of another server")
	p.want(t, "1/4 late")
}

func TestFilterByServer(t *testing.T) {
	f := &feed{h: start(t, hub.Options{})}
	p := f.stream(t, hub.Operators, hub.Filter{Servers: []int{2}, Events: []string{"Hangup"}})
	hold(t, p.c, p.c.Tail)
	for i := range 100 {
		f.event(1, "a", "Hangup")
		f.event(2, "a", []string{"Newstate", "Hangup"}[i%2])
	}
	f.mark(1, hub.Link, 1)
	f.h.Broadcast(hub.V2, []byte("link 1"), []string{"a"}, hub.Position{Server: 1})
	f.h.Broadcast(hub.V2, []byte("link 2"), []string{"a"}, hub.Position{Server: 2})
	for i := range 50 {
		p.want(t, fmt.Sprintf("2/%d Hangup", 2*i+2))
	}
	p.want(t, "link 2")
}

// TestRewind: who comes back gets exactly what it has not had, as long as that
// is there, and is told else.
func TestRewind(t *testing.T) {
	f := &feed{h: start(t, hub.Options{Bytes: 1 << 20})}
	f.event(1, "a", "before anybody came") // 1/1 is in no log
	p := f.stream(t, "a", hub.Filter{})
	for range 10 {
		f.event(1, "a", "x")
		f.event(2, "a", "x")
	}
	rewind := func(p *peer, want []bool, at ...hub.Position) {
		t.Helper()
		hold(t, p.c, func() {
			if got := p.c.Rewind(at); fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("rewound to %v: %v, want %v", at, got, want)
			}
		})
	}
	rewind(p, []bool{true, true}, hub.Position{Server: 1, Seq: 9}, hub.Position{Server: 2, Seq: 8})
	for _, text := range []string{"1/10 x", "2/9 x", "1/11 x", "2/10 x"} {
		p.want(t, text)
	}
	all := f.stream(t, "a", hub.Filter{})
	rewind(all, []bool{true, true}, hub.Position{Server: 1, Seq: 1}, hub.Position{Server: 2})
	for i := range 10 {
		all.want(t, fmt.Sprintf("1/%d x", i+2))
		all.want(t, fmt.Sprintf("2/%d x", i+1))
	}
	late := f.stream(t, "a", hub.Filter{})
	rewind(late, []bool{false, true}, hub.Position{Server: 1}, hub.Position{Server: 2, Seq: 9})
	late.want(t, "2/10 x") // and nothing of server 1
	f.event(1, "a", "next")
	for _, q := range []*peer{p, all, late} {
		q.want(t, "1/12 next")
	}
	body := strings.Repeat("x", 60000)
	for range 40 { // more than the log holds
		f.event(1, "b", body)
		f.event(1, "a", body)
	}
	again := f.stream(t, "a", hub.Filter{})
	rewind(again, []bool{false, true}, hub.Position{Server: 1, Seq: 12}, hub.Position{Server: 2, Seq: 10})
	f.event(2, "a", "end")
	again.want(t, "2/11 end")
}

// TestMarkInItsPlace: a mark is told between the events before and behind it.
func TestMarkInItsPlace(t *testing.T) {
	f := &feed{h: start(t, hub.Options{})}
	p := f.stream(t, "a", hub.Filter{})
	hold(t, p.c, p.c.Tail)
	f.event(1, "a", "x")
	p.want(t, "1/1 x")
	f.mark(1, hub.Window, 10)
	p.want(t, "miss 1 2 2-12")
	f.event(1, "a", "x")
	p.want(t, "1/13 x")
	// One who was away is told too.
	back := f.stream(t, "a", hub.Filter{})
	hold(t, back.c, func() { back.c.Rewind([]hub.Position{{Server: 1, Seq: 1}}) })
	back.want(t, "miss 1 2 2-13")
	f.event(1, "a", "y")
	back.want(t, "1/14 y") // 13 was in what it was told
}

// TestFallenOutIsToldAndGoesOn: a client of V2 that slept through more than
// the log holds is told what it missed, and stays.
func TestFallenOutIsToldAndGoesOn(t *testing.T) {
	f := &feed{h: start(t, hub.Options{Bytes: 1 << 20, Stall: time.Minute})}
	p := f.stream(t, "a", hub.Filter{})
	hold(t, p.c, p.c.Tail)
	body := strings.Repeat("x", 60000)
	const events = 600
	for range events {
		f.event(1, "a", body)
	}
	next := uint64(1)
	for next <= events {
		_, text := p.next(t)
		var from, to uint64
		if n, _ := fmt.Sscanf(text, "miss 1 0 %d-%d", &from, &to); n == 2 {
			if from != next || to < from {
				t.Fatalf("told %s, want from %d", text, next)
			}
			next = to + 1
			continue
		}
		if !strings.HasPrefix(text, fmt.Sprintf("1/%d ", next)) {
			t.Fatalf("got %.40s, want %d", text, next)
		}
		next++
	}
	if f.h.Stats().Gaps.Load() == 0 {
		t.Error("it got everything: the test does not test")
	}
	f.event(1, "a", "y")
	p.want(t, fmt.Sprintf("1/%d y", events+1))
}

// TestTopicIsKeptForAWhile after its last client went, and not longer.
func TestTopicIsKeptForAWhile(t *testing.T) {
	f := &feed{h: start(t, hub.Options{Age: 100 * time.Millisecond})}
	p := f.stream(t, "a", hub.Filter{})
	p.c.Abort()
	<-p.ends
	if !f.h.Wants(hub.V2, "a") {
		t.Error("not kept")
	}
	for f.h.Wants(hub.V2, "a") {
		f.event(1, "a", "x")
	}
	f.event(1, "a", "x")
	q := f.stream(t, "a", hub.Filter{})
	hold(t, q.c, func() {
		last := f.at(1).Seq
		if got := q.c.Rewind([]hub.Position{{Server: 1, Seq: last - 1}}); got[0] {
			t.Error("a position in the time when nothing was kept was taken")
		}
		if got := q.c.Rewind([]hub.Position{{Server: 1, Seq: last}}); !got[0] {
			t.Error("the last position was not taken")
		}
	})
}

// TestKicksWithoutGapsOrDuplicates: a client that is cut off at any time, a
// hundred times in heavy traffic, gets every event of its tenant once.
func TestKicksWithoutGapsOrDuplicates(t *testing.T) {
	f := &feed{h: start(t, hub.Options{})}
	f.stream(t, "a", hub.Filter{}) // the topic is in use
	f.stream(t, hub.Operators, hub.Filter{})
	var read atomic.Int64
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for i := 0; ; i++ {
			for { // not so far ahead that the log is full
				select {
				case <-stop:
					return
				default:
				}
				if int64(i) < read.Load()+20000 {
					break
				}
				runtime.Gosched()
			}
			f.event(1+i%2, []string{"a", "a", "b"}[i%3], "x")
		}
	}()
	at := []hub.Position{{Server: 1}, {Server: 2}}
	got := [3][]uint64{}
	for round := range 100 {
		p := f.stream(t, "a", hub.Filter{})
		hold(t, p.c, func() {
			for i, ok := range p.c.Rewind(at) {
				if !ok {
					t.Errorf("round %d: position %v is not there", round, at[i])
				}
			}
		})
		for range 1 + rand.IntN(3000) {
			_, text := p.next(t)
			server := int(text[0] - '0')
			n, err := strconv.ParseUint(text[2:strings.IndexByte(text, ' ')], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			got[server] = append(got[server], n)
			at[server-1].Seq = n
			read.Store(int64(2 * n))
		}
		p.c.Abort()
	}
	close(stop)
	<-stopped
	for server := 1; server <= 2; server++ {
		want := uint64(0)
		for _, n := range got[server] {
			for want++; ; want++ { // the next one that is not of tenant b
				if i := 2*(want-1) + uint64(server-1); i%3 != 2 {
					break
				}
			}
			if n != want {
				t.Fatalf("server %d: got %d, want %d", server, n, want)
			}
		}
	}
}

// TestHoldsAreBounded and a client that has ended takes none.
func TestHoldsAreBounded(t *testing.T) {
	f := &feed{h: start(t, hub.Options{})}
	p := f.stream(t, "a", hub.Filter{})
	block := make(chan struct{})
	n := 0
	for p.c.Hold(func() { <-block }) {
		if n++; n > 100 {
			t.Fatal("not bounded")
		}
	}
	close(block)
	p.c.Abort()
	if p.c.Hold(func() {}) {
		t.Error("taken behind the end")
	}
}

// TestPanicInAHold ends that client and no other.
func TestPanicInAHold(t *testing.T) {
	f := &feed{h: start(t, hub.Options{Shards: 1})}
	p, good := f.stream(t, "a", hub.Filter{}), f.stream(t, "a", hub.Filter{})
	hold(t, good.c, good.c.Tail)
	p.c.Hold(func() { panic("planted") })
	if r := <-p.ends; r != hub.ReasonGone {
		t.Errorf("reason %v, want gone", r)
	}
	f.event(1, "a", "x")
	good.want(t, "1/1 x")
}
