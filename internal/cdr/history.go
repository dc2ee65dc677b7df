package cdr

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Store keeps the history. *store.Store is one.
type Store interface {
	SaveHistory(ctx context.Context, b *store.HistoryBatch) error
	CallFile(ctx context.Context, server int) (store.FilePosition, error)
	DueCalls(ctx context.Context, now time.Time, limit int) ([]store.DueCall, error)
	PruneCallLines(ctx context.Context, before time.Time) (more bool, err error)
}

// File is the record that the Asterisk of a server keeps.
type File struct {
	Server int
	Path   string
}

// Options configures a History. Zero optional fields take the default named.
type Options struct {
	Store     Store                    // required
	Directory func() *tenant.Directory // required; the current one, at every call
	Logger    *slog.Logger             // required
	Files     []File
	// Outbox gives what is to be sent of a call that ended; it is written along with
	// the call. It is asked once for each company in the call, in the writer's
	// goroutine, and must not block. Nil: nothing.
	Outbox func(e *Ended) []store.OutboxRow
	// Live tells whether a call goes on, as far as we know. Nil: none does.
	Live func(server int, linkedid string) bool

	Linger time.Duration // how long ended calls are collected; default 200 ms
	Poll   time.Duration // between two looks at the files; default 500 ms
	Settle time.Duration // a call without a new line for so long is complete; default 3 s
	Keep   time.Duration // how long lines are kept for what comes late; default 24 h
	Queue  int           // calls that may wait for the database; default 100,000
	Retry  time.Duration // between attempts to write; default 1 s
	Now    func() time.Time
}

// Ended is a call that ended, as one company sees it.
type Ended struct {
	Tenant *tenant.Tenant
	// Call is nil when we did not see its end: it is known from Asterisk's own
	// record.
	Call *call.Call
	Row  *store.CallRow // must not be changed
}

// Bounds of one transaction.
const (
	maxBatch  = 500 // calls
	pruneTime = 10 * time.Minute
)

// History writes the history of calls. Its methods Call, Link, Gap and Snapshot
// are those of a pbx.Sink: they never block.
type History struct {
	o     Options
	log   *slog.Logger
	wake  chan struct{}
	files []*follower

	mu      sync.Mutex
	wanted  []File // instead of files; nil when these are right
	queue   []ended
	servers map[int]*watched

	written, completed, lost, malformed atomic.Uint64
	lag                                 atomic.Int64 // ms: how old the oldest call was that was written last
	failed                              string       // the error that was logged; the writer's
	pruned                              time.Time
}

// watched is what is known of a server's calls beside the calls.
type watched struct {
	whole    bool                    // its state was read, and nothing is missing since then
	since    time.Time               // when that was
	channels map[string]*theChannels // of live calls, by Linkedid
}

type theChannels struct{ first, answered string }

// maxChannels bounds the calls of a server whose channels are remembered.
const maxChannels = 50000

// New checks the options and does no I/O.
func New(o Options) (*History, error) {
	if o.Store == nil || o.Directory == nil || o.Logger == nil {
		return nil, errors.New("cdr: Store, Directory and Logger are required")
	}
	for _, d := range []struct {
		v   *time.Duration
		def time.Duration
	}{{&o.Linger, 200 * time.Millisecond}, {&o.Poll, 500 * time.Millisecond}, {&o.Settle, 3 * time.Second}, {&o.Keep, 24 * time.Hour}, {&o.Retry, time.Second}} {
		if *d.v <= 0 {
			*d.v = d.def
		}
	}
	if o.Queue <= 0 {
		o.Queue = 100000
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Live == nil {
		o.Live = func(int, string) bool { return false }
	}
	h := &History{o: o, log: o.Logger.With("component", "cdr"), wake: make(chan struct{}, 1), servers: map[int]*watched{}}
	for _, f := range o.Files {
		h.files = append(h.files, &follower{h: h, File: f})
	}
	return h, nil
}

// SetFiles has these records read from now on. What was read of one that is not
// among them stays.
func (h *History) SetFiles(files []File) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wanted = append([]File{}, files...)
	h.signal()
}

