package app

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"github.com/dipcast/dipcast/internal/auth"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/tenant"
)

// ErrNoFile reports an App whose configuration does not come from a file.
var ErrNoFile = errors.New("the configuration does not come from a file")

// Changes is what a reload did.
type Changes struct {
	// Made are sentences about what is different from now on.
	Made []string `json:"made,omitempty"`
	// Restart are keys whose change counts only after a restart.
	Restart []string `json:"restart,omitempty"`
	// Warnings are dangers in the file, and what could not be done but keeps
	// nothing else from working.
	Warnings []string `json:"warnings,omitempty"`
}

// Reload reads the configuration again and makes what changed count. On an
// error nothing has changed. Only the sessions of servers that were changed or
// removed end; clients whose login or key was changed or revoked are closed.
func (a *App) Reload(ctx context.Context) (Changes, error) {
	a.reloading.Lock()
	defer a.reloading.Unlock()
	c, err := a.reload(ctx)
	a.reloads.Add(err == nil, time.Now())
	if err != nil {
		a.log.Error("configuration not read again, nothing has changed", "error", err)
		return c, err
	}
	a.log.Info("configuration read again", "made", strings.Join(c.Made, "; "), "restart_needed", strings.Join(c.Restart, ", "))
	for _, w := range c.Warnings {
		a.log.Warn("configuration", "problem", w)
	}
	return c, nil
}

func (a *App) reload(ctx context.Context) (Changes, error) {
	switch {
	case a.o.Load == nil:
		return Changes{}, ErrNoFile
	case a.draining.Load():
		return Changes{}, errors.New("the gateway is stopping")
	}
	next, err := a.o.Load()
	if err != nil {
		return Changes{}, err
	}
	last := a.config
	// What can fail comes first, and the database takes all or nothing.
	servers, err := a.pool.Prepare(serverOptions(next))
	if err != nil {
		return Changes{}, err
	}
	spools, err := a.spools(next)
	if err != nil {
		return Changes{}, err
	}
	if _, err := a.store.Seed(ctx, next, a.passwords); err != nil {
		return Changes{}, err
	}
	d, err := a.store.Directory(ctx)
	if err != nil {
		return Changes{}, fmt.Errorf("tenants: %w", err)
	}
	if err := a.companies.Load(ctx); err != nil {
		return Changes{}, fmt.Errorf("companies: %w", err)
	}
	c := Changes{Restart: append(needRestart(last, next), hostsChanged(a.o.Config, next)...), Made: differences(last, next)}
	for _, w := range next.Warnings {
		c.Warnings = append(c.Warnings, w.Error())
	}
	servers.Apply()
	a.directory.Store(d)
	a.pool.Retenant()
	a.origins.Set(next.Origins)
	a.policy.SetOperatorCommands(next.OperatorCommands)
	a.hub.SetBounds(int64(next.Hub.Bytes), next.Hub.Age)
	a.guarding.Store(guardSettings(next))
	if !reflect.DeepEqual(last.Servers, next.Servers) {
		a.history.SetFiles(a.records(next))
		a.faxes.SetSpools(spools)
		a.recordings.SetSpools(a.recordingSpools(next))
	}
	if last.Rate != next.Rate {
		a.dcmiws.SetRate(rate.Limit(next.Rate.PerSecond), next.Rate.Burst)
	}
	if a.certs != nil {
		if err := a.certs.Reload(); err != nil {
			c.Warnings = append(c.Warnings, "the certificate stays the old one: "+err.Error())
		}
	}
	if n := a.dcmiws.Review(a.judge(ctx, changedCredentials(last, next))); n > 0 {
		c.Made = append(c.Made, fmt.Sprintf("clients: %d closed, because their login or key was changed or revoked", n))
	}
	a.config = inForce(last, next)
	a.counts.Store(a.config)
	a.provisionAll()
	if a.relay != nil {
		a.relay.Renew()
	}
	return c, nil
}

// judge says which connected clients must go.
func (a *App) judge(ctx context.Context, changed map[credential]bool) func(tenant.Identity) string {
	return func(who tenant.Identity) string {
		k := credential{via: who.Via, name: who.Name}
		switch who.Via {
		case tenant.ViaLogin, tenant.ViaSession:
		case tenant.ViaAppKey:
			if who.Tenant != nil {
				k.tenant = who.Tenant.ID.Hex()
			}
		default:
			return ""
		}
		if changed[k] {
			return "these credentials were changed; connect again with the new ones"
		}
		if _, err := a.auth.Recheck(ctx, who); errors.Is(err, auth.ErrUnauthorized) {
			if who.Via == tenant.ViaSession {
				return "this session has ended, or may do other things now"
			}
			return "these credentials were revoked"
		}
		return ""
	}
}

// credential names a login or an app key.
type credential struct {
	via    tenant.Via
	tenant string // of a key
	name   string
}

// changedCredentials are those whose secret is another in next.
func changedCredentials(last, next *config.Config) map[credential]bool {
	old, changed := credentials(last), map[credential]bool{}
	for k, secret := range credentials(next) {
		if was, known := old[k]; known && was != secret {
			changed[k] = true
		}
	}
	return changed
}

func credentials(c *config.Config) map[credential]config.Secret {
	all := map[credential]config.Secret{}
	for i := range c.Tenants {
		t := &c.Tenants[i]
		for _, k := range t.AppKeys {
			all[credential{tenant.ViaAppKey, t.ID, k.Name}] = k.Key
		}
		for _, l := range t.Logins {
			all[credential{tenant.ViaLogin, "", l.Username}] = l.Password
		}
	}
	for _, o := range c.Operators {
		all[credential{tenant.ViaLogin, "", o.Username}] = o.Password
	}
	return all
}

// provisionAll gives extensions that are new their defaults, on servers that
// are up; the others get them when they come.
func (a *App) provisionAll() {
	for _, s := range a.pool.Servers() {
		if s.Up() {
			a.task(func(ctx context.Context) { a.provision(ctx, s) })
		}
	}
}
