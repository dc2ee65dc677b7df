package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// OutboxRow is something that is to be sent. Its body is about people and calls,
// so it must not be logged.
type OutboxRow struct {
	ID     int64  // set by the store; grows in the order in which rows were added
	Tenant int    // the number of the company's prefix
	Kind   string // who sends it: "works", "webhook"
	// Lane is what order holds within, beside Tenant and Kind: a person, a room, a
	// webhook.
	Lane string
	// Label says what it is, from a fixed list: "ring", "missed", "call.ended". It is
	// a label of metrics.
	Label    string
	Ref      string // what it is about, such as a call's id; "" nothing
	Priority int    // lower ones first, where not all can go
	Body     []byte // JSON, the kind's own
	// Created is set by the store when it is zero.
	Created   time.Time
	Expires   time.Time // from then on it is of no use; zero: never
	NotBefore time.Time // zero: at once
	// Once: it is not sent again when it is not known whether it was.
	Once bool
	// Begun: it is on disk that it is being sent.
	Begun bool

	Tries int       // that failed
	Dead  time.Time // when it was given up; zero: it waits
	Error string    // of the last try
}

// Bounds of a row, in bytes.
const (
	MaxOutboxBody  = 256 << 10
	maxOutboxName  = 200
	maxOutboxError = 500
)

// ErrOutboxRow reports a row that cannot be kept: its kind, lane or body is
// missing, too long or no text.
var ErrOutboxRow = errors.New("not a row of the outbox")

const outboxColumns = `id, tenant, kind, lane, label, ref, priority, body, created, expires, not_before, once, begun, tries, dead, error`

// AddOutbox writes rows, and sets their ID and Created. What others add at the
// same moment goes in the same transaction.
func (s *Store) AddOutbox(ctx context.Context, rows []OutboxRow) error {
	if len(rows) == 0 {
		return nil
	}
	// Checked before others' rows stand in the same transaction.
	for i := range rows {
		if err := rows[i].Check(); err != nil {
			return fmt.Errorf("add to the outbox: %w", err)
		}
	}
	if err := s.outbox.do(ctx, s, func(ctx context.Context, tx *sql.Tx) error { return s.addOutbox(ctx, tx, rows) }); err != nil {
		return fmt.Errorf("add to the outbox: %w", err)
	}
	return nil
}

// addOutbox writes rows in a transaction that update runs; who listens is told of
// them once it is committed.
func (s *Store) addOutbox(ctx context.Context, tx *sql.Tx, rows []OutboxRow) error {
	if len(rows) == 0 {
		return nil
	}
	now := s.now()
	last, err := s.outboxIDs(ctx, tx, now, len(rows))
	if err != nil {
		return err
	}
	all := values{width: strings.Count(outboxColumns, ",") + 1}
	for i := range rows {
		r := &rows[i]
		if err := r.Check(); err != nil {
			return err
		}
		r.ID = last - int64(len(rows)-1-i)
		if r.Created.IsZero() {
			r.Created = now
		}
		all.add(r.ID, r.Tenant, r.Kind, r.Lane, r.Label, r.Ref, r.Priority, string(r.Body), stamp(r.Created), stamp(r.Expires), stamp(r.NotBefore),
			flag(r.Once), flag(r.Begun), r.Tries, stamp(r.Dead), r.Error)
	}
	w := callWriter{s: s, ctx: ctx, tx: tx}
	if err := all.exec(&w, `INSERT INTO outbox (`+outboxColumns+`) VALUES `, ``); err != nil {
		return err
	}
	s.outbox.note(tx, rows)
	return nil
}

// Check reports a row that AddOutbox would not take, with an error that wraps
// ErrOutboxRow, and makes its texts ones that both databases keep.
func (r *OutboxRow) Check() error {
	switch {
	case r.Tenant <= 0, r.Kind == "", r.Lane == "":
		return fmt.Errorf("%w: tenant, kind and lane are needed", ErrOutboxRow)
	case len(r.Kind) > maxOutboxName, len(r.Lane) > maxOutboxName, len(r.Label) > maxOutboxName, len(r.Ref) > maxOutboxName:
		return fmt.Errorf("%w: a name is longer than %d bytes", ErrOutboxRow, maxOutboxName)
	case len(r.Body) > MaxOutboxBody:
		return fmt.Errorf("%w: its body is longer than %d bytes", ErrOutboxRow, MaxOutboxBody)
	case !utf8.Valid(r.Body):
		return fmt.Errorf("%w: its body is no text", ErrOutboxRow)
	}
	for _, s := range []*string{&r.Kind, &r.Lane, &r.Label, &r.Ref} {
		*s = cleanText(*s)
	}
	r.Error = bounded(r.Error, maxOutboxError)
	return nil
}

