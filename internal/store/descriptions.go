package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/number"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Company is a tenant with the description of its phone system.
type Company struct {
	company.Company
	Servers  []int    // ids; the first is home
	Contexts []string // of a main tenant
	Limits   tenant.Limits
	// HistoryDays is how long calls stay in the history; 0 keeps them for good.
	HistoryDays int
	Stamp
}

// MaxHistoryDays bounds HistoryDays: a hundred years.
const MaxHistoryDays = 36500

// settings is what the column limits of a tenant holds.
type settings struct {
	tenant.Limits
	HistoryDays int `json:"history_days,omitempty"`
}

// Stamp tells versions of a description apart.
type Stamp struct {
	Version  int64 // 1, 2, 3, …; 0 for one that is not stored yet
	At       time.Time
	By       string // who made it
	Summary  string // what was changed
	Restores int64  // the version whose content was taken again, 0 for none
}

// Companies are all enabled tenants, in the order of their numbers, and what
// they share.
type Companies struct {
	All    []Company
	Shared Shared
	// Taken are the numbers of all tenants, also of those that are disabled.
	Taken map[int]bool
}

// Shared are the trunks that belong to no company.
type Shared struct {
	Trunks []company.Trunk
	Stamp
}

// sharedOwner stands for no tenant.
const sharedOwner = ""

// ByNumber returns the company with a number, or nil.
func (c *Companies) ByNumber(n int) *Company {
	for i := range c.All {
		if c.All[i].Number == n {
			return &c.All[i]
		}
	}
	return nil
}

// SharedIDs are the ids of the shared trunks.
func (c *Companies) SharedIDs() []int {
	ids := make([]int, len(c.Shared.Trunks))
	for i := range ids {
		ids[i] = c.Shared.Trunks[i].ID
	}
	return ids
}

// Tenant is the company as the rest of the program knows it.
func (c *Company) Tenant() tenant.Tenant {
	t := tenant.Tenant{
		ID: tenant.NewID(c.ID, c.Number), Number: c.Number, Name: number.Name(c.Name), Main: c.Main,
		Servers: c.Servers, Numbers: c.Numbers, Contexts: c.Contexts, Limits: c.Limits,
		DIDs: make(map[string]string, len(c.DIDs)), Profiles: make(map[string]tenant.Profile, len(c.Extensions)),
	}
	for i := range c.Extensions {
		e := &c.Extensions[i]
		p := tenant.Profile{Name: number.Name(e.Name), Class: e.Class, Own: e.OwnNumber, Language: e.Language, Devices: len(e.Devices)}
		if e.Voicemail != nil {
			p.Email = e.Voicemail.Email
		}
		t.Extensions = append(t.Extensions, e.Number)
		t.Profiles[e.Number] = p
	}
	for i := range c.DIDs {
		d := &c.DIDs[i]
		t.DIDs[d.Number] = ""
		if d.To.Kind == company.ToExtension {
			t.DIDs[d.Number] = d.To.Value
		}
	}
	for i := range c.TimeGroups {
		t.TimeGroups = append(t.TimeGroups, c.TimeGroups[i].ID)
	}
	for i := range c.Classes {
		if k := &c.Classes[i]; k.Name != company.AllClass {
			t.Classes = append(t.Classes, tenant.Class{ID: k.ID, Name: k.Name})
		}
	}
	return t
}

