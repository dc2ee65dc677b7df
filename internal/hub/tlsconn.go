package hub

import (
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"time"
)

// NewTLSListener accepts TLS connections whose writing NewTLSConn can take
// over. Until then they behave as those of tls.NewListener.
func NewTLSListener(inner net.Listener, config *tls.Config) net.Listener {
	return &tlsListener{inner, config}
}

type tlsListener struct {
	net.Listener
	config *tls.Config
}

func (l *tlsListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	t, ok := c.(*net.TCPConn)
	if !ok {
		return tls.Server(c, l.config), nil
	}
	return tls.Server(&held{TCPConn: t}, l.config), nil
}

// held is the TCP connection below TLS. Once holding, what TLS writes stays in
// out until it is flushed, so that encrypting never waits for the socket.
type held struct {
	*net.TCPConn

	mu      sync.Mutex
	holding bool
	out     []byte
	buf     *[]byte // where out lies, from ciphers
}

// ciphers are buffers for what one write encrypts to: its plaintext and 22
// bytes or more for each record of at most 16 KiB.
var ciphers = sync.Pool{New: func() any { b := make([]byte, 0, writeSize+8<<10); return &b }}

// Write implements net.Conn for TLS.
func (h *held) Write(p []byte) (int, error) {
	h.mu.Lock()
	if !h.holding {
		h.mu.Unlock()
		return h.TCPConn.Write(p)
	}
	defer h.mu.Unlock()
	if h.buf == nil {
		h.buf = ciphers.Get().(*[]byte)
		h.out = (*h.buf)[:0]
	}
	h.out = append(h.out, p...)
	return len(p), nil
}

// drained gives the buffer back. The caller holds mu.
func (h *held) drained() {
	if h.buf != nil {
		ciphers.Put(h.buf)
	}
	h.buf, h.out = nil, nil
}

// errNotOurs reports a TLS connection that no listener of ours has accepted.
var errNotOurs = errors.New("not a connection of NewTLSListener")

// NewTLSConn takes over the writing of a connection that NewTLSListener has
// accepted. Reading goes on as before.
func NewTLSConn(c *tls.Conn) (Conn, error) {
	h, ok := c.NetConn().(*held)
	if !ok {
		return nil, errNotOurs
	}
	tcp, err := NewTCPConn(h.TCPConn)
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	h.holding = true
	h.mu.Unlock()
	return &tlsConn{tls: c, held: h, tcp: tcp}, nil
}

type tlsConn struct {
	tls  *tls.Conn
	held *held
	tcp  Conn
}

// TryWrite encrypts p, unless what was encrypted before still waits. What the
// socket does not take at once stays inside, see Waiting.
func (c *tlsConn) TryWrite(p []byte) (int, error) {
	if done, err := c.flush(); !done || err != nil {
		return 0, err
	}
	n, err := c.tls.Write(p)
	if err != nil {
		return n, err
	}
	_, err = c.flush()
	return n, err
}

func (c *tlsConn) flush() (done bool, err error) {
	h := c.held
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.out) == 0 {
		return true, nil
	}
	n, err := c.tcp.TryWrite(h.out)
	h.out = h.out[n:]
	if len(h.out) == 0 {
		h.drained()
		return true, err
	}
	return false, err
}

// Waiting reports whether encrypted bytes wait for the socket.
func (c *tlsConn) Waiting() bool {
	c.held.mu.Lock()
	defer c.held.mu.Unlock()
	return len(c.held.out) > 0
}

// WriteSome first waits for what is encrypted; only then p gets its turn.
func (c *tlsConn) WriteSome(p []byte, deadline time.Time) (int, error) {
	h := c.held
	h.mu.Lock()
	out := h.out
	h.mu.Unlock()
	if len(out) == 0 {
		return c.TryWrite(p)
	}
	// Only this goroutine takes from the front; the reader's goroutine can
	// append behind (an answer to a key update), which leaves out as it is.
	n, err := c.tcp.WriteSome(out, deadline)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.out = h.out[n:]; len(h.out) == 0 {
		h.drained()
	}
	return 0, err
}

func (c *tlsConn) CloseWrite() error {
	err := c.tls.CloseWrite() // into held.out
	if _, ferr := c.flush(); ferr != nil {
		return ferr
	}
	return errors.Join(err, c.tcp.CloseWrite())
}

// Close ends it without TLS's last words, which would have to be waited for.
func (c *tlsConn) Close() error { return c.tcp.Close() }
