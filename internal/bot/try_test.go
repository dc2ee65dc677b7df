package bot

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/secret"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/works"
	"github.com/dipcast/dipcast/works/workstest"
)

// tried is how the steps of a trial went: "settings ok, token failed, …".
func tried(steps []TryStep) string {
	var out []string
	for _, s := range steps {
		out = append(out, s.Step+" "+s.Result)
	}
	return strings.Join(out, ", ")
}

// TestTry: each step of a trial, what it finds and what to do about it, against a
// NAVER WORKS.
func TestTry(t *testing.T) {
	w := newWorld(t, workstest.Options{})
	status := http.StatusUnauthorized
	ours := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(status) }))
	defer ours.Close()
	// The sandbox takes addresses of https only; its bot has one of those.
	try := func(user, callback string) []TryStep { return w.bot.Try(t.Context(), 2, user, callback) }
	change := func(f func(c *store.Company)) {
		all := *w.db.now.Load()
		c := all.All[0]
		works := *c.NaverWorks
		c.NaverWorks = &works
		c.Version++
		f(&c)
		w.db.now.Store(&store.Companies{All: []store.Company{c}})
	}
	steps := try("u-1", ours.URL)
	if got, want := tried(steps), "settings ok, token ok, bot ok, message ok, callback failed"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if last := steps[4]; !strings.Contains(last.Remedy[0], ours.URL) || !strings.Contains(last.Remedy[1], ours.URL) {
		t.Errorf("what to do about a callback that is off: %v", last.Remedy)
	}
	if n := w.came("u-1", "연결 시험"); n != 1 {
		t.Errorf("%d messages", n)
	}
	if got := tried(try("", "")); got != "settings ok, token ok, bot ok, message skipped, callback failed" {
		t.Error(got)
	}
	steps = try("nobody", ours.URL)
	if got := tried(steps); !strings.Contains(got, "message failed") || !strings.Contains(steps[3].Remedy[0], "봇") {
		t.Errorf("to nobody: %s, %v", got, steps[3])
	}
	undo := w.sandbox.Fault(workstest.Fault{Count: -1, Status: 503})
	steps = try("u-1", ours.URL)
	undo()
	if got := tried(steps); !strings.Contains(got, "bot failed, message skipped, callback skipped") || !strings.Contains(steps[2].Remedy[1], "failure of NAVER WORKS") {
		t.Errorf("while NAVER WORKS is down: %s, %v", got, steps)
	}
	change(func(c *store.Company) { c.NaverWorks.ClientSecret = secret.New("wrong") })
	if got, want := tried(try("u-1", ours.URL)), "settings ok, token failed, bot skipped, message skipped, callback skipped"; got != want {
		t.Errorf("a wrong secret: %s, want %s", got, want)
	}
	change(func(c *store.Company) { c.NaverWorks.PrivateKey = secret.New("no key") })
	if got := tried(try("u-1", ours.URL)); !strings.HasPrefix(got, "settings failed, token skipped") {
		t.Errorf("no key: %s", got)
	}
	change(func(c *store.Company) { c.NaverWorks.Bot, c.NaverWorks.ClientID = 0, "" })
	if steps := try("u-1", ours.URL); steps[0].Result != StepFailed || steps[0].Found[1] != "Missing: client_id, bot_id" {
		t.Errorf("values are missing: %v", steps[0])
	}
	change(func(c *store.Company) { c.NaverWorks = nil })
	if got := tried(try("u-1", ours.URL)); !strings.HasPrefix(got, "settings failed, token skipped") {
		t.Errorf("not set up: %s", got)
	}
}

func botWith(callback string, on bool) works.Bot {
	return works.Bot{EnableCallback: on, CallbackURL: callback}
}

// TestTryCallback: what answers at the address of callbacks.
func TestTryCallback(t *testing.T) {
	status := http.StatusUnauthorized
	ours := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(status) }))
	gone := httptest.NewServer(nil)
	gone.Close()
	secure := httptest.NewTLSServer(nil)
	defer ours.Close()
	defer secure.Close()
	for _, tt := range []struct {
		name, set, want string
		on              bool
		status          int
		result, found   string
	}{
		{"all is well", ours.URL, ours.URL, true, 401, StepOK, "reached"},
		{"no public_url", ours.URL, "", true, 401, StepFailed, "no public_url"},
		{"off", ours.URL, ours.URL, false, 401, StepFailed, "callback is off"},
		{"another", "https://other.example.com", ours.URL, true, 401, StepFailed, "callback is another"},
		{"something else answers", ours.URL, ours.URL, true, 200, StepFailed, "Something else answers"},
		{"nobody answers", gone.URL, gone.URL, true, 401, StepFailed, "not reached"},
		{"a certificate of nobody", secure.URL, secure.URL, true, 401, StepFailed, "certificate"},
	} {
		status = tt.status
		x := trial{ctx: t.Context()}
		x.callback(botWith(tt.set, tt.on), tt.want)
		if s := x.steps[0]; s.Result != tt.result || !strings.Contains(s.Found[1], tt.found) || (s.Result == StepFailed) != (s.Remedy[0] != "") || s.Found[0] == "" {
			t.Errorf("%s: %+v", tt.name, s)
		}
	}
}
