package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/dipcast/dipcast/internal/policy"
)

// pruneEvery is how often calls that no longer count are deleted.
const pruneEvery = time.Minute

// Store keeps the counters of calls.
var _ policy.Counters = (*Store)(nil)

// TakeCalls implements policy.Counters: one transaction, in which each call is
// judged by what was written for those before it.
func (s *Store) TakeCalls(ctx context.Context, calls []*policy.CallCount) error {
	now := s.now().UTC().Truncate(time.Millisecond)
	err := s.update(ctx, func(tx *sql.Tx) error {
		if err := s.pruneCalls(ctx, tx, now); err != nil {
			return err
		}
		for _, c := range calls {
			h := &callHistory{ctx: ctx, tx: tx, c: c}
			if err := c.Decide(now, h); err != nil {
				return err
			}
			if err := h.keep(now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("count calls: %w", err)
	}
	return nil
}

// pruneCalls deletes what no longer counts, now and then. What is left is
// bounded by the limits of each extension. When the clock was set back, what is
// in the future happened now: else it would count for too long.
func (s *Store) pruneCalls(ctx context.Context, tx *sql.Tx, now time.Time) error {
	last := s.pruned.Load()
	if ms := now.UnixMilli(); ms-last < pruneEvery.Milliseconds() && ms >= last {
		return nil
	}
	for _, p := range []struct {
		statement string
		args      []any
	}{
		{`DELETE FROM limit_calls WHERE class = $1 AND at <= $2`, []any{string(policy.National), now.Add(-time.Hour).UnixMilli()}},
		{`DELETE FROM limit_calls WHERE class = $1 AND at <= $2`, []any{string(policy.Abroad), now.Add(-policy.CountWindow).UnixMilli()}},
		{`DELETE FROM limit_breaches WHERE at <= $1`, []any{now.Add(-policy.BreachWindow).UnixMilli()}},
		{`UPDATE limit_calls SET at = $1 WHERE at > $1`, []any{now.UnixMilli()}},
		{`UPDATE limit_breaches SET at = $1 WHERE at > $1`, []any{now.UnixMilli()}},
	} {
		if _, err := tx.ExecContext(ctx, p.statement, p.args...); err != nil {
			return err
		}
	}
	s.pruned.Store(now.UnixMilli())
	return nil
}

// callHistory is the record of one call's extension, within a transaction.
type callHistory struct {
	ctx context.Context //nolint:containedctx // lives as long as one call of TakeCalls
	tx  *sql.Tx
	c   *policy.CallCount
}

// Announced implements policy.CallHistory.
func (h *callHistory) Announced() (bool, error) {
	r, err := h.tx.ExecContext(h.ctx, `UPDATE limit_calls SET announced = 0 WHERE call = $1 AND announced = 1 AND tenant_id = $2 AND class = $3`,
		h.c.Call, h.c.TenantID, string(h.c.Class))
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n > 0, err
}

// LockedSince implements policy.CallHistory.
func (h *callHistory) LockedSince() (time.Time, error) {
	return h.time(`SELECT at FROM limit_locks WHERE tenant_id = $1 AND extension = $2`, h.c.TenantID, h.c.Extension)
}

// Newest implements policy.CallHistory.
func (h *callHistory) Newest(n int) (time.Time, error) {
	return h.time(`SELECT at FROM limit_calls WHERE tenant_id = $1 AND extension = $2 AND class = $3 ORDER BY at DESC LIMIT 1 OFFSET $4`,
		h.c.TenantID, h.c.Extension, string(h.c.Class), n-1)
}

// Breaches implements policy.CallHistory.
func (h *callHistory) Breaches(after time.Time) (n int, err error) {
	err = h.tx.QueryRowContext(h.ctx, `SELECT count(*) FROM limit_breaches WHERE tenant_id = $1 AND extension = $2 AND at > $3`,
		h.c.TenantID, h.c.Extension, after.UnixMilli()).Scan(&n)
	return n, err
}

func (h *callHistory) time(query string, args ...any) (time.Time, error) {
	var at int64
	err := h.tx.QueryRowContext(h.ctx, query, args...).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return time.UnixMilli(at).UTC(), err
}

// keep writes what the verdict says.
func (h *callHistory) keep(now time.Time) error {
	v, at := h.c.Verdict, now.UnixMilli()
	if v.Counted {
		return h.exec(`INSERT INTO limit_calls (tenant_id, extension, class, at, call, announced) VALUES ($1, $2, $3, $4, $5, $6)`,
			h.c.TenantID, h.c.Extension, string(h.c.Class), at, h.c.Call, flag(h.c.Announced))
	}
	if v.Breach {
		if err := h.exec(`INSERT INTO limit_breaches (tenant_id, extension, at) VALUES ($1, $2, $3)`, h.c.TenantID, h.c.Extension, at); err != nil {
			return err
		}
	}
	if v.NewLock {
		return h.exec(`INSERT INTO limit_locks (tenant_id, extension, at) VALUES ($1, $2, $3) ON CONFLICT (tenant_id, extension) DO NOTHING`,
			h.c.TenantID, h.c.Extension, at)
	}
	return nil
}

func (h *callHistory) exec(statement string, args ...any) error {
	_, err := h.tx.ExecContext(h.ctx, statement, args...)
	return err
}

// ReturnCall implements policy.Counters.
func (s *Store) ReturnCall(ctx context.Context, call string) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM limit_calls WHERE call = $1 AND announced = 1`, call)
		return err
	})
	if err != nil {
		return fmt.Errorf("take a call back: %w", err)
	}
	return nil
}

// CallLocks implements policy.Counters.
func (s *Store) CallLocks(ctx context.Context, tenantID string) (map[string]time.Time, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT extension, at FROM limit_locks WHERE tenant_id = $1`, tenantID)
	if err != nil {
		return nil, fmt.Errorf("read locks: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err says what happened
	locks := map[string]time.Time{}
	for rows.Next() {
		var ext string
		var at int64
		if err := rows.Scan(&ext, &at); err != nil {
			return nil, fmt.Errorf("read locks: %w", err)
		}
		locks[ext] = time.UnixMilli(at).UTC()
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read locks: %w", err)
	}
	return locks, nil
}

// UnlockCalls implements policy.Counters.
func (s *Store) UnlockCalls(ctx context.Context, tenantID, extension string) (bool, error) {
	var n int64
	err := s.update(ctx, func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, `DELETE FROM limit_locks WHERE tenant_id = $1 AND extension = $2`, tenantID, extension)
		if err != nil {
			return err
		}
		if n, err = r.RowsAffected(); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM limit_breaches WHERE tenant_id = $1 AND extension = $2`, tenantID, extension)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("unlock: %w", err)
	}
	return n > 0, nil
}
