package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// postgresWriters are how many transactions that write run side by side in one
// process: a batch of call history must not keep a call waiting that asks
// whether it may be made.
const postgresWriters = 4

// Timeouts of PostgreSQL where the URL names none.
const (
	connectTimeout = 5 * time.Second
	// idleInTransaction ends what a node that lost its power, or its network, left
	// open: its locks would hold up the others.
	idleInTransaction = time.Minute
)

// postgresEngine is a database of a PostgreSQL server.
type postgresEngine struct{ config *pgx.ConnConfig }

func newPostgres(o *Options) (engine, error) {
	c, err := pgx.ParseConfig(o.Database)
	if err != nil {
		// The library's text repeats the URL; it hides passwords it recognizes.
		return nil, errors.New("the URL of the database cannot be used: it has the form postgres://user:password@host:5432/name?sslmode=verify-full")
	}
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = connectTimeout
	}
	for name, value := range map[string]string{
		"application_name":                    "dipcast",
		"lock_timeout":                        strconv.FormatInt(o.BusyTimeout.Milliseconds(), 10),
		"idle_in_transaction_session_timeout": strconv.FormatInt(idleInTransaction.Milliseconds(), 10),
		// Acknowledged is on disk, whatever the server's default.
		"synchronous_commit": "on",
		// A text that is compared must not depend on the server's locale of the day.
		"timezone": "UTC",
	} {
		if _, ok := c.RuntimeParams[name]; !ok {
			c.RuntimeParams[name] = value
		}
	}
	return &postgresEngine{c}, nil
}

func (e *postgresEngine) name() string {
	return fmt.Sprintf("%s on %s", e.config.Database, net.JoinHostPort(e.config.Host, strconv.Itoa(int(e.config.Port))))
}

func (e *postgresEngine) open(o *Options, write bool) (*sql.DB, error) {
	c := e.config.Copy()
	conns := postgresWriters
	if !write {
		conns = o.Readers
		c.RuntimeParams["default_transaction_read_only"] = "on"
	}
	db := stdlib.OpenDB(*c)
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	// Server, pooler or firewall may drop what is idle for long.
	db.SetConnMaxIdleTime(5 * time.Minute)
	return db, nil
}

// migrate holds a lock of the database, so that of several nodes that start
// together one does it.
func (e *postgresEngine) migrate(ctx context.Context, db *sql.DB) error {
	l, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60)) // every second, for a minute
	if err != nil {
		return err
	}
	return migrate(ctx, db, goose.DialectPostgres, goose.WithSessionLocker(l))
}

// isolation: what a transaction has read stays true until it commits, or it is
// repeated.
func (e *postgresEngine) isolation() sql.IsolationLevel { return sql.LevelSerializable }

// inspect: pages and references are the server's own care, and pg_amcheck's.
func (e *postgresEngine) inspect(context.Context, *sql.DB) error { return nil }

// Codes of PostgreSQL, its documentation's appendix A.
const (
	pgUniqueViolation      = "23505"
	pgSerializationFailure = "40001"
	pgDeadlock             = "40P01"
)

func pgCode(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// met reports a transaction that can only be repeated, since it met another.
func met(err error) bool {
	code := pgCode(err)
	return code == pgSerializationFailure || code == pgDeadlock
}

// taken reports a violated unique index.
func taken(err error) bool { return takenSQLite(err) || pgCode(err) == pgUniqueViolation }

// ofDatabase reports an error of the database, or of the way to it.
func ofDatabase(err error) bool {
	var connect *pgconn.ConnectError
	var network net.Error
	return ofSQLite(err) != nil || pgCode(err) != "" || errors.As(err, &connect) || errors.As(err, &network) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.ErrUnexpectedEOF)
}
