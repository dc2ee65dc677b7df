package apply

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/dipcast/dipcast/internal/wholefile"
)

// Files change under a journal that works the other way round than that of a
// restore (package datadir): what stood there before is kept until Asterisk has
// loaded the new and said so, and whoever finds the journal puts it back. So a
// server is never left with files that nobody has seen work.
type journal struct {
	ID    string  `json:"id"` // of the entry in the history, which has the files before
	Files []entry `json:"files"`
	Steps []Step  `json:"steps"`
}

// entry is one file of a journal.
type entry struct {
	Name   string `json:"name"`    // "etc/pjsip.conf"
	Was    bool   `json:"was"`     // there was one before: history/ID/before/Name
	Remove bool   `json:"remove"`  // there is to be none
	Mode   uint32 `json:"mode"`    // of the new file
	OldMod uint32 `json:"old_mod"` // of the former
}

// modes of files: those with secrets are not for everybody.
const (
	modeSecret = 0o640
	modePlain  = 0o644
)

func mode(name, text string) os.FileMode {
	if holdsSecrets(name, text) {
		return modeSecret
	}
	return modePlain
}

// prepare keeps the files before and writes the new ones beside their place.
// Nothing has changed when it fails.
func (a *Applier) prepare(id string, p *Plan) (*journal, error) {
	j := &journal{ID: id, Steps: p.Steps}
	if err := os.RemoveAll(a.path(stageDir)); err != nil {
		return nil, err
	}
	for _, name := range keys(p.files, nil) {
		e := entry{Name: name, Mode: uint32(mode(name, p.files[name])), Remove: p.files[name] == ""}
		var before string
		before, e.Was = p.before[name]
		if e.Was {
			info, err := os.Stat(a.target(name))
			if err != nil {
				return nil, err
			}
			e.OldMod = uint32(info.Mode().Perm())
			if err := put(a.path(historyDir, id, "before", name), before); err != nil {
				return nil, err
			}
		}
		a.o.step()
		if !e.Remove {
			if err := put(a.path(stageDir, name), p.files[name]); err != nil {
				return nil, err
			}
		}
		j.Files = append(j.Files, e)
	}
	return j, nil
}

// put writes a file of ours that is new, with its folders.
func put(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return wholefile.Write(path, []byte(text), 0o600)
}

func (a *Applier) target(name string) string {
	return filepath.Join(a.o.Dir, filepath.FromSlash(name))
}

// switchOver puts the prepared files into their places, under the journal.
func (a *Applier) switchOver(j *journal) error {
	a.o.step()
	if err := writeJSON(a.path(journalName), j); err != nil {
		return err
	}
	for _, e := range j.Files {
		a.o.step()
		if e.Remove {
			if err := remove(a.target(e.Name)); err != nil {
				return err
			}
			continue
		}
		body, err := os.ReadFile(a.path(stageDir, e.Name))
		if err != nil {
			return err
		}
		if err := a.place(e.Name, body, os.FileMode(e.Mode)); err != nil {
			return err
		}
	}
	a.o.step()
	return nil
}

// place puts a file of the server into its place.
func (a *Applier) place(name string, body []byte, mode os.FileMode) error {
	path := a.target(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	like, err := os.Stat(filepath.Dir(path))
	if err != nil {
		return err
	}
	return wholefile.WriteWith(path, body, mode, func(f *os.File) error { return chown(f, like) })
}

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return wholefile.SyncDir(filepath.Dir(path))
}

// putBack restores the files before. It may be called again after it was cut
// off at any point. It needs no room for files that were not replaced yet, and
// makes some first: a full disk may be what an apply is undone for.
func (a *Applier) putBack(j *journal) error {
	if err := os.RemoveAll(a.path(stageDir)); err != nil {
		return err
	}
	for _, e := range j.Files {
		a.o.step()
		if !e.Was {
			if err := remove(a.target(e.Name)); err != nil {
				return fmt.Errorf("put %s back: %w", e.Name, err)
			}
			continue
		}
		body, err := os.ReadFile(a.path(historyDir, j.ID, "before", e.Name))
		if err != nil {
			return fmt.Errorf("put %s back: %w", e.Name, err)
		}
		if a.stands(e, body) {
			continue
		}
		if err := a.place(e.Name, body, os.FileMode(e.OldMod)); err != nil {
			return fmt.Errorf("put %s back: %w", e.Name, err)
		}
	}
	return nil
}

// stands reports that a file is as it was before.
func (a *Applier) stands(e entry, before []byte) bool {
	info, err := os.Stat(a.target(e.Name))
	if err != nil || uint32(info.Mode().Perm()) != e.OldMod {
		return false
	}
	now, err := os.ReadFile(a.target(e.Name))
	return err == nil && bytes.Equal(now, before)
}

// close ends the journal: from then on the files are as they are meant to be.
func (a *Applier) closeJournal() error {
	a.o.step()
	if err := remove(a.path(journalName)); err != nil {
		return err
	}
	return os.RemoveAll(a.path(stageDir))
}

// recover undoes an apply that was cut off, and reports whether there was one.
// What Asterisk may have loaded of it is loaded anew by the next apply.
func (a *Applier) recover() (bool, error) {
	j := &journal{}
	err := readJSON(a.path(journalName), j)
	if errors.Is(err, fs.ErrNotExist) {
		return false, errors.Join(os.RemoveAll(a.path(stageDir)), a.dropBegun())
	}
	if err != nil {
		return false, err
	}
	if err := a.putBack(j); err != nil {
		return false, err
	}
	s, err := a.readState()
	if err != nil {
		return false, err
	}
	s.Unsettled, s.Digests = append(s.Unsettled, j.Steps...), nil
	if err := a.writeState(s); err != nil {
		return false, err
	}
	if err := a.conclude(j.ID, outcomeCutOff, ""); err != nil {
		return false, err
	}
	return true, a.closeJournal()
}
