package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Errors of keys that are made and removed while the gateway runs.
var (
	// ErrConfigured reports what the configuration file has: only there can it be
	// removed.
	ErrConfigured = errors.New("it is in the configuration file")
	// ErrTooMany reports that there are as many as there may be.
	ErrTooMany = errors.New("there are too many")
)

// MaxAppKeys is how many keys a tenant may have.
const MaxAppKeys = 100

// ListedKey is a key as it is listed.
type ListedKey struct {
	Name       string
	Prefix     string // its first characters; "" for short keys
	Created    time.Time
	Configured bool // the configuration file has it
}

const configuredKey = `EXISTS (SELECT 1 FROM seeds s WHERE s.kind = 'app_key' AND s.name = k.tenant_id || '/' || k.name AND s.present = 1)`

// AppKeys returns the enabled keys of a tenant, by name.
func (s *Store) AppKeys(ctx context.Context, tenantID string) ([]ListedKey, error) {
	rows, err := s.read.QueryContext(ctx, `
		SELECT k.name, k.prefix, k.updated_at, CASE WHEN `+configuredKey+` THEN 1 ELSE 0 END
		FROM app_keys k WHERE k.tenant_id = $1 AND k.enabled = 1 ORDER BY k.name`, tenantID)
	if err != nil {
		return nil, fmt.Errorf("app keys: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err says what happened
	var out []ListedKey
	for rows.Next() {
		var k ListedKey
		var at int64
		var configured int
		if err := rows.Scan(&k.Name, &k.Prefix, &at, &configured); err != nil {
			return nil, fmt.Errorf("app keys: %w", err)
		}
		k.Created, k.Configured = time.UnixMilli(at).UTC(), configured == 1
		out = append(out, k)
	}
	return out, rows.Err()
}

// CreateAppKey keeps a key of a tenant. The error wraps ErrConflict when it has one
// of the name, ErrTooMany, or ErrNotFound for a tenant that is none.
func (s *Store) CreateAppKey(ctx context.Context, tenantID, name, key string) (ListedKey, error) {
	out := ListedKey{Name: name, Prefix: keyPrefix(key)}
	err := s.update(ctx, func(tx *sql.Tx) error {
		stamp := s.stamp()
		out.Created = time.UnixMilli(stamp).UTC()
		var tenants, keys int
		if err := tx.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM tenants WHERE id = $1 AND enabled = 1), (SELECT count(*) FROM app_keys WHERE tenant_id = $1 AND enabled = 1)`, tenantID).
			Scan(&tenants, &keys); err != nil {
			return err
		}
		switch {
		case tenants == 0:
			return ErrNotFound
		case keys >= MaxAppKeys:
			return ErrTooMany
		}
		// One that was removed leaves its name to the next.
		result, err := tx.ExecContext(ctx, `
			INSERT INTO app_keys (tenant_id, name, hash, prefix, enabled, created_at, updated_at) VALUES ($1, $2, $3, $4, 1, $5, $5)
			ON CONFLICT (tenant_id, name) DO UPDATE SET hash = excluded.hash, prefix = excluded.prefix, enabled = 1, updated_at = excluded.updated_at
			WHERE app_keys.enabled = 0`, tenantID, name, KeyHash(key), out.Prefix, stamp)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, ErrConflict)
		}
		return nil
	})
	if err != nil {
		return ListedKey{}, fmt.Errorf("app key: %w", err)
	}
	return out, nil
}

// DeleteAppKey makes a key count no more. The error wraps ErrNotFound when there is
// none, and ErrConfigured when the configuration file has it.
func (s *Store) DeleteAppKey(ctx context.Context, tenantID, name string) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		var configured int
		err := tx.QueryRowContext(ctx, `SELECT CASE WHEN `+configuredKey+` THEN 1 ELSE 0 END FROM app_keys k WHERE k.tenant_id = $1 AND k.name = $2 AND k.enabled = 1`, tenantID, name).
			Scan(&configured)
		if err != nil {
			return notFound(err)
		}
		if configured == 1 {
			return ErrConfigured
		}
		_, err = tx.ExecContext(ctx, `UPDATE app_keys SET enabled = 0, updated_at = $3 WHERE tenant_id = $1 AND name = $2`, tenantID, name, s.stamp())
		return err
	})
	if err != nil {
		return fmt.Errorf("app key: %w", err)
	}
	return nil
}
