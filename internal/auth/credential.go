package auth

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/number"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// claims returns what the headers tenant and Company-ID say, every value.
func claims(h http.Header) []string {
	return append(append([]string(nil), h.Values("Tenant")...), h.Values("Company-Id")...)
}

// authorize checks the claims against the identity's own tenant.
func authorize(r Request, id tenant.Identity) (tenant.Identity, error) {
	if id.Tenant == nil {
		return id, nil
	}
	for _, claim := range claims(r.Header) {
		if claim != id.Tenant.ID.Hex() {
			return tenant.Identity{}, &Error{Err: ErrForbidden, Identity: id}
		}
	}
	return id, nil
}

// authorization returns the scheme in lower case and what follows it, "" when
// there is not exactly one such header.
func authorization(h http.Header) (scheme, rest string) {
	values := h.Values("Authorization")
	if len(values) != 1 {
		return "", ""
	}
	scheme, rest, _ = strings.Cut(values[0], " ")
	return strings.ToLower(scheme), strings.TrimSpace(rest)
}

func (a *Authenticator) byTicket(ctx context.Context, r Request) (tenant.Identity, error) {
	from, now := source(r.RemoteAddr), a.now()
	id, ok := a.tickets.redeem(r.Query.Get("ticket"), now)
	if !ok {
		return tenant.Identity{}, a.refuse(a.keys, from, tenant.Identity{})
	}
	id, err := a.Recheck(ctx, id)
	if err != nil {
		return tenant.Identity{}, err
	}
	return authorize(r, id)
}

func (a *Authenticator) bySession(ctx context.Context, r Request) (tenant.Identity, error) {
	id, err := a.sessions.Session(ctx, r.Session, r.RemoteAddr)
	if errors.Is(err, store.ErrNotFound) {
		// Nothing is counted: browsers send old cookies by themselves, and nobody
		// guesses 128 bits.
		return tenant.Identity{}, &Error{Err: ErrUnauthorized, Identity: tenant.Identity{Via: tenant.ViaSession}}
	}
	if err != nil {
		return tenant.Identity{}, unavailable(err)
	}
	return authorize(r, id)
}

// byKey looks the key up by its hash. A wrong key is counted; a right one passes
// however many wrong ones came from the same place, because keys are too long
// to be guessed and one badly configured program must not lock out its office.
func (a *Authenticator) byKey(ctx context.Context, r Request, values []string) (tenant.Identity, error) {
	from := source(r.RemoteAddr)
	for _, v := range values[1:] {
		if v != values[0] {
			return tenant.Identity{}, a.refuse(a.keys, from, tenant.Identity{})
		}
	}
	for _, text := range keyTexts(values[0]) {
		k, err := a.accounts.AppKey(ctx, store.KeyHash(text))
		if err == nil {
			var id tenant.Identity
			if id, err = a.keyIdentity(k); err == nil {
				return authorize(r, id)
			}
		}
		if !errors.Is(err, store.ErrNotFound) {
			return tenant.Identity{}, unavailable(err)
		}
	}
	return tenant.Identity{}, a.refuse(a.keys, from, tenant.Identity{Via: tenant.ViaAppKey})
}

// keyTexts returns the texts that a header's bytes may stand for: themselves, if
// they are UTF-8; without percent-encoding, which browsers need for Korean
// keys; and undone when a client took UTF-8 for Latin-1 and encoded it again.
// Trying them all gives nothing away, since each is looked up by its hash.
func keyTexts(value string) []string {
	if value == "" || len(value) > 3*config.MaxSecret || !utf8.ValidString(value) {
		return nil
	}
	out := []string{value}
	if strings.Contains(value, "%") {
		if text, err := url.PathUnescape(value); err == nil && utf8.ValidString(text) {
			out = append(out, text)
		}
	}
	mangled := make([]byte, 0, len(value))
	for _, c := range value {
		if c > 0xff {
			return out
		}
		mangled = append(mangled, byte(c))
	}
	if len(mangled) != len(value) && utf8.Valid(mangled) {
		out = append(out, string(mangled))
	}
	return out
}

func (a *Authenticator) byPassword(ctx context.Context, r Request, encoded string) (tenant.Identity, error) {
	from, now := source(r.RemoteAddr), a.now()
	username, password, ok := basic(encoded)
	if !ok {
		return tenant.Identity{}, a.refuse(a.sources, from, tenant.Identity{})
	}
	acc, err := a.accounts.Account(ctx, username)
	known := err == nil
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return tenant.Identity{}, unavailable(err)
	}
	claimed := tenant.Identity{Name: username, Via: tenant.ViaLogin}
	if !known {
		claimed.Name = number.MaskName(username) // people type passwords here, too
		acc.Hash = a.passwords.unknown           // costs as much as a known one
	}
	key := from + " " + username
	if wait := a.users.wait(key, now); wait > 0 {
		return tenant.Identity{}, &Error{Err: ErrRateLimited, RetryAfter: wait, Identity: claimed}
	}
	if !known || !a.verified.knows(username, acc.Hash, password, now) {
		good, err := a.verify(ctx, verification{username, password, acc.Hash, from, key, claimed})
		if err != nil {
			return tenant.Identity{}, err
		}
		if !good {
			return tenant.Identity{}, a.refuse(a.sources, from, claimed)
		}
		a.users.reset(key)
	}
	id, err := a.accountIdentity(acc)
	if err != nil {
		return tenant.Identity{}, &Error{Err: ErrUnauthorized, Identity: claimed}
	}
	return authorize(r, id)
}

type verification struct {
	username, password, hash string
	from, key                string // of the limiters
	claimed                  tenant.Identity
}

// verify computes argon2id, unless somebody else did it for the same password
// while this one waited, and counts a failure of the user.
func (a *Authenticator) verify(ctx context.Context, v verification) (bool, error) {
	if wait := a.sources.wait(v.from, a.now()); wait > 0 {
		return false, &Error{Err: ErrRateLimited, RetryAfter: wait, Identity: v.claimed}
	}
	if err := a.passwords.acquire(ctx); err != nil {
		return false, unavailable(err)
	}
	defer a.passwords.release()
	now := a.now()
	// The failures that many parallel attempts ran into meanwhile count too.
	if wait := a.users.wait(v.key, now); wait > 0 {
		return false, &Error{Err: ErrRateLimited, RetryAfter: wait, Identity: v.claimed}
	}
	if a.verified.knows(v.username, v.hash, v.password, now) {
		return true, nil
	}
	good, err := compare(v.hash, v.password)
	if err != nil {
		return false, unavailable(err)
	}
	if good {
		a.verified.add(v.username, v.hash, v.password, now)
	} else {
		a.users.fail(v.key, now) // before the next one gets the slot
	}
	return good, nil
}

// basic decodes the credentials of RFC 7617. Texts longer than any account has
// are refused here, before they cost anything.
func basic(encoded string) (username, password string, ok bool) {
	data, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || !utf8.Valid(data) {
		return "", "", false
	}
	username, password, ok = strings.Cut(string(data), ":")
	if !ok || username == "" || len(username) > config.MaxUsername || len(password) > config.MaxSecret {
		return "", "", false
	}
	return username, password, true
}

// refuse counts a failure of a source and returns the error for it.
func (a *Authenticator) refuse(l *limiter, from string, claimed tenant.Identity) error {
	now := a.now()
	if wait := l.wait(from, now); wait > 0 {
		return &Error{Err: ErrRateLimited, RetryAfter: wait, Identity: claimed}
	}
	l.fail(from, now)
	return &Error{Err: ErrUnauthorized, Identity: claimed}
}
