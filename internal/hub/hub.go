// Package hub carries events to clients. Every frame is encoded once and kept
// once, in a shared log bounded in bytes and age; each tenant, and the
// operators, have an index into it; a client is a cursor in its tenant's index.
// A few writer goroutines carry many frames per write to each client that has
// something to get. A client that nothing is sent to costs no goroutine and no
// buffer here, and one that does not read delays nobody: when it falls out of
// the log, or a write makes no progress, it is ended as slow.
package hub

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gobwas/ws"

	"github.com/dipcast/dipcast/internal/attribution"
)

// Operators is the topic of those who see every event.
const Operators = ""

// ErrClosed reports that the hub takes no more clients.
var ErrClosed = errors.New("hub is closed")

// maxPooled is the largest buffer of answers kept for another client.
const maxPooled = 16 << 10

// Options configures a Hub. Zero fields take the default named.
type Options struct {
	Bytes       int64         // the log's memory, default 64 MiB
	Age         time.Duration // how long the log keeps a frame, default 10 s
	Linger      time.Duration // least time between two writes of events to one client, default 5 ms
	Stall       time.Duration // how long a write may make no progress, default 10 s
	OutboxBytes int           // answers waiting for one client, default 1 MiB; one more is taken whole
	Shards      int           // writer goroutines, default GOMAXPROCS
	Logger      *slog.Logger  // default: discard
}

// Stats counts since the start; Clients and Blocked are current.
type Stats struct {
	Clients, Blocked atomic.Int64
	Frames, Bytes    atomic.Int64 // appended to the log; bytes of events written to clients
	Delivered        atomic.Int64 // events written to clients, each for each
	Slow             atomic.Int64 // clients ended as slow
}

// Hub fans frames out to clients.
type Hub struct {
	opts    Options
	log     shared
	names   names
	shards  []*shard
	stats   Stats
	buffers sync.Pool
	turn    atomic.Uint32

	mu     sync.RWMutex
	topics map[string]*topic
	ops    *topic
	closed bool
}

// New returns a Hub. It writes nothing until Run.
func New(o Options) *Hub {
	def := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	def(&o.Age, 10*time.Second)
	def(&o.Linger, 5*time.Millisecond)
	def(&o.Stall, 10*time.Second)
	if o.Bytes == 0 {
		o.Bytes = 64 << 20
	}
	if o.OutboxBytes == 0 {
		o.OutboxBytes = 1 << 20
	}
	if o.Shards == 0 {
		o.Shards = runtime.GOMAXPROCS(0)
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	h := &Hub{opts: o, topics: map[string]*topic{}}
	h.log.maxBytes, h.log.maxAge = o.Bytes, o.Age
	h.buffers.New = func() any { b := make([]byte, 0, 1024); return &b }
	for i := range o.Shards {
		h.shards = append(h.shards, newShard(h, i))
	}
	h.ops = h.topic(Operators)
	return h
}

// Run writes until ctx ends and returns when all its goroutines have. Clients
// still there are ended as gone: close them before. It may be called once.
func (h *Hub) Run(ctx context.Context) {
	var wg sync.WaitGroup
	for _, s := range h.shards {
		wg.Go(func() {
			s.run(ctx)
			h.mu.Lock()
			h.closed = true
			h.mu.Unlock()
			s.abandon()
		})
	}
	wg.Go(func() { h.sweep(ctx) })
	wg.Wait()
}

// sweep lets go of what is too old while nothing new comes.
func (h *Hub) sweep(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			h.log.expire(now)
			base := h.log.base.Load()
			h.mu.RLock()
			for _, t := range h.topics {
				t.trim(base)
			}
			h.mu.RUnlock()
		}
	}
}

// Stats gives the counters.
func (h *Hub) Stats() *Stats { return &h.stats }

// LogBytes is the memory the log holds now.
func (h *Hub) LogBytes() int64 { return h.log.bytes() }

