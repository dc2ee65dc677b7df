//go:build !linux

package ami

import "net"

// direct is not available: only the writer writes.
type direct struct{}

func newDirect(net.Conn) *direct { return nil }

func (*direct) write([]byte) (int, error) { return 0, nil }
