package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Kinds of who has a session.
const (
	SessionOfUser   = "user"   // a WebUser
	SessionOfLogin  = "login"  // an account of the configuration
	SessionOfPerson = "person" // somebody of the people, without a user of their own
)

// WebSession is a browser that is signed in. The cookie is not kept, only what it
// is recognised by.
type WebSession struct {
	Hash    string // of the cookie
	ID      string // what people name it by
	Kind    string
	Owner   string // id of the user or person, or the login's username
	Tenant  int    // number, of who signed in as a person; 0: by a password
	Mark    string // of the password it began with
	Agent   string // the browser, as it calls itself
	Remote  string // address, where it was seen last
	Created time.Time
	Seen    time.Time
	Expires time.Time // whatever happens
}

// MaxWebSessions bounds the sessions of one user: one more ends the one that was
// not seen for the longest time.
const MaxWebSessions = 20

const webSessionColumns = `hash, id, kind, owner, tenant, mark, agent, remote, created_at, seen_at, expires_at`

func scanWebSession(row interface{ Scan(...any) error }) (w WebSession, err error) {
	var created, seen, expires int64
	err = row.Scan(&w.Hash, &w.ID, &w.Kind, &w.Owner, &w.Tenant, &w.Mark, &w.Agent, &w.Remote, &created, &seen, &expires)
	w.Created, w.Seen, w.Expires = moment(created), moment(seen), moment(expires)
	return w, err
}

// AddWebSession keeps a session. Those that are past go.
func (s *Store) AddWebSession(ctx context.Context, w WebSession) error {
	now := s.stamp()
	err := s.update(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM web_sessions WHERE expires_at <= $1`, now); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM web_sessions WHERE kind = $1 AND owner = $2 AND hash NOT IN (
			SELECT hash FROM web_sessions WHERE kind = $1 AND owner = $2 ORDER BY seen_at DESC, id LIMIT $3)`,
			w.Kind, w.Owner, MaxWebSessions-1); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO web_sessions (`+webSessionColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10)`,
			w.Hash, w.ID, w.Kind, w.Owner, w.Tenant, w.Mark, bounded(w.Agent, maxCallText), w.Remote, now, w.Expires.UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("keep a session: %w", err)
	}
	return nil
}

// WebSession finds a session by the hash of its cookie, and WebSessionByID by its
// id: one that was seen since idle and is not past, else ErrNotFound.
func (s *Store) WebSession(ctx context.Context, hash string, idle time.Time) (WebSession, error) {
	return s.webSession(ctx, `hash = $1`, hash, idle)
}

// WebSessionByID is for who has been let in by it before.
func (s *Store) WebSessionByID(ctx context.Context, id string, idle time.Time) (WebSession, error) {
	return s.webSession(ctx, `id = $1`, id, idle)
}

func (s *Store) webSession(ctx context.Context, where, key string, idle time.Time) (WebSession, error) {
	w, err := scanWebSession(s.read.QueryRowContext(ctx, `SELECT `+webSessionColumns+` FROM web_sessions
		WHERE `+where+` AND expires_at > $2 AND seen_at > $3`, key, s.stamp(), idle.UnixMilli()))
	if err != nil {
		return WebSession{}, fmt.Errorf("session: %w", notFound(err))
	}
	return w, nil
}

// SeenWebSession remembers when and from where a session was used.
func (s *Store) SeenWebSession(ctx context.Context, id, remote string) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE web_sessions SET seen_at = $2, remote = $3 WHERE id = $1`, id, s.stamp(), remote)
		return err
	})
	if err != nil {
		return fmt.Errorf("session: %w", err)
	}
	return nil
}

// MarkWebSession has a session go on with another password.
func (s *Store) MarkWebSession(ctx context.Context, id, mark string) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE web_sessions SET mark = $2 WHERE id = $1`, id, mark)
		return err
	})
	if err != nil {
		return fmt.Errorf("session: %w", err)
	}
	return nil
}

// WebSessions are those of an owner that count, the last seen first.
func (s *Store) WebSessions(ctx context.Context, kind, owner string, idle time.Time) (all []WebSession, err error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+webSessionColumns+` FROM web_sessions
		WHERE kind = $1 AND owner = $2 AND expires_at > $3 AND seen_at > $4 ORDER BY seen_at DESC, id`, kind, owner, s.stamp(), idle.UnixMilli())
	if err == nil {
		err = eachRow(rows, func() error {
			w, err := scanWebSession(rows)
			all = append(all, w)
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("sessions: %w", err)
	}
	return all, nil
}

// EndWebSessions ends one session of an owner, or all with id "", but never the one
// with the id keep. It returns ErrNotFound when a named one is not there.
func (s *Store) EndWebSessions(ctx context.Context, kind, owner, id, keep string) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		ended, err := affected(tx.ExecContext(ctx, `DELETE FROM web_sessions
			WHERE kind = $1 AND owner = $2 AND ($3 = '' OR id = $3) AND id <> $4`, kind, owner, id, keep))
		if err == nil && !ended && id != "" {
			err = ErrNotFound
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("end a session: %w", err)
	}
	return nil
}

// EndWebSessionsOfPerson ends all sessions that somebody of a company's people began
// by proving to be that person, as the user that is linked to them, too.
func (s *Store) EndWebSessionsOfPerson(ctx context.Context, number int, person string) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM web_sessions WHERE tenant = $1 AND tenant <> 0 AND (kind = $2 AND owner = $3
			OR kind = $4 AND owner IN (SELECT id FROM web_users WHERE person = $3 AND person <> ''))`, number, SessionOfPerson, person, SessionOfUser)
		return err
	})
	if err != nil {
		return fmt.Errorf("end the sessions of a person: %w", err)
	}
	return nil
}
