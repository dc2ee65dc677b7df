package hub

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/dipcast/dipcast/internal/attribution"
)

// entry is one frame of the log as a topic sees it: 32 bytes.
type entry struct {
	off    uint64
	len    uint32 // of a marker: how many before its seq are missing
	event  uint16 // number of its name
	server uint16
	seq    uint64 // in the count of its server; 0: it has no place
	exts   *attribution.ExtSet
}

// topic is the index of one tenant, or of the operators, into the log of one
// format. Entries are numbered from 0; a client's cursor is such a number.
type topic struct {
	topicKey
	log   *shared
	shard []topicShard // one per shard of the hub

	mu      sync.Mutex
	first   uint64 // number of entries[head]
	head    int
	entries []entry

	// Of a topic whose clients may come back, by server: the last seq that it
	// cannot give any more, and the last of all that it has had.
	lost, last marks
	left       time.Time // when its last client went

	next    atomic.Uint64 // number the next entry gets
	clients atomic.Int32
	kept    atomic.Bool // entries are kept for a client that may come back
}

// topicShard is a topic's part in one shard. All fields belong to the shard's
// goroutine, except dirty.
type topicShard struct {
	dirty   atomic.Bool
	members []*Client
	last    time.Time // when its members were last flushed
}

// active reports whether entries are kept: for clients that are there, or may
// come back.
func (t *topic) active() bool { return t.clients.Load() > 0 || t.kept.Load() }

// keep begins to keep entries. It reports whether it did not before.
func (t *topic) keep(c *counts) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.left = time.Time{}
	if t.kept.Swap(true) {
		return false
	}
	// Behind the Swap: what is counted later is kept, unless it is here already.
	t.lost, t.last = c.all(), c.all()
	return true
}

// leave ends the keeping of entries when no client was there for age. It
// reports whether it did.
func (t *topic) leave(now time.Time, age time.Duration) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case !t.kept.Load() || t.clients.Load() > 0:
		t.left = time.Time{}
	case t.left.IsZero():
		t.left = now
	case now.Sub(t.left) > age:
		t.kept.Store(false)
		t.first += uint64(len(t.entries) - t.head)
		t.entries, t.head, t.lost, t.last = nil, 0, nil, nil
		return true
	}
	return false
}

// append adds e and reports whether it is time to trim.
func (t *topic) append(e entry) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.entries = append(t.entries, e)
	if t.format == V2 && e.seq > 0 {
		t.last.set(e.server, e.seq)
	}
	return t.next.Add(1)%1024 == 0
}

// trim forgets entries whose bytes have fallen out of the log.
func (t *topic) trim() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.trimLocked()
}

func (t *topic) trimLocked() {
	base := t.log.base.Load()
	for t.head < len(t.entries) && t.entries[t.head].off < base {
		e := &t.entries[t.head]
		if t.format == V2 && e.seq > 0 {
			t.lost.set(e.server, e.seq)
		}
		e.exts = nil
		t.head++
		t.first++
	}
	if t.head == len(t.entries) {
		t.entries, t.head = t.entries[:0], 0
		if cap(t.entries) > 4096 {
			t.entries = nil
		}
		return
	}
	// Moving the rest down is cheap once most of the slice is dead.
	if t.head > 1024 && t.head > len(t.entries)/2 {
		n := copy(t.entries, t.entries[t.head:])
		clear(t.entries[n:])
		t.entries, t.head = t.entries[:n], 0
	}
}

// read copies entries from cursor up to, not including, until into dst. It
// reports false when the cursor has fallen out.
func (t *topic) read(cursor, until uint64, dst []entry) (int, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if cursor < t.first {
		return 0, false
	}
	from := t.head + int(cursor-t.first)
	n := min(len(dst), int(until-cursor), len(t.entries)-from)
	copy(dst[:n], t.entries[from:from+n])
	return n, true
}
