package provisioning

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	"github.com/dipcast/dipcast/internal/companies"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/softphone"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// maxToken bounds what is looked up, in bytes.
const maxToken = 64

// found is a link with what it is for.
type found struct {
	link    store.SoftphoneLink
	company *store.Company
	ext     *company.Extension
	device  *company.Device
}

// find looks up a link that can be, or was, used. The error is ErrGone, or the
// database's.
func (s *Service) find(ctx context.Context, token string) (found, error) {
	var f found
	if token == "" || len(token) > maxToken {
		return f, ErrGone
	}
	var err error
	if f.link, err = s.o.Store.SoftphoneLink(ctx, hash(token)); err != nil {
		return f, gone(err)
	}
	all, err := s.o.Store.Companies(ctx, true)
	if err != nil {
		return f, err
	}
	for i := range all.All {
		if all.All[i].ID == f.link.TenantID {
			f.company = &all.All[i]
		}
	}
	if f.company == nil {
		return f, ErrGone
	}
	f.ext = f.company.Extension(f.link.Extension)
	if f.ext == nil || f.link.Device >= len(f.ext.Devices) {
		return f, ErrGone
	}
	f.device = &f.ext.Devices[f.link.Device]
	// Another password, and with it a phone that another took the place of.
	if f.device.App != company.AppAcrobits || hash(token, f.device.Secret.Reveal()) != f.link.Bound {
		return f, ErrGone
	}
	return f, nil
}

func gone(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return ErrGone
	}
	return err
}

// Show is a link for its page. It changes nothing. The error is ErrGone also when
// the link was used.
func (s *Service) Show(ctx context.Context, token string) (Link, error) {
	f, err := s.find(ctx, token)
	if err == nil && !f.link.Used.IsZero() {
		err = ErrGone
	}
	if err != nil {
		return Link{}, err
	}
	set := s.o.Settings()
	l := Link{
		ID: f.link.ID, Extension: f.ext.Number, DeviceName: company.DeviceName(f.company.Prefix(), f.ext.Number, f.link.Device),
		Token: token, Page: set.PublicURL + PagePath + token, URL: set.PublicURL + FetchPath + token,
		Expires: f.link.Expires, Encrypted: f.device.Encrypt, Push: f.company.Softphone.Push,
	}
	l.Scanned = softphone.Scanned(set.QR, l.URL)
	return l, nil
}

// Renew makes another link in the place of one that was not used: the old one is
// useless from then on. It works no longer than that one would have. remote is who
// asks.
func (s *Service) Renew(ctx context.Context, token string, remote netip.Addr) (Link, error) {
	if _, err := s.Show(ctx, token); err != nil {
		return Link{}, err
	}
	f, err := s.find(ctx, token)
	if err != nil {
		return Link{}, err
	}
	// Whoever deletes it may make the next: two at once make one.
	if err := s.o.Store.RevokeSoftphoneLinks(ctx, f.company.ID, f.link.Extension, f.link.ID); err != nil {
		return Link{}, gone(err)
	}
	by := companies.Author{Identity: tenant.Identity{Name: f.link.By}, Remote: remote.String()}
	return s.link(ctx, s.o.Settings(), by, f.company, f.ext, f.link.Device, f.link.Expires)
}

// Fetch gives the app its document, and uses the link up: the same client, known
// by its address and User-Agent, gets it again within Grace, anybody else ErrGone.
// Nothing is used up when there is no document to give.
func (s *Service) Fetch(ctx context.Context, token string, remote netip.Addr, agent string) ([]byte, error) {
	f, err := s.find(ctx, token)
	if err != nil {
		return nil, err
	}
	set := s.o.Settings()
	if set.Insecure != "" {
		return nil, fmt.Errorf("%w: %s", ErrInsecure, set.Insecure)
	}
	p, err := s.place(f.company, f.ext)
	if err != nil {
		return nil, err
	}
	doc, err := s.document(set, p, &f)
	if err != nil {
		return nil, err
	}
	first, err := s.o.Store.UseSoftphoneLink(ctx, hash(token), hash(token, remote.String(), agent), Grace)
	if err != nil {
		return nil, gone(err)
	}
	action := "softphone set up"
	if !first {
		action = "softphone set up again"
	}
	s.record(ctx, companies.Author{Remote: remote.String()}, f.company,
		action, "extension "+f.ext.Number+", link "+f.link.ID+" that "+f.link.By+" made")
	return doc, nil
}

func (s *Service) document(set Settings, p Place, f *found) ([]byte, error) {
	a := softphone.Account{
		Title: f.company.Name + " " + f.ext.Number, User: company.DeviceName(f.company.Prefix(), f.ext.Number, f.link.Device),
		Password: f.device.Secret, Display: f.ext.Name, Host: p.Host, Port: p.UDPPort,
		Encrypt: f.device.Encrypt, Codecs: f.device.Codecs, Push: f.company.Softphone.Push,
	}
	if len(a.Codecs) == 0 {
		a.Codecs = company.DefaultCodecs
	}
	if a.Encrypt {
		if a.Port = p.TLSPort; a.Port == 0 {
			return nil, fmt.Errorf("%w: %s", ErrServer, p.NoTLSWhy)
		}
	} else if !set.Plain {
		return nil, fmt.Errorf("%w: its phone is described without TLS and SRTP", ErrServer)
	}
	return softphone.Document(a, set.Words)
}
