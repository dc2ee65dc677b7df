package audit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/dipcast/dipcast/internal/store"
)

// Start starts the goroutine that writes. Close ends it. A second call does
// nothing.
func (l *Log) Start() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.started || l.closed {
		return
	}
	l.started = true
	ctx, cancel := context.WithCancel(context.Background())
	l.cancel = cancel
	go l.write(ctx)
}

// Close takes no more entries, writes those that wait, and returns after the
// writer has ended. When ctx ends first, what is not written is lost; the error
// then says how much.
func (l *Log) Close(ctx context.Context) error {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		<-l.done
		return nil
	}
	l.closed = true
	close(l.queue)
	if !l.started {
		close(l.done)
		l.mu.Unlock()
		return nil
	}
	l.mu.Unlock()
	defer l.cancel()
	select {
	case <-l.done:
		return nil
	case <-ctx.Done():
	}
	before := l.dropped.Load()
	l.cancel()
	<-l.done
	if lost := l.dropped.Load() - before; lost > 0 {
		return fmt.Errorf("%d entries of the audit trail are lost: %w", lost, ctx.Err())
	}
	return nil
}

// write is the only goroutine that reads the queue.
func (l *Log) write(ctx context.Context) {
	defer close(l.done)
	tick := time.NewTicker(l.o.Window)
	defer tick.Stop()
	for {
		select {
		case row, open := <-l.queue:
			if !open {
				l.store(ctx, l.repeats.over(l.o.Now(), true))
				return
			}
			l.store(ctx, l.batch(row))
		case written := <-l.flush:
			for n := len(l.queue); n > 0; n = len(l.queue) {
				l.store(ctx, l.batch())
			}
			l.store(ctx, nil) // entries may have been dropped
			close(written)
		case <-tick.C:
			l.store(ctx, l.repeats.over(l.o.Now(), false))
		}
	}
}

// batch adds what waits in the queue to rows, a batch at most.
func (l *Log) batch(rows ...store.AuditRow) []store.AuditRow {
	for len(rows) < l.o.Batch {
		select {
		case row, open := <-l.queue:
			if !open {
				return rows
			}
			rows = append(rows, row)
		default:
			return rows
		}
	}
	return rows
}

// store logs rows at once, so that the log has them even when the database is
// away, and then tries to write them until it succeeds or ctx ends.
func (l *Log) store(ctx context.Context, rows []store.AuditRow) {
	if n := l.gap.Swap(0); n > 0 {
		rows = append(rows, store.AuditRow{
			At: l.o.Now(), Kind: KindGap, Role: "none", Via: "none", Code: "busy",
			Detail: strconv.FormatUint(n, 10) + " entries before this one were lost",
		})
	}
	if len(rows) == 0 {
		return
	}
	for i := range rows {
		l.log(ctx, &rows[i])
	}
	told := ""
	for {
		err := l.o.Store.AppendAudit(ctx, rows)
		if err == nil {
			l.written.Add(uint64(len(rows)))
			if told != "" {
				l.o.Logger.LogAttrs(ctx, slog.LevelInfo, "audit trail is written again")
			}
			return
		}
		if ctx.Err() == nil && err.Error() != told {
			told = err.Error()
			l.o.Logger.LogAttrs(ctx, slog.LevelError, "audit trail cannot be written", slog.Any("error", err), slog.Int("rows", len(rows)))
		}
		if !l.pause(ctx) {
			l.dropped.Add(uint64(len(rows)))
			l.o.Logger.LogAttrs(ctx, slog.LevelError, "audit entries lost", slog.Int("rows", len(rows)), slog.Any("error", errors.Join(err, ctx.Err())))
			return
		}
	}
}

// pause waits before the next attempt. It reports false when ctx has ended.
func (l *Log) pause(ctx context.Context) bool {
	t := time.NewTimer(l.o.Retry)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// log writes one line. A row is masked already.
func (l *Log) log(ctx context.Context, r *store.AuditRow) {
	level := slog.LevelInfo
	switch r.Kind {
	case KindRefused, KindRepeated:
		level = slog.LevelWarn
	case KindGap:
		level = slog.LevelError
	}
	attrs := []slog.Attr{slog.String("kind", r.Kind), slog.String("role", r.Role)}
	text := func(key, value string) {
		if value != "" {
			attrs = append(attrs, slog.String(key, value))
		}
	}
	if r.Tenant > 0 {
		text("tenant", "T"+strconv.Itoa(r.Tenant))
	}
	text("extension", r.Extension)
	text("name", r.Name)
	text("via", r.Via)
	text("remote", r.Remote)
	if r.Server > 0 {
		attrs = append(attrs, slog.Int("server", r.Server))
	}
	text("action", r.Action)
	text("code", r.Code)
	text("field", r.Field)
	text("action_id", r.ActionID)
	text("action_hash", r.ActionHash)
	text("detail", r.Detail)
	l.o.Logger.LogAttrs(ctx, level, "audit", attrs...)
}
