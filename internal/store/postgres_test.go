package store_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/store/storetest"
)

// TestManyOpenTogether: of several nodes that start at the same time on an empty
// database one makes the tables, and all of them work then.
func TestManyOpenTogether(t *testing.T) {
	d := &database{storetest.Postgres(t)} // a file has one process: see datadir.Lock
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			s, err := store.Open(t.Context(), d.Options())
			if err != nil {
				t.Error(err)
				return
			}
			if err := s.AppendAudit(t.Context(), []store.AuditRow{{Kind: "refused"}, {Kind: "refused"}}); err != nil {
				t.Error(err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	s := d.open(t)
	if n, err := s.VerifyAudit(t.Context()); n != 8 || err != nil {
		t.Errorf("%d rows, %v", n, err)
	}
	newest, err := store.Newest()
	if v, err2 := s.Schema(t.Context()); v != newest || err != nil || err2 != nil {
		t.Errorf("version %d of %d, %v, %v", v, newest, err, err2)
	}
}

// TestTextsOfAnyBytes: what PostgreSQL does not take is replaced, on both
// engines alike, and the chain covers what is kept.
func TestTextsOfAnyBytes(t *testing.T) { each(t, testTextsOfAnyBytes) }

func testTextsOfAnyBytes(t *testing.T, d *database) {
	s := d.open(t)
	if err := s.AppendAudit(t.Context(), []store.AuditRow{{Kind: "refused", Detail: "a\x00b\xffc둘", Action: "\xed\xa0\x80"}}); err != nil {
		t.Fatal(err)
	}
	rows, err := s.Audit(t.Context(), 0, 1)
	if err != nil || len(rows) != 1 || rows[0].Detail != "a\uFFFDb\uFFFDc둘" || rows[0].Action != "\uFFFD" {
		t.Errorf("%+v %v", rows, err)
	}
	if _, err := s.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestReadOnlyServer: a PostgreSQL that only reads is not ready, and says why.
func TestReadOnlyServer(t *testing.T) {
	d := &database{storetest.Postgres(t)}
	d.open(t)
	o := d.Options()
	o.Database += "&default_transaction_read_only=on"
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if err := s.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "read-only") {
		t.Errorf("Check: %v", err)
	}
	before := s.Errors() // Check's own
	if err := s.AppendAudit(t.Context(), make([]store.AuditRow, 1)); err == nil || errors.Is(err, store.ErrConflict) || s.Errors() != before+1 {
		t.Errorf("write: %v, %d errors", err, s.Errors())
	}
}
