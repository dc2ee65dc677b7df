package metrics

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/dipcast/dipcast/internal/envelope"
)

// codes are all that a client can be told.
var codes = [...]envelope.Code{
	envelope.BadRequest, envelope.InvalidValue, envelope.TooLong, envelope.Unauthorized, envelope.Forbidden,
	envelope.NotFound, envelope.Conflict, envelope.RateLimited, envelope.Busy, envelope.Unavailable,
	envelope.Timeout, envelope.Unknown, envelope.Internal,
}

// Codes counts refusals by their code. The zero Codes is ready.
type Codes struct{ n [len(codes)]atomic.Uint64 }

// Add counts one. A code that is not in the contract counts as internal.
func (c *Codes) Add(code envelope.Code) {
	at := 0
	for at < len(codes)-1 && codes[at] != code {
		at++
	}
	c.n[at].Add(1)
}

// Logs counts lines of the log by their level, and panics. Every place that
// catches a panic logs it under the key "panic", so none is missed.
type Logs struct {
	levels [4]atomic.Uint64 // debug, info, warn, error
	panics atomic.Uint64
}

var levels = [...]string{"debug", "info", "warn", "error"}

// Handler returns a handler that counts what h is given.
func (l *Logs) Handler(h slog.Handler) slog.Handler { return &counting{h, l} }

type counting struct {
	slog.Handler
	l *Logs
}

// Handle implements slog.Handler.
func (c *counting) Handle(ctx context.Context, r slog.Record) error {
	at := min(max(int(r.Level-slog.LevelDebug)/4, 0), len(levels)-1)
	c.l.levels[at].Add(1)
	if r.Level >= slog.LevelError {
		r.Attrs(func(a slog.Attr) bool {
			if a.Key == "panic" {
				c.l.panics.Add(1)
				return false
			}
			return true
		})
	}
	return c.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (c *counting) WithAttrs(as []slog.Attr) slog.Handler {
	return &counting{c.Handler.WithAttrs(as), c.l}
}

// WithGroup implements slog.Handler.
func (c *counting) WithGroup(name string) slog.Handler {
	return &counting{c.Handler.WithGroup(name), c.l}
}

// Reloads counts how often the configuration was read again. The zero Reloads
// is ready.
type Reloads struct {
	good, bad atomic.Uint64
	last      atomic.Int64 // Unix time of the last good one, ms; 0: none
}

// Add counts one.
func (r *Reloads) Add(good bool, at time.Time) {
	if !good {
		r.bad.Add(1)
		return
	}
	r.good.Add(1)
	r.last.Store(at.UnixMilli())
}
