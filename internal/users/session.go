package users

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/auth"
	"github.com/dipcast/dipcast/internal/people"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// SignIn is what somebody sends to sign in, and from where.
type SignIn struct {
	Username, Password string
	Code               string // of the second factor; "" none
	Browser
}

// Browser is where somebody signs in.
type Browser struct {
	Remote netip.Addr
	Agent  string
	Before string // the cookie it has, whose session ends
}

// Session is a browser that was let in.
type Session struct {
	Cookie  string
	Who     tenant.Identity
	Expires time.Time
}

// SignIn lets somebody in by username and password: a user of the web, an operator
// or a login of the configuration. The error is an *auth.Error, wraps ErrCode or
// ErrWrongCode, or one of package auth's others.
func (s *Service) SignIn(ctx context.Context, in SignIn) (Session, error) {
	// Both are asked, so that the time does not tell users from others.
	username := canonical(in.Username)
	u, userErr := s.o.Store.WebUserNamed(ctx, username)
	login, acc, accErr := s.o.Auth.Account(ctx, in.Username)
	for _, err := range []error{userErr, accErr} {
		if err != nil && !errors.Is(err, ErrNotFound) {
			return Session{}, fmt.Errorf("%w: %w", auth.ErrUnavailable, err)
		}
	}
	t := auth.Attempt{Username: in.Username, Password: in.Password, RemoteAddr: in.Remote.String()}
	switch {
	case userErr == nil:
		t.Username, t.Hash, t.Known = username, u.Hash, s.maySignIn(&u, in.Remote)
	case accErr == nil:
		t.Hash, t.Known = acc.Hash, true
	}
	if err := s.o.Auth.Try(ctx, &t); err != nil {
		return Session{}, err
	}
	w := store.WebSession{Kind: store.SessionOfLogin, Owner: in.Username, Mark: markOf(acc.Hash)}
	who := login
	if userErr == nil {
		if err := s.second(ctx, &u, in.Code, &t); err != nil {
			return Session{}, err
		}
		var err error
		if who, err = s.identity(ctx, &u); errors.Is(err, ErrNotFound) {
			return Session{}, &auth.Error{Err: auth.ErrUnauthorized, Identity: t.Claimed()}
		} else if err != nil {
			return Session{}, err
		}
		w = store.WebSession{Kind: store.SessionOfUser, Owner: u.ID, Mark: markOf(u.Hash)}
	}
	s.o.Auth.Succeeded(&t)
	return s.begin(ctx, w, who, in.Browser, "password")
}

// SignInPerson lets in who has proved to be somebody of the people: as the user that
// is linked to them, else as the employee of their extension. ErrNotFound: they are
// neither, or their user is disabled.
func (s *Service) SignInPerson(ctx context.Context, p people.Person, b Browser) (Session, error) {
	w := store.WebSession{Kind: store.SessionOfPerson, Owner: p.ID, Tenant: p.Tenant}
	u, err := s.o.Store.WebUserOfPerson(ctx, p.ID)
	switch {
	case err == nil && u.Tenant == p.Tenant:
		w.Kind, w.Owner, w.Mark = store.SessionOfUser, u.ID, markOf(u.Hash)
	case err != nil && !errors.Is(err, ErrNotFound):
		return Session{}, err
	}
	who, err := s.ofSession(ctx, &w)
	if err != nil {
		return Session{}, err
	}
	return s.begin(ctx, w, who, b, "NAVER WORKS")
}

// canonical is a username as users have it. Those of the configuration are compared
// as they are.
func canonical(username string) string { return strings.ToLower(strings.TrimSpace(username)) }

// maySignIn reports whether a user's password counts now, from there.
func (s *Service) maySignIn(u *store.WebUser, from netip.Addr) bool {
	switch {
	case !u.Enabled || u.Hash == "":
		return false
	case !u.OnceUntil.IsZero() && !s.o.Now().Before(u.OnceUntil):
		return false
	case u.Documented && !s.isPrivate(from):
		s.log.Warn("the documented password was tried from elsewhere than a private network")
		return false
	}
	return true
}

