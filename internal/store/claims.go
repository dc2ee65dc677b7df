package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Claim is something that only one may have at a time: a call that is being taken,
// a link that may be used once.
type Claim struct {
	Tenant int
	Name   string // what is claimed, unique within the tenant
	Person string // who has it
	What   string // for what
	// Cause is what led to it. The same cause may claim again what it has: it was
	// interrupted.
	Cause string
	Until time.Time // from then on it is nobody's
}

// Claim takes something unless another cause has it. won is false then, and holder
// who has it. again tells that this very cause had it before.
func (s *Store) Claim(ctx context.Context, c Claim) (holder Claim, won, again bool, err error) {
	now := s.stamp()
	var got struct {
		holder     Claim
		won, again bool
	}
	err = s.outbox.do(ctx, s, func(ctx context.Context, tx *sql.Tx) error {
		got.holder, got.again = c, false
		var err error
		got.won, err = affected(tx.ExecContext(ctx, `INSERT INTO claims (tenant, name, person, what, cause, at, until)
			VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant, name) DO UPDATE
			SET person = excluded.person, what = excluded.what, cause = excluded.cause, at = excluded.at, until = excluded.until
			WHERE claims.until <= excluded.at`, c.Tenant, c.Name, c.Person, c.What, c.Cause, now, c.Until.UnixMilli()))
		if err != nil || got.won {
			return err
		}
		if got.holder, err = readClaim(ctx, tx, c.Tenant, c.Name); err != nil {
			return err
		}
		if got.holder.Cause == c.Cause {
			got.won, got.again = true, true
		}
		return nil
	})
	if err != nil {
		return Claim{}, false, false, fmt.Errorf("claim: %w", err)
	}
	return got.holder, got.won, got.again, nil
}

func readClaim(ctx context.Context, q querier, tenant int, name string) (Claim, error) {
	c := Claim{Tenant: tenant, Name: name}
	var until int64
	err := q.QueryRowContext(ctx, `SELECT person, what, cause, until FROM claims WHERE tenant = $1 AND name = $2`, tenant, name).
		Scan(&c.Person, &c.What, &c.Cause, &until)
	c.Until = time.UnixMilli(until).UTC()
	return c, notFound(err)
}

// Claimed is who has something. It returns ErrNotFound when nobody has.
func (s *Store) Claimed(ctx context.Context, tenant int, name string) (Claim, error) {
	c, err := readClaim(ctx, s.read, tenant, name)
	if err == nil && c.Until.UnixMilli() <= s.stamp() {
		err = ErrNotFound
	}
	if err != nil {
		return Claim{}, fmt.Errorf("claim: %w", err)
	}
	return c, nil
}

// Reclaim takes something whoever has it.
func (s *Store) Reclaim(ctx context.Context, c Claim) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO claims (tenant, name, person, what, cause, at, until)
			VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant, name) DO UPDATE
			SET person = excluded.person, what = excluded.what, cause = excluded.cause, at = excluded.at, until = excluded.until`,
			c.Tenant, c.Name, c.Person, c.What, c.Cause, s.stamp(), c.Until.UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("claim: %w", err)
	}
	return nil
}

// Unclaim gives something back. It is no error when nobody has it.
func (s *Store) Unclaim(ctx context.Context, tenant int, name string) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM claims WHERE tenant = $1 AND name = $2`, tenant, name)
		return err
	})
	if err != nil {
		return fmt.Errorf("give a claim back: %w", err)
	}
	return nil
}
