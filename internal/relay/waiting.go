package relay

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/wholefile"
)

// errFull reports that no more callbacks may wait.
var errFull = errors.New("too many callbacks wait")

// Waits between attempts to deliver what a box did not take.
const (
	firstRetry   = 200 * time.Millisecond
	longestRetry = 5 * time.Second
)

// waiting keeps callbacks on disk until their box takes them: one file each, and
// for each tenant a lane, in which they keep the order of their arrival.
type waiting struct {
	s   *Server
	dir string

	mu     sync.Mutex
	bounds config.Waiting
	last   int64 // the last place given
	bytes  int64
	lanes  map[string]*lane
	lives  sync.WaitGroup // lanes that deliver
}

// lane is what waits of one tenant. It exists while something does.
type lane struct {
	tenant string
	items  []*item // by place
}

// item is one callback that waits.
type item struct {
	place   int64 // its arrival, nanoseconds of Unix time, none twice
	bytes   int64
	expires time.Time
	written chan struct{} // closed when the file is on disk
}

func newWaiting(s *Server, c *config.RelayFile) *waiting {
	return &waiting{s: s, dir: filepath.Join(c.DataDir, "waiting"), bounds: c.Waiting, lanes: map[string]*lane{}}
}

func (q *waiting) setBounds(w config.Waiting) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.bounds = w
}

// arrive gives a place in the order of arrival.
func (q *waiting) arrive() int64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.last = max(q.last+1, q.s.o.Now().UnixNano())
	return q.last
}

// any reports whether something of a tenant waits.
func (q *waiting) any(tenant string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.lanes[tenant] != nil
}

// add has a callback wait at its place. When it returns nil, the callback is on
// disk. The error wraps errFull when there is no room.
func (q *waiting) add(place int64, c *call) error {
	text, err := c.encode()
	if err != nil {
		return err
	}
	q.mu.Lock()
	it := &item{place: place, bytes: int64(len(text)), expires: c.Received.Add(q.bounds.Expires), written: make(chan struct{})}
	n := 0
	if l := q.lanes[c.Tenant]; l != nil {
		n = len(l.items)
	}
	if n >= q.bounds.Callbacks || q.bytes+it.bytes > int64(q.bounds.Bytes) {
		q.mu.Unlock()
		return fmt.Errorf("%w: %d of this tenant", errFull, n)
	}
	q.put(c.Tenant, it)
	q.mu.Unlock()
	defer close(it.written)
	if err := wholefile.Write(q.file(place), text, 0o600); err != nil {
		q.remove(c.Tenant, it)
		return err
	}
	return nil
}

// put adds an item to its lane, with q.mu held.
func (q *waiting) put(tenant string, it *item) {
	q.bytes += it.bytes
	l := q.lanes[tenant]
	if l == nil {
		l = &lane{tenant: tenant}
		q.lanes[tenant] = l
		q.lives.Go(func() { q.deliver(q.s.end, l) })
	}
	i, _ := slices.BinarySearchFunc(l.items, it.place, func(x *item, p int64) int { return int(min(max(x.place-p, -1), 1)) })
	l.items = slices.Insert(l.items, i, it)
}

// remove takes an item out of its lane, and its file away.
func (q *waiting) remove(tenant string, it *item) {
	_ = os.Remove(q.file(it.place)) // it may not be there; what stays is offered once more
	q.mu.Lock()
	defer q.mu.Unlock()
	l := q.lanes[tenant]
	if i := slices.Index(l.items, it); i >= 0 {
		l.items = slices.Delete(l.items, i, i+1)
		q.bytes -= it.bytes
	}
}

// first is the next item of a lane, nil when the lane has ended.
func (q *waiting) first(l *lane) *item {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(l.items) == 0 {
		delete(q.lanes, l.tenant)
		return nil
	}
	return l.items[0]
}

// deliver offers what waits in a lane, one after the other, until nothing does.
func (q *waiting) deliver(ctx context.Context, l *lane) {
	log := q.s.log.With("component", "waiting")
	attempt := 0
	for {
		it := q.first(l)
		if it == nil || ctx.Err() != nil {
			return
		}
		<-it.written
		line, changes := q.s.lineOf(l.tenant)
		b := q.s.routes.Load().byTenant[l.tenant]
		switch {
		case b == nil:
			log.Warn("callback dropped: its tenant is no longer served here")
			q.remove(l.tenant, it)
			continue
		case !q.s.o.Now().Before(it.expires):
			q.s.count(b, "expired")
			log.Warn("callback dropped: its box was away for too long", "box", b.name)
			q.remove(l.tenant, it)
			continue
		case line == nil:
			attempt = 0
			q.pause(ctx, changes, it.expires.Sub(q.s.o.Now()))
			continue
		}
		if q.try(ctx, l, it, b) {
			attempt = 0
			continue
		}
		q.pause(ctx, changes, min(firstRetry<<min(attempt, 10), longestRetry))
		attempt++
	}
}

// try offers an item once. It reports whether it is done with.
func (q *waiting) try(ctx context.Context, l *lane, it *item, b *box) bool {
	c, err := readCall(q.file(it.place))
	if err != nil {
		if !errors.Is(err, os.ErrNotExist) { // its writing failed, and was answered so
			q.s.count(b, "damaged")
			q.s.log.Error("a callback that waited cannot be read", "box", b.name, "error", err)
		}
		q.remove(l.tenant, it)
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, deliverTimeout)
	defer cancel()
	a, err := q.s.offer(ctx, c)
	if err != nil {
		q.s.log.Debug("callback not taken yet", "box", b.name, "error", err)
		return false
	}
	outcome := "delivered"
	if a.status >= 300 {
		outcome = "refused" // its sender had 200 for it
		q.s.log.Warn("a box refused a callback that had waited", "box", b.name, "status", a.status)
	}
	q.s.count(b, outcome)
	q.remove(l.tenant, it)
	return true
}

func (q *waiting) pause(ctx context.Context, changes <-chan struct{}, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-changes:
	case <-t.C:
	}
}

// close waits for what is under way.
func (q *waiting) close() { q.lives.Wait() }

// waits is what waits now: how many, their bytes, and when the first one came.
func (q *waiting) waits() (n int, bytes int64, oldest time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, l := range q.lanes {
		n += len(l.items)
		if len(l.items) > 0 {
			if t := time.Unix(0, l.items[0].place); oldest.IsZero() || t.Before(oldest) {
				oldest = t
			}
		}
	}
	return n, q.bytes, oldest
}
