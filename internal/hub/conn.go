package hub

import (
	"errors"
	"net"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Conn is the sending half of a client's connection as the hub needs it.
// TryWrite and WriteSome are never called at the same time.
type Conn interface {
	// TryWrite writes what the socket takes at once, without waiting.
	// n < len(p) with a nil error means that it would have to wait.
	TryWrite(p []byte) (n int, err error)
	// WriteSome waits until at least one byte was taken, at most until
	// deadline, and reports how many were.
	WriteSome(p []byte, deadline time.Time) (n int, err error)
	// Waiting reports whether bytes that TryWrite took are not on their way
	// yet; WriteSome, with or without further bytes, moves them on.
	Waiting() bool
	// CloseWrite says that nothing more will be written.
	CloseWrite() error
	// Close ends the connection; reads and writes under way fail.
	Close() error
}

// tcpConn writes on the file descriptor itself: no goroutine and no buffer for
// a client that has nothing to be sent.
type tcpConn struct {
	net *net.TCPConn
	raw syscall.RawConn
}

// NewTCPConn wraps a plain TCP connection.
func NewTCPConn(c *net.TCPConn) (Conn, error) {
	raw, err := c.SyscallConn()
	if err != nil {
		return nil, err
	}
	return &tcpConn{net: c, raw: raw}, nil
}

func (c *tcpConn) TryWrite(p []byte) (n int, err error) {
	rerr := c.raw.Write(func(fd uintptr) bool {
		n, err = writeFD(int(fd), p)
		return true
	})
	if rerr != nil {
		return n, rerr
	}
	return n, err
}

func (c *tcpConn) WriteSome(p []byte, deadline time.Time) (n int, err error) {
	if err := c.net.SetWriteDeadline(deadline); err != nil {
		return 0, err
	}
	// The attempt is made inside the wait: readiness that came between an
	// earlier attempt and this call would otherwise be missed.
	rerr := c.raw.Write(func(fd uintptr) bool {
		n, err = writeFD(int(fd), p)
		return n > 0 || err != nil
	})
	if rerr != nil {
		return n, rerr
	}
	if err != nil {
		return n, err
	}
	return n, c.net.SetWriteDeadline(time.Time{})
}

func (c *tcpConn) Waiting() bool { return false }

func (c *tcpConn) CloseWrite() error { return c.net.CloseWrite() }
func (c *tcpConn) Close() error      { return c.net.Close() }

// writeFD writes until the socket would block.
func writeFD(fd int, p []byte) (n int, err error) {
	for n < len(p) {
		m, err := unix.Write(fd, p[n:])
		if m > 0 {
			n += m
		}
		switch {
		case err == nil:
		case errors.Is(err, unix.EINTR):
		case errors.Is(err, unix.EAGAIN):
			return n, nil
		default:
			return n, err
		}
	}
	return n, nil
}