// refile follows SetFiles, in the goroutine that reads.
func (h *History) refile() {
	h.mu.Lock()
	wanted := h.wanted
	h.wanted = nil
	h.mu.Unlock()
	if wanted == nil {
		return
	}
	old := h.files
	h.files = nil
	for _, f := range wanted {
		i := slices.IndexFunc(old, func(x *follower) bool { return x.File == f })
		if i < 0 {
			h.files = append(h.files, &follower{h: h, File: f})
			continue
		}
		h.files = append(h.files, old[i])
		old = slices.Delete(old, i, i+1)
	}
	for _, f := range old {
		f.close()
	}
}

// server is what is known of one. The caller holds mu.
func (h *History) server(id int) *watched {
	w := h.servers[id]
	if w == nil {
		w = &watched{channels: map[string]*theChannels{}}
		h.servers[id] = w
	}
	return w
}

// Link implements pbx.Sink: what is live now was, or will be, seen in part. Not when
// the link that came or went is another than that of the events, whose state stays
// whole: no snapshot follows then, and no call was missed.
func (h *History) Link(s *pbx.Server, _ bool, _ time.Time) { h.linked(s.ID(), s.Whole()) }

func (h *History) linked(server int, whole bool) {
	if !whole {
		h.sees(server, false)
	}
}

// Gap implements pbx.Sink.
func (h *History) Gap(s *pbx.Server, _ int) { h.sees(s.ID(), false) }

// Snapshot implements pbx.Sink: calls that begin from now on are seen whole.
func (h *History) Snapshot(s *pbx.Server) { h.sees(s.ID(), true) }

func (h *History) sees(server int, whole bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	w := h.server(server)
	w.whole, w.since = whole, h.o.Now()
}

// Call implements pbx.Sink.
func (h *History) Call(e *pbx.CallEvent) { h.step(e.Event) }

func (h *History) step(e call.Event) {
	c := e.Call
	h.mu.Lock()
	defer h.mu.Unlock()
	w := h.server(c.Server)
	x := w.channels[c.Linkedid]
	if e.Kind != call.KindEnded {
		if x == nil {
			if len(w.channels) >= maxChannels {
				return
			}
			x = &theChannels{}
			w.channels[c.Linkedid] = x
		}
		x.learn(c)
		return
	}
	delete(w.channels, c.Linkedid)
	if len(h.queue) >= h.o.Queue {
		h.lost.Add(1) // Asterisk's own record has it
		return
	}
	one := ended{call: c, whole: w.whole && c.Begun() && c.StartedAt.After(w.since) && (c.Ended == nil || c.Ended.Reason != call.ReasonUnknown)}
	if x != nil {
		one.channel, one.dstchannel = x.first, x.answered
	}
	h.queue = append(h.queue, one)
	h.signal()
}

// learn notes the channel that began the call, and the one that answered or else
// rings.
func (x *theChannels) learn(c *call.Call) {
	for i := range c.Channels {
		ch := &c.Channels[i]
		switch {
		case x.first == "" && ch.Uniqueid == c.Linkedid:
			x.first = ch.Name
		case c.AnsweredBy != nil && ch.Party == *c.AnsweredBy:
			x.answered = ch.Name
		}
	}
	if x.answered == "" && len(c.Ringing) > 0 {
		x.answered = c.Ringing[0].Channel
	}
}

func (h *History) signal() {
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// take takes a batch out of the queue.
func (h *History) take() []ended {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := min(len(h.queue), maxBatch)
	batch := h.queue[:n:n]
	if h.queue = h.queue[n:]; len(h.queue) == 0 {
		h.queue = nil // let the memory go
	}
	return batch
}

// Stats are counts since the start, and how it is now.
type Stats struct {
	Written   uint64 // rows of calls that we saw
	Completed uint64 // rows made or mended from Asterisk's own record
	Lost      uint64 // calls that were dropped since the database was away for too long
	Malformed uint64 // lines of Asterisk's own record that could not be read
	Waiting   int    // calls that wait to be written
	Lag       time.Duration
}

// Stats returns the counts.
func (h *History) Stats() Stats {
	h.mu.Lock()
	waiting := len(h.queue)
	h.mu.Unlock()
	return Stats{
		Written: h.written.Load(), Completed: h.completed.Load(), Lost: h.lost.Load(), Malformed: h.malformed.Load(),
		Waiting: waiting, Lag: time.Duration(h.lag.Load()) * time.Millisecond,
	}
}
