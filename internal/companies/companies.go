// Package companies keeps the descriptions of all companies: it checks and
// stores every change with a new version, makes the passwords of phones, leaves
// a line in the audit trail, and has the running gateway follow.
package companies

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/secret"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Errors callers test for, beside those of package store.
var (
	// ErrNotFound reports a company, or something in it, that is not there.
	ErrNotFound = store.ErrNotFound
	// ErrChanged reports a change that met another; nothing was changed.
	ErrChanged = errors.New("it was changed by somebody else meanwhile; look at it and try again")
	// ErrServer reports a server that is not configured.
	ErrServer = errors.New("there is no such server")
)

// Trail takes entries for the audit. *audit.Log is one.
type Trail interface {
	Record(ctx context.Context, kind string, e audit.Entry)
}

// Options configures a Service. All fields are required but those that say so.
type Options struct {
	Store *store.Store
	Trail Trail
	// Servers are the ids of the servers that are configured, the first the home
	// of new companies that name none.
	Servers func() []int
	// Changed is told after every change that counts, before the change's
	// caller: the running gateway follows it. Optional.
	Changed func(ctx context.Context, c Changed)
	Now     func() time.Time // default time.Now
}

// Changed is what a change did, for those that follow it.
type Changed struct {
	Tenant int // its number, 0 for what all share
	// Gone are the extensions that are not there any more, Left reports that the
	// whole company is not.
	Gone []string
	Left bool
	// Rekeyed are the extensions with a phone that has another password, or none.
	Rekeyed []string
}

// Service keeps the descriptions. Its methods may be called from any goroutine.
type Service struct {
	o    Options
	mu   sync.Mutex // one change at a time, so that view is never older than the last
	view atomic.Pointer[store.Companies]
}

// New returns a Service. Load must come before anything else.
func New(o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Service{o: o}
}

// Load reads the descriptions, after somebody else may have written.
func (s *Service) Load(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	all, err := s.o.Store.Companies(ctx, false)
	if err != nil {
		return err
	}
	s.view.Store(all)
	return nil
}

// View is what counts now, without secrets. It is shared and must not be changed.
func (s *Service) View() *store.Companies { return s.view.Load() }

// Companies returns the companies that are on a server, with their secrets, and
// the trunks that all share, as asteriskconf takes them. Trunks of other servers
// are left out, also where a route names them.
func (s *Service) Companies(ctx context.Context, server int) ([]company.Company, []company.Trunk, error) {
	all, err := s.o.Store.Companies(ctx, true)
	if err != nil {
		return nil, nil, err
	}
	shared := slices.DeleteFunc(slices.Clone(all.Shared.Trunks), func(t company.Trunk) bool {
		return t.Server != server && t.Server != 0
	})
	var out []company.Company
	for i := range all.All {
		c := &all.All[i]
		if !slices.Contains(c.Servers, server) {
			continue
		}
		one := c.Company
		one.International, one.Premium = len(c.Limits.Countries) > 0, c.Limits.Premium
		home := c.Servers[0]
		one.Trunks = slices.DeleteFunc(slices.Clone(one.Trunks), func(t company.Trunk) bool {
			return t.Server != server && (t.Server != 0 || home != server)
		})
		one.Routes = routesOver(one.Routes, one.Trunks, shared)
		out = append(out, one)
	}
	return out, shared, nil
}

// routesOver are routes with those of their trunks that a server has. There is no way
// from one server to a trunk of another: a route that has no trunk there is not there,
// and its numbers go by the next shorter prefix. A company whose routes are all
// elsewhere has none there, which means all trunks that it may use there.
func routesOver(routes []company.Route, lists ...[]company.Trunk) []company.Route {
	there := map[int]bool{}
	for _, trunks := range lists {
		for i := range trunks {
			there[trunks[i].ID] = true
		}
	}
	var out []company.Route
	for _, r := range routes {
		r.Trunks = slices.DeleteFunc(slices.Clone(r.Trunks), func(id int) bool { return !there[id] })
		if len(r.Trunks) > 0 {
			out = append(out, r)
		}
	}
	return out
}

// Author is who makes a change.
type Author struct {
	Identity tenant.Identity
	Remote   string
}

func (a Author) name() string {
	if a.Identity.Name != "" {
		return a.Identity.Name
	}
	return a.Identity.Role.String()
}

// hidden is an error as the author may see it: who is no operator does not learn
// which other company has what.
func (a Author) hidden(err error) error {
	var wrong *store.InvalidError
	if a.Identity.Role == tenant.Operator || a.Identity.Tenant == nil || !errors.As(err, &wrong) {
		return err
	}
	out := &store.InvalidError{}
	for _, p := range wrong.Problems {
		out.Problems = append(out.Problems, company.Hidden(p, a.Identity.Tenant.Number))
	}
	return out
}

// Result is what a change made.
type Result struct {
	Company     store.Company // as it is now, without secrets
	Differences []company.Difference
	Passwords   []company.Password // that were made for phones; shown once
}

