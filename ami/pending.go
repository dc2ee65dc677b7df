package ami

import (
	"cmp"
	"container/heap"
	"slices"
	"time"
)

// pending is an action under way.
type pending struct {
	id       string
	done     func(Result)
	deadline time.Time
	list     bool
	own      bool // of the session itself, beside the bound
	maxItems int
	onItem   func(*Message)

	// The rest is guarded by session.mu.
	response *Message   // of a list, while its items come
	events   []*Message // items so far
	items    int
	size     int    // bytes of events
	busy     bool   // onItem runs now: an expiry waits for it
	expired  error  // why it ended while busy
	from, to uint64 // its bytes in the stream of all bytes written
	sent     bool   // bytes may have left; set when it is taken out
	index    int    // in the heap
}

// outcome is what is remembered of an action that ended.
type outcome struct {
	answered bool // a response that comes now is a double, else it is late
	list     bool // items may still come
	complete bool // they are doubles, else late
}

// remembered is how many ended actions a session knows, to tell late and
// double answers from those of others.
const remembered = 1024

// pendings are the actions of a session: by ActionID, by deadline, and the
// recently ended ones.
type pendings struct {
	byID   map[string]*pending
	queue  deadlines
	counts int // without own ones

	ended     map[string]outcome
	endedRing [remembered]string
	endedNext int
}

func (t *pendings) init() {
	t.byID = make(map[string]*pending)
	t.ended = make(map[string]outcome)
}

func (t *pendings) add(p *pending) {
	t.byID[p.id] = p
	heap.Push(&t.queue, p)
	if !p.own {
		t.counts++
	}
}

// remove takes p out and remembers how it ended.
func (t *pendings) remove(p *pending, how outcome) {
	delete(t.byID, p.id)
	heap.Remove(&t.queue, p.index)
	if !p.own {
		t.counts--
	}
	if old := t.endedRing[t.endedNext]; old != "" {
		delete(t.ended, old)
	}
	t.endedRing[t.endedNext] = p.id
	t.endedNext = (t.endedNext + 1) % remembered
	t.ended[p.id] = how
}

// deadlines is a heap of actions, the earliest deadline first.
type deadlines []*pending

// Len implements heap.Interface.
func (d deadlines) Len() int { return len(d) }

// Less implements heap.Interface.
func (d deadlines) Less(i, j int) bool { return d[i].deadline.Before(d[j].deadline) }

// Swap implements heap.Interface.
func (d deadlines) Swap(i, j int) {
	d[i], d[j] = d[j], d[i]
	d[i].index, d[j].index = i, j
}

// Push implements heap.Interface.
func (d *deadlines) Push(x any) {
	p, _ := x.(*pending)
	p.index = len(*d)
	*d = append(*d, p)
}

// Pop implements heap.Interface.
func (d *deadlines) Pop() any {
	last := len(*d) - 1
	p := (*d)[last]
	(*d)[last] = nil
	*d = (*d)[:last]
	return p
}

// expire ends the actions whose deadline is not after now, and returns how
// long until the next one.
func (s *session) expire(now time.Time) time.Duration {
	for {
		s.mu.Lock()
		if len(s.table.queue) == 0 {
			s.armed = now.Add(time.Hour)
			s.mu.Unlock()
			return time.Hour
		}
		p := s.table.queue[0]
		if left := p.deadline.Sub(now); left > 0 {
			s.armed = p.deadline
			s.mu.Unlock()
			return left
		}
		run := s.end(p, ErrTimeout)
		s.mu.Unlock()
		if run {
			if !p.own {
				s.c.stats.timeouts.Add(1)
			}
			s.c.protect(func() { p.done(Result{Message: p.response, Events: p.events, Err: ErrTimeout, Sent: p.sent}) })
		}
	}
}

// end takes out an action that has no complete answer, with its bytes if they
// have not left. It returns false when the reader is in the middle of one of
// its items and will end it with cause. The caller holds s.mu.
func (s *session) end(p *pending, cause error) bool {
	if p.busy {
		p.expired = cause
		p.deadline = p.deadline.Add(time.Hour) // out of the way
		heap.Fix(&s.table.queue, p.index)
		return false
	}
	s.table.remove(p, outcome{list: p.list, answered: p.response != nil})
	p.sent = s.left(p)
	if p.sent {
		return true
	}
	// An action that nobody waits for must not be carried out later, as an
	// Originate behind a stalled connection would be.
	from, n := p.from-s.outBase, p.to-p.from
	s.out = append(s.out[:from], s.out[from+n:]...)
	for _, q := range s.table.byID {
		if q.from > p.from {
			q.from, q.to = q.from-n, q.to-n
		}
	}
	return true
}

// left reports whether bytes of p may have left.
func (s *session) left(p *pending) bool { return p.from < s.outBase }

// takeAll takes out all actions when the session is over, in order of sending.
func (s *session) takeAll() []*pending {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*pending, 0, len(s.table.byID))
	for _, p := range s.table.byID {
		p.sent = s.left(p)
		all = append(all, p)
	}
	s.table.byID, s.table.queue = nil, nil
	slices.SortFunc(all, func(a, b *pending) int { return cmp.Compare(a.from, b.from) })
	return all
}

// pending returns the number of actions in flight.
func (s *session) pending() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.table.counts
}
