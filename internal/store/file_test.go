package store_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/store"
)

// TestCopyAndInspect: a copy of a database in use is whole, and what is
// damaged is found.
func TestCopyAndInspect(t *testing.T) {
	dir := t.TempDir()
	s, err := store.Open(t.Context(), store.Options{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	rows := make([]store.AuditRow, 2000)
	for i := range rows {
		rows[i] = store.AuditRow{Kind: "refused", Detail: "a row of some length, so that there are pages"}
	}
	if err := s.AppendAudit(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
	to := t.TempDir()
	file := filepath.Join(to, store.FileName)
	if err := store.CopyFile(t.Context(), store.Options{DataDir: dir}, file); err != nil {
		t.Fatal(err)
	}
	if err := store.CopyFile(t.Context(), store.Options{DataDir: dir}, file); err == nil {
		t.Error("a copy over a copy")
	}
	if err := store.CopyFile(t.Context(), store.Options{DataDir: t.TempDir()}, file+"2"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a copy of nothing: %v", err)
	}
	err = store.CopyFile(t.Context(), store.Options{Database: "postgres://u:secret@h/d"}, file+"2")
	if !errors.Is(err, store.ErrUnsupported) || !strings.Contains(err.Error(), "pg_dump") || strings.Contains(err.Error(), "secret") {
		t.Errorf("a copy of PostgreSQL: %v", err)
	}
	inspect := func() (int64, error) {
		c, err := store.OpenReadOnly(context.Background(), store.Options{DataDir: to})
		if err != nil {
			return 0, err
		}
		defer func() { _ = c.Close() }()
		newest, err := store.Newest()
		if v, err2 := c.Schema(t.Context()); err2 != nil || err != nil || v != newest {
			t.Errorf("version %d of %d: %v %v", v, newest, err, err2)
		}
		return c.Inspect(t.Context())
	}
	if n, err := inspect(); err != nil || n != 2000 {
		t.Errorf("%d rows, %v", n, err)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for i := len(b) / 2; i < len(b)/2+20000; i++ { // some pages: one may be an index without rows
		b[i] ^= 0xff
	}
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if n, err := inspect(); !errors.Is(err, store.ErrDamaged) && !errors.Is(err, store.ErrAuditBroken) {
		t.Errorf("damaged: %d rows, %v", n, err)
	}
}