// outboxIDs takes n ids that are greater than all before, and gives the last of
// them. They are milliseconds with some bits more, so that two nodes hardly ever
// take the same; then the transaction fails, and is repeated by its caller.
func (s *Store) outboxIDs(ctx context.Context, tx *sql.Tx, now time.Time, n int) (int64, error) {
	o := &s.outbox
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.known { // the clock may have been set back since the last start
		if err := tx.QueryRowContext(ctx, `SELECT coalesce(max(id), 0) FROM outbox`).Scan(&o.last); err != nil {
			return 0, err
		}
		o.known = true
	}
	o.last = max(o.last, callID(now)|o.node) + int64(n)
	return o.last, nil
}

// OutboxChange is what became of rows. All of it is written, or nothing.
type OutboxChange struct {
	Begun []int64     // are about to be sent
	Done  []int64     // are deleted: sent, expired, dropped
	Kept  []OutboxRow // wait further, or are given up: NotBefore, Begun, Tries, Dead and Error
}

// ChangeOutbox writes what became of rows. Those that are not there any more are
// no error.
func (s *Store) ChangeOutbox(ctx context.Context, c OutboxChange) error {
	err := s.outbox.do(ctx, s, func(ctx context.Context, tx *sql.Tx) error { return s.changeOutbox(ctx, tx, &c) })
	if err != nil {
		return fmt.Errorf("change the outbox: %w", err)
	}
	return nil
}

func (s *Store) changeOutbox(ctx context.Context, tx *sql.Tx, c *OutboxChange) error {
	for _, p := range []struct {
		statement string
		ids       []int64
	}{{`UPDATE outbox SET begun = 1 WHERE id IN (`, c.Begun}, {`DELETE FROM outbox WHERE id IN (`, c.Done}} {
		for ids := p.ids; len(ids) > 0; ids = ids[min(len(ids), maxArgs):] {
			l := s.list1()
			for _, id := range ids[:min(len(ids), maxArgs)] {
				l.add(id)
			}
			if _, err := tx.ExecContext(ctx, p.statement+l.marks()+`)`, l.args...); err != nil {
				return err
			}
		}
	}
	for i := range c.Kept {
		r := &c.Kept[i]
		if _, err := tx.ExecContext(ctx, `UPDATE outbox SET not_before = $1, begun = $2, tries = $3, dead = $4, error = $5 WHERE id = $6`,
			stamp(r.NotBefore), flag(r.Begun), r.Tries, stamp(r.Dead), bounded(r.Error, maxOutboxError), r.ID); err != nil {
			return err
		}
	}
	return nil
}

// WaitingOutbox returns up to limit rows that wait, without their bodies, of
// greater ids than after, the lowest first.
func (s *Store) WaitingOutbox(ctx context.Context, after int64, limit int) ([]OutboxRow, error) {
	return s.outboxRows(ctx, `dead = 0 AND id > $1 ORDER BY id LIMIT $2`, false, after, limit)
}

// OutboxBody returns the body of a row. It wraps ErrNotFound when there is no such
// row.
func (s *Store) OutboxBody(ctx context.Context, id int64) ([]byte, error) {
	var body string
	if err := s.read.QueryRowContext(ctx, `SELECT body FROM outbox WHERE id = $1`, id).Scan(&body); err != nil {
		return nil, fmt.Errorf("body of row %d of the outbox: %w", id, notFound(err))
	}
	return []byte(body), nil
}

