package datadir

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/dipcast/dipcast/internal/wholefile"
)

// A restore prepares everything beside its place and then writes down, as one
// file, what is to be moved where. From that moment on it is done: whoever has
// the folder's lock next makes the moves that are still missing. Before that
// moment nothing has changed.
const (
	stageDir    = ".restore"
	journalName = "journal.json"
	outsideName = "outside.json" // what was prepared elsewhere, to be removed
)

// move puts a prepared file or folder into its place.
type move struct {
	Staged string `json:"staged"` // "": only Target goes aside
	Target string `json:"target"`
	Aside  string `json:"aside"` // where what is at Target goes, if anything is
	// While is set for files that belong to another move's old one: they go
	// aside only as long as its Staged is there.
	While string `json:"while,omitempty"`
}

// done makes a move, or what is missing of it.
func (m *move) done() error {
	if m.Staged == "" {
		if !there(m.While) || !there(m.Target) {
			return nil
		}
		return rename(m.Target, m.Aside)
	}
	if !there(m.Staged) {
		return nil
	}
	if there(m.Target) {
		if there(m.Aside) {
			return fmt.Errorf("%s and %s are both there: %w", m.Target, m.Aside, ErrExists)
		}
		if err := rename(m.Target, m.Aside); err != nil {
			return err
		}
	}
	return rename(m.Staged, m.Target)
}

func there(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// rename also makes the folder that the name is in.
func rename(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return errors.Join(wholefile.SyncDir(filepath.Dir(to)), wholefile.SyncDir(filepath.Dir(from)))
}

// Recover finishes a restore that was cut off in the data directory, or
// removes what it had prepared. It reports whether it finished one: then the
// configuration may be another. The caller has the folder's lock.
func Recover(dir string) (finished bool, err error) { return recoverSteps(dir, func() {}) }

// recoverSteps calls step before each step, for tests.
func recoverSteps(dir string, step func()) (finished bool, err error) {
	stage := filepath.Join(dir, stageDir)
	text, err := os.ReadFile(filepath.Join(stage, journalName))
	if errors.Is(err, fs.ErrNotExist) {
		return false, discard(stage)
	}
	if err != nil {
		return false, err
	}
	var moves []move
	if err := json.Unmarshal(text, &moves); err != nil {
		return false, fmt.Errorf("%s: %w", filepath.Join(stage, journalName), err)
	}
	for i := range moves {
		step()
		if err := moves[i].done(); err != nil {
			return false, fmt.Errorf("finish the restore: %w", err)
		}
	}
	step()
	return true, os.RemoveAll(stage)
}

// discard removes what a restore had prepared.
func discard(stage string) error {
	text, err := os.ReadFile(filepath.Join(stage, outsideName))
	if err == nil {
		var outside []string
		if err := json.Unmarshal(text, &outside); err == nil {
			for _, path := range outside {
				_ = os.Remove(path) // it may not have been made
			}
		}
	}
	return os.RemoveAll(stage)
}

// Finish is Recover for whoever has not the lock yet, before a configuration is
// read that a restore may still have to replace.
func Finish(dir string) (finished bool, err error) {
	if !there(filepath.Join(dir, stageDir)) {
		return false, nil
	}
	unlock, err := Lock(dir)
	if err != nil {
		return false, err
	}
	defer unlock()
	return Recover(dir)
}
