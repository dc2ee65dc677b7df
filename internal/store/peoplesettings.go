package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"github.com/dipcast/dipcast/internal/company"
)

// PeopleSettings are what a company has set for its people, and how the last
// look into the directory went, both as JSON.
type PeopleSettings struct {
	Settings []byte          // nil: nothing is set
	Secrets  company.Secrets // sealed on disk
	Sync     []byte          // nil: there was none
}

// peopleOwner is whose the sealed secrets are.
func peopleOwner(tenant int) string { return "people of T" + strconv.Itoa(tenant) }

// PeopleSettings reads those of a tenant. Nothing set is no error.
func (s *Store) PeopleSettings(ctx context.Context, tenant int) (PeopleSettings, error) {
	var settings, sealed, sync string
	err := s.read.QueryRowContext(ctx, `SELECT settings, secrets, sync FROM people_settings WHERE tenant = $1`, tenant).Scan(&settings, &sealed, &sync)
	if errors.Is(err, sql.ErrNoRows) {
		return PeopleSettings{}, nil
	}
	var p PeopleSettings
	if err == nil {
		p.Secrets, err = s.seal.unseal(peopleOwner(tenant), sealed)
	}
	if err != nil {
		return PeopleSettings{}, fmt.Errorf("settings of people: %w", err)
	}
	if settings != "" {
		p.Settings = []byte(settings)
	}
	if sync != "" {
		p.Sync = []byte(sync)
	}
	return p, nil
}

// SetPeopleSettings keeps settings and secrets, not Sync.
func (s *Store) SetPeopleSettings(ctx context.Context, tenant int, p PeopleSettings) error {
	sealed, err := s.seal.seal(peopleOwner(tenant), p.Secrets)
	if err == nil {
		err = s.update(ctx, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, `INSERT INTO people_settings (tenant, settings, secrets, sync) VALUES ($1, $2, $3, '')
				ON CONFLICT (tenant) DO UPDATE SET settings = excluded.settings, secrets = excluded.secrets`, tenant, string(p.Settings), sealed)
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("keep settings of people: %w", err)
	}
	return nil
}

// SetPeopleSync keeps how a look into the directory went.
func (s *Store) SetPeopleSync(ctx context.Context, tenant int, sync []byte) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO people_settings (tenant, settings, secrets, sync) VALUES ($1, '', '', $2)
			ON CONFLICT (tenant) DO UPDATE SET sync = excluded.sync`, tenant, string(sync))
		return err
	})
	if err != nil {
		return fmt.Errorf("keep how the directory was read: %w", err)
	}
	return nil
}
