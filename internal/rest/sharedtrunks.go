package rest

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/tenant"
)

// SharedTrunk is a line to the network that all companies may use, on a server of
// the company that asks. Where it leads, its login, and who else calls over it are
// the operators' own.
type SharedTrunk struct {
	ID       int    `json:"id" example:"11"`
	Name     string `json:"name" example:"대표 회선" doc:"empty: it has none"`
	ServerID int    `json:"server_id" example:"1"`
	State    string `json:"state" enum:"registered,rejected,unregistered,stopped,none,unknown" doc:"none: it needs no login; unknown: the server does not say"`
	Up       bool   `json:"up" doc:"whether calls can go over it, as far as the server knows"`
}

func (a *API) sharedTrunkOps(api huma.API) {
	if a.o.Companies == nil {
		return
	}
	o := operation("shared-trunks", http.MethodGet, "/shared-trunks", "registrations", "Lines that the operator lets all companies use", 400, 404)
	o.Description = "On the servers of the company, with how they are now. They are changed by operators, as the trunks of the tenant `shared`."
	huma.Register(api, o, a.getSharedTrunks)
}

func (a *API) getSharedTrunks(ctx context.Context, in *struct{ TenantQuery }) (*reply[[]SharedTrunk], error) {
	who := callerOf(ctx).who
	t, err := a.tenantOf(who, in.Tenant)
	if err == nil && who.Role == tenant.ExtensionRole {
		err = envelope.Errorf(envelope.Forbidden, "", "a login of one extension cannot see trunks")
	}
	if err != nil {
		return nil, a.refused(ctx, "shared trunks", 0, err)
	}
	out := []SharedTrunk{}
	for _, id := range t.Servers {
		var on []company.Trunk
		for _, k := range a.o.Companies.View().Shared.Trunks {
			if k.Server == 0 || k.Server == id {
				on = append(on, k)
			}
		}
		if len(on) == 0 {
			continue
		}
		s := a.o.Pool.Server(id)
		logins, err := a.loginsOf(ctx, s)
		for i := range on {
			one := SharedTrunk{ID: on[i].ID, Name: on[i].Name, ServerID: id, State: "unknown"}
			if err == nil {
				one.State, one.Up = trunkState(s, &on[i], logins)
			}
			out = append(out, one)
		}
	}
	return success(out), nil
}

// loginsOf are the logins of trunks of a server that is up.
func (a *API) loginsOf(ctx context.Context, s *pbx.Server) ([]pbx.TrunkLogin, error) {
	if s == nil || !s.Up() {
		return nil, envelope.Errorf(envelope.Unavailable, "", "the server is down")
	}
	all, err := s.TrunkLogins(ctx)
	if err != nil {
		a.log.Warn("trunks not read", "server", s.ID(), "error", err)
	}
	return all, err
}

// trunkState is how a trunk is on a server, by its login, or by whether it answers.
func trunkState(s *pbx.Server, k *company.Trunk, logins []pbx.TrunkLogin) (state string, up bool) {
	name := dialplan.TrunkEndpoint(k.ID)
	if !k.Register {
		return "none", s.Registered("PJSIP/" + name)
	}
	i := slices.IndexFunc(logins, func(l pbx.TrunkLogin) bool { return l.Name == name })
	if i < 0 {
		return "unregistered", false // it is not applied yet
	}
	return logins[i].State, logins[i].State == "registered"
}
