package call

// channelList is a ring of channels in the order in which they came.
type channelList struct{ head channel }

func (l *channelList) init() { l.head.prev, l.head.next = &l.head, &l.head }

func (l *channelList) add(c *channel) {
	c.in = l
	c.prev, c.next = l.head.prev, &l.head
	c.prev.next, l.head.prev = c, c
}

func (l *channelList) remove(c *channel) {
	if l == nil || c.in != l {
		return
	}
	c.prev.next, c.next.prev = c.next, c.prev
	c.in, c.prev, c.next = nil, nil, nil
}

// first is the oldest, nil when there is none.
func (l *channelList) first() *channel {
	if l.head.next == &l.head {
		return nil
	}
	return l.head.next
}

// gone remembers the channels that ended last: some events of a channel come
// after its Hangup, and must not bring it back.
type gone struct {
	ids  map[string]bool
	ring []string
	at   int
}

// maxGone is how many of them: seconds of the busiest server.
const maxGone = 4096

func (g *gone) init() { g.ids, g.ring = map[string]bool{}, make([]string, 0, 64) }

func (g *gone) add(id string) {
	if g.ids[id] {
		return
	}
	if len(g.ring) < maxGone {
		g.ring = append(g.ring, id)
	} else {
		delete(g.ids, g.ring[g.at])
		g.ring[g.at] = id
		g.at = (g.at + 1) % maxGone
	}
	g.ids[id] = true
}

func (g *gone) has(id []byte) bool { return g.ids[string(id)] }
