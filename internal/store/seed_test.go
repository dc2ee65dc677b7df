package store_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// hasher stands for argon2id: quick, and it counts.
type hasher struct{ hashed, verified int }

func (h *hasher) Hash(_ context.Context, password string) (string, error) {
	h.hashed++
	return "hash of " + password, nil
}

func (h *hasher) Verify(_ context.Context, hash, password string) (bool, error) {
	h.verified++
	return hash == "hash of "+password, nil
}

func twoTenants() *config.Config {
	c := config.Default()
	c.Servers = []config.Server{
		{ID: 1, Name: "a", Address: "127.0.0.1:5038", Username: "u", Secret: config.NewSecret("s")},
		{ID: 2, Name: "b", Address: "127.0.0.1:5039", Username: "u", Secret: config.NewSecret("s")},
	}
	c.Tenants = []config.Tenant{
		{
			ID: "7be69580e27641df", Number: 2, Name: "얼쑤팩토리", Servers: []int{1, 2}, Extensions: []string{"1010", "1013"},
			DIDs: map[string]string{"07045805605": "1010", "07045144801": "1013"}, Numbers: []string{"16682471"},
			AppKeys: []config.AppKey{{Name: "crm", Key: config.NewSecret("얼씨구절씨구")}, {Name: "cti", Key: config.NewSecret("a-long-key-of-the-cti-program")}},
			Logins: []config.Login{
				{Username: "two", Password: config.NewSecret("pw2")},
				{Username: "desk", Password: config.NewSecret("pwd"), Extension: "1010"},
			},
		},
		{
			ID: "0123456789abcdef", Number: 10, Name: "열", Servers: []int{1}, Extensions: []string{"1010"},
			AppKeys: []config.AppKey{{Name: "crm", Key: config.NewSecret("ten")}},
		},
	}
	c.Operators = []config.Operator{{Username: "ops", Password: config.NewSecret("ops")}}
	return c
}

