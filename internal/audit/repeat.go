package audit

import (
	"fmt"
	"sync"
	"time"

	"github.com/dipcast/dipcast/internal/store"
)

// maxAlike bounds the table of repeated entries. Beyond it, entries are alike
// when only their code is.
const maxAlike = 10_000

// alike is what makes entries alike.
type alike struct {
	remote string
	tenant int
	code   string
}

// repeats counts entries that are alike.
type repeats struct {
	limit  int
	window time.Duration

	mu   sync.Mutex
	seen map[alike]*repeat
}

type repeat struct {
	since time.Time
	count int            // within the window
	more  int            // of them not written
	last  store.AuditRow // of those not written
}

// count reports whether row is to be written, and returns the row that stands
// for those of the window before, if any.
func (r *repeats) count(row store.AuditRow) (write bool, before *store.AuditRow) {
	key := alike{row.Remote, row.Tenant, row.Code}
	r.mu.Lock()
	defer r.mu.Unlock()
	x, ok := r.seen[key]
	if !ok && len(r.seen) >= maxAlike {
		key = alike{code: row.Code}
		x, ok = r.seen[key]
	}
	if !ok {
		x = &repeat{since: row.At}
		r.seen[key] = x
	}
	if row.At.Sub(x.since) >= r.window {
		before = x.summary()
		*x = repeat{since: row.At}
	}
	if x.count++; x.count <= r.limit {
		return true, before
	}
	x.more++
	x.last = row
	return false, before
}

// over removes the windows that are over by now, all of them with all set, and
// returns the rows that stand for what they did not write.
func (r *repeats) over(now time.Time, all bool) []store.AuditRow {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []store.AuditRow
	for key, x := range r.seen {
		if !all && now.Sub(x.since) < r.window {
			continue
		}
		if row := x.summary(); row != nil {
			out = append(out, *row)
		}
		delete(r.seen, key)
	}
	return out
}

// summary returns the row for what was not written, nil when all was.
func (x *repeat) summary() *store.AuditRow {
	if x.more == 0 {
		return nil
	}
	row := x.last
	row.Kind = KindRepeated
	row.Detail = fmt.Sprintf("%d more like this", x.more)
	return &row
}