func (h *Hub) topic(key string) *topic {
	h.mu.RLock()
	t := h.topics[key]
	h.mu.RUnlock()
	if t != nil {
		return t
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if t = h.topics[key]; t == nil {
		t = &topic{key: key, shard: make([]topicShard, len(h.shards))}
		h.topics[key] = t
	}
	return t
}

// Attach adds a client. It gets what is appended from now on.
func (h *Hub) Attach(o ClientOptions) (*Client, error) {
	t := h.topic(o.Topic)
	c := &Client{conn: o.Conn, hub: h, topic: t, onEnd: o.OnEnd}
	c.SetFilter(o.Filter)
	c.shard = h.shards[int(h.turn.Add(1))%len(h.shards)]
	h.mu.RLock()
	defer h.mu.RUnlock()
	if h.closed {
		return nil, ErrClosed
	}
	c.cursor = t.next.Load()
	t.clients.Add(1)
	h.stats.Clients.Add(1)
	c.shard.mu.Lock()
	c.shard.joins = append(c.shard.joins, c)
	c.shard.mu.Unlock()
	c.shard.signal()
	return c, nil
}

// end takes c out. The first call decides the reason.
func (h *Hub) end(c *Client, why Reason) { h.finish(c, why, why == ReasonClosed) }

// finish takes c out; half leaves its reading side open, for the peer to close.
func (h *Hub) finish(c *Client, why Reason, half bool) {
	c.mu.Lock()
	if c.ended {
		c.mu.Unlock()
		return
	}
	c.ended, c.out = true, nil
	c.mu.Unlock()
	if why == ReasonSlow {
		h.stats.Slow.Add(1)
	}
	if !half || c.conn.CloseWrite() != nil {
		_ = c.conn.Close() // it is broken or given up already
		if why == ReasonClosed {
			why = ReasonGone
		}
	}
	c.topic.clients.Add(-1)
	h.stats.Clients.Add(-1)
	c.shard.mu.Lock()
	c.shard.leaves = append(c.shard.leaves, c)
	c.shard.mu.Unlock()
	c.shard.signal()
	if c.onEnd != nil {
		c.onEnd(why)
	}
}

// Wants reports whether anybody would get an event of the topic. A caller
// need not encode what nobody wants.
func (h *Hub) Wants(key string) bool {
	if h.ops.clients.Load() > 0 {
		return true
	}
	if key == Operators {
		return false
	}
	h.mu.RLock()
	t := h.topics[key]
	h.mu.RUnlock()
	return t != nil && t.clients.Load() > 0
}

// Meta says who gets a frame.
type Meta struct {
	Topic string              // a tenant's key, or Operators for nobody else
	Event []byte              // the event's name, for filters
	Exts  *attribution.ExtSet // the extensions that take part, for filters
}

// Append adds one event's payload to the log, for the topic and the operators.
// It never waits for a client. The payload is copied.
func (h *Hub) Append(payload []byte, m Meta) {
	off, n := h.put(payload)
	e := entry{off: off, len: n, event: h.names.number(m.Event), exts: m.Exts}
	h.index(h.ops, e)
	if m.Topic != Operators {
		h.index(h.topic(m.Topic), e)
	}
}

// Broadcast adds a frame that every client of the topics gets, whatever its
// filter, and the operators too: news of a link.
func (h *Hub) Broadcast(payload []byte, topics []string) {
	off, n := h.put(payload)
	e := entry{off: off, len: n, event: linkEvent}
	h.index(h.ops, e)
	for _, key := range topics {
		h.index(h.topic(key), e)
	}
}

func (h *Hub) put(payload []byte) (off uint64, n uint32) {
	var head [maxHead]byte
	k := putHead(head[:], ws.OpText, len(payload))
	h.stats.Frames.Add(1)
	return h.log.append(head[:k], payload, time.Now()), uint32(k + len(payload))
}

func (h *Hub) index(t *topic, e entry) {
	if t.clients.Load() == 0 {
		return
	}
	if t.append(e) {
		t.trim(h.log.base.Load())
	}
	for i := range h.shards {
		h.shards[i].touch(t)
	}
}
