package people

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/store"
)

// Change is what somebody enters of a person. Nil fields stay as they are.
type Change struct {
	// Name, Email, User and Lang are of people who were entered by hand; the
	// directory has those of the others.
	Name, Email, User, Lang *string
	// Extension and Mobile are by hand from then on, "" too: that there is none.
	Extension, Mobile *string
	// ByRules and ByDirectory give extension and mobile number back to the rules
	// and the directory.
	ByRules, ByDirectory bool
}

// Add enters a person by hand. Name is required.
func (s *Service) Add(ctx context.Context, tenant int, c Change) (Match, error) {
	id := newID()
	now := s.o.Now().UTC().Truncate(time.Millisecond)
	err := s.change(ctx, tenant, func(all []store.Person) ([]store.Person, error) {
		p := store.Person{ID: id, Tenant: tenant, ByHand: true, Since: now, Lang: "ko"}
		if c.Name == nil {
			return nil, fmt.Errorf("%w: name: is missing", ErrPerson)
		}
		if err := s.apply(tenant, &p, &c); err != nil {
			return nil, err
		}
		return append(all, p), nil
	})
	if err != nil {
		return Match{}, err
	}
	return s.Get(ctx, tenant, id)
}

// Change changes a person. ErrNotFound: there is none.
func (s *Service) Change(ctx context.Context, tenant int, id string, c Change) (Match, error) {
	err := s.change(ctx, tenant, func(all []store.Person) ([]store.Person, error) {
		p := byID(all, id)
		if p == nil {
			return nil, fmt.Errorf("person: %w", ErrNotFound)
		}
		if !p.ByHand && (c.Name != nil || c.Email != nil || c.User != nil || c.Lang != nil) {
			return nil, fmt.Errorf("%w: name: name, email, user and language of this person are the directory's", ErrPerson)
		}
		return all, s.apply(tenant, p, &c)
	})
	if err != nil {
		return Match{}, err
	}
	return s.Get(ctx, tenant, id)
}

// Remove deletes a person who was entered by hand, or has left. Whoever is in the
// directory stays: ErrPerson.
func (s *Service) Remove(ctx context.Context, tenant int, id string) error {
	return s.change(ctx, tenant, func(all []store.Person) ([]store.Person, error) {
		p := byID(all, id)
		switch {
		case p == nil:
			return nil, fmt.Errorf("person: %w", ErrNotFound)
		case !p.ByHand && p.Left.IsZero():
			return nil, fmt.Errorf("%w: id: this person is in the directory of NAVER WORKS, and leaves with it", ErrPerson)
		}
		return slices.DeleteFunc(all, func(p store.Person) bool { return p.ID == id }), nil
	})
}

// Get is one person.
func (s *Service) Get(ctx context.Context, tenant int, id string) (Match, error) {
	all, _, err := s.List(ctx, tenant)
	if err != nil {
		return Match{}, err
	}
	for i := range all {
		if all[i].Person.ID == id {
			return all[i], nil
		}
	}
	return Match{}, fmt.Errorf("person: %w", ErrNotFound)
}

func byID(all []store.Person, id string) *store.Person {
	for i := range all {
		if all[i].ID == id {
			return &all[i]
		}
	}
	return nil
}

// apply checks and takes over what was entered.
func (s *Service) apply(tenant int, p *store.Person, c *Change) error {
	for _, f := range []struct {
		name  string
		value *string
		into  *string
		most  int
	}{{"name", c.Name, &p.Name, maxName}, {"email", c.Email, &p.Email, maxField}, {"user", c.User, &p.User, maxField}, {"language", c.Lang, &p.Lang, 2}} {
		if f.value == nil {
			continue
		}
		if text(*f.value, f.most) != *f.value {
			return fmt.Errorf("%w: %s: at most %d characters, no control characters and no spaces around", ErrPerson, f.name, f.most)
		}
		*f.into = *f.value
	}
	switch {
	case p.Name == "":
		return fmt.Errorf("%w: name: is missing", ErrPerson)
	case p.Lang != "ko" && p.Lang != "en":
		return fmt.Errorf("%w: language: ko or en", ErrPerson)
	case c.Email != nil && p.Email != "" && strings.Count(p.Email, "@") != 1:
		return fmt.Errorf("%w: email: is no address", ErrPerson)
	}
	if c.ByRules {
		p.ExtensionByHand = false
	}
	if c.Extension != nil {
		if t := s.o.Directory().ByNumber(tenant); *c.Extension != "" && (t == nil || !t.HasExtension(*c.Extension)) {
			return fmt.Errorf("%w: extension: there is no such extension of yours", ErrPerson)
		}
		p.Extension, p.ExtensionByHand = *c.Extension, true
	}
	if c.ByDirectory && p.MobileByHand {
		p.Mobile, p.MobileByHand = dialled(p.Fields.CellPhone), false
	}
	if c.Mobile != nil {
		n := dialled(*c.Mobile)
		if *c.Mobile != "" && n == "" {
			return fmt.Errorf("%w: mobile: is no number that can be dialled", ErrPerson)
		}
		p.Mobile, p.MobileByHand = n, true
	}
	return nil
}
