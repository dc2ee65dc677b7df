package ami

import (
	"errors"
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// direct writes to a TCP connection without waiting. One goroutine uses it at a
// time.
type direct struct {
	raw syscall.RawConn
	buf []byte
	n   int
	err error
	try func(fd uintptr) bool
}

// newDirect returns nil for a connection of another kind.
func newDirect(c net.Conn) *direct {
	t, ok := c.(*net.TCPConn)
	if !ok {
		return nil
	}
	raw, err := t.SyscallConn()
	if err != nil {
		return nil
	}
	d := &direct{raw: raw}
	d.try = d.once
	return d
}

func (d *direct) once(fd uintptr) bool {
	d.n, d.err = unix.Write(int(fd), d.buf)
	return true
}

// write writes as much of b as the socket takes.
func (d *direct) write(b []byte) (int, error) {
	d.buf, d.n, d.err = b, 0, nil
	err := d.raw.Write(d.try)
	d.buf = nil
	if err == nil && !errors.Is(d.err, unix.EAGAIN) && !errors.Is(d.err, unix.EINTR) {
		err = d.err
	}
	return max(d.n, 0), err
}
