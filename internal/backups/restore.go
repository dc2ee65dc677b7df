package backups

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"github.com/dipcast/dipcast/internal/datadir"
	"github.com/dipcast/dipcast/internal/wholefile"
)

// States of a restore.
const (
	RestoreNone       = "none"
	RestorePreparing  = "preparing"  // the backup is checked, and one made to undo it
	RestoreRestarting = "restarting" // the gateway goes down and comes back with it
	RestoreDone       = "done"
	RestoreFailed     = "failed" // everything is as it was before
)

// Restore is what became of the last restore.
type Restore struct {
	State  string    `json:"state"`
	Backup string    `json:"backup,omitempty"` // which is put in its place
	Undo   string    `json:"undo,omitempty"`   // the backup of what was there
	By     string    `json:"by,omitempty"`
	At     time.Time `json:"at"`
	Error  string    `json:"error,omitempty"`
}

const restoreName = "restore.json"

func readRestore(dir string) Restore {
	r := Restore{State: RestoreNone}
	if text, err := os.ReadFile(filepath.Join(dir, restoreName)); err == nil {
		_ = json.Unmarshal(text, &r) // else nothing is known of one
	}
	if r.State == RestorePreparing { // the process ended meanwhile
		r.State, r.Error = RestoreFailed, "it was cut off"
	}
	return r
}

// Last is what became of the last restore.
func (s *Service) Last() Restore {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

// set remembers how the restore stands, also beyond this process.
func (s *Service) set(r Restore) {
	s.mu.Lock()
	s.last = r
	s.mu.Unlock()
	text, err := json.Marshal(r)
	if err == nil {
		err = wholefile.Write(filepath.Join(s.dir, restoreName), text, 0o600)
	}
	if err != nil {
		s.o.Logger.Error("state of the restore not kept", "error", err)
	}
}

// Restore has a backup put in the place of what is there: it is checked, what is
// there becomes a backup to undo it by, and the gateway starts again with it. run
// does that; Last tells how it goes.
func (s *Service) Restore(id, by string, run func(func(context.Context))) (Restore, error) {
	r := Restore{State: RestorePreparing, Backup: id, By: by, At: time.Now().UTC().Truncate(time.Second)}
	if !s.o.SQLite {
		return r, ErrPostgres
	}
	if s.o.Restart == nil {
		return r, ErrCannotRestart
	}
	b, err := s.ready(id)
	if err != nil {
		return r, err
	}
	if err := s.begin(); err != nil {
		return r, err
	}
	s.set(r)
	run(func(ctx context.Context) {
		if err := s.prepare(ctx, b, &r); err != nil {
			s.o.Logger.Error("restore not begun", "error", err)
			r.State, r.Error = RestoreFailed, err.Error()
			s.set(r)
			s.end()
			return
		}
		r.State = RestoreRestarting
		s.set(r)
		s.o.Restart(id) // nothing else may begin until then
	})
	return r, nil
}

func (s *Service) prepare(ctx context.Context, b Backup, r *Restore) error {
	b, err := s.check(ctx, b)
	if err != nil {
		return err
	}
	if !b.Good {
		return &plainError{b.Problem, datadir.ErrBadBackup}
	}
	if err := s.thin(b.ID); err != nil {
		return err
	}
	now := time.Now().UTC().Truncate(time.Second)
	undo, err := s.make(ctx, Backup{ID: newID(now), Kind: KindUndo, Created: now, By: r.By, Version: s.o.Version, Recordings: b.Recordings})
	r.Undo = undo.ID
	return err
}

// thin makes room for a backup that a restore makes: the oldest of its kind goes.
func (s *Service) thin(keep string) error {
	all, err := s.List()
	if err != nil {
		return err
	}
	for i := len(all) - 1; i >= 0 && len(all) >= MaxBackups; i-- {
		if all[i].Kind == KindUndo && all[i].ID != keep {
			return os.Remove(s.file(all[i].ID))
		}
	}
	return nil
}

// Undo is Restore for the backup that the last restore made.
func (s *Service) Undo(by string, run func(func(context.Context))) (Restore, error) {
	last := s.Last()
	if last.State != RestoreDone || last.Undo == "" {
		return last, ErrNone
	}
	return s.Restore(last.Undo, by, run)
}

// Place puts a backup in the place of the data that is there, while no gateway runs.
// The configuration stays. What was there is removed: it is a backup by now.
func Place(ctx context.Context, dataDir, id string) error {
	done, err := datadir.Restore(ctx, datadir.RestoreOptions{From: filepath.Join(dataDir, Dir, id+".tar.gz"), Data: dataDir, Force: true})
	if err != nil {
		return err
	}
	for _, aside := range done.Aside {
		if rel, err := filepath.Rel(dataDir, aside); err == nil && filepath.IsLocal(rel) {
			_ = os.RemoveAll(aside)            // it only takes room
			_ = os.Remove(filepath.Dir(aside)) // when nothing is in it any more
		}
	}
	return nil
}

// Ended says how the restore that a gateway was stopped for went.
func Ended(dataDir string, failed error) error {
	dir := filepath.Join(dataDir, Dir)
	r := readRestore(dir)
	r.State, r.Error = RestoreDone, ""
	if failed != nil {
		r.State, r.Error = RestoreFailed, failed.Error()
	}
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return wholefile.Write(filepath.Join(dir, restoreName), text, 0o600)
}

// UndoOf is the backup of what was there before the restore that is under way; ""
// none.
func UndoOf(dataDir string) string { return readRestore(filepath.Join(dataDir, Dir)).Undo }
