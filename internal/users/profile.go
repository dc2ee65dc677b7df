package users

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/auth"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Profile is who somebody is, as pages show it.
type Profile struct {
	ID, Username, Name, Lang string
	Kind                     string // user, login, person or key
	Role                     string // of a user; "" others
	RoleKorean, RoleEnglish  string
	Extension                string // also of who may do more than it
	Areas                    map[string]tenant.Grant
	MustChange               bool
	TOTP                     bool
	Passkeys                 int
	RecoveryCodes            int       // that are left
	Expires                  time.Time // of the session; zero: there is none
}

// Me is the profile of whoever asks.
func (s *Service) Me(ctx context.Context, who tenant.Identity) (Profile, error) {
	p := Profile{
		ID: who.User, Username: who.Name, Name: who.Name, Kind: store.SessionOfLogin, Extension: who.Extension,
		Areas: Allowed(who.Role, who.Rights), MustChange: who.MustChange,
	}
	role := map[tenant.Role]string{tenant.Operator: RoleAdministrator, tenant.TenantRole: RoleCompany, tenant.ExtensionRole: RoleEmployee}[who.Role]
	if who.Via == tenant.ViaAppKey {
		p.Kind = roleKey
	}
	var w store.WebSession
	var err error
	if who.Via == tenant.ViaSession {
		if w, err = s.o.Store.WebSessionByID(ctx, who.Session, s.idle()); err != nil {
			return Profile{}, err
		}
		p.Kind, p.Expires = w.Kind, w.Expires
	}
	switch p.Kind {
	case store.SessionOfUser:
		u, err := s.o.Store.WebUser(ctx, who.User)
		if err != nil {
			return Profile{}, err
		}
		p.Name, p.Lang, p.Role, p.Extension, p.TOTP = u.Name, u.Lang, u.Role, u.Extension, !u.TOTP.Empty()
		role = u.Role
		p.Passkeys = u.Passkeys
		if p.RecoveryCodes, err = s.o.Store.RecoveryCodes(ctx, u.ID); err != nil {
			return Profile{}, err
		}
	case store.SessionOfPerson:
		if d, ok := s.person(w.Tenant, w.Owner); ok {
			p.ID, p.Name, p.Lang, p.Username = d.ID, d.Name, d.Lang, d.Email
		}
	}
	number := 0
	if who.Tenant != nil {
		number = who.Tenant.Number
	}
	if r, err := s.Role(ctx, role, number); err == nil {
		p.RoleKorean, p.RoleEnglish = r.Korean, r.English
	}
	return p, nil
}

// SetProfile changes what a user says of themselves; nil leaves it.
func (s *Service) SetProfile(ctx context.Context, who tenant.Identity, name, lang *string) error {
	if who.User == "" {
		return ErrNoUser
	}
	_, _, err := s.o.Store.ChangeWebUser(ctx, who.User, func(u *store.WebUser) error {
		if name != nil {
			u.Name = strings.TrimSpace(*name)
		}
		if lang != nil {
			u.Lang = *lang
		}
		return nil
	})
	return err
}

// MinPassword is how many characters a password has at least.
const MinPassword = 10

// checkPassword says what is wrong with a new password.
func checkPassword(username, password string) error {
	switch {
	case utf8.RuneCountInString(password) < MinPassword:
		return &FieldError{"new", fmt.Sprintf("new must have at least %d characters", MinPassword)}
	case len(password) > config.MaxSecret:
		return &FieldError{"new", fmt.Sprintf("new has at most %d bytes", config.MaxSecret)}
	case !utf8.ValidString(password):
		return &FieldError{"new", "new must be text"}
	case password == FirstPassword, strings.EqualFold(password, username):
		return &FieldError{"new", "new must be one that nobody can guess: not the documented one, and not the username"}
	}
	return nil
}

// SetPassword gives whoever asks a new password, who proves the old one. Their
// other sessions end.
func (s *Service) SetPassword(ctx context.Context, who tenant.Identity, old, password string, b Browser) error {
	if who.User == "" {
		return ErrNoUser
	}
	u, err := s.o.Store.WebUser(ctx, who.User)
	if err != nil {
		return err
	}
	if err := s.prove(ctx, &u, old, b); err != nil {
		return err
	}
	if err := checkPassword(u.Username, password); err != nil {
		return err
	}
	if password == old {
		return &FieldError{"new", "new must be another one"}
	}
	hash, err := s.o.Passwords.Hash(ctx, password)
	if err != nil {
		return err
	}
	if err := s.setHash(ctx, &u, hash); err != nil {
		return err
	}
	if err := s.o.Store.MarkWebSession(ctx, who.Session, markOf(hash)); err != nil {
		return err
	}
	err = s.o.Store.EndWebSessions(ctx, store.SessionOfUser, u.ID, "", who.Session)
	s.o.Auth.Forget(u.Username)
	s.o.Ended()
	s.o.Trail.Record(context.WithoutCancel(ctx), audit.KindChanged, audit.Entry{Identity: who, Remote: b.Remote.String(), Action: "change-own-password", Field: u.ID})
	return err
}

// setHash gives a user the hash of a password of their own choice, unless the one
// that was proved is no longer the one they have.
func (s *Service) setHash(ctx context.Context, u *store.WebUser, hash string) error {
	_, _, err := s.o.Store.ChangeWebUser(ctx, u.ID, func(now *store.WebUser) error {
		if now.Hash != u.Hash {
			return ErrConflict
		}
		now.Hash, now.MustChange, now.Documented, now.OnceUntil = hash, false, false, time.Time{}
		return nil
	})
	return err
}

// Prove checks the password of who is signed in again, under the limits of signing in.
// The error wraps ErrNoUser for who has none, and auth.ErrUnauthorized when it is
// wrong.
func (s *Service) Prove(ctx context.Context, who tenant.Identity, password, remote string) error {
	if who.User == "" {
		return ErrNoUser
	}
	u, err := s.o.Store.WebUser(ctx, who.User)
	if err != nil {
		return err
	}
	t := auth.Attempt{Username: u.Username, Password: password, RemoteAddr: remote, Hash: u.Hash, Known: u.Hash != ""}
	if err := s.o.Auth.Try(ctx, &t); err != nil {
		return err
	}
	s.o.Auth.Succeeded(&t)
	return nil
}

// prove checks a user's own password again, under the limits of signing in.
func (s *Service) prove(ctx context.Context, u *store.WebUser, password string, b Browser) error {
	t := auth.Attempt{Username: u.Username, Password: password, RemoteAddr: b.Remote.String(), Hash: u.Hash, Known: u.Hash != ""}
	err := s.o.Auth.Try(ctx, &t)
	if errors.Is(err, auth.ErrUnauthorized) {
		return &FieldError{"old", "the password is wrong"}
	}
	if err == nil {
		s.o.Auth.Succeeded(&t)
	}
	return err
}
