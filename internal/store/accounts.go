package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/dipcast/dipcast/internal/tenant"
)

// Account is a username with its password's hash: an operator, or a login of a
// tenant.
type Account struct {
	Username  string
	Role      tenant.Role
	TenantID  string // "" for operators
	Extension string // with tenant.ExtensionRole only
	Hash      string // argon2id, in the PHC string format
}

// Account returns the enabled account with a username, of an enabled tenant.
// It returns ErrNotFound when there is none. One statement looks at both tables,
// so that the time it takes does not tell operators from others.
func (s *Store) Account(ctx context.Context, username string) (Account, error) {
	a := Account{Username: username}
	var operator int
	err := s.read.QueryRowContext(ctx, `
		SELECT 1, '', '', hash FROM operators WHERE username = $1 AND enabled = 1
		UNION ALL
		SELECT 0, l.tenant_id, l.extension, l.hash
		FROM logins l JOIN tenants t ON t.id = l.tenant_id
		WHERE l.username = $1 AND l.enabled = 1 AND t.enabled = 1`, username).
		Scan(&operator, &a.TenantID, &a.Extension, &a.Hash)
	switch {
	case err != nil:
		return Account{}, fmt.Errorf("account: %w", notFound(err))
	case operator == 1:
		a.Role = tenant.Operator
	case a.Extension != "":
		a.Role = tenant.ExtensionRole
	default:
		a.Role = tenant.TenantRole
	}
	return a, nil
}

// SetPassword gives an account, enabled or not, a new hash. The configuration
// file's password does not come back until it changes in the file. It returns
// ErrNotFound when there is no such account.
func (s *Store) SetPassword(ctx context.Context, username, hash string) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		changed := int64(0)
		for _, statement := range []string{
			`UPDATE operators SET hash = $1, updated_at = $2 WHERE username = $3`,
			`UPDATE logins SET hash = $1, updated_at = $2 WHERE username = $3`,
		} {
			res, err := tx.ExecContext(ctx, statement, hash, s.stamp(), username)
			if err != nil {
				return err
			}
			n, err := res.RowsAffected()
			if err != nil {
				return err
			}
			changed += n
		}
		if changed == 0 {
			return ErrNotFound
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("set password: %w", err)
	}
	return nil
}
