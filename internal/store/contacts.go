package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// Contact is the name behind a number. It is plain, so it must not be logged.
type Contact struct {
	Number  string // as number.Key writes it
	Written string // as it was imported
	Name    string
	Company string
}

// MaxContacts bounds the numbers of a tenant.
const MaxContacts = 100000

const contactColumns = `number, written, name, company`

// ContactName is the name behind a number, "" when there is none.
func (s *Store) ContactName(ctx context.Context, tenant int, key string) (name, company string, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT name, company FROM contacts WHERE tenant = $1 AND number = $2`, tenant, key).Scan(&name, &company)
	if err = notFound(err); err != nil {
		return "", "", fmt.Errorf("contact: %w", err)
	}
	return name, company, nil
}

// Contacts are those of a tenant by their numbers, at most limit from one on, whose
// name, company or number has search in it; "" are all. total is how many there are.
func (s *Store) Contacts(ctx context.Context, tenant int, search string, offset, limit int) (all []Contact, total int, err error) {
	where, args := ` FROM contacts WHERE tenant = $1`, []any{tenant}
	if search != "" {
		part := "%" + like(strings.ToLower(search)) + "%"
		where += ` AND (lower(name) LIKE $2 OR lower(company) LIKE $2 OR written LIKE $2 OR number LIKE $3)`
		args = append(args, part, "%"+like(strings.NewReplacer("-", "", " ", "").Replace(search))+"%")
	}
	err = s.read.QueryRowContext(ctx, `SELECT COUNT(*)`+where, args...).Scan(&total)
	var rows *sql.Rows
	if err == nil {
		rows, err = s.read.QueryContext(ctx, fmt.Sprintf(`SELECT %s%s ORDER BY number LIMIT $%d OFFSET $%d`, contactColumns, where, len(args)+1, len(args)+2), append(args, limit, offset)...)
	}
	if err == nil {
		err = eachRow(rows, func() error {
			var c Contact
			err := rows.Scan(&c.Number, &c.Written, &c.Name, &c.Company)
			all = append(all, c)
			return err
		})
	}
	if err != nil {
		return nil, 0, fmt.Errorf("contacts: %w", err)
	}
	return all, total, nil
}

// PutContacts keeps contacts, each in the place of the one with its number. With
// replace all others go. It is all or nothing; more than MaxContacts in the end
// are ErrConflict.
func (s *Store) PutContacts(ctx context.Context, tenant int, all []Contact, replace bool) (total int, err error) {
	err = s.update(ctx, func(tx *sql.Tx) error {
		if replace {
			if _, err := tx.ExecContext(ctx, `DELETE FROM contacts WHERE tenant = $1`, tenant); err != nil {
				return err
			}
		}
		put, err := tx.PrepareContext(ctx, `INSERT INTO contacts (tenant, `+contactColumns+`) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (tenant, number) DO UPDATE SET written = excluded.written, name = excluded.name, company = excluded.company`)
		if err != nil {
			return err
		}
		defer func() { _ = put.Close() }() // with the transaction
		for i := range all {
			c := &all[i]
			if _, err := put.ExecContext(ctx, tenant, c.Number, c.Written, c.Name, c.Company); err != nil {
				return err
			}
		}
		if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM contacts WHERE tenant = $1`, tenant).Scan(&total); err != nil {
			return err
		}
		if total > MaxContacts {
			return fmt.Errorf("%w: %d numbers are more than %d", ErrConflict, total, MaxContacts)
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("keep contacts: %w", err)
	}
	return total, nil
}

// DeleteContact deletes the contact of a number. It returns ErrNotFound when
// there is none.
func (s *Store) DeleteContact(ctx context.Context, tenant int, key string) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		gone, err := affected(tx.ExecContext(ctx, `DELETE FROM contacts WHERE tenant = $1 AND number = $2`, tenant, key))
		if err == nil && !gone {
			err = ErrNotFound
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("delete a contact: %w", err)
	}
	return nil
}
