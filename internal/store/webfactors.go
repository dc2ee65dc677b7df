package store

import (
	"context"
	"database/sql"
	"fmt"
)

// SetRecoveryCodes replaces a user's recovery codes, of which hashes are kept.
func (s *Store) SetRecoveryCodes(ctx context.Context, user string, hashes []string) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM web_recovery_codes WHERE user_id = $1`, user); err != nil {
			return err
		}
		for _, h := range hashes {
			if _, err := tx.ExecContext(ctx, `INSERT INTO web_recovery_codes (user_id, hash) VALUES ($1, $2)`, user, h); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("recovery codes: %w", err)
	}
	return nil
}

// TakeRecoveryCode uses a recovery code up. It reports whether there was one.
func (s *Store) TakeRecoveryCode(ctx context.Context, user, hash string) (took bool, err error) {
	err = s.update(ctx, func(tx *sql.Tx) (err error) {
		took, err = affected(tx.ExecContext(ctx, `DELETE FROM web_recovery_codes WHERE user_id = $1 AND hash = $2`, user, hash))
		return err
	})
	if err != nil {
		return false, fmt.Errorf("recovery code: %w", err)
	}
	return took, nil
}

// RecoveryCodes counts a user's recovery codes that are left.
func (s *Store) RecoveryCodes(ctx context.Context, user string) (n int, err error) {
	if err = s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM web_recovery_codes WHERE user_id = $1`, user).Scan(&n); err != nil {
		return 0, fmt.Errorf("recovery codes: %w", err)
	}
	return n, nil
}
