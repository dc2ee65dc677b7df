package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/tenant"
	"github.com/dipcast/dipcast/internal/users"
)

const tagRoles = "roles"

// RoleFields are what is set of a role.
type RoleFields struct {
	Name   string               `json:"name" maxLength:"80" example:"상담 팀장"`
	Rights map[string]RightView `json:"rights" maxProperties:"60" doc:"by area, see GET rights; an area that is not there is not to be seen"`
}

// RoleView is what users of a company may be.
type RoleView struct {
	ID      string `json:"id" example:"k3v7qxw2m5t4nbyd"`
	BuiltIn bool   `json:"built_in" doc:"of the program: it cannot be changed"`
	Base    string `json:"base" enum:"operator,tenant,extension" doc:"operator: all companies; tenant: one; extension: one's own extension"`
	NameEN  string `json:"name_en" example:"Team lead"`
	Tenant  string `json:"tenant,omitempty" example:"T2" doc:"whose; absent: of the program"`
	RoleFields
}

// AreaView is what rights are given for.
type AreaView struct {
	Area      string   `json:"area" example:"diversions"`
	Title     string   `json:"title" example:"착신전환"`
	TitleEN   string   `json:"title_en" example:"Diversions"`
	Changes   bool     `json:"changes" doc:"there is something to be changed"`
	Operators bool     `json:"operators" doc:"a company's own roles cannot have it"`
	Settings  []string `json:"settings" nullable:"false" doc:"members that a right to change can be narrowed to"`
}

// RolePath is a role in a path.
type RolePath struct {
	ID string `path:"id" maxLength:"32" example:"k3v7qxw2m5t4nbyd"`
}

func (a *API) roleOps(api huma.API) {
	huma.Register(api, operation("rights", http.MethodGet, "/rights", tagRoles, "What rights are given for"), a.getRights)
	huma.Register(api, operation("roles", http.MethodGet, "/roles", tagRoles, "Roles of users", 404), a.getRoles)
	huma.Register(api, operation("role", http.MethodGet, "/roles/{id}", tagRoles, "A role", 404), a.getRole)
	o := operation("create-role", http.MethodPost, "/roles", tagRoles, "Make a role of a company's own", 400, 404, 409)
	o.Description = "Nobody gives more rights than they have."
	o.DefaultStatus = http.StatusCreated
	huma.Register(api, o, a.createRole)
	huma.Register(api, operation("change-role", http.MethodPut, "/roles/{id}", tagRoles, "Change a role", 400, 404, 409), a.changeRole)
	o = operation("delete-role", http.MethodDelete, "/roles/{id}", tagRoles, "Remove a role", 400, 404, 409)
	o.Description = "409: users have it."
	huma.Register(api, o, a.deleteRole)
}

func roleView(r *users.Role) RoleView {
	v := RoleView{
		ID: r.ID, BuiltIn: r.Tenant == 0, Base: r.Base.String(), NameEN: r.English,
		RoleFields: RoleFields{Name: r.Korean, Rights: rightsView(users.Allowed(r.Base, r.Rights))},
	}
	if r.Tenant != 0 {
		v.Tenant = tenant.NewID("", r.Tenant).String()
	}
	return v
}

func (f *RoleFields) grants() (map[string]tenant.Grant, error) {
	out := map[string]tenant.Grant{}
	for area, v := range f.Rights {
		g := tenant.Grant{Settings: v.Settings}
		if err := g.Level.UnmarshalText([]byte(v.Level)); err != nil {
			return nil, envelope.Errorf(envelope.InvalidValue, "rights."+area+".level", "%v", err)
		}
		out[area] = g
	}
	return out, nil
}

func (a *API) getRights(ctx context.Context, in *struct{ Page }) (*list[AreaView], error) {
	if callerOf(ctx).who.Role == tenant.ExtensionRole {
		return nil, a.usersRefused(ctx, "rights", users.ErrForbidden)
	}
	out := []AreaView{}
	for _, x := range users.Areas() {
		settings, changes := settingsOf(a.doc, x.ID)
		out = append(out, AreaView{Area: x.ID, Title: x.Korean, TitleEN: x.English, Changes: changes, Operators: x.Operators, Settings: append([]string{}, settings...)})
	}
	return page(in.Page, len(out), cut(in.Page, out)), nil
}

func (a *API) getRoles(ctx context.Context, in *struct {
	UsersQuery
	Page
},
) (*list[RoleView], error) {
	number, _, err := a.numberOf(ctx, in.Tenant)
	var all []users.Role
	if err == nil {
		all, err = a.o.Users.Roles(ctx, callerOf(ctx).who, max(number, 0))
	}
	if err != nil {
		return nil, a.usersRefused(ctx, "roles", err)
	}
	out := []RoleView{}
	for _, r := range cut(in.Page, all) {
		out = append(out, roleView(&r))
	}
	return page(in.Page, len(all), out), nil
}

func (a *API) getRole(ctx context.Context, in *struct {
	UsersQuery
	RolePath
},
) (*reply[RoleView], error) {
	number, _, err := a.numberOf(ctx, in.Tenant)
	var all []users.Role
	if err == nil {
		all, err = a.o.Users.Roles(ctx, callerOf(ctx).who, max(number, 0))
	}
	for i := range all {
		if all[i].ID == in.ID {
			return success(roleView(&all[i])), nil
		}
	}
	if err == nil {
		err = users.ErrNotFound
	}
	return nil, a.usersRefused(ctx, "role", err)
}

func (a *API) createRole(ctx context.Context, in *struct {
	UsersQuery
	Body RoleFields
},
) (*reply[RoleView], error) {
	v, err := a.putRole(ctx, "create-role", in.Tenant, "", in.Body)
	if err != nil {
		return nil, err
	}
	return success(v), nil
}

func (a *API) changeRole(ctx context.Context, in *struct {
	UsersQuery
	RolePath
	Body RoleFields
},
) (*reply[RoleView], error) {
	v, err := a.putRole(ctx, "change-role", in.Tenant, in.ID, in.Body)
	if err != nil {
		return nil, err
	}
	return success(v), nil
}

func (a *API) putRole(ctx context.Context, action, name, id string, f RoleFields) (RoleView, error) {
	number, t, err := a.numberOf(ctx, name)
	var grants map[string]tenant.Grant
	if err == nil {
		grants, err = f.grants()
	}
	var was, now users.Role
	if err == nil {
		was, now, err = a.o.Users.PutRole(ctx, callerOf(ctx).who, max(number, 0), id, f.Name, grants)
	}
	if err != nil {
		return RoleView{}, a.usersRefused(ctx, action, err)
	}
	v := roleView(&now)
	var before any
	if id != "" {
		before = roleView(&was).RoleFields
	}
	a.changed(ctx, t, action, now.ID, before, v.RoleFields)
	return v, nil
}

func (a *API) deleteRole(ctx context.Context, in *struct {
	UsersQuery
	RolePath
},
) (*reply[Removed], error) {
	const action = "delete-role"
	number, t, err := a.numberOf(ctx, in.Tenant)
	var was users.Role
	if err == nil {
		was, err = a.o.Users.DeleteRole(ctx, callerOf(ctx).who, max(number, 0), in.ID)
	}
	if err != nil {
		return nil, a.usersRefused(ctx, action, err)
	}
	a.changed(ctx, t, action, in.ID, roleView(&was).RoleFields, nil)
	return success(Removed{in.ID}), nil
}
