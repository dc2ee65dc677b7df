package hub

import (
	"math"

	"github.com/gobwas/ws"

	"github.com/dipcast/dipcast/internal/attribution"
)

// Wants reports whether anybody would get a frame of the format and topic. A
// caller need not encode what nobody wants.
func (h *Hub) Wants(f Format, key string) bool {
	if h.inUse[f].Load() == 0 {
		return false
	}
	if h.ops[f].active() {
		return true
	}
	return key != Operators && h.Has(f, key)
}

// Has reports whether the topic itself has somebody who would get its frames.
func (h *Hub) Has(f Format, key string) bool {
	if h.inUse[f].Load() == 0 {
		return false
	}
	h.mu.RLock()
	t := h.topics[topicKey{f, key}]
	h.mu.RUnlock()
	return t != nil && t.active()
}

// Meta says who gets a frame.
type Meta struct {
	Topic string              // a tenant's key, or Operators for nobody else
	Event []byte              // the event's name, for filters
	Exts  *attribution.ExtSet // the extensions that take part, for filters
	At    Position            // of the event; needed in V2
	// Only: a frame of the topic that operators do not get.
	Only bool
}

// Append adds one event's payload to the format's log, for the topic and the
// operators. It never waits for a client. The payload is copied.
func (h *Hub) Append(f Format, payload []byte, m Meta) {
	off, n := h.put(f, payload)
	e := entry{off: off, len: n, event: h.names.number(m.Event), server: uint16(m.At.Server), seq: m.At.Seq, exts: m.Exts}
	if !m.Only {
		h.index(h.ops[f], e)
	}
	if m.Topic != Operators {
		h.index(h.topic(f, m.Topic), e)
	}
}

// Broadcast adds a frame that every client of the topics gets, whatever its
// filter but the one by server, and the operators too: news of a link.
func (h *Hub) Broadcast(f Format, payload []byte, topics []string, at Position) {
	off, n := h.put(f, payload)
	h.everywhere(f, entry{off: off, len: n, event: linkEvent, server: uint16(at.Server), seq: at.Seq}, topics)
}

// Mark tells the clients of V2 of the topics, and the operators, in its place
// among the events, that they miss the ones of a server from the position
// from up to at. What they are to be told says their OnMiss.
func (h *Hub) Mark(cause Cause, from uint64, at Position, topics []string) {
	missing := min(at.Seq-min(from, at.Seq), math.MaxUint32)
	h.everywhere(V2, entry{
		off: h.logs.logs[V2].tail.Load(), len: uint32(missing),
		event: markerEvent + uint16(cause), server: uint16(at.Server), seq: at.Seq,
	}, topics)
}

func (h *Hub) everywhere(f Format, e entry, topics []string) {
	h.index(h.ops[f], e)
	for _, key := range topics {
		h.index(h.topic(f, key), e)
	}
}

func (h *Hub) put(f Format, payload []byte) (off uint64, n uint32) {
	var head [maxHead]byte
	k := putHead(head[:], ws.OpText, len(payload))
	h.stats.Frames.Add(1)
	return h.logs.logs[f].append(head[:k], payload), uint32(k + len(payload))
}

func (h *Hub) index(t *topic, e entry) {
	if !t.active() {
		return
	}
	if t.append(e) {
		t.trim()
	}
	for i := range h.shards {
		h.shards[i].touch(t)
	}
}
