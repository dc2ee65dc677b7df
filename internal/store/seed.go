package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/dipcast/dipcast/internal/config"
)

// Hasher computes and checks slow password hashes. *auth.Passwords is one.
type Hasher interface {
	Hash(ctx context.Context, password string) (string, error)
	Verify(ctx context.Context, hash, password string) (bool, error)
}

// SeedResult counts what Seed did: entries of the file, not rows.
type SeedResult struct {
	Created  int
	Changed  int // includes those that came back after they were removed
	Disabled int
	// Kept are extensions that were taken out of the file and that something
	// else in the tenant's description needs: they stay.
	Kept int
}

// Seed brings tenants, app keys, logins and operators of the configuration file
// into the database.
//
// The file creates. Later it changes only what changed in the file, field by
// field, so that what an administrator changed elsewhere stays; an entry that
// was removed is disabled, not deleted, and enabled again when it comes back.
// To know what changed, the last content of each entry is kept; of a password
// only its argon2id hash, so Seed takes some 20 ms for each password.
//
// All or nothing is written. The error wraps ErrConflict when the file names
// what somebody else created: then either that or the entry has to go.
func (s *Store) Seed(ctx context.Context, c *config.Config, h Hasher) (SeedResult, error) {
	entries := seedEntries(c)
	if err := s.hashPasswords(ctx, entries, h); err != nil {
		return SeedResult{}, fmt.Errorf("seed: %w", err)
	}
	var result SeedResult
	err := s.update(ctx, func(tx *sql.Tx) error {
		p := seeding{store: s, tx: tx, now: s.stamp(), entries: entries}
		if err := p.run(ctx); err != nil {
			return err
		}
		result = p.result
		return nil
	})
	if err != nil {
		return SeedResult{}, fmt.Errorf("seed: %w", err)
	}
	return result, nil
}

// hashPasswords finds the passwords that are new or changed in the file. It
// runs before the write transaction, which must stay short.
func (s *Store) hashPasswords(ctx context.Context, entries []*seedEntry, h Hasher) error {
	for _, e := range entries {
		if !e.kind.password() {
			continue
		}
		var fileHash string
		err := s.read.QueryRowContext(ctx, `SELECT file_hash FROM `+e.kind.table()+` WHERE username = $1`, e.name).Scan(&fileHash)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if fileHash != "" {
			same, err := h.Verify(ctx, fileHash, e.password.Reveal())
			if err != nil {
				return err
			}
			if same {
				continue
			}
		}
		if e.newHash, err = h.Hash(ctx, e.password.Reveal()); err != nil {
			return err
		}
	}
	return nil
}

// seeding is one run of Seed.
type seeding struct {
	store   *Store
	tx      *sql.Tx
	now     int64
	entries []*seedEntry
	result  SeedResult
}

// run works in passes, because numbers and keys may move between entries and a
// unique index looks at each statement: first everything that changes gives up
// its place, then it takes the new one.
func (p *seeding) run(ctx context.Context) error {
	if err := p.remember(ctx); err != nil {
		return err
	}
	if err := p.disableRemoved(ctx); err != nil {
		return err
	}
	for _, e := range p.entries {
		if e.known && len(e.changed) > 0 {
			if err := p.exec(ctx, e, []column{{"enabled", 0}}); err != nil {
				return err
			}
		}
	}
	for _, e := range p.entries {
		if err := p.apply(ctx, e); err != nil {
			return fmt.Errorf("%s %s: %w", e.kind, e.label, conflict(err))
		}
	}
	if err := p.checkTenants(ctx); err != nil {
		return err
	}
	return p.checkUsernames(ctx)
}

