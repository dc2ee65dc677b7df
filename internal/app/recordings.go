package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/datadir"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/recording"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/webhook"
)

// openRecordings opens the folder of recordings. The spool folders of servers that
// name one, or are ours, are looked at once its Run is.
func (a *App) openRecordings(c *config.Config) error {
	key, err := datadir.Key(c.DataDir, datadir.LinksKey)
	if err != nil {
		return err
	}
	a.links = recording.NewLinks(key)
	dir, err := filepath.Abs(filepath.Join(c.DataDir, datadir.RecordingsDir))
	if err != nil {
		return fmt.Errorf("folder of recordings: %w", err)
	}
	a.recordings, err = recording.New(recording.Options{
		Store: a.store, Logger: a.log, Dir: dir, Spools: a.recordingSpools(c), Keep: a.keepsRecordings, Live: a.liveCall,
		Format:  func(tenant int) string { return cmp.Or(a.recordsOf(tenant).Format, dialplan.RecordFormat) },
		Convert: convertRecording,
		Stop:    a.stopRecordings,
		End:     a.endRecording,
		Ready:   a.recordingReady,
		Free:    a.o.FreeDisk, Tidy: a.o.TidyRecordings,
	})
	if err == nil {
		err = a.recordings.Open()
	}
	if err != nil {
		return fmt.Errorf("recordings: %w", err)
	}
	a.onStop(func() {
		if err := a.recordings.Close(); err != nil {
			a.log.Error("folder of recordings not closed well", "error", err)
		}
	})
	return nil
}

// recordingSpools are the folders that a configuration names.
func (a *App) recordingSpools(c *config.Config) []recording.Spool {
	var spools []recording.Spool
	for i := range c.Servers {
		s := &c.Servers[i]
		dir := s.RecordingSpool
		if dir == "" && s.PBX.Configured() {
			dir = filepath.Join(s.PBX.Dir, "spool", dialplan.RecordingsFolder) // as rendered
		}
		if dir == "" {
			a.log.Info("recordings of calls stay on the server: its configuration names no recording_spool", "server", s.ID)
			continue
		}
		spools = append(spools, recording.Spool{Server: s.ID, Dir: dir})
	}
	return spools
}

// recordsOf says how a company's recordings are kept: also of one that is there no
// more, whose recordings go in time.
func (a *App) recordsOf(tenant int) company.Recording {
	if all := a.companies.View(); all != nil {
		for i := range all.All {
			if all.All[i].Number == tenant {
				return all.All[i].Recording
			}
		}
	}
	return company.Recording{}
}

func (a *App) keepsRecordings(tenant int) time.Duration {
	r := a.recordsOf(tenant)
	return time.Duration(r.Days()) * 24 * time.Hour
}

// convertRecording makes another format of a recording. The program is looked for
// each time: it may have been installed since.
func convertRecording(ctx context.Context, from, to string) error {
	c, err := asteriskproc.FindConverter(ctx)
	if err != nil {
		return err
	}
	return c.Convert(ctx, from, to)
}

// stopRecordings tells the servers whose recordings come here.
func (a *App) stopRecordings(ctx context.Context, spools []recording.Spool, stop bool) error {
	var errs []error
	for _, sp := range spools {
		s := a.pool.Server(sp.Server)
		if s == nil {
			continue
		}
		if !s.Up() {
			errs = append(errs, fmt.Errorf("server %d: %w", s.ID(), recording.ErrAway))
			continue
		}
		if err := s.StopRecordings(ctx, stop); err != nil {
			errs = append(errs, asAway(err))
		}
	}
	return errors.Join(errs...)
}

// endRecording ends one that is under way. Its channel is found by the id in the
// file's name.
func (a *App) endRecording(ctx context.Context, r recording.Running) error {
	s := a.pool.Server(r.Server)
	if s == nil {
		return nil
	}
	if !s.Up() {
		return recording.ErrAway
	}
	c := s.Calls().Call(s.Calls().ID(r.Linkedid))
	if c == nil {
		return nil
	}
	for _, ch := range c.Channels {
		if ch.Uniqueid == r.Uniqueid {
			return asAway(s.EndRecordings(ctx, ch.Name))
		}
	}
	return nil
}

// asAway marks an error of a link: what was to be told is told later.
func asAway(err error) error {
	if errors.Is(err, ami.ErrLinkLost) || errors.Is(err, ami.ErrNotConnected) || errors.Is(err, ami.ErrClosed) || errors.Is(err, ami.ErrTimeout) {
		return fmt.Errorf("%w: %w", recording.ErrAway, err)
	}
	return err
}

// recordingReady tells clients of a recording that is there now.
func (a *App) recordingReady(r store.RecordingRow) {
	a.tellRecording(r.Server, recording.EventReady, r.Tenant, r.Direction, r.From, r.To, func() any {
		v := a.rest.RecordingJSON(&r)
		if a.webhooks != nil {
			a.webhooks.Tell(a.webhooks.Rows(r.Tenant, webhook.RecordingReady, r.ID, "", time.Now(), v))
		}
		return v
	})
}

// tellRecording tells those of a company's clients who may hear of a recording.
func (a *App) tellRecording(server int, event string, tenant int, direction, from, to string, what func() any) {
	t := a.directory.Load().ByNumber(tenant)
	if t == nil || a.feed == nil || a.rest == nil {
		return
	}
	var exts []string
	if direction != dialplan.RecordIn && t.HasExtension(from) {
		exts = append(exts, from)
	}
	if direction != dialplan.RecordOut && t.HasExtension(to) {
		exts = append(exts, to)
	}
	a.feed.Recording(server, t.ID.Hex(), exts, event, what())
}
