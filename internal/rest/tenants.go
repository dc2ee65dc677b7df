package rest

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/companies"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Tenant is a company as operators see it.
type Tenant struct {
	Tenant    string            `json:"tenant" example:"T2" doc:"what parameters and paths call it"`
	ID        string            `json:"id" example:"7be69580e27641df" doc:"the header tenant, and the family in AstDB; sensitive"`
	Number    int               `json:"number" example:"2" doc:"of the prefix T2_"`
	Name      string            `json:"name" example:"얼쑤팩토리"`
	Main      bool              `json:"main,omitempty" doc:"its names have no prefix"`
	Servers   []int             `json:"servers" nullable:"false" doc:"ids; the first is home"`
	Language  string            `json:"language" enum:"ko,en" doc:"of prompts"`
	AreaCode  string            `json:"area_code,omitempty" example:"02" doc:"put before local numbers dialed without one"`
	Lines     int               `json:"lines,omitempty" doc:"how many calls with the network at a time; absent: as many as the carrier lets"`
	Limits    tenant.Limits     `json:"limits" doc:"of calls to the network"`
	Recording company.Recording `json:"recording" doc:"which calls are recorded; extensions may differ"`
	// HistoryDays is absent when calls are kept for good.
	HistoryDays int   `json:"history_days,omitempty" doc:"how long calls stay in the history; absent: for good"`
	Version     int64 `json:"version" doc:"of its description"`

	Extensions int `json:"extensions" doc:"how many there are"`
	Trunks     int `json:"trunks"`
	DIDs       int `json:"dids"`
}

// TenantFields are what operators set of a company.
type TenantFields struct {
	Name        string            `json:"name,omitempty" maxLength:"80" example:"얼쑤팩토리"`
	Servers     []int             `json:"servers,omitempty" maxItems:"100" doc:"ids; the first is home"`
	Language    string            `json:"language,omitempty" enum:"ko,en"`
	AreaCode    string            `json:"area_code,omitempty" maxLength:"4"`
	Lines       int               `json:"lines,omitempty" minimum:"0"`
	Limits      tenant.Limits     `json:"limits,omitzero"`
	Recording   company.Recording `json:"recording,omitzero" doc:"which calls are recorded: internal, incoming, outgoing are always or on_demand; format, what they are kept as, is wav, mp3 or opus"`
	HistoryDays int               `json:"history_days,omitempty" minimum:"0" maximum:"36500" example:"365" doc:"how long calls stay in the history: older ones are deleted, for good; 0 keeps them"`
}

// NewTenant is a company to be made.
type NewTenant struct {
	TenantFields
	ID         string   `json:"id,omitempty" pattern:"^[0-9a-f]{16}$" doc:"absent: one is made"`
	Number     int      `json:"number,omitempty" minimum:"1" maximum:"9999" doc:"absent: the lowest from 2 that no company has had"`
	Extensions []string `json:"extensions,omitempty" maxItems:"2000" doc:"numbers, and ranges such as 1010-1019; each gets a phone"`
}

// TenantPath is a company in a path.
type TenantPath struct {
	Tenant string `path:"tenant" maxLength:"8" doc:"as T2" example:"T2"`
}

// madeTenant is an answer with a company and the passwords of its phones.
type madeTenant struct {
	ETag string `header:"ETag"`
	Body struct {
		Status    string     `json:"status" enum:"success"`
		Data      Tenant     `json:"data"`
		Passwords []Password `json:"passwords,omitempty" doc:"that were made; shown once"`
	}
}

const tagTenants = "tenants"

func (a *API) tenantOps(api huma.API) {
	huma.Register(api, operation("tenants", http.MethodGet, "/tenants", tagTenants, "The companies, for operators"), a.getTenants)
	huma.Register(api, operation("tenant", http.MethodGet, "/tenants/{tenant}", tagTenants, "A company", 404), a.getTenant)
	o := operation("create-tenant", http.MethodPost, "/tenants", tagTenants, "Make a company", 400, 409)
	o.Description = "It can be used at once: its extensions have a phone each with a password that is made, calls can be parked at 700, and there is a time group of office hours."
	o.DefaultStatus = http.StatusCreated
	huma.Register(api, o, a.createTenant)
	o = operation("change-tenant", http.MethodPut, "/tenants/{tenant}", tagTenants, "Change a company", 400, 404, 409)
	o.Description = "Members that are absent stay as they are."
	huma.Register(api, o, a.changeTenant)
	o = operation("delete-tenant", http.MethodDelete, "/tenants/{tenant}", tagTenants, "Disable a company", 404)
	o.Description = "Its data stays. Its phones, keys and logins do not work any more."
	huma.Register(api, o, a.deleteTenant)
}

