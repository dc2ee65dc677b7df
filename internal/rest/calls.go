package rest

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/tenant"
)

// CallPath is a call in a path.
type CallPath struct {
	CallID string `path:"call_id" maxLength:"200" doc:"{server}-{Linkedid}, as events, lists and click_to_call give it" example:"1-dipcast-6f1c0a7be4d25a90c3e1"`
}

// CallFilter says which live calls a list is to have.
type CallFilter struct {
	State     string `query:"state" enum:"new,ringing,answered" doc:"how far they are"`
	Direction string `query:"direction" enum:"external,internal,outgoing"`
	Extension string `query:"extension" maxLength:"32" doc:"in which this extension of yours takes or took part"`
	ServerID  int    `query:"server_id" doc:"on this server; absent: on all of yours"`
	Limit     int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"at most so many"`
	Offset    int    `query:"offset" minimum:"0" default:"0" doc:"leave out so many at the beginning"`
}

func (a *API) callOps(api huma.API) {
	registry := api.OpenAPI().Components.Schemas
	registry.RegisterTypeAlias(reflect.TypeFor[call.Time](), reflect.TypeFor[time.Time]())
	o := operation("calls", http.MethodGet, "/calls", "calls", "Your live calls", 400, 404)
	o.Description = "The oldest first. A login with an extension sees its own. Operators see all, and those of nobody; `tenant` narrows."
	huma.Register(api, o, a.getCalls)
	o = operation("call", http.MethodGet, "/calls/{call_id}", "calls", "A call, live or ended", 404)
	o.Description = "Live, or ended less than 24 hours ago (as long as memory allows, the newest 10,000). A click-to-call is known from its answer on."
	huma.Register(api, o, a.getCall)
	describeCall(registry)
	a.moveOps(api)
}

// describeCall says of the schema of a call what its Go type cannot.
func describeCall(registry huma.Registry) {
	s := registry.Map()["Call"]
	for name, p := range s.Properties {
		switch {
		case p.Type == huma.TypeArray:
			p.Nullable = false
		case slices.Contains([]string{"click_to_call", "parked", "ended"}, name): // null when there is none
			s.Properties[name] = &huma.Schema{AnyOf: []*huma.Schema{{Ref: p.Ref}, {Type: "null"}}}
		}
	}
	// The name of the party: hidden for huma by the channel's own, which has
	// another name in JSON.
	registry.Map()["Channel"].Properties["name"] = &huma.Schema{Type: huma.TypeString}
	enum := func(name string, values ...any) { s.Properties[name].Enum = values }
	enum("state", "new", "ringing", "answered", "ended")
	enum("direction", "external", "internal", "outgoing")
}

// mayList are the servers whose calls a list has.
func (a *API) mayList(who tenant.Identity, t *tenant.Tenant, id int) ([]*pbx.Server, error) {
	var out []*pbx.Server
	for _, s := range a.o.Pool.Servers() {
		if who.MayUseServer(s.ID()) && (t == nil || t.HasServer(s.ID())) && (id == 0 || id == s.ID()) {
			out = append(out, s)
		}
	}
	if id != 0 && out == nil {
		return nil, envelope.Errorf(envelope.NotFound, "server_id", "there is no server %d for you", id)
	}
	return out, nil
}

func (a *API) getCalls(ctx context.Context, in *struct {
	TenantQuery
	CallFilter
},
) (*list[*call.Call], error) {
	all, err := a.liveCalls(callerOf(ctx).who, in.Tenant, &in.CallFilter)
	if err != nil {
		return nil, a.refused(ctx, "calls", in.ServerID, err)
	}
	p := Page{Limit: in.Limit, Offset: in.Offset}
	return page(p, len(all), cut(p, all)), nil
}

func (a *API) liveCalls(who tenant.Identity, name string, f *CallFilter) ([]*call.Call, error) {
	var t *tenant.Tenant // nil: an operator, of all
	var err error
	if who.Role != tenant.Operator || name != "" {
		if t, err = a.tenantOf(who, name); err != nil {
			return nil, err
		}
	}
	servers, err := a.mayList(who, t, f.ServerID)
	if err != nil {
		return nil, err
	}
	switch {
	case f.Extension == "":
	case t == nil:
		return nil, envelope.Errorf(envelope.BadRequest, "tenant", "tenant is missing; an operator says whose extension, such as ?tenant=T2")
	default:
		if err := mayUse(who, t, "extension", f.Extension); err != nil {
			return nil, err
		}
	}
	all := []*call.Call{}
	for _, s := range servers {
		for _, c := range s.Calls().Live(t) {
			if c = visible(who, t, c); c == nil || f.State != "" && string(c.State) != f.State ||
				f.Direction != "" && string(c.Direction) != f.Direction || f.Extension != "" && !c.Involves(t, f.Extension) {
				continue
			}
			all = append(all, c)
		}
	}
	slices.SortStableFunc(all, func(a, b *call.Call) int { return a.StartedAt.Compare(b.StartedAt.Time) })
	return all, nil
}

// visible is a call as the client may see it, nil when it may not. t is the
// tenant it acts for, nil for an operator.
func visible(who tenant.Identity, t *tenant.Tenant, c *call.Call) *call.Call {
	switch {
	case c == nil, who.Role == tenant.Operator && t == nil:
		return c
	case who.Role == tenant.ExtensionRole && !c.Involves(t, who.Extension):
		return nil
	}
	return c.For(t)
}

func (a *API) getCall(ctx context.Context, in *CallPath) (*reply[*call.Call], error) {
	_, c, err := a.callByID(callerOf(ctx).who, in.CallID)
	if err != nil {
		return nil, a.refused(ctx, "calls", 0, err)
	}
	return success(c), nil
}

// callByID finds a call that the client may see, and its server. The error is
// the same for calls of others and for those that never were.
func (a *API) callByID(who tenant.Identity, id string) (*pbx.Server, *call.Call, error) {
	missing := envelope.Errorf(envelope.NotFound, "call_id", "there is no such call of yours")
	server, _, ok := call.ParseID(id)
	if !ok || !who.MayUseServer(server) {
		return nil, nil, missing
	}
	s := a.o.Pool.Server(server)
	if s == nil {
		return nil, nil, missing
	}
	c := visible(who, who.Tenant, s.Calls().Call(id))
	if c == nil {
		return nil, nil, missing
	}
	return s, c, nil
}
