// Package store keeps what must outlive the process, in SQL: tenants, their
// keys and logins, operators, which extensions were provisioned, and the audit
// trail. The engine is SQLite; the statements use only what PostgreSQL also
// understands.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Errors callers test for.
var (
	// ErrNotFound reports that there is no such row, or that it is disabled.
	ErrNotFound = errors.New("not found")
	// ErrConflict reports a name, number or key that is already taken.
	ErrConflict = errors.New("already taken")
	// ErrNewerSchema reports a database that a newer release has written.
	ErrNewerSchema = errors.New("the database was written by a newer release")
	// ErrUnsupported reports a database engine that this release lacks.
	ErrUnsupported = errors.New("unsupported database")
)

// FileName is the name of the SQLite database in the data directory.
const FileName = "dipcast.db"

// Options configures Open. Zero optional fields take the default named.
type Options struct {
	Database    string           // "sqlite", the default
	DataDir     string           // required; made with mode 0700 when missing
	BusyTimeout time.Duration    // wait for another process's lock; default 5 s
	Readers     int              // connections for reading; default 4
	Now         func() time.Time // default time.Now
}

// Store is an open database. Its methods may be called from any goroutine.
//
// SQLite allows one writer at a time. All writes therefore share one
// connection, where they queue in Go, in order and with their contexts, instead
// of fighting for the file's lock; readers have connections of their own, which
// in WAL mode neither wait for the writer nor hold it up.
type Store struct {
	write *sql.DB
	read  *sql.DB
	now   func() time.Time

	pruned atomic.Int64  // when calls that no longer count were deleted, ms
	failed atomic.Uint64 // writes that failed through no fault of the caller
}

// Open opens the database, creates or migrates it, and checks that it can be
// read. It returns an error that wraps ErrNewerSchema, and changes nothing,
// when the database is newer than this program.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Database != "" && o.Database != "sqlite" {
		return nil, fmt.Errorf("%w: this release keeps its data in sqlite only", ErrUnsupported)
	}
	if o.DataDir == "" {
		return nil, errors.New("open database: no data directory")
	}
	if o.BusyTimeout <= 0 {
		o.BusyTimeout = 5 * time.Second
	}
	if o.Readers <= 0 {
		o.Readers = 4
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	path, err := prepareFile(o.DataDir)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	s := &Store{now: o.Now}
	if s.write, err = open(path, o.BusyTimeout, 1, "_txlock=immediate"); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := migrate(ctx, s.write); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", path, err), s.Close())
	}
	if s.read, err = open(path, o.BusyTimeout, o.Readers, "_query_only=1"); err != nil {
		return nil, errors.Join(fmt.Errorf("open database: %w", err), s.Close())
	}
	if err := s.read.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", path, err), s.Close())
	}
	return s, nil
}

// OpenReadOnly opens a database that exists, also while a gateway uses it, to
// read it as it is: it is neither made nor migrated. Methods that write must
// not be called.
func OpenReadOnly(ctx context.Context, dataDir string) (*Store, error) {
	path, err := filepath.Abs(filepath.Join(dataDir, FileName))
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	s := &Store{now: time.Now}
	if s.read, err = open(path, 5*time.Second, 1, "_query_only=1"); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := s.read.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", path, err), s.Close())
	}
	return s, nil
}

// prepareFile makes the folder and the file, readable by us only: SQLite gives
// its WAL file the mode of the database.
func prepareFile(dir string) (string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	path, err := filepath.Abs(filepath.Join(dir, FileName))
	if err != nil {
		return "", err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return "", err
	}
	return path, f.Close()
}

// open opens a pool.
//
// synchronous is FULL, not the NORMAL that is usual with WAL: with NORMAL the
// last commits before a power cut may be gone, and we promise that whatever was
// acknowledged is on disk. The price, one flush for each commit, is paid per
// batch.
func open(path string, busy time.Duration, conns int, extra string) (*sql.DB, error) {
	u := url.URL{
		Scheme: "file", Path: path,
		RawQuery: fmt.Sprintf("_busy_timeout=%d&_journal_mode=WAL&_synchronous=FULL&_foreign_keys=1&%s", busy.Milliseconds(), extra),
	}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}

// Close closes the database after running calls have ended.
func (s *Store) Close() error {
	var errs []error
	for _, db := range []*sql.DB{s.read, s.write} { // the writer last: it folds the WAL in
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

// Check reports whether the database can be read and locked for writing.
func (s *Store) Check(ctx context.Context) error {
	var one int
	if err := s.read.QueryRowContext(ctx, `SELECT 1 FROM tenants UNION SELECT 1`).Scan(&one); err != nil {
		return fmt.Errorf("read database: %w", err)
	}
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("lock database: %w", err)
	}
	return tx.Rollback()
}

// update runs f in one write transaction. When it returns nil, what f wrote is
// on disk; otherwise nothing is.
func (s *Store) update(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return s.count(err)
	}
	if err := f(tx); err != nil {
		_ = tx.Rollback() // the first error says more
		return s.count(conflict(err))
	}
	return s.count(conflict(tx.Commit()))
}

// count counts an error of the database itself, not one of what was asked of it.
func (s *Store) count(err error) error {
	var se *sqlite.Error
	if errors.As(err, &se) && !errors.Is(err, ErrConflict) {
		s.failed.Add(1)
	}
	return err
}

// Errors is the number of writes since Open that failed in the database: a
// full disk, a lock that did not become free, a broken file.
func (s *Store) Errors() uint64 { return s.failed.Load() }

// conflict turns a violated unique index into ErrConflict.
func conflict(err error) error {
	var se *sqlite.Error
	if errors.As(err, &se) && (se.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || se.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY) {
		return fmt.Errorf("%w: %w", ErrConflict, err)
	}
	return err
}

// notFound turns an empty result into ErrNotFound.
func notFound(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return err
}

// stamp returns the time as the tables keep it.
func (s *Store) stamp() int64 { return s.now().UnixMilli() }

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}
