package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// CallKey names a call of one server.
type CallKey struct {
	Server   int
	Linkedid string
}

// CallLine is one line of Asterisk's own record.
type CallLine struct {
	CallKey
	Uniqueid string
	Sequence int64
	Line     string // as JSON
}

// FilePosition is how far the record of a server was read.
type FilePosition struct {
	Server   int
	Identity string    // of the file
	Position int64     // bytes
	Head     string    // hash of its first bytes
	Updated  time.Time // when it was written; set by the store
}

// DueCall is a call with lines of Asterisk's own record that wants to be looked
// at.
type DueCall struct {
	CallKey
	Lines []string  // oldest first
	Rows  []CallRow // as they are in the history, with Details, without Others
	heard int64
}

// HistoryBatch is what is written in one transaction.
type HistoryBatch struct {
	// Calls that we saw end. Those that have lines are looked at again at Due.
	Calls []CallRow
	// Lines that were read, up to the positions. They are looked at at Due.
	Lines     []CallLine
	Positions []FilePosition
	Due       time.Time
	// Completed are calls made from lines. Enriched ones only get what
	// Asterisk's record alone knows; Removed ones were nobody's and are
	// somebody's now.
	Completed, Enriched, Removed []CallRow
	Settled                      []DueCall // not looked at again before there is another line
	Later                        []DueCall // looked at again at Due
}

// SaveHistory writes a batch, all of it or nothing.
func (s *Store) SaveHistory(ctx context.Context, b *HistoryBatch) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		w := historyWriter{callWriter{s: s, ctx: ctx, tx: tx, now: s.stamp()}}
		for _, part := range []func(*HistoryBatch) error{w.lines, w.calls, w.completed, w.settled, w.positions} {
			if err := part(b); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("save call history: %w", err)
	}
	return nil
}

type historyWriter struct{ callWriter }

func (w *historyWriter) exec(statement string, args ...any) error {
	_, err := w.tx.ExecContext(w.ctx, statement, args...)
	return err
}

func (w *historyWriter) calls(b *HistoryBatch) error {
	if len(b.Calls) == 0 {
		return nil
	}
	if err := w.s.saveCalls(w.ctx, w.tx, b.Calls); err != nil {
		return err
	}
	for i := range b.Calls {
		c := &b.Calls[i]
		if err := w.exec(`UPDATE cdr_pending SET due = $1 WHERE server = $2 AND linkedid = $3`, stamp(b.Due), c.Server, c.Linkedid); err != nil {
			return err
		}
	}
	return nil
}

func (w *historyWriter) lines(b *HistoryBatch) error {
	if len(b.Lines) == 0 {
		return nil
	}
	lines, pending := values{width: 5}, values{width: 4}
	seen := map[CallKey]bool{}
	for i := range b.Lines {
		l := &b.Lines[i]
		lines.add(l.Server, l.Linkedid, l.Uniqueid, l.Sequence, cleanText(l.Line))
		if !seen[l.CallKey] { // one statement must not change a row twice
			seen[l.CallKey] = true
			pending.add(l.Server, l.Linkedid, stamp(b.Due), w.now)
		}
	}
	if err := lines.exec(&w.callWriter, `INSERT INTO cdr_lines (server, linkedid, uniqueid, sequence, line) VALUES `, ` ON CONFLICT DO NOTHING`); err != nil {
		return err
	}
	return pending.exec(&w.callWriter, `INSERT INTO cdr_pending (server, linkedid, due, heard) VALUES `,
		` ON CONFLICT (server, linkedid) DO UPDATE SET due = excluded.due, heard = excluded.heard`)
}

