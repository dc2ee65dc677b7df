package rest

import (
	"context"
	"errors"
	"net/http"
	"net/netip"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/limits"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Unlocked is an extension whose calls were unlocked.
type Unlocked struct {
	Extension string `json:"extension" example:"1010"`
	Locked    bool   `json:"locked" doc:"false from now on"`
	WasLocked bool   `json:"was_locked" doc:"whether there was something to unlock"`
}

// Unlock opens an extension's calls abroad again. Its error is
// limits.ErrNotLocked when they were not locked.
type Unlock func(ctx context.Context, who tenant.Identity, remote netip.Addr, t *tenant.Tenant, ext string) error

func (a *API) unlockOp(api huma.API) {
	if a.o.Unlock == nil {
		return
	}
	o := operation("unlock-extension", http.MethodPost, "/extensions/{id}/unlock", "extensions", "Unlock the calls abroad of an extension", 400, 404)
	o.Description = "International and premium calls of an extension are locked after three breaches of their limits within ten minutes. A tenant's administrator or an operator unlocks them here; a login of the extension itself cannot."
	huma.Register(api, o, a.unlock)
}

func (a *API) unlock(ctx context.Context, in *struct {
	TenantQuery
	IDPath
},
) (*reply[Unlocked], error) {
	const action = "unlock"
	c := callerOf(ctx)
	t, err := a.tenantOf(c.who, in.Tenant)
	if err == nil {
		err = mayUse(c.who, t, "id", in.ID)
	}
	if err == nil && c.who.Role == tenant.ExtensionRole {
		err = envelope.Errorf(envelope.Forbidden, "id", "only an administrator unlocks an extension, not the extension itself")
	}
	was := true
	if err == nil {
		err = a.o.Unlock(ctx, c.who, c.remote, t, in.ID)
		if errors.Is(err, limits.ErrNotLocked) {
			was, err = false, nil
		}
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, err)
	}
	return success(Unlocked{Extension: in.ID, WasLocked: was}), nil
}
