package workstest

import (
	"crypto/subtle"
	_ "embed"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

//go:embed chat/login.html
var loginHTML string

var loginPage = template.Must(template.New("login").Parse(loginHTML))

// noScript is for pages that have no script at all.
const noScript = "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'"

type loginData struct {
	App      string
	Wrong    bool
	Korean   bool
	Fields   map[string]string
	Problems string
}

// authorization is what /authorize was asked for. Only registered redirect URIs
// are ever redirected to.
func (s *Server) authorization(q url.Values) (app *App, problem string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	app = s.apps[q.Get("client_id")]
	switch {
	case app == nil:
		return nil, "client_id"
	case !slices.Contains(app.Redirects, q.Get("redirect_uri")):
		return nil, "redirect_uri"
	}
	return app, ""
}

// loginForm is GET /authorize (docs/auth-oauth).
func (s *Server) loginForm(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	app, problem := s.authorization(q)
	if problem != "" {
		s.showLogin(w, r, http.StatusBadRequest, loginData{Problems: problem})
		return
	}
	if code := asked(app, q); code != "" {
		back(w, r, q, url.Values{"error": {code}, "error_description": {"the request was not understood"}})
		return
	}
	s.showLogin(w, r, http.StatusOK, loginData{App: app.ClientID, Fields: fields(q)})
}

// asked gives the error of a request that came from a known app.
func asked(app *App, q url.Values) string {
	_, bad := app.scopes(q.Get("scope"))
	switch {
	case q.Get("response_type") != "code": // the implicit flow is not played here
		return "unsupported_response_type"
	case bad != "":
		return "invalid_scope"
	case q.Get("state") == "":
		return "invalid_request"
	}
	return ""
}

func fields(q url.Values) map[string]string {
	m := map[string]string{}
	for _, k := range []string{"client_id", "redirect_uri", "scope", "response_type", "state", "nonce"} {
		m[k] = q.Get(k)
	}
	return m
}

func (s *Server) showLogin(w http.ResponseWriter, r *http.Request, status int, d loginData) {
	d.Korean = !strings.HasPrefix(r.Header.Get("Accept-Language"), "en")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", noScript)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = loginPage.Execute(w, d) // who has left does not read it
}

// login is the form that comes back: a code, or a refusal.
func (s *Server) login(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "form was not read", http.StatusBadRequest)
		return
	}
	q := r.PostForm
	app, problem := s.authorization(q)
	if problem != "" {
		s.showLogin(w, r, http.StatusBadRequest, loginData{Problems: problem})
		return
	}
	if code := asked(app, q); code != "" {
		back(w, r, q, url.Values{"error": {code}})
		return
	}
	if q.Has("refuse") {
		back(w, r, q, url.Values{"error": {"access_denied"}, "error_description": {"refused by the member"}})
		return
	}
	u := s.member(app, q.Get("account"))
	if u == nil || u.Suspended || (u.Password != "" && subtle.ConstantTimeCompare([]byte(u.Password), []byte(q.Get("password"))) != 1) {
		s.showLogin(w, r, http.StatusOK, loginData{App: app.ClientID, Fields: fields(q), Wrong: true})
		return
	}
	scopes, _ := app.scopes(q.Get("scope"))
	code := unguessable(32)
	s.mu.Lock()
	now := s.o.Now()
	keep(s.codes, code, &grant{
		client: app.ClientID, user: u.ID, scopes: scopes, ends: now.Add(codeLife), nonce: q.Get("nonce"), redirect: q.Get("redirect_uri"),
	}, now)
	s.mu.Unlock()
	back(w, r, q, url.Values{"code": {code}})
}

// back redirects to the app, with its state.
func back(w http.ResponseWriter, r *http.Request, q, add url.Values) {
	to, err := url.Parse(q.Get("redirect_uri"))
	if err != nil {
		http.Error(w, "redirect_uri", http.StatusBadRequest)
		return
	}
	query := to.Query()
	for k, v := range add {
		query[k] = v
	}
	query.Set("state", q.Get("state"))
	to.RawQuery = query.Encode()
	http.Redirect(w, r, to.String(), http.StatusFound) //nolint:gosec // only to an address that is registered with the app
}
