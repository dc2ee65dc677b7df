package rest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/people"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
	"github.com/dipcast/dipcast/internal/users"
)

// callerKey finds what is known of a request's sender in its context.
type callerKey struct{}

type caller struct {
	who     tenant.Identity
	remote  netip.Addr
	audited bool // its refusal is in the audit

	byTicket bool // the credential was a ticket
	secure   bool // it came by HTTPS
	browser  users.Browser
	person   string // the cookie of who signed in with NAVER WORKS
	passkey  string // the cookie of who was asked for a passkey
	origin   string // of our own pages, as the browser has it
}

func callerOf(ctx context.Context) *caller {
	c, _ := ctx.Value(callerKey{}).(*caller)
	return c
}

// ServeHTTP checks Origin and credentials, then serves the path. The OpenAPI
// document is for everyone.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := &caller{remote: a.o.Proxies.ClientAddr(r), byTicket: r.URL.Query().Has("ticket"), secure: a.o.Proxies.Secure(r)}
	c.browser = users.Browser{Remote: c.remote, Agent: r.UserAgent(), Before: users.Cookie(r, c.secure)}
	c.person, c.passkey, c.origin = people.Cookie(r), users.PasskeyCookie(r, c.secure), edge.OwnOrigin(r)
	out := &answer{ResponseWriter: w}
	defer a.recovered(out, r)
	w.Header().Set("Cache-Control", "no-store")
	if r.Header.Get("Origin") != "" {
		if !a.o.Origins.Allow(r) {
			a.refuse(out, c, r, envelope.Errorf(envelope.Forbidden, "Origin", "this Origin is not allowed"))
			return
		}
		if cors(w, r) {
			return
		}
	}
	if isPublic(r) {
		a.mux.ServeHTTP(out, r.WithContext(context.WithValue(r.Context(), callerKey{}, c)))
		return
	}
	if isLink(r) && a.o.Recordings != nil { // it is its own credential
		a.serve(out, r, c)
		return
	}
	if signsIn(r) && a.o.Users != nil {
		if err := sameOrigin(r); err != nil {
			a.refuse(out, c, r, err)
			return
		}
		c.byTicket = false
		a.serve(out, r, c)
		return
	}
	var err error
	if c.who, err = a.o.Authenticate(r); err == nil && c.who.Via == tenant.ViaSession {
		err = sameOrigin(r)
	}
	if err == nil && c.who.MustChange && !beforePassword(r) {
		err = ErrMustChange()
	}
	if err == nil {
		err = a.permitted(r, c.who)
	}
	if err != nil {
		a.refuse(out, c, r, err)
		return
	}
	if namesNoServer(r) {
		a.refuse(out, c, r, envelope.Errorf(envelope.NotFound, "server_id", "there is no server 0 for you"))
		return
	}
	a.serve(out, r, c)
}

// As serves the paths to one who needs no credentials: whoever may use the
// gateway's own socket.
func (a *API) As(who tenant.Identity) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		out := &answer{ResponseWriter: w}
		defer a.recovered(out, r)
		a.serve(out, r, &caller{who: who})
	})
}

// recovered answers a request whose operation panicked.
func (a *API) recovered(out *answer, r *http.Request) {
	if p := recover(); p != nil {
		if p == http.ErrAbortHandler { //nolint:errorlint,err113 // that very value: an answer that must not look whole
			panic(p)
		}
		a.log.Error("panic while serving a request", "panic", p, "path", r.URL.Path, "stack", string(debug.Stack()))
		if out.status == 0 {
			edge.WriteError(out, envelope.Errorf(envelope.Internal, "", "internal error"))
		}
	}
}

// serve serves the path to a caller that was let in.
func (a *API) serve(out *answer, r *http.Request, c *caller) {
	watched, recorded := audit.Watch(context.WithValue(r.Context(), callerKey{}, c))
	r = r.WithContext(watched)
	if c.byTicket { // it is used, and no parameter of an operation
		u, q := *r.URL, r.URL.Query()
		q.Del("ticket")
		u.RawQuery = q.Encode()
		r.URL = &u
	}
	r.Body = http.MaxBytesReader(out, r.Body, bodyLimit(r.Method, r.URL.Path)+1)
	// Bodies are JSON, whatever a client's tool says by itself. A page of
	// another site cannot use that: its Origin was refused above.
	// Only a fax may come as a form, whose parts its type tells.
	if r.URL.Path != Prefix+"/faxes" {
		r.Header.Set("Content-Type", "application/json")
	}
	a.mux.ServeHTTP(out, r)
	// Who still writes when the connection is closed loses the answer (RFC 9112,
	// section 9.6), and net/http reads on only where it is kept open. The bound above
	// and the server's time to read hold here too.
	_, _ = io.Copy(io.Discard, r.Body) // how far it came is nobody's matter
	if out.status < http.StatusMultipleChoices && changes(r.Method) && !recorded() {
		a.leaveLine(r, c)
	}
	if out.status >= http.StatusBadRequest && !c.audited {
		e := envelope.Errorf(codeOf(out.status), "", "the request does not have the documented form")
		a.o.Refused(edge.Refusal{Who: c.who, Remote: c.remote, Action: r.Method + " " + r.URL.Path, Err: e})
	}
}

