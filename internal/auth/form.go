package auth

import (
	"context"
	"unicode/utf8"

	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/number"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Attempt is a username and a password that somebody has typed in.
type Attempt struct {
	Username, Password string
	RemoteAddr         string
	Known              bool   // there is such a user; else Hash is not looked at
	Hash               string // argon2id
}

// Claimed is who an attempt says it is, for the audit trail: an unknown name is
// masked, because people type passwords there, too.
func (t *Attempt) Claimed() tenant.Identity {
	id := tenant.Identity{Name: t.Username, Via: tenant.ViaSession}
	if !t.Known {
		id.Name = number.MaskName(t.Username)
	}
	return id
}

// Try compares a password under the same limits as Basic, with the same errors and
// the same cost whether or not there is such a user. A right one counts as nothing
// yet: the caller says Succeeded when all that is needed is there, or Failed.
func (a *Authenticator) Try(ctx context.Context, t *Attempt) error {
	from, now, claimed := source(t.RemoteAddr), a.now(), t.Claimed()
	if t.Username == "" || len(t.Username) > config.MaxUsername || len(t.Password) > config.MaxSecret || !utf8.ValidString(t.Username+t.Password) {
		return a.refuse(a.sources, from, claimed)
	}
	hash := t.Hash
	if !t.Known || hash == "" {
		hash = a.passwords.unknown
	}
	key := from + " " + t.Username
	if wait := a.users.wait(key, now); wait > 0 {
		return &Error{Err: ErrRateLimited, RetryAfter: wait, Identity: claimed}
	}
	good, err := a.verify(ctx, verification{t.Username, t.Password, hash, from, key, claimed})
	if err != nil {
		return err
	}
	if !good {
		return a.refuse(a.sources, from, claimed)
	}
	return nil
}

// Allowed refuses an attempt of a source that is locked, or of a user that is locked for
// it. It is for ways in that have no password to try.
func (a *Authenticator) Allowed(t *Attempt) error {
	from, now := source(t.RemoteAddr), a.now()
	wait := a.sources.wait(from, now)
	if t.Username != "" {
		wait = max(wait, a.users.wait(from+" "+t.Username, now))
	}
	if wait > 0 {
		return &Error{Err: ErrRateLimited, RetryAfter: wait, Identity: t.Claimed()}
	}
	return nil
}

// Failed counts a failure of one who knew the password, and not what else was
// needed.
func (a *Authenticator) Failed(t *Attempt) error {
	from := source(t.RemoteAddr)
	a.users.fail(from+" "+t.Username, a.now())
	return a.refuse(a.sources, from, t.Claimed())
}

// Succeeded forgets the failures of who has signed in.
func (a *Authenticator) Succeeded(t *Attempt) {
	a.users.reset(source(t.RemoteAddr) + " " + t.Username)
}

// Account is the identity of an account of the configuration, with the account. The
// error wraps store.ErrNotFound when there is none, or its company is gone.
func (a *Authenticator) Account(ctx context.Context, username string) (tenant.Identity, store.Account, error) {
	acc, err := a.accounts.Account(ctx, username)
	if err != nil {
		return tenant.Identity{}, store.Account{}, err
	}
	id, err := a.accountIdentity(acc)
	return id, acc, err
}
