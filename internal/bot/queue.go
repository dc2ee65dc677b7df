package bot

import (
	"context"
	"errors"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/works"
)

// Bounds of the work on callbacks.
const (
	atOnce     = 32          // callbacks that are worked on
	look       = 256         // callbacks that are looked at for the next ones
	sweep      = time.Second // how often it is looked for those to be tried again
	workTime   = 30 * time.Second
	giveUp     = 5 * time.Minute // after which what cannot be done is left
	pruneEvery = time.Hour
)

// queue is the callbacks under way. Of each person one is worked on at a time, in
// their order.
type queue struct {
	c  *Callbacks
	wg sync.WaitGroup

	mu    sync.Mutex
	lanes map[string]bool // persons
}

// Run works on callbacks until ctx ends, and returns after all that it began has.
func (c *Callbacks) Run(ctx context.Context) {
	q := &queue{c: c, lanes: map[string]bool{}}
	defer q.wg.Wait()
	tick := time.NewTicker(sweep)
	defer tick.Stop()
	var pruned time.Time
	for {
		if now := c.o.Now(); now.Sub(pruned) > pruneEvery {
			pruned = now
			if err := c.o.Store.PruneCallbacks(ctx); err != nil && ctx.Err() == nil {
				c.log.Warn("old callbacks not deleted", "error", err)
			}
		}
		q.begin(ctx)
		select {
		case <-ctx.Done():
			return
		case <-c.wake:
		case <-tick.C:
		}
	}
}

// begin starts the work on those that wait.
func (q *queue) begin(ctx context.Context) {
	q.mu.Lock() // before it is read: a lane that is free then has nothing that is about to be done
	defer q.mu.Unlock()
	open, err := q.c.o.Store.OpenCallbacks(ctx, look)
	if err != nil {
		if ctx.Err() == nil {
			q.c.log.Error("callbacks cannot be read", "error", err)
		}
		return
	}
	waits := map[string]bool{} // persons with one before
	for _, cb := range open {
		lane := strconv.Itoa(cb.Tenant) + "/" + cb.Person
		if waits[lane] || q.lanes[lane] || len(q.lanes) >= atOnce {
			waits[lane] = true
			continue
		}
		q.lanes[lane] = true
		q.wg.Go(func() {
			again := !q.one(ctx, &cb)
			q.mu.Lock()
			delete(q.lanes, lane)
			q.mu.Unlock()
			if !again {
				q.c.Wake() // the person's next
			}
		})
	}
}

// one works on a callback. It reports whether that is done.
func (q *queue) one(ctx context.Context, cb *store.Callback) (done bool) {
	ctx, cancel := context.WithTimeout(ctx, workTime)
	defer cancel()
	if err := q.work(ctx, cb); err != nil {
		if errors.Is(context.Cause(ctx), context.Canceled) {
			return false // we are being stopped: after the start it is looked at again
		}
		if q.c.o.Now().Sub(cb.Received) < giveUp {
			q.c.log.Warn("callback not worked on; it is tried again", "tenant", cb.Tenant, "error", err)
			return false
		}
		q.c.log.Error("callback given up", "tenant", cb.Tenant, "error", err)
	}
	// Done is done, though we are being stopped.
	ended, stop := context.WithTimeout(context.WithoutCancel(ctx), workTime)
	defer stop()
	if err := q.c.o.Store.EndCallback(ended, cb.Hash); err != nil {
		q.c.log.Error("callback not noted as done; it may be worked on twice", "tenant", cb.Tenant, "error", err)
		return false
	}
	return true
}

func (q *queue) work(ctx context.Context, cb *store.Callback) error {
	defer func() { // a callback that cannot be worked on must not stop the others
		if p := recover(); p != nil {
			q.c.log.Error("panic while working on a callback", "panic", p, "stack", string(debug.Stack()))
		}
	}()
	t := q.c.o.Number(cb.Tenant)
	e, err := works.ParseEvent(cb.Body)
	if err != nil || t == nil {
		return nil // it was one when it was kept; a tenant may have gone meanwhile
	}
	return q.c.o.Work(ctx, t, e, cb.Hash)
}
