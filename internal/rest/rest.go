// Package rest is the face that speaks HTTP and JSON under /api/v2. Its OpenAPI
// document, at /api/v2/openapi.json, is made from the Go types here.
package rest

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Prefix is where everything of this package is.
const Prefix = "/api/v2"

// maxBody bounds a request's body in bytes.
const maxBody = 64 << 10

// Refusal is a request that was refused, for the audit.
type Refusal struct {
	Who    tenant.Identity
	Remote netip.Addr
	Server int
	Action string
	Err    *envelope.Error
}

// Options configures the API. All fields are required.
type Options struct {
	Version      string
	Pool         *pbx.Pool
	Policy       *policy.Policy
	Authenticate func(r *http.Request) (tenant.Identity, error)
	Origins      edge.Origins
	Proxies      edge.Proxies
	Refused      func(Refusal) // must not block
	Logger       *slog.Logger
}

// API serves the paths below Prefix.
type API struct {
	o   Options
	log *slog.Logger
	mux *http.ServeMux
}

// callerKey finds what a request's middleware learnt in its context.
type callerKey struct{}

type caller struct {
	who    tenant.Identity
	remote netip.Addr
}

// asErrors makes the errors that huma itself raises look like ours. The hook
// is a variable of that package, so it is set once for the process.
var asErrors sync.Once

// New builds the API.
func New(o Options) *API {
	a := &API{o: o, log: o.Logger.With("component", "rest"), mux: http.NewServeMux()}
	asErrors.Do(func() { huma.NewError = newError })
	c := huma.DefaultConfig("DIPCAST", o.Version)
	c.OpenAPIPath = Prefix + "/openapi"
	c.DocsPath = "" // the renderer would load scripts from elsewhere
	c.SchemasPath = Prefix + "/schemas"
	c.CreateHooks = nil // no $schema member in answers
	c.Info.Description = "The REST half of DCMIWS. Credentials: the headers `tenant` (or `Company-ID`) and `app-key`, HTTP Basic, or a Bearer app key. Every answer is `{\"status\":\"success\",\"data\":…}` or `{\"status\":\"error\",\"code\",\"message\",\"field\"}`."
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"appKey": {Type: "apiKey", In: "header", Name: "app-key", Description: "with the header tenant or Company-ID"},
		"tenant": {Type: "apiKey", In: "header", Name: "tenant", Description: "the tenant's id, 16 hexadecimal digits"},
		"basic":  {Type: "http", Scheme: "basic"},
		"bearer": {Type: "http", Scheme: "bearer"},
	}
	c.Security = []map[string][]string{{"appKey": {}, "tenant": {}}, {"basic": {}}, {"bearer": {}}}
	api := humago.New(a.mux, c)
	a.healthOps(api)
	a.clickToCallOp(api)
	a.mux.HandleFunc(Prefix+"/", func(w http.ResponseWriter, _ *http.Request) {
		edge.WriteError(w, envelope.Errorf(envelope.NotFound, "", "there is nothing at this path; see %s/openapi.json", Prefix))
	})
	return a
}

// ServeHTTP checks Origin and credentials, then serves the path. The OpenAPI
// document is for everyone.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	remote := a.o.Proxies.ClientAddr(r)
	if r.Header.Get("Origin") != "" {
		if !a.o.Origins.Allow(r) {
			a.refuse(w, tenant.Identity{}, remote, r, envelope.Errorf(envelope.Forbidden, "Origin", "this Origin is not allowed"))
			return
		}
		if a.cors(w, r) {
			return
		}
	}
	if isPublic(r) {
		a.mux.ServeHTTP(w, r)
		return
	}
	who, err := a.o.Authenticate(r)
	if err != nil {
		a.refuse(w, who, remote, r, err)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody+1)
	ctx := context.WithValue(r.Context(), callerKey{}, caller{who, remote})
	a.mux.ServeHTTP(w, r.WithContext(ctx))
}

func isPublic(r *http.Request) bool {
	switch r.URL.Path {
	case Prefix + "/openapi.json", Prefix + "/openapi.yaml":
		return r.Method == http.MethodGet || r.Method == http.MethodHead
	}
	return false
}

// cors lets a page of an allowed Origin read the answer. It reports whether
// the request was a preflight and is answered.
func (a *API) cors(w http.ResponseWriter, r *http.Request) bool {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
	h.Add("Vary", "Origin")
	if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
		return false
	}
	h.Set("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE")
	h.Set("Access-Control-Allow-Headers", "Content-Type, Accept, Authorization, App-Key, tenant, Company-ID, Last-Event-ID")
	h.Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
	return true
}

func (a *API) refuse(w http.ResponseWriter, who tenant.Identity, remote netip.Addr, r *http.Request, err error) {
	e := a.asEnvelope(err)
	a.o.Refused(Refusal{Who: who, Remote: remote, Action: r.Method + " " + r.URL.Path, Err: e})
	edge.WriteError(w, e)
}

// refused is an operation's refusal on its way to the client.
func (a *API) refused(ctx context.Context, action string, server int, err error) error {
	e := a.asEnvelope(err)
	c := callerOf(ctx)
	a.o.Refused(Refusal{Who: c.who, Remote: c.remote, Server: server, Action: action, Err: e})
	return &failure{status: edge.Status(e.Code), Body: edge.Body{Status: "error", Code: e.Code, Message: e.Message, Field: e.Field}}
}

func (a *API) asEnvelope(err error) *envelope.Error {
	var e *envelope.Error
	if errors.As(err, &e) {
		return e
	}
	a.log.Error("unexpected error", "error", err)
	return envelope.Errorf(envelope.Internal, "", "internal error")
}

func callerOf(ctx context.Context) caller {
	c, _ := ctx.Value(callerKey{}).(caller)
	return c
}
