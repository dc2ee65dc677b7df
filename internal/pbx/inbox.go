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
// batches. The reader never waits: beyond the bound messages are dropped, and
// the sequencer is told where.
type inbox struct {
	maxBytes int
	wake     chan struct{}

	mu    sync.Mutex
	arena *ami.Arena
	items []item
	lost  int
}

// batch is a filled inbox.
type batch struct {
	arena *ami.Arena
	items []item
	lost  int // in all itemLost together
}

func (b *inbox) init(maxBytes int) {
	b.maxBytes = maxBytes
	b.wake = make(chan struct{}, 1)
	b.arena = new(ami.Arena)
}

// early is how many messages may wait for a reader that is still busy before
// the sequencer is woken all the same.
const early = 128

func (b *inbox) message(m *ami.Message) { b.add(itemEvent, m) }

func (b *inbox) add(kind item, m *ami.Message) {
	b.mu.Lock()
	if b.arena.Bytes() > b.maxBytes {
		b.lost++
		if n := len(b.items); n == 0 || b.items[n-1] != itemLost {
			b.items = append(b.items, itemLost)
		}
		b.mu.Unlock()
		return
	}
	b.arena.Add(m)
	b.items = append(b.items, kind)
	n := len(b.items)
	b.mu.Unlock()
	if n%early == 0 {
		b.signal()
	}
}

func (b *inbox) control(kind item) {
	b.mu.Lock()
	b.items = append(b.items, kind)
	b.mu.Unlock()
}

func (b *inbox) signal() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// take returns what has come and leaves spare in its place.
func (b *inbox) take(spare batch) batch {
	// A batch that was once very large must not stay so.
	if spare.arena == nil || spare.arena.Bytes() > 1<<20 {
		spare.arena = new(ami.Arena)
	}
	spare.arena.Reset()
	b.mu.Lock()
	defer b.mu.Unlock()
	got := batch{arena: b.arena, items: b.items, lost: b.lost}
	b.arena, b.items, b.lost = spare.arena, spare.items[:0], 0
	return got
}
