package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/secret"
)

// ErrLastAdministrator reports a change after which nobody could administrate
// the web.
var ErrLastAdministrator = errors.New("this is the last administrator")

// AdministratorRole is the role of those that see all companies, and must never
// be without anybody.
const AdministratorRole = "administrator"

// WebUser is somebody who may sign in at the web, as kept.
type WebUser struct {
	ID         string
	Username   string // lower case
	Name       string
	Lang       string // "ko", "en", or "" as the browser says
	Tenant     int    // number; 0: nobody's, sees all
	Role       string // of the program, or the id of one that a company made
	Extension  string
	Person     string    // id in people; "" none
	Hash       string    // argon2id; "" no password
	MustChange bool      // nothing works before there is a new password
	OnceUntil  time.Time // when the password ends; zero: it does not
	Documented bool      // the password is the documented one
	Enabled    bool
	TOTP       secret.Text // empty: none
	TOTPNew    secret.Text // shown, and not yet proved
	TOTPStep   int64       // of the last code that was taken
	Created    time.Time
	Changed    time.Time
	SignedIn   time.Time // zero: never
	Passkeys   int       // how many there are; not set here
}

const webUserColumns = `id, username, name, lang, tenant, role, extension, person, hash, must_change, once_until, documented, enabled,
	totp, totp_new, totp_step, created_at, changed_at, signed_in_at`

// webUserSelect reads users with what is counted of them.
const webUserSelect = `SELECT ` + webUserColumns + `, (SELECT COUNT(*) FROM web_passkeys WHERE user_id = web_users.id) FROM web_users WHERE `

func webUserOwner(id, what string) string { return "web user " + id + " " + what }

func (s *Store) scanWebUser(row interface{ Scan(...any) error }) (u WebUser, err error) {
	var mustChange, documented, enabled int
	var once, created, changed, signedIn int64
	var totp, totpNew string
	if err = row.Scan(&u.ID, &u.Username, &u.Name, &u.Lang, &u.Tenant, &u.Role, &u.Extension, &u.Person, &u.Hash, &mustChange, &once,
		&documented, &enabled, &totp, &totpNew, &u.TOTPStep, &created, &changed, &signedIn, &u.Passkeys); err != nil {
		return WebUser{}, err
	}
	u.MustChange, u.Documented, u.Enabled = mustChange != 0, documented != 0, enabled != 0
	u.OnceUntil, u.Created, u.Changed, u.SignedIn = moment(once), moment(created), moment(changed), moment(signedIn)
	if u.TOTP, err = s.unsealOne(webUserOwner(u.ID, "totp"), totp); err == nil {
		u.TOTPNew, err = s.unsealOne(webUserOwner(u.ID, "totp new"), totpNew)
	}
	return u, err
}

// moment is a time as the tables keep it; 0 is none.
func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func (s *Store) sealOne(owner string, t secret.Text) (string, error) {
	if t.Empty() {
		return "", nil
	}
	return s.seal.seal(owner, company.Secrets{"secret": t})
}

func (s *Store) unsealOne(owner, sealed string) (secret.Text, error) {
	all, err := s.seal.unseal(owner, sealed)
	return all["secret"], err
}

// WebUser finds a user by id, WebUserNamed by username and WebUserOfPerson by the
// person they are. Each returns ErrNotFound when there is none.
func (s *Store) WebUser(ctx context.Context, id string) (WebUser, error) {
	return s.webUser(ctx, s.read, `id = $1`, id)
}

// WebUserNamed is a user by username, in lower case.
func (s *Store) WebUserNamed(ctx context.Context, username string) (WebUser, error) {
	return s.webUser(ctx, s.read, `username = $1`, username)
}

// WebUserOfPerson is the user that is a person.
func (s *Store) WebUserOfPerson(ctx context.Context, person string) (WebUser, error) {
	return s.webUser(ctx, s.read, `person = $1 AND person <> ''`, person)
}

func (s *Store) webUser(ctx context.Context, q querier, where string, arg any) (WebUser, error) {
	rows, err := q.QueryContext(ctx, webUserSelect+where, arg)
	found, u := false, WebUser{}
	if err == nil {
		err = eachRow(rows, func() (err error) {
			found = true
			u, err = s.scanWebUser(rows)
			return err
		})
	}
	if err == nil && !found {
		err = ErrNotFound
	}
	if err != nil {
		return WebUser{}, fmt.Errorf("user: %w", err)
	}
	return u, nil
}

