package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// ErrFull reports that there are as many of something as may be.
var ErrFull = errors.New("there are as many as may be")

// WebPasskey is a passkey of a user of the web.
type WebPasskey struct {
	ID         string // what people name it by
	User       string // id
	Credential string // what its device calls it: base64
	Name       string
	Data       string // JSON: its key, and how often it was used
	Created    time.Time
	Used       time.Time // zero: never
}

const webPasskeyColumns = `id, user_id, credential, name, data, created_at, used_at` //nolint:gosec // names of columns

func scanWebPasskey(row interface{ Scan(...any) error }) (p WebPasskey, err error) {
	var created, used int64
	err = row.Scan(&p.ID, &p.User, &p.Credential, &p.Name, &p.Data, &created, &used)
	p.Created, p.Used = moment(created), moment(used)
	return p, err
}

// AddWebPasskey keeps a new passkey and returns it as kept. It returns ErrFull when
// its user has as many as limit, and ErrConflict when there is one of that credential.
func (s *Store) AddWebPasskey(ctx context.Context, p WebPasskey, limit int) (WebPasskey, error) {
	now := s.stamp()
	p.Name, p.Created, p.Used = bounded(p.Name, maxCallText), moment(now), time.Time{}
	err := s.update(ctx, func(tx *sql.Tx) error {
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM web_passkeys WHERE user_id = $1`, p.User).Scan(&n); err != nil {
			return err
		}
		if n >= limit {
			return ErrFull
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO web_passkeys (`+webPasskeyColumns+`) VALUES ($1, $2, $3, $4, $5, $6, 0)`,
			p.ID, p.User, p.Credential, p.Name, p.Data, now)
		return err
	})
	if err != nil {
		return WebPasskey{}, fmt.Errorf("keep a passkey: %w", err)
	}
	return p, nil
}

// WebPasskeys are those of a user, the oldest first.
func (s *Store) WebPasskeys(ctx context.Context, user string) (all []WebPasskey, err error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+webPasskeyColumns+` FROM web_passkeys WHERE user_id = $1 ORDER BY created_at, id`, user)
	if err == nil {
		err = eachRow(rows, func() error {
			p, err := scanWebPasskey(rows)
			all = append(all, p)
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("passkeys: %w", err)
	}
	return all, nil
}

// WebPasskeyOf finds a passkey by its credential, or returns ErrNotFound.
func (s *Store) WebPasskeyOf(ctx context.Context, credential string) (WebPasskey, error) {
	p, err := scanWebPasskey(s.read.QueryRowContext(ctx, `SELECT `+webPasskeyColumns+` FROM web_passkeys WHERE credential = $1`, credential))
	if err != nil {
		return WebPasskey{}, fmt.Errorf("passkey: %w", notFound(err))
	}
	return p, nil
}

// UseWebPasskey remembers that a passkey was used. f makes the data from what is kept
// now, or refuses with an error, so that of two uses at once each sees the other.
func (s *Store) UseWebPasskey(ctx context.Context, id string, f func(data string) (string, error)) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		var data string
		if err := tx.QueryRowContext(ctx, `SELECT data FROM web_passkeys WHERE id = $1`, id).Scan(&data); err != nil {
			return notFound(err)
		}
		next, err := f(data)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE web_passkeys SET data = $2, used_at = $3 WHERE id = $1`, id, next, s.stamp())
		return err
	})
	if err != nil {
		return fmt.Errorf("use a passkey: %w", err)
	}
	return nil
}

// DeleteWebPasskey removes a passkey of a user and returns it, or ErrNotFound.
func (s *Store) DeleteWebPasskey(ctx context.Context, user, id string) (was WebPasskey, err error) {
	err = s.update(ctx, func(tx *sql.Tx) (err error) {
		if was, err = scanWebPasskey(tx.QueryRowContext(ctx, `SELECT `+webPasskeyColumns+` FROM web_passkeys WHERE user_id = $1 AND id = $2`, user, id)); err != nil {
			return notFound(err)
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM web_passkeys WHERE id = $1`, id)
		return err
	})
	if err != nil {
		return WebPasskey{}, fmt.Errorf("delete a passkey: %w", err)
	}
	return was, nil
}

// DeleteWebPasskeys removes all passkeys of a user.
func (s *Store) DeleteWebPasskeys(ctx context.Context, user string) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM web_passkeys WHERE user_id = $1`, user)
		return err
	})
	if err != nil {
		return fmt.Errorf("delete passkeys: %w", err)
	}
	return nil
}
