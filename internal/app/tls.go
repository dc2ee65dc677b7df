package app

import (
	"net"
	"net/http"
	"net/url"
	"path/filepath"

	"github.com/dipcast/dipcast/internal/certs"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
)

// certificate gets what the listeners encrypt with, if they do.
func (a *App) certificate() error {
	c := a.o.Config
	o := certs.Options{Logger: a.log.With("component", "tls")}
	switch c.TLS.Mode {
	case config.TLSFiles:
		o.Cert, o.Key = c.TLS.Cert, c.TLS.Key
	case config.TLSSelf:
		o.Dir, o.Hosts = filepath.Join(c.DataDir, "tls"), hosts(c)
	default:
		return nil
	}
	s, err := certs.New(o)
	if err != nil {
		return err
	}
	a.certs = s
	a.log.Info("listeners speak TLS", "mode", c.TLS.Mode, "fingerprint", s.Fingerprint(), "until", s.Expires())
	return nil
}

// hosts are the names that clients reach us by, as far as the configuration
// tells.
func hosts(c *config.Config) []string {
	var out []string
	if u, err := url.Parse(c.PublicURL); err == nil && u.Hostname() != "" {
		out = append(out, u.Hostname())
	}
	for _, addr := range c.Addresses() {
		if host, _, err := net.SplitHostPort(addr); err == nil && host != "" {
			out = append(out, host)
		}
	}
	return out
}

// serveCA hands out our own certificate authority, for clients to trust once
// its fingerprint was compared.
func (a *App) serveCA(w http.ResponseWriter, _ *http.Request) {
	if a.certs == nil || a.certs.CA() == nil {
		edge.WriteError(w, envelope.Errorf(envelope.NotFound, "", "there is no certificate authority of ours; see tls.mode"))
		return
	}
	w.Header().Set("Content-Type", "application/x-pem-file")
	w.Header().Set("Content-Disposition", `attachment; filename="dipcast-ca.pem"`)
	_, _ = w.Write(a.certs.CA())
}
