package web

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

func newTestSite(files fstest.MapFS) *Site {
	return NewSite(files, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "gone", http.StatusNotFound) }), func(r *http.Request) bool { return r.Header.Get("Cookie") != "" })
}

var built = fstest.MapFS{
	"index.html":           {Data: []byte(`<meta name="nonce" content="{{nonce}}"><meta name="session" content="{{session}}">` + strings.Repeat(" ", 2000))},
	"assets/index-1234.js": {Data: []byte(strings.Repeat("let a = 1\n", 500))},
	"icon.svg":             {Data: []byte("<svg/>")},
	".keep":                {Data: []byte("built here")},
}

func ask(s http.Handler, method, path, accept string) *http.Response {
	r := httptest.NewRequest(method, path, http.NoBody)
	r.Header.Set("Accept", accept)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

const browser = "text/html,application/xhtml+xml,*/*;q=0.8"

// TestSite: pages get index.html, files themselves, programs and missing files an
// answer that they are not there.
func TestSite(t *testing.T) {
	s := newTestSite(built)
	for _, c := range []struct {
		method, path, accept string
		status               int
		cache                string
	}{
		{"GET", "/", browser, 200, "no-store"},
		{"GET", "/history/1-1700000000.1", browser, 200, "no-store"},
		{"GET", "/history/x", browser, 200, "no-store"},
		{"GET", "/", "*/*", 404, ""},
		{"GET", "/live", "application/json", 404, ""},
		{"GET", "/assets/index-1234.js", "*/*", 200, "public, max-age=31536000, immutable"},
		{"GET", "/assets/old.js", browser, 404, ""},
		{"GET", "/icon.svg", "*/*", 200, "no-cache"},
		{"GET", "/.keep", "*/*", 404, ""},
		{"GET", "/../web.go", "*/*", 404, ""},
		{"POST", "/live", browser, 405, ""},
	} {
		r := ask(s, c.method, c.path, c.accept)
		if r.StatusCode != c.status || c.status == 200 && r.Header.Get("Cache-Control") != c.cache {
			t.Errorf("%s %s: %d %q, want %d %q", c.method, c.path, r.StatusCode, r.Header.Get("Cache-Control"), c.status, c.cache)
		}
	}
}

var nonceInPage = regexp.MustCompile(`content="(\w+)"`)

// TestSitePolicy: a page runs nothing that stands in it, and each answer has a
// nonce of its own, the one in the policy.
func TestSitePolicy(t *testing.T) {
	s := newTestSite(built)
	seen := map[string]bool{}
	for range 3 {
		r := ask(s, "GET", "/live", browser)
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		m := nonceInPage.FindSubmatch(body)
		policy := r.Header.Get("Content-Security-Policy")
		if m == nil || !strings.Contains(policy, "'nonce-"+string(m[1])+"'") || seen[string(m[1])] {
			t.Fatalf("nonce %q, policy %s", m, policy)
		}
		seen[string(m[1])] = true
		if !strings.Contains(string(body), `name="session" content="none"`) {
			t.Errorf("%s", body)
		}
		if strings.Contains(policy, "unsafe") || !strings.Contains(policy, "script-src 'self';") || !strings.Contains(policy, "frame-ancestors 'none'") {
			t.Error(policy)
		}
	}
}

// TestSiteGzip: what is long goes compressed to who takes it.
func TestSiteGzip(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "/assets/index-1234.js", http.NoBody)
	r.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	newTestSite(built).ServeHTTP(w, r)
	z, err := gzip.NewReader(w.Body)
	if err != nil || w.Header().Get("Content-Encoding") != "gzip" {
		t.Fatal(w.Header(), err)
	}
	if body, err := io.ReadAll(z); err != nil || string(body) != string(built["assets/index-1234.js"].Data) {
		t.Error(len(body), err)
	}
}

// TestSiteNotBuilt: a program without the web says so.
func TestSiteNotBuilt(t *testing.T) {
	r := ask(newTestSite(fstest.MapFS{}), "GET", "/", browser)
	body, err := io.ReadAll(r.Body)
	if err != nil || !strings.Contains(string(body), "make build") {
		t.Errorf("%s %v", body, err)
	}
}
