package rest

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/apply"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/host"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// TenantPending is what a company's description has that its servers have not.
type TenantPending struct {
	Tenant  string `json:"tenant" example:"T2"`
	Version int64  `json:"version" example:"7" doc:"of the description now"`
	// Applied is that of the server which is behind the most.
	Applied int64 `json:"applied" example:"5" doc:"the version that its servers have; 0: not known, or none yet"`
	Waiting bool  `json:"waiting" doc:"whether there is something to apply"`
	// Changes are what Versions came to: what was taken back is not among them.
	Versions []Version       `json:"versions" nullable:"false" doc:"that are not applied, the newest first"`
	Changes  []Difference    `json:"changes" nullable:"false" doc:"what they change, where no apply is known since the oldest version that is kept; passwords show in versions alone"`
	Servers  []ServerPending `json:"servers" nullable:"false" doc:"the company's, home first; those that DIPCAST writes no files for are not among them"`
}

// ServerPending is what an apply would do on a server of a company.
type ServerPending struct {
	ServerID   int        `json:"server_id" example:"1"`
	ServerName string     `json:"server_name" example:"dcrm.makecall.io"`
	Files      int        `json:"files" example:"2" doc:"that would change, also by what others described"`
	Restart    []string   `json:"restart" nullable:"false" doc:"what counts only after a restart of Asterisk"`
	AppliedAt  *time.Time `json:"applied_at,omitempty" doc:"the last apply that took; absent: none is known"`
	Problem    string     `json:"problem,omitempty" doc:"why it cannot be applied now"`
}

// TenantApplied says what an apply did on one server of a company.
type TenantApplied struct {
	ServerID   int    `json:"server_id" example:"1"`
	ServerName string `json:"server_name" example:"dcrm.makecall.io"`
	Applied    bool   `json:"applied"`
	Files      int    `json:"files" example:"2" doc:"that changed"`
	Calls      int    `json:"calls" doc:"how many calls were up meanwhile, and went on; -1 when nothing was reloaded"`
	Restart    bool   `json:"restart" doc:"whether some of it counts only after a restart of Asterisk"`
	Problem    string `json:"problem,omitempty" doc:"why it was not applied"`
}

func (a *API) applyTenantOps(api huma.API) {
	if a.o.Applies == nil || a.o.Companies == nil {
		return
	}
	o := operation("tenant-pending", http.MethodGet, "/tenants/{tenant}/pending", tagTenants, "What of a company is described and not applied", 404)
	o.Description = "For operators, and for the company itself. Several changes that came to nothing leave nothing to apply."
	huma.Register(api, o, a.getTenantPending)
	o = operation("tenant-apply", http.MethodPost, "/tenants/{tenant}/apply", tagTenants, "Put what is described onto the servers of a company", 400, 404)
	o.Description = "As an apply of each server: all that is described goes along, also what others changed. No call is dropped. A server that does not take it keeps its former files, and the others go on."
	huma.Register(api, o, a.postTenantApply)
	o = operation("tenant-applies", http.MethodGet, "/tenants/{tenant}/applies", tagTenants, "Versions of a company that its servers got", 404)
	o.Description = "For operators, and for the company itself. The newest first, of the last 20 applies of each server; those that changed nothing of the company are left out. An apply is of a whole server, so a company takes back what is its own: `POST undo` to the version, then `POST apply`."
	huma.Register(api, o, a.getTenantApplies)
}

func (a *API) getTenantPending(ctx context.Context, in *struct{ TenantPath }) (*reply[TenantPending], error) {
	const action = "tenant pending"
	c, err := a.ownOrAny(ctx, in.Tenant)
	var versions []store.Stamp
	if err == nil {
		versions, err = a.o.Companies.Versions(ctx, c.Number)
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, asked(err, ""))
	}
	out := TenantPending{Tenant: tenantView(c).Tenant, Version: c.Version, Applied: c.Version, Versions: []Version{}, Changes: []Difference{}, Servers: []ServerPending{}}
	files := 0
	for _, id := range c.Servers {
		one, version, ok := a.serverPending(ctx, id, versions)
		if !ok {
			continue
		}
		out.Servers = append(out.Servers, one)
		out.Applied, files = min(out.Applied, version), files+one.Files
		// What cannot be compared may well be something.
		out.Waiting = out.Waiting || version < c.Version && (one.Files > 0 || one.Problem != "")
	}
	if !out.Waiting || len(versions) == 0 {
		return success(out), nil
	}
	for _, v := range versions {
		if v.Version > out.Applied {
			out.Versions = append(out.Versions, versionView(v))
		}
	}
	base := out.Applied
	if base == 0 {
		base = versions[len(versions)-1].Version
	}
	// Going back would change the opposite.
	if back, err := a.o.Companies.Undo(ctx, a.author(ctx), c.Number, base, true); err == nil {
		for _, d := range back.Differences {
			out.Changes = append(out.Changes, Difference{Field: d.Field, Before: d.After, After: d.Before})
		}
	}
	return success(out), nil
}

