package rest_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/rest"
	"github.com/dipcast/dipcast/internal/tenant"
	"github.com/dipcast/dipcast/internal/voicemail"
)

// mailTrail notes what is left in the audit trail.
type mailTrail struct{ all []audit.Entry }

func (l *mailTrail) Record(_ context.Context, _ string, e audit.Entry) { l.all = append(l.all, e) }

// boxesIn are mailboxes below a folder, of tenant 2.
func boxesIn(t *testing.T, dir string) func(*tenant.Tenant, string) []voicemail.Box {
	t.Helper()
	for ext, id := range map[string]string{"1010": "00000001", "1013": "00000002"} {
		inbox := filepath.Join(dir, ext, "INBOX")
		if err := os.MkdirAll(inbox, 0o755); err != nil {
			t.Fatal(err)
		}
		for name, text := range map[string]string{
			"msg0000.txt": "callerchan=PJSIP/trk-1-1\ncallerid=01012345678\norigtime=1795238999\nduration=12\nmsg_id=1795238999-" + id + "\n",
			"msg0000.wav": "RIFFsound of " + ext,
		} {
			if err := os.WriteFile(filepath.Join(inbox, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return func(t *tenant.Tenant, ext string) []voicemail.Box {
		if t.Number != 2 {
			return nil
		}
		return []voicemail.Box{{Server: 1, Extension: ext, Dir: filepath.Join(dir, ext)}}
	}
}

// TestVoicemail: who sees, hears, moves and deletes which messages, and what is left
// in the audit trail.
func TestVoicemail(t *testing.T) {
	boxes, trail := boxesIn(t, t.TempDir()), &mailTrail{}
	const mine, other = "/voicemail/1010/1-1795238999-00000001", "/voicemail/1013/1-1795238999-00000002"
	inBubble(t, func(o *rest.Options) { o.Mailboxes, o.Trail = boxes, trail }, func(r *rig) {
		list := func(who, query string) string {
			t.Helper()
			a := r.do(request{method: "GET", path: "/voicemail" + query, who: who})
			var all []rest.VoicemailMessage
			if err := json.Unmarshal(a.body.Data, &all); err != nil || a.status != 200 {
				t.Fatal(a.raw)
			}
			var out []string
			for _, m := range all {
				if m.Number != "01012345678" || m.Seconds != 12 {
					t.Errorf("%+v", m)
				}
				if m.Read {
					m.Extension += " read"
				}
				out = append(out, m.Extension)
			}
			return strings.Join(out, ", ")
		}
		for _, tt := range []struct{ who, query, want string }{
			{"", "", "1010, 1013"}, {"1010", "", "1010"}, {"ops", "?tenant=T2", "1010, 1013"}, {"ten", "", ""}, {"", "?extension=1013", "1013"},
		} {
			if got := list(tt.who, tt.query); got != tt.want {
				t.Errorf("%s %s sees %q, want %q", tt.who, tt.query, got, tt.want)
			}
		}
		sound := func(who, path, part string) (int, string) {
			q := httptest.NewRequestWithContext(t.Context(), http.MethodGet, prefix+path+"/sound", nil)
			q.Header.Set("Who", who)
			if part != "" {
				q.Header.Set("Range", part)
			}
			w := httptest.NewRecorder()
			r.api.ServeHTTP(w, q)
			return w.Code, w.Body.String()
		}
		if status, body := sound("1010", mine, "bytes=4-8"); status != 206 || body != "sound" || len(trail.all) != 0 {
			t.Errorf("a part of one's own: %d %q, trail %v", status, body, trail.all)
		}
		if status, body := sound("two", other, ""); status != 200 || body != "RIFFsound of 1013" || len(trail.all) != 1 || trail.all[0].Action != "hear voicemail" {
			t.Errorf("another's: %d %q, trail %v", status, body, trail.all)
		}
		if sound("two", other, ""); len(trail.all) != 1 {
			t.Errorf("the same again has %d lines", len(trail.all))
		}
		for _, tt := range []struct {
			method, path, who string
			status            int
		}{
			{"GET", other + "/sound", "1010", 403},
			{"GET", mine + "/sound", "ten", 404},
			{"GET", "/voicemail/1010/1-9/sound", "", 404},
			{"GET", mine + "/sound?x=1", "", 400},
			{"POST", other + "/read", "1010", 403},
			{"POST", mine + "/read", "ten", 404},
			{"DELETE", other, "1010", 403},
			{"DELETE", "/voicemail/1013/1-9", "", 404},
			{"GET", "/voicemail", "ops", 400},
			{"GET", "/voicemail?extension=1013", "1010", 403},
		} {
			if a := r.do(request{method: tt.method, path: tt.path, who: tt.who, body: map[string]string{"POST": "{}"}[tt.method]}); a.status != tt.status {
				t.Errorf("%s %s by %s: %d %s", tt.method, tt.path, tt.who, a.status, a.raw)
			}
		}
		if a := r.do(request{method: "POST", path: mine + "/read", who: "1010", body: `{}`}); a.status != 200 || list("1010", "") != "1010 read" || list("1010", "?unread=true") != "" {
			t.Errorf("read: %d %s", a.status, a.raw)
		}
		if a := r.do(request{method: "POST", path: mine + "/read", who: "1010", body: `{"read":false}`}); a.status != 200 || list("1010", "") != "1010" {
			t.Errorf("unread: %d %s", a.status, a.raw)
		}
		if a := r.do(request{method: "DELETE", path: mine, who: "1010"}); a.status != 200 || list("", "") != "1013" {
			t.Errorf("deleted: %d %s", a.status, a.raw)
		}
		if last := trail.all[len(trail.all)-1]; last.Action != "delete voicemail" || !strings.HasSuffix(last.Detail, "of 1010") {
			t.Errorf("trail %+v", trail.all)
		}
	})
}
