package fax_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/fax"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// TestForget: faxes go when their company keeps them no longer, with their pages;
// those of companies that keep all, and those still being sent, stay. A PDF that is
// not there, as after a restore, is made again.
func TestForget(t *testing.T) {
	dir, now := t.TempDir(), time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	s, err := store.Open(t.Context(), store.Options{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	two, three := tenant.NewID("7be69580e27641df", 2), tenant.NewID("0123456789abcdef", 3)
	d, err := tenant.NewDirectory([]tenant.Tenant{{ID: two, Number: 2, Name: "둘", Servers: []int{1}}, {ID: three, Number: 3, Name: "셋", Servers: []int{1}}})
	if err != nil {
		t.Fatal(err)
	}
	k, err := fax.New(fax.Options{
		Store: s, Directory: func() *tenant.Directory { return d }, DataDir: dir, Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return now },
		KeepDays: func(number int) int { return map[int]int{2: 30}[number] },
	})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*store.Fax{}
	for name, f := range map[string]store.Fax{
		"a0": {TenantID: two.Hex(), Status: store.FaxReceived, Begun: now.AddDate(0, 0, -31)},
		"b0": {TenantID: two.Hex(), Status: store.FaxReceived, Begun: now.AddDate(0, 0, -29)},
		"c0": {TenantID: two.Hex(), Status: store.FaxSending, Begun: now.AddDate(0, 0, -31)},
		"d0": {TenantID: three.Hex(), Status: store.FaxReceived, Begun: now.AddDate(-9, 0, 0)},
	} {
		f.Fax, f.Name, f.Direction, f.Server = name, name, store.FaxIn, 1
		if _, err := s.AddFax(t.Context(), f); err != nil {
			t.Fatal(err)
		}
		all[name] = &f
		number := "T2"
		if f.TenantID == three.Hex() {
			number = "T3"
		}
		folder := filepath.Join(dir, fax.Dir, number, f.Begun.Format("2006/01"))
		if err := os.MkdirAll(folder, 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name+".tif"), fax.WriteTIFF([]fax.Page{drawn(t, 1, 1728, 100)}), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // the second time there is nothing to do
		if err := k.Forget(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for name, f := range all {
		rows, err := s.Faxes(t.Context(), store.FaxQuery{Fax: name, Limit: 1})
		_, noPDF := k.PDF(f)
		if gone := name == "a0"; err != nil || (len(rows) == 0) != gone || errors.Is(noPDF, fax.ErrNone) != gone || !gone && noPDF != nil {
			t.Errorf("%s: %d %v %v", name, len(rows), err, noPDF)
		}
	}
}
