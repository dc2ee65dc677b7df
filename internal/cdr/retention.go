package cdr

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"time"
)

// OldStore is where old calls are deleted. *store.Store is one.
type OldStore interface {
	DeleteOldCalls(ctx context.Context, now time.Time) (n int, more bool, err error)
	DeleteOldPeople(ctx context.Context, now time.Time, after int64) (next int64, more bool, err error)
}

// RetentionOptions configures a Retention. Zero optional fields take the default
// named.
type RetentionOptions struct {
	Store  OldStore     // required
	Logger *slog.Logger // required

	First time.Duration // until the first look; default 1 minute
	Every time.Duration // between two looks at old calls; default 1 hour
	// People is the time between two looks at who is in no call any more: that
	// reads the whole index. Default 24 hours.
	People time.Duration
	Now    func() time.Time // default time.Now
}

// Retention deletes calls that their companies keep no longer.
type Retention struct {
	o    RetentionOptions
	log  *slog.Logger
	told string // the error that was logged
}

// NewRetention does no I/O.
func NewRetention(o RetentionOptions) *Retention {
	for _, d := range []struct {
		v   *time.Duration
		def time.Duration
	}{{&o.First, time.Minute}, {&o.Every, time.Hour}, {&o.People, 24 * time.Hour}} {
		if *d.v <= 0 {
			*d.v = d.def
		}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Retention{o: o, log: o.Logger.With("component", "cdr")}
}

// Run deletes until ctx ends. Between two transactions it waits nine times as
// long as one took: calls that go on come first.
func (r *Retention) Run(ctx context.Context) {
	var people time.Time // when they were last gone through
	for wait := r.o.First; r.pause(ctx, wait); wait = r.o.Every {
		deleted := 0
		whole := r.all(ctx, func() (bool, error) {
			n, more, err := r.o.Store.DeleteOldCalls(ctx, r.o.Now())
			deleted += n
			return more, err
		})
		if deleted > 0 {
			r.log.Info("old calls were deleted from the history", "calls", deleted)
		}
		if !whole || !people.IsZero() && time.Since(people) < r.o.People {
			continue
		}
		next := int64(math.MinInt64)
		if r.all(ctx, func() (more bool, err error) {
			next, more, err = r.o.Store.DeleteOldPeople(ctx, r.o.Now(), next)
			return more, err
		}) {
			people = time.Now()
		}
	}
}

// all runs f until there is no more, and reports whether it came so far.
func (r *Retention) all(ctx context.Context, f func() (more bool, err error)) bool {
	for {
		began := time.Now()
		more, err := f()
		switch {
		case err != nil:
			if text := err.Error(); text != r.told && !errors.Is(err, context.Canceled) {
				r.told = text
				r.log.Error("old calls cannot be deleted; it is tried again", "error", err)
			}
			return false
		case !more:
			r.told = ""
			return true
		case !r.pause(ctx, breath*time.Since(began)):
			return false
		}
	}
}

// pause reports whether ctx goes on after it.
func (r *Retention) pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}
