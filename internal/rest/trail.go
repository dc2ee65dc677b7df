package rest

import (
	"context"
	"net/http"
	"strings"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Trail keeps what was changed by whom.
type Trail interface {
	Record(ctx context.Context, kind string, e audit.Entry)
}

// trail leaves a line of what a caller did in the audit trail: it fills in who and
// from where, and of which company it was when the caller is none's.
func (a *API) trail(ctx context.Context, kind string, t *tenant.Tenant, e audit.Entry) {
	audit.Mark(ctx)
	if a.o.Trail == nil {
		return
	}
	c := callerOf(ctx)
	e.Identity, e.Remote = c.who, c.from()
	if e.Identity.Tenant == nil {
		e.Identity.Tenant = t
	}
	a.o.Trail.Record(context.WithoutCancel(ctx), kind, e)
}

// changed is trail for a change with what was before and after; nil stands for what
// was, or is, not there.
func (a *API) changed(ctx context.Context, t *tenant.Tenant, action, field string, before, after any) {
	a.trail(ctx, audit.KindChanged, t, audit.Entry{Action: action, Field: field, Changes: audit.Diff(before, after)})
}

// from is the caller's address, "" for whoever uses the gateway's own socket.
func (c *caller) from() string {
	if !c.remote.IsValid() {
		return ""
	}
	return c.remote.String()
}

// untold are the paths whose requests change nothing that would have to be
// answerable for: calls are in the history, and tickets and tries leave nothing.
var untold = []string{"/core/click_to_call", "/calls/", "/ws-ticket", "/naver-works/preview", "/people/try", "/check"}

// leaveLine leaves the line of a request that changed something and that no
// operation has told of.
func (a *API) leaveLine(r *http.Request, c *caller) {
	path := strings.TrimPrefix(r.URL.Path, Prefix)
	for _, u := range untold {
		if strings.HasPrefix(path, u) || strings.HasSuffix(path, u) {
			return
		}
	}
	if v := r.URL.Query().Get("dry_run"); v == "true" || v == "1" {
		return
	}
	var t *tenant.Tenant
	if name := r.URL.Query().Get("tenant"); c.who.Role == tenant.Operator && name != "" {
		t, _ = a.tenantOf(c.who, name) // nil when there is none: the operation has looked
	}
	a.trail(r.Context(), audit.KindChanged, t, audit.Entry{Action: r.Method + " " + path})
}

// changes reports a method that asks for a change.
func changes(method string) bool {
	return method != http.MethodGet && method != http.MethodHead && method != http.MethodOptions
}
