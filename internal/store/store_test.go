package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dipcast/dipcast/internal/store"
)

// clock is a time that tests set.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func openStore(t *testing.T, dir string) *store.Store {
	t.Helper()
	at := &clock{time.UnixMilli(1760579048983)}
	s, err := store.Open(t.Context(), store.Options{DataDir: dir, Now: at.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// raw opens the database beside the store, to do what its methods never do.
func raw(t *testing.T, dir string) *sql.DB {
	t.Helper()
	u := url.URL{Scheme: "file", Path: filepath.Join(dir, store.FileName)}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestOpen(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a b?c#d%20", "var")
	s := openStore(t, dir)
	if err := s.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var mode string
	if err := raw(t, dir).QueryRow(`PRAGMA journal_mode`).Scan(&mode); err != nil || mode != "wal" {
		t.Errorf("journal_mode %q %v", mode, err)
	}
	again := openStore(t, dir) // migrations run once
	if d, err := again.Directory(t.Context()); err != nil || len(d.All()) != 0 {
		t.Errorf("%v %v", d, err)
	}
}

func TestOpenRefuses(t *testing.T) {
	if _, err := store.Open(t.Context(), store.Options{Database: "mysql://u:secret@h/d", DataDir: t.TempDir()}); !errors.Is(err, store.ErrUnsupported) || strings.Contains(err.Error(), "secret") {
		t.Errorf("mysql: %v", err)
	}
	for _, url := range []string{"postgres://u:secret@127.0.0.1:1/d", "postgres://u:secret@h:x/d", "postgres://u:sec%ret@h/d", "postgres://u:secret@127.0.0.1:1/d?sslmode=never"} {
		if _, err := store.Open(t.Context(), store.Options{Database: url}); err == nil || strings.Contains(err.Error(), "sec") {
			t.Errorf("%s: %v", url, err)
		}
	}
	if _, err := store.Open(t.Context(), store.Options{}); err == nil {
		t.Error("no data directory is accepted")
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(t.Context(), store.Options{DataDir: file}); err == nil {
		t.Error("a file as data directory is accepted")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, store.FileName), []byte(strings.Repeat("not a database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if _, err := store.Open(ctx, store.Options{DataDir: dir}); err == nil {
		t.Error("a file that is no database is accepted")
	}
}

func TestNewerSchemaIsRefused(t *testing.T) { each(t, testNewerSchemaIsRefused) }

func testNewerSchemaIsRefused(t *testing.T, d *database) {
	d.open(t)
	if _, err := d.Raw(t).Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, true)`); err != nil {
		t.Fatal(err)
	}
	_, err := store.Open(t.Context(), d.Options())
	if !errors.Is(err, store.ErrNewerSchema) || !strings.Contains(err.Error(), "9999") {
		t.Fatalf("got %v", err)
	}
	var n int
	if err := d.Raw(t).QueryRow(`SELECT count(*) FROM tenants`).Scan(&n); err != nil {
		t.Errorf("the refused database was changed: %v", err)
	}
}

// TestOtherSchemaIsRefused: of what a build between two releases has made, the
// error says what to do, and nothing is changed.
func TestOtherSchemaIsRefused(t *testing.T) { each(t, testOtherSchemaIsRefused) }

func testOtherSchemaIsRefused(t *testing.T, d *database) {
	d.open(t)
	if _, err := d.Raw(t).Exec(`DELETE FROM goose_db_version WHERE version_id = 3`); err != nil {
		t.Fatal(err)
	}
	_, err := store.Open(t.Context(), d.Options())
	if !errors.Is(err, store.ErrOtherSchema) || !strings.Contains(err.Error(), "without version 3") || !strings.Contains(err.Error(), "restore a backup") {
		t.Fatalf("got %v", err)
	}
}

// TestCheckWrites: now and then, whoever asks.
func TestCheckWrites(t *testing.T) { each(t, testCheckWrites) }

func testCheckWrites(t *testing.T, d *database) {
	at := &clock{time.UnixMilli(1760579048983)}
	s := d.Open(t, func(o *store.Options) { o.Now = at.now })
	wrote := map[string]bool{}
	for _, wait := range []time.Duration{0, time.Second, 5 * time.Second, -time.Hour} {
		at.at = at.at.Add(wait)
		if err := s.Check(t.Context()); err != nil {
			t.Fatal(err)
		}
		var content string
		if err := d.Raw(t).QueryRow(`SELECT content FROM seeds WHERE kind = 'probe'`).Scan(&content); err != nil {
			t.Fatal(err)
		}
		wrote[content] = true
	}
	if len(wrote) != 3 || s.Rows(t, "seeds") != 1 {
		t.Errorf("%v", wrote)
	}
}

// TestLockedDatabase: while another process holds the lock, reading goes on and
// writing gives up with its context.
func TestLockedDatabase(t *testing.T) { each(t, testLockedDatabase) }

func testLockedDatabase(t *testing.T, d *database) {
	s := d.Open(t, func(o *store.Options) { o.BusyTimeout = time.Millisecond })
	tx, err := d.Raw(t).Begin()
	if err != nil {
		t.Fatal(err)
	}
	lock := `INSERT INTO seeds (kind, name, content, present) VALUES ('x', 'x', '{}', 0)`
	if d.Engine == "postgres" {
		lock = `LOCK TABLE audit, seeds IN EXCLUSIVE MODE`
	}
	if _, err := tx.Exec(lock); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Tenants(t.Context()); err != nil {
		t.Errorf("reading: %v", err)
	}
	if err := s.AppendAudit(t.Context(), []store.AuditRow{{Kind: "refused"}}); err == nil || s.Errors() != 1 {
		t.Errorf("wrote beside another writer: %v, %d errors", err, s.Errors())
	}
	if err := s.Check(t.Context()); err == nil {
		t.Error("Check sees no lock")
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := s.AppendAudit(t.Context(), []store.AuditRow{{Kind: "refused"}}); err != nil {
		t.Errorf("after the lock: %v", err)
	}
}

func TestAuditChain(t *testing.T) { each(t, testAuditChain) }

func testAuditChain(t *testing.T, d *database) {
	s := d.open(t)
	if n, err := s.VerifyAudit(t.Context()); n != 0 || err != nil {
		t.Fatalf("empty trail: %d %v", n, err)
	}
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for j := range 5 {
				rows := []store.AuditRow{
					{At: time.UnixMilli(int64(i)), Kind: "refused", Tenant: 2, Name: "crm", Action: "Originate", Code: "forbidden", Field: "Context"},
					{At: time.UnixMilli(int64(j)), Kind: "refused", Remote: "127.0.0.1", Server: 1, Detail: "둘"},
				}
				if err := s.AppendAudit(t.Context(), rows); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n, err := s.VerifyAudit(t.Context()); n != 40 || err != nil {
		t.Fatalf("%d %v", n, err)
	}
	rows, err := s.Audit(t.Context(), 38, 10)
	if err != nil || len(rows) != 2 || rows[1].ID != 40 || rows[0].PrevHash == "" || rows[1].PrevHash != rows[0].Hash {
		t.Fatalf("%+v %v", rows, err)
	}
	if err := s.AppendAudit(t.Context(), nil); err != nil {
		t.Errorf("no rows: %v", err)
	}
}

func TestAuditShowsTampering(t *testing.T) { each(t, testAuditShowsTampering) }

func testAuditShowsTampering(t *testing.T, d *database) {
	for _, statement := range []string{
		`UPDATE audit SET code = 'ok' WHERE id = 3`,
		`UPDATE audit SET detail = field, field = detail WHERE id = 3`,
		`DELETE FROM audit WHERE id = 3`,
		`UPDATE audit SET hash = prev_hash WHERE id = 5`,
		`UPDATE audit SET changes = '' WHERE id = 3`,
		`UPDATE audit SET changes = '[]' WHERE id = 4`,
	} {
		d := d.another(t)
		s := d.open(t)
		var rows []store.AuditRow
		for i := range 5 {
			rows = append(rows, store.AuditRow{Kind: "refused", Field: "Context", Code: fmt.Sprint(i)})
		}
		rows[2].Changes = `[{"field":"a","after":1}]`
		if err := s.AppendAudit(t.Context(), rows); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Raw(t).Exec(statement); err != nil {
			t.Fatal(err)
		}
		if _, err := s.VerifyAudit(t.Context()); !errors.Is(err, store.ErrAuditBroken) {
			t.Errorf("%s: %v", statement, err)
		}
	}
	// What was kept long enough may go, from the beginning.
	d = d.another(t)
	s := d.open(t)
	if err := s.AppendAudit(t.Context(), make([]store.AuditRow, 5)); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Raw(t).Exec(`DELETE FROM audit WHERE id < 3`); err != nil {
		t.Fatal(err)
	}
	if n, err := s.VerifyAudit(t.Context()); n != 3 || err != nil {
		t.Errorf("%d %v", n, err)
	}
}

func TestProvisioned(t *testing.T) { each(t, testProvisioned) }

func testProvisioned(t *testing.T, d *database) {
	s := d.open(t)
	seed(t, s, twoTenants())
	const id = "7be69580e27641df"
	if err := s.MarkProvisioned(t.Context(), 1, id, "1010", "1013", "1010"); err != nil {
		t.Fatal(err)
	}
	if err := s.MarkProvisioned(t.Context(), 1, id, "1010"); err != nil {
		t.Fatal(err)
	}
	got, err := s.Provisioned(t.Context(), 1, id)
	if diff := cmp.Diff(map[string]bool{"1010": true, "1013": true}, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if got, err := s.Provisioned(t.Context(), 2, id); len(got) != 0 || err != nil {
		t.Errorf("other server: %v %v", got, err)
	}
	if err := s.MarkProvisioned(t.Context(), 1, "ffffffffffffffff", "1010"); err == nil {
		t.Error("an unknown tenant is accepted")
	}
	if err := s.ForgetProvisioned(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Provisioned(t.Context(), 1, id); len(got) != 0 || err != nil {
		t.Errorf("after forgetting: %v %v", got, err)
	}
}
