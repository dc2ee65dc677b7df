package policy

import (
	"context"
	"time"

	"github.com/dipcast/dipcast/internal/tenant"
)

// CallClass is what calls to the network are counted as.
type CallClass string

// The classes. Abroad covers international and premium numbers, which share
// their limits.
const (
	National CallClass = "national"
	Abroad   CallClass = "abroad"
)

// After MaxBreaches within BreachWindow an extension's calls abroad are locked
// until an administrator unlocks them.
const (
	MaxBreaches  = 3
	BreachWindow = 10 * time.Minute
)

// CountWindow is the longest that a call counts.
const CountWindow = 24 * time.Hour

// CallWindow is one limit: within any Length at most Calls are let go.
type CallWindow struct {
	Name   string // minute, hour or day
	Length time.Duration
	Calls  int
}

// CallWindows are the limits of a class, the shortest first.
func CallWindows(l tenant.Limits, c CallClass) []CallWindow {
	l = l.WithDefaults()
	if c == Abroad {
		return []CallWindow{
			{"minute", time.Minute, l.AbroadPerMinute}, {"hour", time.Hour, l.AbroadPerHour}, {"day", CountWindow, l.AbroadPerDay},
		}
	}
	return []CallWindow{{"minute", time.Minute, l.PerMinute}, {"hour", time.Hour, l.PerHour}}
}

// CallCount is one call that wants to go to the network, and what is decided.
type CallCount struct {
	TenantID  string
	Extension string // "" when it is not known whose call it is
	Class     CallClass
	Windows   []CallWindow
	// Call is the Uniqueid of the channel that calls out, "" when none is known.
	Call string
	// Announced is a call of a client's. Asterisk will ask for it once more,
	// under the same Call, and then it is not counted again.
	Announced bool

	Verdict CallVerdict // set by Counters.TakeCalls
}

// CallVerdict is what becomes of a CallCount. The zero value lets it go
// without counting it.
type CallVerdict struct {
	Counted bool       // it is let go and counts
	Over    CallWindow // the limit it would exceed, with Calls above 0
	RetryAt time.Time  // when that limit lets the next one go
	Breach  bool       // it counts towards a lock
	Locked  bool       // calls abroad are locked
	Since   time.Time  // … since then
	NewLock bool       // … by this very call
}

// Refused reports whether the call must not be made.
func (v CallVerdict) Refused() bool { return v.Locked || v.Over.Calls > 0 }

// CallHistory is what is on record for one CallCount.
type CallHistory interface {
	// Announced reports whether the call was announced and not asked for yet,
	// and takes note that it now is.
	Announced() (bool, error)
	// LockedSince is when calls abroad were locked, the zero time when they are not.
	LockedSince() (time.Time, error)
	// Newest is when the nth newest call of the class was counted, 1 being the
	// newest, the zero time when there are fewer.
	Newest(n int) (time.Time, error)
	// Breaches counts those after a time.
	Breaches(after time.Time) (int, error)
}

// Decide sets the verdict at a time. What it says is then to be kept together
// with the history it was made from, so that two calls cannot both be the last.
func (c *CallCount) Decide(now time.Time, h CallHistory) error {
	c.Verdict = CallVerdict{}
	if c.Call != "" && !c.Announced {
		if known, err := h.Announced(); err != nil || known {
			return err
		}
	}
	if c.Class == Abroad {
		since, err := h.LockedSince()
		if err != nil {
			return err
		}
		if !since.IsZero() {
			c.Verdict = CallVerdict{Locked: true, Since: since}
			return nil
		}
	}
	for _, w := range c.Windows {
		at, err := h.Newest(w.Calls)
		if err != nil {
			return err
		}
		// Of several limits the one that holds longest is named.
		if until := at.Add(w.Length); !at.IsZero() && until.After(now) && until.After(c.Verdict.RetryAt) {
			c.Verdict.Over, c.Verdict.RetryAt = w, until
		}
	}
	if !c.Verdict.Refused() {
		c.Verdict.Counted = true
		return nil
	}
	if c.Class != Abroad {
		return nil
	}
	c.Verdict.Breach = true
	n, err := h.Breaches(now.Add(-BreachWindow))
	if err != nil {
		return err
	}
	if n+1 >= MaxBreaches {
		c.Verdict.Locked, c.Verdict.NewLock, c.Verdict.Since = true, true, now
	}
	return nil
}

// Counters keep what was let go, what was refused and who is locked, so that a
// restart resets nothing. package store has them.
type Counters interface {
	// TakeCalls decides on calls in their order. When it returns nil, what
	// counts is on disk; on an error nothing is decided.
	TakeCalls(ctx context.Context, calls []*CallCount) error
	// ReturnCall takes an announced call back that was not started.
	ReturnCall(ctx context.Context, call string) error
	// CallLocks are the extensions of a tenant whose calls abroad are locked,
	// and since when.
	CallLocks(ctx context.Context, tenantID string) (map[string]time.Time, error)
	// UnlockCalls opens calls abroad again and forgets the breaches. It
	// reports whether they were locked.
	UnlockCalls(ctx context.Context, tenantID, extension string) (bool, error)
}
