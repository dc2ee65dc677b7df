package users

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/secret"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// ErrForbidden reports what the rights of who asks do not reach.
var ErrForbidden = errors.New("your own rights do not reach that far")

// OnceLife is how long a one-time password lets in.
const OnceLife = 72 * time.Hour

// User is what is set of a user.
type User struct {
	Username, Name, Lang, Role, Extension, Person string

	Enabled bool
}

// mayReach refuses users of other companies, and those who may do more than who
// asks: whoever sets such a one's password is them.
func (s *Service) mayReach(ctx context.Context, who tenant.Identity, number int, role string) error {
	switch {
	case who.Role == tenant.Operator:
	case who.Role != tenant.TenantRole || who.Tenant == nil || number != who.Tenant.Number:
		return ErrNotFound
	}
	r, err := s.Role(ctx, role, number)
	if errors.Is(err, ErrNotFound) {
		return nil // a role that is gone lets nobody in
	}
	if err != nil {
		return err
	}
	if r.Base == tenant.Operator && who.Role != tenant.Operator || !tenant.NewRights(Allowed(r.Base, r.Rights)).Within(who.Rights) {
		return ErrForbidden
	}
	return nil
}

// check says what is wrong with a user of a company.
func (s *Service) check(ctx context.Context, u *store.WebUser) error {
	switch bad := func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) || r == ':' }; {
	case u.Username == "" || len(u.Username) > config.MaxUsername || strings.ContainsFunc(u.Username, bad):
		return &FieldError{"username", fmt.Sprintf("username must be up to %d bytes of text without blanks and ':'", config.MaxUsername)}
	case u.Lang != "" && u.Lang != "ko" && u.Lang != "en":
		return &FieldError{"lang", "lang must be ko, en or empty"}
	}
	role, err := s.Role(ctx, u.Role, u.Tenant)
	if errors.Is(err, ErrNotFound) {
		return &FieldError{"role", "role must be one of those of GET roles for this company; operators are administrator or auditor"}
	}
	if err != nil {
		return err
	}
	var t *tenant.Tenant
	if u.Tenant != 0 {
		if t = s.o.Directory().ByNumber(u.Tenant); t == nil {
			return &FieldError{"tenant", "there is no such tenant"}
		}
	}
	switch {
	case u.Person != "" && t == nil:
		return &FieldError{"person", "person is for users of a company"}
	case u.Person != "":
		p, ok := s.person(u.Tenant, u.Person)
		if !ok {
			return &FieldError{"person", "person must be the id of one of the company's people"}
		}
		if u.Extension == "" {
			u.Extension = p.Extension
		}
	}
	switch {
	case u.Extension != "" && (t == nil || !t.HasExtension(u.Extension)):
		return &FieldError{"extension", "extension must be one of the company's"}
	case u.Extension == "" && role.Base == tenant.ExtensionRole:
		return &FieldError{"extension", "extension is missing; an employee has one"}
	}
	return nil
}

// once makes a one-time password, which counts until it is replaced or is past.
func (s *Service) once(ctx context.Context, u *store.WebUser) (password string, err error) {
	text := strings.ToLower(rand.Text())
	password = text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:16] // 80 bits
	hash, err := s.o.Passwords.Hash(ctx, password)
	if err != nil {
		return "", err
	}
	u.Hash, u.MustChange, u.Documented, u.OnceUntil = hash, true, false, s.o.Now().Add(OnceLife).UTC().Truncate(time.Millisecond)
	return password, nil
}

// Users are those of a company, or with number -1 of all that who asks may see, whose
// username, name or extension has search in it, by username.
func (s *Service) Users(ctx context.Context, who tenant.Identity, number int, search string) ([]store.WebUser, error) {
	if err := s.mayManage(who, &number); err != nil {
		return nil, err
	}
	all, err := s.o.Store.WebUsers(ctx, number)
	search = strings.ToLower(search)
	return slices.DeleteFunc(all, func(u store.WebUser) bool {
		return !strings.Contains(u.Username, search) && !strings.Contains(strings.ToLower(u.Name), search) && !strings.Contains(u.Extension, search)
	}), err
}

// mayManage has the company of who asks in number, if they have one.
func (s *Service) mayManage(who tenant.Identity, number *int) error {
	switch {
	case who.Role == tenant.Operator:
		return nil
	case who.Role == tenant.TenantRole && who.Tenant != nil && (*number == -1 || *number == who.Tenant.Number):
		*number = who.Tenant.Number
		return nil
	}
	return ErrForbidden
}

// User is one that who asks may see.
func (s *Service) User(ctx context.Context, who tenant.Identity, id string) (store.WebUser, error) {
	u, err := s.o.Store.WebUser(ctx, id)
	if err != nil {
		return store.WebUser{}, err
	}
	if number := u.Tenant; s.mayManage(who, &number) != nil {
		return store.WebUser{}, ErrNotFound
	}
	return u, nil
}

