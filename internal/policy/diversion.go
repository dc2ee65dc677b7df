package policy

import (
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/tenant"
)

// DiversionValue accepts what an entry of a diversion of t may hold, by the
// same rules as DBPut: an empty destination or time group means none. The error
// is an *envelope.Error about field.
func (p *Policy) DiversionValue(field string, t *tenant.Tenant, k dialplan.Key, value string) error {
	return diversionValue(field, t, k, value)
}

// DiversionNumber accepts a number that the entry k of a diversion of t may lead
// to, and returns the destination for it; for "" there is none.
func (p *Policy) DiversionNumber(field string, t *tenant.Tenant, k dialplan.Key, num string) (destination string, err error) {
	if num == "" {
		return "", nil
	}
	if err := leadsTo(field, t, k, num); err != nil {
		return "", err
	}
	if destination, err = dialplan.FormatDestination(num); err != nil {
		return "", invalid(field, "is not a number that can be called")
	}
	return destination, nil
}

// leadsTo accepts a number that a diversion may lead to. To the extension itself
// is none, as with the feature codes; a key of the personal attendant may.
func leadsTo(field string, t *tenant.Tenant, k dialplan.Key, num string) error {
	if num == k.Extension && k.Diversion != dialplan.PEA {
		return invalid(field, "must not lead to the extension itself")
	}
	return Destination(field, t, num)
}
