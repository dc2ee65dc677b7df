package datadir

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/dipcast/dipcast/internal/store"
)

// reader reads a backup, checking everything on the way.
type reader struct {
	file *os.File
	raw  *bufio.Reader
	gz   *gzip.Reader
	tar  *tar.Reader
	m    Manifest
}

// openBackup reads the manifest of a backup. The caller closes the reader.
func openBackup(path string) (r *reader, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, file.Close())
		}
	}()
	r = &reader{file: file, raw: bufio.NewReader(file)}
	if r.gz, err = gzip.NewReader(r.raw); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadBackup, err)
	}
	r.gz.Multistream(false)
	r.tar = tar.NewReader(r.gz)
	h, err := r.tar.Next()
	if err != nil || h.Name != manifestName || h.Size > maxManifest {
		return nil, fmt.Errorf("%w: it does not begin with its manifest", ErrBadBackup)
	}
	text, err := io.ReadAll(r.tar)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadBackup, err)
	}
	if err := json.Unmarshal(text, &r.m); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadBackup, err)
	}
	if err := r.m.check(); err != nil {
		return nil, err
	}
	if r.m.find(dataPrefix+store.FileName) == nil || r.m.find(configName) == nil {
		return nil, fmt.Errorf("%w: it lacks the database or the configuration", ErrBadBackup)
	}
	newest, err := store.Newest()
	if err != nil {
		return nil, err
	}
	if r.m.Schema > newest {
		return nil, fmt.Errorf("%w, %s: its database has version %d, this program knows %d", ErrNewerBackup, r.m.Version, r.m.Schema, newest)
	}
	return r, nil
}

func (r *reader) close() error { return r.file.Close() }

// each gives the files one after the other to to, which says where each is
// written, "" for nowhere. Each file's size and sum are checked, and that
// nothing else is there.
func (r *reader) each(to func(File) (string, error)) error {
	for _, f := range r.m.Files {
		h, err := r.tar.Next()
		if err != nil || h.Name != f.Name || h.Size != f.Size || h.Typeflag != tar.TypeReg {
			return fmt.Errorf("%w: %s is not where the manifest says", ErrBadBackup, f.Name)
		}
		path, err := to(f)
		if err != nil {
			return err
		}
		if err := r.one(f, path); err != nil {
			return err
		}
	}
	if _, err := r.tar.Next(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: there is more than the manifest says", ErrBadBackup)
	}
	// To its end, for the sum of gzip itself.
	if n, err := io.CopyN(io.Discard, r.gz, 1); n > 0 || !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: it does not end where it should: %w", ErrBadBackup, errors.Join(err, io.ErrUnexpectedEOF))
	}
	if _, err := r.raw.ReadByte(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: there is more behind its end", ErrBadBackup)
	}
	return nil
}

func (r *reader) one(f File, path string) (err error) {
	var out io.Writer = io.Discard
	if path != "" {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		defer func() { err = errors.Join(err, file.Sync()) }()
		out = file
	}
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(out, h), io.LimitReader(r.tar, f.Size))
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrBadBackup, f.Name, err)
	}
	if n != f.Size || hex.EncodeToString(h.Sum(nil)) != f.SHA256 {
		return fmt.Errorf("%w: %s does not have the sum that the manifest says", ErrBadBackup, f.Name)
	}
	return nil
}

// Checked is what a check of a backup found.
type Checked struct {
	Manifest
	AuditRows int64
}

// Check reads a whole backup: every sum, whether its database is sound and can
// be brought to this program's schema, and the audit trail's chain. It writes
// only below the folder for temporary files.
func Check(ctx context.Context, file string) (c Checked, err error) {
	r, err := openBackup(file)
	if err != nil {
		return c, fmt.Errorf("%s: %w", file, err)
	}
	defer func() { err = errors.Join(err, r.close()) }()
	tmp, err := os.MkdirTemp("", "dipcast-check-") // mode 0700
	if err != nil {
		return c, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()
	c.Manifest = r.m
	err = r.each(func(f File) (string, error) {
		if f.Name == dataPrefix+store.FileName {
			return filepath.Join(tmp, store.FileName), nil
		}
		return "", nil
	})
	if err != nil {
		return c, fmt.Errorf("%s: %w", file, err)
	}
	c.AuditRows, err = inspect(ctx, tmp)
	return c, err
}

// inspect brings the database in a folder up to date and looks through it.
func inspect(ctx context.Context, dir string) (rows int64, err error) {
	s, err := store.Open(ctx, store.Options{DataDir: dir})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return s.Inspect(ctx)
}
