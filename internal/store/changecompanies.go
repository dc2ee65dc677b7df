package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/tenant"
)

// ErrInvalid reports a change that would make a description wrong. An
// *InvalidError says what.
var ErrInvalid = errors.New("the description would be wrong")

// InvalidError lists the problems that a change would bring.
type InvalidError struct{ Problems []company.Problem }

// Error implements error.
func (e *InvalidError) Error() string {
	texts := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		texts[i] = p.Error()
	}
	return strings.Join(texts, "; ")
}

// Is makes it an ErrInvalid.
func (e *InvalidError) Is(target error) bool { return target == ErrInvalid }

// ChangeCompanies has f change companies, and writes what it changed as new
// versions by and summary tell of: descriptions, tenants that are new, and those
// that f took out of the list, which are disabled. Their versions and times are
// set by it, whatever f does. f may run several times, with all read anew.
//
// Nothing is written when the result has a problem that was not there before:
// then the error is an *InvalidError. It wraps ErrConflict for an id or a number
// that is taken. With try nothing is written in any case, and nothing returned.
func (s *Store) ChangeCompanies(ctx context.Context, by Stamp, try bool, f func(*Companies) error) (*Companies, error) {
	var now *Companies
	err := s.update(ctx, func(tx *sql.Tx) error {
		all, err := s.companies(ctx, tx, true)
		if err != nil {
			return err
		}
		before := all.clone()
		if err := f(all); err != nil {
			return err
		}
		if err := newProblems(before, all); err != nil {
			return err
		}
		if try {
			return errTried
		}
		if err := s.writeCompanies(ctx, tx, before, all, by); err != nil {
			return err
		}
		now, err = s.companies(ctx, tx, true)
		return err
	})
	if err != nil && !errors.Is(err, errTried) {
		return nil, err
	}
	return now, nil
}

// errTried ends the transaction of a change that is only tried.
var errTried = errors.New("only tried")

func (c *Companies) clone() *Companies {
	d := &Companies{All: slices.Clone(c.All), Shared: c.Shared, Taken: maps.Clone(c.Taken)}
	for i := range d.All {
		d.All[i].Company = c.All[i].Clone()
		d.All[i].Servers, d.All[i].Contexts = slices.Clone(c.All[i].Servers), slices.Clone(c.All[i].Contexts)
		d.All[i].Limits.Countries = slices.Clone(c.All[i].Limits.Countries)
	}
	d.Shared.Trunks = slices.Clone(c.Shared.Trunks)
	return d
}

// Problems are all that is wrong. Fields of one company begin with its number,
// "T2.extensions[1010].class"; those of shared trunks do not.
func (c *Companies) Problems() []company.Problem {
	var out []company.Problem
	shared := c.SharedIDs()
	companies := make([]company.Company, len(c.All))
	tenants := make([]tenant.Tenant, len(c.All))
	for i := range c.All {
		one := &c.All[i]
		companies[i], tenants[i] = one.Company, one.Tenant()
		for _, p := range company.Check(&one.Company, shared) {
			out = append(out, company.Problem{Field: fmt.Sprintf("T%d.%s", one.Number, p.Field), Text: p.Text})
		}
	}
	for i := range c.Shared.Trunks {
		out = append(out, company.CheckTrunk(&c.Shared.Trunks[i])...)
	}
	out = append(out, company.CheckAll(companies, c.Shared.Trunks)...)
	// What the gateway asks of its tenants: it would not start with others. Most
	// of it the checks above have said already.
	if len(out) == 0 {
		for _, p := range tenant.Validate(tenants) {
			out = append(out, company.Problem{Field: fmt.Sprintf("T%d.%s", tenants[p.Index].Number, p.Field), Text: p.Text})
		}
	}
	return out
}

// newProblems are those of now that were not there before: what the
// configuration file brought does not keep anybody from changing something else.
func newProblems(before, now *Companies) error {
	problems := now.Problems()
	if len(problems) == 0 {
		return nil
	}
	old := before.Problems()
	problems = slices.DeleteFunc(problems, func(p company.Problem) bool { return slices.Contains(old, p) })
	if len(problems) == 0 {
		return nil
	}
	return &InvalidError{problems}
}

func (s *Store) writeCompanies(ctx context.Context, tx *sql.Tx, before, now *Companies, by Stamp) error {
	stamp := s.stamp()
	old := make(map[string]*Company, len(before.All))
	for i := range before.All {
		old[before.All[i].ID] = &before.All[i]
	}
	kept := map[string]bool{}
	for i := range now.All {
		kept[now.All[i].ID] = true
	}
	for id, c := range old { // first, so that its number is free
		if kept[id] {
			continue
		}
		if _, err := tx.ExecContext(ctx, `UPDATE tenants SET enabled = 0, updated_at = $1 WHERE id = $2`, stamp, id); err != nil {
			return fmt.Errorf("tenant %d: %w", c.Number, err)
		}
	}
	for i := range now.All {
		c := &now.All[i]
		if err := s.writeCompany(ctx, tx, old[c.ID], c, by, stamp); err != nil {
			return fmt.Errorf("tenant %d: %w", c.Number, conflict(err))
		}
	}
	was, is := company.Company{Trunks: before.Shared.Trunks}, company.Company{Trunks: now.Shared.Trunks}
	if same, err := sameDescription(&was, &is); err != nil || same {
		return err
	}
	by.Version = before.Shared.Version
	return s.writeDescription(ctx, tx, sharedOwner, &is, by)
}

func (s *Store) writeCompany(ctx context.Context, tx *sql.Tx, old, c *Company, by Stamp, stamp int64) error {
	by.Version = 0
	row := []any{c.ID, c.Number, c.Name, flag(c.Main), list(c.Servers), list(c.Contexts), list(settings{c.Limits, c.HistoryDays})}
	switch {
	case old == nil:
		if _, err := tx.ExecContext(ctx, `
			INSERT INTO tenants (id, number, name, main, servers, contexts, limits, enabled, created_at, updated_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $8)`, append(row, stamp)...); err != nil {
			return err
		}
	case !slices.Equal(row, []any{old.ID, old.Number, old.Name, flag(old.Main), list(old.Servers), list(old.Contexts), list(settings{old.Limits, old.HistoryDays})}):
		if _, err := tx.ExecContext(ctx, `
			UPDATE tenants SET number = $2, name = $3, main = $4, servers = $5, contexts = $6, limits = $7, updated_at = $8
			WHERE id = $1`, append(row, stamp)...); err != nil {
			return err
		}
		fallthrough
	default:
		by.Version = old.Version
		if same, err := sameDescription(&old.Company, &c.Company); err != nil || same {
			return err
		}
	}
	return s.writeDescription(ctx, tx, c.ID, &c.Company, by)
}

// sameDescription reports whether two descriptions, with their secrets, are
// written the same.
func sameDescription(a, b *company.Company) (bool, error) {
	bodyA, secretsA, err := encode(a)
	if err != nil {
		return false, err
	}
	bodyB, secretsB, err := encode(b)
	return bodyA == bodyB && maps.Equal(secretsA, secretsB), err
}
