package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"github.com/pressly/goose/v3"
)

// ErrDamaged reports a database whose file is not whole.
var ErrDamaged = errors.New("the database is damaged")

// Newest is the version of the schema that this program writes.
func Newest() (int64, error) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return 0, err
	}
	newest := int64(0)
	for _, name := range names {
		v, err := goose.NumericComponent(filepath.Base(name))
		if err != nil {
			return 0, err
		}
		newest = max(newest, v)
	}
	return newest, nil
}

// CopyFile writes a copy of the database that o names, as it is at one moment,
// to the file to, which must not exist. A gateway may use the database
// meanwhile. Of PostgreSQL there is no file: the error wraps ErrUnsupported.
func CopyFile(ctx context.Context, o Options, to string) (err error) {
	if !o.sqlite() {
		return fmt.Errorf("copy database: %w: PostgreSQL is backed up with its own tools, such as pg_dump --format=custom", ErrUnsupported)
	}
	if err := o.exists(); err != nil {
		return fmt.Errorf("copy database: %w", err)
	}
	o.setDefaults()
	e, err := newSQLite(&o)
	if err != nil {
		return fmt.Errorf("copy database: %w", err)
	}
	db, err := e.open(&o, true)
	if err != nil {
		return fmt.Errorf("copy database: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.ExecContext(ctx, `VACUUM INTO $1`, to); err != nil {
		return fmt.Errorf("copy database: %w", err)
	}
	return os.Chmod(to, 0o600)
}

// CopySQLite writes a copy of a SQLite database that is not ours, such as
// Asterisk's AstDB, as it is at one moment, to the file to, which must not exist.
// Its owner may use it meanwhile.
func CopySQLite(ctx context.Context, from, to string) (err error) {
	path, err := filepath.Abs(from)
	if err != nil {
		return err
	}
	u := url.URL{Scheme: "file", Path: path, RawQuery: "mode=rw&_busy_timeout=5000"}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return fmt.Errorf("copy %s: %w", from, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.ExecContext(ctx, `VACUUM INTO $1`, to); err != nil {
		return fmt.Errorf("copy %s: %w", from, err)
	}
	return os.Chmod(to, 0o600)
}

// Inspect reads the whole database and says whether it is sound: an error
// wraps ErrDamaged when its pages or references are not, ErrAuditBroken when
// the audit trail's chain is not.
func (s *Store) Inspect(ctx context.Context) (auditRows int64, err error) {
	if err := s.inspect(ctx, s.read); err != nil {
		return 0, err
	}
	return s.VerifyAudit(ctx)
}

// Schema is the version of the database's schema.
func (s *Store) Schema(ctx context.Context) (int64, error) {
	var v int64
	err := s.read.QueryRowContext(ctx, `SELECT max(version_id) FROM goose_db_version WHERE is_applied`).Scan(&v)
	if err != nil {
		return 0, fmt.Errorf("version of the database: %w", err)
	}
	return v, nil
}
