package companies_test

import (
	"fmt"
	"testing"

	"github.com/dipcast/dipcast/internal/companies"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/store"
)

// TestRoutesOfAServer: what a server is given of a company on two names no trunk of
// the other, so that it can be applied to each.
func TestRoutesOfAServer(t *testing.T) {
	s, _, _ := service(t)
	if _, err := s.Create(t.Context(), companies.Author{}, companies.NewTenant{Name: "a", Servers: []int{1, 2}, Extensions: []string{"1010"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ChangeShared(t.Context(), companies.Author{}, "test", func(all *[]company.Trunk) error {
		*all = []company.Trunk{{ID: 9, Name: "shared", Server: 2, Host: "192.0.2.9"}}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	_, err := s.Change(t.Context(), companies.Author{}, 2, "test", func(c *store.Company) error {
		c.Trunks = []company.Trunk{{ID: 11, Name: "one", Host: "192.0.2.1"}, {ID: 12, Name: "two", Server: 2, Host: "192.0.2.2"}}
		c.Routes = []company.Route{
			{Name: "both", Prefixes: []string{"02"}, Trunks: []int{11, 12, 9}},
			{Name: "abroad", Prefixes: []string{"00"}, Trunks: []int{11}},
			{Name: "rest", Trunks: []int{12}},
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for server, want := range map[int]string{1: "[both [11] abroad [11]]", 2: "[both [12 9] rest [12]]"} {
		all, shared, err := s.Companies(t.Context(), server)
		if err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		var ids []int
		for _, one := range shared {
			ids = append(ids, one.ID)
		}
		if wrong := company.Check(&all[0], ids); len(wrong) > 0 {
			t.Errorf("server %d: %v", server, wrong)
		}
		var got []any
		for _, r := range all[0].Routes {
			got = append(got, r.Name, r.Trunks)
		}
		if fmt.Sprint(got) != want {
			t.Errorf("server %d: %v", server, got)
		}
	}
	if c := s.View().ByNumber(2); len(c.Routes) != 3 || len(c.Routes[0].Trunks) != 3 {
		t.Errorf("the description itself was changed: %+v", c.Routes)
	}
}
