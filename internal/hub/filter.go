package hub

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Filter narrows what a client gets. The zero Filter lets everything through.
// Link changes pass every filter but the one by server.
type Filter struct {
	Events     []string // names, in any letter case; empty: all
	Extensions []string // empty: all
	Servers    []int    // empty: all; of V2
}

// MaxFilterNames bounds the names in one list of a Filter.
const MaxFilterNames = 64

// linkEvent is the entry.event of link changes, which every client gets.
const linkEvent = 0xffff

// compiled is a Filter made fast; nil lets everything through. It belongs to
// the goroutine that writes to the client.
type compiled struct {
	names  *names
	events map[string]struct{} // in lower case; nil: all
	known  []verdict           // by the number of an event's name
	exts   []string            // nil: all
	// servers is nil for all.
	servers []uint16
}

type verdict uint8

const (
	unasked verdict = iota
	wanted
	unwanted
)

func (c *compiled) pass(e *entry) bool {
	if c == nil {
		return true
	}
	if c.servers != nil && !slices.Contains(c.servers, e.server) {
		return false
	}
	if e.event == linkEvent {
		return true
	}
	if c.events != nil && !c.wants(e.event) {
		return false
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

// serves reports whether events of the server may pass.
func (c *compiled) serves(server uint16) bool {
	return c == nil || c.servers == nil || slices.Contains(c.servers, server)
}

func (c *compiled) wants(event uint16) bool {
	if int(event) >= len(c.known) {
		c.known = append(c.known, make([]verdict, int(event)+1-len(c.known))...)
	}
	if c.known[event] == unasked {
		c.known[event] = unwanted
		if _, ok := c.events[c.names.name(event)]; ok {
			c.known[event] = wanted
		}
	}
	return c.known[event] == wanted
}

// names numbers the names of the events that servers send, as they come.
// Clients' filters add nothing to it, so that no client can fill it. Looking
// one up takes no lock; only a new name copies the map.
type names struct {
	mu   sync.Mutex
	ids  atomic.Pointer[map[string]uint16]
	list []string // in lower case, by number
}

// maxNames bounds the table; events whose names come too late pass no filter
// by name. Asterisk 22 has about 200.
const maxNames = 4096

// unnamed is the number of a name that the table has no room for.
const unnamed = 0

func (n *names) number(name []byte) uint16 {
	if m := n.ids.Load(); m != nil {
		if id, ok := (*m)[string(name)]; ok {
			return id
		}
	}
	return n.add(string(name))
}

func (n *names) add(name string) uint16 {
	n.mu.Lock()
	defer n.mu.Unlock()
	old := map[string]uint16{}
	if m := n.ids.Load(); m != nil {
		old = *m
	}
	if id, ok := old[name]; ok {
		return id
	}
	if len(old) >= maxNames || len(name) > 64 {
		return unnamed
	}
	if n.list == nil {
		n.list = []string{""}
	}
	id := uint16(len(n.list))
	n.list = append(n.list, strings.ToLower(name))
	fresh := maps.Clone(old)
	fresh[name] = id
	n.ids.Store(&fresh)
	return id
}

func (n *names) name(id uint16) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if int(id) >= len(n.list) {
		return ""
	}
	return n.list[id]
}

func (n *names) compile(f Filter) *compiled {
	if len(f.Events) == 0 && len(f.Extensions) == 0 && len(f.Servers) == 0 {
		return nil
	}
	c := &compiled{names: n, exts: f.Extensions}
	for _, id := range f.Servers {
		c.servers = append(c.servers, uint16(id))
	}
	if len(f.Events) > 0 {
		c.events = make(map[string]struct{}, len(f.Events))
		for _, e := range f.Events {
			c.events[strings.ToLower(e)] = struct{}{}
		}
	}
	return c
}
