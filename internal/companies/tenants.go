package companies

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// passwordAlphabet has no two characters that look alike, and no capitals, which
// are slow to type on a phone.
const passwordAlphabet = "abcdefghjkmnpqrstuvwxyz23456789"

// passwordLength gives 118 bits.
const passwordLength = 24

// Password makes a password for a phone.
func Password() string {
	var b strings.Builder
	for b.Len() < passwordLength {
		var one [32]byte
		_, _ = rand.Read(one[:]) // never fails, crypto/rand
		for _, x := range one {
			// 248 is the greatest multiple of 31 in a byte: no character is likelier.
			if x < 248 && b.Len() < passwordLength {
				b.WriteByte(passwordAlphabet[int(x)%len(passwordAlphabet)])
			}
		}
	}
	return b.String()
}

// NewTenant is a company to be made. Zero fields have the defaults named.
type NewTenant struct {
	Name      string
	ID        string // default: a new one
	Number    int    // default: the lowest from 2 that no company has had
	Servers   []int  // default: the first server that is configured
	Language  string
	AreaCode  string
	Lines     int
	Limits    tenant.Limits
	Recording company.Recording
	// HistoryDays is how long calls stay in the history; 0 keeps them for good.
	HistoryDays int
	// Extensions are numbers and ranges, "1010" and "1010-1019"; each gets a
	// phone with a password that is made.
	Extensions []string
}

// Create makes a company that phones can be used in at once: its extensions have
// a phone each, calls can be parked, and there is a time group of office hours.
func (s *Service) Create(ctx context.Context, by Author, n NewTenant) (Result, error) {
	numbers, err := Expand(n.Extensions)
	if err != nil {
		return Result{}, &store.InvalidError{Problems: []company.Problem{{Field: "extensions", Text: err.Error()}}}
	}
	var r Result
	_, err = s.write(ctx, by, "create tenant", false, func(all *store.Companies) error {
		c := store.Company{Servers: n.Servers, Limits: n.Limits, HistoryDays: n.HistoryDays}
		c.ID, c.Number, c.Name, c.Language, c.AreaCode, c.Lines = n.ID, n.Number, n.Name, n.Language, n.AreaCode, n.Lines
		c.Recording = n.Recording
		if c.ID == "" {
			c.ID = newID()
		}
		if c.Number == 0 {
			for c.Number = 2; all.Taken[c.Number]; c.Number++ {
			}
		}
		if len(c.Servers) == 0 {
			if known := s.o.Servers(); len(known) > 0 {
				c.Servers = known[:1]
			}
		}
		if strings.TrimSpace(c.Name) == "" {
			return &store.InvalidError{Problems: []company.Problem{{Field: "name", Text: "is missing"}}}
		}
		if err := s.checkServers(&c); err != nil {
			return err
		}
		outfit(&c.Company, numbers)
		c.Compose()
		r = Result{Passwords: c.FillDevices(Password)}
		empty := company.Company{ID: c.ID, Number: c.Number}
		r.Differences = company.Diff(&empty, &c.Company)
		r.Company = bare(&c)
		all.All = append(all.All, c)
		return nil
	})
	if err != nil {
		return Result{}, err
	}
	number := r.Company.Number
	if c := s.View().ByNumber(number); c != nil {
		r.Company = *c
	}
	s.told(ctx, by, number, "create tenant", r.Differences)
	s.follow(ctx, number, r.Differences)
	return r, nil
}

// outfit gives a new company what it can begin with.
func outfit(c *company.Company, numbers []string) {
	for _, n := range numbers {
		c.Extensions = append(c.Extensions, company.Extension{Number: n, Devices: []company.Device{{}}})
	}
	name := "업무 시간"
	if c.Speaks() == company.English {
		name = "Office hours"
	}
	c.TimeGroups = []company.TimeGroup{{
		ID: 1, Name: name,
		Spans: []company.Span{{Days: company.Days[:5], From: "09:00", To: "18:00"}},
	}}
	for _, first := range []int{700, 7000, 800, 8000} {
		if free(numbers, first, first+20) {
			c.Parking = company.Parking{Number: strconv.Itoa(first)}
			return
		}
	}
}

// free reports whether no extension is among some numbers.
func free(numbers []string, first, last int) bool {
	return !slices.ContainsFunc(numbers, func(s string) bool {
		n, err := strconv.Atoi(s)
		return err == nil && n >= first && n <= last
	})
}

