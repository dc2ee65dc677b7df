// Package store keeps what must outlive the process, in SQL: tenants, their
// keys and logins, operators, which extensions were provisioned, the audit
// trail and the history of calls. The engine is SQLite or PostgreSQL; there is
// one text of every statement for both.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Errors callers test for.
var (
	// ErrNotFound reports that there is no such row, or that it is disabled.
	ErrNotFound = errors.New("not found")
	// ErrConflict reports a name, number or key that is already taken.
	ErrConflict = errors.New("already taken")
	// ErrUnavailable reports a write that the database did not take, through no
	// fault of what was written: it is locked, full, read-only or away. Nothing
	// was written.
	ErrUnavailable = errors.New("the database does not take it now")
	// ErrNewerSchema reports a database that a newer release has written.
	ErrNewerSchema = errors.New("the database was written by a newer release")
	// ErrOtherSchema reports a database that a build between two releases has
	// written.
	ErrOtherSchema = errors.New("the database was written by another build")
	// ErrUnsupported reports a database engine that this release lacks, or what
	// an engine cannot do.
	ErrUnsupported = errors.New("unsupported database")
)

// Options configures Open. Zero optional fields take the default named.
type Options struct {
	// Database is "sqlite", the default, or a URL such as
	// postgres://user:password@host/name.
	Database    string
	DataDir     string           // required for sqlite; made with mode 0700 when missing
	BusyTimeout time.Duration    // wait for another process's lock; default 5 s
	Readers     int              // connections for reading; default 4
	Now         func() time.Time // default time.Now
	// SecretKey gives the key of 32 bytes under which passwords of phones and
	// trunks are kept. It is asked when there is the first to seal or to open.
	// Nil: they can be neither written nor read.
	SecretKey func() ([]byte, error)
}

// Store is an open database. Its methods may be called from any goroutine.
//
// SQLite allows one writer at a time. All writes therefore share one
// connection, where they queue in Go, in order and with their contexts, instead
// of fighting for the file's lock; readers have connections of their own, which
// in WAL mode neither wait for the writer nor hold it up. On PostgreSQL a few
// writers work side by side, and what must not happen at the same time is told
// by serializable transactions, which are repeated when they met another.
type Store struct {
	engine
	write *sql.DB
	read  *sql.DB
	now   func() time.Time

	seal    sealer
	pruned  atomic.Int64  // when calls that no longer count were deleted, ms
	failed  atomic.Uint64 // writes that failed through no fault of the caller
	repeats atomic.Uint64 // transactions repeated because they met another
	probed  atomic.Int64  // when Check wrote something, ms

	tenantIDs sync.Map // of the history: number to id
	outbox    outboxGroup

	watch func(query string, args []any) // of tests, which look at plans
}

// engine is what the two databases do differently.
type engine interface {
	// open opens one pool, for writing or for reading.
	open(o *Options, write bool) (*sql.DB, error)
	// migrate brings the schema up to date.
	migrate(ctx context.Context, db *sql.DB) error
	// isolation is that of a transaction that writes.
	isolation() sql.IsolationLevel
	// inspect reads the whole database and says whether it is sound.
	inspect(ctx context.Context, db *sql.DB) error
	// facts says which engine it is and how much room the database takes.
	facts(ctx context.Context, db *sql.DB) (Facts, error)
	// name of the database for error texts, without secrets.
	name() string
}

// engineOf finds the engine that the options ask for.
func engineOf(o *Options) (engine, error) {
	switch {
	case o.Database == "" || o.Database == "sqlite":
		return newSQLite(o)
	case strings.HasPrefix(o.Database, "postgres://"), strings.HasPrefix(o.Database, "postgresql://"):
		return newPostgres(o)
	}
	return nil, fmt.Errorf("%w: it must be sqlite or a URL such as postgres://user@host/name", ErrUnsupported)
}

func (o *Options) setDefaults() {
	if o.BusyTimeout <= 0 {
		o.BusyTimeout = 5 * time.Second
	}
	if o.Readers <= 0 {
		o.Readers = 4
	}
	if o.Now == nil {
		o.Now = time.Now
	}
}

// Open opens the database, creates or migrates it, and checks that it can be
// read. It returns an error that wraps ErrNewerSchema, and changes nothing,
// when the database is newer than this program.
func Open(ctx context.Context, o Options) (*Store, error) {
	o.setDefaults()
	e, err := engineOf(&o)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	s := &Store{engine: e, now: o.Now, seal: sealer{key: o.SecretKey}, outbox: newOutboxGroup()}
	if s.write, err = e.open(&o, true); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := e.migrate(ctx, s.write); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", e.name(), err), s.Close())
	}
	return s, s.openRead(ctx, &o)
}

