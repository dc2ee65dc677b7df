package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// PersonSession is a person who is signed in at a browser. The cookie is not
// kept, only what it is recognised by.
type PersonSession struct {
	Hash    string // of the cookie
	ID      string // what people name it by
	Tenant  int    // number of the tenant
	User    string // id of NAVER WORKS
	Agent   string // the browser, as it calls itself
	Created time.Time
	Expires time.Time
}

// MaxPersonSessions bounds the sessions of one person: one more ends the oldest.
const MaxPersonSessions = 10

const personSessionColumns = `hash, id, tenant, works_user, agent, created_at, expires_at`

func scanPersonSession(row interface{ Scan(...any) error }) (p PersonSession, err error) {
	var created, expires int64
	err = row.Scan(&p.Hash, &p.ID, &p.Tenant, &p.User, &p.Agent, &created, &expires)
	p.Created, p.Expires = time.UnixMilli(created).UTC(), time.UnixMilli(expires).UTC()
	return p, err
}

// AddPersonSession keeps a session. Those that are past go. It returns
// ErrNotFound when the person is not there, or has left meanwhile.
func (s *Store) AddPersonSession(ctx context.Context, p PersonSession) error {
	now := s.stamp()
	err := s.update(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM person_sessions WHERE expires_at <= $1`, now); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM person_sessions WHERE tenant = $1 AND works_user = $2 AND hash NOT IN (
			SELECT hash FROM person_sessions WHERE tenant = $1 AND works_user = $2 ORDER BY created_at DESC, id LIMIT $3)`,
			p.Tenant, p.User, MaxPersonSessions-1)
		if err != nil {
			return err
		}
		added, err := affected(tx.ExecContext(ctx, `INSERT INTO person_sessions (`+personSessionColumns+`)
			SELECT $1, $2, tenant, works_user, $5, $6, $7 FROM people
			WHERE tenant = $3 AND works_user = $4 AND works_user <> '' AND left_at = 0`,
			p.Hash, p.ID, p.Tenant, p.User, bounded(p.Agent, maxCallText), now, p.Expires.UnixMilli()))
		if err == nil && !added {
			err = ErrNotFound
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("keep a session: %w", err)
	}
	return nil
}

// PersonSession finds a session by the hash of its cookie. It returns ErrNotFound
// when there is none, or it is past.
func (s *Store) PersonSession(ctx context.Context, hash string) (PersonSession, error) {
	p, err := scanPersonSession(s.read.QueryRowContext(ctx, `SELECT `+personSessionColumns+` FROM person_sessions
		WHERE hash = $1 AND expires_at > $2`, hash, s.stamp()))
	if err != nil {
		return PersonSession{}, fmt.Errorf("session: %w", notFound(err))
	}
	return p, nil
}

// PersonSessions are those of a person that are not past, the newest first.
func (s *Store) PersonSessions(ctx context.Context, tenant int, user string) ([]PersonSession, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+personSessionColumns+` FROM person_sessions
		WHERE tenant = $1 AND works_user = $2 AND expires_at > $3 ORDER BY created_at DESC, id`, tenant, user, s.stamp())
	var all []PersonSession
	if err == nil {
		err = eachRow(rows, func() error {
			p, err := scanPersonSession(rows)
			all = append(all, p)
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("sessions: %w", err)
	}
	return all, nil
}

// EndPersonSession ends one session of a person, or all with id "". It returns
// ErrNotFound when a named one is not there.
func (s *Store) EndPersonSession(ctx context.Context, tenant int, user, id string) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		ended, err := affected(tx.ExecContext(ctx, `DELETE FROM person_sessions
			WHERE tenant = $1 AND works_user = $2 AND ($3 = '' OR id = $3)`, tenant, user, id))
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
