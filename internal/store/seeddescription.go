package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/tenant"
)

// seedAuthor made the versions of descriptions that the file changed.
const seedAuthor = "configuration file"

// seeded is what the configuration file says of a description.
type seeded struct {
	extensions []string
	dids       map[string]string
	numbers    []string
	lines      int
}

// read takes a column as seedEntry has them, or as they are remembered: the
// texts of lists within texts.
func (s *seeded) read(name, text string) error {
	switch name {
	case "extensions":
		return json.Unmarshal([]byte(text), &s.extensions)
	case "dids":
		return json.Unmarshal([]byte(text), &s.dids)
	case "numbers":
		return json.Unmarshal([]byte(text), &s.numbers)
	}
	return nil
}

func (e *seedEntry) seeded() (last, now seeded, err error) {
	for _, c := range e.described {
		if lines, ok := c.value.(int); ok {
			now.lines = lines
			if was := e.last[c.name]; was != nil {
				err = errors.Join(err, json.Unmarshal(was, &last.lines))
			}
			continue
		}
		text, _ := c.value.(string)
		err = errors.Join(err, now.read(c.name, text))
		if was := e.last[c.name]; was != nil {
			var text string
			err = errors.Join(err, json.Unmarshal(was, &text), last.read(c.name, text))
		}
	}
	return last, now, err
}

// describe brings what changed in the file into a tenant's description, and
// nothing else: what an administrator made there stays. It reports whether the
// file changed.
func (p *seeding) describe(ctx context.Context, e *seedEntry) (changed bool, err error) {
	if e.described == nil {
		return false, nil
	}
	last, now, err := e.seeded()
	if err != nil {
		return false, err
	}
	if slices.Equal(last.extensions, now.extensions) && maps.Equal(last.dids, now.dids) &&
		slices.Equal(last.numbers, now.numbers) && last.lines == now.lines {
		return false, nil
	}
	c, st, err := p.store.description(ctx, p.tx, e.name)
	if err != nil {
		return false, err
	}
	before := c.Clone()
	apply := func(remove bool) {
		c = before.Clone()
		now.applyTo(&c, &last, remove)
	}
	apply(true)
	if gone := needed(&before, &c); gone > 0 {
		p.result.Kept += gone
		apply(false)
	}
	if same, err := sameDescription(&before, &c); err != nil || same {
		return true, err
	}
	return true, p.store.writeDescription(ctx, p.tx, e.name, &c, Stamp{Version: st.Version, By: seedAuthor, Summary: seedAuthor})
}

// applyTo changes what is different from last. Extensions that are gone are
// taken out with remove only.
func (s *seeded) applyTo(c *company.Company, last *seeded, remove bool) {
	for _, ext := range s.extensions {
		if !slices.Contains(last.extensions, ext) && c.Extension(ext) == nil {
			c.Extensions = append(c.Extensions, company.Extension{Number: ext})
		}
	}
	c.DIDs = slices.DeleteFunc(c.DIDs, func(d company.DID) bool {
		return last.dids[d.Number] != "" && s.dids[d.Number] == ""
	})
	for _, number := range slices.Sorted(maps.Keys(s.dids)) {
		if s.dids[number] == last.dids[number] {
			continue
		}
		to := company.Ext(s.dids[number])
		if i := slices.IndexFunc(c.DIDs, func(d company.DID) bool { return d.Number == number }); i >= 0 {
			c.DIDs[i].To = to
		} else {
			c.DIDs = append(c.DIDs, company.DID{Number: number, To: to})
		}
	}
	c.Numbers = slices.DeleteFunc(c.Numbers, func(n string) bool {
		return slices.Contains(last.numbers, n) && !slices.Contains(s.numbers, n)
	})
	for _, n := range s.numbers {
		if !slices.Contains(last.numbers, n) && !slices.Contains(c.Numbers, n) {
			c.Numbers = append(c.Numbers, n)
		}
	}
	if s.lines != last.lines {
		c.Lines = s.lines
	}
	if !remove {
		return
	}
	c.Extensions = slices.DeleteFunc(c.Extensions, func(e company.Extension) bool {
		return slices.Contains(last.extensions, e.Number) && !slices.Contains(s.extensions, e.Number)
	})
}

// needed is how many extensions are in before and not in after, when something
// in after needs one of them.
func needed(before, after *company.Company) int {
	gone := 0
	for i := range before.Extensions {
		if after.Extension(before.Extensions[i].Number) == nil {
			gone++
		}
	}
	if gone == 0 {
		return 0
	}
	old := company.Check(before, nil)
	for _, p := range company.Check(after, nil) {
		if !slices.Contains(old, p) {
			return gone
		}
	}
	return 0
}

// description reads the description of a tenant. One that has none has an empty
// one of version 0.
func (s *Store) description(ctx context.Context, tx *sql.Tx, owner string) (c company.Company, st Stamp, err error) {
	var body, sealed string
	err = tx.QueryRowContext(ctx, `SELECT body, secrets, version FROM descriptions WHERE owner = $1`, owner).Scan(&body, &sealed, &st.Version)
	if errors.Is(err, sql.ErrNoRows) {
		return c, st, nil
	}
	if err != nil {
		return c, st, err
	}
	c, err = s.decode(owner, body, sealed)
	return c, st, err
}

// checkTenants finds what the file and what others made cannot both have: a DID
// of two tenants.
func (p *seeding) checkTenants(ctx context.Context) error {
	all, err := p.store.companies(ctx, p.tx, false)
	if err != nil {
		return err
	}
	tenants := make([]tenant.Tenant, len(all.All))
	for i := range all.All {
		tenants[i] = all.All[i].Tenant()
	}
	if _, err := tenant.NewDirectory(tenants); err != nil {
		return fmt.Errorf("%w, with what others made: %w", ErrConflict, err)
	}
	return nil
}
