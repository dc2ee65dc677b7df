package dcmiws

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/dipcast/dipcast/internal/hub"
)

// buffer is a pooled piece of what a client sent.
type buffer struct {
	mem  []byte
	data []byte // the filled part of mem
}

// readSize lets one read take a whole message of the largest size.
const readSize = MaxMessage + 4<<10

var buffers = sync.Pool{New: func() any { return &buffer{mem: make([]byte, readSize)} }}

// reader reads a connection without keeping a buffer for it while it is idle:
// a pooled one is taken only once there is something to be read.
type reader struct {
	raw  syscall.RawConn // plain TCP
	conn net.Conn        // TLS
	mem  []byte          // for that: what one read takes
	rest []byte          // an incomplete frame, when it is small
	held *buffer         // the same, when it is large
	// fresh: rest came with the handshake and was not looked at yet.
	fresh bool
	got   *buffer
	n     int
	err   error
	fill  func(fd uintptr) bool
}

// smallRest is how much of an incomplete frame is copied out of a pooled
// buffer; more than that stays in it.
const smallRest = 4 << 10

// wrap prepares both halves of the connection.
func (c *session) wrap() (hub.Conn, error) {
	if t, ok := c.conn.(*tls.Conn); ok {
		c.read.conn, c.read.mem = t, make([]byte, 4<<10)
		return hub.NewTLSConn(t)
	}
	t, ok := c.conn.(*net.TCPConn)
	if !ok {
		return nil, fmt.Errorf("a connection of type %T", c.conn)
	}
	raw, err := t.SyscallConn()
	if err != nil {
		return nil, err
	}
	c.read.raw = raw
	c.read.fill = c.read.tryFill
	return hub.NewTCPConn(t)
}

// take returns a buffer with the incomplete frame in it.
func (r *reader) take() *buffer {
	if b := r.held; b != nil {
		r.held = nil
		return b
	}
	b := buffers.Get().(*buffer)
	b.data = b.mem[:copy(b.mem, r.rest)]
	return b
}

// untake gives back what take returned.
func (r *reader) untake(b *buffer) {
	if len(b.data) > len(r.rest) {
		r.held = b
		return
	}
	buffers.Put(b)
}

// tryFill is called by the runtime whenever the socket may be readable.
func (r *reader) tryFill(fd uintptr) bool {
	b := r.take()
	k := len(b.data)
	for {
		r.n, r.err = unix.Read(int(fd), b.mem[k:])
		if !errors.Is(r.err, unix.EINTR) {
			break
		}
	}
	if errors.Is(r.err, unix.EAGAIN) {
		r.untake(b)
		return false
	}
	r.got = b
	b.data = b.mem[:k+max(r.n, 0)]
	return true
}

// next returns what is left of before and what the client has sent since. The
// caller gives it back with keep.
func (r *reader) next() (*buffer, error) {
	if r.fresh {
		r.fresh = false
		return r.take(), nil
	}
	if r.raw == nil {
		return r.nextStream()
	}
	if err := r.raw.Read(r.fill); err != nil {
		return nil, err
	}
	b := r.got
	r.got = nil
	if r.err != nil || r.n == 0 {
		buffers.Put(b)
		if r.err == nil {
			r.err = io.EOF
		}
		return nil, r.err
	}
	return b, nil
}

// nextStream waits with a small buffer of the connection's own.
func (r *reader) nextStream() (*buffer, error) {
	n, err := r.conn.Read(r.mem)
	if n == 0 && err != nil {
		return nil, err
	}
	b := r.take()
	k := len(b.data)
	b.data = b.mem[:k+copy(b.mem[k:], r.mem[:n])]
	return b, nil
}

// keep gives b back after its first n bytes were used.
func (r *reader) keep(b *buffer, n int) {
	left := b.data[n:]
	if len(left) > smallRest {
		b.data = b.mem[:copy(b.mem, left)]
		r.held, r.rest = b, nil
		return
	}
	if len(left) > 0 {
		r.rest = append(r.rest[:0], left...)
	} else {
		r.rest = nil
	}
	buffers.Put(b)
}
