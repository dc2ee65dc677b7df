package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// pruneBatch and pruneRuns bound one PruneCallLines: calls of one transaction,
// and transactions.
const (
	pruneBatch = 500
	pruneRuns  = 20
)

// PruneCallLines deletes lines of calls that got none since before: some at a
// time, so that nobody else waits for long. more reports that there may be
// further ones.
func (s *Store) PruneCallLines(ctx context.Context, before time.Time) (more bool, err error) {
	for range pruneRuns {
		n, err := s.pruneCallLines(ctx, before)
		if err != nil {
			return false, fmt.Errorf("delete old lines: %w", err)
		}
		if n < pruneBatch {
			return false, nil
		}
	}
	return true, nil
}

func (s *Store) pruneCallLines(ctx context.Context, before time.Time) (n int, err error) {
	err = s.update(ctx, func(tx *sql.Tx) error {
		var keys []CallKey
		rows, err := tx.QueryContext(ctx, `SELECT server, linkedid FROM cdr_pending WHERE heard < $1 AND due = 0 ORDER BY heard LIMIT $2`, stamp(before), pruneBatch)
		if err != nil {
			return err
		}
		err = eachRow(rows, func() error {
			var k CallKey
			err := rows.Scan(&k.Server, &k.Linkedid)
			keys = append(keys, k)
			return err
		})
		if err != nil {
			return err
		}
		n = len(keys)
		return eachServer(keys, func(server int, linkedids []string) error {
			for _, table := range []string{"cdr_lines", "cdr_pending"} {
				l := s.list1()
				statement := `DELETE FROM ` + table + ` WHERE server = ` + l.add(server) + ` AND linkedid IN (` + l.texts(linkedids) + `)` //nolint:gosec // our names, and marks
				if _, err := tx.ExecContext(ctx, statement, l.args...); err != nil {
					return err
				}
			}
			return nil
		})
	})
	return n, err
}
