package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// ErrAuditBroken reports an audit trail that was changed after it was written.
var ErrAuditBroken = errors.New("the audit trail was changed")

// AuditRow is one line of the audit trail. Its texts are masked before they
// come here; Tenant is the tenant's number, never its id.
type AuditRow struct {
	ID        int64 // 1, 2, 3, … without holes; set by AppendAudit
	At        time.Time
	Kind      string // "refused", "gap", …
	Role      string
	Tenant    int // 0 for none
	Extension string
	Name      string // of the login or app key
	Via       string
	Remote    string // address without port
	Server    int    // 0 for none
	Action    string
	Code      string
	Field     string
	Detail    string
	// Changes is what was before and after, a JSON list of {"field","before","after"}
	// without secrets; "" for none. Unlike Detail it is not masked: who may see the
	// row reads numbers in it.
	Changes string
	// ActionID is the client's, masked; ActionHash finds it again.
	ActionID   string
	ActionHash string
	PrevHash   string // set by AppendAudit
	Hash       string // set by AppendAudit
}

// digest returns the row's hash: SHA-256 over the hash before it and every
// field, as a JSON array, so that no field can pass for a part of another. Changes
// is in it when there are any: rows that were written before it was there keep
// their hash.
func (r *AuditRow) digest() (string, error) {
	fields := []any{
		r.PrevHash, r.ID, r.At.UnixMilli(), r.Kind, r.Role, r.Tenant, r.Extension, r.Name, r.Via,
		r.Remote, r.Server, r.Action, r.Code, r.Field, r.Detail, r.ActionID, r.ActionHash,
	}
	if r.Changes != "" {
		fields = append(fields, r.Changes)
	}
	data, err := json.Marshal(fields)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}

// clean makes every field one that both databases keep unchanged.
func (r *AuditRow) clean() {
	for _, s := range []*string{&r.Kind, &r.Role, &r.Extension, &r.Name, &r.Via, &r.Remote, &r.Action, &r.Code, &r.Field, &r.Detail, &r.ActionID, &r.ActionHash, &r.Changes} {
		*s = cleanText(*s)
	}
}

// cleanText makes s a text that PostgreSQL takes: valid UTF-8 without NUL.
func cleanText(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// firstHash is the hash before the first row.
var firstHash = strings.Repeat("0", sha256.Size*2)

const auditColumns = `id, at, kind, role, tenant, extension, name, via, remote, server, action, code, field, detail, action_id, action_hash, prev_hash, hash, changes`

// AppendAudit adds rows in order, in one transaction, and sets their ID, hashes
// and the precision of At (milliseconds). On an error none is added.
func (s *Store) AppendAudit(ctx context.Context, rows []AuditRow) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		id, prev := int64(0), firstHash
		err := tx.QueryRowContext(ctx, `SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1`).Scan(&id, &prev)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		insert, err := tx.PrepareContext(ctx, `INSERT INTO audit (`+auditColumns+`)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`)
		if err != nil {
			return err
		}
		defer func() { _ = insert.Close() }() // ends with the transaction
		for i := range rows {
			r := &rows[i]
			id++
			r.ID, r.PrevHash, r.At = id, prev, r.At.UTC().Truncate(time.Millisecond)
			r.clean()
			if r.Hash, err = r.digest(); err != nil {
				return err
			}
			prev = r.Hash
			if _, err := insert.ExecContext(ctx, r.ID, r.At.UnixMilli(), r.Kind, r.Role, r.Tenant, r.Extension, r.Name,
				r.Via, r.Remote, r.Server, r.Action, r.Code, r.Field, r.Detail, r.ActionID, r.ActionHash, r.PrevHash, r.Hash, r.Changes); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("append to the audit trail: %w", err)
	}
	return nil
}

// Audit returns up to limit rows after the row with id after, oldest first.
func (s *Store) Audit(ctx context.Context, after int64, limit int) ([]AuditRow, error) {
	return s.audit(ctx, `WHERE id > $1 ORDER BY id LIMIT $2`, after, limit)
}

// AuditByAction returns up to limit rows of a client's ActionID, by its keyed
// hash, newest first.
func (s *Store) AuditByAction(ctx context.Context, actionHash string, limit int) ([]AuditRow, error) {
	return s.audit(ctx, `WHERE action_hash = $1 AND action_hash <> '' ORDER BY id DESC LIMIT $2`, actionHash, limit)
}

func (s *Store) audit(ctx context.Context, tail string, args ...any) ([]AuditRow, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+auditColumns+` FROM audit `+tail, args...) //nolint:gosec // both are constants here
	if err != nil {
		return nil, fmt.Errorf("read the audit trail: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err says what happened
	var out []AuditRow
	for rows.Next() {
		var r AuditRow
		var at int64
		if err := rows.Scan(&r.ID, &at, &r.Kind, &r.Role, &r.Tenant, &r.Extension, &r.Name, &r.Via, &r.Remote,
			&r.Server, &r.Action, &r.Code, &r.Field, &r.Detail, &r.ActionID, &r.ActionHash, &r.PrevHash, &r.Hash, &r.Changes); err != nil {
			return nil, fmt.Errorf("read the audit trail: %w", err)
		}
		r.At = time.UnixMilli(at).UTC()
		out = append(out, r)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read the audit trail: %w", err)
	}
	return out, nil
}

// VerifyAudit reads the whole trail and checks its chain. It returns the number
// of rows, and an error that wraps ErrAuditBroken and names the first row that
// was changed, added or removed. Rows removed at the end show only by comparing
// the last hash with one noted earlier.
func (s *Store) VerifyAudit(ctx context.Context) (int64, error) {
	const page = 1000
	var count, last int64
	prev := ""
	for {
		rows, err := s.Audit(ctx, last, page)
		if err != nil {
			return count, err
		}
		for i := range rows {
			r := &rows[i]
			if count == 0 && r.ID == 1 {
				prev = firstHash
			} else if count == 0 {
				prev = r.PrevHash // older rows were removed when their time was over
			}
			hash, err := r.digest()
			if err != nil {
				return count, err
			}
			if r.PrevHash != prev || r.Hash != hash || (count > 0 && r.ID != last+1) {
				return count, fmt.Errorf("%w: at row %d", ErrAuditBroken, r.ID)
			}
			count, last, prev = count+1, r.ID, r.Hash
		}
		if len(rows) < page {
			return count, nil
		}
	}
}
