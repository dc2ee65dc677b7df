package pbx

import (
	"sync"

	"github.com/dipcast/dipcast/ami"
)

// item tells what stands at a place in the inbox.
type item uint8

const (
	itemEvent     item = iota // a message of the arena
	itemList                  // a message of the arena, from the snapshot
	itemUp                    // the link of the events is new
	itemDown                  // it is gone
	itemOtherUp               // another link of the server came
	itemOtherDown             // or went
	itemBegin                 // a snapshot begins to be read
	itemReady                 // a snapshot is complete
	itemFailed                // a snapshot ended without being complete
	itemLost                  // messages were dropped here
)

// inbox hands what the reader goroutine got to the sequencer, in order and in
// batches. The reader never waits: beyond the bound messages are dropped, until
// half of it is free again, and the sequencer is told where.
//
// Batches are small and used again. One that grew with what waits would be
// copied at each growth, into memory that the kernel has to clear first: at
// 100,000 events/s that cost more than parsing them.
type inbox struct {
	maxBytes int
	wake     chan struct{}

	mu    sync.Mutex
	full  bool     // dropping
	held  int      // bytes of all batches here
	ready []*batch // filled, the oldest first
	next  *batch   // being filled
	spare []*batch
}

// batch is some messages in order, and, when they were worked on, what is told
// because of them.
type batch struct {
	arena ami.Arena
	items []item
	lost  int // in all itemLost together
	told  []telling
}

const (
	// batchBytes is how much a batch takes before the next one is begun.
	batchBytes = 64 << 10
	// maxSpare bounds the empty batches kept for use again; each holds about
	// twice batchBytes.
	maxSpare = 8
)

func (b *inbox) init(maxBytes int) {
	b.maxBytes = maxBytes
	b.wake = make(chan struct{}, 1)
	b.next = new(batch)
}

// early is how many messages may wait for a reader that is still busy before
// the sequencer is woken all the same.
const early = 128

func (b *inbox) message(m *ami.Message) { b.add(itemEvent, m) }

func (b *inbox) add(kind item, m *ami.Message) {
	b.mu.Lock()
	if b.full = b.full || b.held > b.maxBytes; b.full {
		b.drop()
		b.mu.Unlock()
		return
	}
	to := b.next
	before := to.arena.Bytes()
	to.arena.Add(m)
	to.items = append(to.items, kind)
	b.held += to.arena.Bytes() - before
	n := len(to.items)
	if to.arena.Bytes() >= batchBytes {
		b.ready = append(b.ready, to)
		b.next = b.empty()
		n = 0
	}
	b.mu.Unlock()
	if n%early == 0 {
		b.signal()
	}
}

// drop counts a message that is not taken. The caller holds mu.
func (b *inbox) drop() {
	to := b.next
	to.lost++
	if n := len(to.items); n == 0 || to.items[n-1] != itemLost {
		to.items = append(to.items, itemLost)
	}
}

// empty returns a batch to fill. The caller holds mu.
func (b *inbox) empty() *batch {
	n := len(b.spare)
	if n == 0 {
		e := new(batch)
		e.arena.Grow(batchBytes + batchBytes/16)
		return e
	}
	e := b.spare[n-1]
	b.spare[n-1] = nil
	b.spare = b.spare[:n-1]
	return e
}

func (b *inbox) control(kind item) {
	b.mu.Lock()
	b.next.items = append(b.next.items, kind)
	b.mu.Unlock()
}

// idle wakes the sequencer when something waits: the reader has no more for now.
func (b *inbox) idle() {
	b.mu.Lock()
	some := len(b.next.items)+len(b.ready) > 0
	b.mu.Unlock()
	if some {
		b.signal()
	}
}

func (b *inbox) signal() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// take returns what came first, nil when nothing is there. Whoever is done with
// it gives it back by reuse.
func (b *inbox) take() *batch {
	b.mu.Lock()
	defer b.mu.Unlock()
	var got *batch
	switch {
	case len(b.ready) > 0:
		got = b.ready[0]
		b.ready[0] = nil
		if b.ready = b.ready[1:]; len(b.ready) == 0 {
			b.ready = nil
		}
	case len(b.next.items) > 0:
		got = b.next
		b.next = b.empty()
	default:
		return nil
	}
	b.held -= got.arena.Bytes()
	if b.held <= b.maxBytes/2 {
		b.full = false
	}
	return got
}

// reuse takes a batch back that is not looked at any more.
func (b *inbox) reuse(used *batch) {
	large := used.arena.Bytes() >= 2*batchBytes // of one large message: it does not stay
	used.reset()
	b.mu.Lock()
	defer b.mu.Unlock()
	if !large && len(b.spare) < maxSpare {
		b.spare = append(b.spare, used)
	}
}

func (b *batch) reset() {
	b.arena.Reset()
	b.items, b.lost, b.told = b.items[:0], 0, nil
}

// bare returns an empty batch for what is told without a message.
func (b *inbox) bare() *batch {
	b.mu.Lock()
	defer b.mu.Unlock()
	if n := len(b.spare); n > 0 {
		return b.empty()
	}
	return new(batch)
}

// busy reports whether more waits than the batch that is being filled.
func (b *inbox) busy() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.ready) > 0
}
