package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// RecordingRow is a recording of a call.
type RecordingRow struct {
	ID        string // random
	Tenant    int    // number of the prefix
	Server    int
	Linkedid  string
	Uniqueid  string // of the channel where it was begun
	Direction string // dialplan.RecordIn and so on
	From, To  string // digits
	Began     time.Time
	Length    time.Duration
	Bytes     int64
	SHA256    string // in hex
	// Stem is its file below the folder of recordings, with slashes and without
	// the format. It stays the same when Format becomes another.
	Stem    string
	Format  string // wav, mp3 or opus
	Held    bool   // it stays when its time is over
	Checked time.Time
	Damaged bool
}

// Path is its file below the folder of recordings.
func (r *RecordingRow) Path() string { return r.Stem + "." + r.Format }

// RecordingQuery says which recordings are wanted. What is zero does not narrow.
type RecordingQuery struct {
	Tenant    int // 0: of all
	Server    int
	Linkedid  string
	Direction string
	Extension string // of the company: who called, or was called; what a caller from the network shows is none
	Number    string // digits of one of the two parties
	From, To  time.Time
	Before    RecordingCursor // older ones than this
	Limit     int             // required
}

// RecordingCursor is a place in the list of recordings, the newest first. The
// zero value is its beginning.
type RecordingCursor struct {
	Began time.Time
	ID    string
}

const recordingColumns = `id, tenant, server, linkedid, uniqueid, dir, src, dst, began, length, bytes, sha256, stem, format, held, checked, damaged`

func scanRecording(scan func(...any) error) (RecordingRow, error) {
	var r RecordingRow
	var began, length, checked int64
	var damaged, held int
	err := scan(&r.ID, &r.Tenant, &r.Server, &r.Linkedid, &r.Uniqueid, &r.Direction, &r.From, &r.To, &began, &length, &r.Bytes, &r.SHA256, &r.Stem, &r.Format, &held, &checked, &damaged)
	r.Began, r.Checked = time.UnixMilli(began).UTC(), time.UnixMilli(checked).UTC()
	r.Length, r.Damaged, r.Held = time.Duration(length)*time.Millisecond, damaged == 1, held == 1
	return r, err
}

// AddRecording keeps one. ErrConflict: there is one with its stem, or its id.
func (s *Store) AddRecording(ctx context.Context, r *RecordingRow) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO recordings (`+recordingColumns+`)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
			r.ID, r.Tenant, r.Server, r.Linkedid, r.Uniqueid, r.Direction, r.From, r.To, r.Began.UnixMilli(), r.Length.Milliseconds(),
			r.Bytes, r.SHA256, r.Stem, r.Format, flag(r.Held), r.Checked.UnixMilli(), flag(r.Damaged))
		return err
	})
	if err != nil {
		return fmt.Errorf("keep a recording: %w", err)
	}
	return nil
}

// Recording returns the one with an id. ErrNotFound: there is none.
func (s *Store) Recording(ctx context.Context, id string) (RecordingRow, error) {
	r, err := scanRecording(s.read.QueryRowContext(ctx, `SELECT `+recordingColumns+` FROM recordings WHERE id = $1`, id).Scan)
	if err != nil {
		return RecordingRow{}, fmt.Errorf("read a recording: %w", notFound(err))
	}
	return r, nil
}

// Recordings gives a page, the newest first, and whether there is more.
func (s *Store) Recordings(ctx context.Context, q RecordingQuery) ([]RecordingRow, bool, error) {
	l := s.list1()
	where := `1 = 1`
	if q.Tenant != 0 {
		where += ` AND tenant = ` + l.add(q.Tenant)
	}
	if q.Server != 0 {
		where += ` AND server = ` + l.add(q.Server)
	}
	if q.Linkedid != "" {
		where += ` AND linkedid = ` + l.add(q.Linkedid)
	}
	if q.Direction != "" {
		where += ` AND dir = ` + l.add(q.Direction)
	}
	if q.Extension != "" {
		where += ` AND (dst = ` + l.add(q.Extension) + ` AND dir <> 'OUT' OR src = ` + l.add(q.Extension) + ` AND dir <> 'IN')`
	}
	if q.Number != "" {
		where += ` AND (src = ` + l.add(q.Number) + ` OR dst = ` + l.add(q.Number) + `)`
	}
	if !q.From.IsZero() {
		where += ` AND began >= ` + l.add(q.From.UnixMilli())
	}
	if !q.To.IsZero() {
		where += ` AND began < ` + l.add(q.To.UnixMilli())
	}
	if q.Before.ID != "" {
		at := q.Before.Began.UnixMilli()
		where += ` AND (began < ` + l.add(at) + ` OR began = ` + l.add(at) + ` AND id < ` + l.add(q.Before.ID) + `)`
	}
	out, err := s.recordings(ctx, `SELECT `+recordingColumns+` FROM recordings WHERE `+where+` ORDER BY began DESC, id DESC LIMIT `+l.add(q.Limit+1), l.args...)
	if err != nil || len(out) <= q.Limit {
		return out, false, err
	}
	return out[:q.Limit], true, nil
}

