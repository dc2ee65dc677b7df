package rest_test

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/media"
	"github.com/dipcast/dipcast/internal/rest"
	"github.com/dipcast/dipcast/internal/sounds"
)

// trail keeps the actions it was told of.
type trail struct{ all []string }

func (t *trail) Record(_ context.Context, kind string, e audit.Entry) {
	t.all = append(t.all, kind+" "+e.Action+" "+e.Field+" by "+e.Identity.Name)
}

// promptView is what of a prompt a test looks at.
type promptView struct {
	Name, Text  string
	Own, Common bool
	Length      float64
}

func TestPrompts(t *testing.T) {
	server := filepath.Join(t.TempDir(), "data")
	made := filepath.Join(server, "sounds/ko/vm-goodbye.wav")
	if err := os.MkdirAll(filepath.Dir(made), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(made, []byte("made"), 0o600); err != nil {
		t.Fatal(err)
	}
	recording := string(media.EncodeWAV(media.RingTune.Play(16000)))
	told := &trail{}
	inBubble(t, func(o *rest.Options) {
		o.Prompts, o.Trail = sounds.NewStore(t.TempDir(), []string{server}), told
	}, func(r *rig) {
		one := func(a reply) (p promptView) {
			t.Helper()
			if a.status != 200 || json.Unmarshal(a.body.Data, &p) != nil {
				t.Errorf("%d %s", a.status, a.raw)
			}
			return p
		}
		a := r.do(request{method: "GET", path: "/prompts?limit=2"})
		if a.status != 200 || a.body.Total < 600 || strings.Count(a.raw, `"name"`) != 2 {
			t.Errorf("%d %s", a.status, a.raw)
		}
		if p := one(r.do(request{method: "GET", path: "/prompts/dipcast%2Fcfi-on"})); p.Name != "dipcast/cfi-on" || p.Text == "" || p.Own {
			t.Errorf("%+v", p)
		}
		p := one(r.do(request{method: "PUT", path: "/prompts/vm-intro", body: recording}))
		if !p.Own || p.Common || p.Length < 7 || p.Length > 9 {
			t.Errorf("%+v", p)
		}
		one(r.do(request{method: "PUT", path: "/prompts/custom%2Fsummer", body: recording}))
		if p := one(r.do(request{method: "PUT", path: "/prompts/vm-password", body: recording, who: "ops"})); !p.Common || p.Own {
			t.Errorf("%+v", p)
		}
		one(r.do(request{method: "PUT", path: "/prompts/vm-login?tenant=T10", body: recording, who: "ops"}))
		for who, want := range map[string]string{"two": "vm-password vm-intro custom/summer", "ten": "vm-login vm-password", "ops": "vm-password"} {
			a := r.do(request{method: "GET", path: "/prompts?own=true", who: who})
			var all []promptView
			if err := json.Unmarshal(a.body.Data, &all); err != nil || len(all) != len(strings.Fields(want)) {
				t.Errorf("%s: %s", who, a.raw)
			}
			for _, p := range all {
				if !strings.Contains(want, p.Name) {
					t.Errorf("%s has %s", who, p.Name)
				}
			}
		}
		// What is heard: one's own, the common one, the made one.
		heard := func(who, name string) string {
			q := httptest.NewRequestWithContext(t.Context(), "GET", prefix+"/prompts/"+name+"/audio", nil)
			q.Header.Set("Who", who)
			w := httptest.NewRecorder()
			r.api.ServeHTTP(w, q)
			if w.Code != 200 || w.Header().Get("Content-Type") != "audio/wav" {
				t.Errorf("%s of %s: %d %s", name, who, w.Code, w.Body)
			}
			return w.Body.String()
		}
		if s, err := media.DecodeWAV([]byte(heard("two", "vm-intro"))); err != nil || s.Rate != media.Rate || s.Duration() < 7*time.Second {
			t.Errorf("%v, %v", s.Duration(), err)
		}
		if heard("two", "vm-password") != heard("ten", "vm-password") || heard("1010", "vm-goodbye") != "made" {
			t.Error("not what is heard")
		}
		if p := one(r.do(request{method: "DELETE", path: "/prompts/vm-intro"})); p.Own {
			t.Errorf("%+v", p)
		}
		one(r.do(request{method: "DELETE", path: "/prompts/vm-intro"})) // again
		one(r.do(request{method: "DELETE", path: "/prompts/custom%2Fsummer"}))
		for _, tt := range []struct {
			method, path, body, who string
			status                  int
			code                    string
		}{
			{"PUT", "/prompts/nothing", recording, "two", 404, "not_found"},
			{"PUT", "/prompts/..%2Fx", recording, "two", 404, "not_found"},
			{"PUT", "/prompts/vm-intro", "no sound", "two", 400, "invalid_value"},
			{"PUT", "/prompts/vm-intro", string(media.EncodeWAV(media.Silence(8000, time.Second))), "two", 400, "invalid_value"},
			{"PUT", "/prompts/vm-intro", string(media.EncodeWAV(media.Silence(8000, 4*time.Minute))), "two", 413, "too_long"},
			{"PUT", "/prompts/vm-intro", strings.Repeat("x", sounds.MaxUpload+1), "two", 413, "too_long"},
			{"PUT", "/prompts/vm-intro", recording, "1010", 403, "forbidden"},
			{"PUT", "/prompts/vm-intro?tenant=T2", recording, "ten", 403, "forbidden"},
			{"PUT", "/prompts/vm-intro?tenant=T3", recording, "ops", 404, "not_found"},
			{"DELETE", "/prompts/vm-intro", "", "1010", 403, "forbidden"},
			{"DELETE", "/prompts/custom%2Fsummer", "", "two", 404, "not_found"},
			{"GET", "/prompts/nothing", "", "two", 404, "not_found"},
			{"GET", "/prompts/nothing/audio", "", "two", 404, "not_found"},
			{"GET", "/prompts/vm-intro/audio", "", "nobody", 401, "unauthorized"},
		} {
			a := r.do(request{method: tt.method, path: tt.path, body: tt.body, who: tt.who})
			if a.status != tt.status || a.body.Code != tt.code {
				t.Errorf("%s %s by %s: %d %.300s", tt.method, tt.path, tt.who, a.status, a.raw)
			}
		}
		want := "changed replace-prompt vm-intro by two,changed replace-prompt custom/summer by two,changed replace-prompt vm-password by ops," +
			"changed replace-prompt vm-login by ops,changed reset-prompt vm-intro by two,changed reset-prompt custom/summer by two"
		if got := strings.Join(told.all, ","); got != want {
			t.Errorf("the trail has %s", got)
		}
	})
}
