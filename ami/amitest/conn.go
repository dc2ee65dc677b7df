package amitest

import (
	"bufio"
	"net"
	"slices"
	"strings"
	"sync"
	"time"
)

// Conn is one client of a Server.
type Conn struct {
	s  *Server
	c  net.Conn
	id int

	// Guarded by Server.mu.
	user      *User
	events    string // mask: "on", "off" or classes
	challenge string
	held      [][]byte // answers kept back by Reorder

	mu     sync.Mutex // never taken before Server.mu is let go, except by it
	out    []byte
	sent   int // bytes written so far
	closed bool
	bye    bool // close when out is written
	more   chan struct{}
	done   chan struct{}
}

func newConn(s *Server, c net.Conn, id int) *Conn {
	return &Conn{s: s, c: c, id: id, events: "on", more: make(chan struct{}, 1), done: make(chan struct{})}
}

// ID returns the number of the connection, from 1.
func (c *Conn) ID() int { return c.id }

// Raw queues bytes for writing as they are. It does not wait.
func (c *Conn) Raw(b []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || c.bye {
		return
	}
	c.out = append(c.out, b...)
	c.signal()
}

func (c *Conn) signal() {
	select {
	case c.more <- struct{}{}:
	default:
	}
}

// Close closes the connection after what is queued is written.
func (c *Conn) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bye = true
	c.signal()
}

// close closes the connection at once.
func (c *Conn) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.closed = true
		close(c.done)
		_ = c.c.Close()
	}
}

// reset closes the connection at once, with RST where the transport has it.
func (c *Conn) reset() {
	if t, ok := c.c.(*net.TCPConn); ok {
		_ = t.SetLinger(0)
	}
	c.close()
}

// Respond answers r: "Response" with the given status, the ActionID if r has
// one, then headers as name, value pairs. It obeys Reorder, Double and Mute.
func (c *Conn) Respond(r Request, status string, headers ...string) {
	c.respond(message(c.head(r, status, headers)...))
}

// head puts Response and ActionID before headers.
func (c *Conn) head(r Request, status string, headers []string) []string {
	h := []string{"Response", status}
	if r.ActionID() != "" {
		h = append(h, "ActionID", r.ActionID())
	}
	return append(h, headers...)
}

func (c *Conn) respond(b []byte) {
	c.s.mu.Lock()
	f := c.s.faults
	var out [][]byte
	switch {
	case f.mute:
	case f.reorder > 1:
		c.held = append(c.held, b)
		if len(c.held) >= f.reorder {
			slices.Reverse(c.held)
			out, c.held = c.held, nil
		}
	default:
		out = append(c.held, b)
		c.held = nil
	}
	c.s.mu.Unlock()
	for _, b := range out {
		c.Raw(b)
		if f.double {
			c.Raw(b)
		}
	}
}

// Error answers r with Response: Error and a message.
func (c *Conn) Error(r Request, text string) { c.Respond(r, "Error", "Message", text) }

// serve reads requests and answers them, one after the other.
func (c *Conn) serve() {
	defer func() {
		c.close()
		c.s.mu.Lock()
		delete(c.s.conns, c)
		c.s.wake()
		c.s.mu.Unlock()
	}()
	c.Raw([]byte(c.s.o.Banner + "\r\n"))
	br := bufio.NewReader(c.c)
	for {
		if !c.s.whileStalled(c) {
			return
		}
		r, err := readRequest(br)
		if err != nil {
			return
		}
		if !c.s.whileStalled(c) {
			return
		}
		r.Conn = c.id
		c.s.mu.Lock()
		c.s.requests = append(c.s.requests, r)
		h := c.s.handlers[strings.ToLower(r.Action())]
		c.s.wake()
		c.s.mu.Unlock()
		if h != nil {
			h(c, r)
		} else {
			c.answer(r)
		}
	}
}

// writeLoop writes what is queued, with the faults that are asked for.
func (c *Conn) writeLoop() {
	defer c.close()
	for {
		select {
		case <-c.more:
		case <-c.done:
			return
		}
		for {
			if !c.s.whileStalled(c) {
				return
			}
			piece, pause, cut, last := c.take()
			if pause > 0 {
				select {
				case <-time.After(pause):
				case <-c.done:
					return
				}
			}
			if len(piece) > 0 {
				if _, err := c.c.Write(piece); err != nil {
					return
				}
			}
			if cut {
				c.reset()
				return
			}
			if last {
				break
			}
		}
		if c.saidBye() {
			return
		}
	}
}

// take takes the next piece to write.
func (c *Conn) take() (piece []byte, pause time.Duration, cut, last bool) {
	f := c.s.currentFaults()
	c.mu.Lock()
	defer c.mu.Unlock()
	n := len(c.out)
	if f.chunk > 0 {
		n = min(n, f.chunk)
	}
	if f.cutAfter > 0 && c.sent+n >= f.cutAfter {
		n, cut = max(f.cutAfter-c.sent, 0), true
		n = min(n, len(c.out))
	}
	piece, c.out = c.out[:n:n], c.out[n:]
	c.sent += n
	if len(c.out) == 0 {
		c.out = nil
	}
	if n > 0 {
		pause = f.delay
	}
	return piece, pause, cut, len(c.out) == 0
}

func (c *Conn) saidBye() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bye && len(c.out) == 0
}

// queued returns how many bytes wait to be written.
func (c *Conn) queued() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.out)
}
