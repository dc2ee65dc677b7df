package app

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/fax"
	"github.com/dipcast/dipcast/internal/people"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// TestFaxPages: a fax is shown as PDF, its own company's and no other's.
func TestFaxPages(t *testing.T) {
	d, err := tenant.NewDirectory([]tenant.Tenant{
		{ID: tenant.NewID("7be69580e27641df", 2), Number: 2, Name: "둘", Servers: []int{1}, Extensions: []string{"1010"}},
		{ID: tenant.NewID("0123456789abcdef", 10), Number: 10, Name: "열", Servers: []int{1}, Extensions: []string{"1010"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	dir, log := t.TempDir(), slog.New(slog.DiscardHandler)
	st, err := store.Open(t.Context(), store.Options{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	a := &App{log: log, store: st}
	a.directory.Store(d)
	if a.faxes, err = fax.New(fax.Options{Store: st, Directory: a.directory.Load, DataDir: dir, Logger: log}); err != nil {
		t.Fatal(err)
	}
	a.people, err = people.New(people.Options{
		Store: st, Directory: a.directory.Load, Logger: log, Secret: func() ([]byte, error) { return make([]byte, 32), nil },
		Account: func(context.Context, int) (people.Account, []int64, error) { return nil, nil, people.ErrNoWorks },
	})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	_, err = st.AddFax(t.Context(), store.Fax{Fax: "f1", TenantID: d.ByNumber(2).ID.Hex(), Server: 1, Name: "f1", Direction: store.FaxIn, Status: store.FaxReceived, Begun: at, Ended: at})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, fax.Dir, "T2", "2026", "11", "f1.pdf")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("%PDF-1.4"), 0o600); err != nil {
		t.Fatal(err)
	}
	show := a.faxPages()
	for _, tt := range []struct {
		tenant int
		fax    string
		want   bool
	}{{2, "f1", true}, {2, "f2", false}, {10, "f1", false}} {
		if _, err := show.Fax(t.Context(), d.ByNumber(tt.tenant), tt.fax); (err == nil) != tt.want || err != nil && !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s of T%d: %v", tt.fax, tt.tenant, err)
		}
	}
	f, err := show.Fax(t.Context(), d.ByNumber(2), "f1")
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	w.Header().Set("Content-Security-Policy", "default-src 'none'")
	show.PDF(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost/dapi/fax/x", nil), d.ByNumber(2), f)
	if h := w.Header(); w.Code != http.StatusOK || h.Get("Content-Type") != "application/pdf" || w.Body.String() != "%PDF-1.4" || h.Get("Content-Security-Policy") != "" {
		t.Errorf("%d %v %s", w.Code, h, w.Body)
	}
}
