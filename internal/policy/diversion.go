package policy

import (
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/tenant"
)

// DiversionValue accepts what an entry of a diversion of t may hold, by the
// same rules as DBPut: an empty destination or time group means none. The error
// is an *envelope.Error about field.
func (p *Policy) DiversionValue(field string, t *tenant.Tenant, f dialplan.Field, value string) error {
	return diversionValue(field, t, f, value)
}

// DiversionNumber accepts a number that a diversion of t may lead to, and
// returns the destination for it; for "" there is none.
func (p *Policy) DiversionNumber(field string, t *tenant.Tenant, num string) (destination string, err error) {
	if num == "" {
		return "", nil
	}
	if err := Destination(field, t, num); err != nil {
		return "", err
	}
	if destination, err = dialplan.FormatDestination(num); err != nil {
		return "", invalid(field, "is not a number that can be called")
	}
	return destination, nil
}
