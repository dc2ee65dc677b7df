package store

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"
)

// querier is a transaction, or the connections for reading.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// eachRow goes through rows and closes them.
func eachRow(rows *sql.Rows, f func() error) error {
	defer func() { _ = rows.Close() }() // rows.Err says what happened
	for rows.Next() {
		if err := f(); err != nil {
			return err
		}
	}
	return rows.Err()
}

// readIDs gives the numbers that a query of one column finds.
func readIDs(ctx context.Context, q querier, query string, args []any) ([]int64, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err says what happened
	var ids []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// list1 is a list of arguments with their marks, which must stand in the
// statement in the order in which they were added.
type list1 struct {
	plain bool // marks are ?, else $1, $2 and so on
	args  []any
}

// list1 is an empty list. SQLite takes both forms, but looks for each numbered
// mark among all before it: of many that is slow.
func (s *Store) list1() list1 {
	_, plain := s.engine.(*sqliteEngine)
	return list1{plain: plain}
}

func (l *list1) add(v any) string {
	l.args = append(l.args, v)
	return l.mark(len(l.args))
}

// texts adds texts and gives their marks.
func (l *list1) texts(all []string) string {
	first := len(l.args) + 1
	for _, s := range all {
		l.args = append(l.args, s)
	}
	return l.some(first, len(all))
}

func (l *list1) mark(n int) string {
	if l.plain {
		return "?"
	}
	return "$" + strconv.Itoa(n)
}

func (l *list1) marks() string { return l.some(1, len(l.args)) }

// some are n marks from the one numbered first.
func (l *list1) some(first, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(l.mark(first + i))
	}
	return b.String()
}

// maxArgs bounds the arguments of one statement: SQLite takes 32,766, and
// PostgreSQL reads them all before it begins.
const maxArgs = 6000

// values are rows for one INSERT.
type values struct {
	width int
	args  []any
}

func (v *values) add(args ...any) { v.args = append(v.args, args...) }

// exec inserts them, as many with each statement as it takes.
func (v *values) exec(w *callWriter, before, after string) error {
	l := w.s.list1()
	for part := range slices.Chunk(v.args, max(1, maxArgs/v.width)*v.width) {
		var b strings.Builder
		b.WriteString(before)
		for i := 0; i < len(part); i += v.width {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString("(" + l.some(i+1, v.width) + ")")
		}
		b.WriteString(after)
		if _, err := w.tx.ExecContext(w.ctx, b.String(), part...); err != nil {
			return err
		}
	}
	return nil
}
