package tenant

import (
	"cmp"
	"errors"
	"maps"
	"slices"

	"github.com/dipcast/dipcast/internal/dialplan"
)

// Directory is an immutable snapshot of all enabled tenants. Its methods may be
// called from any goroutine; a change of configuration makes a new Directory.
type Directory struct {
	all      []*Tenant // by number
	byID     map[string]*Tenant
	byNumber map[int]*Tenant
	byDID    map[serverDID]*Tenant
	main     *Tenant
}

// NewDirectory copies and indexes tenants. It returns every Problem joined, and
// no directory, when Validate finds any. A main tenant without contexts gets
// DefaultMainContexts.
func NewDirectory(tenants []Tenant) (*Directory, error) {
	if problems := Validate(tenants); len(problems) > 0 {
		errs := make([]error, len(problems))
		for i, p := range problems {
			errs[i] = p
		}
		return nil, errors.Join(errs...)
	}
	d := &Directory{
		byID:     make(map[string]*Tenant, len(tenants)),
		byNumber: make(map[int]*Tenant, len(tenants)),
		byDID:    make(map[serverDID]*Tenant),
	}
	for i := range tenants {
		d.add(clone(&tenants[i]))
	}
	slices.SortFunc(d.all, func(a, b *Tenant) int { return cmp.Compare(a.Number, b.Number) })
	return d, nil
}

func (d *Directory) add(t *Tenant) {
	d.all = append(d.all, t)
	d.byID[t.ID.Hex()] = t
	d.byNumber[t.Number] = t
	for did := range t.DIDs {
		for _, server := range t.Servers {
			d.byDID[serverDID{server, did}] = t
		}
	}
	if t.Main {
		d.main = t
	}
}

// clone copies what the caller could still change.
func clone(t *Tenant) *Tenant {
	c := *t
	c.ID = NewID(t.ID.Hex(), t.Number) // a name that cannot disagree
	c.Servers = slices.Clone(t.Servers)
	c.Extensions = slices.Clone(t.Extensions)
	c.DIDs = maps.Clone(t.DIDs)
	c.Numbers = slices.Clone(t.Numbers)
	c.Contexts = slices.Clone(t.Contexts)
	c.Profiles, c.Classes = maps.Clone(t.Profiles), slices.Clone(t.Classes)
	c.TimeGroups = slices.Clone(t.TimeGroups)
	c.Limits.Countries = slices.Clone(c.Limits.Countries)
	if c.Main && len(c.Contexts) == 0 {
		c.Contexts = DefaultMainContexts()
	}
	if c.Main {
		for _, k := range c.Classes {
			c.Contexts = append(c.Contexts, dialplan.Class("", k.Name))
		}
	}
	c.extensions = make(map[string]bool, len(c.Extensions))
	for _, ext := range c.Extensions {
		c.extensions[ext] = true
	}
	return &c
}

// All returns the tenants in the order of their numbers. The slice is shared
// and must not be changed.
func (d *Directory) All() []*Tenant { return d.all }

// ByID returns the tenant with the id hex, compared exactly, or nil.
func (d *Directory) ByID(hex string) *Tenant { return d.byID[hex] }

// ByNumber returns the tenant with the number n of its prefix, or nil.
func (d *Directory) ByNumber(n int) *Tenant { return d.byNumber[n] }

// ByDID returns the tenant that num reaches on a server, or nil, and the
// extension it rings there, "" when it rings none.
func (d *Directory) ByDID(server int, num string) (*Tenant, string) {
	t := d.byDID[serverDID{server, num}]
	if t == nil {
		return nil, ""
	}
	return t, t.DIDs[num]
}

// Main returns the tenant without a prefix, or nil.
func (d *Directory) Main() *Tenant { return d.main }

// OnServer returns the tenants that use a server, in the order of their numbers.
func (d *Directory) OnServer(id int) []*Tenant {
	var out []*Tenant
	for _, t := range d.all {
		if t.HasServer(id) {
			out = append(out, t)
		}
	}
	return out
}

// NumberByID returns the number of the tenant with the id hex. It is the lookup
// that number.MaskText wants.
func (d *Directory) NumberByID(hex string) (int, bool) {
	t := d.byID[hex]
	if t == nil {
		return 0, false
	}
	return t.Number, true
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
