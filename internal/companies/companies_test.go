package companies_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/companies"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/secret"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// trail keeps what would go into the audit.
type trail struct{ entries []audit.Entry }

func (t *trail) Record(_ context.Context, _ string, e audit.Entry) { t.entries = append(t.entries, e) }

func service(t *testing.T) (*companies.Service, *trail, *[]companies.Changed) {
	t.Helper()
	st, err := store.Open(t.Context(), store.Options{
		DataDir: t.TempDir(), SecretKey: func() ([]byte, error) { return bytes.Repeat([]byte{7}, 32), nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	log, changed := &trail{}, &[]companies.Changed{}
	s := companies.New(companies.Options{
		Store: st, Trail: log, Servers: func() []int { return []int{1, 2} },
		Changed: func(_ context.Context, c companies.Changed) { *changed = append(*changed, c) },
	})
	if err := s.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s, log, changed
}

func TestCreate(t *testing.T) {
	s, log, _ := service(t)
	r, err := s.Create(t.Context(), companies.Author{}, companies.NewTenant{Name: "얼쑤팩토리", Extensions: []string{"1010-1012", "700"}})
	if err != nil {
		t.Fatal(err)
	}
	c := r.Company
	if c.Number != 2 || !regexp.MustCompile(`^[0-9a-f]{16}$`).MatchString(c.ID) || len(c.Extensions) != 4 || len(r.Passwords) != 4 || c.Version != 1 || !slices.Equal(c.Servers, []int{1}) {
		t.Errorf("%+v", r)
	}
	if c.Parking.Number != "7000" || len(c.TimeGroups) != 1 {
		t.Errorf("%+v", c)
	}
	if c.Extensions[0].Devices[0].Secret.Reveal() != "" {
		t.Error("a password in what is shown")
	}
	if len(log.entries) != 1 || strings.Contains(log.entries[0].Detail, r.Passwords[0].Secret.Reveal()) || strings.Contains(log.entries[0].Detail, "얼쑤") {
		t.Errorf("%+v", log.entries)
	}
	for _, n := range []companies.NewTenant{
		{}, {Name: "x", Servers: []int{3}}, {Name: "x", Extensions: []string{"1010-1"}}, {Name: "x", Extensions: []string{"1010", "1010"}}, {Name: "x", Number: 2},
	} {
		if _, err := s.Create(t.Context(), companies.Author{}, n); !errors.Is(err, store.ErrInvalid) {
			t.Errorf("%+v: %v", n, err)
		}
	}
	// A number that a company has had is not given to the next.
	if err := s.Remove(t.Context(), companies.Author{}, 2); err != nil {
		t.Fatal(err)
	}
	if r, err = s.Create(t.Context(), companies.Author{}, companies.NewTenant{Name: "다음"}); err != nil || r.Company.Number != 3 {
		t.Errorf("%+v %v", r, err)
	}
}

// TestChange: secrets that are not given stay, new phones get one, what is too
// short is refused, and what left is told.
func TestChange(t *testing.T) {
	s, _, changed := service(t)
	made, err := s.Create(t.Context(), companies.Author{}, companies.NewTenant{Name: "a", Extensions: []string{"1010", "1011"}})
	if err != nil {
		t.Fatal(err)
	}
	first := made.Passwords[0].Secret
	change := func(f func(c *store.Company)) (companies.Result, error) {
		return s.Change(t.Context(), companies.Author{}, 2, "test", func(c *store.Company) error { f(c); return nil })
	}
	secretOf := func(ext string, nth int) secret.Text {
		all, _, err := s.Companies(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		return all[0].Extension(ext).Devices[nth].Secret
	}
	r, err := change(func(c *store.Company) {
		c.Extension("1010").Devices = []company.Device{{Name: "책상"}, {Name: "휴대폰"}}
	})
	if err != nil || len(r.Passwords) != 1 || r.Passwords[0].Device != "T2_1010_1" || secretOf("1010", 0) != first || secretOf("1010", 1) != r.Passwords[0].Secret {
		t.Errorf("%+v %v", r, err)
	}
	if _, err := change(func(c *store.Company) { c.Extension("1010").Devices[0].Secret = secret.New("short") }); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("%v", err)
	}
	p, err := s.SetPassword(t.Context(), companies.Author{}, 2, "1010", 0, secret.Text{})
	if err != nil || p.Secret == first || secretOf("1010", 0) != p.Secret {
		t.Errorf("%v %v", p, err)
	}
	*changed = nil
	if _, err := change(func(c *store.Company) { c.Extensions = c.Extensions[:1] }); err != nil {
		t.Fatal(err)
	}
	if len(*changed) != 1 || !slices.Equal((*changed)[0].Gone, []string{"1011"}) {
		t.Errorf("%+v", *changed)
	}
	// An undo brings 1011 back with its password, and keeps the new one of 1010.
	before := p.Secret
	if _, err := s.Undo(t.Context(), companies.Author{}, 2, 0, false); err != nil {
		t.Fatal(err)
	}
	if secretOf("1011", 0) != made.Passwords[1].Secret || secretOf("1010", 0) != before {
		t.Error("passwords after an undo")
	}
	if _, err := s.Undo(t.Context(), companies.Author{}, 2, 1, false); err != nil || secretOf("1010", 0) != before {
		t.Errorf("an undo brought an old password back: %v", err)
	}
	if _, err := s.Try(t.Context(), companies.Author{}, 2, func(c *store.Company) error { c.Name = "b"; return nil }); err != nil || s.View().ByNumber(2).Name != "a" {
		t.Errorf("a try changed something: %v", err)
	}
}

func TestPassword(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		p := companies.Password()
		if len(p) < 20 || strings.ContainsAny(p, "il1o0") || seen[p] {
			t.Fatal(p)
		}
		seen[p] = true
	}
}

// TestUndoOf: who is no operator does not undo what an operator set, and nobody
// undoes what came in between unseen.
func TestUndoOf(t *testing.T) {
	s, _, _ := service(t)
	ops := companies.Author{Identity: tenant.Identity{Role: tenant.Operator, Name: "ops"}}
	if _, err := s.Create(t.Context(), ops, companies.NewTenant{Name: "a", Lines: 30}); err != nil {
		t.Fatal(err)
	}
	own := s.View().ByNumber(2).Tenant()
	admin := companies.Author{Identity: tenant.Identity{Role: tenant.TenantRole, Tenant: &own, Name: "admin"}}
	lines := func(n int) {
		t.Helper()
		if _, err := s.Change(t.Context(), ops, 2, "lines", func(c *store.Company) error { c.Lines, c.Language = n, "en"; return nil }); err != nil {
			t.Fatal(err)
		}
	}
	lines(10)
	for _, version := range []int64{0, 1} {
		if _, err := s.Undo(t.Context(), admin, 2, version, false); err != nil || s.View().ByNumber(2).Lines != 10 {
			t.Errorf("%d lines, %v", s.View().ByNumber(2).Lines, err)
		}
	}
	if c := s.View().ByNumber(2); c.Language != "" {
		t.Errorf("nothing was undone: %+v", c)
	}
	if _, err := s.Undo(t.Context(), ops, 2, 1, false); err != nil || s.View().ByNumber(2).Lines != 30 {
		t.Errorf("%d lines, %v", s.View().ByNumber(2).Lines, err)
	}
}

// TestTaken: a company does not learn which other one has a number; an operator
// does.
func TestTaken(t *testing.T) {
	s, _, _ := service(t)
	ops := companies.Author{Identity: tenant.Identity{Role: tenant.Operator}}
	for _, name := range []string{"a", "b", "c"} {
		if _, err := s.Create(t.Context(), ops, companies.NewTenant{Name: name}); err != nil {
			t.Fatal(err)
		}
	}
	number := func(c *store.Company) error { c.Numbers = []string{"16682471"}; return nil }
	if _, err := s.Change(t.Context(), ops, 3, "numbers", number); err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{2, 4} { // before and behind the one that has it
		own := s.View().ByNumber(n).Tenant()
		for _, c := range []struct {
			by    companies.Author
			names bool
		}{{ops, true}, {companies.Author{Identity: tenant.Identity{Role: tenant.TenantRole, Tenant: &own}}, false}} {
			_, err := s.Change(t.Context(), c.by, n, "numbers", number)
			var wrong *store.InvalidError
			if !errors.As(err, &wrong) {
				t.Fatal(err)
			}
			if strings.Contains(err.Error(), "tenant ") != c.names || !c.names && wrong.Problems[0].Field != fmt.Sprintf("T%d.dids[16682471]", n) {
				t.Errorf("T%d: %v", n, err)
			}
		}
	}
}

// TestRunAgain: what is filled into a description does not stay in what the
// change was made of, which may run again; names are composed.
func TestRunAgain(t *testing.T) {
	s, _, _ := service(t)
	if _, err := s.Create(t.Context(), companies.Author{}, companies.NewTenant{Name: "a"}); err != nil {
		t.Fatal(err)
	}
	file := company.Company{Name: "\u1112\u1161\u11ab", Extensions: []company.Extension{{Number: "1010", Devices: []company.Device{{}}}}}
	for range 2 {
		r, err := s.Try(t.Context(), companies.Author{}, 2, func(c *store.Company) error { c.Company = file; return nil })
		if err != nil || len(r.Passwords) != 1 || r.Company.Name != "한" {
			t.Errorf("%+v %v", r, err)
		}
	}
}
