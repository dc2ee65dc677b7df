package policy_test

import (
	"testing"

	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/tenant"
)

// TestClassOfService: a company's classes by their ids; the login of one
// extension does not get around its own.
func TestClassOfService(t *testing.T) {
	d, err := tenant.NewDirectory([]tenant.Tenant{{
		ID: tenant.NewID("7be69580e27641df", 2), Number: 2, Name: "a", Servers: []int{1}, Extensions: []string{"1010", "1011"},
		Profiles: map[string]tenant.Profile{"1011": {Class: "office"}}, Classes: []tenant.Class{{ID: 10000, Name: "office"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	company := tenant.Identity{Role: tenant.TenantRole, Tenant: d.ByNumber(2)}
	phone := tenant.Identity{Role: tenant.ExtensionRole, Tenant: d.ByNumber(2), Extension: "1011"}
	for _, tt := range []struct {
		who     tenant.Identity
		ext, id string
		want    string // "" is refused
	}{
		{company, "1010", "", "T2_cos-all"},
		{company, "1011", "", "T2_cos-office"},
		{company, "1010", "10000", "T2_cos-office"},
		{company, "1011", "2", "T2_cos-all"},
		{company, "1010", "3", ""},
		{company, "1010", "x", ""},
		{phone, "1011", "", "T2_cos-office"},
		{phone, "1011", "10000", "T2_cos-office"},
		{phone, "1011", "2", ""},
	} {
		if got, err := policy.ClassOfService("cos_id", tt.who, tt.ext, tt.id); got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%s %q: %q %v", tt.ext, tt.id, got, err)
		}
	}
}
