package outbox

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/dipcast/dipcast/internal/store"
)

// gather is how long what became of rows is collected before it is written.
const gather = 20 * time.Millisecond

// endings are what is still to be written of rows that are over, or wait further.
// When the process is killed before, such a row is sent again.
type endings struct {
	wake chan struct{}

	mu   sync.Mutex
	gone []int64
	kept map[int64]store.OutboxRow
}

func newEndings() endings {
	return endings{wake: make(chan struct{}, 1), kept: map[int64]store.OutboxRow{}}
}

func (e *endings) signal() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

func (e *endings) done(id int64) {
	e.mu.Lock()
	delete(e.kept, id)
	e.gone = append(e.gone, id)
	e.mu.Unlock()
	e.signal()
}

func (e *endings) keep(r store.OutboxRow) {
	r.Body = nil
	e.mu.Lock()
	e.kept[r.ID] = r
	e.mu.Unlock()
	e.signal()
}

// take empties them.
func (e *endings) take() store.OutboxChange {
	e.mu.Lock()
	defer e.mu.Unlock()
	c := store.OutboxChange{Done: e.gone, Kept: slices.Collect(maps.Values(e.kept))}
	e.gone = nil
	clear(e.kept)
	return c
}

// back puts those that could not be written back, but where there is newer.
func (e *endings) back(c store.OutboxChange) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, r := range c.Kept {
		if _, ok := e.kept[r.ID]; !ok && !slices.Contains(e.gone, r.ID) {
			e.kept[r.ID] = r
		}
	}
	e.gone = append(e.gone, c.Done...)
}

// write writes endings until ctx ends, and then what is left.
func (b *Outbox) write(ctx context.Context) {
	for failed := ""; ; {
		wait := gather
		select {
		case <-b.ends.wake:
		case <-ctx.Done():
			b.flushLast(ctx)
			return
		}
		if err := b.flush(ctx); err != nil && ctx.Err() == nil {
			if text := err.Error(); text != failed {
				failed = text
				b.log.Error("what was sent cannot be noted", "error", err)
			}
			wait = retryStore
			b.ends.signal()
		} else if failed != "" && err == nil {
			failed = ""
			b.log.Info("what was sent is noted again")
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}

// flushLast writes what is left when everything has ended.
func (b *Outbox) flushLast(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTime)
	defer cancel()
	if err := b.flush(ctx); err != nil {
		b.log.Error("what was sent cannot be noted; it will be sent again", "error", err)
	}
}

func (b *Outbox) flush(ctx context.Context) error {
	c := b.ends.take()
	if len(c.Done)+len(c.Kept) == 0 {
		return nil
	}
	err := b.o.Store.ChangeOutbox(ctx, c)
	if err != nil {
		b.ends.back(c)
	}
	return err
}
