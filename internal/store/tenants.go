package store

import (
	"context"

	"github.com/dipcast/dipcast/internal/tenant"
)

// Tenants returns the enabled tenants in the order of their numbers, made of
// the descriptions of their companies.
func (s *Store) Tenants(ctx context.Context) ([]tenant.Tenant, error) {
	all, err := s.Companies(ctx, false)
	if err != nil {
		return nil, err
	}
	out := make([]tenant.Tenant, len(all.All))
	for i := range all.All {
		out[i] = all.All[i].Tenant()
	}
	return out, nil
}

// Directory returns a snapshot of the enabled tenants.
func (s *Store) Directory(ctx context.Context) (*tenant.Directory, error) {
	all, err := s.Tenants(ctx)
	if err != nil {
		return nil, err
	}
	return tenant.NewDirectory(all)
}