// Companies reads all companies, with their secrets or without.
func (s *Store) Companies(ctx context.Context, secrets bool) (*Companies, error) {
	// One transaction, so that all is of one moment.
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, fmt.Errorf("read companies: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	all, err := s.companies(ctx, tx, secrets)
	if err != nil {
		return nil, fmt.Errorf("read companies: %w", err)
	}
	return all, nil
}

func (s *Store) companies(ctx context.Context, tx *sql.Tx, secrets bool) (*Companies, error) {
	all := &Companies{Taken: map[int]bool{}}
	rows, err := tx.QueryContext(ctx, `
		SELECT t.id, t.number, t.name, t.main, t.servers, t.contexts, t.limits, t.enabled,
		       COALESCE(d.body, '{}'), COALESCE(d.secrets, ''), COALESCE(d.version, 0), COALESCE(d.changed_at, 0),
		       COALESCE(d.changed_by, ''), COALESCE(d.summary, ''), COALESCE(d.restores, 0)
		FROM tenants t LEFT JOIN descriptions d ON d.owner = t.id ORDER BY t.number`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err says what happened
	for rows.Next() {
		var c Company
		var id, name, servers, contexts, limits, body, sealed string
		var set settings
		var main, enabled, nth int
		var at int64
		if err := rows.Scan(&id, &nth, &name, &main, &servers, &contexts, &limits, &enabled,
			&body, &sealed, &c.Version, &at, &c.By, &c.Summary, &c.Restores); err != nil {
			return nil, err
		}
		all.Taken[nth] = true
		if enabled == 0 {
			continue
		}
		if !secrets {
			sealed = ""
		}
		if c.Company, err = s.decode(id, body, sealed); err != nil {
			return nil, fmt.Errorf("tenant %d: %w", nth, err)
		}
		c.ID, c.Number, c.Name, c.Main, c.At = id, nth, name, main == 1, time.UnixMilli(at).UTC()
		if err := errors.Join(
			json.Unmarshal([]byte(servers), &c.Servers),
			json.Unmarshal([]byte(contexts), &c.Contexts),
			json.Unmarshal([]byte(limits), &set),
		); err != nil {
			return nil, fmt.Errorf("tenant %d: %w", nth, err)
		}
		c.Limits, c.HistoryDays = set.Limits, set.HistoryDays
		all.All = append(all.All, c)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	var body, sealed string
	var at int64
	st := &all.Shared.Stamp
	err = tx.QueryRowContext(ctx, `SELECT body, secrets, version, changed_at, changed_by, summary, restores FROM descriptions WHERE owner = ''`).
		Scan(&body, &sealed, &st.Version, &at, &st.By, &st.Summary, &st.Restores)
	if errors.Is(err, sql.ErrNoRows) {
		return all, nil
	}
	if err != nil {
		return nil, err
	}
	if !secrets {
		sealed = ""
	}
	shared, err := s.decode(sharedOwner, body, sealed)
	all.Shared.Trunks, st.At = shared.Trunks, time.UnixMilli(at).UTC()
	return all, err
}

// described is a description in the database.
type described struct {
	company.Company
	// Before is what the columns held that this table replaced.
	Before *struct {
		Extensions []string          `json:"extensions"`
		DIDs       map[string]string `json:"dids"`
		Numbers    []string          `json:"numbers"`
	} `json:"before,omitempty"`
}

// encode returns the text of a description without its secrets, and these. What
// the row of the tenant says is left out, but its name, for versions.
func encode(c *company.Company) (body string, secrets company.Secrets, err error) {
	secrets = c.Secrets()
	bare := c.Bare()
	bare = bare.Sorted()
	bare.Numbers = c.Numbers // the first is shown for extensions without one of their own
	bare.ID, bare.Number, bare.Main = "", 0, false
	data, err := json.Marshal(bare)
	return string(data), secrets, err
}

func (s *Store) decode(owner, body, sealed string) (company.Company, error) {
	var d described
	if err := json.Unmarshal([]byte(body), &d); err != nil {
		return company.Company{}, fmt.Errorf("description: %w", err)
	}
	if b := d.Before; b != nil {
		for _, ext := range b.Extensions {
			d.Extensions = append(d.Extensions, company.Extension{Number: ext})
		}
		d.DIDs, d.Numbers = company.DIDs(b.DIDs), b.Numbers
	}
	secrets, err := s.seal.unseal(owner, sealed)
	d.Fill(secrets)
	return d.Company, err
}

// CheckSecrets reports secrets that cannot be opened; see ErrSecretKey.
func (s *Store) CheckSecrets(ctx context.Context) error {
	_, err := s.Companies(ctx, true)
	return err
}

// keptVersions bounds how many versions of a description are kept, beside the
// one that counts.
const keptVersions = 50

// writeDescription makes a new version of a description.
func (s *Store) writeDescription(ctx context.Context, tx *sql.Tx, owner string, c *company.Company, st Stamp) error {
	body, secrets, err := encode(c)
	if err != nil {
		return err
	}
	sealed, err := s.seal.seal(owner, secrets)
	if err != nil {
		return err
	}
	for _, statement := range []string{
		`INSERT INTO description_history (owner, version, body, secrets, changed_at, changed_by, summary, restores)
		 SELECT owner, version, body, secrets, changed_at, changed_by, summary, restores FROM descriptions WHERE owner = $1`,
		`DELETE FROM descriptions WHERE owner = $1`,
	} {
		if _, err := tx.ExecContext(ctx, statement, owner); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, `
		INSERT INTO descriptions (owner, version, body, secrets, changed_at, changed_by, summary, restores)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		owner, st.Version+1, body, sealed, s.stamp(), st.By, st.Summary, st.Restores); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM description_history WHERE owner = $1 AND version <= $2`, owner, st.Version-keptVersions)
	return err
}

// Versions are the versions of a company's description that are kept, newest
// first, the one that counts among them.
func (s *Store) Versions(ctx context.Context, tenantID string) ([]Stamp, error) {
	rows, err := s.read.QueryContext(ctx, `
		SELECT version, changed_at, changed_by, summary, restores FROM descriptions WHERE owner = $1
		UNION ALL
		SELECT version, changed_at, changed_by, summary, restores FROM description_history WHERE owner = $1
		ORDER BY 1 DESC`, tenantID)
	if err != nil {
		return nil, fmt.Errorf("read versions: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err says what happened
	var out []Stamp
	for rows.Next() {
		var st Stamp
		var at int64
		if err := rows.Scan(&st.Version, &at, &st.By, &st.Summary, &st.Restores); err != nil {
			return nil, fmt.Errorf("read versions: %w", err)
		}
		st.At = time.UnixMilli(at).UTC()
		out = append(out, st)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read versions: %w", err)
	}
	return out, nil
}

// Version returns an older version of a company's description, with its secrets.
// Its number and id are those of now. It returns ErrNotFound when it is not kept.
func (s *Store) Version(ctx context.Context, tenantID string, version int64) (company.Company, error) {
	var body, sealed string
	err := s.read.QueryRowContext(ctx, `SELECT body, secrets FROM description_history WHERE owner = $1 AND version = $2`, tenantID, version).
		Scan(&body, &sealed)
	if err != nil {
		return company.Company{}, fmt.Errorf("version %d: %w", version, notFound(err))
	}
	c, err := s.decode(tenantID, body, sealed)
	if err != nil {
		return c, fmt.Errorf("version %d: %w", version, err)
	}
	return c, nil
}

// Undoes is the version whose content an undo of the last change takes again, of
// versions with the newest first. Who undoes twice goes back two changes. 0
// means that there is none.
func Undoes(all []Stamp) int64 {
	if len(all) == 0 {
		return 0
	}
	below := all[0].Version
	if all[0].Restores != 0 {
		below = all[0].Restores
	}
	return UndoesBelow(all, below)
}

// UndoesBelow is Undoes for when nothing from version below on is to be taken
// again.
func UndoesBelow(all []Stamp, below int64) int64 {
	i := slices.IndexFunc(all, func(st Stamp) bool { return st.Version < below })
	if i < 0 {
		return 0
	}
	// One that is an undo itself has the content of an older one, below which
	// the next undo goes on.
	kept := func(st Stamp) bool { return st.Version == all[i].Restores }
	if slices.ContainsFunc(all, kept) {
		return all[i].Restores
	}
	return all[i].Version
}
