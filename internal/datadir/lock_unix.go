//go:build unix

package datadir

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// chownLike gives path to whom like belongs to.
func chownLike(path, like string) error {
	var s unix.Stat_t
	if err := unix.Stat(like, &s); err != nil {
		return err
	}
	return os.Lchown(path, int(s.Uid), int(s.Gid))
}

func lockFile(f *os.File) error {
	err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return ErrInUse
	}
	return err
}