// remember reads what the file said last time, and who is enabled.
func (p *seeding) remember(ctx context.Context) error {
	for _, e := range p.entries {
		var content string
		var present, enabled int
		err := p.tx.QueryRowContext(ctx, `SELECT content, present FROM seeds WHERE kind = $1 AND name = $2`, string(e.kind), e.name).
			Scan(&content, &present)
		if errors.Is(err, sql.ErrNoRows) {
			if err := p.adopt(ctx, e); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
		last := make(map[string]json.RawMessage)
		if err := json.Unmarshal([]byte(content), &last); err != nil {
			return err
		}
		if e.changed, err = changedColumns(e.columns, last); err != nil {
			return err
		}
		e.last, e.adopted = last, last[adoptedMark] != nil
		where, args := e.where(1)
		if err := p.tx.QueryRowContext(ctx, `SELECT enabled FROM `+e.kind.table()+where, args...).Scan(&enabled); err != nil {
			return fmt.Errorf("%s %s: %w", e.kind, e.label, notFound(err))
		}
		e.known, e.cameBack = true, present == 0
		e.enabled = enabled == 1 || e.cameBack
	}
	return nil
}

// adoptedMark is a member of what is remembered of a tenant that was there before
// the file had it.
const adoptedMark = "adopted"

// adopt finds a tenant that somebody made otherwise before the file had it: for
// the file to give it keys and logins. It stays as it is; what the file has that
// it lacks is added, and only later changes of the file count. It is not disabled
// when the file has it no more.
func (p *seeding) adopt(ctx context.Context, e *seedEntry) error {
	if e.kind != seedTenant {
		return nil
	}
	var number int
	err := p.tx.QueryRowContext(ctx, `SELECT number FROM tenants WHERE id = $1 AND enabled = 1`, e.name).Scan(&number)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	if e.columns[0].value != number {
		return fmt.Errorf("%s %s: its number is %d: %w", e.kind, e.label, number, ErrConflict)
	}
	e.known, e.enabled, e.adopted = true, true, true
	return nil
}

func changedColumns(columns []column, last map[string]json.RawMessage) ([]column, error) {
	var out []column
	for _, c := range columns {
		data, err := json.Marshal(c.value)
		if err != nil {
			return nil, err
		}
		if string(data) != string(last[c.name]) {
			out = append(out, c)
		}
	}
	return out, nil
}

func (p *seeding) disableRemoved(ctx context.Context) error {
	inFile := make(map[seedKind]map[string]bool)
	for _, kind := range seedKinds() {
		inFile[kind] = make(map[string]bool)
	}
	for _, e := range p.entries {
		inFile[e.kind][e.name] = true
	}
	var gone []*seedEntry
	rows, err := p.tx.QueryContext(ctx, `SELECT kind, name, content FROM seeds WHERE present = 1`)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // rows.Err says what happened
	for rows.Next() {
		var kind, name, content string
		if err := rows.Scan(&kind, &name, &content); err != nil {
			return err
		}
		if !inFile[seedKind(kind)][name] {
			e := removedEntry(seedKind(kind), name)
			last := make(map[string]json.RawMessage)
			if err := json.Unmarshal([]byte(content), &last); err != nil {
				return err
			}
			e.adopted = last[adoptedMark] != nil
			gone = append(gone, e)
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, e := range gone {
		if !e.adopted {
			if err := p.exec(ctx, e, []column{{"enabled", 0}}); err != nil {
				return err
			}
			p.result.Disabled++
		}
		if _, err := p.tx.ExecContext(ctx, `UPDATE seeds SET present = 0 WHERE kind = $1 AND name = $2`, string(e.kind), e.name); err != nil {
			return err
		}
	}
	return nil
}

// apply writes one entry.
func (p *seeding) apply(ctx context.Context, e *seedEntry) error {
	switch {
	case !e.known:
		if err := p.insert(ctx, e); err != nil {
			return err
		}
		if _, err := p.describe(ctx, e); err != nil {
			return err
		}
		p.result.Created++
	case len(e.changed) > 0 || e.cameBack || e.newHash != "":
		set := slices.Concat(e.changed, []column{{"enabled", flag(e.enabled)}})
		if e.newHash != "" {
			set = append(set, column{"hash", e.newHash}, column{"file_hash", e.newHash})
		}
		if err := p.exec(ctx, e, set); err != nil {
			return err
		}
		if _, err := p.describe(ctx, e); err != nil {
			return err
		}
		p.result.Changed++
	default:
		changed, err := p.describe(ctx, e)
		if err != nil || !changed && (!e.adopted || e.last != nil) {
			return err
		}
		p.result.Changed++
	}
	content := make(map[string]any, len(e.columns)+len(e.described))
	for _, c := range slices.Concat(e.columns, e.described) {
		content[c.name] = c.value
	}
	if e.adopted {
		content[adoptedMark] = true
	}
	data, err := json.Marshal(content)
	if err != nil {
		return err
	}
	_, err = p.tx.ExecContext(ctx, `
		INSERT INTO seeds (kind, name, content, present) VALUES ($1, $2, $3, 1)
		ON CONFLICT (kind, name) DO UPDATE SET content = excluded.content, present = 1`, string(e.kind), e.name, string(data))
	return err
}

// checkUsernames finds a username that is now both an operator and a login.
func (p *seeding) checkUsernames(ctx context.Context) error {
	var name string
	err := p.tx.QueryRowContext(ctx, `
		SELECT o.username FROM operators o JOIN logins l ON l.username = o.username
		WHERE o.enabled = 1 AND l.enabled = 1`).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("username %s is an operator and a login: %w", name, ErrConflict)
}
