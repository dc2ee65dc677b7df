//go:build unix && !solaris && !netbsd && !openbsd

package datadir

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// Total is the size of the disk of dir, in bytes.
func Total(dir string) (uint64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, fmt.Errorf("size of the disk: %w", err)
	}
	return uint64(s.Blocks) * uint64(s.Bsize), nil //nolint:unconvert // neither is negative; their types differ by system
}

// Free is the room left for us on the disk of dir, in bytes.
func Free(dir string) (uint64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, fmt.Errorf("free space: %w", err)
	}
	return uint64(s.Bavail) * uint64(s.Bsize), nil //nolint:unconvert // neither is negative; their types differ by system
}
