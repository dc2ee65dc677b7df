package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/fax"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/store"
)

// faxAgainOps adds what is done with a fax that was sent, or is being sent.
func (a *API) faxAgainOps(api huma.API) {
	o := operation("resend-fax", http.MethodPost, "/faxes/{id}/resend", "faxes", "Send a fax again", 400, 404, 409, 422, 504)
	o.Description = "The pages that were kept go to the same number as a new fax, on behalf of the same extension and by the same rules as `POST /faxes`. 409: it came in, is still being sent, or has no pages."
	huma.Register(api, o, a.resendFax)
	o = operation("cancel-fax", http.MethodPost, "/faxes/{id}/cancel", "faxes", "Stop sending a fax", 404, 409, 504)
	o.Description = "Its call is ended, and the fax becomes `failed` in a moment. Pages that are there stay there. 409: it is not being sent any more."
	huma.Register(api, o, a.cancelFax)
}

func (a *API) resendFax(ctx context.Context, in *struct {
	TenantQuery
	FaxPath
},
) (*reply[fax.Fax], error) {
	const action = "resend-fax"
	f, err := a.faxOf(ctx, in.ID, in.Tenant)
	if err == nil && (f.Direction != store.FaxOut || f.Status == store.FaxSending || f.Pages == 0) {
		err = envelope.Errorf(envelope.Conflict, "id", "only a fax that was sent can be sent again")
	}
	var again store.Fax
	if err == nil {
		err = a.working(func() (err error) {
			again, err = a.beginFax(ctx, policy.Fax{Extension: f.Extension, To: f.Other, Number: a.numberAgain(f)}, 0, func() ([]fax.Page, error) {
				data, err := a.o.Fax.TIFF(f)
				if err != nil {
					return nil, err
				}
				return a.o.Fax.Read(ctx, data)
			})
			return err
		})
	}
	if err != nil {
		return nil, a.faxRefused(ctx, action, err)
	}
	return success(a.faxView(&again)), nil
}

// numberAgain is the number that a fax showed, "" when it is the company's no more:
// then the extension's is shown.
func (a *API) numberAgain(f *store.Fax) string {
	if t := a.o.Directory().ByID(f.TenantID); t == nil || !t.OwnsNumber(f.Own) {
		return ""
	}
	return f.Own
}

func (a *API) cancelFax(ctx context.Context, in *struct {
	TenantQuery
	FaxPath
},
) (*reply[fax.Fax], error) {
	const action = "cancel-fax"
	f, err := a.faxOf(ctx, in.ID, in.Tenant)
	if err == nil && f.Status != store.FaxSending {
		err = envelope.Errorf(envelope.Conflict, "id", "the fax is not being sent any more")
	}
	if err != nil {
		return nil, a.faxRefused(ctx, action, err)
	}
	s, c, err := a.liveCall(ctx, action, call.ID(f.Server, f.Linkedid))
	if err != nil {
		return nil, err
	}
	if _, err = a.hangUp(callerOf(ctx).who, s, c); err != nil {
		return nil, a.faxRefused(ctx, action, err)
	}
	return success(a.faxView(f)), nil
}
