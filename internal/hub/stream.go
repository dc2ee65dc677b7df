package hub

import "runtime/debug"

// A client of V2 is told what it misses. It gets no events until Tail or
// Rewind says from where. Whenever it would miss some it is held: nothing is
// written to it while ClientOptions.OnMiss finds out what it has to be told.
//
// What is done in a hold (OnMiss, or the function given to Hold) belongs to the
// goroutine that runs it. In its end, what was sent to the client goes out
// first and then the events from its cursor on, without those up to the
// positions that Skip has set.

// Cause says why a client misses events.
type Cause uint8

// The causes.
const (
	Slow   Cause = iota // it fell out of the log
	Link                // the link to the server was lost
	Window              // they were dropped before the hub got them
	Anew                // none is missed: the state of the server was read anew
)

// markerEvent is the entry.event of a Mark with cause 0. Names of events have
// lower numbers.
const markerEvent = 0xfff0

// Miss is what a client misses of one server.
type Miss struct {
	Server int
	Cause  Cause
	From   uint64 // the first seq that it misses
}

// maxHolds bounds the holds that wait for one client.
const maxHolds = 16

// stream is what the hub knows of a client of V2.
type stream struct {
	onMiss func(*Client, []Miss)

	// The shard's goroutine owns these, and in a hold the one that runs it.
	live bool
	done marks // of each server, all events up to here are dealt with

	holds []func() // guarded by Client.mu
}

// Hold has f run while nothing is written to the client, a client of V2. It
// reports false when the client is closing or too many wait already.
func (c *Client) Hold(f func()) bool {
	c.mu.Lock()
	ok := !c.closing && !c.ended && len(c.stream.holds) < maxHolds
	if ok {
		c.stream.holds = append(c.stream.holds, f)
	}
	c.mu.Unlock()
	if ok {
		c.shard.hurry(c)
	}
	return ok
}

// Live reports, in a hold, whether the client gets events.
func (c *Client) Live() bool { return c.stream.live }

// Tail has the client get, after a hold, the events that are appended from now
// on. Call it before the state is looked at that Skip gets the position of.
func (c *Client) Tail() {
	c.cursor, c.stream.live = c.topic.next.Load(), true
}

// Skip says, in a hold, that the client needs no events up to p.
func (c *Client) Skip(p Position) {
	c.stream.done.set(uint16(p.Server), p.Seq)
}

// Rewind puts the client, in a hold, behind the positions given, one for each
// server. It reports for each whether that is possible: that everything behind
// it is still there. For the others, and for servers that are not named, the
// client is where Tail puts it.
func (c *Client) Rewind(at []Position) (ok []bool) {
	t := c.topic
	ok = make([]bool, len(at))
	var wanted marks
	t.mu.Lock()
	defer t.mu.Unlock()
	t.trimLocked()
	for i, p := range at {
		if ok[i] = p.Seq >= t.lost.at(uint16(p.Server)); ok[i] {
			c.Skip(p)
			wanted = append(wanted, mark{uint16(p.Server), p.Seq})
		}
	}
	c.stream.live, c.cursor = true, t.next.Load()
	for i := t.head; i < len(t.entries); i++ {
		if e := &t.entries[i]; e.behind(wanted) {
			c.cursor = t.first + uint64(i-t.head)
			break
		}
	}
	return ok
}

// behind reports whether e stands behind the position of its server.
func (e *entry) behind(at marks) bool {
	for i := range at {
		if at[i].server == e.server {
			return e.seq > at[i].seq
		}
	}
	return false
}

func (e *entry) isMarker() bool { return e.event >= markerEvent && e.event != linkEvent }

// passes reports whether the client is to get e.
func (c *Client) passes(f *compiled, e *entry) bool {
	if s := c.stream; s != nil && e.seq > 0 && e.seq <= s.done.at(e.server) {
		return false
	}
	return f.pass(e)
}

// past moves the cursor behind es.
func (c *Client) past(es []entry) {
	c.cursor += uint64(len(es))
	if c.stream == nil {
		return
	}
	for i := range es {
		if e := &es[i]; e.seq > 0 && e.seq > c.stream.done.at(e.server) {
			c.stream.done.set(e.server, e.seq)
		}
	}
}

// holdIfAsked has what waits for a hold done, and reports whether the client
// may get events now.
func (s *shard) holdIfAsked(c *Client) (goOn bool) {
	c.mu.Lock()
	holds := c.stream.holds
	c.stream.holds = nil
	c.mu.Unlock()
	if len(holds) == 0 {
		return c.stream.live
	}
	s.hold(c, func() {
		for _, f := range holds {
			f()
		}
	})
	return false
}

// hold gives c to a goroutine that runs f. A few run at once: what they do
// costs time, and many clients may need it in one moment.
func (s *shard) hold(c *Client, f func()) {
	c.blocked.Store(true)
	c.holding.Store(true)
	s.waiters.Go(func() {
		defer func() {
			if p := recover(); p != nil {
				s.hub.opts.Logger.Error("panic while a client is held", "panic", p, "stack", string(debug.Stack()))
				s.hub.end(c, ReasonGone)
			}
			c.holding.Store(false)
			c.blocked.Store(false)
			s.hurry(c)
		}()
		s.hub.holders <- struct{}{}
		defer func() { <-s.hub.holders }()
		f()
	})
}

// fallen has a client that fell out of the log told so, and go on at the end.
func (s *shard) fallen(c *Client) {
	s.hub.stats.Gaps.Add(1)
	s.hold(c, func() {
		filter := c.filter.Load()
		var misses []Miss
		c.topic.mu.Lock()
		c.cursor = c.topic.next.Load()
		for _, last := range c.topic.last {
			if done := c.stream.done.at(last.server); last.seq > done && filter.serves(last.server) {
				misses = append(misses, Miss{int(last.server), Slow, done + 1})
			}
		}
		c.topic.mu.Unlock()
		if len(misses) > 0 {
			c.stream.onMiss(c, misses)
		}
	})
}

// marker deals with a Mark at the cursor. It reports whether the client may get
// more events at once.
func (s *shard) marker(c *Client, filter *compiled, e *entry) (goOn bool) {
	c.cursor++
	if !filter.serves(e.server) || e.seq <= c.stream.done.at(e.server) {
		return true
	}
	m := Miss{Server: int(e.server), Cause: Cause(e.event - markerEvent), From: e.seq - uint64(e.len)}
	s.hold(c, func() { c.stream.onMiss(c, []Miss{m}) })
	return false
}
