package app

import (
	"context"
	"fmt"
	"os"
	"reflect"
	"strings"
	"sync"

	"github.com/dipcast/dipcast/internal/apply"
	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/companies"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/host"
	"github.com/dipcast/dipcast/internal/serverconf"
	"github.com/dipcast/dipcast/internal/tenant"
)

// openHosts makes what writes the files of servers and runs them, and starts
// those that we run. They end after the links to them.
func (a *App) openHosts() {
	for i := range a.o.Config.Servers {
		s := a.o.Config.Servers[i]
		if !s.PBX.Configured() {
			continue
		}
		a.hosts = append(a.hosts, host.New(host.Options{
			Server: s, Config: a.settings, Describe: a.describe, Tones: a.tones, Environ: os.Environ(), Logger: a.log,
		}))
	}
	a.onStop(func() {
		var wg sync.WaitGroup
		for _, h := range a.hosts {
			wg.Go(h.Stop)
		}
		wg.Wait()
	})
	for _, h := range a.hosts {
		a.background(h.Run)
	}
}

// settings is the configuration that counts now, with the address that dialplans
// really reach.
func (a *App) settings() *config.Config {
	c := *a.counts.Load()
	if a.agiAddress != "" && strings.HasSuffix(c.AGIListen, ":0") {
		c.AGIListen = a.agiAddress
	}
	return &c
}

// Descriptions are what the companies' phone systems are, for who changes them in
// this process.
func (a *App) Descriptions() *companies.Service { return a.companies }

func (a *App) describe(ctx context.Context, server int) (d serverconf.Description, err error) {
	d.Companies, d.Trunks, err = a.Companies(ctx, server)
	return d, err
}

// host gives the one of a server; 0 means the only one.
func (a *App) host(server int) (*host.Host, error) {
	if server == 0 && len(a.hosts) == 1 {
		return a.hosts[0], nil
	}
	for _, h := range a.hosts {
		if h.ID() == server {
			return h, nil
		}
	}
	if server == 0 && len(a.hosts) > 1 {
		return nil, fmt.Errorf("%d servers have files of ours; name one", len(a.hosts))
	}
	return nil, host.ErrNoHost
}

// Pending is what an apply would change on a server; 0 means the only one.
func (a *App) Pending(ctx context.Context, server int) (*apply.Plan, error) {
	h, err := a.host(server)
	if err != nil {
		return nil, err
	}
	return h.Pending(ctx)
}

// Applies are the last applies of a server, the newest first.
func (a *App) Applies(ctx context.Context, server int) ([]apply.Record, error) {
	h, err := a.host(server)
	if err != nil {
		return nil, err
	}
	return h.History(ctx)
}

// Apply makes a server as it is described, or undoes that, and leaves an entry
// in the audit trail.
func (a *App) Apply(ctx context.Context, who tenant.Identity, remote string, server int, o host.Order) (*host.Outcome, error) {
	h, err := a.host(server)
	if err != nil {
		return nil, err
	}
	out, err := h.Apply(ctx, o)
	action := "apply"
	if o.Undo {
		action = "undo apply"
	}
	e := audit.Entry{Identity: who, Remote: remote, Server: h.ID(), Action: action}
	switch {
	case err != nil:
		e.Code, e.Detail = "failed", err.Error()
		// Asterisk's own words may hold numbers.
		a.log.Warn("not applied", "server", h.ID(), "undo", o.Undo, "error", a.audit.Mask(err.Error()))
	case out.Record == "":
		return out, nil // nothing was to be done
	default:
		e.Detail = out.Record + ": " + strings.Join(out.Plan.Summary(), "; ")
		a.log.Info("applied", "server", h.ID(), "undo", o.Undo, "record", out.Record, "changes", len(out.Plan.Changes), "calls", out.Calls, "took", out.Took)
	}
	a.audit.Record(ctx, audit.KindApplied, e)
	return out, err
}

// hostsChanged names servers whose pbx is another in next: that counts after a
// restart.
func hostsChanged(last, next *config.Config) []string {
	var out []string
	for i := range next.Servers {
		s := &next.Servers[i]
		was := last.Server(s.ID)
		if was == nil && s.PBX.Configured() || was != nil && !reflect.DeepEqual(was.PBX, s.PBX) {
			out = append(out, fmt.Sprintf("servers[%d].pbx (of server %d)", i, s.ID))
		}
	}
	for i := range last.Servers {
		if s := &last.Servers[i]; s.PBX.Configured() && next.Server(s.ID) == nil {
			out = append(out, fmt.Sprintf("the end of pbx of server %d, which was removed", s.ID))
		}
	}
	return out
}
