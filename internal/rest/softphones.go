package rest

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/netip"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/provisioning"
	"github.com/dipcast/dipcast/internal/softphone"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Deploy applies the files of all servers of a tenant. It returns on how many it
// was done; the error is of the first where it was not.
type Deploy func(ctx context.Context, who tenant.Identity, remote netip.Addr, t *tenant.Tenant) (applied int, err error)

// SoftphoneLink is a link as it is made. It is shown once.
type SoftphoneLink struct {
	ID         string    `json:"id" example:"k7m2qx4vha" doc:"for revoking it"`
	Extension  string    `json:"extension" example:"1010"`
	DeviceName string    `json:"device_name" example:"T2_1010_1" doc:"the name the phone registers with"`
	URL        string    `json:"url" doc:"for the person: a page with the code and what to do, which shows as long as the link was not used"`
	FetchURL   string    `json:"fetch_url" doc:"what the app fetches, once; nobody else should"`
	QR         QR        `json:"qr" doc:"the code to scan with the app"`
	ExpiresAt  time.Time `json:"expires_at"`
	Encrypted  bool      `json:"encrypted" doc:"TLS and SRTP; false only where every listener is loopback"`
	Push       bool      `json:"push" doc:"the push service of the app's maker is told the phone's password"`
	// Applied counts with a phone that was added only.
	Applied int    `json:"applied,omitempty" example:"1" doc:"on how many servers a phone that was added counts already"`
	Problem string `json:"problem,omitempty" doc:"why the phone that was added does not count on a server yet: mend that and apply"`
}

// QR is a QR code in all its forms.
type QR struct {
	Text string `json:"text" doc:"what it holds"`
	SVG  string `json:"svg" doc:"a picture"`
	PNG  string `json:"png" doc:"a picture, in base64"`
}

// SoftphoneLinkView is a link as it is listed: without what makes it work.
type SoftphoneLinkView struct {
	ID        string     `json:"id" example:"k7m2qx4vha"`
	Device    int        `json:"device" doc:"which phone of the extension, from 0"`
	By        string     `json:"by" example:"ops" doc:"who made it"`
	CreatedAt time.Time  `json:"created_at"`
	ExpiresAt time.Time  `json:"expires_at"`
	UsedAt    *time.Time `json:"used_at,omitempty" doc:"absent: not yet"`
}

func (a *API) softphoneOps(api huma.API) {
	if a.o.Softphones == nil || a.o.Companies == nil {
		return
	}
	o := operation("create-softphone-link", http.MethodPost, "/extensions/{id}/softphone", tagExtensions, "Make a link that sets up a softphone", 400, 404, 409)
	o.Description = "For the app Acrobits Softphone on Android and iOS: the person opens `url` and scans the code with the app, which fetches name, password and server once. " +
		"An extension without a softphone gets one, and the files of its servers are applied, with all else that is described and not applied yet. " +
		"At most five links of an extension work at a time; one more takes the place of the oldest. A new password of the phone makes its links useless. " +
		"A login of one extension makes links for its own softphone, once an administrator has made the first."
	o.DefaultStatus = http.StatusCreated
	huma.Register(api, o, a.createSoftphoneLink)
	o = operation("softphone-links", http.MethodGet, "/extensions/{id}/softphone", tagExtensions, "The links of an extension's softphone", 400, 404)
	o.Description = "Those that are not past, used ones among them."
	huma.Register(api, o, a.softphoneLinks)
	o = operation("revoke-softphone-link", http.MethodDelete, "/extensions/{id}/softphone/{link}", tagExtensions, "Revoke a link of a softphone", 400, 404)
	o.Description = "It does not work any more. A phone that it has set up stays: a new password of the phone ends that."
	huma.Register(api, o, a.revokeSoftphoneLink)
}

// softphoneOf is the company and extension of a request, which the login of an
// extension may ask for itself only.
func (a *API) softphoneOf(ctx context.Context, whose, ext string) (*store.Company, *tenant.Tenant, error) {
	who := callerOf(ctx).who
	t, err := a.tenantOf(who, a.scope(false, whose))
	if err == nil {
		err = mayUse(who, t, "id", ext)
	}
	if err != nil {
		return nil, nil, err
	}
	c, err := a.described(ctx, a.scope(false, whose))
	if err == nil && c.Extension(ext) == nil {
		err = errNone("id", "extension")
	}
	return c, t, err
}

