package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the schema up to date. Each migration is one transaction, so
// one that is cut off leaves the version before it.
func migrate(ctx context.Context, db *sql.DB, dialect goose.Dialect, options ...goose.ProviderOption) error {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(dialect, db, dir, append(options, goose.WithDisableGlobalRegistry(true))...)
	if err != nil {
		return err
	}
	sources := p.ListSources()
	newest := sources[len(sources)-1].Version // NewProvider refuses an empty list
	current, err := p.GetDBVersion(ctx)
	if err != nil {
		return err
	}
	if current > newest {
		return fmt.Errorf("%w: its schema is version %d and this program knows %d; start the newer release, or restore a backup of this one",
			ErrNewerSchema, current, newest)
	}
	all, err := p.Status(ctx)
	if err != nil {
		return err
	}
	for _, m := range all {
		if m.State == goose.StatePending && m.Source.Version < current {
			return fmt.Errorf("%w: its schema is version %d without version %d, which only a build between two releases can have made; "+
				"start that build, restore a backup that a release made, or begin anew with another data_dir or database",
				ErrOtherSchema, current, m.Source.Version)
		}
	}
	_, err = p.Up(ctx)
	return err
}
