package web_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/people"
	"github.com/dipcast/dipcast/internal/web"
	"github.com/dipcast/dipcast/works"
)

// signIns lets 홍길동 in who comes back with the code "right".
type signIns struct {
	to  string
	out int
}

func (s *signIns) TenantNamed(_ context.Context, name string) (int, error) {
	if name != "T2" {
		return 0, people.ErrNoWorks
	}
	return 2, nil
}

func (s *signIns) StartSignIn(_ context.Context, tenant int, redirect, to string) (string, string, error) {
	s.to = to
	return "https://auth.example/authorize?redirect_uri=" + url.QueryEscape(redirect), fmt.Sprintf("kept-%d", tenant), nil
}

func (s *signIns) FinishSignIn(_ context.Context, kept, state, code, _, _ string) (people.Session, string, string, error) {
	switch {
	case kept != "kept-2" || state != "state":
		return people.Session{}, "", "", people.ErrSignIn
	case code == "stranger":
		return people.Session{}, "", "", people.ErrStranger
	case code == "broken":
		return people.Session{}, "", "", errors.New("broken")
	case code != "right":
		return people.Session{}, "", "", fmt.Errorf("%w: %w", people.ErrSignIn, works.ErrLogin)
	}
	return people.Session{Person: people.Person{ID: "p-1", Tenant: 2, Name: "홍길동"}}, "a-cookie", s.to, nil
}

func (s *signIns) SignOut(context.Context, string) error { s.out++; return nil }

// TestT35_WayBack: whatever a link to the sign-in by NAVER WORKS says, as cards' links do
// too, who has signed in comes to a path of ours, both as it is kept and as the browser
// is sent there.
func TestT35_WayBack(t *testing.T) {
	in := &signIns{}
	s := web.New(web.Options{
		SignedIn: func(http.ResponseWriter, *http.Request, people.Session) error { return nil },
		Loopback: func() bool { return true }, Logger: slog.New(slog.DiscardHandler),
		Refused: func(edge.Refusal) {}, SignIns: in, PublicURL: "http://localhost",
	})
	do := func(path string, c ...*http.Cookie) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost"+path, nil)
		for _, c := range c {
			r.AddCookie(c)
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w
	}
	for to, want := range map[string]string{
		"/dapi/fax/x?a=b": "/dapi/fax/x?a=b", "/history/1-1?to=//evil.example": "/history/1-1?to=//evil.example",
		"": "/", "evil": "/", "//evil.example/": "/", "///evil.example/": "/", "https://evil.example/": "/", "https:evil.example": "/", "https:/evil.example": "/",
		"/\\evil.example": "/", "\\\\evil.example": "/", "/\t/evil.example": "/", "\t//evil.example": "/", "/\n/evil.example": "/", " //evil.example": "/",
		"javascript:alert(1)": "/", "data:text/html,x": "/", "http://localhost@evil.example/": "/", "/" + strings.Repeat("a", 500): "/",
	} {
		w := do("/login/works?tenant=T2&to=" + url.QueryEscape(to))
		if in.to != want {
			t.Errorf("%q leads to %q", to, in.to)
		}
		kept := w.Result().Cookies()
		in.to = to // even what was kept is looked at again
		if at := do("/login/works/return?state=state&code=right", kept...).Header().Get("Location"); at != want {
			t.Errorf("who comes back goes to %q instead of %q", at, want)
		}
	}
	// Once more encoded it is a path of ours, and stays one.
	for _, to := range []string{"/%2f%2fevil.example", "/%5cevil.example", "/%09/evil.example"} {
		do("/login/works?tenant=T2&to=" + url.QueryEscape(to))
		if u, err := url.Parse(in.to); err != nil || u.Host != "" || strings.HasPrefix(in.to, "//") {
			t.Errorf("%q leads to %q", to, in.to)
		}
	}
}

