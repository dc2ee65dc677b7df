package call

import (
	"container/list"
	"time"
)

// class separates ended calls that must not displace each other.
type class uint8

const (
	clicks class = iota // promised to whoever asked for them
	owned
	nobodys
	classes
)

// memory keeps ended calls for a time, the newest of each class.
type memory struct {
	keep  time.Duration
	max   [classes]int
	byID  map[string]*list.Element // of *Call
	order [classes]*list.List      // oldest first
}

func (m *memory) init(most int, keep time.Duration) {
	m.keep, m.byID = keep, map[string]*list.Element{}
	m.max = [classes]int{clicks: most, owned: most, nobodys: max(1, most/20)}
	for c := range m.order {
		m.order[c] = list.New()
	}
}

func (m *memory) add(c *Call) {
	switch {
	case len(c.tenants) == 0:
		c.class = nobodys
	case c.ClickToCall != nil:
		c.class = clicks
	default:
		c.class = owned
	}
	m.remove(m.byID[c.ID])
	l := m.order[c.class]
	m.byID[c.ID] = l.PushBack(c)
	if l.Len() > m.max[c.class] {
		m.remove(l.Front())
	}
	m.expire(c.EndedAt.Time)
}

func (m *memory) remove(e *list.Element) {
	if e == nil {
		return
	}
	c := e.Value.(*Call) //nolint:forcetypeassert // only Calls are put in
	m.order[c.class].Remove(e)
	delete(m.byID, c.ID)
}

// expire forgets what is too old.
func (m *memory) expire(now time.Time) {
	for _, l := range m.order {
		for e := l.Front(); e != nil; e = l.Front() {
			if now.Sub(e.Value.(*Call).EndedAt.Time) <= m.keep { //nolint:forcetypeassert // as above
				break
			}
			m.remove(e)
		}
	}
}

func (m *memory) get(id string) *Call {
	if e := m.byID[id]; e != nil {
		return e.Value.(*Call) //nolint:forcetypeassert // as above
	}
	return nil
}

func (m *memory) len() int { return len(m.byID) }
