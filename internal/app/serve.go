package app

import (
	"context"
	"log/slog"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/backups"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Serving says how Serve runs a gateway.
type Serving struct {
	// Load gives the options of the next App, at each start. Required.
	Load func() (Options, error)
	// Run looks after an App that was started, until it is to be stopped: it returns
	// when its ctx ends, when the App failed, and when a backup comes from Restart,
	// which it returns then. Required.
	Run func(ctx context.Context, a *App) (backup string, err error)
	// Stop ends an App in good order. Required.
	Stop   func(ctx context.Context, a *App)
	Logger *slog.Logger
}

// Serve runs a gateway until ctx ends or it fails, and starts it again when a backup
// is restored: between two Apps the data is another. When the gateway does not start
// with a backup, what was there before is put back.
func Serve(ctx context.Context, s Serving) error {
	restored := "" // the data directory in which a backup was put just now
	for {
		o, err := s.Load()
		if err != nil {
			return err
		}
		o.Restarts = true
		dir := o.Config.DataDir
		a := New(o)
		if err := a.Start(ctx); err != nil {
			if ctx.Err() != nil {
				a.Stop() // it may have come to its end
				s.Logger.Info("stopped before it was ready", "error", err)
				return nil //nolint:nilerr // it was asked to stop
			}
			undo := backups.UndoOf(dir)
			if restored == "" || undo == "" {
				return err
			}
			restored = ""
			s.Logger.Error("the gateway does not start with the backup; what was there comes back", "error", err)
			if placeErr := backups.Place(ctx, dir, undo); placeErr != nil {
				s.Logger.Error("it could not be put back", "error", placeErr, "backup", undo)
				return err
			}
			s.note(dir, err)
			continue
		}
		if restored != "" {
			a.tellRestored()
		}
		restored = ""
		backup, err := s.Run(ctx, a)
		if backup == "" {
			if err != nil {
				a.Stop()
				return err
			}
			s.Stop(context.WithoutCancel(ctx), a)
			return nil
		}
		s.Logger.Warn("a backup is put in the place of the data", "backup", backup)
		s.Stop(context.WithoutCancel(ctx), a)
		err = backups.Place(context.WithoutCancel(ctx), dir, backup)
		if err != nil {
			s.Logger.Error("the backup could not be put in its place; all is as it was", "error", err)
		} else {
			restored = dir
		}
		s.note(dir, err)
	}
}

// tellRestored leaves a line in the audit trail that is there now: the one of who
// asked is in what was there before.
func (a *App) tellRestored() {
	r := a.backups.Last()
	a.audit.Record(context.Background(), audit.KindChanged, audit.Entry{
		Identity: tenant.Identity{Role: tenant.Operator, Name: r.By}, Action: "restored", Field: r.Backup, Detail: "the data is that of this backup; what was there is backup " + r.Undo,
	})
}

func (s *Serving) note(dir string, failed error) {
	if err := backups.Ended(dir, failed); err != nil {
		s.Logger.Error("state of the restore not kept", "error", err)
	}
}
