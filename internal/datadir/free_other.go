//go:build !unix || solaris || netbsd || openbsd

package datadir

import "errors"

// Total is the size of the disk of dir, which is not known here.
func Total(string) (uint64, error) { return 0, errors.ErrUnsupported }

// Free is the room left for us on the disk of dir, which is not known here.
func Free(string) (uint64, error) { return 0, errors.ErrUnsupported }
