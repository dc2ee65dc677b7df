// Package storetest gives tests of everything that keeps data both databases: a
// SQLite file, and a scratch PostgreSQL server that a test program starts for
// itself, from the packages of the system, and ends with.
package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/store"
)

// Database is one database of a test, empty at first.
type Database struct {
	Engine string // "sqlite" or "postgres"
	URL    string // for store.Options.Database
	Dir    string // for store.Options.DataDir
}

// Each runs f once for each engine, as subtests.
func Each(t *testing.T, f func(t *testing.T, d *Database)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { f(t, Postgres(t)) })
}

// SQLite is a new database in a folder of the test's.
func SQLite(tb testing.TB) *Database {
	return &Database{Engine: "sqlite", URL: "sqlite", Dir: tb.TempDir()}
}

// Postgres is a new database of the program's own server, which it starts when
// needed: Main, or Tests, must end it.
func Postgres(tb testing.TB) *Database {
	tb.Helper()
	s := scratch(tb)
	var b [6]byte
	_, _ = rand.Read(b[:]) // never fails, crypto/rand
	name := "test_" + hex.EncodeToString(b[:])
	s.exec(tb, "CREATE DATABASE "+name)
	tb.Cleanup(func() { s.exec(tb, "DROP DATABASE "+name+" WITH (FORCE)") })
	u := url.URL{
		Scheme: "postgres", User: url.User(dbUser), Host: "localhost", Path: "/" + name,
		RawQuery: url.Values{"host": {s.dir}, "port": {port}}.Encode(),
	}
	return &Database{Engine: "postgres", URL: u.String(), Dir: tb.TempDir()}
}

// Options are those to open it with.
func (d *Database) Options() store.Options {
	return store.Options{Database: d.URL, DataDir: d.Dir}
}

// Open opens the database as a store that is closed when the test ends.
func (d *Database) Open(tb testing.TB, change ...func(*store.Options)) *store.Store {
	tb.Helper()
	o := d.Options()
	for _, f := range change {
		f(&o)
	}
	s, err := store.Open(tb.Context(), o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

// Raw opens the database beside the store, to do what its methods never do.
func (d *Database) Raw(tb testing.TB) *sql.DB {
	tb.Helper()
	driver, source := "pgx", d.URL
	if d.Engine == "sqlite" {
		u := url.URL{Scheme: "file", Path: d.Dir + "/" + store.FileName, RawQuery: "_busy_timeout=10000"} // a gateway may write meanwhile
		driver, source = "sqlite", u.String()
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = db.Close() })
	return db
}

// Plan explains how the database would find the rows of a query: one line a
// step. On PostgreSQL plans by size of the tables are not what counts in a test,
// so whole tables are read only when there is no other way.
func (d *Database) Plan(tb testing.TB, db *sql.DB, query string, args ...any) []string {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), time.Minute)
	defer cancel()
	conn, err := db.Conn(ctx)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	explain := "EXPLAIN QUERY PLAN "
	if d.Engine == "postgres" {
		explain = "EXPLAIN "
	}
	rows, err := conn.QueryContext(ctx, explain+query, args...)
	if err != nil {
		tb.Fatalf("%v: %s", err, query)
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		tb.Fatal(err)
	}
	var out []string
	for rows.Next() {
		into := make([]any, len(columns))
		for i := range into {
			into[i] = new(any)
		}
		if err := rows.Scan(into...); err != nil {
			tb.Fatal(err)
		}
		out = append(out, fmt.Sprint(*into[len(into)-1].(*any))) //nolint:forcetypeassert // made above
	}
	if err := rows.Err(); err != nil {
		tb.Fatal(err)
	}
	return out
}

// Scans are the steps of a plan that read a whole table.
func Scans(plan []string) []string {
	var out []string
	for _, step := range plan {
		s := strings.TrimSpace(step)
		// SQLite: "SCAN cdr". A subquery is scanned too, which is no table: here
		// they have names of one letter.
		table, ok := strings.CutPrefix(s, "SCAN ")
		if table, _, _ = strings.Cut(table, " "); ok && len(table) > 1 && table[0] != '(' && table != "CONSTANT" {
			out = append(out, step)
		}
		if strings.Contains(s, "Seq Scan on ") {
			out = append(out, step)
		}
	}
	return out
}
