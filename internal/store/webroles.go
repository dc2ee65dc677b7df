package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/dipcast/dipcast/internal/tenant"
)

// WebRole is a role that a company has made.
type WebRole struct {
	ID      string
	Tenant  int // number
	Name    string
	Rights  map[string]tenant.Grant
	Created time.Time
	Changed time.Time
}

// MaxWebRoles bounds the roles of a company.
const MaxWebRoles = 100

const webRoleColumns = `id, tenant, name, rights, created_at, changed_at`

func scanWebRole(row interface{ Scan(...any) error }) (r WebRole, err error) {
	var rights string
	var created, changed int64
	if err = row.Scan(&r.ID, &r.Tenant, &r.Name, &rights, &created, &changed); err != nil {
		return WebRole{}, err
	}
	r.Created, r.Changed = moment(created), moment(changed)
	return r, json.Unmarshal([]byte(rights), &r.Rights)
}

// WebRole finds a role. It returns ErrNotFound when there is none.
func (s *Store) WebRole(ctx context.Context, id string) (WebRole, error) {
	return webRole(ctx, s.read, id)
}

func webRole(ctx context.Context, q querier, id string) (WebRole, error) {
	r, err := scanWebRole(q.QueryRowContext(ctx, `SELECT `+webRoleColumns+` FROM web_roles WHERE id = $1`, id))
	if err != nil {
		return WebRole{}, fmt.Errorf("role: %w", notFound(err))
	}
	return r, nil
}

// WebRoles are those of a company by name, or all with -1.
func (s *Store) WebRoles(ctx context.Context, tenant int) (all []WebRole, err error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+webRoleColumns+` FROM web_roles WHERE $1 IN (-1, tenant) ORDER BY tenant, name`, tenant)
	if err == nil {
		err = eachRow(rows, func() error {
			r, err := scanWebRole(rows)
			all = append(all, r)
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("roles: %w", err)
	}
	return all, nil
}

// PutWebRole keeps a role, new or changed, and returns what it was. It returns
// ErrConflict when the company has one of that name, or too many.
func (s *Store) PutWebRole(ctx context.Context, r WebRole) (was WebRole, err error) {
	rights, err := json.Marshal(r.Rights)
	if err != nil {
		return WebRole{}, err
	}
	err = s.update(ctx, func(tx *sql.Tx) (err error) {
		if was, err = webRole(ctx, tx, r.ID); err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if was.ID == "" {
			var n int
			if err = tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM web_roles WHERE tenant = $1`, r.Tenant).Scan(&n); err != nil {
				return err
			}
			if n >= MaxWebRoles {
				return fmt.Errorf("%w: a company has at most %d roles", ErrConflict, MaxWebRoles)
			}
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO web_roles (`+webRoleColumns+`) VALUES ($1, $2, $3, $4, $5, $5)
			ON CONFLICT (id) DO UPDATE SET name = excluded.name, rights = excluded.rights, changed_at = excluded.changed_at`,
			r.ID, r.Tenant, bounded(r.Name, maxCallText), string(rights), s.stamp())
		return err
	})
	if err != nil {
		return WebRole{}, fmt.Errorf("keep a role: %w", err)
	}
	return was, nil
}

// DeleteWebRole removes a role and returns it. It returns ErrNotFound, or
// ErrConflict when somebody has it.
func (s *Store) DeleteWebRole(ctx context.Context, id string) (was WebRole, err error) {
	err = s.update(ctx, func(tx *sql.Tx) (err error) {
		if was, err = webRole(ctx, tx, id); err != nil {
			return err
		}
		var n int
		if err = tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM web_users WHERE role = $1`, id).Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			return fmt.Errorf("%w: users have this role", ErrConflict)
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM web_roles WHERE id = $1`, id)
		return err
	})
	if err != nil {
		return WebRole{}, fmt.Errorf("delete a role: %w", err)
	}
	return was, nil
}
