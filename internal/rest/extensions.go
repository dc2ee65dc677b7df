package rest

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Device is a phone of an extension as one server knows it. Its password is
// never shown.
type Device struct {
	DeviceName string `json:"device_name" example:"T2_1010" doc:"its endpoint"`
	User       string `json:"user" example:"T2_1010" doc:"the name it registers with"`
	Technology string `json:"technology" enum:"pjsip"`
	ServerID   int    `json:"server_id" example:"1"`
	State      string `json:"state" enum:"UNKNOWN,NOT_INUSE,INUSE,BUSY,INVALID,UNAVAILABLE,RINGING,RINGINUSE,ONHOLD" doc:"as the server says; UNKNOWN too while the server is down"`
	Registered bool   `json:"registered" doc:"whether it can be reached"`
	// Registrations are left out of lists of extensions.
	Registrations []Registration `json:"registrations,omitempty" doc:"where it has registered; only in the list of an extension's phones"`
}

// Extension is an extension of a tenant.
type Extension struct {
	ExtensionID      string `json:"extension_id" example:"1010" doc:"its number"`
	Extension        string `json:"extension" example:"1010"`
	Name             string `json:"name" example:"홍길동" doc:"as other phones show it; its number when it has none"`
	ClassOfServiceID string `json:"class_of_service_id" example:"2" doc:"for cos_id"`
	Context          string `json:"context" example:"T2_cos-all" doc:"the class of service by its name in the dialplan"`
	ExternalCID      string `json:"external_cid" example:"\"얼쑤팩토리\" <07045805605>" doc:"what the network is shown, \"name\" <number>; empty when there is no number"`
	AccountCode      string `json:"accountcode" example:"07045805605" doc:"the number it is billed to"`
	TenantID         string `json:"tenant_id" example:"T2"`
	State            string `json:"state" enum:"UNKNOWN,NOT_INUSE,INUSE,BUSY,INVALID,UNAVAILABLE,RINGING,RINGINUSE,ONHOLD" doc:"of its phone, where that is registered, else at home"`
	Registered       bool   `json:"registered" doc:"whether it has a phone that can be reached"`
	Locked           *bool  `json:"locked,omitempty" doc:"whether its international and premium calls are locked; see unlock"`
	Class            string `json:"class" example:"all" doc:"the name of its class of service"`
	Language         string `json:"language" enum:"ko,en" doc:"of its prompts"`
	Email            string `json:"email,omitempty" doc:"where messages of its voicemail go"`
	// Settings are there for those who may change them.
	Settings *company.Extension `json:"settings,omitempty" doc:"what PUT takes; absent where extensions have nothing but a number"`
	Devices  []Device           `json:"devices" nullable:"false"`
}

// IDPath is an extension in a path.
type IDPath struct {
	ID string `path:"id" maxLength:"32" doc:"extension_id" example:"1010"`
}

// TenantQuery says whose things an operation is about.
type TenantQuery struct {
	Tenant string `query:"tenant" maxLength:"8" doc:"whose, as T2: operators must say it; for others it is their own"`
}

func (a *API) extensionOps(api huma.API) {
	huma.Register(api, operation("extensions", http.MethodGet, "/extensions", "extensions", "Your extensions", 400, 404), a.getExtensions)
	huma.Register(api, operation("extension", http.MethodGet, "/extensions/{id}", "extensions", "An extension", 400, 404), a.getExtension)
	huma.Register(api, operation("extension-devices", http.MethodGet, "/extensions/{id}/devices", "extensions", "The phones of an extension", 400, 404), a.getDevices)
}

func (a *API) getExtensions(ctx context.Context, in *struct {
	TenantQuery
	Page
},
) (*list[Extension], error) {
	who := callerOf(ctx).who
	t, err := a.tenantOf(who, in.Tenant)
	if err != nil {
		return nil, a.refused(ctx, "extensions", 0, err)
	}
	all := extensionsOf(who, t)
	out := []Extension{}
	for _, ext := range cut(in.Page, all) {
		out = append(out, a.extension(t, ext))
	}
	return page(in.Page, len(all), out), nil
}

func (a *API) getExtension(ctx context.Context, in *struct {
	TenantQuery
	IDPath
},
) (*tagged[Extension], error) {
	t, err := a.extensionByID(ctx, in.Tenant, in.ID)
	if err != nil {
		return nil, err
	}
	e := a.extension(t, in.ID)
	tag := ""
	if e.Settings != nil {
		tag = etag(*e.Settings)
	}
	return withTag(e, tag), nil
}

func (a *API) getDevices(ctx context.Context, in *struct {
	TenantQuery
	IDPath
},
) (*reply[[]Device], error) {
	t, err := a.extensionByID(ctx, in.Tenant, in.ID)
	if err != nil {
		return nil, err
	}
	return success(a.withRegistrations(ctx, t, in.ID, a.devices(t, in.ID))), nil
}

// extensionByID is the tenant of an extension. Its error is the answer.
func (a *API) extensionByID(ctx context.Context, name, ext string) (*tenant.Tenant, error) {
	who := callerOf(ctx).who
	t, err := a.tenantOf(who, name)
	if err == nil {
		err = mayUse(who, t, "id", ext)
	}
	if err != nil {
		return nil, a.refused(ctx, "extensions", 0, err)
	}
	return t, nil
}

func (a *API) extension(t *tenant.Tenant, ext string) Extension {
	p, class := t.Profiles[ext], classOf(t, t.Profiles[ext].Class)
	e := Extension{
		ExtensionID: ext, Extension: ext, Name: cmp.Or(string(p.Name), ext), ClassOfServiceID: class.ClassOfServiceID,
		Context: class.Context, AccountCode: t.NumberOf(ext), TenantID: t.ID.String(), Class: class.Name,
		Language: cmp.Or(p.Language, company.Korean), Email: p.Email,
		State: unknownState, Devices: a.devices(t, ext),
	}
	if a.o.Companies != nil {
		if c := a.o.Companies.View().ByNumber(t.Number); c != nil {
			e.Language = cmp.Or(p.Language, c.Speaks())
			e.Settings = c.Extension(ext)
		}
	}
	if e.AccountCode != "" {
		e.ExternalCID = `"` + strings.ReplaceAll(string(t.Name), `"`, `'`) + `" <` + e.AccountCode + `>`
	}
	for _, d := range e.Devices {
		if d.Registered && !e.Registered || e.State == unknownState {
			e.State, e.Registered = d.State, d.Registered
		}
	}
	if a.o.Locked != nil {
		locked := a.o.Locked(t, ext)
		e.Locked = &locked
	}
	return e
}

const unknownState = "UNKNOWN"

// devices are the phones of an extension on each server of its tenant, home
// first.
func (a *API) devices(t *tenant.Tenant, ext string) []Device {
	out := []Device{}
	for _, id := range t.Servers {
		if a.o.Pool.Server(id) == nil {
			continue
		}
		for nth := range max(1, t.Profiles[ext].Devices) {
			out = append(out, a.device(id, company.DeviceName(t.Prefix(), ext, nth)))
		}
	}
	return out
}
