package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

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

// CopyFile writes a copy of the database in dataDir, as it is at one moment, to
// the file to, which must not exist. A gateway may use the database meanwhile.
func CopyFile(ctx context.Context, dataDir, to string) (err error) {
	from, err := filepath.Abs(filepath.Join(dataDir, FileName))
	if err != nil {
		return fmt.Errorf("copy database: %w", err)
	}
	if _, err := os.Stat(from); err != nil {
		return fmt.Errorf("copy database: %w", err)
	}
	db, err := open(from, 5*time.Second, 1, "")
	if err != nil {
		return fmt.Errorf("copy database: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.ExecContext(ctx, `VACUUM INTO $1`, to); err != nil {
		return fmt.Errorf("copy database: %w", err)
	}
	return os.Chmod(to, 0o600)
}

// Inspect reads the whole database and says whether it is sound: an error
// wraps ErrDamaged when its pages or references are not, ErrAuditBroken when
// the audit trail's chain is not.
func (s *Store) Inspect(ctx context.Context) (auditRows int64, err error) {
	var text string
	if err := s.read.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&text); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if text != "ok" {
		return 0, fmt.Errorf("%w: %s", ErrDamaged, text)
	}
	var lost int
	if err := s.read.QueryRowContext(ctx, `SELECT count(*) FROM pragma_foreign_key_check`).Scan(&lost); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if lost > 0 {
		return 0, fmt.Errorf("%w: %d rows refer to rows that are not there", ErrDamaged, lost)
	}
	return s.VerifyAudit(ctx)
}

// Schema is the version of the database's schema.
func (s *Store) Schema(ctx context.Context) (int64, error) {
	var v int64
	err := s.read.QueryRowContext(ctx, `SELECT max(version_id) FROM goose_db_version WHERE is_applied = 1`).Scan(&v)
	if err != nil {
		return 0, fmt.Errorf("version of the database: %w", err)
	}
	return v, nil
}
