package app

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/host"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/tenant"
)

// rotated makes a phone's new password count on every server of its tenant:
// what is registered with the old one is forgotten, and the files are applied.
// It returns how many servers took it. The error is of the first that did not.
func (a *App) rotated(ctx context.Context, who tenant.Identity, remote netip.Addr, t *tenant.Tenant, device string) (applied int, err error) {
	ctx = context.WithoutCancel(ctx) // the password is changed: who asked may go
	for _, id := range t.Servers {
		s := a.pool.Server(id)
		if _, none := a.host(id); s == nil || errors.Is(none, host.ErrNoHost) {
			continue
		}
		if e := a.rotateOn(ctx, who, remote, s, device); e != nil {
			err = errors.Join(err, fmt.Errorf("server %d: %w", id, e))
			continue
		}
		applied++
	}
	return applied, err
}

// deploy applies the files of every server of a tenant.
func (a *App) deploy(ctx context.Context, who tenant.Identity, remote netip.Addr, t *tenant.Tenant) (applied int, err error) {
	ctx = context.WithoutCancel(ctx) // what was described is: who asked may go
	for _, id := range t.Servers {
		if _, none := a.host(id); errors.Is(none, host.ErrNoHost) {
			continue
		}
		if _, e := a.Apply(ctx, who, remote.String(), id, host.Order{By: who.Name}); e != nil {
			err = errors.Join(err, fmt.Errorf("server %d: %w", id, e))
			continue
		}
		applied++
	}
	return applied, err
}

// rotateOn forgets contacts before the apply, whose reload has Asterisk look
// again at who is reachable, and after it, for a phone that registered between.
func (a *App) rotateOn(ctx context.Context, who tenant.Identity, remote netip.Addr, s *pbx.Server, device string) error {
	if err := s.ForgetContacts(ctx, device); err != nil {
		return err
	}
	if _, err := a.Apply(ctx, who, remote.String(), s.ID(), host.Order{By: who.Name}); err != nil {
		return err
	}
	return s.ForgetContacts(ctx, device)
}

// trunks are the shared ones and those of all companies.
func (a *App) trunks() []company.Trunk {
	all := a.companies.View()
	if all == nil {
		return nil
	}
	trunks := slices.Clone(all.Shared.Trunks)
	for i := range all.All {
		trunks = append(trunks, all.All[i].Trunks...)
	}
	return trunks
}

// isCarrier reports whether a source has the address of a trunk.
func (a *App) isCarrier(source netip.Prefix) bool {
	trunks := a.trunks()
	for i := range trunks {
		for _, m := range append(trunks[i].Match[:len(trunks[i].Match):len(trunks[i].Match)], trunks[i].Host) {
			if p, err := netip.ParsePrefix(m); err == nil && p.Overlaps(source) {
				return true
			}
			if addr, err := netip.ParseAddr(m); err == nil && source.Contains(addr.Unmap()) {
				return true
			}
		}
	}
	return false
}
