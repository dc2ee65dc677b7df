package recording

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"github.com/dipcast/dipcast/internal/store"
)

// cacheDir is where recordings are that somebody wanted in another format than they
// are kept in, below our folder. It is emptied at each start.
const cacheDir = ".cache"

// maxCached bounds the files there. They are the ones that were made last.
const maxCached = 20

// ErrBusy reports that another recording is just being converted.
var ErrBusy = errors.New("another recording is being converted")

func cached(r *store.RecordingRow, format string) string {
	return path.Join(cacheDir, r.ID+"."+format)
}

// FileAs is File in a format, one of Formats, with a tag that is another one for
// other bytes. What is not kept in it is converted, one at a time: ErrBusy.
func (k *Keeper) FileAs(ctx context.Context, r *store.RecordingRow, format string) (f *os.File, tag string, err error) {
	whole, err := k.File(ctx, r)
	if err != nil || format == r.Format {
		return whole, r.SHA256, err
	}
	if err := whole.Close(); err != nil {
		return nil, "", err
	}
	if !slices.Contains(Formats, format) {
		return nil, "", fmt.Errorf("%w: %s", errFormat, format)
	}
	name := cached(r, format)
	if f, err = k.root.Open(name); errors.Is(err, fs.ErrNotExist) {
		if err = k.fill(ctx, r, name); err == nil {
			f, err = k.root.Open(name)
		}
	}
	if err != nil {
		return nil, "", err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, "", errors.Join(err, f.Close())
	}
	return f, fmt.Sprintf("%s-%s-%x", r.SHA256, format, info.ModTime().UnixNano()), nil
}

// fill converts a recording for a listener.
func (k *Keeper) fill(ctx context.Context, r *store.RecordingRow, name string) error {
	if k.o.Convert == nil {
		return errors.New("there is no program to convert it")
	}
	select {
	case k.converting <- struct{}{}:
		defer func() { <-k.converting }()
	default:
		return ErrBusy
	}
	ctx, cancel := context.WithTimeout(ctx, convertTimeout)
	defer cancel()
	if err := k.root.MkdirAll(cacheDir, 0o700); err != nil {
		return err
	}
	if err := k.evict(); err != nil {
		return err
	}
	base, part := k.root.Name(), path.Join(cacheDir, "part"+path.Ext(name))
	err := k.o.Convert(ctx, filepath.Join(base, filepath.FromSlash(r.Path())), filepath.Join(base, filepath.FromSlash(part)))
	if err != nil {
		return errors.Join(err, k.dropped(part))
	}
	k.one.Lock()
	defer k.one.Unlock()
	if _, err := k.o.Store.Recording(ctx, r.ID); err != nil { // it was deleted meanwhile
		return errors.Join(err, k.dropped(part))
	}
	return k.root.Rename(part, name)
}

// evict makes room for one more.
func (k *Keeper) evict() error {
	all, err := fs.ReadDir(k.root.FS(), cacheDir)
	if err != nil {
		return err
	}
	modified := func(e fs.DirEntry) time.Time {
		info, err := e.Info()
		if err != nil {
			return time.Time{}
		}
		return info.ModTime()
	}
	slices.SortFunc(all, func(a, b fs.DirEntry) int { return modified(a).Compare(modified(b)) })
	for len(all) >= maxCached {
		if err := k.root.Remove(path.Join(cacheDir, all[0].Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		all = all[1:]
	}
	return nil
}