func (a *API) createSoftphoneLink(ctx context.Context, in *struct {
	TenantQuery
	IDPath
	Body struct {
		Device *int `json:"device,omitempty" minimum:"0" maximum:"9" doc:"which of its phones, from 0; it must have app acrobits. Absent: its first softphone, made where there is none"`
	}
},
) (*reply[SoftphoneLink], error) {
	const action = "make softphone link"
	cl := callerOf(ctx)
	c, t, err := a.softphoneOf(ctx, in.Tenant, in.ID)
	var l provisioning.Link
	if err == nil {
		l, err = a.o.Softphones.Create(ctx, a.author(ctx), provisioning.Order{
			Tenant: c.Number, Extension: in.ID, Device: in.Body.Device, MayAdd: cl.who.Role != tenant.ExtensionRole,
		})
	}
	var code softphone.Code
	if err == nil {
		code, err = softphone.NewCode(l.Scanned)
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, softphoneError(err, in.ID))
	}
	out := SoftphoneLink{
		ID: l.ID, Extension: l.Extension, DeviceName: l.DeviceName, URL: l.Page, FetchURL: l.URL,
		QR:        QR{Text: l.Scanned, SVG: code.SVG(), PNG: base64.StdEncoding.EncodeToString(code.PNG())},
		ExpiresAt: l.Expires, Encrypted: l.Encrypted, Push: l.Push,
	}
	if l.Added && a.o.Deploy != nil {
		if out.Applied, err = a.o.Deploy(ctx, cl.who, cl.remote, t); err != nil { // the link is there: it must be shown all the same
			a.log.Warn("a new softphone does not count yet", "tenant", t, "error", err)
			out.Problem = "a server has not taken it; see dipcast apply"
			if cl.who.Role == tenant.Operator { // why may be about other companies
				out.Problem += ": " + err.Error()
			}
		}
	}
	return success(out), nil
}

// softphoneError words an error of package provisioning.
func softphoneError(err error, ext string) error {
	switch {
	case errors.Is(err, provisioning.ErrInsecure), errors.Is(err, provisioning.ErrServer),
		errors.Is(err, provisioning.ErrNone), errors.Is(err, provisioning.ErrFull):
		return envelope.Errorf(envelope.Conflict, "", "%v", err)
	}
	return asked(err, "extensions["+ext+"]")
}

func (a *API) softphoneLinks(ctx context.Context, in *struct {
	TenantQuery
	IDPath
	Page
},
) (*list[SoftphoneLinkView], error) {
	c, _, err := a.softphoneOf(ctx, in.Tenant, in.ID)
	var all []store.SoftphoneLink
	if err == nil {
		all, err = a.o.Softphones.List(ctx, c, in.ID)
	}
	if err != nil {
		return nil, a.refused(ctx, "softphone links", 0, softphoneError(err, in.ID))
	}
	out := []SoftphoneLinkView{}
	for _, l := range cut(in.Page, all) {
		v := SoftphoneLinkView{ID: l.ID, Device: l.Device, By: l.By, CreatedAt: l.Created, ExpiresAt: l.Expires}
		if !l.Used.IsZero() {
			v.UsedAt = &l.Used
		}
		out = append(out, v)
	}
	return page(in.Page, len(all), out), nil
}

func (a *API) revokeSoftphoneLink(ctx context.Context, in *struct {
	TenantQuery
	IDPath
	Link string `path:"link" maxLength:"32" example:"k7m2qx4vha" doc:"its id"`
},
) (*reply[Removed], error) {
	c, _, err := a.softphoneOf(ctx, in.Tenant, in.ID)
	if err == nil {
		err = a.o.Softphones.Revoke(ctx, a.author(ctx), c, in.ID, in.Link)
	}
	if errors.Is(err, provisioning.ErrNotFound) {
		err = envelope.Errorf(envelope.NotFound, "link", "there is no such link of yours")
	}
	if err != nil {
		return nil, a.refused(ctx, "revoke softphone link", 0, softphoneError(err, in.ID))
	}
	return success(Removed{in.Link}), nil
}
