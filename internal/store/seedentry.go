package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/dipcast/dipcast/internal/config"
)

// seedKind is a kind of entry in the configuration file.
type seedKind string

const (
	seedTenant   seedKind = "tenant"
	seedAppKey   seedKind = "app_key"
	seedLogin    seedKind = "login"
	seedOperator seedKind = "operator"
)

func seedKinds() []seedKind { return []seedKind{seedTenant, seedAppKey, seedLogin, seedOperator} }

func (k seedKind) table() string { return string(k) + "s" }

func (k seedKind) password() bool { return k == seedLogin || k == seedOperator }

// column is a column of a table with a value from the file.
type column struct {
	name  string
	value any
}

// seedEntry is one entry of the file. Column names come from this file only,
// never from input, which is why statements may be put together from them.
type seedEntry struct {
	kind     seedKind
	name     string   // identifies the entry within its kind; for an app key "tenant/name"
	label    string   // for error texts; no tenant id
	key      []column // identifies the row
	columns  []column // what the file says of it
	password config.Secret
	// described is what the file says of a tenant's description.
	described []column

	known    bool     // the file had it before
	cameBack bool     // … but not last time
	adopted  bool     // a tenant that was there before the file had it
	enabled  bool     // what the row shall be
	changed  []column // those of columns that differ from the last time
	newHash  string   // of a password that is new in the file
	last     map[string]json.RawMessage
}

// seedEntries lists the file's entries, tenants before what refers to them.
func seedEntries(c *config.Config) []*seedEntry {
	var out []*seedEntry
	for i := range c.Tenants {
		out = append(out, tenantEntry(&c.Tenants[i]))
	}
	for i := range c.Tenants {
		t := &c.Tenants[i]
		for _, k := range t.AppKeys {
			out = append(out, &seedEntry{
				kind: seedAppKey, name: t.ID + "/" + k.Name, label: k.Name,
				key:     []column{{"tenant_id", t.ID}, {"name", k.Name}},
				columns: []column{{"hash", KeyHash(k.Key.Reveal())}, {"prefix", keyPrefix(k.Key.Reveal())}},
			})
		}
		for _, l := range t.Logins {
			out = append(out, &seedEntry{
				kind: seedLogin, name: l.Username, label: l.Username, password: l.Password,
				key:     []column{{"username", l.Username}},
				columns: []column{{"tenant_id", t.ID}, {"extension", l.Extension}},
			})
		}
	}
	for _, o := range c.Operators {
		out = append(out, &seedEntry{
			kind: seedOperator, name: o.Username, label: o.Username, password: o.Password,
			key: []column{{"username", o.Username}},
		})
	}
	return out
}

func tenantEntry(t *config.Tenant) *seedEntry {
	return &seedEntry{
		kind: seedTenant, name: t.ID, label: fmt.Sprintf("T%d", t.Number),
		key: []column{{"id", t.ID}},
		columns: []column{
			{"number", t.Number},
			{"name", t.Name},
			{"main", flag(t.Main)},
			{"servers", list(t.Servers)},
			{"contexts", list(t.Contexts)},
			{"limits", list(settings{t.Domain().Limits, t.HistoryDays})},
		},
		described: []column{
			{"extensions", list(t.Extensions)},
			{"dids", list(t.DIDs)},
			{"numbers", list(t.Numbers)},
			{"lines", t.Lines},
		},
	}
}

// list returns a list, map or struct as the JSON text that its column holds. Maps come
// out in the order of their keys, so equal maps give equal texts.
func list(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return "null" // texts and numbers always marshal
	}
	return string(data)
}

// removedEntry is an entry that only the database still knows.
func removedEntry(kind seedKind, name string) *seedEntry {
	e := &seedEntry{kind: kind, name: name}
	switch kind {
	case seedTenant:
		e.key = []column{{"id", name}}
	case seedAppKey:
		tenantID, keyName, _ := strings.Cut(name, "/")
		e.key = []column{{"tenant_id", tenantID}, {"name", keyName}}
	case seedLogin, seedOperator:
		e.key = []column{{"username", name}}
	}
	return e
}

// where returns the condition for the entry's row and its arguments, numbered
// from first.
func (e *seedEntry) where(first int) (string, []any) {
	var parts []string
	var args []any
	for i, c := range e.key {
		parts = append(parts, fmt.Sprintf("%s = $%d", c.name, first+i))
		args = append(args, c.value)
	}
	return " WHERE " + strings.Join(parts, " AND "), args
}

// exec sets columns of the entry's row.
func (p *seeding) exec(ctx context.Context, e *seedEntry, set []column) error {
	set = append(slices.Clone(set), column{"updated_at", p.now})
	var parts []string
	var args []any
	for i, c := range set {
		parts = append(parts, fmt.Sprintf("%s = $%d", c.name, i+1))
		args = append(args, c.value)
	}
	where, keys := e.where(len(set) + 1)
	_, err := p.tx.ExecContext(ctx, `UPDATE `+e.kind.table()+` SET `+strings.Join(parts, ", ")+where, append(args, keys...)...) //nolint:gosec // names are ours, values are arguments
	return err
}

// insert makes the entry's row.
func (p *seeding) insert(ctx context.Context, e *seedEntry) error {
	all := slices.Concat(e.key, e.columns)
	if e.kind.password() {
		all = append(all, column{"hash", e.newHash}, column{"file_hash", e.newHash})
	}
	all = append(all, column{"enabled", 1}, column{"created_at", p.now}, column{"updated_at", p.now})
	var names, marks []string
	var args []any
	for i, c := range all {
		names = append(names, c.name)
		marks = append(marks, fmt.Sprintf("$%d", i+1))
		args = append(args, c.value)
	}
	_, err := p.tx.ExecContext(ctx, `INSERT INTO `+e.kind.table()+` (`+strings.Join(names, ", ")+`) VALUES (`+strings.Join(marks, ", ")+`)`, args...) //nolint:gosec // names are ours, values are arguments
	return err
}
