package cdr

import (
	"context"
	"errors"
	"time"

	"github.com/dipcast/dipcast/internal/store"
)

// breath is how much longer than writing took the next batch waits when there are
// several: a flood of calls costs a tenth of one core, and events go first.
const breath = 9

// Run writes until ctx ends, and then what still waits, for at most five seconds.
func (h *History) Run(ctx context.Context) {
	defer func() {
		for _, f := range h.files {
			f.close()
		}
	}()
	for _, f := range h.files {
		f.open(ctx)
	}
	poll := time.NewTicker(h.o.Poll)
	defer poll.Stop()
	for ctx.Err() == nil {
		select {
		case <-h.wake:
			h.pause(ctx, h.o.Linger)
		case <-poll.C:
		case <-ctx.Done():
		}
		for ctx.Err() == nil {
			began := time.Now()
			if !h.round(ctx) {
				break
			}
			h.pause(ctx, breath*time.Since(began))
		}
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	for h.round(last) {
	}
}

func (h *History) pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// round writes what there is, a bounded part, and reports whether there may be
// more.
func (h *History) round(ctx context.Context) (more bool) {
	h.refile()
	now := h.o.Now()
	b := store.HistoryBatch{Due: now.Add(h.o.Settle)}
	batch := h.take()
	for i := range batch {
		rows := batch[i].rows()
		b.Calls = append(b.Calls, rows...)
		for j := range rows {
			h.outbox(&b, batch[i].call, &rows[j])
		}
	}
	more = len(batch) == maxBatch
	for _, f := range h.files {
		more = f.read(ctx, &b) || more
	}
	due, err := h.o.Store.DueCalls(ctx, now, maxBatch)
	if !h.worked(err, "read") {
		due = nil
	}
	for i := range due {
		h.complete(&due[i], &b)
	}
	more = len(due) == maxBatch || more
	if len(b.Calls)+len(b.Lines)+len(b.Positions)+len(due) > 0 && !h.save(ctx, &b, batch) {
		return false
	}
	h.prune(ctx, now)
	return more
}

// save writes a batch, again and again until it is written or ctx ends: then the
// calls in it wait further.
func (h *History) save(ctx context.Context, b *store.HistoryBatch, batch []ended) bool {
	for {
		err := h.o.Store.SaveHistory(ctx, b)
		if h.worked(err, "write") {
			break
		}
		if ctx.Err() != nil {
			h.mu.Lock()
			h.queue = append(batch, h.queue...)
			h.mu.Unlock()
			return false
		}
		h.pause(ctx, h.o.Retry)
	}
	for _, f := range h.files {
		f.kept()
	}
	h.written.Add(uint64(len(b.Calls)))
	h.completed.Add(uint64(len(b.Completed)))
	h.lag.Store(0)
	if len(batch) > 0 {
		h.lag.Store(h.o.Now().Sub(batch[0].call.EndedAt.Time).Milliseconds())
	}
	return true
}

// worked logs an error of the database when it is another than before, and that
// it is over.
func (h *History) worked(err error, what string) bool {
	if err == nil {
		if h.failed != "" && what == "write" {
			h.failed = ""
			h.log.Info("call history is written again")
		}
		return true
	}
	if errors.Is(err, context.Canceled) {
		return false // the end of Run, which tries again
	}
	if text := err.Error(); text != h.failed {
		h.failed = text
		h.log.Error("call history cannot be kept; calls wait", "what", what, "error", err, "waiting", h.Stats().Waiting)
	}
	return false
}

func (h *History) prune(ctx context.Context, now time.Time) {
	if now.Sub(h.pruned) < pruneTime {
		return
	}
	more, err := h.o.Store.PruneCallLines(ctx, now.Add(-h.o.Keep))
	if h.worked(err, "prune"); !more {
		h.pruned = now
	}
}
