package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/dipcast/dipcast/internal/number"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Tenants returns the enabled tenants in the order of their numbers.
func (s *Store) Tenants(ctx context.Context) ([]tenant.Tenant, error) {
	rows, err := s.read.QueryContext(ctx, `
		SELECT id, number, name, main, servers, extensions, dids, numbers, contexts, limits
		FROM tenants WHERE enabled = 1 ORDER BY number`)
	if err != nil {
		return nil, fmt.Errorf("read tenants: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err says what happened
	var out []tenant.Tenant
	for rows.Next() {
		t, err := scanTenant(rows)
		if err != nil {
			return nil, fmt.Errorf("read tenants: %w", err)
		}
		out = append(out, t)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read tenants: %w", err)
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

func scanTenant(rows *sql.Rows) (tenant.Tenant, error) {
	var (
		t                                                    tenant.Tenant
		id, name                                             string
		main                                                 int
		servers, extensions, dids, numbers, contexts, limits string
	)
	if err := rows.Scan(&id, &t.Number, &name, &main, &servers, &extensions, &dids, &numbers, &contexts, &limits); err != nil {
		return t, err
	}
	t.ID, t.Name, t.Main = tenant.NewID(id, t.Number), number.Name(name), main == 1
	return t, errors.Join(
		json.Unmarshal([]byte(servers), &t.Servers),
		json.Unmarshal([]byte(extensions), &t.Extensions),
		json.Unmarshal([]byte(dids), &t.DIDs),
		json.Unmarshal([]byte(numbers), &t.Numbers),
		json.Unmarshal([]byte(contexts), &t.Contexts),
		json.Unmarshal([]byte(limits), &t.Limits),
	)
}
