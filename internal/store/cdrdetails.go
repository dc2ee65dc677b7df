package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
)

// DetailsOfCalls returns the JSON that was saved with each of the calls of a page,
// in their order; "" where there is none.
func (s *Store) DetailsOfCalls(ctx context.Context, rows []CallRow) ([]string, error) {
	out := make([]string, len(rows))
	at := map[string]map[int64]int{} // by company, by id
	for i := range rows {
		r := &rows[i]
		if at[r.TenantID] == nil {
			at[r.TenantID] = map[int64]int{}
		}
		at[r.TenantID][r.ID] = i
	}
	for id, places := range at {
		if err := s.detailsOf(ctx, id, places, out); err != nil {
			return nil, fmt.Errorf("read call history: %w", err)
		}
	}
	return out, nil
}

// detailsOf reads those of one company's calls.
func (s *Store) detailsOf(ctx context.Context, tenantID string, places map[int64]int, out []string) error {
	n, err := tenantNumber(ctx, s.read, tenantID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	ids := make([]int64, 0, len(places))
	for id := range places {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for part := range slices.Chunk(ids, 500) {
		l := s.list1()
		where := l.add(n) + ` AND id IN (`
		for i, id := range part {
			if i > 0 {
				where += ","
			}
			where += l.add(id)
		}
		rows, err := s.read.QueryContext(ctx, `SELECT id, details FROM cdr_details WHERE tenant = `+where+`)`, l.args...) //nolint:gosec,sqlclosecheck // where holds places of arguments only, and eachRow closes
		if err != nil {
			return err
		}
		err = eachRow(rows, func() error {
			var id int64
			var text string
			err := rows.Scan(&id, &text)
			out[places[id]] = text
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
