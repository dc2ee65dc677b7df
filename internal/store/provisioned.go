package store

import (
	"context"
	"database/sql"
	"fmt"
)

// Provisioned returns the extensions of a tenant whose keys in AstDB were once
// written with their defaults on a server. What a user changed or deleted since
// then is not written again.
func (s *Store) Provisioned(ctx context.Context, server int, tenantID string) (map[string]bool, error) {
	rows, err := s.read.QueryContext(ctx,
		`SELECT extension FROM provisioned WHERE server = $1 AND tenant_id = $2`, server, tenantID)
	if err != nil {
		return nil, fmt.Errorf("read provisioned extensions: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err says what happened
	out := make(map[string]bool)
	for rows.Next() {
		var ext string
		if err := rows.Scan(&ext); err != nil {
			return nil, fmt.Errorf("read provisioned extensions: %w", err)
		}
		out[ext] = true
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read provisioned extensions: %w", err)
	}
	return out, nil
}

// MarkProvisioned remembers extensions as provisioned. Marking one twice does
// nothing.
func (s *Store) MarkProvisioned(ctx context.Context, server int, tenantID string, extensions ...string) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		for _, ext := range extensions {
			if _, err := tx.ExecContext(ctx, `
				INSERT INTO provisioned (server, tenant_id, extension, created_at)
				VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, server, tenantID, ext, s.stamp()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("mark provisioned extensions: %w", err)
	}
	return nil
}

// ForgetExtension forgets one extension on a server: it was deleted there.
func (s *Store) ForgetExtension(ctx context.Context, server int, tenantID, extension string) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM provisioned WHERE server = $1 AND tenant_id = $2 AND extension = $3`, server, tenantID, extension)
		return err
	})
	if err != nil {
		return fmt.Errorf("forget a provisioned extension: %w", err)
	}
	return nil
}

// ForgetProvisioned forgets every extension of a server, for one whose AstDB
// was made anew.
func (s *Store) ForgetProvisioned(ctx context.Context, server int) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM provisioned WHERE server = $1`, server)
		return err
	})
	if err != nil {
		return fmt.Errorf("forget provisioned extensions: %w", err)
	}
	return nil
}
