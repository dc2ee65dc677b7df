package outbox

import (
	"container/heap"
	"context"
	"time"

	"github.com/dipcast/dipcast/internal/store"
)

const (
	loadPage   = 1000            // rows read at a time
	sweepEvery = 5 * time.Second // between two looks for rows that expired
	pruneEvery = time.Hour       // between two looks for dead letters that are old
	retryStore = time.Second     // between two attempts at the database
	lateTold   = time.Minute     // how late a writer may tell of a row that was read at the start
	flushTime  = 5 * time.Second // for what is to be written at the end
	farAway    = 24 * time.Hour  // when nothing waits for a time
)

// Run sends until ctx ends, and then waits for what is under way. It is called
// once.
func (b *Outbox) Run(ctx context.Context) {
	b.o.Store.OnOutbox(b.told)
	defer b.o.Store.OnOutbox(nil)
	sending, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	written := make(chan struct{})
	go func() {
		defer close(written)
		b.write(sending)
	}()
	if b.load(ctx) {
		b.loop(ctx, sending)
	}
	grace := time.AfterFunc(b.o.Grace, stop)
	b.sends.Wait()
	grace.Stop()
	stop()
	<-written
}

// told takes rows that were just written.
func (b *Outbox) told(rows []store.OutboxRow) {
	now := time.Now()
	b.mu.Lock()
	for i := range rows {
		if b.loaded[rows[i].ID] {
			continue
		}
		if b.loaded != nil {
			b.loaded[rows[i].ID] = true
		}
		b.insert(&rows[i], now)
	}
	b.mu.Unlock()
	b.Wake()
}

// load reads what waits since the last time, until that worked or ctx ends.
func (b *Outbox) load(ctx context.Context) bool {
	var after int64
	for text := ""; ; {
		rows, err := b.o.Store.WaitingOutbox(ctx, after, loadPage)
		switch {
		case err == nil && len(rows) == 0:
			return true
		case err == nil:
			b.taken(rows)
			after = rows[len(rows)-1].ID
			continue
		case ctx.Err() != nil:
			return false
		case err.Error() != text:
			text = err.Error()
			b.log.Error("what is to be sent cannot be read; it waits", "error", err)
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(retryStore):
		}
	}
}

// taken takes rows that were there at the start. Of one that was being sent then,
// and must not be twice, nobody knows what became of it.
func (b *Outbox) taken(rows []store.OutboxRow) {
	now := time.Now()
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range rows {
		r := &rows[i]
		if b.loaded[r.ID] {
			continue // its writer has told of it
		}
		b.loaded[r.ID] = true
		if r.Begun && r.Once && b.o.Senders[r.Kind] != nil {
			b.end(r, unclear)
			continue
		}
		b.insert(r, now)
	}
}

// loop starts sends. They end with sending.
func (b *Outbox) loop(ctx, sending context.Context) {
	sweep := time.NewTicker(sweepEvery)
	defer sweep.Stop()
	prune := time.NewTicker(pruneEvery)
	defer prune.Stop()
	forget := time.After(lateTold)
	next := time.NewTimer(0)
	defer next.Stop()
	for ctx.Err() == nil {
		select {
		case <-b.wake:
		case <-next.C:
		case <-sweep.C:
			b.sweep()
		case <-prune.C:
			if _, err := b.o.Store.PruneDead(ctx, time.Now().Add(-b.o.Keep), b.o.KeepMost); err != nil && ctx.Err() == nil {
				b.log.Warn("old dead letters stay", "error", err)
			}
		case <-forget:
			b.mu.Lock()
			b.loaded = nil
			b.mu.Unlock()
		case <-ctx.Done():
			return
		}
		next.Reset(b.dispatch(sending))
	}
}

// sweep ends rows whose time is over, wherever they wait.
func (b *Outbox) sweep() {
	now := time.Now()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, o := range b.order {
		b.take(o, now, expired, func(i *item) bool { return over(&i.row, now) })
	}
}

func over(r *store.OutboxRow, now time.Time) bool {
	return !r.Expires.IsZero() && !r.Expires.After(now)
}

// dispatch starts what may be sent now, and gives how long nothing else may.
func (b *Outbox) dispatch(sending context.Context) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	for len(b.timers) > 0 && !b.timers[0].at.After(now) {
		t := heap.Pop(&b.timers).(timer) //nolint:forcetypeassert // only timers are pushed
		if t.lane.timer.Equal(t.at) {
			t.lane.timer = time.Time{}
		}
		b.settle(t.lane, now)
	}
	for more := true; more && b.flying < b.o.Flying; {
		more = false
		for _, o := range b.order {
			if b.flying < b.o.Flying && b.may(o, now) {
				more = true
				b.start(sending, o, now)
			}
		}
	}
	if len(b.order) > 1 { // another one is first the next time
		b.order = append(b.order[1:], b.order[0])
	}
	wait := farAway
	if len(b.timers) > 0 {
		wait = min(wait, b.timers[0].at.Sub(now))
	}
	for _, o := range b.order {
		if len(o.ready) > 0 && o.until.After(now) {
			wait = min(wait, o.until.Sub(now))
		}
	}
	return wait
}

// may reports whether a bot has something that may go now.
func (b *Outbox) may(o *bot, now time.Time) bool {
	if len(o.ready) == 0 || o.until.After(now) {
		return false
	}
	if o.open {
		return o.flying == 0
	}
	return o.flying < b.o.PerBot
}

// start sends the next row of a bot. The caller holds mu.
func (b *Outbox) start(ctx context.Context, o *bot, now time.Time) {
	l := o.ready[0]
	i := l.next
	if over(&i.row, now) {
		b.remove(l, i)
		b.end(&i.row, expired)
		b.settle(l, now)
		return
	}
	l.busy, i.sent = true, true
	b.settle(l, now)
	o.flying++
	b.flying++
	row := i.row
	b.sends.Go(func() {
		err := b.attempt(ctx, o.send, &row)
		b.came(ctx, l, i, &row, err)
		b.Wake()
	})
}
