package apply

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// maxHistory is how many applies are kept with the files before them.
const maxHistory = 20

// Outcomes of an apply in the history.
const (
	outcomeApplied    = "applied"
	outcomeRolledBack = "rolled back"
	outcomeUnsettled  = "rolled back, not loaded"
	outcomeCutOff     = "cut off, rolled back"
	outcomeBegun      = "begun"
)

// Record is one apply of the history.
type Record struct {
	ID      string    `json:"id"` // its time, by which records sort
	At      time.Time `json:"at"`
	By      string    `json:"by"` // who asked for it
	Outcome string    `json:"outcome"`
	Reason  string    `json:"reason,omitempty"` // why it was undone
	Summary []string  `json:"summary"`
	Files   []Filed   `json:"files"`
	Undoes  string    `json:"undoes,omitempty"` // the record that this one undid
	Undone  string    `json:"undone,omitempty"` // the record that undid this one
}

// Reversible reports an apply that took and was not undone; an undo is none.
func (r *Record) Reversible() bool {
	return r.Outcome == outcomeApplied && r.Undone == "" && r.Undoes == ""
}

// Filed is a file of a record.
type Filed struct {
	Name string `json:"name"`
	Was  bool   `json:"was"` // there was one before
	// After is the hash of what was written, "" when the file was removed.
	After string `json:"after,omitempty"`
}

const recordName = "record.json"

func (a *Applier) newRecord(o Order, p *Plan) *Record {
	now := a.o.now().UTC()
	r := &Record{ID: now.Format("20060102T150405.000000"), At: now, By: o.By, Outcome: outcomeBegun, Summary: p.Summary(), Undoes: o.undoes}
	for _, name := range keys(p.files, nil) {
		_, was := p.before[name]
		f := Filed{Name: name, Was: was}
		if p.files[name] != "" {
			f.After = sum(p.files[name])
		}
		r.Files = append(r.Files, f)
	}
	return r
}

func (a *Applier) writeRecord(r *Record) error {
	dir := a.path(historyDir, r.ID)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return writeJSON(filepath.Join(dir, recordName), r)
}

// conclude writes down how an apply ended.
func (a *Applier) conclude(id, outcome, reason string) error {
	r := &Record{}
	if err := readJSON(a.path(historyDir, id, recordName), r); err != nil {
		return err
	}
	r.Outcome, r.Reason = outcome, reason
	return a.writeRecord(r)
}

// dropBegun removes records of applies that ended before they changed anything.
func (a *Applier) dropBegun() error {
	all, err := a.History()
	if err != nil {
		return err
	}
	for _, r := range all {
		if r.Outcome == outcomeBegun {
			if err := os.RemoveAll(a.path(historyDir, r.ID)); err != nil {
				return err
			}
		}
	}
	return nil
}

// History gives the last applies, the newest first.
func (a *Applier) History() ([]Record, error) {
	found, err := os.ReadDir(a.path(historyDir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []Record
	for _, d := range found {
		var r Record
		err := readJSON(a.path(historyDir, d.Name(), recordName), &r)
		if errors.Is(err, fs.ErrNotExist) {
			continue // cut off before it was written
		}
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	slices.Reverse(out)
	return out, nil
}

// prune removes what is older than the last maxHistory.
func (a *Applier) prune() error {
	found, err := os.ReadDir(a.path(historyDir))
	if err != nil {
		return err
	}
	for len(found) > maxHistory {
		if err := os.RemoveAll(a.path(historyDir, found[0].Name())); err != nil {
			return err
		}
		found = found[1:]
	}
	return nil
}

// former gives the files as they were before the last apply that took and was
// not undone. It refuses when a file is not as that apply left it.
func (a *Applier) former() (files map[string]string, of *Record, err error) {
	all, err := a.History()
	if err != nil {
		return nil, nil, err
	}
	i := slices.IndexFunc(all, func(r Record) bool { return r.Reversible() })
	if i < 0 {
		return nil, nil, ErrNoHistory
	}
	of = &all[i]
	files, err = a.Current()
	if err != nil {
		return nil, nil, err
	}
	for _, f := range of.Files {
		now, there, err := readFile(a.target(f.Name))
		if err != nil {
			return nil, nil, err
		}
		if there != (f.After != "") || there && sum(now) != f.After {
			return nil, nil, fmt.Errorf("%s: %w", f.Name, ErrChanged)
		}
		delete(files, f.Name)
		if !f.Was {
			continue
		}
		before, err := os.ReadFile(a.path(historyDir, of.ID, "before", f.Name))
		if err != nil {
			return nil, nil, err
		}
		files[f.Name] = unmarked(string(before))
	}
	return files, of, nil
}

// Current are the files that were rendered and are there, without marks, as
// Apply takes them.
func (a *Applier) Current() (map[string]string, error) {
	out, err := obsolete(filepath.Join(a.o.Dir, "etc"), nil)
	for name := range out {
		out[name] = unmarked(out[name])
	}
	return out, err
}
