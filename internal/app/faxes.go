package app

import (
	"fmt"
	"path/filepath"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/dcmiws"
	"github.com/dipcast/dipcast/internal/fax"
	"github.com/dipcast/dipcast/internal/store"
)

// keepFaxes makes what keeps faxes.
func (a *App) keepFaxes(c *config.Config, feed *dcmiws.Feed) error {
	var spools []fax.Spool
	for i := range c.Servers {
		s := &c.Servers[i]
		path := s.FaxSpool
		if path == "" && s.PBX.Configured() {
			path = filepath.Join(s.PBX.Dir, filepath.FromSlash(asteriskconf.FaxFolder)) // as rendered
		}
		if path == "" {
			continue
		}
		path, err := filepath.Abs(path)
		if err != nil {
			return fmt.Errorf("folder of faxes of server %d: %w", s.ID, err)
		}
		spools = append(spools, fax.Spool{Server: s.ID, Path: path})
	}
	var err error
	a.faxes, err = fax.New(fax.Options{
		Store: a.store, Directory: a.directory.Load, DataDir: c.DataDir, Logger: a.log, Spools: spools,
		Changed: func(f store.Fax) {
			feed.Fax(f.Server, f.TenantID, f.Extension, fax.EventOf(&f), fax.ViewOf(&f, a.directory.Load().ByID(f.TenantID)))
		},
	})
	return err
}