// OpenReadOnly opens a database that exists, also while a gateway uses it, to
// read it as it is: it is neither made nor migrated. Methods that write must
// not be called.
func OpenReadOnly(ctx context.Context, o Options) (*Store, error) {
	o.setDefaults()
	o.Readers = 1
	if o.sqlite() {
		if err := o.exists(); err != nil {
			return nil, fmt.Errorf("open database: %w", err)
		}
	}
	e, err := engineOf(&o)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	s := &Store{engine: e, now: o.Now, seal: sealer{key: o.SecretKey}, outbox: newOutboxGroup()}
	if err := s.openRead(ctx, &o); err != nil {
		return nil, err
	}
	return s, nil
}

// openRead opens the connections for reading. On an error everything is closed.
func (s *Store) openRead(ctx context.Context, o *Options) error {
	var err error
	if s.read, err = s.open(o, false); err != nil {
		return errors.Join(fmt.Errorf("open database: %w", err), s.Close())
	}
	if err := s.read.PingContext(ctx); err != nil {
		return errors.Join(fmt.Errorf("open database %s: %w", s.name(), err), s.Close())
	}
	return nil
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

// probeEvery is how often Check writes.
const probeEvery = 5 * time.Second

// Check reports whether the database can be read and written. A disk that is full
// shows only when something is written: now and then it is, however often Check
// is called; otherwise the database is only locked for writing.
func (s *Store) Check(ctx context.Context) error {
	var one int
	if err := s.read.QueryRowContext(ctx, `SELECT 1 FROM tenants UNION SELECT 1`).Scan(&one); err != nil {
		return fmt.Errorf("read database: %w", err)
	}
	if now := s.stamp(); now-s.probed.Load() >= probeEvery.Milliseconds() || now < s.probed.Load() {
		err := s.update(ctx, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, `INSERT INTO seeds (kind, name, content, present) VALUES ('probe', '', $1, 0)
				ON CONFLICT (kind, name) DO UPDATE SET content = excluded.content`, strconv.FormatInt(now, 10))
			return err
		})
		if err != nil {
			return fmt.Errorf("write to the database: %w", err)
		}
		s.probed.Store(now)
		return nil
	}
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("lock database: %w", err)
	}
	// A PostgreSQL that only reads, a standby, says so here.
	if _, err := tx.ExecContext(ctx, `UPDATE seeds SET present = present WHERE kind = '' AND name = ''`); err != nil {
		_ = tx.Rollback() // the first error says more
		return fmt.Errorf("lock database: %w", err)
	}
	return tx.Rollback()
}

// update runs f in one write transaction. When it returns nil, what f wrote is
// on disk; otherwise nothing is. f runs again when the transaction met another
// that it cannot stand beside, and once more when it violated a unique index:
// PostgreSQL says so, too, when two write the same row at once, and then the second
// run finds the other's. So f must not keep anything of a run before.
func (s *Store) update(ctx context.Context, f func(*sql.Tx) error) error {
	violated := false
	for attempt := 1; ; attempt++ {
		err := s.once(ctx, f)
		repeat := met(err) || taken(err) && !violated
		violated = violated || taken(err)
		if err == nil || attempt == maxAttempts || !repeat {
			return s.count(conflict(err))
		}
		s.repeats.Add(1)
		// Some time of their own each, else they meet again.
		wait := time.NewTimer(time.Duration(1+rand.IntN(10*attempt)) * time.Millisecond)
		select {
		case <-wait.C:
		case <-ctx.Done():
			wait.Stop()
			return s.count(err)
		}
	}
}

// maxAttempts bounds how often a transaction is tried: some seconds.
const maxAttempts = 40

func (s *Store) once(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := s.write.BeginTx(ctx, &sql.TxOptions{Isolation: s.isolation()})
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		_ = tx.Rollback() // the first error says more
		s.outbox.ended(tx, false)
		return err
	}
	err = tx.Commit()
	s.outbox.ended(tx, err == nil)
	return err
}

// count counts an error of the database itself, not one of what was asked of it.
func (s *Store) count(err error) error {
	if err != nil && !errors.Is(err, ErrConflict) && ofDatabase(err) {
		s.failed.Add(1)
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return err
}

// Errors is the number of writes since Open that failed in the database: a
// full disk, a lock that did not become free, a broken file, a server that is
// away.
func (s *Store) Errors() uint64 { return s.failed.Load() }

// conflict turns a violated unique index into ErrConflict.
func conflict(err error) error {
	if taken(err) && !errors.Is(err, ErrConflict) {
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
