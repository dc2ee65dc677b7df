package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Bounds of one transaction that deletes: what others wait for is some
// milliseconds.
const (
	oldCalls   = 500  // calls
	oldPeople  = 200  // people who are looked at
	oldParties = 5000 // rows that say who was in which call
)

// kept is how long the history of a company, by its short number, goes back.
type kept struct{ tenant, from int64 }

// retention is what each company keeps that does not keep all, also those that
// are disabled.
func (s *Store) retention(ctx context.Context, now time.Time) ([]kept, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT c.n, t.limits FROM tenants t JOIN cdr_tenants c ON c.tenant_id = t.id ORDER BY c.n`)
	if err != nil {
		return nil, err
	}
	var out []kept
	err = eachRow(rows, func() error {
		var k kept
		var text string
		var set settings
		if err := rows.Scan(&k.tenant, &text); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(text), &set); err != nil {
			return err
		}
		if set.HistoryDays > 0 {
			k.from = callID(now.AddDate(0, 0, -set.HistoryDays))
			out = append(out, k)
		}
		return nil
	})
	return out, err
}

// DeleteOldCalls deletes some of the calls that began longer ago than their
// company keeps them, the oldest first. more reports that there may be further
// ones.
func (s *Store) DeleteOldCalls(ctx context.Context, now time.Time) (n int, more bool, err error) {
	companies, err := s.retention(ctx, now)
	for _, k := range companies {
		var ids []int64
		err = s.update(ctx, func(tx *sql.Tx) error {
			var err error
			ids, err = readIDs(ctx, tx, `SELECT id FROM cdr WHERE tenant = $1 AND id < $2 ORDER BY id LIMIT $3`, []any{k.tenant, k.from, oldCalls})
			if err != nil || len(ids) == 0 {
				return err
			}
			for _, table := range []string{"cdr", "cdr_details"} {
				if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE tenant = $1 AND id <= $2`, k.tenant, ids[len(ids)-1]); err != nil { //nolint:gosec // our names
					return err
				}
			}
			_, err = tx.ExecContext(ctx, `DELETE FROM cdr_hours WHERE tenant = $1 AND hour < $2`, k.tenant, (k.from>>idBits)/3600000)
			return err
		})
		if err != nil {
			break
		}
		n += len(ids)
		more = more || len(ids) == oldCalls
	}
	if err != nil {
		return n, false, fmt.Errorf("delete old calls: %w", err)
	}
	return n, more, nil
}

// DeleteOldPeople goes on, behind after, through all who were ever in a call,
// and deletes what the index of the history has of calls that their company keeps
// no longer, and those who are in no call that is left: their numbers and names.
// next is where to go on, more reports whether there is more to do.
func (s *Store) DeleteOldPeople(ctx context.Context, now time.Time, after int64) (next int64, more bool, err error) {
	companies, err := s.retention(ctx, now)
	if err != nil || len(companies) == 0 {
		return after, false, err
	}
	next = after
	err = s.update(ctx, func(tx *sql.Tx) error {
		next, more = after, false
		people, err := readPeople(ctx, tx, `SELECT who, tenant, name FROM cdr_who WHERE who > $1 ORDER BY who LIMIT $2`, after, oldPeople)
		if err != nil || len(people) == 0 {
			return err
		}
		more = true
		for _, k := range companies {
			its := slices.DeleteFunc(slices.Clone(people), func(x who) bool { return x.tenant != k.tenant })
			full, err := s.forget(ctx, tx, k, its)
			if err != nil || full {
				return err // these again
			}
		}
		next = people[len(people)-1].id
		return nil
	})
	if err != nil {
		return after, false, fmt.Errorf("delete who was in old calls: %w", err)
	}
	return next, more, nil
}

func readPeople(ctx context.Context, tx *sql.Tx, query string, args ...any) ([]who, error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	var out []who
	err = eachRow(rows, func() error {
		var x who
		err := rows.Scan(&x.id, &x.tenant, &x.name)
		out = append(out, x)
		return err
	})
	return out, err
}

// forget deletes what is old of some people of one company. full reports that it
// was as much as one transaction takes.
func (s *Store) forget(ctx context.Context, tx *sql.Tx, k kept, people []who) (full bool, err error) {
	if len(people) == 0 {
		return false, nil
	}
	in := func(l *list1) string {
		text := `(`
		for i := range people {
			if i > 0 {
				text += `,`
			}
			text += l.add(people[i].id)
		}
		return text + `)`
	}
	l := s.list1()
	statement := `DELETE FROM cdr_parties WHERE (tenant, who, id) IN (SELECT tenant, who, id FROM cdr_parties WHERE tenant = ` + l.add(k.tenant) + //nolint:gosec // marks only
		` AND who IN ` + in(&l) + ` AND id < ` + l.add(k.from) + ` LIMIT ` + l.add(oldParties) + `)`
	r, err := tx.ExecContext(ctx, statement, l.args...)
	if err != nil {
		return false, err
	}
	if n, err := r.RowsAffected(); err != nil || n == oldParties {
		return true, err
	}
	l = s.list1()
	gone, err := readPeople(ctx, tx, `SELECT w.who, w.tenant, w.name FROM cdr_who w WHERE w.tenant = `+l.add(k.tenant)+` AND w.who IN `+in(&l)+
		` AND NOT EXISTS (SELECT 1 FROM cdr_parties p WHERE p.tenant = w.tenant AND p.who = w.who)`, l.args...)
	for i := range gone {
		x := &gone[i]
		if err == nil && x.name != "" {
			l := s.list1()
			statement := `DELETE FROM cdr_grams WHERE tenant = ` + l.add(x.tenant) + ` AND gram IN (` + l.texts(gramsOf(x.name)) + `) AND who = ` + l.add(x.id) //nolint:gosec // marks only
			_, err = tx.ExecContext(ctx, statement, l.args...)
		}
		if err == nil {
			_, err = tx.ExecContext(ctx, `DELETE FROM cdr_who WHERE who = $1`, x.id)
		}
	}
	return false, err
}
