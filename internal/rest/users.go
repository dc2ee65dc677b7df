package rest

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
	"github.com/dipcast/dipcast/internal/users"
)

const tagUsers = "users"

// UserFields are what is set of a user of the web.
type UserFields struct {
	Username  string `json:"username" maxLength:"128" example:"hong@example.com" doc:"without blanks and ':'; kept in lower case"`
	Name      string `json:"name,omitempty" maxLength:"80" example:"홍길동"`
	Lang      string `json:"lang,omitempty" enum:"ko,en," doc:"empty: as the browser says"`
	Role      string `json:"role" maxLength:"32" example:"company" doc:"administrator or auditor for who sees all companies; company, supervisor, auditor, employee or the id of a role of the company's own for others"`
	Extension string `json:"extension,omitempty" maxLength:"20" example:"1010" doc:"whose calls are their own; an employee has one"`
	Person    string `json:"person,omitempty" maxLength:"32" doc:"id of one of the people: who signs in as that person with NAVER WORKS is this user"`
	Enabled   bool   `json:"enabled,omitempty" default:"true"`
}

// UserView is a user of the web.
type UserView struct {
	ID string `json:"id" example:"k3v7qxw2m5t4nbyd"`
	UserFields
	Tenant       string     `json:"tenant,omitempty" example:"T2" doc:"absent: sees all companies"`
	RoleName     string     `json:"role_name" example:"회사 관리자"`
	RoleNameEN   string     `json:"role_name_en" example:"Company administrator"`
	MustChange   bool       `json:"must_change_password" doc:"has a password that was given to them"`
	OnceUntil    *time.Time `json:"once_until,omitempty" doc:"when a one-time password ends"`
	SecondFactor bool       `json:"second_factor" doc:"a code is asked for beside the password"`
	Passkeys     int        `json:"passkeys" doc:"how many passkeys they have"`
	CreatedAt    time.Time  `json:"created_at"`
	SignedInAt   *time.Time `json:"signed_in_at,omitempty" doc:"absent: never"`
}

// NewUserView is a user with a one-time password, which is shown once.
type NewUserView struct {
	UserView
	Password string `json:"one_time_password" example:"k3v7-qxw2-m5t4-nbyd" doc:"lets in until once_until, and must be replaced then; it is not shown again"`
}

// UserPath is a user in a path.
type UserPath struct {
	ID string `path:"id" maxLength:"32" example:"k3v7qxw2m5t4nbyd"`
}

// UsersQuery says whose users are meant.
type UsersQuery struct {
	Tenant string `query:"tenant" maxLength:"8" doc:"whose, as T2; for operators, absent: all, and at making one: who sees all companies"`
}

func (a *API) userOps(api huma.API) {
	huma.Register(api, operation("users", http.MethodGet, "/users", tagUsers, "Users of the web", 404), a.getUsers)
	o := operation("create-user", http.MethodPost, "/users", tagUsers, "Make a user of the web", 400, 404, 409)
	o.Description = "The answer has a one-time password, which is shown once. Nobody gives more rights than they have."
	o.DefaultStatus = http.StatusCreated
	huma.Register(api, o, a.createUser)
	huma.Register(api, operation("user", http.MethodGet, "/users/{id}", tagUsers, "A user of the web", 404), a.getUser)
	o = operation("change-user", http.MethodPut, "/users/{id}", tagUsers, "Change a user of the web", 400, 404, 409)
	o.Description = "Members that are absent stay as they are. One that is disabled is signed out everywhere. 409: the username is taken, or it is the last system administrator."
	huma.Register(api, o, a.changeUser)
	huma.Register(api, operation("delete-user", http.MethodDelete, "/users/{id}", tagUsers, "Remove a user of the web", 404, 409), a.deleteUser)
	o = operation("reset-user-password", http.MethodPost, "/users/{id}/password", tagUsers, "Give a user a one-time password", 404)
	o.Description = "It is in this answer only. The user is signed out everywhere; second factors stay."
	huma.Register(api, o, a.resetUser)
	huma.Register(api, operation("end-user-sessions", http.MethodDelete, "/users/{id}/sessions", tagUsers, "Sign a user out everywhere", 404), a.endUserSessions)
	huma.Register(api, operation("remove-user-factors", http.MethodDelete, "/users/{id}/factors", tagUsers, "Take a user's second factors away", 404), a.removeUserFactors)
}

// numberOf is the company that a request about users names: -1 none, which is all for
// operators.
func (a *API) numberOf(ctx context.Context, name string) (int, *tenant.Tenant, error) {
	who := callerOf(ctx).who
	if who.Role == tenant.ExtensionRole {
		return 0, nil, users.ErrForbidden
	}
	if name == "" && who.Role == tenant.Operator {
		return -1, nil, nil
	}
	t, err := a.tenantOf(who, name)
	if err != nil {
		return 0, nil, err
	}
	return t.Number, t, nil
}

func (a *API) userView(ctx context.Context, u *store.WebUser) UserView {
	s := users.Settings(u)
	v := UserView{
		ID: u.ID, MustChange: u.MustChange, SecondFactor: !u.TOTP.Empty(), Passkeys: u.Passkeys, CreatedAt: u.Created,
		UserFields: UserFields{Username: s.Username, Name: s.Name, Lang: s.Lang, Role: s.Role, Extension: s.Extension, Person: s.Person, Enabled: s.Enabled},
	}
	if u.Tenant != 0 {
		v.Tenant = tenant.NewID("", u.Tenant).String()
	}
	if !u.OnceUntil.IsZero() {
		v.OnceUntil = &u.OnceUntil
	}
	if !u.SignedIn.IsZero() {
		v.SignedInAt = &u.SignedIn
	}
	if r, err := a.o.Users.Role(ctx, u.Role, u.Tenant); err == nil {
		v.RoleName, v.RoleNameEN = r.Korean, r.English
	}
	return v
}