// versionView is a version as it is shown.
func versionView(v store.Stamp) Version {
	return Version{v.Version, v.At.Format("2006-01-02T15:04:05.000Z07:00"), v.By, v.Summary, v.Restores}
}

// serverPending is what a server lacks, and the version of a company that it
// has; ok is false for one that DIPCAST writes no files for.
func (a *API) serverPending(ctx context.Context, id int, versions []store.Stamp) (out ServerPending, version int64, ok bool) {
	out = ServerPending{ServerID: id, Restart: []string{}}
	if s := a.o.Pool.Server(id); s != nil {
		out.ServerName = s.Name()
	}
	all, err := a.o.Applies.Applies(ctx, id)
	if errors.Is(err, host.ErrNoHost) {
		return out, 0, false
	}
	if i := slices.IndexFunc(all, func(r apply.Record) bool { return r.Reversible() }); i >= 0 {
		out.AppliedAt = &all[i].At
		for _, v := range versions {
			if !v.At.After(all[i].At) {
				version = v.Version
				break
			}
		}
	}
	p, err := a.o.Applies.Pending(ctx, id)
	if err != nil {
		out.Problem = a.applyProblem(ctx, id, err)
		return out, version, true
	}
	out.Restart = listOf(p.Restart)
	for _, c := range p.Changes {
		if c.Kind != apply.KindChanged || c.Diff != "" { // else only our mark in it is new
			out.Files++
		}
	}
	return out, version, true
}

// applyProblem is why a server does not take an apply. The reason may be about
// other companies: operators alone are told.
func (a *API) applyProblem(ctx context.Context, id int, err error) string {
	a.log.Warn("apply for a company", "server", id, "error", err)
	if callerOf(ctx).who.Role != tenant.Operator {
		return "the server does not take it; ask your operator"
	}
	return applyError(err).Error()
}

func (a *API) postTenantApply(ctx context.Context, in *struct {
	TenantPath
	ServerID int `query:"server_id" minimum:"0" doc:"this one of its servers only; absent: all of them"`
},
) (*reply[[]TenantApplied], error) {
	const action = "apply"
	c, err := a.ownOrAny(ctx, in.Tenant)
	if err == nil && in.ServerID != 0 && !slices.Contains(c.Servers, in.ServerID) {
		err = envelope.Errorf(envelope.NotFound, "server_id", "there is no server %d for you", in.ServerID)
	}
	if err != nil {
		return nil, a.refused(ctx, action, in.ServerID, err)
	}
	who, out := callerOf(ctx), []TenantApplied{}
	for _, id := range c.Servers {
		if in.ServerID != 0 && id != in.ServerID {
			continue
		}
		one := TenantApplied{ServerID: id, Calls: -1}
		if s := a.o.Pool.Server(id); s != nil {
			one.ServerName = s.Name()
		}
		// It goes to its end, whether somebody waits or not.
		done, err := a.o.Applies.Apply(context.WithoutCancel(ctx), who.who, who.remote.String(), id, host.Order{By: who.who.Name})
		switch {
		case errors.Is(err, host.ErrNoHost):
			continue
		case err != nil:
			one.Problem = a.applyProblem(ctx, id, err)
		default:
			one.Applied, one.Files, one.Calls, one.Restart = true, len(done.Plan.Changes), done.Calls, len(done.Plan.Restart) > 0
		}
		out = append(out, one)
	}
	return success(out), nil
}
