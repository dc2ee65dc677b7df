package store

import "testing"

// Rows counts the rows of a table.
func (s *Store) Rows(tb testing.TB, table string) (n int) {
	tb.Helper()
	if err := s.read.QueryRowContext(tb.Context(), `SELECT count(*) FROM `+table).Scan(&n); err != nil {
		tb.Fatal(err)
	}
	return n
}

// Watch has f told of every query of the history.
func (s *Store) Watch(f func(query string, args []any)) { s.watch = f }
