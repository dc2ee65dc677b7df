package datadir

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/fax"
	"github.com/dipcast/dipcast/internal/sounds"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/wholefile"
)

// RestoreOptions says what is restored, and where to.
type RestoreOptions struct {
	From    string // a backup
	Config  string // where its configuration goes
	Environ []string
	Force   bool // what is there goes aside instead of stopping the restore
	// Data restores the data alone, into this folder: the configuration, and the files
	// it names, stay as they are. Config is not looked at then.
	Data string

	step func() // called before each step, for tests
}

// Restored is what a restore did.
type Restored struct {
	Checked
	Dir     string   // the data directory
	Written []string // configuration and files it names that are new or replaced
	Aside   []string // where what was there is now
}

// Restore puts a backup in its place: the configuration at Config, the files it
// names where they stood, the rest into the data directory that the
// configuration names. Everything is checked before anything is replaced. When
// it is cut off, everything is as it was, or the next start of the gateway
// finishes it: never half.
//
// The error wraps ErrInUse while a gateway runs there, ErrExists when something
// would be overwritten and Force is not set, ErrBadBackup or ErrNewerBackup
// when the backup is of no use here.
func Restore(ctx context.Context, o RestoreOptions) (done Restored, err error) {
	if o.step == nil {
		o.step = func() {}
	}
	dir := o.Data
	if dir == "" {
		conf, err := configOf(o.From)
		if err != nil {
			return done, fmt.Errorf("%s: %w", o.From, err)
		}
		if o.Config, err = filepath.Abs(o.Config); err != nil {
			return done, err
		}
		dir = config.DataDirOf(conf, o.Config, o.Environ)
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return done, err
	}
	unlock, err := Lock(dir)
	if err != nil {
		return done, err
	}
	defer unlock()
	if _, err := Recover(dir); err != nil {
		return done, err
	}
	p := placing{o: o, dir: dir, stage: filepath.Join(dir, stageDir), now: time.Now().UTC().Format("20060102T150405.000Z")}
	done.Dir = dir
	defer func() {
		if err != nil && !p.committed {
			err = errors.Join(err, discard(p.stage))
		}
	}()
	if done.Checked, err = p.prepare(ctx); err != nil {
		return done, err
	}
	journal, err := json.Marshal(p.moves)
	if err != nil {
		return done, err
	}
	o.step()
	if err := wholefile.Write(filepath.Join(p.stage, journalName), journal, 0o600); err != nil {
		return done, err
	}
	p.committed = true
	o.step()
	for _, m := range p.moves {
		if there(m.Target) {
			done.Aside = append(done.Aside, m.Aside)
		}
	}
	done.Written = p.written
	_, err = recoverSteps(dir, o.step)
	return done, err
}

// configOf returns the configuration in a backup.
func configOf(file string) (text []byte, err error) {
	r, err := openBackup(file)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	tmp, err := os.MkdirTemp("", "dipcast-restore-") // mode 0700
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()
	at := filepath.Join(tmp, "config")
	err = r.each(func(f File) (string, error) {
		if f.Name == configName {
			return at, nil
		}
		return "", nil
	})
	if err != nil {
		return nil, err
	}
	return os.ReadFile(at)
}

// placing is one restore under way.
type placing struct {
	o          RestoreOptions
	dir, stage string
	now        string

	moves     []move
	outside   []string
	written   []string
	committed bool
}

// prepare unpacks and checks everything beside its place.
func (p *placing) prepare(ctx context.Context) (c Checked, err error) {
	r, err := openBackup(p.o.From)
	if err != nil {
		return c, fmt.Errorf("%s: %w", p.o.From, err)
	}
	defer func() { err = errors.Join(err, r.close()) }()
	c.Manifest = r.m
	if err := p.targets(&r.m); err != nil {
		return c, err
	}
	if err := os.MkdirAll(p.stage, 0o700); err != nil {
		return c, err
	}
	outside, err := json.Marshal(p.outside)
	if err != nil {
		return c, err
	}
	if err := wholefile.Write(filepath.Join(p.stage, outsideName), outside, 0o600); err != nil {
		return c, err
	}
	err = r.each(func(f File) (string, error) {
		p.o.step()
		if name, isData := strings.CutPrefix(f.Name, dataPrefix); isData {
			return filepath.Join(p.stage, "new", filepath.FromSlash(name)), nil
		}
		if p.o.Data != "" {
			return "", nil
		}
		return stagedOutside(p.targetOf(f)), nil
	})
	if err != nil {
		return c, fmt.Errorf("%s: %w", p.o.From, err)
	}
	if err := p.compare(); err != nil {
		return c, err
	}
	fresh := filepath.Join(p.stage, "new")
	if c.AuditRows, err = inspect(ctx, fresh); err != nil {
		return c, err
	}
	if there(filepath.Join(fresh, store.FileName+"-wal")) {
		return c, errors.New("the restored database was not closed well")
	}
	return c, errors.Join(p.likeThere(), wholefile.SyncDir(fresh))
}