func tenantView(c *store.Company) Tenant {
	t := c.Tenant()
	return Tenant{
		Tenant: t.ID.String(), ID: c.ID, Number: c.Number, Name: c.Name, Main: c.Main, Servers: notNil(c.Servers),
		Language: c.Speaks(), AreaCode: c.AreaCode, Lines: c.Lines, Limits: c.Limits, HistoryDays: c.HistoryDays, Recording: c.Recording, Version: c.Version,
		Extensions: len(c.Extensions), Trunks: len(c.Trunks), DIDs: len(c.DIDs),
	}
}

// tag is the ETag of what a TenantFields changes.
func (t *Tenant) tag() string {
	v := *t
	v.Version, v.Extensions, v.Trunks, v.DIDs = 0, 0, 0, 0
	return etag(v)
}

func madeTenantOf(r companies.Result) *madeTenant {
	var m madeTenant
	v := tenantView(&r.Company)
	m.ETag = v.tag()
	m.Body.Status, m.Body.Data, m.Body.Passwords = "success", v, passwords(r.Passwords)
	return &m
}

func (a *API) getTenants(ctx context.Context, in *struct{ Page }) (*list[Tenant], error) {
	if err := operator(ctx); err != nil {
		return nil, a.refused(ctx, "tenants", 0, err)
	}
	all := a.o.Companies.View().All
	out := []Tenant{}
	for _, c := range cut(in.Page, all) {
		out = append(out, tenantView(&c))
	}
	return page(in.Page, len(all), out), nil
}

// tenantByPath is the company of a path, for operators.
func (a *API) tenantByPath(ctx context.Context, name string) (*store.Company, error) {
	if err := operator(ctx); err != nil {
		return nil, err
	}
	return a.described(ctx, name)
}

func (a *API) getTenant(ctx context.Context, in *struct{ TenantPath }) (*tagged[Tenant], error) {
	c, err := a.tenantByPath(ctx, in.Tenant)
	if err != nil {
		return nil, a.refused(ctx, "tenant", 0, err)
	}
	v := tenantView(c)
	return withTag(v, v.tag()), nil
}

func (a *API) createTenant(ctx context.Context, in *struct{ Body NewTenant }) (*madeTenant, error) {
	const action = "create tenant"
	err := operator(ctx)
	var r companies.Result
	if err == nil {
		b := &in.Body
		r, err = a.o.Companies.Create(ctx, a.author(ctx), companies.NewTenant{
			Name: strings.TrimSpace(b.Name), ID: b.ID, Number: b.Number, Servers: b.Servers, Language: b.Language, AreaCode: b.AreaCode,
			Lines: b.Lines, Limits: b.Limits, HistoryDays: b.HistoryDays, Recording: b.Recording, Extensions: b.Extensions,
		})
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, asked(err, ""))
	}
	return madeTenantOf(r), nil
}

func (a *API) changeTenant(ctx context.Context, in *struct {
	TenantPath
	Matching
	Body fields[TenantFields]
},
) (*madeTenant, error) {
	const action = "change tenant"
	c, err := a.tenantByPath(ctx, in.Tenant)
	var r companies.Result
	if err == nil {
		r, err = a.o.Companies.Change(ctx, a.author(ctx), c.Number, action, func(c *store.Company) error {
			v := tenantView(c)
			if err := match(in.Matching, v.tag()); err != nil {
				return err
			}
			f := TenantFields{Name: c.Name, Servers: c.Servers, Language: c.Language, AreaCode: c.AreaCode, Lines: c.Lines, Limits: c.Limits, HistoryDays: c.HistoryDays, Recording: c.Recording}
			if err := in.Body.into(&f); err != nil {
				return err
			}
			if strings.TrimSpace(f.Name) == "" {
				return envelope.Errorf(envelope.InvalidValue, "name", "name is missing")
			}
			c.Name, c.Servers, c.Language, c.AreaCode, c.Lines, c.Limits, c.HistoryDays = f.Name, f.Servers, f.Language, f.AreaCode, f.Lines, f.Limits, f.HistoryDays
			c.Recording = f.Recording
			return nil
		})
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, asked(err, ""))
	}
	return madeTenantOf(r), nil
}

func (a *API) deleteTenant(ctx context.Context, in *struct{ TenantPath }) (*reply[Removed], error) {
	const action = "delete tenant"
	c, err := a.tenantByPath(ctx, in.Tenant)
	if err == nil {
		err = a.o.Companies.Remove(ctx, a.author(ctx), c.Number)
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, asked(err, ""))
	}
	return success(Removed{in.Tenant}), nil
}
