package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// waysPath tells who is not signed in yet how one may.
const waysPath = Prefix + "/session/ways"

// Ways are the ways to sign in beside username and password.
type Ways struct {
	NaverWorks  bool   `json:"naver_works" doc:"with NAVER WORKS, at /login/works"`
	Passkeys    bool   `json:"passkeys" doc:"with a passkey, at the address that was asked"`
	PasskeysWhy string `json:"passkeys_why" enum:"plain,address," doc:"why not: browsers have passkeys at https:// alone (plain), and not at IP addresses (address); http://localhost does"`
	PasskeysAt  string `json:"passkeys_at" doc:"where it works, if not here: public_url, if there; else empty" example:"https://pbx.example.com"`
}

func (a *API) waysOp(api huma.API) {
	o := operation("sign-in-ways", http.MethodGet, "/session/ways", tagSession, "How one may sign in")
	o.Description = "For everyone, without credentials. Only where exactly one company has NAVER WORKS does the page know whose it is; people of others come by links that name their company."
	o.Security = []map[string][]string{}
	huma.Register(api, o, func(ctx context.Context, _ *struct{}) (*reply[Ways], error) {
		w := a.passkeyWays(callerOf(ctx).origin)
		if a.o.People != nil {
			_, err := a.o.People.TenantNamed(ctx, "")
			w.NaverWorks = err == nil
		}
		return success(w), nil
	})
}
