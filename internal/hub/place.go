package hub

import "sync"

// Place keeps a client's place in what is appended while its handshake is
// still being answered: from the moment it knows that it is connected, it
// misses nothing.
type Place struct {
	cursor  uint64
	release func()
}

// Keep takes a place. The caller releases it once the client is attached, or
// will not be.
func (h *Hub) Keep(f Format, key string) *Place {
	t := h.topic(f, key)
	h.inUse[f].Add(1)
	t.clients.Add(1)
	return &Place{cursor: t.next.Load(), release: sync.OnceFunc(func() {
		t.clients.Add(-1)
		h.inUse[f].Add(-1)
	})}
}

// Release gives the place up. Only the first call counts; a nil Place has none.
func (p *Place) Release() {
	if p != nil {
		p.release()
	}
}
