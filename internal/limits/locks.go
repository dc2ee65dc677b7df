package limits

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/tenant"
)

// ErrNotLocked reports an extension whose calls are not locked.
var ErrNotLocked = errors.New("calls of this extension are not locked")

// Locks are the extensions of a tenant whose calls abroad are locked, and since
// when.
func (g *Gate) Locks(ctx context.Context, t *tenant.Tenant) (map[string]time.Time, error) {
	return g.o.Counters.CallLocks(ctx, t.ID.Hex())
}

// Locked reports whether an extension's calls abroad are locked.
func (g *Gate) Locked(ctx context.Context, t *tenant.Tenant, ext string) (bool, error) {
	locks, err := g.Locks(ctx, t)
	_, locked := locks[ext]
	return locked, err
}

// Unlock opens an extension's calls abroad again, on behalf of who. It returns
// ErrNotLocked when they were not locked; its breaches are forgotten even then.
func (g *Gate) Unlock(ctx context.Context, who audit.Entry, t *tenant.Tenant, ext string) error {
	return Unlock(ctx, g.o.Counters, g.o.Trail, who, t, ext)
}

// Unlock does what the method does, without a Gate: a running one reads locks
// from the same counters.
func Unlock(ctx context.Context, counters policy.Counters, trail Trail, who audit.Entry, t *tenant.Tenant, ext string) error {
	was, err := counters.UnlockCalls(ctx, t.ID.Hex(), ext)
	if err != nil {
		return err
	}
	if !was {
		return ErrNotLocked
	}
	who.Action, who.Identity.Tenant, who.Identity.Extension = "unlock", t, ext
	who.Detail = "calls abroad unlocked"
	trail.Record(ctx, audit.KindUnlocked, who)
	return nil
}

// warned remembers what was logged, so that nobody fills the log.
type warned struct {
	mu   sync.Mutex
	last map[string]time.Time
}

// maxWarned bounds what is remembered; beyond it all is forgotten.
const maxWarned = 10_000

// first reports whether key was not warned of within policy.BreachWindow.
func (w *warned) first(now time.Time, key string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if at, ok := w.last[key]; ok && now.Sub(at) < policy.BreachWindow && !now.Before(at) {
		return false
	}
	if w.last == nil || len(w.last) >= maxWarned {
		w.last = map[string]time.Time{}
	}
	w.last[key] = now
	return true
}

// counts are since the start.
type counts struct {
	allowed, refused, free, uncounted, failed, locks atomic.Uint64
}

// Stats are counts since the start.
type Stats struct {
	Allowed   uint64 // counted, or announced before, and let go
	Refused   uint64
	Free      uint64 // not counted: within the house, or an emergency
	Uncounted uint64 // national calls let go although the database failed
	Failed    uint64 // attempts to use the database
	Locks     uint64 // extensions locked
}

// Stats returns the counts.
func (g *Gate) Stats() Stats {
	c := &g.stats
	return Stats{
		Allowed: c.allowed.Load(), Refused: c.refused.Load(), Free: c.free.Load(),
		Uncounted: c.uncounted.Load(), Failed: c.failed.Load(), Locks: c.locks.Load(),
	}
}
