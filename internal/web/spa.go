package web

import (
	"crypto/rand"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/klauspost/compress/gzhttp"

	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
)

// Site is the web that runs in the browser. It serves the files that were built,
// and index.html for every other path that a page may have: the browser's router
// finds the page.
type Site struct {
	packed packed
	files  fs.FS
	index  string // "": the web was not built
	gone   http.Handler
	serve  http.Handler

	mayBeIn func(*http.Request) bool
}

// notBuilt is what a browser shows when the program was built without the web.
const notBuilt = "The web was not built into this program: run make build.\n이 프로그램에는 웹 화면이 들어 있지 않습니다. make build 로 만드세요.\n"

// nonceMark stands in index.html for what styles that scripts add are known by, and
// sessionMark for whether the browser may have a session: without one the page need
// not ask who is signed in.
const (
	nonceMark   = "{{nonce}}"
	sessionMark = "{{session}}"
)

// NewSite returns a Site of the files that were built. gone answers for paths that
// no page has, mayBeIn reports a browser that has something to be recognised by.
func NewSite(files fs.FS, gone http.Handler, mayBeIn func(*http.Request) bool) *Site {
	s := &Site{files: files, gone: gone, mayBeIn: mayBeIn}
	index, _ := fs.ReadFile(files, "index.html") // there is none when it was not built
	s.index = string(index)
	s.serve = gzhttp.GzipHandler(http.HandlerFunc(s.answer))
	return s
}

// ServeHTTP implements http.Handler.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.serve.ServeHTTP(w, r) }

func (s *Site) answer(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		edge.WriteJSON(w, http.StatusMethodNotAllowed, envelope.Errorf(envelope.BadRequest, "", "this path takes GET, HEAD only"))
		return
	}
	name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
	h := w.Header()
	if name != "" && name != "index.html" {
		if info, err := fs.Stat(s.files, name); err == nil && !info.IsDir() && !strings.HasPrefix(path.Base(name), ".") {
			h.Set("Cache-Control", "no-cache")
			if strings.HasPrefix(name, "assets/") { // their names have a hash of what is in them
				h.Set("Cache-Control", "public, max-age=31536000, immutable")
			}
			if strings.HasSuffix(name, ".webmanifest") {
				h.Set("Content-Type", "application/manifest+json")
			}
			h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'") // a picture opened by itself
			if !s.packed.serve(w, r, s.files, name) {
				http.ServeFileFS(w, r, s.files, name)
			}
			return
		}
		if strings.HasPrefix(name, "assets/") {
			s.gone.ServeHTTP(w, r)
			return
		}
	}
	if !isPage(r) {
		s.gone.ServeHTTP(w, r)
		return
	}
	h.Set("Cache-Control", "no-store") // its nonce is for one answer
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	if s.index == "" {
		h.Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte(notBuilt)) // the browser may have gone
		return
	}
	nonce := rand.Text()
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-"+nonce+"'; img-src 'self' data: blob:; "+
		"media-src 'self' blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Content-Type", "text/html; charset=utf-8")
	session := "none"
	if s.mayBeIn(r) {
		session = "maybe"
	}
	_, _ = strings.NewReplacer(nonceMark, nonce, sessionMark, session).WriteString(w, s.index) // the browser may have gone
}

// isPage reports a request of a browser for a page: a program that asks for a path
// that is not there is told so.
func isPage(r *http.Request) bool { return strings.Contains(r.Header.Get("Accept"), "text/html") }