// identity is who a user is now. ErrNotFound: their company, extension or role is
// gone.
func (s *Service) identity(ctx context.Context, u *store.WebUser) (tenant.Identity, error) {
	role, err := s.Role(ctx, u.Role, u.Tenant)
	if err != nil {
		return tenant.Identity{}, err
	}
	id := tenant.Identity{
		Role: role.Base, Name: u.Username, Via: tenant.ViaSession, User: u.ID, Rights: role.Rights, MustChange: u.MustChange,
	}
	if u.Tenant != 0 {
		if id.Tenant = s.o.Directory().ByNumber(u.Tenant); id.Tenant == nil {
			return tenant.Identity{}, fmt.Errorf("company of a user: %w", ErrNotFound)
		}
	}
	if role.Base == tenant.ExtensionRole {
		if id.Extension = u.Extension; !id.Tenant.HasExtension(u.Extension) {
			return tenant.Identity{}, fmt.Errorf("extension of a user: %w", ErrNotFound)
		}
	}
	return id, nil
}

// begin makes a session with a new cookie: what a browser had before does not sign
// anybody in any more.
func (s *Service) begin(ctx context.Context, w store.WebSession, who tenant.Identity, b Browser, how string) (Session, error) {
	if b.Before != "" {
		if err := s.SignOut(ctx, b.Before); err != nil {
			return Session{}, err
		}
	}
	cookie := rand.Text() // 130 bits
	w.Hash, w.ID, w.Agent, w.Remote = hashOf(cookie), newID(), b.Agent, b.Remote.String()
	w.Expires = s.o.Now().Add(Life).UTC()
	if err := s.o.Store.AddWebSession(ctx, w); err != nil {
		return Session{}, err
	}
	if w.Kind == store.SessionOfUser {
		if err := s.o.Store.SignedInWebUser(ctx, w.Owner); err != nil {
			return Session{}, err
		}
	}
	who.Via, who.Session = tenant.ViaSession, w.ID
	s.o.Trail.Record(context.WithoutCancel(ctx), audit.KindSignedIn, audit.Entry{
		Identity: who, Remote: b.Remote.String(), Action: "sign in", Detail: how,
	})
	return Session{Cookie: cookie, Who: who, Expires: w.Expires}, nil
}

// hashOf is what a cookie is known by on disk.
func hashOf(cookie string) string {
	h := sha256.Sum256([]byte("web session " + cookie))
	return hex.EncodeToString(h[:])
}

// markOf tells passwords apart, without telling anything of them: it is of the hash.
func markOf(hash string) string {
	h := sha256.Sum256([]byte("mark " + hash))
	return hex.EncodeToString(h[:8])
}

func (s *Service) idle() time.Time { return s.o.Now().Add(-Idle) }

// Session implements auth.Sessions.
func (s *Service) Session(ctx context.Context, cookie, remote string) (tenant.Identity, error) {
	if cookie == "" || len(cookie) > 100 {
		return tenant.Identity{}, ErrNotFound
	}
	w, err := s.o.Store.WebSession(ctx, hashOf(cookie), s.idle())
	if err != nil {
		return tenant.Identity{}, err
	}
	who, err := s.ofSession(ctx, &w)
	if err == nil && s.o.Now().Sub(w.Seen) >= seenEvery {
		if err := s.o.Store.SeenWebSession(context.WithoutCancel(ctx), w.ID, remote); err != nil {
			s.log.Warn("the use of a session was not written down", "error", err)
		}
	}
	return who, err
}

// SessionNow implements auth.Sessions.
func (s *Service) SessionNow(ctx context.Context, id tenant.Identity) (tenant.Identity, error) {
	w, err := s.o.Store.WebSessionByID(ctx, id.Session, s.idle())
	if err != nil {
		return tenant.Identity{}, err
	}
	return s.ofSession(ctx, &w)
}

