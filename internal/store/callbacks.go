package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Callback is what NAVER WORKS told a bot. Its body is what a person wrote or
// pressed, so it must not be logged.
type Callback struct {
	Hash     string // of bot and body: the same is done once
	Tenant   int    // number of the company's prefix
	Person   string // userId, "" when nobody's; order holds for each
	Body     []byte // UTF-8
	Received time.Time
}

// Bounds of callbacks.
const (
	// CallbackMemory is how long a callback is known.
	CallbackMemory = 24 * time.Hour
	// MaxCallbacks bounds those of one tenant that wait.
	MaxCallbacks = 1000
)

// ErrManyCallbacks reports that MaxCallbacks of the tenant wait.
var ErrManyCallbacks = errors.New("too many callbacks wait")

// AddCallback keeps a callback that is to be worked on; once it returns, it is on
// disk. fresh is false, and nothing happens, when it is known. What others write at
// the same moment goes in the same transaction.
func (s *Store) AddCallback(ctx context.Context, c Callback) (fresh bool, err error) {
	added := false
	err = s.outbox.do(ctx, s, func(ctx context.Context, tx *sql.Tx) error {
		var waiting int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM (SELECT 1 FROM callbacks WHERE done = 0 AND tenant = $1 LIMIT $2) AS w`,
			c.Tenant, MaxCallbacks).Scan(&waiting); err != nil {
			return err
		}
		var err error
		added, err = affected(tx.ExecContext(ctx, `INSERT INTO callbacks (hash, tenant, person, body, received, done)
			VALUES ($1, $2, $3, $4, $5, 0) ON CONFLICT (hash) DO NOTHING`, c.Hash, c.Tenant, c.Person, string(c.Body), s.stamp()))
		if err == nil && added && waiting >= MaxCallbacks {
			return ErrManyCallbacks // and the row goes with the transaction
		}
		return err
	})
	if err != nil {
		return false, fmt.Errorf("keep a callback: %w", err)
	}
	return added, nil
}

// OpenCallbacks are the callbacks that are not done, the oldest first, at most so
// many.
func (s *Store) OpenCallbacks(ctx context.Context, most int) ([]Callback, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT hash, tenant, person, body, received FROM callbacks
		WHERE done = 0 ORDER BY received, hash LIMIT $1`, most)
	if err != nil {
		return nil, fmt.Errorf("read callbacks: %w", err)
	}
	var out []Callback
	err = eachRow(rows, func() error {
		var c Callback
		var received int64
		if err := rows.Scan(&c.Hash, &c.Tenant, &c.Person, &c.Body, &received); err != nil {
			return err
		}
		c.Received = time.UnixMilli(received).UTC()
		out = append(out, c)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read callbacks: %w", err)
	}
	return out, nil
}

// EndCallback notes that a callback is done, and forgets its body.
func (s *Store) EndCallback(ctx context.Context, hash string) error {
	err := s.outbox.do(ctx, s, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE callbacks SET done = $1, body = '' WHERE hash = $2`, s.stamp(), hash)
		return err
	})
	if err != nil {
		return fmt.Errorf("end a callback: %w", err)
	}
	return nil
}

// PruneCallbacks forgets callbacks that are done and older than CallbackMemory, and
// claims whose time is over.
func (s *Store) PruneCallbacks(ctx context.Context) error {
	now := s.stamp()
	err := s.update(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM callbacks WHERE done > 0 AND received < $1`, now-CallbackMemory.Milliseconds()); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM claims WHERE until <= $1`, now)
		return err
	})
	if err != nil {
		return fmt.Errorf("prune callbacks: %w", err)
	}
	return nil
}
