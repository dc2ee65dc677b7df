package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// SoftphoneLink is a link that sets up a softphone once. Its token is not kept,
// only what it is recognised by.
type SoftphoneLink struct {
	Hash      string // of the token
	ID        string // what people name it by
	TenantID  string
	Extension string
	Device    int    // which phone of the extension, from 0
	Bound     string // hash of token and password of the phone
	By        string // who made it
	Created   time.Time
	Expires   time.Time
	Used      time.Time // zero: not yet
}

// MaxSoftphoneLinks bounds the links of one extension that can be used. One more
// takes the place of the oldest.
const MaxSoftphoneLinks = 5

// keptSoftphoneLinks bounds those of one extension that are kept until their time
// is past, used ones among them.
const keptSoftphoneLinks = 50

// SoftphoneGrace bounds how often, and for how long after the first time, the same
// client may use a link again: apps fetch twice.
type SoftphoneGrace struct {
	Fetches int
	For     time.Duration
}

const softphoneColumns = `hash, id, tenant_id, extension, device, bound, created_by, created_at, expires_at, used_at`

func scanSoftphoneLink(row interface{ Scan(...any) error }) (l SoftphoneLink, err error) {
	var created, expires, used int64
	err = row.Scan(&l.Hash, &l.ID, &l.TenantID, &l.Extension, &l.Device, &l.Bound, &l.By, &created, &expires, &used)
	l.Created, l.Expires = time.UnixMilli(created).UTC(), time.UnixMilli(expires).UTC()
	if used != 0 {
		l.Used = time.UnixMilli(used).UTC()
	}
	return l, err
}

// Statements that leave the newest links of an extension.
const (
	dropUnusedLinks = `DELETE FROM softphone_links WHERE tenant_id = $1 AND extension = $2 AND used_at = 0 AND hash NOT IN (
		SELECT hash FROM softphone_links WHERE tenant_id = $1 AND extension = $2 AND used_at = 0 ORDER BY created_at DESC, id LIMIT $3)`
	dropLinks = `DELETE FROM softphone_links WHERE tenant_id = $1 AND extension = $2 AND hash NOT IN (
		SELECT hash FROM softphone_links WHERE tenant_id = $1 AND extension = $2 ORDER BY created_at DESC, id LIMIT $3)`
)

// AddSoftphoneLink keeps a link. Links that are past go, and of those of the same
// extension that can be used the oldest beyond MaxSoftphoneLinks.
func (s *Store) AddSoftphoneLink(ctx context.Context, l SoftphoneLink) error {
	now := s.stamp()
	err := s.update(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM softphone_links WHERE expires_at <= $1`, now); err != nil {
			return err
		}
		for _, b := range []struct {
			statement string
			kept      int
		}{{dropUnusedLinks, MaxSoftphoneLinks}, {dropLinks, keptSoftphoneLinks}} {
			if _, err := tx.ExecContext(ctx, b.statement, l.TenantID, l.Extension, b.kept-1); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `
			INSERT INTO softphone_links (hash, id, tenant_id, extension, device, bound, created_by, created_at, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			l.Hash, l.ID, l.TenantID, l.Extension, l.Device, l.Bound, l.By, now, l.Expires.UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("keep a softphone link: %w", err)
	}
	return nil
}

// SoftphoneLink finds a link by the hash of its token, used or not. It returns
// ErrNotFound when there is none, or it has expired.
func (s *Store) SoftphoneLink(ctx context.Context, hash string) (SoftphoneLink, error) {
	l, err := scanSoftphoneLink(s.read.QueryRowContext(ctx, `SELECT `+softphoneColumns+` FROM softphone_links
		WHERE hash = $1 AND expires_at > $2`, hash, s.stamp()))
	if err != nil {
		return SoftphoneLink{}, fmt.Errorf("softphone link: %w", notFound(err))
	}
	return l, nil
}

// UseSoftphoneLink uses a link up for client, a hash of who fetches. first is false
// when the same client had it within the grace. It returns ErrNotFound when the
// link is not there, has expired, or was used up.
func (s *Store) UseSoftphoneLink(ctx context.Context, hash, client string, g SoftphoneGrace) (first bool, err error) {
	now := s.stamp()
	err = s.update(ctx, func(tx *sql.Tx) error {
		first = true
		changed, err := affected(tx.ExecContext(ctx, `UPDATE softphone_links SET used_at = $1, used_by = $2, fetches = 1
			WHERE hash = $3 AND expires_at > $1 AND used_at = 0`, now, client, hash))
		if err != nil || changed {
			return err
		}
		first = false
		changed, err = affected(tx.ExecContext(ctx, `UPDATE softphone_links SET fetches = fetches + 1
			WHERE hash = $1 AND expires_at > $2 AND used_by = $3 AND used_at > $4 AND fetches < $5`,
			hash, now, client, now-g.For.Milliseconds(), g.Fetches))
		if err == nil && !changed {
			err = ErrNotFound
		}
		return err
	})
	if err != nil {
		return false, fmt.Errorf("use a softphone link: %w", err)
	}
	return first, nil
}

func affected(r sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n > 0, err
}

// SoftphoneLinks are the links of an extension that have not expired, the newest
// first.
func (s *Store) SoftphoneLinks(ctx context.Context, tenantID, extension string) ([]SoftphoneLink, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+softphoneColumns+` FROM softphone_links
		WHERE tenant_id = $1 AND extension = $2 AND expires_at > $3 ORDER BY created_at DESC, id`, tenantID, extension, s.stamp())
	if err != nil {
		return nil, fmt.Errorf("read softphone links: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err says what happened
	var out []SoftphoneLink
	for rows.Next() {
		l, err := scanSoftphoneLink(rows)
		if err != nil {
			return nil, fmt.Errorf("read softphone links: %w", err)
		}
		out = append(out, l)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read softphone links: %w", err)
	}
	return out, nil
}

// RevokeSoftphoneLinks deletes links of an extension: the one of an id, or with ""
// all of them. It returns ErrNotFound when there was none of that id.
func (s *Store) RevokeSoftphoneLinks(ctx context.Context, tenantID, extension, id string) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		there, err := affected(tx.ExecContext(ctx, `DELETE FROM softphone_links
			WHERE tenant_id = $1 AND extension = $2 AND (id = $3 OR $3 = '')`, tenantID, extension, id))
		if err == nil && !there && id != "" {
			err = ErrNotFound
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("revoke a softphone link: %w", err)
	}
	return nil
}
