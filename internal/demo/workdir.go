package demo

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// The demo's folder in the temporary folder. It is made under the first name
// and renamed once it is locked: every folder with the second name that is not
// locked belongs to a demo that was killed.
const (
	newPrefix  = "dipcast-new-"
	demoPrefix = "dipcast-demo-"
	lockName   = "lock"
)

// workdir is a folder that exists as long as the demo.
type workdir struct {
	path string
	lock *os.File
}

// newWorkdir removes what killed demos left behind and makes a new folder.
func newWorkdir(parent string) (*workdir, error) {
	sweep(parent)
	dir, err := os.MkdirTemp(parent, newPrefix)
	if err != nil {
		return nil, fmt.Errorf("the demo's folder: %w", err)
	}
	lock, err := lockFolder(dir)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the demo's folder: %w", err), os.RemoveAll(dir))
	}
	path := filepath.Join(parent, demoPrefix+filepath.Base(dir)[len(newPrefix):])
	if err := os.Rename(dir, path); err != nil {
		return nil, errors.Join(fmt.Errorf("the demo's folder: %w", err), lock.Close(), os.RemoveAll(dir))
	}
	return &workdir{path: path, lock: lock}, nil
}

// remove deletes the folder, and then gives up the lock.
func (w *workdir) remove() error {
	return errors.Join(os.RemoveAll(w.path), w.lock.Close())
}

// lockFolder locks a demo's folder; the kernel drops the lock with the process.
func lockFolder(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// sweep removes the folders of demos that were killed. What cannot be removed,
// another user's for one, is left: it is in nobody's way.
func sweep(parent string) {
	left, err := filepath.Glob(filepath.Join(parent, demoPrefix+"*"))
	if err != nil {
		return
	}
	for _, dir := range left {
		if !ours(dir) {
			continue
		}
		lock, err := lockFolder(dir)
		if err != nil {
			continue
		}
		_ = os.RemoveAll(dir)
		_ = lock.Close()
	}
}

// ours reports a real folder of our own user: the temporary folder is
// everybody's, and a link in it may lead anywhere.
func ours(path string) bool {
	info, err := os.Lstat(path)
	if err != nil || !info.IsDir() {
		return false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Getuid()
}
