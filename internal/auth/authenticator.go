package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Accounts finds what credentials belong to. *store.Store is one. Each method
// returns an error that wraps store.ErrNotFound when there is nothing.
type Accounts interface {
	Account(ctx context.Context, username string) (store.Account, error)
	AppKey(ctx context.Context, hash string) (store.AppKey, error)
	AppKeyByName(ctx context.Context, tenantID, name string) (store.AppKey, error)
}

// Sessions knows the web's sessions. Each method returns an error that wraps
// store.ErrNotFound when there is none, or nobody may use it any more.
type Sessions interface {
	// Session is who a cookie signs in.
	Session(ctx context.Context, cookie, remote string) (tenant.Identity, error)
	// SessionNow is who the session of an identity signs in now.
	SessionNow(ctx context.Context, id tenant.Identity) (tenant.Identity, error)
}

// Options configures an Authenticator. Zero optional fields take the default
// named.
type Options struct {
	Accounts  Accounts                 // required
	Directory func() *tenant.Directory // required; the current snapshot
	Sessions  Sessions                 // nil: there are none
	Passwords *Passwords               // default NewPasswords(PasswordOptions{})
	Now       func() time.Time         // default time.Now

	RememberFor time.Duration // of a verified password; default 10 minutes
	TicketFor   time.Duration // life of a ticket; default 30 seconds

	// UserLimit bounds failures of one username from one source; default 10
	// within a minute, then 15 minutes closed.
	UserLimit Limit
	// SourceLimit bounds failures of all usernames, and apart from them of all
	// app keys, from one source; default 100 within a minute, then 1 minute. A
	// password that is remembered and a right app key still pass.
	SourceLimit Limit
}

// Bounds of what is kept in memory.
const (
	maxRemembered     = 10_000
	maxFailures       = 20_000
	maxTickets        = 16_384
	maxTicketsOfOwner = 256
)

// Authenticator turns credentials into identities. Its methods may be called
// from any goroutine; it starts none.
type Authenticator struct {
	accounts  Accounts
	directory func() *tenant.Directory
	sessions  Sessions
	passwords *Passwords
	now       func() time.Time

	verified *remembered
	tickets  *tickets
	users    *limiter // by username and source
	sources  *limiter // passwords, by source
	keys     *limiter // app keys and tickets, by source
}