// OldestRecordings are those that began first and are not held, of a company (0:
// of all), before a time; zero is any.
func (s *Store) OldestRecordings(ctx context.Context, tenant int, before time.Time, limit int) ([]RecordingRow, error) {
	l := s.list1()
	where := `held = 0`
	if tenant != 0 {
		where += ` AND tenant = ` + l.add(tenant)
	}
	if !before.IsZero() {
		where += ` AND began < ` + l.add(before.UnixMilli())
	}
	return s.recordings(ctx, `SELECT `+recordingColumns+` FROM recordings WHERE `+where+` ORDER BY began, id LIMIT `+l.add(limit), l.args...)
}

// UncheckedRecordings are those whose checksum was compared longest ago, before a
// time.
func (s *Store) UncheckedRecordings(ctx context.Context, before time.Time, limit int) ([]RecordingRow, error) {
	return s.recordings(ctx, `SELECT `+recordingColumns+` FROM recordings WHERE checked < $1 ORDER BY checked, id LIMIT $2`, before.UnixMilli(), limit)
}

// RecordingTenants are the numbers of the companies that have recordings.
func (s *Store) RecordingTenants(ctx context.Context) ([]int64, error) {
	ids, err := readIDs(ctx, s.read, `SELECT DISTINCT tenant FROM recordings ORDER BY tenant`, nil)
	if err != nil {
		return nil, fmt.Errorf("read whose recordings there are: %w", err)
	}
	return ids, nil
}

// RecordingAt returns the one with a stem. ErrNotFound: there is none.
func (s *Store) RecordingAt(ctx context.Context, stem string) (RecordingRow, error) {
	r, err := scanRecording(s.read.QueryRowContext(ctx, `SELECT `+recordingColumns+` FROM recordings WHERE stem = $1`, stem).Scan)
	if err != nil {
		return RecordingRow{}, fmt.Errorf("read a recording: %w", notFound(err))
	}
	return r, nil
}

// RecordingsOfCalls are those of some calls, by their Linkedid, the oldest first;
// at most 1000 calls.
func (s *Store) RecordingsOfCalls(ctx context.Context, linkedids []string) ([]RecordingRow, error) {
	if len(linkedids) == 0 {
		return nil, nil
	}
	in := s.list1()
	for _, id := range linkedids {
		in.add(id)
	}
	return s.recordings(ctx, `SELECT `+recordingColumns+` FROM recordings WHERE linkedid IN (`+in.marks()+`) ORDER BY began, id`, in.args...)
}

func (s *Store) recordings(ctx context.Context, query string, args ...any) ([]RecordingRow, error) {
	rows, err := s.read.QueryContext(ctx, query, args...) //nolint:sqlclosecheck // eachRow closes them
	if err != nil {
		return nil, fmt.Errorf("read recordings: %w", err)
	}
	var out []RecordingRow
	err = eachRow(rows, func() error {
		r, err := scanRecording(rows.Scan)
		out = append(out, r)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read recordings: %w", err)
	}
	return out, nil
}

// CheckedRecording notes that a checksum was compared, and how it was.
func (s *Store) CheckedRecording(ctx context.Context, id string, at time.Time, damaged bool) error {
	return s.changeRecording(ctx, `UPDATE recordings SET checked = $2, damaged = $3 WHERE id = $1`, id, at.UnixMilli(), flag(damaged))
}

// ConvertedRecording notes that a recording has another format now, with another
// checksum.
func (s *Store) ConvertedRecording(ctx context.Context, id, format, sha256 string, bytes int64) error {
	return s.changeRecording(ctx, `UPDATE recordings SET format = $2, sha256 = $3, bytes = $4 WHERE id = $1`, id, format, sha256, bytes)
}

// HoldRecording has a recording stay when its time is over, or no longer.
func (s *Store) HoldRecording(ctx context.Context, id string, held bool) error {
	return s.changeRecording(ctx, `UPDATE recordings SET held = $2 WHERE id = $1`, id, flag(held))
}

// DeleteRecording forgets one. ErrNotFound: there was none.
func (s *Store) DeleteRecording(ctx context.Context, id string) error {
	return s.changeRecording(ctx, `DELETE FROM recordings WHERE id = $1`, id)
}

func (s *Store) changeRecording(ctx context.Context, query string, args ...any) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, query, args...)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, ErrNotFound)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("change a recording: %w", err)
	}
	return nil
}
