package app

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/dcmiws"
	"github.com/dipcast/dipcast/internal/fax"
	"github.com/dipcast/dipcast/internal/store"
)

// keepFaxes makes what keeps faxes.
func (a *App) keepFaxes(c *config.Config, feed *dcmiws.Feed) error {
	spools, err := a.spools(c)
	if err != nil {
		return err
	}
	a.faxes, err = fax.New(fax.Options{
		Store: a.store, Directory: a.directory.Load, DataDir: c.DataDir, Logger: a.log, Spools: spools, Paper: paper, KeepDays: a.keepsFaxes,
		Outbox: a.faxRows,
		Changed: func(f store.Fax) {
			a.tellFax(&f)
			feed.Fax(f.Server, f.TenantID, f.Extension, fax.EventOf(&f), fax.ViewOf(&f, a.directory.Load().ByID(f.TenantID)))
		},
	})
	return err
}

// keepsFaxes says for how many days a company keeps its faxes.
func (a *App) keepsFaxes(tenant int) int {
	if all := a.companies.View(); all != nil {
		for i := range all.All {
			if f := all.All[i].Fax; all.All[i].Number == tenant && f != nil {
				return f.KeepDays
			}
		}
	}
	return 0
}

// paper is what draws the pages of PDFs that are faxed. It is looked for each time:
// it may have been installed since.
func paper(ctx context.Context, args ...string) (*exec.Cmd, error) {
	draw, err := asteriskproc.FindPaper(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", fax.ErrNoPaper, err)
	}
	return draw(ctx, args...), nil
}

// spools are the folders in which the Asterisks of servers keep faxes on their
// way, for who reads them here. Where the files of ours are changes with a restart
// only.
func (a *App) spools(c *config.Config) ([]fax.Spool, error) {
	var spools []fax.Spool
	for i := range c.Servers {
		s := &c.Servers[i]
		path := s.FaxSpool
		if began := a.o.Config.Server(s.ID); path == "" && began != nil && began.PBX.Configured() {
			path = filepath.Join(began.PBX.Dir, filepath.FromSlash(asteriskconf.FaxFolder)) // as rendered
		}
		if path == "" {
			continue
		}
		path, err := filepath.Abs(path)
		if err != nil {
			return nil, fmt.Errorf("folder of faxes of server %d: %w", s.ID, err)
		}
		spools = append(spools, fax.Spool{Server: s.ID, Path: path})
	}
	return spools, nil
}