// WebUsers are those of a company, by username; with tenant -1 all, with 0 those
// that see all companies.
func (s *Store) WebUsers(ctx context.Context, tenant int) (all []WebUser, err error) {
	rows, err := s.read.QueryContext(ctx, webUserSelect+`$1 IN (-1, tenant) ORDER BY username`, tenant)
	if err == nil {
		err = eachRow(rows, func() error {
			u, err := s.scanWebUser(rows)
			all = append(all, u)
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("users: %w", err)
	}
	return all, nil
}

// AddWebUser keeps a new user. It returns ErrConflict when the username is taken,
// here or by an account of the configuration, or the person has a user already.
func (s *Store) AddWebUser(ctx context.Context, u WebUser) error {
	now := s.stamp()
	err := s.update(ctx, func(tx *sql.Tx) error {
		if err := freeUsername(ctx, tx, u.Username); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO web_users (`+webUserColumns+`)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '', '', 0, $14, $14, 0)`,
			u.ID, u.Username, bounded(u.Name, maxCallText), u.Lang, u.Tenant, u.Role, u.Extension, u.Person, u.Hash, flag(u.MustChange),
			stamp(u.OnceUntil), flag(u.Documented), flag(u.Enabled), now)
		return err
	})
	if err != nil {
		return fmt.Errorf("add a user: %w", err)
	}
	return nil
}

// AddFirstWebUser keeps u if there is no user at all, and reports whether it did.
func (s *Store) AddFirstWebUser(ctx context.Context, u WebUser) (bool, error) {
	var n int
	if err := s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM web_users`).Scan(&n); err != nil || n > 0 {
		return false, err
	}
	err := s.AddWebUser(ctx, u)
	if errors.Is(err, ErrConflict) { // another process was first
		return false, nil
	}
	return err == nil, err
}

// freeUsername returns ErrConflict when the configuration has an account of that
// name: who signs in must be one.
func freeUsername(ctx context.Context, q querier, username string) error {
	var n int
	if err := q.QueryRowContext(ctx, `SELECT COUNT(*) FROM (SELECT username FROM operators WHERE lower(username) = $1
		UNION ALL SELECT username FROM logins WHERE lower(username) = $1) a`, username).Scan(&n); err != nil {
		return err
	}
	if n > 0 {
		return fmt.Errorf("%w: the configuration has this username", ErrConflict)
	}
	return nil
}

const isAdministrator = `enabled = 1 AND tenant = 0 AND role = '` + AdministratorRole + `'`

// ChangeWebUser changes a user by f, which may refuse with an error. It returns the
// user before and after, ErrNotFound, ErrConflict or ErrLastAdministrator.
func (s *Store) ChangeWebUser(ctx context.Context, id string, f func(*WebUser) error) (before, after WebUser, err error) {
	err = s.update(ctx, func(tx *sql.Tx) (err error) {
		if before, err = s.webUser(ctx, tx, `id = $1`, id); err != nil {
			return err
		}
		after = before
		if err = f(&after); err != nil {
			return err
		}
		if after.Username != before.Username {
			if err = freeUsername(ctx, tx, after.Username); err != nil {
				return err
			}
		}
		var totp, totpNew string
		if totp, err = s.sealOne(webUserOwner(id, "totp"), after.TOTP); err != nil {
			return err
		}
		if totpNew, err = s.sealOne(webUserOwner(id, "totp new"), after.TOTPNew); err != nil {
			return err
		}
		after.Name, after.Changed = bounded(after.Name, maxCallText), moment(s.stamp())
		if _, err = tx.ExecContext(ctx, `UPDATE web_users SET username = $2, name = $3, lang = $4, tenant = $5, role = $6, extension = $7, person = $8,
			hash = $9, must_change = $10, once_until = $11, documented = $12, enabled = $13, totp = $14, totp_new = $15, totp_step = $16,
			changed_at = $17, signed_in_at = $18 WHERE id = $1`,
			id, after.Username, after.Name, after.Lang, after.Tenant, after.Role, after.Extension, after.Person, after.Hash,
			flag(after.MustChange), stamp(after.OnceUntil), flag(after.Documented), flag(after.Enabled), totp, totpNew, after.TOTPStep,
			stamp(after.Changed), stamp(after.SignedIn)); err != nil {
			return err
		}
		return keepAdministrator(ctx, tx, &before)
	})
	if err != nil {
		return WebUser{}, WebUser{}, fmt.Errorf("change a user: %w", err)
	}
	return before, after, nil
}

// keepAdministrator refuses when was was an administrator and nobody is now.
func keepAdministrator(ctx context.Context, q querier, was *WebUser) error {
	if !was.Enabled || was.Tenant != 0 || was.Role != AdministratorRole {
		return nil
	}
	var n int
	err := q.QueryRowContext(ctx, `SELECT COUNT(*) FROM web_users WHERE `+isAdministrator).Scan(&n)
	if err == nil && n == 0 {
		err = ErrLastAdministrator
	}
	return err
}

// TakeTOTPStep takes a code of a step, once: it reports whether it was not taken
// before. It is one statement, so that of two who send the same code one gets in.
func (s *Store) TakeTOTPStep(ctx context.Context, id string, step int64) (took bool, err error) {
	err = s.update(ctx, func(tx *sql.Tx) (err error) {
		took, err = affected(tx.ExecContext(ctx, `UPDATE web_users SET totp_step = $2 WHERE id = $1 AND totp_step < $2`, id, step))
		return err
	})
	if err != nil {
		return false, fmt.Errorf("take a code: %w", err)
	}
	return took, nil
}

// SignedInWebUser remembers when a user signed in.
func (s *Store) SignedInWebUser(ctx context.Context, id string) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE web_users SET signed_in_at = $2 WHERE id = $1`, id, s.stamp())
		return err
	})
	if err != nil {
		return fmt.Errorf("remember a sign-in: %w", err)
	}
	return nil
}

// DeleteWebUser removes a user with all that belongs to them, sessions too. It
// returns who it was, ErrNotFound or ErrLastAdministrator.
func (s *Store) DeleteWebUser(ctx context.Context, id string) (was WebUser, err error) {
	err = s.update(ctx, func(tx *sql.Tx) (err error) {
		if was, err = s.webUser(ctx, tx, `id = $1`, id); err != nil {
			return err
		}
		for _, statement := range []string{
			`DELETE FROM web_sessions WHERE kind = 'user' AND owner = $1`,
			`DELETE FROM web_recovery_codes WHERE user_id = $1`,
			`DELETE FROM web_passkeys WHERE user_id = $1`,
			`DELETE FROM web_users WHERE id = $1`,
		} {
			if _, err = tx.ExecContext(ctx, statement, id); err != nil {
				return err
			}
		}
		return keepAdministrator(ctx, tx, &was)
	})
	if err != nil {
		return WebUser{}, fmt.Errorf("delete a user: %w", err)
	}
	return was, nil
}