// ofSession is who a session signs in now. ErrNotFound: nobody any more.
func (s *Service) ofSession(ctx context.Context, w *store.WebSession) (who tenant.Identity, err error) {
	mark := w.Mark
	switch w.Kind {
	case store.SessionOfUser:
		var u store.WebUser
		if u, err = s.o.Store.WebUser(ctx, w.Owner); err == nil {
			who, err = s.identity(ctx, &u)
			mark = markOf(u.Hash)
			if err == nil && w.Tenant != 0 { // by NAVER WORKS: the password does not matter
				who.MustChange = false
				if p, ok := s.person(w.Tenant, u.Person); !ok || u.Tenant != p.Tenant {
					err = ErrNotFound
				}
			} else if err == nil && !u.OnceUntil.IsZero() && !s.o.Now().Before(u.OnceUntil) {
				err = ErrNotFound
			}
			if !u.Enabled {
				err = ErrNotFound
			}
		}
	case store.SessionOfLogin:
		var acc store.Account
		who, acc, err = s.o.Auth.Account(ctx, w.Owner)
		mark = markOf(acc.Hash)
	case store.SessionOfPerson:
		who, err = s.ofPerson(w.Tenant, w.Owner)
	default:
		err = ErrNotFound
	}
	if err == nil && mark != w.Mark {
		err = fmt.Errorf("session of another password: %w", ErrNotFound)
	}
	if err != nil {
		return tenant.Identity{}, err
	}
	who.Via, who.Session = tenant.ViaSession, w.ID
	return who, nil
}

// ofPerson is somebody of the people as the employee they are.
func (s *Service) ofPerson(number int, id string) (tenant.Identity, error) {
	p, ok := s.person(number, id)
	t := s.o.Directory().ByNumber(number)
	if !ok || t == nil || !t.HasExtension(p.Extension) {
		return tenant.Identity{}, fmt.Errorf("person: %w", ErrNotFound)
	}
	return tenant.Identity{Role: tenant.ExtensionRole, Tenant: t, Extension: p.Extension, Name: p.ID}, nil
}

func (s *Service) person(number int, id string) (people.Person, bool) {
	d := s.o.People()
	if d == nil {
		return people.Person{}, false
	}
	return d.ByID(number, id)
}

// SignOut ends the session of a cookie. One that is not there is no error.
func (s *Service) SignOut(ctx context.Context, cookie string) error {
	if cookie == "" || len(cookie) > 100 {
		return nil
	}
	w, err := s.o.Store.WebSession(ctx, hashOf(cookie), s.idle())
	if err == nil {
		err = s.o.Store.EndWebSessions(ctx, w.Kind, w.Owner, w.ID, "")
		s.o.Ended()
	}
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// own is whose the sessions of an identity are.
func (s *Service) own(ctx context.Context, who tenant.Identity) (store.WebSession, error) {
	if who.Via != tenant.ViaSession {
		return store.WebSession{}, ErrNoUser
	}
	return s.o.Store.WebSessionByID(ctx, who.Session, s.idle())
}

// Sessions are those of whoever asks, the last used first.
func (s *Service) Sessions(ctx context.Context, who tenant.Identity) ([]store.WebSession, error) {
	w, err := s.own(ctx, who)
	if err != nil {
		return nil, err
	}
	return s.o.Store.WebSessions(ctx, w.Kind, w.Owner, s.idle())
}

// EndSession ends one of the sessions of whoever asks.
func (s *Service) EndSession(ctx context.Context, who tenant.Identity, id string) error {
	w, err := s.own(ctx, who)
	if err == nil && id == "" {
		err = ErrNotFound
	}
	if err == nil {
		err = s.o.Store.EndWebSessions(ctx, w.Kind, w.Owner, id, "")
		s.o.Ended()
	}
	return err
}

// EndPerson ends what SignInPerson began for somebody of a company's people.
func (s *Service) EndPerson(ctx context.Context, number int, person string) error {
	err := s.o.Store.EndWebSessionsOfPerson(ctx, number, person)
	s.o.Ended()
	return err
}
