package datadir

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/fax"
	"github.com/dipcast/dipcast/internal/sounds"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/wholefile"
)

// certsDir keeps our own certificate authority.
const certsDir = "tls"

// dataFiles are the files of the data directory that a backup holds, beside
// those of certsDir and of soundDirs.
var dataFiles = []string{store.FileName, AuditKey, SecretsKey}

// soundDirs are the folders of the data directory with what was uploaded.
var soundDirs = []string{sounds.StoreDir, sounds.TonesDir}

// BackupOptions says what is backed up, and where to.
type BackupOptions struct {
	Config  string // file of the configuration
	Environ []string
	Version string // of this program
	To      string // must not exist
	// Recordings adds the sound of recorded calls, which may be much. Without it
	// the list of them alone is in the backup.
	Recordings bool
}

// Backup writes everything that a gateway needs to go on elsewhere into one
// file, readable by us only: the database as it is at one moment, also while
// the gateway runs, the keys and certificates, the configuration and the files
// it names. The file is there whole or not at all.
func Backup(ctx context.Context, o BackupOptions) (m Manifest, err error) {
	if _, err := os.Lstat(o.To); !errors.Is(err, fs.ErrNotExist) {
		return m, fmt.Errorf("%s: %w", o.To, ErrExists)
	}
	named, err := config.Files(o.Config, o.Environ)
	if err != nil {
		return m, err
	}
	dir, err := config.DataDir(o.Config, o.Environ)
	if err != nil {
		return m, err
	}
	database, err := config.DatabaseName(o.Config, o.Environ)
	if err != nil {
		return m, err
	}
	if _, err := os.Stat(filepath.Join(dir, stageDir, journalName)); err == nil {
		return m, fmt.Errorf("%s: a restore was cut off; start the gateway, which finishes it, and try again", dir)
	}
	// Beside the result, where there must be room for it anyway.
	tmp, err := os.MkdirTemp(filepath.Dir(o.To), ".dipcast-backup-")
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()
	p := packing{sources: map[string]string{}, release: func() error { return nil }}
	defer func() { err = errors.Join(err, p.release()) }()
	if p.m, err = p.collect(ctx, o, tmp, store.Options{Database: database, DataDir: dir}, named); err != nil {
		return m, err
	}
	archive := filepath.Join(tmp, "archive")
	if err := p.write(archive); err != nil {
		return m, err
	}
	// A link, unlike a rename, replaces nothing; but not every disk has them.
	if err := os.Link(archive, o.To); errors.Is(err, fs.ErrExist) {
		return m, fmt.Errorf("%s: %w", o.To, ErrExists)
	} else if err != nil {
		if err := os.Rename(archive, o.To); err != nil {
			return m, err
		}
	}
	return p.m, wholefile.SyncDir(filepath.Dir(o.To))
}

// packing is one backup under way.
type packing struct {
	m       Manifest
	sources map[string]string // files on the disk by their names in the archive
	release func() error      // lets go of what is held for it
}

