package rest

import (
	"context"
	"net/http"
	"net/netip"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/secret"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Rotated is a phone with a new password.
type Rotated struct {
	Password
	// Applied is 0 when no server's files are ours.
	Applied int    `json:"applied" example:"1" doc:"on how many servers it counts already; who was registered with the old password there is not any more"`
	Problem string `json:"problem,omitempty" doc:"why it does not count on a server yet: mend that and apply"`
}

// Rotate makes a phone's new password count. It returns on how many servers it
// does; see Rotated.
type Rotate func(ctx context.Context, who tenant.Identity, remote netip.Addr, t *tenant.Tenant, device string) (applied int, err error)

func (a *API) rotateOp(api huma.API) {
	if a.o.Rotate == nil || a.o.Companies == nil {
		return
	}
	o := operation("rotate-device", http.MethodPost, "/extensions/{id}/devices/{device}/rotate", tagExtensions, "Replace the password of a phone, in one step", 400, 404)
	o.Description = "A new password is made and shown, once; the files of its servers are applied, with all else that is described and not applied yet; and who is registered with the old password is forgotten. For administrators."
	huma.Register(api, o, a.rotate)
}

func (a *API) rotate(ctx context.Context, in *struct {
	TenantQuery
	IDPath
	Device int `path:"device" minimum:"0" maximum:"9" example:"0" doc:"which of its phones, from 0, the first"`
},
) (*reply[Rotated], error) {
	const action = "rotate password"
	cl := callerOf(ctx)
	c, err := a.administrator(ctx, a.scope(false, in.Tenant))
	var p company.Password
	if err == nil {
		p, err = a.o.Companies.SetPassword(ctx, a.author(ctx), c.Number, in.ID, in.Device, secret.Text{})
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, asked(err, "extensions["+in.ID+"]"))
	}
	t := c.Tenant()
	out := Rotated{Password: passwords([]company.Password{p})[0]}
	out.Applied, err = a.o.Rotate(ctx, cl.who, cl.remote, &t, p.Device)
	if err != nil { // the password is changed: it must be shown all the same
		a.log.Warn("a new password does not count yet", "tenant", &t, "error", err)
		out.Problem = "a server has not taken it; see dipcast apply"
		if cl.who.Role == tenant.Operator { // why may be about other companies
			out.Problem += ": " + err.Error()
		}
	}
	return success(out), nil
}