func seed(t *testing.T, s *store.Store, c *config.Config) store.SeedResult {
	t.Helper()
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	r, err := s.Seed(t.Context(), c, &hasher{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func directory(t *testing.T, s *store.Store) *tenant.Directory {
	t.Helper()
	d, err := s.Directory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestSeedCreates(t *testing.T) { each(t, testSeedCreates) }

func testSeedCreates(t *testing.T, d *database) {
	s := d.open(t)
	if got, want := seed(t, s, twoTenants()), (store.SeedResult{Created: 8}); got != want {
		t.Errorf("%+v", got)
	}
	all := directory(t, s)
	t2 := all.ByID("7be69580e27641df")
	if len(all.All()) != 2 || t2 == nil || t2.Number != 2 || t2.Name != "얼쑤팩토리" || t2.Home() != 1 || !t2.HasExtension("1013") || !t2.OwnsNumber("07045144801") || !t2.OwnsNumber("16682471") {
		t.Fatalf("%+v", t2)
	}
	k, err := s.AppKey(t.Context(), store.KeyHash("얼씨구절씨구"))
	want := store.AppKey{TenantID: "7be69580e27641df", Name: "crm", Hash: store.KeyHash("얼씨구절씨구")}
	if diff := cmp.Diff(want, k); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if k, err := s.AppKey(t.Context(), store.KeyHash("a-long-key-of-the-cti-program")); err != nil || k.Prefix != "a-lo" {
		t.Errorf("%+v %v", k, err)
	}
	for name, want := range map[string]store.Account{
		"ops":  {Username: "ops", Role: tenant.Operator, Hash: "hash of ops"},
		"two":  {Username: "two", Role: tenant.TenantRole, TenantID: "7be69580e27641df", Hash: "hash of pw2"},
		"desk": {Username: "desk", Role: tenant.ExtensionRole, TenantID: "7be69580e27641df", Extension: "1010", Hash: "hash of pwd"},
	} {
		got, err := s.Account(t.Context(), name)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Error(diff, err)
		}
	}
	if _, err := s.Account(t.Context(), "nobody"); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
	if _, err := s.AppKey(t.Context(), store.KeyHash("nothing")); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
}

func TestSeedAgainChangesNothing(t *testing.T) { each(t, testSeedAgainChangesNothing) }

func testSeedAgainChangesNothing(t *testing.T, d *database) {
	s := d.open(t)
	seed(t, s, twoTenants())
	h := &hasher{}
	r, err := s.Seed(t.Context(), twoTenants(), h)
	if err != nil || r != (store.SeedResult{}) || h.hashed != 0 || h.verified != 3 {
		t.Errorf("%+v %+v %v", r, h, err)
	}
}

// TestSeedChangesOnlyWhatChanged: what an administrator changed stays, field by
// field.
func TestSeedChangesOnlyWhatChanged(t *testing.T) { each(t, testSeedChangesOnlyWhatChanged) }

func testSeedChangesOnlyWhatChanged(t *testing.T, d *database) {
	s := d.open(t)
	seed(t, s, twoTenants())
	if err := s.SetPassword(t.Context(), "two", "own hash"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Raw(t).Exec(`UPDATE tenants SET name = 'renamed' WHERE number = 2`); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Raw(t).Exec(`UPDATE app_keys SET enabled = 0 WHERE name = 'cti'`); err != nil {
		t.Fatal(err)
	}
	c := twoTenants()
	c.Tenants[0].Extensions = append(c.Tenants[0].Extensions, "1018")
	c.Tenants[0].AppKeys[1].Key = config.NewSecret("another-long-key-of-the-program")
	c.Operators[0].Password = config.NewSecret("new")
	if got, want := seed(t, s, c), (store.SeedResult{Changed: 3}); got != want {
		t.Errorf("%+v", got)
	}
	t2 := directory(t, s).ByNumber(2)
	if t2.Name != "renamed" || !t2.HasExtension("1018") {
		t.Errorf("%+v", t2)
	}
	if a, err := s.Account(t.Context(), "two"); err != nil || a.Hash != "own hash" {
		t.Errorf("%+v %v", a, err)
	}
	if a, err := s.Account(t.Context(), "ops"); err != nil || a.Hash != "hash of new" {
		t.Errorf("%+v %v", a, err)
	}
	for _, key := range []string{"a-long-key-of-the-cti-program", "another-long-key-of-the-program"} {
		if _, err := s.AppKey(t.Context(), store.KeyHash(key)); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a key the administrator disabled is back: %v", err)
		}
	}
}

func TestSeedDisablesRemovedAndTakesBack(t *testing.T) { each(t, testSeedDisablesRemovedAndTakesBack) }

func testSeedDisablesRemovedAndTakesBack(t *testing.T, d *database) {
	s := d.open(t)
	seed(t, s, twoTenants())
	c := twoTenants()
	c.Tenants, c.Operators = c.Tenants[1:], nil
	c.Tenants[0].Number = 2 // the number of the one that went
	if got, want := seed(t, s, c), (store.SeedResult{Changed: 1, Disabled: 6}); got != want {
		t.Errorf("%+v", got)
	}
	all := directory(t, s)
	if len(all.All()) != 1 || all.ByID("7be69580e27641df") != nil || all.ByNumber(2) == nil {
		t.Errorf("%v", all.All())
	}
	if _, err := s.AppKey(t.Context(), store.KeyHash("얼씨구절씨구")); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
	for _, name := range []string{"ops", "two", "desk"} {
		if _, err := s.Account(t.Context(), name); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var n int
	if err := d.Raw(t).QueryRow(`SELECT count(*) FROM tenants`).Scan(&n); err != nil || n != 2 {
		t.Errorf("%d rows left, %v", n, err)
	}
	if err := s.SetPassword(t.Context(), "two", "own hash"); err != nil {
		t.Fatal(err)
	}
	if got, want := seed(t, s, twoTenants()), (store.SeedResult{Changed: 7}); got != want {
		t.Errorf("%+v", got)
	}
	if all := directory(t, s); all.ByNumber(2).ID.Hex() != "7be69580e27641df" || all.ByNumber(10) == nil {
		t.Errorf("%v", all.All())
	}
	if a, err := s.Account(t.Context(), "two"); err != nil || a.Hash != "own hash" {
		t.Errorf("%+v %v", a, err)
	}
}

// TestSeedSwaps: numbers and keys may change places.
func TestSeedSwaps(t *testing.T) { each(t, testSeedSwaps) }

func testSeedSwaps(t *testing.T, d *database) {
	s := d.open(t)
	seed(t, s, twoTenants())
	c := twoTenants()
	c.Tenants[0].Number, c.Tenants[1].Number = 10, 2
	keys := c.Tenants[0].AppKeys
	keys[0].Key, keys[1].Key = keys[1].Key, keys[0].Key
	seed(t, s, c)
	all := directory(t, s)
	if all.ByNumber(2).ID.Hex() != "0123456789abcdef" || all.ByNumber(10).ID.Hex() != "7be69580e27641df" {
		t.Error("numbers did not change places")
	}
	if k, err := s.AppKey(t.Context(), store.KeyHash("얼씨구절씨구")); err != nil || k.Name != "cti" {
		t.Errorf("%+v %v", k, err)
	}
}

func TestSeedRenamedKeyAndMovedLogin(t *testing.T) { each(t, testSeedRenamedKeyAndMovedLogin) }

func testSeedRenamedKeyAndMovedLogin(t *testing.T, d *database) {
	s := d.open(t)
	seed(t, s, twoTenants())
	c := twoTenants()
	c.Tenants[0].AppKeys[0].Name = "crm2"
	c.Tenants[1].Logins = c.Tenants[0].Logins[:1]
	c.Tenants[0].Logins = nil
	c.Operators = append(c.Operators, config.Operator{Username: "desk", Password: config.NewSecret("pwd")})
	seed(t, s, c)
	if k, err := s.AppKey(t.Context(), store.KeyHash("얼씨구절씨구")); err != nil || k.Name != "crm2" {
		t.Errorf("%+v %v", k, err)
	}
	if a, err := s.Account(t.Context(), "two"); err != nil || a.TenantID != "0123456789abcdef" {
		t.Errorf("%+v %v", a, err)
	}
	if a, err := s.Account(t.Context(), "desk"); err != nil || a.Role != tenant.Operator {
		t.Errorf("%+v %v", a, err)
	}
}

// TestSeedConflict: what somebody made elsewhere is not taken over, and nothing
// else of the file is written either.
func TestSeedConflict(t *testing.T) { each(t, testSeedConflict) }

func testSeedConflict(t *testing.T, d *database) {
	s := d.open(t)
	if _, err := d.Raw(t).Exec(`INSERT INTO operators (username, hash, file_hash, enabled, created_at, updated_at) VALUES ('ops', 'x', '', 1, 0, 0)`); err != nil {
		t.Fatal(err)
	}
	_, err := s.Seed(t.Context(), twoTenants(), &hasher{})
	if !errors.Is(err, store.ErrConflict) {
		t.Fatalf("got %v", err)
	}
	if all := directory(t, s); len(all.All()) != 0 {
		t.Error("a part of the file was written")
	}
	d = d.another(t)
	s = d.open(t)
	c := twoTenants()
	c.Operators = nil
	seed(t, s, c)
	if _, err := d.Raw(t).Exec(`INSERT INTO operators (username, hash, file_hash, enabled, created_at, updated_at) VALUES ('two', 'x', '', 1, 0, 0)`); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Seed(t.Context(), c, &hasher{}); !errors.Is(err, store.ErrConflict) {
		t.Errorf("operator with a login's name: %v", err)
	}
}

func TestSetPasswordOfNobody(t *testing.T) { each(t, testSetPasswordOfNobody) }

func testSetPasswordOfNobody(t *testing.T, d *database) {
	s := d.open(t)
	if err := s.SetPassword(t.Context(), "nobody", "x"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestSeedAdopts(t *testing.T) { each(t, testSeedAdopts) }

// testSeedAdopts: a company that a command made gets its keys and logins by the
// file, and nothing of it is lost, whatever the file says or leaves out.
func testSeedAdopts(t *testing.T, db *database) {
	s := db.open(t)
	seed(t, s, config.Default())
	_, err := s.ChangeCompanies(t.Context(), store.Stamp{By: "test"}, false, func(all *store.Companies) error {
		c := company.Company{ID: "7be69580e27641df", Number: 2, Name: "made by hand", Extensions: []company.Extension{{Number: "1020"}}}
		all.All = append(all.All, store.Company{Company: c, Servers: []int{1}})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	c := twoTenants()
	c.Tenants = c.Tenants[:1]
	look := func(what string, extensions ...string) {
		t.Helper()
		d, err := s.Directory(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got := d.ByNumber(2)
		if got == nil {
			t.Fatalf("%s: it is gone", what)
		}
		if diff := cmp.Diff(extensions, got.Extensions); diff != "" || got.Name != "made by hand" {
			t.Errorf("%s: %s %s", what, got.Name, diff)
		}
		if _, err := s.Account(t.Context(), "two"); err != nil && what != "left out" {
			t.Errorf("%s: its login: %v", what, err)
		}
	}
	seed(t, s, c)
	look("taken over", "1010", "1013", "1020")
	if r := seed(t, s, c); r != (store.SeedResult{}) {
		t.Errorf("again: %+v", r)
	}
	c.Tenants[0].Extensions = append(c.Tenants[0].Extensions, "1030")
	seed(t, s, c)
	look("changed in the file", "1010", "1013", "1020", "1030")
	seed(t, s, config.Default())
	look("left out", "1010", "1013", "1020", "1030")
	seed(t, s, c)
	look("back", "1010", "1013", "1020", "1030")

	c.Tenants[0].Number = 3
	if _, err := s.Seed(t.Context(), c, &hasher{}); err != nil {
		t.Errorf("another number: %v", err)
	}
	other := twoTenants()
	other.Tenants = other.Tenants[1:]
	_, err = s.ChangeCompanies(t.Context(), store.Stamp{By: "test"}, false, func(all *store.Companies) error {
		c := company.Company{ID: "0123456789abcdef", Number: 7, Name: "seven"}
		all.All = append(all.All, store.Company{Company: c, Servers: []int{1}})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Seed(t.Context(), other, &hasher{}); !errors.Is(err, store.ErrConflict) {
		t.Errorf("of another number than it has: %v", err)
	}
}