func (p *packing) collect(ctx context.Context, o BackupOptions, tmp string, from store.Options, named []string) (Manifest, error) {
	m := Manifest{Format: format, Created: time.Now().UTC().Truncate(time.Second), Version: o.Version, Note: note}
	var err error
	if m.Config, err = filepath.Abs(o.Config); err != nil {
		return m, err
	}
	dir, db := from.DataDir, filepath.Join(tmp, store.FileName)
	if err := store.CopyFile(ctx, from, db); err != nil {
		return m, err
	}
	if m.Schema, err = schemaOf(ctx, tmp); err != nil {
		return m, err
	}
	p.sources[dataPrefix+store.FileName] = db
	add := func(name, path string, mayMiss bool) error {
		info, err := os.Stat(path)
		if mayMiss && errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil && !info.Mode().IsRegular() {
			err = fmt.Errorf("%s: not a file", path)
		}
		p.sources[name] = path
		return err
	}
	for _, name := range dataFiles[1:] {
		if err := add(dataPrefix+name, filepath.Join(dir, name), true); err != nil {
			return m, err
		}
	}
	for _, folder := range soundDirs {
		if err := addSounds(dir, folder, add); err != nil {
			return m, err
		}
	}
	if err := addSounds(dir, fax.Dir, add); err != nil {
		return m, err
	}
	if o.Recordings {
		if p.release, err = p.recordings(ctx, dir, tmp, add); err != nil {
			return m, err
		}
	}
	certs, err := filepath.Glob(filepath.Join(dir, certsDir, "[^.]*"))
	if err != nil {
		return m, err
	}
	for _, path := range certs {
		if err := add(dataPrefix+certsDir+"/"+filepath.Base(path), path, false); err != nil {
			return m, err
		}
	}
	if err := add(configName, o.Config, false); err != nil {
		return m, err
	}
	paths := map[string]string{}
	var outside []kept
	for _, path := range named {
		outside = append(outside, kept{path: path, from: path})
	}
	more, err := asterisks(ctx, o, tmp)
	if err != nil {
		return m, err
	}
	for i, k := range append(outside, more...) {
		name := fmt.Sprintf("%s%d", filePrefix, i)
		if err := add(name, k.from, false); err != nil {
			return m, err
		}
		if paths[name], err = filepath.Abs(k.path); err != nil {
			return m, err
		}
		if rel, err := filepath.Rel(filepath.Dir(m.Config), paths[name]); err == nil && filepath.IsLocal(rel) {
			paths[name] = rel
		}
	}
	for name, path := range p.sources {
		f, err := sumOf(path)
		if err != nil {
			return m, err
		}
		f.Name, f.Path = name, paths[name]
		m.Files = append(m.Files, f)
	}
	slices.SortFunc(m.Files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return m, m.check()
}

// addSounds adds the recordings, or faxes, in a folder of the data directory.
func addSounds(dir, folder string, add func(name, path string, mayMiss bool) error) error {
	err := filepath.WalkDir(filepath.Join(dir, folder), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil || !inData(filepath.ToSlash(name)) {
			return err
		}
		return add(dataPrefix+filepath.ToSlash(name), path, true)
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func schemaOf(ctx context.Context, dir string) (int64, error) {
	s, err := store.OpenReadOnly(ctx, store.Options{DataDir: dir})
	if err != nil {
		return 0, err
	}
	v, err := s.Schema(ctx)
	return v, errors.Join(err, s.Close())
}

func sumOf(path string) (File, error) {
	in, err := os.Open(path)
	if err != nil {
		return File{}, err
	}
	defer func() { _ = in.Close() }() // only read
	h := sha256.New()
	n, err := io.Copy(h, in)
	return File{Size: n, SHA256: hex.EncodeToString(h.Sum(nil))}, err
}

func (p *packing) write(path string) (err error) {
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	z := gzip.NewWriter(out)
	t := tar.NewWriter(z)
	text, err := json.MarshalIndent(&p.m, "", "  ")
	if err != nil {
		return err
	}
	head := func(name string, size int64) error {
		return t.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: size, ModTime: p.m.Created, Format: tar.FormatPAX})
	}
	if err := head(manifestName, int64(len(text))); err != nil {
		return err
	}
	if _, err := t.Write(text); err != nil {
		return err
	}
	for _, f := range p.m.Files {
		if err := head(f.Name, f.Size); err != nil {
			return err
		}
		if err := copyFile(t, p.sources[f.Name], f); err != nil {
			return err
		}
	}
	return errors.Join(t.Close(), z.Close(), out.Sync())
}

// copyFile writes a file that must still be the one that was summed.
func copyFile(w io.Writer, path string, f File) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }() // only read
	h := sha256.New()
	n, err := io.Copy(w, io.TeeReader(io.LimitReader(in, f.Size), h))
	if err != nil {
		return err
	}
	if n != f.Size || hex.EncodeToString(h.Sum(nil)) != f.SHA256 {
		return fmt.Errorf("%s changed while it was read; try again", path)
	}
	return nil
}
