// Package hub carries events to clients. Every frame is encoded once for each
// format that has a client, and kept once, in a shared log bounded in bytes and
// age; each tenant, and the operators, have an index into it; a client is a
// cursor in its tenant's index.
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
)

// Operators is the topic of those who see every event.
const Operators = ""

// ErrClosed reports that the hub takes no more clients.
var ErrClosed = errors.New("hub is closed")

// maxPooled is the largest buffer of answers kept for another client.
const maxPooled = 16 << 10

// Options configures a Hub. Zero fields take the default named.
type Options struct {
	Bytes       int64         // the memory of all logs, default 64 MiB
	Age         time.Duration // how long a log keeps a frame, default 10 s
	Linger      time.Duration // least time between two writes of events to one client, default 5 ms
	Stall       time.Duration // how long a write may make no progress, default 10 s
	OutboxBytes int           // answers waiting for one client, default 1 MiB; one more is taken whole
	Shards      int           // writer goroutines, default GOMAXPROCS
	Logger      *slog.Logger  // default: discard
}

// Stats counts since the start; Clients and Blocked are current.
type Stats struct {
	Clients, Blocked atomic.Int64
	Frames, Bytes    atomic.Int64 // appended to the logs; bytes of events written to clients
	Delivered        atomic.Int64 // events written to clients, each for each
	Slow             atomic.Int64 // clients ended as slow
	Gaps             atomic.Int64 // clients of V2 that fell out of the log and were told
}

// Hub fans frames out to clients.
type Hub struct {
	opts    Options
	logs    budget
	names   names
	counts  counts
	holders chan struct{} // a place for each hold that runs
	shards  []*shard
	stats   Stats
	buffers sync.Pool
	turn    atomic.Uint32

	mu     sync.RWMutex
	topics map[topicKey]*topic
	ops    [formats]*topic
	closed bool

	// inUse counts the clients of each format and its topics kept for some.
	inUse [formats]atomic.Int32
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
	h := &Hub{opts: o, topics: map[topicKey]*topic{}}
	h.holders = make(chan struct{}, 2*runtime.GOMAXPROCS(0))
	h.logs.init(o.Bytes, o.Age)
	h.buffers.New = func() any { b := make([]byte, 0, 1024); return &b }
	for i := range o.Shards {
		h.shards = append(h.shards, newShard(h, i))
	}
	for f := range formats {
		h.ops[f] = h.topic(f, Operators)
	}
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
			h.logs.expire(now)
			h.mu.RLock()
			for _, t := range h.topics {
				t.trim()
				if t.leave(now, h.opts.Age) {
					h.inUse[t.format].Add(-1)
				}
			}
			h.mu.RUnlock()
		}
	}
}

// Stats gives the counters.
func (h *Hub) Stats() *Stats { return &h.stats }

// LogBytes is the memory all logs hold now.
func (h *Hub) LogBytes() int64 { return h.logs.bytes() }

func (h *Hub) topic(f Format, key string) *topic {
	k := topicKey{f, key}
	h.mu.RLock()
	t := h.topics[k]
	h.mu.RUnlock()
	if t != nil {
		return t
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if t = h.topics[k]; t == nil {
		t = &topic{topicKey: k, log: &h.logs.logs[f], shard: make([]topicShard, len(h.shards))}
		h.topics[k] = t
	}
	return t
}

// Attach adds a client. It gets what is appended from now on, or from its Place on.
func (h *Hub) Attach(o ClientOptions) (*Client, error) {
	t := h.topic(o.Format, o.Topic)
	c := &Client{conn: o.Conn, hub: h, topic: t, onEnd: o.OnEnd}
	if o.Format == V2 {
		c.stream = &stream{onMiss: o.OnMiss}
	}
	c.SetFilter(o.Filter)
	c.shard = h.shards[int(h.turn.Add(1))%len(h.shards)]
	h.mu.RLock()
	defer h.mu.RUnlock()
	if h.closed {
		return nil, ErrClosed
	}
	c.cursor = t.next.Load()
	if o.Place != nil {
		c.cursor = o.Place.cursor
	}
	h.inUse[t.format].Add(1)
	t.clients.Add(1)
	if o.Format == V2 && t.keep(&h.counts) {
		h.inUse[V2].Add(1)
	}
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
	h.inUse[c.topic.format].Add(-1)
	h.stats.Clients.Add(-1)
	c.shard.mu.Lock()
	c.shard.leaves = append(c.shard.leaves, c)
	c.shard.mu.Unlock()
	c.shard.signal()
	if c.onEnd != nil {
		c.onEnd(why)
	}
}
