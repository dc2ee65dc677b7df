package hub

import (
	"sync"
	"sync/atomic"

	"github.com/gobwas/ws"
)

// Reason says why a client's sending ended. It is given to ClientOptions.OnEnd.
type Reason uint8

const (
	// ReasonClosed says that Close was called and the close frame is out.
	ReasonClosed Reason = iota
	// ReasonGone says that the connection broke.
	ReasonGone
	// ReasonSlow says that a write made no progress for the stall time, the
	// client fell out of the log, or its answers passed their bound.
	ReasonSlow
)

// ClientOptions describes one client.
type ClientOptions struct {
	Conn   Conn   // required
	Topic  string // Operators, or a tenant's key
	Filter Filter
	// OnEnd is called once, in a goroutine of the hub, when the hub has stopped
	// writing. It must not block. After ReasonClosed the connection is half
	// closed and the reader should wait for the peer; else it is closed.
	OnEnd func(Reason)
}

// Client is a cursor into the log with a small queue of its own for answers.
type Client struct {
	conn   Conn
	hub    *Hub
	topic  *topic
	shard  *shard
	onEnd  func(Reason)
	filter atomic.Pointer[compiled]

	// The shard's goroutine owns these, or, while blocked is set, the one
	// goroutine that waits for the socket.
	cursor  uint64
	pending []byte // the rest of a frame whose beginning is on the wire
	removed bool

	blocked atomic.Bool
	urgent  atomic.Bool // stands in the shard's urgent list

	mu      sync.Mutex
	out     []byte // frames to this client alone
	closing bool   // a close frame is the last thing in out
	slow    bool   // out has passed its bound
	ended   bool
}

// Send queues payload as one text frame to this client alone. It never blocks.
// Frames sent so go out in order, and before any event appended to the hub
// after Send was called. It reports false when the client is closing.
func (c *Client) Send(payload []byte) bool { return c.sendFrame(ws.OpText, payload) }

// Pong answers a ping.
func (c *Client) Pong(payload []byte) bool { return c.sendFrame(ws.OpPong, payload) }

// Ping asks the peer for a sign of life.
func (c *Client) Ping() bool { return c.sendFrame(ws.OpPing, nil) }

// Close sends a close frame with code and reason behind what is queued and
// ends the client. Only the first call counts.
func (c *Client) Close(code uint16, reason string) {
	body := ws.NewCloseFrameBody(ws.StatusCode(code), reason)
	c.sendFrame(ws.OpClose, body)
}

// Abort ends the client without a word.
func (c *Client) Abort() { c.hub.end(c, ReasonGone) }

// Queued is the number of bytes waiting in the client's own queue.
func (c *Client) Queued() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.out)
}

// SetFilter replaces the filter for what is written from now on.
func (c *Client) SetFilter(f Filter) { c.filter.Store(c.hub.names.compile(f)) }

func (c *Client) sendFrame(op ws.OpCode, payload []byte) bool {
	var head [maxHead]byte
	n := putHead(head[:], op, len(payload))
	c.mu.Lock()
	if c.closing || c.ended {
		c.mu.Unlock()
		return false
	}
	if op != ws.OpClose && len(c.out)+n+len(payload) > c.hub.opts.OutboxBytes && len(c.out) > 0 {
		c.closing, c.slow = true, true
		c.mu.Unlock()
		c.shard.hurry(c)
		return false
	}
	if c.out == nil {
		c.out = (*c.hub.buffers.Get().(*[]byte))[:0]
	}
	c.out = append(c.out, head[:n]...)
	c.out = append(c.out, payload...)
	c.closing = c.closing || op == ws.OpClose
	c.mu.Unlock()
	c.shard.hurry(c)
	return true
}

// maxHead is the longest header of an unmasked frame, RFC 6455 section 5.2.
const maxHead = 10

// putHead writes the header of an unmasked, final frame and returns its length.
func putHead(dst []byte, op ws.OpCode, n int) int {
	dst[0] = 0x80 | byte(op)
	switch {
	case n < 126:
		dst[1] = byte(n)
		return 2
	case n < 1<<16:
		dst[1], dst[2], dst[3] = 126, byte(n>>8), byte(n)
		return 4
	}
	dst[1] = 127
	for i := range 8 {
		dst[2+i] = byte(n >> (56 - 8*i))
	}
	return 10
}