// tenantOfUser is a user's company, for the audit; nil for operators.
func (a *API) tenantOfUser(u *store.WebUser) *tenant.Tenant {
	if u.Tenant == 0 {
		return nil
	}
	return a.o.Directory().ByNumber(u.Tenant)
}

func (f *UserFields) settings() users.User {
	return users.User{Username: f.Username, Name: f.Name, Lang: f.Lang, Role: f.Role, Extension: f.Extension, Person: f.Person, Enabled: f.Enabled}
}

func (a *API) getUsers(ctx context.Context, in *struct {
	UsersQuery
	Search string `query:"search" maxLength:"80" doc:"a part of username, name or extension"`
	Page
},
) (*list[UserView], error) {
	number, _, err := a.numberOf(ctx, in.Tenant)
	var all []store.WebUser
	if err == nil {
		all, err = a.o.Users.Users(ctx, callerOf(ctx).who, number, in.Search)
	}
	if err != nil {
		return nil, a.usersRefused(ctx, "users", err)
	}
	out := []UserView{}
	for _, u := range cut(in.Page, all) {
		out = append(out, a.userView(ctx, &u))
	}
	return page(in.Page, len(all), out), nil
}

func (a *API) getUser(ctx context.Context, in *struct{ UserPath }) (*tagged[UserView], error) {
	u, err := a.o.Users.User(ctx, callerOf(ctx).who, in.ID)
	if err != nil {
		return nil, a.usersRefused(ctx, "user", err)
	}
	return withTag(a.userView(ctx, &u), etag(users.Settings(&u))), nil
}

func (a *API) createUser(ctx context.Context, in *struct {
	UsersQuery
	Body UserFields
},
) (*reply[NewUserView], error) {
	const action = "create-user"
	number, t, err := a.numberOf(ctx, in.Tenant)
	var u store.WebUser
	password := ""
	if err == nil {
		u, password, err = a.o.Users.Create(ctx, callerOf(ctx).who, max(number, 0), in.Body.settings())
	}
	if err != nil {
		return nil, a.usersRefused(ctx, action, err)
	}
	v := a.userView(ctx, &u)
	a.changed(ctx, t, action, u.ID, nil, v.UserFields)
	return success(NewUserView{v, password}), nil
}

func (a *API) changeUser(ctx context.Context, in *struct {
	UserPath
	Matching
	Body fields[UserFields]
},
) (*tagged[UserView], error) {
	const action = "change-user"
	before, after, err := a.o.Users.Change(ctx, callerOf(ctx).who, in.ID, func(u *users.User) error {
		if err := match(in.Matching, etag(*u)); err != nil {
			return err
		}
		f := UserFields(*u)
		if err := in.Body.into(&f); err != nil {
			return err
		}
		*u = f.settings()
		return nil
	})
	if err != nil {
		return nil, a.usersRefused(ctx, action, err)
	}
	v := a.userView(ctx, &after)
	a.changed(ctx, a.tenantOfUser(&after), action, in.ID, a.userView(ctx, &before).UserFields, v.UserFields)
	return withTag(v, etag(users.Settings(&after))), nil
}

func (a *API) deleteUser(ctx context.Context, in *struct{ UserPath }) (*reply[Removed], error) {
	const action = "delete-user"
	was, err := a.o.Users.Delete(ctx, callerOf(ctx).who, in.ID)
	if err != nil {
		return nil, a.usersRefused(ctx, action, err)
	}
	a.changed(ctx, a.tenantOfUser(&was), action, in.ID, a.userView(ctx, &was).UserFields, nil)
	return success(Removed{in.ID}), nil
}

func (a *API) resetUser(ctx context.Context, in *struct{ UserPath }) (*reply[NewUserView], error) {
	const action = "reset-user-password"
	u, password, err := a.o.Users.Reset(ctx, callerOf(ctx).who, in.ID)
	if err != nil {
		return nil, a.usersRefused(ctx, action, err)
	}
	a.trail(ctx, audit.KindChanged, a.tenantOfUser(&u), audit.Entry{Action: action, Field: u.ID})
	return success(NewUserView{a.userView(ctx, &u), password}), nil
}

func (a *API) endUserSessions(ctx context.Context, in *struct{ UserPath }) (*reply[Removed], error) {
	return a.aboutUser(ctx, "end-user-sessions", in.ID, a.o.Users.EndSessions)
}

func (a *API) removeUserFactors(ctx context.Context, in *struct{ UserPath }) (*reply[Removed], error) {
	return a.aboutUser(ctx, "remove-user-factors", in.ID, a.o.Users.RemoveFactors)
}

func (a *API) aboutUser(ctx context.Context, action, id string, do func(context.Context, tenant.Identity, string) error) (*reply[Removed], error) {
	who := callerOf(ctx).who
	u, err := a.o.Users.User(ctx, who, id)
	if err == nil {
		err = do(ctx, who, id)
	}
	if err != nil {
		return nil, a.usersRefused(ctx, action, err)
	}
	a.trail(ctx, audit.KindChanged, a.tenantOfUser(&u), audit.Entry{Action: action, Field: id})
	return success(Removed{id}), nil
}

// errRights refuses what the rights of who asks do not reach.
func errRights() error {
	return envelope.Errorf(envelope.Forbidden, "", "%v", users.ErrForbidden)
}