// targets plans the moves, and refuses to overwrite.
func (p *placing) targets(m *Manifest) error {
	held := map[string]bool{} // names in the data directory that the backup has
	for _, f := range m.Files {
		if name, isData := strings.CutPrefix(f.Name, dataPrefix); isData {
			name, _, _ = strings.Cut(name, "/")
			held[name] = true
			continue
		}
		if p.o.Data != "" {
			continue
		}
		target := p.targetOf(f)
		p.outside = append(p.outside, stagedOutside(target))
		if filepath.Base(target) == filepath.Base(astDB) {
			// It would be taken for that of the new one, and applied to it.
			journal := target + astDBJournal
			p.moves = append(p.moves, move{Target: journal, Aside: journal + ".before-" + p.now, While: stagedOutside(target)})
		}
		p.moves = append(p.moves, move{Staged: stagedOutside(target), Target: target, Aside: target + ".before-" + p.now})
	}
	aside := filepath.Join(p.dir, "before-"+p.now)
	newDB := filepath.Join(p.stage, "new", store.FileName)
	// The database last: until it is in its place, what belongs to the old one
	// goes aside.
	names := []string{store.FileName + "-wal", store.FileName + "-shm", certsDir, fax.Dir, sounds.StoreDir, sounds.TonesDir, AuditKey, SecretsKey, store.FileName}
	if held[RecordingsDir] { // a backup without them leaves those that are there
		if folder := filepath.Join(p.dir, RecordingsDir); !sameDisk(folder, p.dir) {
			return fmt.Errorf("%s is a disk of its own, which cannot be put aside: unmount it, restore, and copy what is in %s onto it", folder, RecordingsDir)
		}
		names = append([]string{RecordingsDir}, names...)
	}
	for _, name := range names {
		m := move{Target: filepath.Join(p.dir, name), Aside: filepath.Join(aside, name)}
		if there(m.Target) && !p.o.Force {
			return fmt.Errorf("%s: %w; --force puts it aside", m.Target, ErrExists)
		}
		if held[name] {
			m.Staged = filepath.Join(p.stage, "new", name)
		} else {
			m.While = newDB
		}
		p.moves = append(p.moves, m)
	}
	return nil
}

func (p *placing) targetOf(f File) string {
	if f.Name == configName {
		return p.o.Config
	}
	if filepath.IsAbs(f.Path) {
		return f.Path
	}
	return filepath.Join(filepath.Dir(p.o.Config), f.Path)
}

// compare leaves files outside of the data directory alone that are the same
// already, and refuses to overwrite others unless it is forced.
func (p *placing) compare() error {
	keep := p.moves[:0]
	for _, m := range p.moves {
		if m.Staged == "" || !there(m.Staged) || strings.HasPrefix(m.Staged, p.stage) || !there(m.Target) {
			keep = append(keep, m)
			if m.Staged != "" && !strings.HasPrefix(m.Staged, p.stage) {
				p.written = append(p.written, m.Target)
			}
			continue
		}
		now, err := os.ReadFile(m.Target)
		if err != nil {
			return err
		}
		then, err := os.ReadFile(m.Staged)
		if err != nil {
			return err
		}
		switch {
		case bytes.Equal(now, then):
			if err := os.Remove(m.Staged); err != nil {
				return err
			}
		case !p.o.Force:
			return fmt.Errorf("%s is another one than in the backup: %w; --force puts it aside", m.Target, ErrExists)
		default:
			keep = append(keep, m)
			p.written = append(p.written, m.Target)
		}
	}
	p.moves = keep
	return nil
}

// likeThere gives what root restores to whom the folders around it belong to.
func (p *placing) likeThere() error {
	if os.Geteuid() != 0 {
		return nil
	}
	for _, path := range p.outside {
		if there(path) {
			if err := chownLike(path, filepath.Dir(path)); err != nil {
				return err
			}
		}
	}
	return filepath.WalkDir(p.stage, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return chownLike(path, p.dir)
	})
}

// stagedOutside is in the folder of its place, so that it can be renamed.
func stagedOutside(target string) string {
	return filepath.Join(filepath.Dir(target), "."+filepath.Base(target)+".restore")
}
