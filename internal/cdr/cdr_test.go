package cdr_test

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/cdr"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/store/storetest"
	"github.com/dipcast/dipcast/internal/tenant"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(storetest.Tests{M: m}) }

const (
	two = "7be69580e27641df"
	ten = "0123456789abcdef"
)

func directory(t *testing.T) *tenant.Directory {
	t.Helper()
	d, err := tenant.NewDirectory([]tenant.Tenant{
		{ID: tenant.NewID(two, 2), Number: 2, Name: "둘", Servers: []int{1}, Extensions: []string{"1010", "1013", "1018", "1020"}, DIDs: map[string]string{"07045805605": "1010", "07045144801": "1013", "0255551234": ""}},
		{ID: tenant.NewID(ten, 10), Number: 10, Name: "열", Servers: []int{1}, Extensions: []string{"1010"}, DIDs: map[string]string{"07010100000": "1010"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// rig is a history with a file of Asterisk's.
type rig struct {
	t    *testing.T
	s    *store.Store
	file string
	o    cdr.Options
	h    *cdr.History
	stop func()
}

func newRig(t *testing.T, d *storetest.Database) *rig {
	t.Helper()
	r := &rig{t: t, s: d.Open(t), file: filepath.Join(t.TempDir(), "dipcast.csv")}
	dir := directory(t)
	r.o = cdr.Options{
		Store: r.s, Directory: func() *tenant.Directory { return dir }, Logger: slog.New(slog.NewTextHandler(t.Output(), nil)),
		Files:  []cdr.File{{Server: 1, Path: r.file}},
		Linger: time.Millisecond, Poll: 5 * time.Millisecond, Settle: 20 * time.Millisecond, Retry: 5 * time.Millisecond,
	}
	return r
}

// line is a line of Asterisk's record with the columns that are named.
func line(columns ...string) string {
	values := map[string]string{"sequence": "0", "start,u": "1795282245.071880", "answer,u": "0.000000", "end,u": "1795282255.500000", "disposition": "NO ANSWER", "dcontext": "T2_cos-all", "lastapp": "Dial"}
	for i := 0; i < len(columns); i += 2 {
		values[columns[i]] = columns[i+1]
	}
	if values["uniqueid"] == "" {
		values["uniqueid"] = values["linkedid"]
	}
	var out []string
	for _, c := range asteriskconf.CDRColumns {
		out = append(out, `"`+strings.ReplaceAll(values[c], `"`, `""`)+`"`)
	}
	return strings.Join(out, ",") + "\n"
}

func (r *rig) append(text string) {
	r.t.Helper()
	f, err := os.OpenFile(r.file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if _, err := f.WriteString(text); err != nil {
		r.t.Fatal(err)
	}
}

// calls waits until the history of a company has so many calls that settled, and
// gives them, the oldest first.
func (r *rig) calls(tenantID string, n int) []store.CallRow {
	r.t.Helper()
	var p store.CallPage
	until(r.t, fmt.Sprint(n, " calls"), func() bool {
		var err error
		p, err = r.s.Calls(r.t.Context(), store.CallQuery{TenantID: tenantID, Oldest: true, Limit: 1000})
		if err != nil {
			r.t.Fatal(err)
		}
		return len(p.Rows) == n
	})
	return p.Rows
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	end := time.NewTimer(20 * time.Second)
	defer end.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-end.C:
			t.Fatalf("no %s", what)
		}
	}
}