// Create makes a user of a company, 0 of all, with a one-time password.
func (s *Service) Create(ctx context.Context, who tenant.Identity, number int, in User) (u store.WebUser, password string, err error) {
	if err := s.mayManage(who, &number); err != nil {
		return u, "", err
	}
	u = store.WebUser{ID: newID(), Tenant: number}
	in.into(&u)
	if err = s.check(ctx, &u); err == nil {
		err = s.mayReach(ctx, who, number, u.Role)
	}
	if err != nil {
		return u, "", err
	}
	if password, err = s.once(ctx, &u); err != nil {
		return u, "", err
	}
	if err = s.o.Store.AddWebUser(ctx, u); err != nil {
		return u, "", err
	}
	u, err = s.o.Store.WebUser(ctx, u.ID)
	return u, password, err
}

func (in *User) into(u *store.WebUser) {
	u.Username, u.Name, u.Lang, u.Role = canonical(in.Username), strings.TrimSpace(in.Name), in.Lang, in.Role
	u.Extension, u.Person, u.Enabled = in.Extension, in.Person, in.Enabled
}

// Settings are what is set of a user.
func Settings(u *store.WebUser) User {
	return User{Username: u.Username, Name: u.Name, Lang: u.Lang, Role: u.Role, Extension: u.Extension, Person: u.Person, Enabled: u.Enabled}
}

// Change changes a user by f. Their sessions go on with what they may do then, or end.
func (s *Service) Change(ctx context.Context, who tenant.Identity, id string, f func(*User) error) (before, after store.WebUser, err error) {
	if err := s.reach(ctx, who, id); err != nil {
		return before, after, err
	}
	before, after, err = s.o.Store.ChangeWebUser(ctx, id, func(u *store.WebUser) error {
		in := Settings(u)
		if err := f(&in); err != nil {
			return err
		}
		in.into(u)
		if err := s.check(ctx, u); err != nil {
			return err
		}
		return s.mayReach(ctx, who, u.Tenant, u.Role)
	})
	if err == nil && !after.Enabled {
		err = s.o.Store.EndWebSessions(ctx, store.SessionOfUser, id, "", "")
	}
	s.o.Ended()
	return before, after, err
}

// reach is User for who changes them.
func (s *Service) reach(ctx context.Context, who tenant.Identity, id string) error {
	u, err := s.User(ctx, who, id)
	if err != nil {
		return err
	}
	return s.mayReach(ctx, who, u.Tenant, u.Role)
}

// Delete removes a user.
func (s *Service) Delete(ctx context.Context, who tenant.Identity, id string) (store.WebUser, error) {
	if err := s.reach(ctx, who, id); err != nil {
		return store.WebUser{}, err
	}
	was, err := s.o.Store.DeleteWebUser(ctx, id)
	s.o.Ended()
	return was, err
}

// Reset gives a user a one-time password. Their sessions end.
func (s *Service) Reset(ctx context.Context, who tenant.Identity, id string) (u store.WebUser, password string, err error) {
	if err := s.reach(ctx, who, id); err != nil {
		return u, "", err
	}
	var fresh store.WebUser
	if password, err = s.once(ctx, &fresh); err != nil {
		return u, "", err
	}
	_, u, err = s.o.Store.ChangeWebUser(ctx, id, func(u *store.WebUser) error {
		u.Hash, u.MustChange, u.Documented, u.OnceUntil = fresh.Hash, true, false, fresh.OnceUntil
		return nil
	})
	if err == nil {
		err = s.o.Store.EndWebSessions(ctx, store.SessionOfUser, id, "", "")
		s.o.Auth.Forget(u.Username)
	}
	s.o.Ended()
	return u, password, err
}

// EndSessions ends all sessions of a user.
func (s *Service) EndSessions(ctx context.Context, who tenant.Identity, id string) error {
	err := s.reach(ctx, who, id)
	if err == nil {
		err = s.o.Store.EndWebSessions(ctx, store.SessionOfUser, id, "", "")
		s.o.Ended()
	}
	return err
}

// RemoveFactors takes a user's second factors and passkeys away, who has lost them.
func (s *Service) RemoveFactors(ctx context.Context, who tenant.Identity, id string) error {
	if err := s.reach(ctx, who, id); err != nil {
		return err
	}
	_, _, err := s.o.Store.ChangeWebUser(ctx, id, func(u *store.WebUser) error {
		u.TOTP, u.TOTPNew = secret.Text{}, secret.Text{}
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.o.Store.SetRecoveryCodes(ctx, id, nil); err != nil {
		return err
	}
	return s.o.Store.DeleteWebPasskeys(ctx, id)
}
