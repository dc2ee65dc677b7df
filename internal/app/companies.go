package app

import (
	"context"

	"github.com/dipcast/dipcast/internal/companies"
	"github.com/dipcast/dipcast/internal/company"
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
	return nil
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
	if a.dcmiws == nil {
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
	a.provisionAll()
}
