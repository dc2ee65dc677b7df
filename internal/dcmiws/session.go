package dcmiws

import (
	"cmp"
	"net"
	"net/netip"
	"runtime/debug"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/hub"
	"github.com/dipcast/dipcast/internal/tenant"
)

// session is one connected client: the reading half of its connection. The hub
// does all the writing.
type session struct {
	s      *Server
	conn   net.Conn
	read   reader
	client *hub.Client
	who    tenant.Identity
	remote netip.Addr
	rate   *rate.Limiter // nil: no limit
	v2     *filters      // nil: not v2
	sse    bool          // server-sent events: nothing is read

	lastRead atomic.Int64 // Unix time, ms
	pinged   atomic.Bool
	frames   frameState
	pending  atomic.Int32 // actions under way
	leaving  atomic.Bool  // it takes no more of them
	pings    int          // in the second pingsIn
	pingsIn  int64        // Unix time, s
}

// filters are those of a client of v2.
type filters struct {
	asked hub.Filter // as the address says
	now   hub.Filter // what is done in a hold owns it
}

// start makes a session of an upgraded connection.
func (s *Server) start(conn net.Conn, rest []byte, who tenant.Identity, remote netip.Addr, a asks) {
	c := &session{s: s, conn: conn, who: who, remote: remote, sse: a.sse != nil}
	if a.format == hub.V2 {
		c.v2 = &filters{asked: a.filter, now: a.filter}
	}
	if who.Role != tenant.Operator {
		l := s.limits.Load()
		c.rate = rate.NewLimiter(l.rate, l.burst)
	}
	c.lastRead.Store(time.Now().UnixMilli())
	w, err := c.wrap()
	if err == nil && c.sse {
		w = newSSEConn(w, c.mine(c.now(), a.filter.Servers), a.sse.Positions)
	}
	if err == nil {
		c.read.rest, c.read.fresh = rest, len(rest) > 0
		o := hub.ClientOptions{Conn: w, Format: a.format, Topic: topicOf(who), Filter: a.filter, Place: a.place, OnEnd: c.ended}
		if c.v2 != nil {
			o.OnMiss = c.missed
		}
		c.client, err = s.o.Hub.Attach(o)
	}
	if err != nil {
		s.log.Warn("client not taken", "error", err)
		_ = conn.Close() // nothing more to say
		return
	}
	if code, reason := s.add(c); code != 0 {
		c.client.Close(code, reason)
		c.drain()
		c.client.Abort()
		return
	}
	if c.sse {
		c.beginSSE(a.sse)
	}
	s.log.Debug("client connected", "who", who, "remote", remote)
}

// topicOf is the topic of the events that a client gets.
func topicOf(who tenant.Identity) string {
	if who.Role == tenant.Operator {
		return hub.Operators
	}
	return who.Tenant.ID.Hex()
}

// ended is called by the hub when it has stopped writing.
func (c *session) ended(why hub.Reason) {
	if why == hub.ReasonSlow {
		c.s.log.Warn("client too slow, closed", "who", c.who, "remote", c.remote)
	}
	c.limit(time.Now().Add(lastWords)) // for the peer's own close, if it was told
}

// limit bounds how long the connection may still be read.
func (c *session) limit(t time.Time) { _ = c.conn.SetReadDeadline(t) }

// sweep looks after a client that says nothing.
func (c *session) sweep(now time.Time) {
	if c.sse {
		// It says nothing; what it is sent keeps proxies from giving it up.
		if now.Sub(time.UnixMilli(c.lastRead.Load())) >= c.s.o.PingEvery/2 {
			c.lastRead.Store(now.UnixMilli())
			c.client.Ping()
		}
		return
	}
	silent := now.Sub(time.UnixMilli(c.lastRead.Load()))
	switch {
	case silent > c.s.o.DeadAfter:
		c.client.Abort()
	case silent > c.s.o.PingEvery && !c.pinged.Swap(true):
		c.client.Ping()
	}
}

// run reads until the connection ends.
func (c *session) run() {
	defer c.s.remove(c)
	defer c.conn.Close()
	defer c.client.Abort()
	defer func() {
		if p := recover(); p != nil {
			c.s.log.Error("panic in a session", "panic", p, "stack", string(debug.Stack()), "who", c.who)
		}
	}()
	for {
		b, err := c.read.next()
		if err != nil {
			return
		}
		if c.sse {
			c.read.keep(b, len(b.data)) // it has nothing to say
			continue
		}
		c.lastRead.Store(time.Now().UnixMilli())
		c.pinged.Store(false)
		n, code, reason := c.frames.feed(c, b.data)
		if code != 0 {
			n = len(b.data) // a full buffer would leave no room to drain into
		}
		c.read.keep(b, n)
		if code != 0 {
			c.violated(code, reason)
			c.client.Close(code, reason)
		}
		if c.client.Closing() {
			c.drain()
			return
		}
	}
}

// violated leaves a line in the audit about a client that broke the protocol. A
// close of the client's own has no reason of ours.
func (c *session) violated(code uint16, reason string) {
	if reason == "" {
		return
	}
	kind := map[uint16]envelope.Code{
		CloseInvalidData: envelope.InvalidValue, ClosePolicy: envelope.RateLimited, CloseTooBig: envelope.TooLong,
	}[code]
	c.s.o.Refused(edge.Refusal{
		Who: c.who, Remote: c.remote, Action: "frame", Err: envelope.Errorf(cmp.Or(kind, envelope.BadRequest), "", "%s", reason),
	})
}

// drain reads on, and drops it, until the peer has closed: closing earlier
// could destroy the close frame on its way.
func (c *session) drain() {
	c.limit(time.Now().Add(lastWords))
	for {
		b, err := c.read.next()
		if err != nil {
			return
		}
		c.read.keep(b, len(b.data))
	}
}

// closing implements peer.
func (c *session) closing() bool { return c.client.Closing() }

// ping implements peer.
func (c *session) ping(payload []byte) bool {
	if !c.mayPing() {
		return false
	}
	c.client.Pong(payload)
	return true
}

// mayPing counts one ping and reports whether it may be answered.
func (c *session) mayPing() bool {
	now := time.Now().Unix()
	if now != c.pingsIn {
		c.pings, c.pingsIn = 0, now
	}
	c.pings++
	return c.pings <= maxPings
}
