package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Ban is a source that is, or was, refused at the SIP ports.
type Ban struct {
	Source   string // a network, "203.0.113.7/32"
	Since    time.Time
	Until    time.Time
	Failures int // that led to it
	Times    int // how often in a row it was banned
}

// Bans returns all bans that are kept, past ones too, in no order.
func (s *Store) Bans(ctx context.Context) ([]Ban, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT source, since, until, failures, times FROM bans`)
	if err != nil {
		return nil, fmt.Errorf("read bans: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err says what happened
	var out []Ban
	for rows.Next() {
		var b Ban
		var since, until int64
		if err := rows.Scan(&b.Source, &since, &until, &b.Failures, &b.Times); err != nil {
			return nil, fmt.Errorf("read bans: %w", err)
		}
		b.Since, b.Until = time.UnixMilli(since).UTC(), time.UnixMilli(until).UTC()
		out = append(out, b)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read bans: %w", err)
	}
	return out, nil
}

// PutBan keeps a ban, instead of an earlier one of the same source.
func (s *Store) PutBan(ctx context.Context, b Ban) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO bans (source, since, until, failures, times) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (source) DO UPDATE SET since = excluded.since, until = excluded.until,
				failures = excluded.failures, times = excluded.times`,
			b.Source, b.Since.UnixMilli(), b.Until.UnixMilli(), b.Failures, b.Times)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep a ban: %w", err)
	}
	return nil
}

// DeleteBan forgets a source. One that is not there is no error.
func (s *Store) DeleteBan(ctx context.Context, source string) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM bans WHERE source = $1`, source)
		return err
	})
	if err != nil {
		return fmt.Errorf("forget a ban: %w", err)
	}
	return nil
}