// namesNoServer reports that server 0 is asked for, which operations cannot
// tell from no server at all.
func namesNoServer(r *http.Request) bool {
	id, err := strconv.Atoi(r.URL.Query().Get("server_id"))
	return err == nil && id == 0
}

// answer remembers the status of an answer.
type answer struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (a *answer) Write(b []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	return a.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

func isPublic(r *http.Request) bool {
	switch r.URL.Path {
	case Prefix + "/openapi.json", Prefix + "/openapi.yaml", waysPath:
		return r.Method == http.MethodGet || r.Method == http.MethodHead
	}
	return false
}

// cors lets a page of an allowed Origin read the answer. It reports whether
// the request was a preflight and is answered.
func cors(w http.ResponseWriter, r *http.Request) bool {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
	h.Add("Vary", "Origin")
	h.Set("Access-Control-Expose-Headers", "ETag, Retry-After, Accept-Ranges, Content-Range, Content-Disposition")
	if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
		return false
	}
	h.Set("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE")
	h.Set("Access-Control-Allow-Headers", "Content-Type, Accept, Authorization, App-Key, tenant, Company-ID, Last-Event-ID, If-Match, Range, If-Range")
	h.Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
	return true
}

// nothing answers for every path and method that no operation has.
func (a *API) nothing(w http.ResponseWriter, r *http.Request) {
	var allowed []string
	for _, m := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		other := r.Clone(r.Context())
		other.Method = m
		if _, pattern := a.mux.Handler(other); pattern != Prefix+"/" {
			allowed = append(allowed, m)
		}
	}
	e := envelope.Errorf(envelope.NotFound, "", "there is nothing at this path; see %s/openapi.json", Prefix)
	status := http.StatusNotFound
	if len(allowed) > 0 {
		status = http.StatusMethodNotAllowed
		e = envelope.Errorf(envelope.BadRequest, "", "this path takes %s only", strings.Join(allowed, ", "))
		w.Header().Set("Allow", strings.Join(allowed, ", "))
	}
	c := callerOf(r.Context())
	c.audited = true
	a.o.Refused(edge.Refusal{Who: c.who, Remote: c.remote, Action: r.Method + " " + r.URL.Path, Err: e})
	edge.WriteJSON(w, status, newFailure(e))
}

func (a *API) refuse(w http.ResponseWriter, c *caller, r *http.Request, err error) {
	e := a.asEnvelope(err)
	if !left(r.Context(), err) {
		a.o.Refused(edge.Refusal{Who: c.who, Remote: c.remote, Action: r.Method + " " + r.URL.Path, Err: e})
	}
	if e.Code == envelope.Unauthorized && a.o.Users != nil && aboutSession(r) {
		w = quiet{w}
	}
	edge.WriteError(w, e)
}

// quiet leaves out what has a browser ask for a name and a password by itself.
type quiet struct{ http.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (q quiet) WriteHeader(status int) {
	q.Header().Del("WWW-Authenticate")
	q.ResponseWriter.WriteHeader(status)
}

// refused is an operation's refusal on its way to the client.
func (a *API) refused(ctx context.Context, action string, server int, err error) *failure {
	e := a.asEnvelope(err)
	c := callerOf(ctx)
	c.audited = true
	if !left(ctx, err) {
		a.o.Refused(edge.Refusal{Who: c.who, Remote: c.remote, Server: server, Action: action, Err: e})
	}
	return newFailure(e)
}

// left reports that there is no answer because whoever asked has gone, as a browser
// does that opens another page: nobody was refused anything. What was found out
// before they left, such as a wrong password, is a refusal still.
func left(ctx context.Context, err error) bool {
	var e *envelope.Error
	return ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.As(err, &e) && e.Code == envelope.Unavailable)
}

func (a *API) asEnvelope(err error) *envelope.Error {
	var e *envelope.Error
	if errors.As(err, &e) {
		return e
	}
	if errors.Is(err, store.ErrUnavailable) {
		a.log.Error("database does not take a change", "error", err)
		return envelope.Errorf(envelope.Unavailable, "", "the database does not take it now; nothing was changed, try again later")
	}
	if errors.Is(err, context.Canceled) { // nobody reads the answer any more
		return envelope.Errorf(envelope.Unavailable, "", "the request was given up")
	}
	a.log.Error("unexpected error", "error", err)
	return envelope.Errorf(envelope.Internal, "", "internal error")
}
