//go:build unix && !solaris && !netbsd && !openbsd

package datadir

import "golang.org/x/sys/unix"

// sameDisk reports whether two folders are on one disk, so that one can be renamed
// into the other. One that cannot be looked at is taken to be.
func sameDisk(a, b string) bool {
	var x, y unix.Stat_t
	if unix.Stat(a, &x) != nil || unix.Stat(b, &y) != nil {
		return true
	}
	return x.Dev == y.Dev
}
