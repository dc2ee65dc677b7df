// Package web is the face for people with a browser, and for the app of a
// softphone: the page that shows a code to scan, the document that the app
// fetches by it, and signing in with NAVER WORKS. Pages are plain HTML, without scripts and without anything from
// elsewhere, in Korean and English.
package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"

	"github.com/dipcast/dipcast/internal/companies"
	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/people"
	"github.com/dipcast/dipcast/internal/provisioning"
	"github.com/dipcast/dipcast/internal/softphone"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Phones makes links of softphones and answers who follows them.
// *provisioning.Service is one.
type Phones interface {
	Create(ctx context.Context, by companies.Author, o provisioning.Order) (provisioning.Link, error)
	Show(ctx context.Context, token string) (provisioning.Link, error)
	Renew(ctx context.Context, token string, remote netip.Addr) (provisioning.Link, error)
	Fetch(ctx context.Context, token string, remote netip.Addr, agent string) ([]byte, error)
}

// Options configures a Server. All fields are required but SignIns.
type Options struct {
	Phones Phones
	// SignIns signs people in with NAVER WORKS, who come back below PublicURL. Nil:
	// there are no such paths.
	SignIns   SignIns
	PublicURL string // without a slash at its end
	// SignedIn makes whoever has signed in with NAVER WORKS at home in the web, too,
	// or gives ErrNoPlace. Optional.
	SignedIn     func(w http.ResponseWriter, r *http.Request, who people.Session) error
	Authenticate func(r *http.Request) (tenant.Identity, error)
	// Deploy has a softphone that an administrator added count. It returns on how
	// many servers it does, and of the first that did not take it why.
	Deploy func(ctx context.Context, who tenant.Identity, remote netip.Addr, t *tenant.Tenant) (int, error)
	// Loopback reports that nobody but this machine can connect, so that plain
	// HTTP will do.
	Loopback func() bool
	Proxies  edge.Proxies
	Refused  func(edge.Refusal) // must not block
	Logger   *slog.Logger
}

// Server serves the pages.
type Server struct {
	o     Options
	log   *slog.Logger
	limit *limiter
	mux   *http.ServeMux
}

// New returns a Server.
func New(o Options) *Server {
	s := &Server{o: o, log: o.Logger.With("component", "web"), limit: newLimiter(), mux: http.NewServeMux()}
	own := strings.TrimSuffix(provisioning.PagePath, "/")
	s.mux.HandleFunc("GET "+own+"/{$}", s.ownPage)
	s.mux.HandleFunc("GET "+own, s.ownPage)
	s.mux.HandleFunc("POST "+own, s.makeOwn)
	s.mux.HandleFunc("GET "+provisioning.PagePath+"{token}", s.linkPage)
	s.mux.HandleFunc("POST "+provisioning.PagePath+"{token}", s.renew)
	s.mux.HandleFunc("GET "+provisioning.FetchPath+"{token}", s.fetch)
	if o.SignIns != nil {
		s.signInRoutes()
	}
	return s
}

// ServeHTTP refuses what does not come by HTTPS, and who asks too often. A token
// leaves the request before anything could write it down.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	inner := r.Clone(r.Context())
	r.URL.Path, r.URL.RawPath, r.RequestURI = masked(r.URL.Path), "", masked(r.URL.Path)
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "same-origin") // with none at all browsers call the Origin of our own forms null
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Content-Security-Policy", policy)
	if !s.o.Loopback() && !s.o.Proxies.Secure(r) {
		s.refuse(w, inner, tenant.Identity{}, envelope.Errorf(envelope.Forbidden, "", "this is served over HTTPS only"))
		return
	}
	if wait := s.limit.take(s.o.Proxies.ClientAddr(r)); wait > 0 {
		e := envelope.Errorf(envelope.RateLimited, "", "too many requests; try again later")
		e.RetryAfter = wait
		h.Set("Retry-After", edge.RetryAfter(wait))
		s.refuse(w, inner, tenant.Identity{}, e)
		return
	}
	s.mux.ServeHTTP(w, inner)
}

// masked is a path without the token in it.
func masked(path string) string {
	for _, p := range []string{provisioning.PagePath, provisioning.FetchPath} {
		if strings.HasPrefix(path, p) {
			return p + "-"
		}
	}
	return path
}

// refuse answers with an error, as a page or as the app takes it, and leaves a
// line in the audit.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, who tenant.Identity, e *envelope.Error) {
	s.audit(r, who, e)
	if strings.HasPrefix(r.URL.Path, provisioning.FetchPath) {
		writeAppError(w, edge.StatusOf(e), e.Message)
		return
	}
	if e.Code == envelope.Unauthorized {
		w.Header().Set("WWW-Authenticate", `Basic realm="DIPCAST", charset="UTF-8"`)
	}
	t := textsFor(r)
	s.write(w, r, edge.StatusOf(e), view{Problem: t.problem(e)})
}

func (s *Server) audit(r *http.Request, who tenant.Identity, e *envelope.Error) {
	s.o.Refused(edge.Refusal{Who: who, Remote: s.o.Proxies.ClientAddr(r), Action: r.Method + " " + masked(r.URL.Path), Err: e})
}

