//go:build !unix || solaris || netbsd || openbsd

package datadir

// sameDisk reports whether two folders are on one disk, as far as is known here.
func sameDisk(_, _ string) bool { return true }
