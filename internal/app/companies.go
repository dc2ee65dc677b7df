package app

import (
	"context"

	"github.com/dipcast/dipcast/internal/companies"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/tenant"
)

// openCompanies reads the descriptions of the companies' phone systems.
func (a *App) openCompanies(ctx context.Context) error {
	a.companies = companies.New(companies.Options{
		Store: a.store, Trail: a.audit, Servers: a.serverIDs, Changed: a.followCompanies,
	})
	if err := a.companies.Load(ctx); err != nil {
		return err
	}
	// The gateway works without; who writes Asterisk's files has to know.
	if err := a.store.CheckSecrets(ctx); err != nil {
		a.log.Error("passwords of phones and trunks cannot be read; calls go on, and no company can be changed", "error", err)
	}
	if err := a.openPeople(ctx); err != nil {
		return err
	}
	return a.openPhones()
}

// Companies are what asteriskconf takes: the companies on a server, with their
// secrets, and the trunks there that all share.
func (a *App) Companies(ctx context.Context, server int) ([]company.Company, []company.Trunk, error) {
	return a.companies.Companies(ctx, server)
}

func (a *App) serverIDs() []int {
	var ids []int
	for _, s := range a.pool.Servers() {
		ids = append(ids, s.ID())
	}
	return ids
}

// followCompanies has everything that runs follow a change of a company.
func (a *App) followCompanies(ctx context.Context, c companies.Changed) {
	a.revokeLinks(ctx, c)
	if a.dcmiws == nil {
		a.peopleFollow(ctx, c)
		return // nothing runs that had to follow
	}
	ctx = context.WithoutCancel(ctx) // what is stored must count
	a.reloading.Lock()
	defer a.reloading.Unlock()
	if a.draining.Load() {
		return // what runs next reads it
	}
	d, err := a.store.Directory(ctx)
	if err != nil {
		a.log.Error("a change of a company does not count until the next reload", "error", err)
		return
	}
	a.directory.Store(d)
	a.pool.Retenant()
	if c.Left || len(c.Gone) > 0 {
		a.dcmiws.Review(a.judge(ctx, nil))
	}
	if t := d.ByNumber(c.Tenant); t != nil && len(c.Gone) > 0 {
		a.forgetExtensions(t, c.Gone)
	}
	a.provisionAll()
	a.peopleFollow(ctx, c)
}

// forgetExtensions removes the diversions of extensions that were deleted, on
// servers that are up.
func (a *App) forgetExtensions(t *tenant.Tenant, exts []string) {
	for _, id := range t.Servers {
		s := a.pool.Server(id)
		if s == nil || !s.Up() {
			continue
		}
		a.task(func(ctx context.Context) {
			for _, ext := range exts {
				if now := a.directory.Load().ByID(t.ID.Hex()); now != nil && now.HasExtension(ext) {
					continue // it came back meanwhile
				}
				err := s.Forget(ctx, t, ext)
				if err == nil {
					err = a.store.ForgetExtension(ctx, id, t.ID.Hex(), ext)
				}
				if err != nil {
					a.log.Warn("diversions of a deleted extension not removed", "server", id, "tenant", t, "error", err)
				}
			}
		})
	}
}
