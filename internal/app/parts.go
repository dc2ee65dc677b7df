package app

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/auth"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/dcmiws"
	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/number"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/rest"
	"github.com/dipcast/dipcast/internal/tenant"
	"github.com/dipcast/dipcast/internal/users"
)

// sinks gives what servers say to several.
type sinks []pbx.Sink

func (s sinks) Event(e *pbx.Event) {
	for _, k := range s {
		k.Event(e)
	}
}

func (s sinks) Link(srv *pbx.Server, up bool, at time.Time) {
	for _, k := range s {
		k.Link(srv, up, at)
	}
}

func (s sinks) Gap(srv *pbx.Server, lost int) {
	for _, k := range s {
		k.Gap(srv, lost)
	}
}

func (s sinks) Call(e *pbx.CallEvent) {
	for _, k := range s {
		k.Call(e)
	}
}

func (s sinks) Snapshot(srv *pbx.Server) {
	for _, k := range s {
		k.Snapshot(srv)
	}
}

func serverOptions(c *config.Config) []pbx.ServerOptions {
	out := make([]pbx.ServerOptions, 0, len(c.Servers))
	for i := range c.Servers {
		s := &c.Servers[i]
		o := pbx.ServerOptions{ID: s.ID, Name: s.Name, Address: s.Address, Auth: s.Auth, Events: login(s.Users.Events), Ours: s.PBX.Run}
		// One user for all uses is one link.
		if u := login(s.Users.Calls); u != o.Events {
			o.Calls = u
		}
		if u := login(s.Users.Database); u != o.Events {
			o.Database = u
		}
		if s.TLS {
			o.TLS = &ami.TLSOptions{CAFile: s.CAFile, InsecureSkipVerify: s.InsecureSkipVerify}
		}
		out = append(out, o)
	}
	return out
}

func login(u config.User) pbx.Login {
	return pbx.Login{Username: u.Username, Secret: u.Secret.Reveal()}
}

// authenticate turns the errors of auth into what a client is told.
// Who must set a new password first gets nowhere by it.
func (a *App) authenticate(proxies edge.Proxies) func(*http.Request) (tenant.Identity, error) {
	let := a.authenticateAny(proxies)
	return func(r *http.Request) (tenant.Identity, error) {
		who, err := let(r)
		if err == nil && who.MustChange {
			err = rest.ErrMustChange()
		}
		return who, err
	}
}

// authenticateAny is for REST, which lets people set their new password.
func (a *App) authenticateAny(proxies edge.Proxies) func(*http.Request) (tenant.Identity, error) {
	return func(r *http.Request) (tenant.Identity, error) {
		who, err := a.auth.Authenticate(r.Context(), auth.Request{
			Header: r.Header, Query: r.URL.Query(), RemoteAddr: proxies.ClientAddr(r).String(),
			Session: users.Cookie(r, proxies.Secure(r)),
		})
		if err == nil {
			a.keyUse.used(who)
			return who, nil
		}
		var e *auth.Error
		if errors.As(err, &e) {
			who = e.Identity
		}
		return who, asEnvelope(err, e)
	}
}

// ticket issues a one-time ticket for a client that was let in.
func (a *App) ticket(who tenant.Identity) (string, time.Time, error) {
	text, until, err := a.auth.IssueTicket(who)
	if errors.Is(err, auth.ErrBusy) {
		err = envelope.Errorf(envelope.Busy, "", "too many tickets are unused; they end by themselves, try again later")
	}
	return text, until, err
}

func asEnvelope(err error, e *auth.Error) error {
	switch {
	case errors.Is(err, auth.ErrUnauthorized) && e != nil && e.Missing != "":
		return envelope.Errorf(envelope.Unauthorized, e.Missing, "the header %s is missing", e.Missing)
	case errors.Is(err, auth.ErrUnauthorized):
		return envelope.Errorf(envelope.Unauthorized, "", "the credentials are missing or wrong")
	case errors.Is(err, auth.ErrForbidden):
		return envelope.Errorf(envelope.Forbidden, "tenant", "these credentials are not that tenant's")
	case errors.Is(err, auth.ErrRateLimited):
		return envelope.Errorf(envelope.RateLimited, "", "too many failed logins; try again later")
	case errors.Is(err, auth.ErrBusy):
		return envelope.Errorf(envelope.Busy, "", "too many logins at once; try again later")
	case errors.Is(err, auth.ErrUnavailable), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return envelope.Errorf(envelope.Unavailable, "", "the credentials could not be checked; try again later")
	}
	return err
}

// refused counts a refusal and leaves one line in the audit.
func (a *App) refused(r edge.Refusal) {
	if a.o.Refused != nil {
		a.o.Refused(r)
	}
	a.refusals.Add(r.Err.Code)
	a.audit.Refused(context.Background(), audit.Entry{
		Identity: r.Who, Remote: r.Remote.String(), Server: r.Server, Action: r.Action, ActionID: r.ActionID,
		Code: string(r.Err.Code), Field: r.Err.Field, Detail: r.Err.Message,
	})
}

// changedBySocket leaves a line about a diversion that a WebSocket client wrote. What
// was there before is not read for it: a client's write is one action on the wire.
func (a *App) changedBySocket(c dcmiws.Change) {
	who := c.Who
	if who.Tenant == nil { // an operator
		who.Tenant = c.Tenant
	}
	one := audit.Change{Field: string(c.Key.Diversion) + "." + string(c.Key.Field)}
	if !c.Removed {
		one.After, _ = json.Marshal(c.Value) // a text
	}
	a.audit.Record(context.Background(), audit.KindChanged, audit.Entry{
		Identity: who, Remote: c.Remote.String(), Server: c.Server, Action: c.Action, ActionID: c.ActionID,
		Field: "extension " + c.Key.Extension, Changes: []audit.Change{one},
	})
}

// provision gives new extensions their documented defaults, once per server.
func (a *App) provision(ctx context.Context, s *pbx.Server) {
	for _, t := range s.Tenants() {
		if err := a.provisionTenant(ctx, s, t); err != nil {
			// The server's text may repeat what it was sent, the tenant's id too.
			a.log.Warn("diversions of new extensions not set", "server", s.ID(), "tenant", t, "error", number.MaskText(err.Error(), a.numberOf))
		}
	}
}

func (a *App) provisionTenant(ctx context.Context, s *pbx.Server, t *tenant.Tenant) error {
	done, err := a.store.Provisioned(ctx, s.ID(), t.ID.Hex())
	if err != nil {
		return err
	}
	var fresh []string
	for _, ext := range t.Extensions {
		if done[ext] {
			continue
		}
		if err := s.Provision(ctx, t, ext); err != nil {
			return err
		}
		fresh = append(fresh, ext)
	}
	if len(fresh) == 0 {
		return nil
	}
	return a.store.MarkProvisioned(ctx, s.ID(), t.ID.Hex(), fresh...)
}

// asError is err as a client may see it.
func asError(err error) *envelope.Error {
	var e *envelope.Error
	if errors.As(err, &e) {
		return e
	}
	return envelope.Errorf(envelope.Internal, "", "internal error")
}
