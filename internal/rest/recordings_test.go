package rest_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/recording"
	"github.com/dipcast/dipcast/internal/rest"
	"github.com/dipcast/dipcast/internal/store"
)

// heardSounds are two recordings of tenant 2: of a call to 1010, and of one that
// somebody in the network made to 1013 who shows 1010 as his number.
type heardSounds struct {
	dir string

	mu    sync.Mutex
	lines []audit.Entry
}

func (s *heardSounds) rows() []store.RecordingRow {
	row := func(id, from, to string) store.RecordingRow {
		return store.RecordingRow{ID: id, Tenant: 2, Server: 1, Linkedid: "1." + id, Uniqueid: "1", Direction: "IN", From: from, To: to, Began: time.Unix(1, 0).UTC(), SHA256: "ab", Stem: id, Format: "wav"}
	}
	return []store.RecordingRow{row("one", "01012345678", "1010"), row("two", "1010", "1013")}
}

func (s *heardSounds) Recordings(context.Context, store.RecordingQuery) ([]store.RecordingRow, bool, error) {
	return s.rows(), false, nil
}

func (s *heardSounds) Recording(_ context.Context, id string) (store.RecordingRow, error) {
	for _, r := range s.rows() {
		if r.ID == id {
			return r, nil
		}
	}
	return store.RecordingRow{}, store.ErrNotFound
}

func (s *heardSounds) RecordingsOfCalls(context.Context, []string) ([]store.RecordingRow, error) {
	return nil, nil
}

func (s *heardSounds) FileAs(_ context.Context, r *store.RecordingRow, _ string) (*os.File, string, error) {
	if r.ID == "two" {
		return nil, "", recording.ErrDamaged
	}
	f, err := os.Open(filepath.Join(s.dir, "one.wav"))
	return f, "ab", err
}

func (s *heardSounds) Keeps(int) time.Duration { return time.Hour }

func (s *heardSounds) Check(ctx context.Context, id string) (store.RecordingRow, error) {
	return s.Recording(ctx, id)
}
func (s *heardSounds) Hold(context.Context, string, bool) error { return nil }
func (s *heardSounds) Remove(context.Context, string) error     { return nil }
func (s *heardSounds) Stopped() bool                            { return false }

func (s *heardSounds) Record(_ context.Context, kind string, e audit.Entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if kind == audit.KindRecording {
		s.lines = append(s.lines, e)
	}
}

// TestRecordingsAudited: who heard, linked, held and deleted a recording and why is
// in the audit trail, once for many parts; a login of one extension hears those of
// its own calls, whatever number a caller shows, and decides nothing.
func TestRecordingsAudited(t *testing.T) {
	s := &heardSounds{dir: t.TempDir()}
	if err := os.WriteFile(filepath.Join(s.dir, "one.wav"), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	inBubble(t, func(o *rest.Options) {
		o.Recordings, o.Recorder, o.Trail, o.Links = s, s, s, recording.NewLinks([]byte("key"))
	}, func(r *rig) {
		ask := func(who, method, path, body string, status int) {
			t.Helper()
			if got := r.do(request{method: method, path: path, body: body, who: who}); got.status != status {
				t.Errorf("%s %s %s: %d %s", who, method, path, got.status, got.raw)
			}
		}
		one := "/recordings/one"
		ask("two", http.MethodGet, one, "", 422)
		ask("two", http.MethodGet, one+"?reason="+strings.Repeat("x", 201), "", 422)
		ask("two", http.MethodGet, one+"?reason=complaint", "", 200)
		ask("two", http.MethodGet, one+"?reason=complaint", "", 200) // a further part
		var link struct{ URL string }
		if err := json.Unmarshal(r.do(request{method: http.MethodPost, path: one + "/links", body: `{"reason":"court"}`}).body.Data, &link); err != nil {
			t.Fatal(err)
		}
		ask("nobody", http.MethodGet, strings.TrimPrefix(link.URL, prefix), "", 200)
		ask("nobody", http.MethodGet, strings.TrimPrefix(link.URL, prefix)+"0", "", 403)
		ask("two", http.MethodPut, one+"/hold", `{"held":true,"reason":"court"}`, 200)
		ask("two", http.MethodDelete, one+"?reason=asked", "", 200)
		ask("two", http.MethodGet, "/recordings/two?reason=x", "", 409)
		ask("1010", http.MethodGet, one+"/details", "", 200)
		ask("1010", http.MethodGet, "/recordings/two/details", "", 404)
		ask("1010", http.MethodDelete, one+"?reason=x", "", 403)
		ask("1010", http.MethodPut, one+"/hold", `{"held":true,"reason":"x"}`, 403)
		ask("ten", http.MethodGet, one+"/details", "", 404)
	})
	var got []string
	for _, e := range s.lines {
		if e.Field != "one" || e.Identity.Tenant == nil {
			t.Errorf("%+v", e)
		}
		detail := e.Detail
		if rest, ok := strings.CutPrefix(detail, "link "); ok {
			if _, detail, ok = strings.Cut(rest, ": "); !ok {
				detail = "by link"
			}
		}
		got = append(got, e.Action+"="+detail)
	}
	if want := "hear recording=complaint,link recording=court,hear recording=by link,hold recording=true: court,delete recording=asked"; strings.Join(got, ",") != want {
		t.Errorf("the trail has %s", strings.Join(got, ","))
	}
}