func (w *historyWriter) completed(b *HistoryBatch) error {
	if len(b.Completed) > 0 {
		if err := w.s.saveCalls(w.ctx, w.tx, b.Completed); err != nil {
			return err
		}
	}
	for i := range b.Enriched {
		r := &b.Enriched[i]
		r.clean()
		err := w.exec(`UPDATE cdr SET channel = $1, dstchannel = $2, lastapp = $3, lastdata = $4, dcontext = $5, uniqueid = $6, origin = $7,
			account = CASE WHEN account = '' THEN $8 ELSE account END WHERE linkedid = $9 AND server = $10 AND id = $11`,
			r.Channel, r.DstChannel, r.LastApp, r.LastData, r.DContext, r.Uniqueid, r.Origin, r.Account, r.Linkedid, r.Server, r.ID)
		if err != nil {
			return err
		}
	}
	for i := range b.Removed {
		r := &b.Removed[i]
		for _, table := range []string{"cdr", "cdr_details"} {
			if err := w.exec(`DELETE FROM `+table+` WHERE tenant = 0 AND id = $1`, r.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *historyWriter) settled(b *HistoryBatch) error {
	for i := range b.Settled {
		d := &b.Settled[i]
		if err := w.exec(`UPDATE cdr_pending SET due = 0 WHERE server = $1 AND linkedid = $2 AND heard = $3`, d.Server, d.Linkedid, d.heard); err != nil {
			return err
		}
	}
	for i := range b.Later {
		d := &b.Later[i]
		if err := w.exec(`UPDATE cdr_pending SET due = $1 WHERE server = $2 AND linkedid = $3`, stamp(b.Due), d.Server, d.Linkedid); err != nil {
			return err
		}
	}
	return nil
}

func (w *historyWriter) positions(b *HistoryBatch) error {
	for _, p := range b.Positions {
		err := w.exec(`INSERT INTO cdr_files (server, identity, position, head, updated) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (server) DO UPDATE SET identity = excluded.identity, position = excluded.position, head = excluded.head, updated = excluded.updated`,
			p.Server, p.Identity, p.Position, p.Head, w.now)
		if err != nil {
			return err
		}
	}
	return nil
}

// CallFile returns how far the record of a server was read, the zero position
// when it never was.
func (s *Store) CallFile(ctx context.Context, server int) (FilePosition, error) {
	p := FilePosition{Server: server}
	var updated int64
	err := s.read.QueryRowContext(ctx, `SELECT identity, position, head, updated FROM cdr_files WHERE server = $1`, server).
		Scan(&p.Identity, &p.Position, &p.Head, &updated)
	p.Updated = unstamp(updated)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return p, fmt.Errorf("read position: %w", err)
	}
	return p, nil
}

// DueCalls returns up to limit calls that want to be looked at now.
func (s *Store) DueCalls(ctx context.Context, now time.Time, limit int) ([]DueCall, error) {
	due, err := s.dueCalls(ctx, now, limit)
	if err != nil {
		return nil, fmt.Errorf("read calls to complete: %w", err)
	}
	return due, nil
}

func (s *Store) dueCalls(ctx context.Context, now time.Time, limit int) ([]DueCall, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT server, linkedid, heard FROM cdr_pending WHERE due > 0 AND due <= $1 ORDER BY due LIMIT $2`, stamp(now), limit)
	if err != nil {
		return nil, err
	}
	var out []DueCall
	err = eachRow(rows, func() error {
		var d DueCall
		err := rows.Scan(&d.Server, &d.Linkedid, &d.heard)
		out = append(out, d)
		return err
	})
	for i := range out {
		if err == nil {
			err = s.fill(ctx, &out[i])
		}
	}
	return out, err
}

// fill reads lines and rows of a call.
func (s *Store) fill(ctx context.Context, d *DueCall) error {
	rows, err := s.read.QueryContext(ctx, `SELECT line FROM cdr_lines WHERE server = $1 AND linkedid = $2 ORDER BY sequence`, d.Server, d.Linkedid)
	if err != nil {
		return err
	}
	err = eachRow(rows, func() error {
		var line string
		err := rows.Scan(&line)
		d.Lines = append(d.Lines, line)
		return err
	})
	if err != nil {
		return err
	}
	calls, err := s.scanCalls(ctx, `SELECT `+readColumns+` FROM cdr WHERE linkedid = $1 AND server = $2`,
		[]any{d.Linkedid, d.Server})
	for i := range calls {
		r := calls[i].CallRow
		if err == nil {
			r.Details, err = s.CallDetails(ctx, &r)
		}
		d.Rows = append(d.Rows, r)
	}
	return err
}

// PruneCallLines deletes lines of calls that got none since before.
func (s *Store) PruneCallLines(ctx context.Context, before time.Time) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM cdr_lines WHERE EXISTS (SELECT 1 FROM cdr_pending p
			WHERE p.server = cdr_lines.server AND p.linkedid = cdr_lines.linkedid AND p.heard < $1 AND p.due = 0)`, stamp(before))
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM cdr_pending WHERE heard < $1 AND due = 0`, stamp(before))
		return err
	})
	if err != nil {
		return fmt.Errorf("delete old lines: %w", err)
	}
	return nil
}
