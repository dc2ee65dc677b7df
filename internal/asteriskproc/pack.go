package asteriskproc

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"
)

// Pack writes the tree at root into file, a tar compressed with zstd, for
// machines without a mirror: Install with From reads it. The file appears when
// it is whole.
func Pack(ctx context.Context, root, file string) (err error) {
	if _, err := wholeTree(ctx, root); err != nil {
		return fmt.Errorf("pack: %w", err)
	}
	out, err := os.CreateTemp(filepath.Dir(file), ".pack-*")
	if err != nil {
		return fmt.Errorf("pack: %w", err)
	}
	defer func() {
		if e := out.Close(); err == nil && e != nil {
			err = fmt.Errorf("pack: %w", e)
		}
		if err == nil {
			err = os.Chmod(out.Name(), 0o644)
		}
		if err == nil {
			err = os.Rename(out.Name(), file)
		}
		if err != nil {
			os.Remove(out.Name())
		}
	}()
	z, err := zstd.NewWriter(out)
	if err != nil {
		return fmt.Errorf("pack: %w", err)
	}
	archive := tar.NewWriter(z)
	if err := addTree(ctx, archive, root); err != nil {
		return fmt.Errorf("pack %s: %w", root, err)
	}
	if err := errors.Join(archive.Close(), z.Close(), out.Sync()); err != nil {
		return fmt.Errorf("pack: %w", err)
	}
	return nil
}

func addTree(ctx context.Context, archive *tar.Writer, root string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		name, err := filepath.Rel(root, path)
		if err != nil || name == "." {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		link := ""
		if info.Mode()&fs.ModeSymlink != 0 {
			if link, err = os.Readlink(path); err != nil {
				return err
			}
		}
		h, err := tar.FileInfoHeader(info, link)
		if err != nil {
			return err
		}
		h.Name, h.Uid, h.Gid, h.Uname, h.Gname = filepath.ToSlash(name), 0, 0, "", ""
		if err := archive.WriteHeader(h); err != nil {
			return err
		}
		if !info.Mode().IsRegular() {
			return nil
		}
		f, err := os.Open(path) //nolint:gosec // nobody else writes to the tree
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = io.Copy(archive, f)
		return err
	})
}

// unpackFile fills dir from a file made by Pack.
func unpackFile(ctx context.Context, o InstallOptions, dir string, v Version) error {
	f, err := os.Open(o.From)
	if err != nil {
		return fmt.Errorf("unpack asterisk: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("unpack asterisk: %w", err)
	}
	count := &countReader{ctx: ctx, r: f, total: info.Size(), progress: func(percent int) {
		o.Progress(Progress{Step: StepUnpack, Done: percent, Total: 100, Detail: filepath.Base(o.From)})
	}}
	z, err := zstd.NewReader(count)
	if err != nil {
		return fmt.Errorf("unpack %s: %w", o.From, err)
	}
	defer z.Close()
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("unpack asterisk: %w", err)
	}
	defer root.Close()
	if err := extractTar(root, z, false); err != nil {
		return fmt.Errorf("unpack %s: %w; it is not a whole file made by pack", o.From, err)
	}
	t, err := wholeTree(ctx, dir)
	if err != nil {
		return fmt.Errorf("unpack %s: %w", o.From, err)
	}
	if t.Major() != v {
		return fmt.Errorf("unpack %s: %w of version %d: it holds %s", o.From, ErrNotATree, int(v), t.Version)
	}
	return nil
}

// countReader tells how much of a file has been read, and stops when ctx ends.
type countReader struct {
	ctx         context.Context //nolint:containedctx // lives as long as one unpacking
	r           io.Reader
	read, total int64
	said        int
	progress    func(percent int)
}

func (c *countReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.r.Read(p)
	c.read += int64(n)
	if c.total > 0 {
		if percent := int(c.read * 100 / c.total); percent != c.said {
			c.said = percent
			c.progress(percent)
		}
	}
	return n, err
}
