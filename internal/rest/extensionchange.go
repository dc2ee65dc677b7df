package rest

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/companies"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/secret"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Password is a SIP password that was made. It is shown once.
type Password struct {
	Extension  string `json:"extension" example:"1010"`
	DeviceName string `json:"device_name" example:"T2_1010" doc:"the name the phone registers with"`
	Secret     string `json:"secret" example:"c2x7pm4hn9w5kqt3zr8vbd6y" doc:"shown once, and kept encrypted"`
}

// madeExtension is an answer with an extension and the passwords of its phones
// that were made.
type madeExtension struct {
	ETag string `header:"ETag"`
	Body struct {
		Status    string     `json:"status" enum:"success"`
		Data      Extension  `json:"data"`
		Passwords []Password `json:"passwords,omitempty" doc:"that were made; shown once"`
	}
}

func passwords(list []company.Password) []Password {
	var out []Password
	for _, p := range list {
		out = append(out, Password{p.Extension, p.Device, p.Secret.Reveal()})
	}
	return out
}

func (a *API) extensionChangeOps(api huma.API) {
	o := operation("create-extension", http.MethodPost, "/extensions", tagExtensions, "Add an extension", 400, 404, 409)
	o.Description = "Without `devices` it gets one phone. Phones without `secret` get a password that is made: the answer shows it, once."
	o.DefaultStatus = http.StatusCreated
	huma.Register(api, o, a.createExtension)
	o = operation("change-extension", http.MethodPut, "/extensions/{id}", tagExtensions, "Change an extension", 400, 404, 409)
	o.Description = "Members that are absent stay as they are. `devices` replaces all of its phones; those that stay in their place keep their password."
	huma.Register(api, o, a.changeExtension)
	huma.Register(api, operation("delete-extension", http.MethodDelete, "/extensions/{id}", tagExtensions, "Remove an extension", 400, 404, 409), a.deleteExtension)
	o = operation("change-password", http.MethodPost, "/extensions/{id}/password", tagExtensions, "Give a phone of an extension a new password", 400, 404)
	o.Description = "The answer shows it, once. It counts as soon as Asterisk's files are applied; the phone then has to be given it."
	huma.Register(api, o, a.changePassword)
}

const tagExtensions = "extensions"

func (a *API) createExtension(ctx context.Context, in *struct {
	TenantQuery
	Body fields[company.Extension]
},
) (*madeExtension, error) {
	const action = "create extension"
	var number string
	r, err := a.edit(ctx, a.scope(false, in.Tenant), strings.TrimSpace(action+" "+in.Body.word("number")), func(c *company.Company) error {
		var e company.Extension
		if err := in.Body.into(&e); err != nil {
			return err
		}
		if !in.Body.has("devices") {
			e.Devices = []company.Device{{}}
		}
		number = e.Number
		if c.Extension(number) != nil {
			return envelope.Errorf(envelope.Conflict, "number", "there is an extension of this number already")
		}
		c.Extensions = append(c.Extensions, e)
		return nil
	})
	return a.changedExtension(ctx, action, number, r, err)
}

func (a *API) changeExtension(ctx context.Context, in *struct {
	TenantQuery
	IDPath
	Matching
	Body fields[company.Extension]
},
) (*madeExtension, error) {
	const action = "change extension"
	number := in.ID
	r, err := a.edit(ctx, a.scope(false, in.Tenant), action+" "+in.ID, func(c *company.Company) error {
		i, err := indexOf(c, in.ID)
		if err != nil {
			return err
		}
		bare := c.Bare()
		if err := match(in.Matching, etag(bare.Extensions[i])); err != nil {
			return err
		}
		if err := in.Body.into(&c.Extensions[i]); err != nil {
			return err
		}
		if number = c.Extensions[i].Number; number != in.ID {
			return envelope.Errorf(envelope.InvalidValue, "number", "the number of an extension stays; make a new extension")
		}
		return nil
	})
	return a.changedExtension(ctx, action, number, r, err)
}

func (a *API) changedExtension(ctx context.Context, action, number string, r companies.Result, err error) (*madeExtension, error) {
	if err != nil {
		return nil, a.refused(ctx, action, 0, asked(err, "extensions["+number+"]"))
	}
	t := r.Company.Tenant()
	e := r.Company.Extension(number)
	if e == nil {
		return nil, a.refused(ctx, action, 0, errNone("id", "extension"))
	}
	var m madeExtension
	m.ETag = etag(*e)
	m.Body.Status, m.Body.Data, m.Body.Passwords = "success", a.extension(&t, number), passwords(r.Passwords)
	return &m, nil
}

func (a *API) deleteExtension(ctx context.Context, in *struct {
	TenantQuery
	IDPath
	Matching
},
) (*reply[Removed], error) {
	const action = "delete extension"
	_, err := a.edit(ctx, a.scope(false, in.Tenant), action+" "+in.ID, func(c *company.Company) error {
		i, err := indexOf(c, in.ID)
		if err != nil {
			return err
		}
		bare := c.Bare()
		if err := match(in.Matching, etag(bare.Extensions[i])); err != nil {
			return err
		}
		c.Extensions = slices.Delete(c.Extensions, i, i+1)
		return nil
	})
	if err != nil {
		return nil, a.refused(ctx, action, 0, refusedRemoval(err, "the extension"))
	}
	return success(Removed{in.ID}), nil
}

func (a *API) changePassword(ctx context.Context, in *struct {
	TenantQuery
	IDPath
	Body struct {
		Device int    `json:"device,omitempty" minimum:"0" maximum:"9" doc:"which of its phones, from 0, the first"`
		Secret string `json:"secret,omitempty" maxLength:"128" doc:"absent: one is made"`
	}
},
) (*reply[Password], error) {
	const action = "change password"
	c, err := a.administrator(ctx, a.scope(false, in.Tenant))
	var p company.Password
	if err == nil {
		p, err = a.o.Companies.SetPassword(ctx, a.author(ctx), c.Number, in.ID, in.Body.Device, secret.New(in.Body.Secret))
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, asked(err, "extensions["+in.ID+"].devices["+strconv.Itoa(in.Body.Device)+"]"))
	}
	return success(passwords([]company.Password{p})[0]), nil
}

// classOf is a class of service of a tenant by its name; one that is not there
// is that of everyone.
func classOf(t *tenant.Tenant, name string) ClassOfService {
	out := ClassOfService{
		ClassOfServiceID: strconv.Itoa(t.Number), Name: company.AllClass, Context: dialplan.ClassOfService(t.Prefix()), TenantID: t.ID.String(),
	}
	for _, k := range t.Classes {
		if k.Name == name {
			out.ClassOfServiceID, out.Name, out.Context = strconv.Itoa(k.ID), name, dialplan.Class(t.Prefix(), name)
		}
	}
	return out
}