// Change has f change a company's description, and stores the result as its next
// version. f may run several times and must not keep anything; it gets the
// secrets too. Secrets that f leaves empty stay as they are; phones that have
// none get a new one. summary is a few words without names and numbers:
// "change extension".
//
// The error wraps ErrNotFound, store.ErrInvalid or store.ErrConflict, or is f's.
func (s *Service) Change(ctx context.Context, by Author, number int, summary string, f func(*store.Company) error) (Result, error) {
	return s.change(ctx, by, number, summary, f, false)
}

// Try is Change that stores nothing.
func (s *Service) Try(ctx context.Context, by Author, number int, f func(*store.Company) error) (Result, error) {
	return s.change(ctx, by, number, "", f, true)
}

func (s *Service) change(ctx context.Context, by Author, number int, summary string, f func(*store.Company) error, try bool) (Result, error) {
	var r Result
	now, err := s.write(ctx, by, summary, try, func(all *store.Companies) error {
		c := all.ByNumber(number)
		if c == nil {
			return fmt.Errorf("tenant: %w", ErrNotFound)
		}
		before := c.Clone()
		if err := f(c); err != nil {
			return err
		}
		c.Company = c.Clone() // what is filled in must not stand in f's own when it runs again
		c.Compose()
		c.ID, c.Number, c.Main = before.ID, before.Number, before.Main // not to be changed by this
		if err := s.checkServers(c); err != nil {
			return err
		}
		c.Fill(before.Secrets())
		if err := checkPasswords(&before, &c.Company); err != nil {
			return err
		}
		if err := checkWorks(by, &before, &c.Company); err != nil {
			return err
		}
		r.Passwords = c.FillDevices(Password)
		r.Differences = company.Diff(&before, &c.Company)
		r.Company = bare(c)
		return nil
	})
	if err != nil {
		return Result{}, err
	}
	if try {
		return r, nil
	}
	if c := now.ByNumber(number); c != nil {
		r.Company = bare(c)
	}
	s.told(ctx, by, number, summary, r.Differences)
	s.follow(ctx, number, r.Differences)
	return r, nil
}

