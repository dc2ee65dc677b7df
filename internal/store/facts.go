package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
)

// Facts are what there is to say of a database.
type Facts struct {
	Kind    string // "sqlite", "postgres"
	Version string // of the engine
	Schema  int64
	Bytes   int64 // on the disk
}

// Facts looks at the database.
func (s *Store) Facts(ctx context.Context) (Facts, error) {
	f, err := s.facts(ctx, s.read)
	if err != nil {
		return f, fmt.Errorf("database: %w", err)
	}
	f.Schema, err = s.Schema(ctx)
	return f, err
}

func (e *sqliteEngine) facts(ctx context.Context, db *sql.DB) (Facts, error) {
	f := Facts{Kind: "sqlite"}
	for _, suffix := range []string{"", "-wal"} {
		info, err := os.Stat(e.path + suffix)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return f, err
		}
		if err == nil {
			f.Bytes += info.Size()
		}
	}
	return f, db.QueryRowContext(ctx, `SELECT sqlite_version()`).Scan(&f.Version)
}

func (e *postgresEngine) facts(ctx context.Context, db *sql.DB) (Facts, error) {
	f := Facts{Kind: "postgres"}
	err := db.QueryRowContext(ctx, `SELECT current_setting('server_version'), pg_database_size(current_database())`).Scan(&f.Version, &f.Bytes)
	return f, err
}

// countedTables are those whose rows say how much the gateway has to do with.
var countedTables = []string{"tenants", "descriptions", "cdr", "faxes", "recordings", "outbox", "audit", "people", "contacts", "webhooks"}

// Counts are the rows of the tables that grow.
func (s *Store) Counts(ctx context.Context) (map[string]int64, error) {
	out := map[string]int64{}
	for _, name := range countedTables {
		var n int64
		if err := s.read.QueryRowContext(ctx, `SELECT count(*) FROM `+name).Scan(&n); err != nil {
			return nil, fmt.Errorf("count %s: %w", name, err)
		}
		out[name] = n
	}
	return out, nil
}
