package app

import (
	"net/http"

	"github.com/dipcast/dipcast/internal/relay"
	"github.com/dipcast/dipcast/internal/rest"
	"github.com/dipcast/dipcast/internal/tenant"
)

// openRelay keeps the connection to the relay, if there is one, and answers what
// comes over it with h. Without one nothing is said: a gateway that NAVER WORKS
// reaches by itself, or in a network without Internet, is as good.
func (a *App) openRelay(h http.Handler) {
	if a.relay == nil {
		return
	}
	a.relayed.Store(&h)
	a.background(a.relay.Run)
}

// newRelay makes what openRelay runs, so that metrics and health know it.
func (a *App) newRelay() {
	c := &a.o.Config.Relay
	if !c.Configured() {
		return
	}
	a.relay = relay.NewBox(relay.BoxOptions{
		URL: c.URL, Key: c.Key.Reveal(), CAFile: c.CAFile, Version: a.o.Version, Paths: c.Paths, Logger: a.log,
		Tenants: a.tenantIDs,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*a.relayed.Load()).ServeHTTP(w, r) }),
	})
}

func (a *App) tenantIDs() []string {
	var ids []string
	for _, t := range a.directory.Load().All() {
		ids = append(ids, t.ID.Hex())
	}
	return ids
}

// relayHealth is how the connection to the relay stands, as somebody may see it.
// Nil: there is no relay.
func (a *App) relayHealth(who tenant.Identity) *rest.Relay {
	if a.relay == nil {
		return nil
	}
	s := a.relay.Status()
	out := &rest.Relay{Up: s.Up, Since: s.Since.UTC()}
	for _, id := range s.Denied {
		switch {
		case who.Role == tenant.Operator:
			if n, ok := a.numberOf(id); ok {
				out.Denied = append(out.Denied, n)
			}
		case who.Tenant != nil && who.Tenant.ID.Hex() == id:
			out.Up = false
		}
	}
	if who.Role == tenant.Operator {
		out.Error = s.Error
	}
	return out
}
