package rest

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/dipcast/dipcast/internal/apply"
	"github.com/dipcast/dipcast/internal/host"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// TenantApply is an apply that gave a server another version of a company.
type TenantApply struct {
	ServerID   int       `json:"server_id" example:"1"`
	ServerName string    `json:"server_name" example:"dcrm.makecall.io"`
	At         time.Time `json:"at"`
	Version    int64     `json:"version" example:"7" doc:"of the description; going back to it is POST undo, then apply"`
	By         string    `json:"by" example:"demo" doc:"empty: the operator, or another company whose changes were applied too"`
	Current    bool      `json:"current" doc:"it is what the server has"`
}

func (a *API) getTenantApplies(ctx context.Context, in *struct {
	TenantPath
	Page
},
) (*list[TenantApply], error) {
	c, err := a.ownOrAny(ctx, in.Tenant)
	var versions []store.Stamp
	if err == nil {
		versions, err = a.o.Companies.Versions(ctx, c.Number)
	}
	out := []TenantApply{}
	for i := 0; err == nil && i < len(c.Servers); i++ {
		var records []apply.Record
		records, err = a.o.Applies.Applies(ctx, c.Servers[i])
		if errors.Is(err, host.ErrNoHost) {
			err = nil // there is nothing to apply
			continue
		}
		if err == nil {
			out = append(out, a.appliedVersions(ctx, c.Servers[i], records, versions)...)
		}
	}
	if err != nil {
		return nil, a.refused(ctx, "tenant applies", 0, asked(err, ""))
	}
	slices.SortStableFunc(out, func(x, y TenantApply) int { return y.At.Compare(x.At) })
	return page(in.Page, len(out), cut(in.Page, out)), nil
}

// appliedVersions are the applies of a server by which it got another version of a
// company. Whoever else asked for one is not the company's to know.
func (a *API) appliedVersions(ctx context.Context, server int, records []apply.Record, versions []store.Stamp) []TenantApply {
	name := ""
	if s := a.o.Pool.Server(server); s != nil {
		name = s.Name()
	}
	known := func(by string) bool {
		who := callerOf(ctx).who
		return who.Role == tenant.Operator || by == who.Name || slices.ContainsFunc(versions, func(v store.Stamp) bool { return v.By == by })
	}
	var out []TenantApply
	for _, r := range records { // the newest first
		if !r.Reversible() {
			continue
		}
		i := slices.IndexFunc(versions, func(v store.Stamp) bool { return !v.At.After(r.At) })
		if i < 0 {
			break // older ones are not kept
		}
		one := TenantApply{ServerID: server, ServerName: name, At: r.At, Version: versions[i].Version, Current: len(out) == 0}
		if known(r.By) {
			one.By = r.By
		}
		if n := len(out); n > 0 && out[n-1].Version == one.Version {
			one.Current = out[n-1].Current
			out[n-1] = one // it was there before already
			continue
		}
		out = append(out, one)
	}
	return out
}
