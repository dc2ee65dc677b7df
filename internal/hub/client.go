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
	// client fell out of the log, or its answers passed their bound. A client
	// that stands between two frames then is told by a close frame, CloseSlow.
	ReasonSlow
)

// CloseSlow is the close code of a client that is too slow: "try again later"
// in the IANA registry of WebSocket close codes.
const CloseSlow = 1013

// ClientOptions describes one client.
type ClientOptions struct {
	Conn   Conn   // required
	Format Format // V1 when it is not given
	Topic  string // Operators, or a tenant's key
	Filter Filter
	// Place is where it begins; it must be of the same Format and Topic. Nil:
	// with what is appended from now on.
	Place *Place
	// OnMiss is required in V2: see Miss. It is called in a hold.
	OnMiss func(*Client, []Miss)
	// OnEnd is called once, when the hub has stopped writing, in a goroutine of
	// the hub, in SendNow or in Abort. It must not block. After ReasonClosed, and perhaps
	// after ReasonSlow, the connection is half closed and the reader should
	// wait for the peer; else it is closed.
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
	stream  *stream // of a client of V2

	blocked atomic.Bool
	holding atomic.Bool // it is held, and so blocked
	urgent  atomic.Bool // stands in the shard's urgent list

	mu      sync.Mutex
	out     []byte // frames to this client alone
	closing bool   // a close frame is the last thing in out
	slow    bool   // out has passed its bound
	ended   bool
}

// Send queues payloads as text frames to this client alone, all or none. It
// never blocks. Frames sent so go out in order, and before any event appended
// to the hub after Send was called. It reports false when the client is
// closing, also because more than its bound was queued before.
func (c *Client) Send(payloads ...[]byte) bool {
	ok := c.queue(payloads)
	if ok {
		c.shard.hurry(c)
	}
	return ok
}

// SendNow is Send for what nothing else will follow at once. The caller writes it
// if nobody else writes and the socket takes it, which is sooner.
func (c *Client) SendNow(payloads ...[]byte) bool {
	ok := c.queue(payloads)
	if ok {
		c.shard.now(c)
	}
	return ok
}

func (c *Client) queue(payloads [][]byte) bool {
	return c.add(func(out []byte) []byte {
		for _, p := range payloads {
			out = appendFrame(out, ws.OpText, p)
		}
		return out
	}, false)
}

// Pong answers a ping.
func (c *Client) Pong(payload []byte) bool { return c.control(ws.OpPong, payload) }

// Ping asks the peer for a sign of life.
func (c *Client) Ping() bool { return c.control(ws.OpPing, nil) }

// Close sends a close frame with code and reason behind what is queued and
// ends the client. Only the first call counts.
func (c *Client) Close(code uint16, reason string) {
	c.control(ws.OpClose, ws.NewCloseFrameBody(ws.StatusCode(code), reason))
}

func (c *Client) control(op ws.OpCode, payload []byte) bool {
	ok := c.add(func(out []byte) []byte { return appendFrame(out, op, payload) }, op == ws.OpClose)
	if ok {
		c.shard.hurry(c)
	}
	return ok
}

// Closing reports whether nothing can be sent to the client any more.
func (c *Client) Closing() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closing || c.ended
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

// add adds frames to the client's own queue, for good when last is set. The
// caller has them written.
func (c *Client) add(frames func(out []byte) []byte, last bool) bool {
	c.mu.Lock()
	if c.closing || c.ended {
		c.mu.Unlock()
		return false
	}
	if !last && len(c.out) > c.hub.opts.OutboxBytes {
		c.closing, c.slow = true, true
		c.mu.Unlock()
		c.shard.hurry(c)
		return false
	}
	if c.out == nil {
		c.out = (*c.hub.buffers.Get().(*[]byte))[:0]
	}
	c.out = frames(c.out)
	c.closing = last
	c.mu.Unlock()
	return true
}

// finished reports whether a closing client's queue is written, or whether
// the client is so slow that there is no use in writing on.
func (c *Client) finished() (closed, slow bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closing && !c.slow && len(c.out) == 0, c.slow
}

func appendFrame(dst []byte, op ws.OpCode, payload []byte) []byte {
	var head [maxHead]byte
	n := putHead(head[:], op, len(payload))
	return append(append(dst, head[:n]...), payload...)
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