// outboxRows reads rows; which are constants of its callers.
func (s *Store) outboxRows(ctx context.Context, which string, bodies bool, args ...any) ([]OutboxRow, error) {
	columns := outboxColumns
	if !bodies {
		columns = strings.Replace(columns, "body", "'' AS body", 1)
	}
	rows, err := s.read.QueryContext(ctx, `SELECT `+columns+` FROM outbox WHERE `+which, args...) //nolint:gosec // constants
	if err != nil {
		return nil, fmt.Errorf("read the outbox: %w", err)
	}
	var out []OutboxRow
	err = eachRow(rows, func() error {
		var r OutboxRow
		var body string
		var created, expires, notBefore, dead int64
		err := rows.Scan(&r.ID, &r.Tenant, &r.Kind, &r.Lane, &r.Label, &r.Ref, &r.Priority, &body, &created, &expires, &notBefore,
			&r.Once, &r.Begun, &r.Tries, &dead, &r.Error)
		if bodies {
			r.Body = []byte(body)
		}
		r.Created, r.Expires, r.NotBefore, r.Dead = unstamp(created), unstamp(expires), unstamp(notBefore), unstamp(dead)
		out = append(out, r)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the outbox: %w", err)
	}
	return out, nil
}

// DeadQuery says which rows that were given up are wanted, the newest first.
type DeadQuery struct {
	Tenant int    // 0 all companies'
	Kind   string // "" any
	Before int64  // an ID: lower ones only; 0 from the newest
	Limit  int
}

// DeadLetters returns rows that were given up, with their bodies.
func (s *Store) DeadLetters(ctx context.Context, q DeadQuery) ([]OutboxRow, error) {
	return s.outboxRows(ctx, `dead > 0 AND (tenant = $1 OR $1 = 0) AND (kind = $2 OR $2 = '') AND (id < $3 OR $3 = 0) ORDER BY id DESC LIMIT $4`, true,
		q.Tenant, q.Kind, q.Before, q.Limit)
}

// ResendDead sends a row that was given up again, behind all that wait: as a new
// row, without an end. tenant 0 is any. It wraps ErrNotFound when there is none.
func (s *Store) ResendDead(ctx context.Context, tenant int, id int64) error {
	rows, err := s.outboxRows(ctx, `dead > 0 AND id = $1 AND (tenant = $2 OR $2 = 0)`, true, id, tenant)
	if err == nil && len(rows) == 0 {
		err = ErrNotFound
	}
	if err == nil {
		err = s.update(ctx, func(tx *sql.Tx) error {
			there, err := affected(tx.ExecContext(ctx, `DELETE FROM outbox WHERE id = $1 AND dead > 0`, id))
			if err == nil && !there {
				err = ErrNotFound // somebody else did
			}
			if err != nil {
				return err
			}
			r := rows[0]
			r.Created, r.Expires, r.NotBefore, r.Dead = time.Time{}, time.Time{}, time.Time{}, time.Time{}
			r.Begun, r.Tries, r.Error = false, 0, ""
			return s.addOutbox(ctx, tx, []OutboxRow{r})
		})
	}
	if err != nil {
		return fmt.Errorf("send dead letter %s again: %w", strconv.FormatInt(id, 10), err)
	}
	return nil
}

// DropDead deletes a row that was given up. tenant 0 is any. It wraps ErrNotFound
// when there is none.
func (s *Store) DropDead(ctx context.Context, tenant int, id int64) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		there, err := affected(tx.ExecContext(ctx, `DELETE FROM outbox WHERE id = $1 AND dead > 0 AND (tenant = $2 OR $2 = 0)`, id, tenant))
		if err == nil && !there {
			err = ErrNotFound
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("drop dead letter %d: %w", id, err)
	}
	return nil
}

// PruneDead deletes dead letters from before a time, and of each company the
// oldest beyond most.
func (s *Store) PruneDead(ctx context.Context, before time.Time, most int) (gone int64, err error) {
	err = s.update(ctx, func(tx *sql.Tx) error {
		gone = 0
		for _, p := range []struct {
			statement string
			arg       any
		}{
			{`DELETE FROM outbox WHERE dead > 0 AND dead < $1`, stamp(before)},
			{`DELETE FROM outbox WHERE id IN (SELECT id FROM
				(SELECT id, row_number() OVER (PARTITION BY tenant ORDER BY id DESC) AS n FROM outbox WHERE dead > 0) x WHERE n > $1)`, most},
		} {
			r, err := tx.ExecContext(ctx, p.statement, p.arg)
			if err != nil {
				return err
			}
			n, err := r.RowsAffected()
			if err != nil {
				return err
			}
			gone += n
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("prune dead letters: %w", err)
	}
	return gone, nil
}
