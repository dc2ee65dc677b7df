//go:build !linux

package ami

import (
	"syscall"
	"time"
)

// userTimeout is not available: Pings alone find a half-open link.
func userTimeout(time.Duration) func(network, address string, c syscall.RawConn) error { return nil }
