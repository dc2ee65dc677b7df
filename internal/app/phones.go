package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"github.com/dipcast/dipcast/internal/companies"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/provisioning"
	"github.com/dipcast/dipcast/internal/softphone"
)

// defaultTLSPort is where SIP over TLS is, when nothing else is said (RFC 3261,
// section 19.1.2).
const defaultTLSPort = 5061

// openPhones makes what sets up softphones.
func (a *App) openPhones() (err error) {
	a.phones, err = provisioning.New(provisioning.Options{
		Store: a.store, Companies: a.companies, Trail: a.audit, Place: a.placeOf,
		Settings: func() provisioning.Settings { return phoneSettings(a.counts.Load()) },
	})
	return err
}

func phoneSettings(c *config.Config) provisioning.Settings {
	s := &c.Softphone
	return provisioning.Settings{
		PublicURL: c.PublicURL, Insecure: insecure(c), Plain: onlyHere(c),
		QR: s.QR, Lifetime: s.Lifetime,
		Words: softphone.Words{
			TLS: s.Transport, SDES: s.SDES, Push: s.Push, NoPush: s.NoPush,
			Codecs: map[string]string{"ulaw": s.CodecIDs.ULaw, "alaw": s.CodecIDs.ALaw, "g722": s.CodecIDs.G722, "opus": s.CodecIDs.Opus},
		},
	}
}

// insecure says why links would not be HTTPS that phones reach, "" when they are.
func insecure(c *config.Config) string {
	switch {
	case onlyHere(c):
	case !strings.HasPrefix(c.PublicURL, "https://"):
		return fmt.Sprintf("public_url is %s; give the gateway a certificate (tls) and a public_url that begins with https://", c.PublicURL)
	case loopbackURL(c.PublicURL):
		return fmt.Sprintf("public_url is %s, which no phone reaches; name this gateway as phones do", c.PublicURL)
	}
	return ""
}

// onlyHere reports that all of it stays on this machine: not so behind a proxy here,
// whose public_url is another's.
func onlyHere(c *config.Config) bool { return c.LoopbackOnly() && loopbackURL(c.PublicURL) }

func loopbackURL(s string) bool {
	u, err := url.Parse(s)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() == "localhost" || err == nil && (ip.IsLoopback() || ip.IsUnspecified())
}

// placeOf is where softphones register at a server.
func (a *App) placeOf(id int) (provisioning.Place, error) { return placeOf(a.counts.Load(), id) }

func placeOf(c *config.Config, id int) (provisioning.Place, error) {
	s := c.Server(id)
	if s == nil || !s.PBX.Configured() {
		return provisioning.Place{}, fmt.Errorf("the files of server %d are not DIPCAST's to write (servers[].pbx)", id)
	}
	p := &s.PBX
	sip, _, _, err := p.Ports()
	if err != nil {
		return provisioning.Place{}, err
	}
	out := provisioning.Place{Host: cmp.Or(p.Phones, p.External), UDPPort: int(sip.Port()), TLSPort: cmp.Or(p.TLSPort, defaultTLSPort)}
	if out.Host == "" && !sip.Addr().IsUnspecified() {
		out.Host = sip.Addr().String()
	}
	if out.Host == "" {
		u, err := url.Parse(c.PublicURL)
		if err != nil || u.Hostname() == "" {
			return out, errors.New("nobody knows its address: say servers[].pbx.phones")
		}
		out.Host = u.Hostname()
	}
	if p.Cert == "" {
		out.TLSPort = 0
		out.NoTLSWhy = fmt.Sprintf("server %d has no certificate for TLS: give it servers[].pbx.cert and key", id)
	}
	return out, nil
}

// revokeLinks forgets the links of extensions that went, or whose phones have
// another password. They would not work in any case: this keeps lists true.
func (a *App) revokeLinks(ctx context.Context, c companies.Changed) {
	view := a.companies.View().ByNumber(c.Tenant)
	if view == nil {
		return
	}
	for _, ext := range append(c.Gone[:len(c.Gone):len(c.Gone)], c.Rekeyed...) {
		if err := a.store.RevokeSoftphoneLinks(context.WithoutCancel(ctx), view.ID, ext, ""); err != nil {
			a.log.Warn("links of a softphone not forgotten; they do not work any more", "tenant", c.Tenant, "error", err)
		}
	}
}
