package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// FileName is the name of the SQLite database in the data directory.
const FileName = "dipcast.db"

// sqliteEngine is a file in the data directory.
type sqliteEngine struct{ path string }

func (o *Options) sqlite() bool { return o.Database == "" || o.Database == "sqlite" }

// exists reports a missing file.
func (o *Options) exists() error {
	_, err := os.Stat(filepath.Join(o.DataDir, FileName))
	return err
}

func newSQLite(o *Options) (engine, error) {
	if o.DataDir == "" {
		return nil, errors.New("no data directory")
	}
	path, err := filepath.Abs(filepath.Join(o.DataDir, FileName))
	return &sqliteEngine{path}, err
}

func (e *sqliteEngine) name() string { return e.path }

// open opens a pool.
//
// synchronous is FULL, not the NORMAL that is usual with WAL: with NORMAL the
// last commits before a power cut may be gone, and we promise that whatever was
// acknowledged is on disk. The price, one flush for each commit, is paid per
// batch.
func (e *sqliteEngine) open(o *Options, write bool) (*sql.DB, error) {
	conns, extra := o.Readers, "_query_only=1"
	if write {
		if err := prepareFile(e.path); err != nil {
			return nil, err
		}
		conns, extra = 1, "_txlock=immediate"
	}
	u := url.URL{
		Scheme: "file", Path: e.path,
		RawQuery: fmt.Sprintf("_busy_timeout=%d&_journal_mode=WAL&_synchronous=FULL&_foreign_keys=1&%s", o.BusyTimeout.Milliseconds(), extra),
	}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}

// prepareFile makes the folder and the file, readable by us only: SQLite gives
// its WAL file the mode of the database.
func prepareFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

func (e *sqliteEngine) migrate(ctx context.Context, db *sql.DB) error {
	return migrate(ctx, db, goose.DialectSQLite3)
}

// isolation: all writers share one connection, and "immediate" keeps other
// processes out.
func (e *sqliteEngine) isolation() sql.IsolationLevel { return sql.LevelDefault }

// inspect wraps ErrDamaged when pages or references are not sound.
func (e *sqliteEngine) inspect(ctx context.Context, db *sql.DB) error {
	var text string
	if err := db.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&text); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if text != "ok" {
		return fmt.Errorf("%w: %s", ErrDamaged, text)
	}
	var lost int
	if err := db.QueryRowContext(ctx, `SELECT count(*) FROM pragma_foreign_key_check`).Scan(&lost); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if lost > 0 {
		return fmt.Errorf("%w: %d rows refer to rows that are not there", ErrDamaged, lost)
	}
	return nil
}

// ofSQLite is an error of the engine, nil when err is none.
func ofSQLite(err error) *sqlite.Error {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// takenSQLite reports a violated unique index.
func takenSQLite(err error) bool {
	e := ofSQLite(err)
	return e != nil && (e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}
