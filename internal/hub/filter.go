package hub

import (
	"strings"
	"sync"
	"sync/atomic"
)

// Filter narrows what a client gets. The zero Filter lets everything through.
// Link changes pass every filter.
type Filter struct {
	Events     []string // names, in any letter case; empty: all
	Extensions []string // empty: all
}

// MaxFilterNames bounds the names in one list of a Filter.
const MaxFilterNames = 64

// linkEvent is the entry.event of link changes, which every client gets.
const linkEvent = 0xffff

// compiled is a Filter made fast; nil lets everything through.
type compiled struct {
	events map[uint16]struct{} // nil: all
	exts   []string            // nil: all
}

func (c *compiled) pass(e *entry) bool {
	if c == nil || e.event == linkEvent {
		return true
	}
	if c.events != nil {
		if _, ok := c.events[e.event]; !ok {
			return false
		}
	}
	if c.exts == nil {
		return true
	}
	for _, x := range c.exts {
		if e.exts.Has(x) {
			return true
		}
	}
	return false
}

// names numbers the event names that clients have filtered by. Looking one up
// takes no lock; only a new filter name copies the map.
type names struct {
	mu  sync.Mutex
	ids atomic.Pointer[map[string]uint16]
}

// maxNames bounds the table; names beyond it match no event.
const maxNames = 4096

func (n *names) lookup(name []byte) uint16 {
	m := n.ids.Load()
	if m == nil || len(name) > 64 {
		return 0
	}
	var low [64]byte
	for i, c := range name {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		low[i] = c
	}
	return (*m)[string(low[:len(name)])]
}

func (n *names) intern(name string) uint16 {
	name = strings.ToLower(name)
	n.mu.Lock()
	defer n.mu.Unlock()
	old := map[string]uint16{}
	if m := n.ids.Load(); m != nil {
		old = *m
	}
	if id, ok := old[name]; ok {
		return id
	}
	if len(old) >= maxNames {
		return maxNames + 1
	}
	fresh := make(map[string]uint16, len(old)+1)
	for k, v := range old {
		fresh[k] = v
	}
	id := uint16(len(fresh) + 1)
	fresh[name] = id
	n.ids.Store(&fresh)
	return id
}

func (n *names) compile(f Filter) *compiled {
	if len(f.Events) == 0 && len(f.Extensions) == 0 {
		return nil
	}
	c := &compiled{exts: f.Extensions}
	if len(f.Events) > 0 {
		c.events = make(map[uint16]struct{}, len(f.Events))
		for _, e := range f.Events {
			c.events[n.intern(e)] = struct{}{}
		}
	}
	return c
}
