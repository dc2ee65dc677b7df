package pbx

import (
	"errors"
	"fmt"
)

// ErrTwice reports two servers with one id.
var ErrTwice = errors.New("the id is used twice")

// Change is a change of the Pool's servers that was checked and not yet made.
// The ids say which servers it concerns.
type Change struct {
	Added, Removed, Changed []int

	p     *Pool
	next  *set
	stop  []*Server
	start []*Server
	heirs map[*Server]*Server // of the changed ones: the new by the old
}

// Empty reports whether the servers stay as they are.
func (c *Change) Empty() bool { return len(c.start)+len(c.stop) == 0 }

// Prepare checks what the servers shall be and changes nothing. A server whose
// options are the same stays the one it is, with its links.
func (p *Pool) Prepare(servers []ServerOptions) (*Change, error) {
	c := &Change{p: p, next: &set{byID: map[int]*Server{}}, heirs: map[*Server]*Server{}}
	now := p.set.Load()
	for i := range servers {
		so := servers[i]
		old := now.byID[so.ID]
		s := old
		if old == nil || !old.so.equal(&so) {
			var err error
			if s, err = newServer(&p.o, &so); err != nil {
				return nil, fmt.Errorf("server %d: %w", so.ID, err)
			}
			c.start = append(c.start, s)
		}
		if c.next.byID[so.ID] != nil {
			return nil, fmt.Errorf("server %d: %w", so.ID, ErrTwice)
		}
		c.next.byID[so.ID] = s
		c.next.list = append(c.next.list, s)
		switch {
		case old == nil:
			c.Added = append(c.Added, so.ID)
		case old != s:
			c.Changed = append(c.Changed, so.ID)
			c.stop = append(c.stop, old)
			c.heirs[old] = s
		}
	}
	for _, s := range now.list {
		if c.next.byID[s.ID()] == nil {
			c.Removed = append(c.Removed, s.ID())
			c.stop = append(c.stop, s)
		}
	}
	return c, nil
}

func (o *ServerOptions) equal(p *ServerOptions) bool {
	a, b := *o, *p
	if (a.TLS == nil) != (b.TLS == nil) || a.TLS != nil && *a.TLS != *b.TLS {
		return false
	}
	a.TLS, b.TLS = nil, nil
	return a == b
}

// Apply makes the change. The sessions of servers that are removed or changed
// end, what is under way on them is answered as unavailable, and their clients
// are told that they went; then the new ones begin. The others notice nothing.
// A changed server's count of events and its calls go on with the new one; the
// count of a removed one goes on when its id comes back.
//
// Changes are applied one after the other, each prepared after the one before
// was applied.
func (c *Change) Apply() {
	p := c.p
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped || c.Empty() {
		p.set.Store(c.next) // only their order may be another
		return
	}
	if p.start != nil {
		for _, s := range c.stop {
			s.cancel()
		}
		for _, s := range c.stop {
			<-s.ended
		}
	}
	for _, s := range c.stop {
		epoch, seq := s.state.at()
		p.counts[s.ID()] = count{epoch, seq}
	}
	for old, s := range c.heirs {
		s.tracker = old.tracker
	}
	for _, s := range c.start {
		if n, ok := p.counts[s.ID()]; ok {
			s.state.goOn(n.epoch, n.seq)
			delete(p.counts, s.ID())
		}
	}
	p.set.Store(c.next)
	if p.start != nil {
		for _, s := range c.start {
			p.start(s)
		}
	}
}

// Reload is Prepare and Apply in one.
func (p *Pool) Reload(servers []ServerOptions) (*Change, error) {
	c, err := p.Prepare(servers)
	if err == nil {
		c.Apply()
	}
	return c, err
}

// count is how far a server's events were counted.
type count struct {
	epoch string
	seq   uint64
}

func (s *state) at() (epoch string, seq uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.epoch, s.seq
}

// goOn goes on with the count of a server of the same id, which has ended. The
// first link begins an epoch of its own.
func (s *state) goOn(epoch string, seq uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.epoch, s.seq = epoch, seq
}
