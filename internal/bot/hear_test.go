package bot

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/people"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// recorded are the recordings of one call, of extension 1010.
type recorded struct {
	rows  []store.RecordingRow
	waits bool
	heard []string
}

func (r *recorded) Of(_ context.Context, _ *tenant.Tenant, ext, call string) ([]store.RecordingRow, bool, error) {
	if ext != "1010" || call != "1-1.1" {
		return nil, false, nil
	}
	return r.rows, r.waits, nil
}

func (r *recorded) Heard(_ *http.Request, _ *tenant.Tenant, who people.Person, row *store.RecordingRow, reason string) {
	r.heard = append(r.heard, who.User+" "+row.ID+" "+reason)
}

func (r *recorded) Sound(w http.ResponseWriter, _ *http.Request, row *store.RecordingRow) {
	_, _ = w.Write([]byte("sound of " + row.ID))
}

// The recording of a call opens to who has taken part and is signed in, once it is
// there, for a reason; nobody else can use the address.
func TestRecordingPage(t *testing.T) {
	d := newDesk(t)
	rec := &recorded{waits: true}
	who := people.Person{}
	g := NewPages(PageOptions{
		Presses: d.Presses, Tenant: func(int) *tenant.Tenant { return d.two }, Loopback: func() bool { return true },
		SignedIn:   func(*http.Request) (people.Person, bool) { return who, who.User != "" },
		SignIn:     func(_ int, back string) string { return "/login/works?to=" + back },
		Recordings: rec,
	})
	ask := func(method, path, reason string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, strings.NewReader(url.Values{"reason": {reason}}.Encode()))
		if method == http.MethodPost {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		w := httptest.NewRecorder()
		g.ServeHTTP(w, r)
		return w
	}
	path := RecordingPath + d.token("u1", Recording)
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		if w := ask(method, path, "확인"); w.Code != 303 || w.Header().Get("Location") != "/login/works?to="+path {
			t.Errorf("%s by nobody: %d %v", method, w.Code, w.Header())
		}
	}
	one, two := people.Person{Tenant: 2, User: "u1", Extension: "1010", Lang: "ko"}, people.Person{Tenant: 2, User: "u2", Extension: "1013", Lang: "en"}
	who = two
	if w := ask(http.MethodGet, path, ""); w.Code != 403 || !strings.Contains(w.Body.String(), "another person") || d.refused != 1 {
		t.Errorf("forwarded: %d %s", w.Code, w.Body)
	}
	who = one
	if w := ask(http.MethodGet, path, ""); w.Code != 200 || w.Header().Get("Refresh") != readyAfter || !strings.Contains(w.Body.String(), "준비하고") {
		t.Errorf("not ready: %d %v %s", w.Code, w.Header(), w.Body)
	}
	rec.waits = false
	if w := ask(http.MethodGet, path, ""); w.Code != 404 {
		t.Errorf("there is none: %d %s", w.Code, w.Body)
	}
	rec.rows = []store.RecordingRow{{ID: "r1", Began: d.at, Length: 83 * time.Second}}
	if w := ask(http.MethodGet, path, ""); w.Code != 200 || !strings.Contains(w.Body.String(), "1분 23초") || !strings.Contains(w.Body.String(), `name="reason"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := ask(http.MethodPost, path, " "); w.Code != 422 || len(rec.heard) != 0 {
		t.Errorf("without a reason: %d, %q", w.Code, rec.heard)
	}
	w := ask(http.MethodPost, path, "고객 민원 확인")
	_, sound, _ := strings.Cut(w.Body.String(), `src="`)
	sound, _, _ = strings.Cut(sound, `"`)
	if w.Code != 200 || len(rec.heard) != 1 || rec.heard[0] != "u1 r1 고객 민원 확인" || !strings.HasSuffix(sound, "/r1") {
		t.Errorf("%d %q %s", w.Code, rec.heard, w.Body)
	}
	if w := ask(http.MethodGet, sound, ""); w.Code != 200 || w.Body.String() != "sound of r1" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	who = two
	if w := ask(http.MethodGet, sound, ""); w.Code != 403 {
		t.Errorf("the sound's address, forwarded: %d", w.Code)
	}
	// Of a room's card opens who has taken part, and nobody else.
	room := RecordingPath + d.token("@room", Recording)
	if w := ask(http.MethodGet, room, ""); w.Code != 404 {
		t.Errorf("a room's, by who took no part: %d", w.Code)
	}
	who = one
	if w := ask(http.MethodGet, room, ""); w.Code != 200 {
		t.Errorf("a room's: %d", w.Code)
	}
	if w := ask(http.MethodGet, path+"/r1", ""); w.Code != 404 {
		t.Errorf("the sound by the button's token: %d", w.Code)
	}
	if w := ask(http.MethodGet, RecordingPath+d.token("u1", Fax), ""); w.Code != 404 {
		t.Errorf("the token of a fax: %d", w.Code)
	}
	d.at = d.at.Add(2 * time.Hour) // of a token that is good for one hour
	if w := ask(http.MethodGet, sound, ""); w.Code != 404 {
		t.Errorf("the sound, too late: %d", w.Code)
	}
}
