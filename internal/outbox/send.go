package outbox

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"time"

	"github.com/dipcast/dipcast/internal/store"
)

// errStore reports that the database did not let a row be sent.
var errStore = errors.New("the database does not let it be sent")

// attempt sends one row.
func (b *Outbox) attempt(ctx context.Context, s Sender, row *store.OutboxRow) (err error) {
	if row.Body == nil {
		body, err := b.o.Store.OutboxBody(ctx, row.ID)
		if errors.Is(err, store.ErrNotFound) {
			return ErrExpired // somebody took it out
		}
		if err != nil {
			return fmt.Errorf("%w: %w", errStore, err)
		}
		row.Body = body
	}
	if row.Once && !row.Begun {
		if err := b.o.Store.ChangeOutbox(ctx, store.OutboxChange{Begun: []int64{row.ID}}); err != nil {
			return fmt.Errorf("%w: %w", errStore, err)
		}
		row.Begun = true
	}
	defer func() {
		if p := recover(); p != nil {
			b.log.Error("panic while something was sent", "kind", row.Kind, "label", row.Label, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, b.o.Timeout)
	defer cancel()
	m := *row
	if err = s.Send(ctx, &m); err == nil {
		return nil
	}
	var later Later
	if ctx.Err() != nil && !errors.As(err, &later) && !errors.Is(err, ErrUnclear) {
		err = fmt.Errorf("%w: %w", ErrUnclear, err)
	}
	return err
}

// came handles what became of an attempt.
func (b *Outbox) came(ctx context.Context, l *lane, i *item, row *store.OutboxRow, err error) {
	now := time.Now()
	var later Later
	isLater := errors.As(err, &later)
	switch {
	case err == nil:
		b.finish(l, i, row, sent, now)
		return
	case errors.Is(err, ErrExpired):
		b.finish(l, i, row, expired, now)
		return
	case errors.Is(err, ErrDropped):
		b.finish(l, i, row, dropped, now)
		return
	case isLater, errors.Is(err, errStore):
	case errors.Is(err, ErrUnclear) && row.Once:
		b.finish(l, i, row, unclear, now)
		return
	case errors.Is(err, ErrUnclear):
	default:
		b.bury(l, i, row, err, now)
		return
	}
	if ctx.Err() != nil { // the end: it waits on disk as it is
		if row.Once && row.Begun {
			b.keep(row, false) // certainly not sent
		}
		b.free(l, i, now)
		return
	}
	if row.Expires.IsZero() && now.Sub(row.Created) >= b.o.GiveUp {
		b.bury(l, i, row, err, now)
		return
	}
	b.postpone(l, i, row, err, later, now)
}

// keep writes how a row waits, at once when it must not be sent twice: what is
// written later could undo that it was begun.
func (b *Outbox) keep(row *store.OutboxRow, later bool) {
	row.Begun = false
	if later {
		b.ends.keep(*row)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), flushTime)
	defer cancel()
	if err := b.o.Store.ChangeOutbox(ctx, store.OutboxChange{Kept: []store.OutboxRow{*row}}); err != nil {
		b.log.Warn("a row that waits further is marked as begun; it goes no more after a crash", "kind", row.Kind, "label", row.Label, "error", err)
	}
}

// postpone has a row tried again.
func (b *Outbox) postpone(l *lane, i *item, row *store.OutboxRow, err error, later Later, now time.Time) {
	wait := later.After
	switch {
	case errors.Is(err, errStore):
		wait, later.Lane = retryStore, true
	case wait <= 0:
		row.Tries++
		last := b.o.LastTry
		if !later.Lane {
			last = min(last, b.o.Pause) // the bot's pauses hold it up as well
		}
		wait = backOff(b.o.FirstTry, last, row.Tries)
	default:
		row.Tries++
		wait = min(wait, time.Hour)
	}
	row.NotBefore, row.Error = now.Add(wait), err.Error()
	b.keep(row, !row.Once)
	b.counts.add(row, retried)
	b.mu.Lock()
	defer b.mu.Unlock()
	i.row.NotBefore, i.row.Tries, i.row.Error, i.row.Begun, i.own = row.NotBefore, row.Tries, row.Error, row.Begun, later.Lane
	if !later.Lane {
		b.failed(l.bot, err, later.After, now)
	}
	b.release(l, i, now)
}

// failed counts a failure of a whole bot. The caller holds mu.
func (b *Outbox) failed(o *bot, err error, after time.Duration, now time.Time) {
	if after > 0 { // it said when: nothing is broken
		if until := now.Add(min(after, time.Hour)); until.After(o.until) {
			o.until = until
		}
		return
	}
	o.failures++
	switch {
	case o.open && o.until.After(now): // sent before it was paused
	case o.open:
		o.pause = min(2*o.pause, b.o.Pause)
		o.until = now.Add(jitter(o.pause))
	case o.failures >= b.o.Breaker:
		o.open, o.pause = true, b.o.FirstTry
		o.until = now.Add(jitter(o.pause))
		b.log.Error("nothing can be sent; it waits and is tried again", "kind", o.key.kind, "tenant", o.key.tenant, "waiting", o.rows, "error", b.o.Mask(err.Error()))
	}
}

// answered notes that a bot is there. The caller holds mu.
func (b *Outbox) answered(o *bot, now time.Time) {
	o.failures = 0
	if !o.open {
		return
	}
	o.open, o.until = false, time.Time{}
	b.log.Info("it can be sent again", "kind", o.key.kind, "tenant", o.key.tenant, "waiting", o.rows)
	for _, l := range o.lanes { // what waited for that need not wait any longer
		for _, i := range l.rows {
			if i.row.Tries > 0 && !i.own && !i.sent {
				i.row.NotBefore = now
			}
		}
		b.settle(l, now)
	}
}

// finish ends a row.
func (b *Outbox) finish(l *lane, i *item, row *store.OutboxRow, how ending, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if how == sent {
		b.answered(l.bot, now)
		b.counts.delay(row, now)
	}
	b.remove(l, i)
	b.end(row, how)
	b.release(l, i, now)
}

// bury makes a row a dead letter.
func (b *Outbox) bury(l *lane, i *item, row *store.OutboxRow, err error, now time.Time) {
	row.Tries++
	row.Dead, row.Error = now, err.Error()
	b.log.Warn("something could not be sent and is a dead letter now", "kind", row.Kind, "label", row.Label, "tenant", row.Tenant,
		"row", row.ID, "tries", row.Tries, "error", b.o.Mask(row.Error))
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answered(l.bot, now)
	b.remove(l, i)
	b.counts.add(row, failed)
	b.ends.keep(*row)
	b.release(l, i, now)
}

// free lets a lane go.
func (b *Outbox) free(l *lane, i *item, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.release(l, i, now)
}

// release ends an attempt. The caller holds mu.
func (b *Outbox) release(l *lane, i *item, now time.Time) {
	l.busy, i.sent = false, false
	l.bot.flying--
	b.flying--
	b.settle(l, now)
}

// end notes that a row is over, whatever way. The caller holds mu.
func (b *Outbox) end(row *store.OutboxRow, how ending) {
	b.counts.add(row, how)
	b.ends.done(row.ID)
}

// backOff is how long to wait after so many tries.
func backOff(first, last time.Duration, tries int) time.Duration {
	d := first
	for range tries - 1 {
		if d *= 2; d >= last {
			d = last
			break
		}
	}
	return jitter(d)
}

// jitter is d, give or take a fifth.
func jitter(d time.Duration) time.Duration {
	return d*4/5 + time.Duration(rand.Int64N(int64(d)*2/5+1)) //nolint:gosec // nobody gains by foreseeing it
}
