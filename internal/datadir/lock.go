// Package datadir keeps the gateway's folder: the lock that says who uses it,
// the key made once in it, and its backup and restore.
package datadir

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// ErrInUse reports a folder that a running gateway, a command in the place of
// one, or a restore uses.
var ErrInUse = errors.New("the data directory is in use by a running gateway; stop that one first")

// Names of files in the folder.
const (
	LockName    = "lock"
	ControlName = "control.sock" // where a running gateway takes orders
)

// Lock takes the folder, which it makes with mode 0700 when it is missing, for
// this process alone until the function that it returns is called. The kernel
// drops the lock with the process. The error wraps ErrInUse when another has it.
func Lock(dir string) (unlock func(), err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, LockName), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := lockFile(f); err != nil {
		_ = f.Close() // nothing was written
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return func() { _ = f.Close() }, nil
}
