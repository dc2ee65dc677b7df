package bench

import (
	"fmt"
	"syscall"
)

// needFiles sees to it that this process may hold so many connections. The
// gateway is a process of its own and raises its limit itself; the hard limit
// is the same.
func needFiles(connections int) error {
	need := uint64(connections) + 64 // files, pipes, the gateway's own
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l); err != nil {
		return fmt.Errorf("open files: %w", err)
	}
	if l.Cur >= need {
		return nil
	}
	want := syscall.Rlimit{Cur: need, Max: max(l.Max, need)}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &want); err != nil {
		return &FilesError{Need: need, Allowed: l.Max}
	}
	return nil
}

// FilesError says that the system allows too few open files.
type FilesError struct{ Need, Allowed uint64 }

// Error implements error.
func (e *FilesError) Error() string {
	return fmt.Sprintf("%d open files are needed and %d allowed: run ulimit -n %d first", e.Need, e.Allowed, e.Need)
}
