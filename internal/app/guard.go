package app

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/guard"
	"github.com/dipcast/dipcast/internal/pbx"
)

// guardSink tells the guard of every event.
type guardSink struct{ g *guard.Guard }

func (s guardSink) Event(e *pbx.Event) { s.g.Event(e.Message) }

func (guardSink) Link(*pbx.Server, bool, time.Time) {}
func (guardSink) Gap(*pbx.Server, int)              {} // what was lost is not counted
func (guardSink) Call(*pbx.CallEvent)               {}
func (guardSink) Snapshot(*pbx.Server)              {}

func guardSettings(c *config.Config) *guard.Settings {
	g := &c.Guard
	return &guard.Settings{
		Failures: g.Failures, Window: g.Window, Ban: g.Ban, Longest: g.Longest, Allow: g.AllowedNetworks(), Push: g.PushNetworks(),
	}
}

func (a *App) newGuard() (*guard.Guard, error) {
	a.guarding.Store(guardSettings(a.config))
	return guard.New(guard.Options{
		Settings: func() guard.Settings { return *a.guarding.Load() },
		Servers: func() []guard.Server {
			var all []guard.Server
			for _, s := range a.pool.Servers() {
				all = append(all, s)
			}
			return all
		},
		Key: pbx.BanKey, Store: a.store, Trail: a.audit, Carrier: a.isCarrier, Home: a.isHome, Pushed: a.isPushed, Logger: a.log,
	})
}

// isHome reports whether a phone is registered from a source on any server, or a
// trunk is there whose host is a name.
func (a *App) isHome(ctx context.Context, source netip.Prefix) bool {
	if namedBy(ctx, a.trunkHosts(), source, net.DefaultResolver.LookupNetIP) {
		return true
	}
	for _, s := range a.pool.Servers() {
		if !s.Up() {
			continue
		}
		contacts, err := s.Contacts(ctx)
		if err != nil {
			a.log.Warn("phones of a server not known", "server", s.ID(), "error", err)
			continue
		}
		for i := range contacts {
			if source.Contains(contacts[i].Address.Addr().Unmap()) {
				return true
			}
		}
	}
	return false
}

// isPushed reports the name of a softphone that a push service may register for.
func (a *App) isPushed(device string) bool {
	all := a.companies.View()
	if all == nil {
		return false
	}
	for i := range all.All {
		c := &all.All[i]
		rest, ok := strings.CutPrefix(device, c.Prefix())
		if !ok || !c.Softphone.Push {
			continue
		}
		ext, _, _ := strings.Cut(rest, "_")
		e := c.Extension(ext)
		if e == nil {
			continue
		}
		for nth := range e.Devices {
			if e.Devices[nth].App == company.AppAcrobits && company.DeviceName(c.Prefix(), ext, nth) == device {
				return true
			}
		}
	}
	return false
}

// maxNames bounds the names that are looked up for one question.
const maxNames = 50

// namedBy reports whether one of the hosts that are names has an address in a
// source. What cannot be looked up has none.
func namedBy(ctx context.Context, hosts []string, source netip.Prefix, lookUp func(ctx context.Context, network, host string) ([]netip.Addr, error)) bool {
	asked := map[string]bool{}
	for _, host := range hosts {
		if _, err := netip.ParseAddr(host); err == nil || asked[host] || len(asked) >= maxNames {
			continue
		}
		asked[host] = true
		addrs, err := lookUp(ctx, "ip", host)
		if err == nil && slices.ContainsFunc(addrs, func(a netip.Addr) bool { return source.Contains(a.Unmap()) }) {
			return true
		}
	}
	return false
}

// trunkHosts are the hosts of all trunks.
func (a *App) trunkHosts() (hosts []string) {
	for _, t := range a.trunks() {
		hosts = append(hosts, t.Host)
	}
	return hosts
}

// serverUp is what is done when a server came.
func (a *App) serverUp(ctx context.Context, s *pbx.Server) {
	a.bans.Up(s.ID())
	a.capacity.Up(s.ID())
	a.provision(ctx, s)
}
