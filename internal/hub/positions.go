package hub

import (
	"maps"
	"sync"
	"sync/atomic"
)

// Position is a place in the count of one server's events.
type Position struct {
	Server int
	Seq    uint64
}

// marks are positions of a few servers.
type marks []mark

type mark struct {
	server uint16
	seq    uint64
}

func (m marks) at(server uint16) uint64 {
	for i := range m {
		if m[i].server == server {
			return m[i].seq
		}
	}
	return 0
}

func (m *marks) set(server uint16, seq uint64) {
	for i := range *m {
		if (*m)[i].server == server {
			(*m)[i].seq = seq
			return
		}
	}
	*m = append(*m, mark{server, seq})
}

// counts is how far the count of each server has got.
type counts struct {
	mu sync.Mutex
	by atomic.Pointer[map[uint16]*atomic.Uint64]
}

func (c *counts) of(server uint16) *atomic.Uint64 {
	if m := c.by.Load(); m != nil {
		if n := (*m)[server]; n != nil {
			return n
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	fresh := map[uint16]*atomic.Uint64{}
	if m := c.by.Load(); m != nil {
		maps.Copy(fresh, *m)
	}
	if fresh[server] == nil {
		fresh[server] = new(atomic.Uint64)
	}
	c.by.Store(&fresh)
	return fresh[server]
}

func (c *counts) all() marks {
	var all marks
	if m := c.by.Load(); m != nil {
		for server, n := range *m {
			all = append(all, mark{server, n.Load()})
		}
	}
	return all
}

// Reached tells that the count of a server has got to p, before it is known
// whether anybody wants what stands there. Frames with a position are appended
// behind it, in the order of their server's count.
func (h *Hub) Reached(p Position) { h.counts.of(uint16(p.Server)).Store(p.Seq) }