// Remove disables a company: its data stays, its phones, keys and logins do not
// work any more.
func (s *Service) Remove(ctx context.Context, by Author, number int) error {
	before := s.View().ByNumber(number)
	_, err := s.write(ctx, by, "delete tenant", false, func(all *store.Companies) error {
		n := len(all.All)
		all.All = slices.DeleteFunc(all.All, func(c store.Company) bool { return c.Number == number })
		if len(all.All) == n {
			return fmt.Errorf("tenant: %w", ErrNotFound)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if before != nil {
		t := before.Tenant()
		by.Identity.Tenant = &t
	}
	s.told(ctx, by, number, "delete tenant", []company.Difference{{Field: "tenant", Before: `"T` + strconv.Itoa(number) + `"`}})
	if s.o.Changed != nil {
		s.o.Changed(ctx, Changed{Tenant: number, Left: true})
	}
	return nil
}

// Versions are the versions of a company's description that are kept, newest
// first.
func (s *Service) Versions(ctx context.Context, number int) ([]store.Stamp, error) {
	c := s.View().ByNumber(number)
	if c == nil {
		return nil, fmt.Errorf("tenant: %w", ErrNotFound)
	}
	return s.o.Store.Versions(ctx, c.ID)
}

// Undo makes a company's description what it was in an older version; 0 means
// before the last change, and before the one before that when it is undone
// again. Passwords of phones and trunks that are there now stay as they are: who
// changed one had a reason. So does how many lines there are, unless an operator
// undoes: a company pays for them.
func (s *Service) Undo(ctx context.Context, by Author, number int, version int64, try bool) (Result, error) {
	all, err := s.Versions(ctx, number)
	if err != nil {
		return Result{}, err
	}
	if version != 0 {
		return s.takeBack(ctx, by, number, version, 0, try)
	}
	last := int64(0) // the change that is taken back must be the last one still
	if len(all) > 0 {
		last = all[0].Version
	}
	// What changed nothing but passwords cannot be undone: it is passed over, or
	// nothing before it could be.
	for version = store.Undoes(all); version != 0; version = store.UndoesBelow(all, version) {
		r, err := s.takeBack(ctx, by, number, version, last, true)
		if err != nil {
			return Result{}, err
		}
		if len(r.Differences) > 0 {
			if try {
				return r, nil
			}
			return s.takeBack(ctx, by, number, version, last, false)
		}
	}
	return Result{}, fmt.Errorf("an older version: %w", ErrNotFound)
}

// takeBack makes a company's description what it was in a version. last is the
// version that must count still, 0 any.
func (s *Service) takeBack(ctx context.Context, by Author, number int, version, last int64, try bool) (Result, error) {
	old, err := s.o.Store.Version(ctx, s.View().ByNumber(number).ID, version)
	if err != nil {
		return Result{}, err
	}
	var r Result
	_, err = s.restore(ctx, by, "undo", version, try, func(all *store.Companies) error {
		c := all.ByNumber(number)
		if c == nil {
			return fmt.Errorf("tenant: %w", ErrNotFound)
		}
		if last != 0 && c.Version != last {
			return ErrChanged
		}
		before := c.Clone()
		next := old.Clone()
		next.ID, next.Number, next.Main = c.ID, c.Number, c.Main
		if next.Name == "" { // what the configuration file made has none
			next.Name = c.Name
		}
		if by.Identity.Role != tenant.Operator {
			next.Lines = c.Lines
		}
		secrets := next.Secrets()
		next = next.Bare()
		next.Fill(before.Secrets())
		next.Fill(secrets)
		c.Company = next
		r = Result{Differences: company.Diff(&before, &c.Company), Company: bare(c)}
		return nil
	})
	if err != nil {
		return Result{}, err
	}
	if try {
		return r, nil
	}
	s.told(ctx, by, number, "undo", r.Differences)
	s.follow(ctx, number, r.Differences)
	return r, nil
}

// newID makes a tenant's id.
func newID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails, crypto/rand
	return hex.EncodeToString(b[:])
}

// Expand writes out ranges: "1010-1012" is 1010, 1011, 1012.
func Expand(list []string) ([]string, error) {
	var out []string
	for _, s := range list {
		for one := range strings.SplitSeq(s, ",") {
			one = strings.TrimSpace(one)
			if one == "" {
				continue
			}
			first, last, isRange := strings.Cut(one, "-")
			if !isRange {
				out = append(out, one)
				continue
			}
			a, errA := strconv.Atoi(first)
			b, errB := strconv.Atoi(last)
			if errA != nil || errB != nil || len(first) != len(last) || len(first) > 10 || b < a {
				return nil, fmt.Errorf("%q is not a range such as 1010-1019", one)
			}
			if b-a >= company.MaxExtensions {
				return nil, fmt.Errorf("%q are more than %d", one, company.MaxExtensions)
			}
			for n := a; n <= b; n++ {
				out = append(out, fmt.Sprintf("%0*d", len(first), n))
			}
			if len(out) > company.MaxExtensions {
				return nil, errors.New("these are more than " + strconv.Itoa(company.MaxExtensions))
			}
		}
	}
	return out, nil
}
