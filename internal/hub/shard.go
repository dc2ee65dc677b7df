package hub

import (
	"context"
	"sync"
	"time"
)

// shard is one writer goroutine and the clients it writes to. Only it writes on
// their connections, with two exceptions: a client that is blocked is lent to a
// goroutine that waits for its socket, and a single answer may be written by who
// queues it, while the shard has nothing to do.
type shard struct {
	hub  *Hub
	wake chan struct{}

	mu     sync.Mutex
	urgent []*Client // have something of their own to be written
	joins  []*Client
	leaves []*Client
	topics []*topic // have new entries
	asks   []chan<- Lag

	// turn is had by whoever writes: run, or for one answer who queued it. No
	// write waits for its socket, and only run waits for its turn.
	turn sync.Mutex

	// Owned by who has the turn.
	active  []*topic // topics with members that wait for their linger
	scratch []byte
	entries []entry
	spare   []*Client // the next urgent
	over    bool
	index   int
	waiters sync.WaitGroup
}

func newShard(h *Hub, index int) *shard {
	return &shard{
		hub: h, index: index, wake: make(chan struct{}, 1),
		scratch: make([]byte, 0, writeSize), entries: make([]entry, 256),
	}
}

func (s *shard) signal() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// hurry has c's own queue written at once.
func (s *shard) hurry(c *Client) {
	if c.urgent.Swap(true) {
		return
	}
	s.mu.Lock()
	s.urgent = append(s.urgent, c)
	s.mu.Unlock()
	s.signal()
}

// touch notes that t has new entries for members of this shard.
func (s *shard) touch(t *topic) {
	if t.shard[s.index].dirty.Swap(true) {
		return
	}
	s.mu.Lock()
	s.topics = append(s.topics, t)
	s.mu.Unlock()
	s.signal()
}

func (s *shard) run(ctx context.Context) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			s.turn.Lock()
			s.over = true
			s.turn.Unlock()
			return
		case <-s.wake:
		case <-timer.C:
		}
		s.turn.Lock()
		if wait := s.round(); wait > 0 {
			timer.Reset(wait)
		}
		s.turn.Unlock()
	}
}

// now has c's own queue written by the caller, when nobody writes: that saves
// waking the shard's goroutine.
func (s *shard) now(c *Client) {
	if !s.turn.TryLock() {
		s.hurry(c)
		return
	}
	if !s.over {
		s.flushAnswers(c)
	}
	s.turn.Unlock()
}

// round writes all there is to write, and returns how long the events of which
// topics have to wait, 0 when there are none.
func (s *shard) round() (wait time.Duration) {
	s.mu.Lock()
	urgent := s.urgent
	s.urgent = s.spare[:0]
	joins, leaves, topics := s.joins, s.leaves, s.topics
	s.joins, s.leaves, s.topics = nil, nil, nil
	asks := s.asks
	s.asks = nil
	s.mu.Unlock()
	for _, c := range joins {
		ts := &c.topic.shard[s.index]
		ts.members = append(ts.members, c)
		// What came since it attached may have been flushed to the others.
		s.flush(c)
	}
	s.active = append(s.active, topics...)
	for i, c := range urgent {
		c.urgent.Store(false)
		s.flush(c)
		urgent[i] = nil
	}
	s.spare = urgent
	wait = s.flushTopics()
	for _, c := range leaves {
		s.remove(c)
	}
	s.answer(asks)
	return wait
}

// flushTopics writes what is new to the members of every topic whose last
// flush is long enough ago, and returns how long the others have to wait.
func (s *shard) flushTopics() (wait time.Duration) {
	linger := s.hub.opts.Linger
	keep := s.active[:0]
	for _, t := range s.active {
		ts := &t.shard[s.index]
		now := time.Now()
		if since := now.Sub(ts.last); since < linger {
			if rest := linger - since; wait == 0 || rest < wait {
				wait = rest
			}
			keep = append(keep, t)
			continue
		}
		ts.dirty.Store(false) // before the flush: what comes during it counts as new
		ts.last = now
		for _, c := range ts.members {
			s.flush(c)
		}
	}
	clear(s.active[len(keep):])
	s.active = keep
	return wait
}

func (s *shard) remove(c *Client) {
	c.removed = true
	ts := &c.topic.shard[s.index]
	for i, m := range ts.members {
		if m == c {
			last := len(ts.members) - 1
			ts.members[i] = ts.members[last]
			ts.members[last] = nil
			ts.members = ts.members[:last]
			break
		}
	}
}

// abandon ends the clients that are left when run has returned and no new ones
// come.
func (s *shard) abandon() {
	s.mu.Lock()
	left := s.joins
	s.joins = nil
	s.mu.Unlock()
	s.hub.mu.RLock()
	for _, t := range s.hub.topics {
		left = append(left, t.shard[s.index].members...)
	}
	s.hub.mu.RUnlock()
	for _, c := range left {
		s.hub.end(c, ReasonGone)
	}
	s.waiters.Wait()
}

// lend gives c to a goroutine that waits until rest is on the wire.
func (s *shard) lend(c *Client, rest []byte) {
	c.pending = rest
	c.blocked.Store(true)
	s.hub.stats.Blocked.Add(1)
	s.waiters.Go(func() {
		defer s.hub.stats.Blocked.Add(-1)
		s.wait(c)
		c.pending = nil
		c.blocked.Store(false)
		s.hurry(c)
	})
}

// wait writes what is pending. A client whose queue has passed its bound
// meanwhile is given up, though it may take a byte now and then.
func (s *shard) wait(c *Client) {
	defer s.rescue(c)
	for len(c.pending) > 0 || c.conn.Waiting() {
		n, err := c.conn.WriteSome(c.pending, time.Now().Add(s.hub.opts.Stall))
		c.pending = c.pending[n:]
		if err != nil {
			s.hub.end(c, reasonOf(err))
			return
		}
		if _, slow := c.finished(); slow && (len(c.pending) > 0 || c.conn.Waiting()) {
			s.hub.end(c, ReasonSlow)
			return
		}
	}
	// Here, not in the shard: on a TLS connection it may have to wait.
	if closed, _ := c.finished(); closed {
		s.hub.end(c, ReasonClosed)
	}
}