// asEnvelope words an error of package provisioning. What was used, is past or was
// never made has one text.
func (s *Server) asEnvelope(err error) *envelope.Error {
	var e *envelope.Error
	switch {
	case errors.As(err, &e):
		return e
	case errors.Is(err, provisioning.ErrGone):
		return envelope.Errorf(envelope.NotFound, "", "%v", provisioning.ErrGone)
	case errors.Is(err, provisioning.ErrNotFound):
		return envelope.Errorf(envelope.NotFound, "extension", "say whose softphone: ?extension=1010, with a login of its company")
	case errors.Is(err, provisioning.ErrNone):
		return envelope.Errorf(envelope.Conflict, "extension", "%v", provisioning.ErrNone)
	case errors.Is(err, provisioning.ErrInsecure), errors.Is(err, provisioning.ErrServer):
		return envelope.Errorf(envelope.Conflict, "", "%v", err)
	}
	s.log.Error("a softphone was not set up", "error", err)
	return envelope.Errorf(envelope.Unavailable, "", "it does not work now; try again later")
}

// fetch gives the app its document, once. A browser, and who previews links as one,
// is sent to the page instead, which uses nothing up; so is HEAD.
func (s *Server) fetch(w http.ResponseWriter, r *http.Request) {
	token := r.PathValue("token")
	if r.Method == http.MethodHead || strings.Contains(r.Header.Get("Accept"), "text/html") {
		l, err := s.o.Phones.Show(r.Context(), token)
		if err != nil {
			s.refuse(w, r, tenant.Identity{}, s.asEnvelope(err))
			return
		}
		if r.Method == http.MethodHead {
			w.Header().Set("Content-Type", softphone.ContentType)
			return
		}
		http.Redirect(w, r, provisioning.PagePath+l.Token, http.StatusSeeOther)
		return
	}
	doc, err := s.o.Phones.Fetch(r.Context(), token, s.o.Proxies.ClientAddr(r), r.UserAgent())
	if err != nil {
		s.refuse(w, r, tenant.Identity{}, s.asEnvelope(err))
		return
	}
	w.Header().Set("Content-Type", softphone.ContentType)
	_, _ = w.Write(doc) //nolint:gosec // XML, escaped; and the app may have gone: it fetches again
}

// linkPage shows the code of a link. It changes nothing, whoever looks.
func (s *Server) linkPage(w http.ResponseWriter, r *http.Request) {
	l, err := s.o.Phones.Show(r.Context(), r.PathValue("token"))
	if err == nil {
		err = s.showLink(w, r, &l)
	}
	if err != nil {
		s.refuse(w, r, tenant.Identity{}, s.asEnvelope(err))
	}
}

func (s *Server) showLink(w http.ResponseWriter, r *http.Request, l *provisioning.Link) error {
	code, err := softphone.NewCode(l.Scanned)
	if err != nil {
		return err
	}
	s.write(w, r, http.StatusOK, view{Link: l, Code: code.SVG()})
	return nil
}

// renew makes a new code in the place of one that was not used.
func (s *Server) renew(w http.ResponseWriter, r *http.Request) {
	if !s.fromUs(w, r) {
		return
	}
	l, err := s.o.Phones.Renew(r.Context(), r.PathValue("token"), s.o.Proxies.ClientAddr(r))
	if err != nil {
		s.refuse(w, r, tenant.Identity{}, s.asEnvelope(err))
		return
	}
	http.Redirect(w, r, provisioning.PagePath+l.Token, http.StatusSeeOther)
}

// fromUs accepts a form that was sent from a page of ours.
func (s *Server) fromUs(w http.ResponseWriter, r *http.Request) bool {
	if http.NewCrossOriginProtection().Check(r) == nil {
		return true
	}
	s.refuse(w, r, tenant.Identity{}, envelope.Errorf(envelope.Forbidden, "Origin", "this Origin is not allowed"))
	return false
}

// person is who asks for a page of their own, and for which extension: that of the
// login, or the one that an administrator names.
func (s *Server) person(w http.ResponseWriter, r *http.Request) (who tenant.Identity, ext string, ok bool) {
	who, err := s.o.Authenticate(r)
	switch {
	case err != nil:
		s.refuse(w, r, who, s.asEnvelope(err))
		return who, "", false
	case who.Role == tenant.ExtensionRole:
		ext = who.Extension
	case who.Role == tenant.TenantRole && who.Tenant != nil:
		ext = r.URL.Query().Get("extension")
	}
	if ext == "" || who.Tenant == nil || !who.Tenant.HasExtension(ext) {
		s.refuse(w, r, who, envelope.Errorf(envelope.NotFound, "extension", "say whose softphone: ?extension=1010, with a login of its company"))
		return who, "", false
	}
	return who, ext, true
}

// ownPage lets a person make a code for their own extension.
func (s *Server) ownPage(w http.ResponseWriter, r *http.Request) {
	if _, ext, ok := s.person(w, r); ok {
		s.write(w, r, http.StatusOK, view{Extension: ext})
	}
}

func (s *Server) makeOwn(w http.ResponseWriter, r *http.Request) {
	if !s.fromUs(w, r) {
		return
	}
	who, ext, ok := s.person(w, r)
	if !ok {
		return
	}
	remote := s.o.Proxies.ClientAddr(r)
	l, err := s.o.Phones.Create(r.Context(), companies.Author{Identity: who, Remote: remote.String()},
		provisioning.Order{Tenant: who.Tenant.Number, Extension: ext, MayAdd: who.Role == tenant.TenantRole})
	if err != nil {
		s.refuse(w, r, who, s.asEnvelope(err))
		return
	}
	if l.Added {
		if _, err := s.o.Deploy(r.Context(), who, remote, who.Tenant); err != nil {
			s.log.Warn("a new softphone does not count yet: see dipcast apply", "tenant", who.Tenant, "error", err)
		}
	}
	http.Redirect(w, r, provisioning.PagePath+l.Token, http.StatusSeeOther)
}
