package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
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
	due   int64
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
	// Outbox is what these calls have sent to people and programs.
	Outbox []OutboxRow
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
		return s.addOutbox(ctx, tx, b.Outbox)
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
	if err := w.s.saveCalls(w.ctx, w.tx, b.Calls, false); err != nil {
		return err
	}
	keys := make([]CallKey, len(b.Calls))
	for i := range b.Calls {
		keys[i] = CallKey{b.Calls[i].Server, b.Calls[i].Linkedid}
	}
	return w.again(keys, stamp(b.Due))
}

// again has calls that have lines looked at at due: all of a server's with one
// statement, since most of a batch are one server's.
func (w *historyWriter) again(keys []CallKey, due int64) error {
	return eachServer(keys, func(server int, linkedids []string) error {
		l := w.s.list1()
		statement := `UPDATE cdr_pending SET due = ` + l.add(due) + ` WHERE server = ` + l.add(server) + ` AND linkedid IN (` + l.texts(linkedids) + `)`
		return w.exec(statement, l.args...)
	})
}

// eachServer runs f with the calls of each server, at most 500 at a time.
func eachServer(keys []CallKey, f func(server int, linkedids []string) error) error {
	by := map[int][]string{}
	for _, k := range keys {
		by[k.Server] = append(by[k.Server], k.Linkedid)
	}
	for _, server := range slices.Sorted(maps.Keys(by)) {
		for part := range slices.Chunk(by[server], 500) {
			if err := f(server, part); err != nil {
				return err
			}
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
		if err := w.s.saveCalls(w.ctx, w.tx, b.Completed, true); err != nil {
			return err
		}
	}
	if err := w.enriched(b.Enriched); err != nil {
		return err
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

// enriched is most of what a quiet history writes: one for each call.
func (w *historyWriter) enriched(rows []CallRow) error {
	if len(rows) == 0 {
		return nil
	}
	update, err := w.tx.PrepareContext(w.ctx, `UPDATE cdr SET channel = $1, dstchannel = $2, lastapp = $3, lastdata = $4, dcontext = $5, uniqueid = $6, origin = $7,
		account = CASE WHEN account = '' THEN $8 ELSE account END WHERE linkedid = $9 AND server = $10 AND tenant = $11 AND id = $12`)
	if err != nil {
		return err
	}
	defer func() { _ = update.Close() }() // ends with the transaction
	w.tenants = map[string]int64{"": 0}
	for i := range rows {
		r := &rows[i]
		r.clean()
		n, err := w.tenant(r.TenantID)
		if err != nil {
			return err
		}
		if _, err := update.ExecContext(w.ctx, r.Channel, r.DstChannel, r.LastApp, r.LastData, r.DContext, r.Uniqueid, r.Origin, r.Account,
			r.Linkedid, r.Server, n, r.ID); err != nil {
			return err
		}
	}
	return nil
}

func (w *historyWriter) settled(b *HistoryBatch) error {
	keys := make([]CallKey, len(b.Later))
	for i := range b.Later {
		keys[i] = b.Later[i].CallKey
	}
	if err := w.again(keys, stamp(b.Due)); err != nil || len(b.Settled) == 0 {
		return err
	}
	// Not those that somebody else wants looked at since they were read.
	update, err := w.tx.PrepareContext(w.ctx, `UPDATE cdr_pending SET due = 0 WHERE server = $1 AND linkedid = $2 AND heard = $3 AND due = $4`)
	if err != nil {
		return err
	}
	defer func() { _ = update.Close() }() // ends with the transaction
	for i := range b.Settled {
		d := &b.Settled[i]
		if _, err := update.ExecContext(w.ctx, d.Server, d.Linkedid, d.heard, d.due); err != nil {
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

// maxWait is longer than any call is put off: what is due later than that was
// written before the clock was set back.
const maxWait = time.Minute

// DueCalls returns up to limit calls that want to be looked at now.
func (s *Store) DueCalls(ctx context.Context, now time.Time, limit int) ([]DueCall, error) {
	due, err := s.dueCalls(ctx, `due > 0 AND due <= $1 ORDER BY due LIMIT $2`, stamp(now), limit)
	if err == nil && len(due) == 0 {
		due, err = s.dueCalls(ctx, `due > $1 ORDER BY due LIMIT $2`, stamp(now.Add(maxWait)), limit)
	}
	if err != nil {
		return nil, fmt.Errorf("read calls to complete: %w", err)
	}
	return due, nil
}

func (s *Store) dueCalls(ctx context.Context, which string, args ...any) ([]DueCall, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT server, linkedid, heard, due FROM cdr_pending WHERE `+which, args...) //nolint:gosec // constants of DueCalls
	if err != nil {
		return nil, err
	}
	var out []DueCall
	err = eachRow(rows, func() error {
		var d DueCall
		err := rows.Scan(&d.Server, &d.Linkedid, &d.heard, &d.due)
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
