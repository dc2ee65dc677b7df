package store_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/secret"
	"github.com/dipcast/dipcast/internal/store"
)

// withKey opens the database with a key that is the byte 32 times.
func (d *database) withKey(t *testing.T, b byte) *store.Store {
	t.Helper()
	o := d.Options()
	o.SecretKey = func() ([]byte, error) { return bytes.Repeat([]byte{b}, 32), nil }
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func companies(t *testing.T, s *store.Store) *store.Companies {
	t.Helper()
	all, err := s.Companies(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestChangeCompanies: what was changed is there with its secrets, as a new
// version; what would be wrong is not written.
func TestChangeCompanies(t *testing.T) { each(t, testChangeCompanies) }

func testChangeCompanies(t *testing.T, d *database) {
	s := d.withKey(t, 1)
	seed(t, s, twoTenants())
	edit := func(f func(*store.Companies)) error {
		_, err := s.ChangeCompanies(t.Context(), store.Stamp{By: "ops", Summary: "change"}, false, func(all *store.Companies) error {
			f(all)
			return nil
		})
		return err
	}
	if err := edit(func(all *store.Companies) {
		c := all.ByNumber(2)
		c.Extensions = append(c.Extensions, company.Extension{Number: "1018", Name: "성춘향", Devices: company.Phone("a-long-secret-word")})
		c.Trunks = append(c.Trunks, company.Trunk{ID: 11, Host: "203.0.113.7", Secret: secret.New("of-the-trunk")})
		all.Shared.Trunks = append(all.Shared.Trunks, company.Trunk{ID: 12, Host: "203.0.113.8", Secret: secret.New("of-all")})
		all.All = append(all.All, store.Company{Company: company.Company{ID: "aaaaaaaaaaaaaaaa", Number: 3, Name: "셋"}, Servers: []int{1}})
	}); err != nil {
		t.Fatal(err)
	}
	all := companies(t, s)
	c := all.ByNumber(2)
	if e := c.Extension("1018"); c.Version != 2 || c.By != "ops" || e == nil || e.Devices[0].Secret.Reveal() != "a-long-secret-word" || c.Trunks[0].Secret.Reveal() != "of-the-trunk" {
		t.Errorf("%+v", c)
	}
	if all.Shared.Trunks[0].Secret.Reveal() != "of-all" || all.ByNumber(3) == nil || all.ByNumber(3).Version != 1 || all.ByNumber(10).Version != 1 {
		t.Errorf("%+v", all)
	}
	if dir := directory(t, s); !dir.ByNumber(2).HasExtension("1018") || dir.ByNumber(2).Profiles["1018"].Name != "성춘향" || dir.ByNumber(3) == nil {
		t.Errorf("%+v", dir.ByNumber(2))
	}
	for what, f := range map[string]func(*store.Companies){
		"extensions[1018].class": func(all *store.Companies) { all.ByNumber(2).Extension("1018").Class = "none" },
		"T3.dids[07045805605]": func(all *store.Companies) {
			all.ByNumber(3).DIDs = []company.DID{{Number: "07045805605", To: company.Target{Kind: company.ToBusy}}}
		},
		"dids[07045805605].to": func(all *store.Companies) {
			c := all.ByNumber(2)
			c.Extensions = slices.DeleteFunc(c.Extensions, func(e company.Extension) bool { return e.Number == "1010" })
		},
	} {
		if err := edit(f); !errors.Is(err, store.ErrInvalid) || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if got := companies(t, s).ByNumber(2); got.Version != 2 {
		t.Errorf("version %d after refusals", got.Version)
	}
	// What the tables hold of secrets is not readable.
	var sealed string
	if err := d.Raw(t).QueryRow(`SELECT secrets || body FROM descriptions WHERE owner = '7be69580e27641df'`).Scan(&sealed); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(sealed, "secret-word") || strings.Contains(sealed, "of-the-trunk") || strings.Contains(sealed, "redacted") {
		t.Errorf("in the clear: %s", sealed)
	}
	// Another key opens nothing, and a row moved to another tenant neither.
	if _, err := d.withKey(t, 2).Companies(t.Context(), true); !errors.Is(err, store.ErrSecretKey) {
		t.Errorf("with another key: %v", err)
	}
	if _, err := d.withKey(t, 2).Companies(t.Context(), false); err != nil {
		t.Errorf("without secrets: %v", err)
	}
	if _, err := d.Raw(t).Exec(`UPDATE descriptions SET secrets = (SELECT secrets FROM descriptions WHERE owner = '7be69580e27641df') WHERE owner = 'aaaaaaaaaaaaaaaa'`); err != nil {
		t.Fatal(err)
	}
	if err := s.CheckSecrets(t.Context()); !errors.Is(err, store.ErrSecretKey) {
		t.Errorf("secrets of another tenant: %v", err)
	}
}

// TestSeedAndDescriptions: the file changes only what changed in it, and takes
// nothing away that others need.
func TestSeedAndDescriptions(t *testing.T) { each(t, testSeedAndDescriptions) }

func testSeedAndDescriptions(t *testing.T, d *database) {
	s := d.withKey(t, 1)
	seed(t, s, twoTenants())
	_, err := s.ChangeCompanies(t.Context(), store.Stamp{}, false, func(all *store.Companies) error {
		c := all.ByNumber(2)
		c.Extension("1010").Name = "홍길동"
		c.Extensions = append(c.Extensions, company.Extension{Number: "2000"})
		c.RingGroups = append(c.RingGroups, company.RingGroup{Number: "600", Members: []string{"1013"}})
		c.DIDs[0].Tone = ""
		c.Lines = 7
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	c := twoTenants()
	c.Tenants[0].Extensions = []string{"1010", "1018"} // 1013 is gone, and rings in a group
	c.Tenants[0].DIDs = map[string]string{"07045805605": "1018"}
	if got, want := seed(t, s, c), (store.SeedResult{Changed: 1, Kept: 1}); got != want {
		t.Errorf("%+v", got)
	}
	got := companies(t, s).ByNumber(2)
	var numbers []string
	for _, e := range got.Extensions {
		numbers = append(numbers, e.Number)
	}
	if !slices.Equal(numbers, []string{"1010", "1013", "1018", "2000"}) || got.Extension("1010").Name != "홍길동" || got.Lines != 7 {
		t.Errorf("%v %+v", numbers, got)
	}
	if len(got.DIDs) != 1 || got.DIDs[0].To != company.Ext("1018") {
		t.Errorf("%+v", got.DIDs)
	}
	if got := seed(t, s, c); got != (store.SeedResult{}) {
		t.Errorf("again: %+v", got)
	}
}

// TestUndoes: an undo goes back one change, the next one more.
func TestUndoes(t *testing.T) {
	for _, tt := range []struct {
		versions []store.Stamp // newest first
		want     int64
	}{
		{nil, 0},
		{[]store.Stamp{{Version: 1}}, 0},
		{[]store.Stamp{{Version: 2}, {Version: 1}}, 1},
		{[]store.Stamp{{Version: 4, Restores: 2}, {Version: 3}, {Version: 2}, {Version: 1}}, 1},
		{[]store.Stamp{{Version: 5, Restores: 1}, {Version: 4, Restores: 2}, {Version: 3}, {Version: 2}, {Version: 1}}, 0},
		{[]store.Stamp{{Version: 6}, {Version: 5, Restores: 1}, {Version: 4, Restores: 2}, {Version: 3}, {Version: 2}, {Version: 1}}, 1},
		{[]store.Stamp{{Version: 6}, {Version: 5, Restores: 1}, {Version: 4}}, 5},
	} {
		if got := store.Undoes(tt.versions); got != tt.want {
			t.Errorf("%+v: %d, want %d", tt.versions, got, tt.want)
		}
	}
}
