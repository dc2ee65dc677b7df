package app

import (
	"context"
	"path/filepath"
	"time"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/cdr"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/dcmiws"
	"github.com/dipcast/dipcast/internal/pbx"
)

// historic gives what happens to calls to the history too. Events go to the
// clients' feed alone: their way is no longer than without a history.
type historic struct {
	*dcmiws.Feed
	history *cdr.History
}

func (s historic) Call(e *pbx.CallEvent) {
	s.Feed.Call(e)
	s.history.Call(e)
}

func (s historic) Link(srv *pbx.Server, up bool, at time.Time) {
	s.Feed.Link(srv, up, at)
	s.history.Link(srv, up, at)
}

func (s historic) Gap(srv *pbx.Server, lost int) {
	s.Feed.Gap(srv, lost)
	s.history.Gap(srv, lost)
}

func (s historic) Snapshot(srv *pbx.Server) {
	s.Feed.Snapshot(srv)
	s.history.Snapshot(srv)
}

// keepHistory makes what writes the history of calls.
func (a *App) keepHistory(c *config.Config) error {
	var err error
	a.history, err = cdr.New(cdr.Options{
		Store: a.store, Directory: a.directory.Load, Logger: a.log, Files: a.records(c), Live: a.liveCall, Outbox: a.ended,
	})
	return err
}

// records are the files that the Asterisks of servers keep of calls, for who
// reads them here. Where the files of ours are changes with a restart only.
func (a *App) records(c *config.Config) []cdr.File {
	var files []cdr.File
	for i := range c.Servers {
		s := &c.Servers[i]
		path := s.CDRCSV
		if began := a.o.Config.Server(s.ID); path == "" && began != nil && began.PBX.Configured() {
			path = filepath.Join(began.PBX.Dir, "log", filepath.FromSlash(asteriskconf.CDRFile)) // as rendered
		}
		if path == "" {
			a.log.Info("history of calls is of what is seen live: the server's configuration names no cdr_csv", "server", s.ID)
			continue
		}
		files = append(files, cdr.File{Server: s.ID, Path: path})
	}
	return files
}

// liveCall reports whether a call goes on, as far as its server's link tells.
func (a *App) liveCall(server int, linkedid string) bool {
	s := a.pool.Server(server)
	if s == nil || !s.Up() {
		return false
	}
	c := s.Calls().Call(s.Calls().ID(linkedid))
	return c != nil && c.Ended == nil
}

// How the hours of the overview are counted in the background: of the last days,
// and how often it is looked whether there is something to count.
const (
	countedDays  = 92
	countEvery   = time.Minute
	countBreath  = 500 * time.Millisecond // between two parts: calls that go on come first
	countPatient = 10 * time.Minute       // after an error
)

// countHours counts what the overview shows before anybody asks, until ctx ends.
func (a *App) countHours(ctx context.Context) {
	tick := time.NewTimer(countEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		more, err := a.store.CountHours(ctx, time.Now(), countedDays)
		switch {
		case err != nil:
			if ctx.Err() == nil {
				a.log.Warn("calls cannot be counted for the overview; it is tried again", "error", err)
			}
			tick.Reset(countPatient)
		case more:
			tick.Reset(countBreath)
		default:
			tick.Reset(countEvery)
		}
	}
}
