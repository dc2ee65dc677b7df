package app

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/dipcast/dipcast/internal/auth"
	"github.com/dipcast/dipcast/internal/backups"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/rest"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
	"github.com/dipcast/dipcast/internal/users"
)

// openBackups makes what keeps backups, for REST.
func (a *App) openBackups() *rest.Backups {
	c := a.o.Config
	database := c.Database.Reveal()
	o := backups.Options{
		DataDir: c.DataDir, SQLite: database == "" || database == "sqlite", Version: a.o.Version, Environ: a.o.Environ,
		Config: a.configFile, Logger: a.log.With("component", "backups"),
	}
	if a.o.Restarts {
		o.Restart = func(backup string) {
			select {
			case a.restarts <- backup:
			default: // one is asked for already
			}
		}
	}
	return &rest.Backups{
		Service: backups.New(o), Prove: a.prove,
		Run: func(f func(context.Context)) { a.task(f) },
	}
}

// backUpByClock makes the backups that the configuration has made by the clock.
func (a *App) backUpByClock(ctx context.Context) {
	c := &a.o.Config.Backups
	hour, minute, ok := c.At()
	if !ok {
		return
	}
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			b, made, err := a.backups.ByClock(ctx, backups.Daily{Hour: hour, Minute: minute, Keep: c.Keep}, now)
			switch {
			case ctx.Err() != nil:
			case err != nil:
				a.log.Error("daily backup not made", "error", err)
			case made:
				a.log.Info("backed up", "backup", b.ID)
			}
		}
	}
}

// configFile is the file of the configuration, or one that says where the data is
// when there is none.
func (a *App) configFile() (string, func(), error) {
	if a.o.ConfigFile != "" {
		return a.o.ConfigFile, func() {}, nil
	}
	dir, err := os.MkdirTemp("", "dipcast-config-") // mode 0700
	if err != nil {
		return "", nil, err
	}
	done := func() { _ = os.RemoveAll(dir) } // a leftover is harmless
	data, err := filepath.Abs(a.o.Config.DataDir)
	if err == nil {
		var text []byte
		if text, err = yaml.Marshal(map[string]string{"data_dir": data}); err == nil {
			file := filepath.Join(dir, "dipcast.yaml")
			if err = os.WriteFile(file, text, 0o600); err == nil {
				return file, done, nil
			}
		}
	}
	done()
	return "", nil, err
}

// Restart tells which backup the App is to be stopped for and started again with
// (see Options.Restarts).
func (a *App) Restart() <-chan string { return a.restarts }

// prove checks somebody's own password again, under the limits of signing in. Whoever
// uses the gateway's own socket has none.
func (a *App) prove(ctx context.Context, who tenant.Identity, password, remote string) error {
	var err error
	switch {
	case who.Via == tenant.ViaNone && who.Name == localAdministrator.Name:
		return nil
	case who.Via == tenant.ViaSession && who.User != "":
		err = a.users.Prove(ctx, who, password, remote)
	case who.Via == tenant.ViaLogin || who.Via == tenant.ViaSession: // of the configuration
		var acc store.Account
		if acc, err = a.store.Account(ctx, who.Name); err == nil {
			t := auth.Attempt{Username: acc.Username, Password: password, RemoteAddr: remote, Hash: acc.Hash, Known: true}
			if err = a.auth.Try(ctx, &t); err == nil {
				a.auth.Succeeded(&t)
			}
		}
	default:
		err = users.ErrNoUser
	}
	var e *auth.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, auth.ErrRateLimited):
		_ = errors.As(err, &e)
		return asEnvelope(err, e)
	case errors.Is(err, auth.ErrUnauthorized), errors.Is(err, users.ErrNoUser), errors.Is(err, store.ErrNotFound):
		return envelope.Errorf(envelope.Forbidden, "password", "the password is wrong")
	}
	return err
}
