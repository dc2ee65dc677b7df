package store

import (
	"context"
	"database/sql"
	"fmt"
	"hash/fnv"
	"strings"
	"time"
)

// Fax is one fax of a company. Numbers in it are plain, so it must not be logged.
type Fax struct {
	ID        int64  // set by the store: grows with Begun
	Fax       string // what it is known by outside: hexadecimal digits
	TenantID  string
	Server    int
	Name      string // of its files on the server
	Direction string // of the constants below
	Status    string
	Reason    string // why it failed, as package fax names it
	Own       string // the company's number
	Other     string // the other side's
	Station   string // what the other machine calls itself
	Extension string // on whose behalf it is sent
	Pages     int    // that are kept
	Done      int    // that went through
	Damaged   int    // lines
	Mode      string // audio or t38
	Rate      int    // bits a second
	Linkedid  string

	Begun, Ended time.Time // Ended is zero while it is sent
}

// The ways of faxes, and what became of them.
const (
	FaxIn  = "in"
	FaxOut = "out"

	FaxSending  = "sending"
	FaxReceived = "received"
	FaxSent     = "sent"
	FaxFailed   = "failed"
)

const faxColumns = `id, fax, tenant_id, server, name, direction, status, reason, own, other, station, extension, pages, done, damaged, mode, rate, linkedid, begun, ended`

// AddFax keeps a new fax, and rows of the outbox with it. added is false when the
// one of that name is there already, which is left as it is; then the rows are not
// kept either.
func (s *Store) AddFax(ctx context.Context, f Fax, rows ...OutboxRow) (added bool, err error) {
	for _, text := range []*string{&f.Other, &f.Station, &f.Linkedid, &f.Name} {
		*text = bounded(*text, maxCallText)
	}
	h := fnv.New64a()
	_, _ = fmt.Fprint(h, f.Fax) // never fails
	id := callID(f.Begun) | int64(h.Sum64()&(1<<idBits-1))
	err = s.update(ctx, func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, `INSERT INTO faxes (`+faxColumns+`)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20) ON CONFLICT DO NOTHING`,
			id, f.Fax, f.TenantID, f.Server, f.Name, f.Direction, f.Status, f.Reason, f.Own, f.Other, f.Station, f.Extension,
			f.Pages, f.Done, f.Damaged, f.Mode, f.Rate, f.Linkedid, stamp(f.Begun), stamp(f.Ended))
		if err != nil {
			return err
		}
		n, err := r.RowsAffected()
		if added = n > 0; !added || err != nil {
			return err
		}
		return s.addOutbox(ctx, tx, rows)
	})
	if err != nil {
		return false, fmt.Errorf("keep a fax: %w", err)
	}
	return added, nil
}

// EndFax writes what became of a fax that was being sent: everything but whose it
// is. ended is false when it had ended before.
func (s *Store) EndFax(ctx context.Context, f Fax) (ended bool, err error) {
	err = s.update(ctx, func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, `UPDATE faxes SET status = $1, reason = $2, station = $3, done = $4, mode = $5, rate = $6, ended = $7
			WHERE fax = $8 AND status = '`+FaxSending+`'`,
			f.Status, f.Reason, bounded(f.Station, maxCallText), f.Done, f.Mode, f.Rate, stamp(f.Ended), f.Fax)
		if err != nil {
			return err
		}
		n, err := r.RowsAffected()
		ended = n > 0
		return err
	})
	if err != nil {
		return false, fmt.Errorf("keep the end of a fax: %w", err)
	}
	return ended, nil
}

// DeleteFax deletes what is known of a fax. One that is not there is no error.
func (s *Store) DeleteFax(ctx context.Context, fax string) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM faxes WHERE fax = $1`, fax)
		return err
	})
	if err != nil {
		return fmt.Errorf("delete a fax: %w", err)
	}
	return nil
}

// FaxQuery says which faxes are wanted, the newest first.
type FaxQuery struct {
	TenantID  string // "" all companies'
	Fax       string // this one
	Direction string
	Status    string
	Server    int    // 0 any
	Extension string // sent on its behalf
	Linkedid  string
	Linkedids []string  // of one of these calls; at most 1000
	Number    string    // the company's or the other side's
	Until     time.Time // begun before; zero any
	Before    int64     // an ID: older ones only; 0 from the newest
	Limit     int
}

// Faxes returns faxes, the newest first.
func (s *Store) Faxes(ctx context.Context, q FaxQuery) ([]Fax, error) {
	var where []string
	var args []any
	add := func(condition string, v any) {
		args = append(args, v)
		where = append(where, strings.ReplaceAll(condition, "?", fmt.Sprintf("$%d", len(args))))
	}
	for _, c := range []struct{ column, value string }{
		{"tenant_id", q.TenantID}, {"fax", q.Fax}, {"direction", q.Direction}, {"status", q.Status}, {"extension", q.Extension}, {"linkedid", q.Linkedid},
	} {
		if c.value != "" {
			add(c.column+" = ?", c.value)
		}
	}
	if len(q.Linkedids) > 0 {
		l := list1{args: args}
		where = append(where, "linkedid IN ("+l.texts(q.Linkedids)+")")
		args = l.args
	}
	if q.Server != 0 {
		add("server = ?", q.Server)
	}
	if q.Number != "" {
		add("(own = ? OR other = ?)", q.Number)
	}
	if !q.Until.IsZero() {
		add("id < ?", callID(q.Until))
	}
	if q.Before != 0 {
		add("id < ?", q.Before)
	}
	text := `SELECT ` + faxColumns + ` FROM faxes`
	if len(where) > 0 {
		text += ` WHERE ` + strings.Join(where, " AND ")
	}
	args = append(args, q.Limit)
	rows, err := s.read.QueryContext(ctx, text+fmt.Sprintf(` ORDER BY id DESC LIMIT $%d`, len(args)), args...)
	if err != nil {
		return nil, fmt.Errorf("read faxes: %w", err)
	}
	var out []Fax
	err = eachRow(rows, func() error {
		var f Fax
		var begun, ended int64
		err := rows.Scan(&f.ID, &f.Fax, &f.TenantID, &f.Server, &f.Name, &f.Direction, &f.Status, &f.Reason, &f.Own, &f.Other, &f.Station, &f.Extension,
			&f.Pages, &f.Done, &f.Damaged, &f.Mode, &f.Rate, &f.Linkedid, &begun, &ended)
		f.Begun, f.Ended = unstamp(begun), unstamp(ended)
		out = append(out, f)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read faxes: %w", err)
	}
	return out, nil
}
