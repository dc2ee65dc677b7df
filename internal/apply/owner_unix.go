//go:build unix

package apply

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// chown gives a file to whom like belongs to: Asterisk may run as another user
// than we do. Without the right to do so it stays ours, with like's group when
// we are in it.
func chown(f *os.File, like os.FileInfo) error {
	s, ok := like.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	if os.Geteuid() == 0 {
		return f.Chown(int(s.Uid), int(s.Gid))
	}
	if err := f.Chown(-1, int(s.Gid)); err != nil && !errors.Is(err, unix.EPERM) {
		return err
	}
	return nil
}

// A lock that was just dropped may seem held while a program is started: until
// the child executes it, it has a copy of the opened file.
const (
	lockPatience = time.Second
	lockPause    = 20 * time.Millisecond
)

// lock takes a file for this process alone; the kernel drops it with us.
func lock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	for until := time.Now().Add(lockPatience); ; <-time.After(lockPause) {
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		switch {
		case err == nil:
			return func() { _ = f.Close() }, nil
		case errors.Is(err, unix.EWOULDBLOCK) && time.Now().Before(until), errors.Is(err, unix.EINTR):
			continue
		case errors.Is(err, unix.EWOULDBLOCK):
			err = fmt.Errorf("%s: %w", path, ErrBusy)
		}
		_ = f.Close() // nothing was written
		return nil, err
	}
}
