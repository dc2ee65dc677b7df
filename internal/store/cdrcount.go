package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
)

// CountCalls counts the calls of a query, whatever its After and Limit say, up to
// most. It looks at every call of the time, so ctx should bound it.
func (s *Store) CountCalls(ctx context.Context, q CallQuery, most int) (n int, err error) {
	c := callReader{s: s, ctx: ctx, q: &q, from: math.MinInt64, to: math.MaxInt64}
	if !q.All {
		c.tenant, err = tenantNumber(ctx, s.read, q.TenantID)
		if errors.Is(err, sql.ErrNoRows) || q.TenantID == "" {
			return 0, nil
		}
	}
	if !q.From.IsZero() {
		c.from = callID(q.From)
	}
	if !q.To.IsZero() {
		c.to = callID(q.To)
	}
	if err == nil {
		l := s.list1()
		where := `1 = 1` + c.whose(&l) + c.within(&l) + c.conditions(&l)
		if q.Linkedid != "" {
			where += ` AND linkedid = ` + l.add(q.Linkedid)
		}
		err = c.row(`SELECT count(*) FROM (SELECT 1 FROM cdr WHERE `+where+` LIMIT `+l.add(most)+`) w`, l.args...).Scan(&n)
	}
	if err != nil {
		return 0, fmt.Errorf("count calls: %w", err)
	}
	return n, nil
}