// ChangeShared is Change for the trunks that all companies share.
func (s *Service) ChangeShared(ctx context.Context, by Author, summary string, f func(*[]company.Trunk) error) ([]company.Difference, error) {
	var diff []company.Difference
	_, err := s.write(ctx, by, summary, false, func(all *store.Companies) error {
		before := company.Company{Trunks: slices.Clone(all.Shared.Trunks)}
		if err := f(&all.Shared.Trunks); err != nil {
			return err
		}
		after := company.Company{Trunks: all.Shared.Trunks}
		after.Compose()
		after.Fill(before.Secrets())
		diff = company.Diff(&before, &after)
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.told(ctx, by, 0, summary, diff)
	s.follow(ctx, 0, diff)
	return diff, nil
}

// write runs f on all companies in one transaction.
func (s *Service) write(ctx context.Context, by Author, summary string, try bool, f func(*store.Companies) error) (*store.Companies, error) {
	return s.restore(ctx, by, summary, 0, try, f)
}

func (s *Service) restore(ctx context.Context, by Author, summary string, version int64, try bool, f func(*store.Companies) error) (*store.Companies, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := store.Stamp{By: by.name(), Summary: summary, Restores: version}
	now, err := s.o.Store.ChangeCompanies(ctx, st, try, f)
	if err != nil || try {
		return nil, by.hidden(err)
	}
	view := &store.Companies{All: slices.Clone(now.All), Shared: now.Shared, Taken: now.Taken}
	for i := range view.All {
		view.All[i] = bare(&now.All[i])
	}
	trunks := company.Company{Trunks: now.Shared.Trunks}
	view.Shared.Trunks = trunks.Bare().Trunks
	s.view.Store(view)
	return view, nil
}

// checkServers checks what a tenant has beside its description.
func (s *Service) checkServers(c *store.Company) error {
	known := s.o.Servers()
	var wrong []company.Problem
	for _, id := range c.Servers {
		if !slices.Contains(known, id) {
			wrong = append(wrong, company.Problem{Field: "servers", Text: fmt.Sprintf("there is no server %d", id)})
		}
	}
	// 0 is the home.
	on := func(field string, id int) {
		if id != 0 && !slices.Contains(c.Servers, id) {
			wrong = append(wrong, company.Problem{Field: field + ".server", Text: fmt.Sprintf("the company is not on a server %d", id)})
		}
	}
	for i := range c.Extensions {
		on("extensions["+c.Extensions[i].Number+"]", c.Extensions[i].Server)
	}
	for i := range c.Trunks {
		on(fmt.Sprintf("trunks[%d]", c.Trunks[i].ID), c.Trunks[i].Server)
	}
	if len(c.Servers) == 0 {
		wrong = append(wrong, company.Problem{Field: "servers", Text: "name at least one server; the first is home"})
	}
	if c.HistoryDays < 0 || c.HistoryDays > store.MaxHistoryDays {
		wrong = append(wrong, company.Problem{Field: "history_days", Text: fmt.Sprintf("must be 1 to %d, or 0 to keep calls for good", store.MaxHistoryDays)})
	}
	if len(wrong) > 0 {
		return &store.InvalidError{Problems: wrong}
	}
	return nil
}

// MinPassword is the least length of a phone's password that is given, in
// bytes: who guesses one calls at the company's expense.
const MinPassword = 12

// checkPasswords finds new passwords of phones that are too short.
func checkPasswords(before, after *company.Company) error {
	old := before.Secrets()
	var wrong []company.Problem
	for i := range after.Extensions {
		e := &after.Extensions[i]
		for j := range e.Devices {
			text := e.Devices[j].Secret
			place := fmt.Sprintf("extensions/%s/devices/%d", e.Number, j)
			if !text.Empty() && text != old[place] && len(text.Reveal()) < MinPassword {
				wrong = append(wrong, company.Problem{
					Field: fmt.Sprintf("extensions[%s].devices[%d].secret", e.Number, j),
					Text:  fmt.Sprintf("is shorter than %d characters; without one a password is made", MinPassword),
				})
			}
		}
	}
	if len(wrong) > 0 {
		return &store.InvalidError{Problems: wrong}
	}
	return nil
}

func bare(c *store.Company) store.Company {
	b := *c
	b.Company = c.Bare()
	return b
}

// follow has the gateway follow a change.
func (s *Service) follow(ctx context.Context, number int, diff []company.Difference) {
	if s.o.Changed == nil || len(diff) == 0 {
		return
	}
	c := Changed{Tenant: number}
	for _, d := range diff {
		if ext, ok := strings.CutPrefix(d.Field, "extensions["); ok && d.After == "" && strings.HasSuffix(ext, "]") {
			c.Gone = append(c.Gone, strings.TrimSuffix(ext, "]"))
		} else if ext, place, ok := strings.Cut(ext, "].devices["); ok && strings.HasSuffix(place, ".secret") && d.Before != "" {
			c.Rekeyed = append(c.Rekeyed, ext)
		}
	}
	s.o.Changed(ctx, c)
}

// private are the last parts of fields whose values the trail does not show:
// what people are called.
var private = []string{"name", "title", "email", "description", "caller_prefix"}

// told leaves a line in the audit trail. Versions have the whole.
func (s *Service) told(ctx context.Context, by Author, number int, action string, diff []company.Difference) {
	if len(diff) == 0 {
		return
	}
	texts := make([]string, 0, len(diff))
	for _, d := range diff {
		last := d.Field[strings.LastIndexAny(d.Field, ".]")+1:]
		switch {
		case d.Before == "" || d.After == "" || slices.Contains(private, last) || strings.Contains(d.Before+d.After, "{"):
			mark := map[bool]string{true: "changed ", false: "set "}[d.Before != "" && d.After != ""]
			if d.After == "" {
				mark = "removed "
			}
			texts = append(texts, mark+d.Field)
		default:
			texts = append(texts, d.Field+": "+d.Before+" -> "+d.After)
		}
	}
	e := audit.Entry{Identity: by.Identity, Remote: by.Remote, Action: action, Detail: strings.Join(texts, "; "), Changes: changes(diff)}
	if c := s.View().ByNumber(number); c != nil {
		t := c.Tenant()
		e.Identity.Tenant = &t
	}
	s.o.Trail.Record(ctx, audit.KindChanged, e)
}

// changes are differences as the trail keeps them.
func changes(diff []company.Difference) []audit.Change {
	out := make([]audit.Change, len(diff))
	for i, d := range diff {
		out[i] = audit.Change{Field: d.Field, Before: json.RawMessage(d.Before), After: json.RawMessage(d.After)}
	}
	return out
}

// Reveal returns a company with its secrets, and leaves a line in the audit trail.
func (s *Service) Reveal(ctx context.Context, by Author, number int) (*store.Company, error) {
	all, err := s.o.Store.Companies(ctx, true)
	if err != nil {
		return nil, err
	}
	c := all.ByNumber(number)
	if c == nil {
		return nil, fmt.Errorf("tenant: %w", ErrNotFound)
	}
	t := c.Tenant()
	by.Identity.Tenant = &t
	s.o.Trail.Record(ctx, audit.KindChanged, audit.Entry{
		Identity: by.Identity, Remote: by.Remote, Action: "read passwords", Detail: "passwords of phones and trunks were exported",
	})
	return c, nil
}

// SetPassword gives a phone of an extension a new password, the one given or,
// when that is empty, one that is made. nth counts its phones from 0.
func (s *Service) SetPassword(ctx context.Context, by Author, number int, ext string, nth int, text secret.Text) (company.Password, error) {
	var p company.Password
	_, err := s.Change(ctx, by, number, "new password of a phone", func(c *store.Company) error {
		e := c.Extension(ext)
		if e == nil {
			return fmt.Errorf("extension: %w", ErrNotFound)
		}
		if nth < 0 || nth >= len(e.Devices) {
			return fmt.Errorf("device: %w", ErrNotFound)
		}
		if text.Empty() {
			text = secret.New(Password())
		}
		e.Devices[nth].Secret = text
		p = company.Password{Extension: ext, Device: company.DeviceName(c.Prefix(), ext, nth), Secret: text}
		return nil
	})
	return p, err
}