// TestSignIn: a browser is sent to NAVER WORKS and comes back signed in, to a path
// of ours and nowhere else; what is wrong is said in words.
func TestSignIn(t *testing.T) {
	in := &signIns{}
	var refusals []edge.Refusal
	var noPlace error
	s := web.New(web.Options{
		SignedIn: func(http.ResponseWriter, *http.Request, people.Session) error { return noPlace },
		Loopback: func() bool { return true }, Logger: slog.New(slog.DiscardHandler),
		Refused: func(x edge.Refusal) { refusals = append(refusals, x) }, SignIns: in, PublicURL: "http://localhost",
	})
	cookies := map[string]string{}
	do := func(method, path string) *httptest.ResponseRecorder {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), method, "http://localhost"+path, nil)
		for name, v := range cookies {
			r.AddCookie(&http.Cookie{Name: name, Value: v})
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		resp := w.Result()
		defer resp.Body.Close()
		for _, c := range resp.Cookies() {
			if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode {
				t.Errorf("a cookie that scripts or others get: %s", c)
			}
			if cookies[c.Name] = c.Value; c.MaxAge < 0 {
				delete(cookies, c.Name)
			}
		}
		return w
	}
	w := do("GET", "/login/works?tenant=T2&to=/dapi/fax/x")
	if at := w.Header().Get("Location"); w.Code != http.StatusFound || !strings.Contains(at, url.QueryEscape("http://localhost/login/works/return")) || len(cookies) != 1 {
		t.Errorf("start: %d %s, %v", w.Code, at, cookies)
	}
	w = do("GET", "/login/works/return?state=state&code=right")
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/dapi/fax/x" || len(cookies) != 1 {
		t.Errorf("return: %d %s, %v", w.Code, w.Header().Get("Location"), cookies)
	}
	// Who is nobody of the web sees pages of cards all the same, and is told at others.
	noPlace = web.ErrNoPlace
	for to, want := range map[string]int{"/dapi/fax/x": 303, "/history/1-1": 403} {
		do("GET", "/login/works?tenant=T2&to="+to)
		if w = do("GET", "/login/works/return?state=state&code=right"); w.Code != want || want == 403 && !strings.Contains(w.Body.String(), "내선이나 사용자가") {
			t.Errorf("nobody of the web, to %s: %d %s", to, w.Code, w.Body)
		}
	}
	noPlace = nil
	if w = do("GET", "/login"); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/" {
		t.Errorf("/login: %d %s", w.Code, w.Header().Get("Location"))
	}
	if w = do("POST", "/login/works/out"); w.Code != http.StatusSeeOther || in.out != 1 || len(cookies) != 0 {
		t.Errorf("out: %d, %v", w.Code, cookies)
	}

	for path, want := range map[string]struct {
		status int
		text   string
	}{
		"/login/works?tenant=T9":                             {404, "이 주소로는"},
		"/login/works/return?state=other&code=right":         {403, "마치지 못했습니다"},
		"/login/works/return?state=state&code=stranger":      {403, "구성원으로"},
		"/login/works/return?state=state&code=wrong":         {403, "마치지 못했습니다"},
		"/login/works/return?state=state&code=broken":        {503, "잠시 뒤에"},
		"/login/works/return?error=access_denied&state=stat": {403, "취소"},
	} {
		cookies["dipcast_signin"] = "kept-2"
		refusals = nil
		w := do("GET", path)
		if w.Code != want.status || !strings.Contains(w.Body.String(), want.text) {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
		if len(refusals) != 1 || strings.Contains(fmt.Sprint(refusals), "code=") {
			t.Errorf("%s: refusals %+v", path, refusals)
		}
		if strings.Contains(path, "return") && cookies["dipcast_signin"] != "" {
			t.Errorf("%s: the browser may try it again", path)
		}
	}
}

// TestPersonCookie: over HTTPS no cookie counts that a neighbour can plant.
func TestPersonCookie(t *testing.T) {
	w := httptest.NewRecorder()
	people.SetCookie(w, "a-cookie", true)
	if c := w.Header().Get("Set-Cookie"); !strings.HasPrefix(c, "__Host-") || !strings.Contains(c, "Secure") || !strings.Contains(c, "Path=/;") || strings.Contains(c, "Domain") {
		t.Errorf("set %q", c)
	}
	for _, tt := range []struct{ host, name, want string }{
		{"pbx.example.com", "__Host-dipcast_person", "v"},
		{"pbx.example.com", "dipcast_person", ""},
		{"localhost:8080", "dipcast_person", "v"},
		{"127.0.0.1", "dipcast_person", "v"},
		{"[::1]:80", "dipcast_person", "v"},
		{"localhost.example.com", "dipcast_person", ""},
	} {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "http://"+tt.host+"/", nil)
		r.AddCookie(&http.Cookie{Name: tt.name, Value: "v"})
		if got := people.Cookie(r); got != tt.want {
			t.Errorf("%s at %s: %q", tt.name, tt.host, got)
		}
	}
}
