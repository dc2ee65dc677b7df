package fax_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/fax"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// TestSentFaxEnds: whichever of its two records Asterisk writes first, a fax that
// went through is one that was sent; one that nobody answered fails at once, and one
// of which nothing more is heard a moment later.
func TestSentFaxEnds(t *testing.T) {
	const (
		through = "fax1 status=SUCCESS error=HANGUP text=OK pages=1 remote= rate=14400 mode=audio at=1795346913 ."
		nothing = "fax1 dial= cause=16 refused= at=1795346913 ." // as Asterisk writes it when the other side hung up first
	)
	for _, tt := range []struct {
		name, line, end               string
		atOnce, withEnd, later, cause string // its status after each look; and why it failed
	}{
		{"the line before the pages", nothing, through, store.FaxSending, store.FaxSent, store.FaxSent, ""},
		{"the line before the pages, answered", "fax1 dial=ANSWER cause=16 refused= at=1 .", through, store.FaxSending, store.FaxSent, store.FaxSent, ""},
		{"a line that says nothing", nothing, "", store.FaxSending, store.FaxSending, store.FaxFailed, "unreachable"},
		{"answered, and cut off", "fax1 dial=ANSWER cause=16 refused= at=1 .", "", store.FaxSending, store.FaxSending, store.FaxFailed, "interrupted"},
		{"the pages alone", "", through, store.FaxSending, store.FaxSending, store.FaxSent, ""},
		{"busy", "fax1 dial=BUSY cause=17 refused= at=1 .", "", store.FaxFailed, store.FaxFailed, store.FaxFailed, "busy"},
		{"no trunk", "fax1 dial=CHANUNAVAIL cause=0 refused=20 at=1 .", "", store.FaxFailed, store.FaxFailed, store.FaxFailed, "unreachable"},
		{"not dialed", "fax1 dial= cause=0 refused=21 at=1 .", "", store.FaxFailed, store.FaxFailed, store.FaxFailed, "not_allowed"},
		{"half a line", "fax1 dial=BUSY cau", through, store.FaxSending, store.FaxSending, store.FaxSent, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir, now := t.TempDir(), time.Now()
			s, err := store.Open(t.Context(), store.Options{DataDir: dir})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			d, err := tenant.NewDirectory([]tenant.Tenant{{ID: tenant.NewID("7be69580e27641df", 2), Number: 2, Name: "둘", Servers: []int{1}}})
			if err != nil {
				t.Fatal(err)
			}
			out := filepath.Join(dir, "T2", "out")
			if err := os.MkdirAll(out, 0o750); err != nil {
				t.Fatal(err)
			}
			k, err := fax.New(fax.Options{
				Store: s, Directory: func() *tenant.Directory { return d }, DataDir: dir, Logger: slog.New(slog.DiscardHandler),
				Spools: []fax.Spool{{Server: 1, Path: dir}}, Now: func() time.Time { return now },
			})
			if err != nil {
				t.Fatal(err)
			}
			f, err := k.Prepare(t.Context(), fax.Outgoing{Tenant: d.ByNumber(2), Server: 1, To: "0212345678", Pages: []fax.Page{drawn(t, 1, 1728, 100)}})
			if err != nil {
				t.Fatal(err)
			}
			look := func(ending, text, want string) string {
				if text != "" {
					if err := os.WriteFile(filepath.Join(out, f.Name+ending), []byte(text+"\n"), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				if err := k.Look(t.Context()); err != nil {
					t.Fatal(err)
				}
				rows, err := s.Faxes(t.Context(), store.FaxQuery{Fax: f.Fax, Limit: 1})
				if err != nil || len(rows) != 1 || rows[0].Status != want {
					t.Fatalf("%s: %+v %v, want %s", ending, rows, err, want)
				}
				return rows[0].Reason
			}
			look(".line", tt.line, tt.atOnce)
			look(".end", tt.end, tt.withEnd)
			now = now.Add(time.Minute)
			if got := look("", "", tt.later); got != tt.cause {
				t.Errorf("it failed as %q, want %q", got, tt.cause)
			}
		})
	}
}
