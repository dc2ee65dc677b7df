package app

import (
	"context"
	"net"
	"net/netip"
	"time"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/fastagi"
	"github.com/dipcast/dipcast/internal/tenant"
)

const (
	// agiRetry is how often a port that is taken is tried again.
	agiRetry = 5 * time.Second
	// agiLookup bounds the search for the address of a server's name.
	agiLookup = 500 * time.Millisecond
)

// listenAGI answers the questions of the servers' dialplans, until Stop. A port
// that cannot be had stops nothing else: without an answer national calls go on.
func (a *App) listenAGI() {
	addr := a.o.Config.AGIListen
	if addr == "" {
		return
	}
	s := fastagi.New(fastagi.Options{Handler: a.limits.Answer, Allow: a.isServer, Logger: a.log})
	ln, err := bind(addr)
	if err == nil {
		a.agiAddress = ln.Addr().String()
	}
	a.background(func(ctx context.Context) {
		for told := ""; ; {
			if err == nil {
				err = s.Serve(ctx, ln)
			}
			if ctx.Err() != nil {
				if ln != nil {
					_ = ln.Close() // Serve may not have been reached
				}
				return
			}
			if err != nil && err.Error() != told {
				told = err.Error()
				a.log.Error("dialplans cannot ask: their national calls go uncounted, those abroad do not go", "address", addr, "error", err)
			}
			select {
			case <-ctx.Done():
				return
			case <-time.After(agiRetry):
			}
			if ln, err = bind(addr); err == nil {
				told = ""
				a.log.Info("dialplans can ask again", "address", addr)
			}
		}
	})
}

// AGIAddress is where dialplans may ask, as bound when it started, "" when
// nowhere.
func (a *App) AGIAddress() string { return a.agiAddress }

// isServer reports whether an address is this machine's or a server's. Servers
// given by name are looked up each time: there are few questions a second.
func (a *App) isServer(ctx context.Context, from netip.Addr) bool {
	if from.IsLoopback() {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, agiLookup)
	defer cancel()
	for _, server := range a.pool.Servers() {
		host, _, err := net.SplitHostPort(server.Address())
		if err != nil {
			continue
		}
		if addr, err := netip.ParseAddr(host); err == nil {
			if addr.Unmap() == from {
				return true
			}
			continue
		}
		found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		if err != nil {
			continue
		}
		for _, addr := range found {
			if addr.Unmap() == from {
				return true
			}
		}
	}
	return false
}

// locked reports whether calls abroad of an extension are locked.
func (a *App) locked(t *tenant.Tenant, ext string) bool {
	locked, err := a.limits.Locked(context.Background(), t, ext)
	if err != nil {
		a.log.Warn("locks not read", "tenant", t, "error", err)
	}
	return locked
}

// unlock opens calls abroad of an extension again.
func (a *App) unlock(ctx context.Context, who tenant.Identity, remote netip.Addr, t *tenant.Tenant, ext string) error {
	return a.limits.Unlock(ctx, audit.Entry{Identity: who, Remote: remote.String()}, t, ext)
}