// New returns an Authenticator, or an error that names the missing option.
func New(o Options) (*Authenticator, error) {
	if o.Accounts == nil || o.Directory == nil {
		return nil, errors.New("auth: Accounts and Directory are required")
	}
	if o.Passwords == nil {
		o.Passwords = NewPasswords(PasswordOptions{})
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.RememberFor == 0 {
		o.RememberFor = 10 * time.Minute
	}
	if o.TicketFor == 0 {
		o.TicketFor = 30 * time.Second
	}
	if o.UserLimit == (Limit{}) {
		o.UserLimit = Limit{Failures: 10, Window: time.Minute, Lock: 15 * time.Minute}
	}
	if o.SourceLimit == (Limit{}) {
		o.SourceLimit = Limit{Failures: 100, Window: time.Minute, Lock: time.Minute}
	}
	return &Authenticator{
		accounts: o.Accounts, directory: o.Directory, sessions: o.Sessions, passwords: o.Passwords, now: o.Now,
		verified: newRemembered(o.RememberFor, maxRemembered),
		tickets:  newTickets(o.TicketFor, maxTickets, maxTicketsOfOwner),
		users:    newLimiter(o.UserLimit, maxFailures),
		sources:  newLimiter(o.SourceLimit, maxFailures),
		keys:     newLimiter(o.SourceLimit, maxFailures),
	}, nil
}

// Request is what of a request counts for authentication.
type Request struct {
	Header     http.Header
	Query      url.Values
	RemoteAddr string // host:port or host, already resolved behind trusted proxies
	Session    string // the web's cookie; "" none
}

// Authenticate returns who a request comes from. Of several credentials the
// first of these decides, the others are not looked at: a ticket in the query,
// the header app-key, the header Authorization (Basic, or Bearer with an app
// key), the web's session. Whoever lets somebody in by a session must see to it that
// the request is of our own pages: browsers send it by themselves.
//
// The header app-key needs tenant or Company-ID beside it; with the other
// credentials of a tenant these are optional. Whenever one is there, it must
// name the credential's tenant, exactly; operators belong to none, so for them
// it is not looked at.
//
// The error is an *Error that wraps ErrUnauthorized, ErrForbidden or
// ErrRateLimited; or it wraps ErrBusy, ErrUnavailable or the context's error.
func (a *Authenticator) Authenticate(ctx context.Context, r Request) (tenant.Identity, error) {
	if r.Query.Has("ticket") {
		return a.byTicket(ctx, r)
	}
	if keys := r.Header.Values("App-Key"); len(keys) > 0 {
		if len(claims(r.Header)) == 0 {
			return tenant.Identity{}, &Error{Err: ErrUnauthorized, Missing: "tenant"}
		}
		return a.byKey(ctx, r, keys)
	}
	switch scheme, rest := authorization(r.Header); scheme {
	case "basic":
		return a.byPassword(ctx, r, rest)
	case "bearer":
		return a.byKey(ctx, r, []string{rest})
	default:
		if r.Session != "" && a.sessions != nil && r.Header.Get("Authorization") == "" {
			return a.bySession(ctx, r)
		}
		return tenant.Identity{}, &Error{Err: ErrUnauthorized, Missing: "app-key"}
	}
}

// IssueTicket returns a one-time text that stands for id, and when it ends. It
// returns an error that wraps ErrBusy when too many are unused.
func (a *Authenticator) IssueTicket(id tenant.Identity) (string, time.Time, error) {
	if id.Role == tenant.RoleNone {
		return "", time.Time{}, &Error{Err: ErrUnauthorized}
	}
	return a.tickets.issue(id, a.now())
}

// Recheck returns id as it is now, for connections that last: with the tenant of
// the current directory, or ErrUnauthorized when its account, key, tenant or
// extension is gone or is another's, or its rights are others.
func (a *Authenticator) Recheck(ctx context.Context, id tenant.Identity) (tenant.Identity, error) {
	var now tenant.Identity
	var err error
	switch id.Via {
	case tenant.ViaLogin:
		var acc store.Account
		if acc, err = a.accounts.Account(ctx, id.Name); err == nil {
			now, err = a.accountIdentity(acc)
		}
	case tenant.ViaAppKey:
		if id.Tenant == nil {
			return tenant.Identity{}, &Error{Err: ErrUnauthorized, Identity: id}
		}
		var k store.AppKey
		if k, err = a.accounts.AppKeyByName(ctx, id.Tenant.ID.Hex(), id.Name); err == nil {
			now, err = a.keyIdentity(k)
		}
	case tenant.ViaSession:
		if a.sessions == nil {
			return tenant.Identity{}, &Error{Err: ErrUnauthorized, Identity: id}
		}
		now, err = a.sessions.SessionNow(ctx, id)
	default:
		return tenant.Identity{}, &Error{Err: ErrUnauthorized, Identity: id}
	}
	switch {
	case errors.Is(err, store.ErrNotFound):
		return tenant.Identity{}, &Error{Err: ErrUnauthorized, Identity: id}
	case err != nil:
		return tenant.Identity{}, unavailable(err)
	case now.Role != id.Role || now.Extension != id.Extension || ownerOf(now) != ownerOf(id) || !now.Rights.Equal(id.Rights) || now.MustChange:
		return tenant.Identity{}, &Error{Err: ErrUnauthorized, Identity: id}
	}
	return now, nil
}

// Forget drops what is remembered of a username's password. A changed password
// needs no call: what was remembered does not fit it.
func (a *Authenticator) Forget(username string) { a.verified.forget(username) }

// accountIdentity returns store.ErrNotFound when the account's tenant or
// extension is not in the directory.
func (a *Authenticator) accountIdentity(acc store.Account) (tenant.Identity, error) {
	id := tenant.Identity{Role: acc.Role, Extension: acc.Extension, Name: acc.Username, Via: tenant.ViaLogin}
	if acc.Role == tenant.Operator {
		return id, nil
	}
	id.Tenant = a.directory().ByID(acc.TenantID)
	if id.Tenant == nil || (acc.Extension != "" && !id.Tenant.HasExtension(acc.Extension)) {
		return tenant.Identity{}, store.ErrNotFound
	}
	return id, nil
}

func (a *Authenticator) keyIdentity(k store.AppKey) (tenant.Identity, error) {
	t := a.directory().ByID(k.TenantID)
	if t == nil {
		return tenant.Identity{}, store.ErrNotFound
	}
	return tenant.Identity{Role: tenant.TenantRole, Tenant: t, Name: k.Name, Via: tenant.ViaAppKey}, nil
}

// unavailable wraps an error of the store, which is not the client's fault.
func unavailable(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, ErrBusy) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}
