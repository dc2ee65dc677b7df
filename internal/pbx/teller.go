package pbx

import (
	"sync/atomic"

	"github.com/dipcast/dipcast/ami"
)

// telling is one thing that the sink is told: an event, whose message is at a
// place of the batch's arena, a step of a call, or what do tells.
type telling struct {
	Event
	at   int
	call *CallEvent
	do   func()
}

// teller tells the sink what the sequencer found, one thing after the other. In
// a flood it does so in a goroutine of its own, so that the sequencer goes on
// with the next batch meanwhile; else the sequencer does it, which saves waking
// another goroutine for each event.
type teller struct {
	s       *Server
	batches chan *batch
	free    chan []telling // empty ones, for use again
	ended   chan struct{}
	open    atomic.Int32 // batches that were given to the goroutine and are not told
	message ami.Message
}

// tellAhead is how many batches may wait to be told. Beyond that the sequencer
// waits, and what is read meanwhile fills the inbox.
const tellAhead = 4

func (t *teller) init(s *Server) {
	t.s, t.free = s, make(chan []telling, tellAhead+2)
}

func (t *teller) start() {
	t.batches, t.ended = make(chan *batch, tellAhead), make(chan struct{})
	go func() {
		defer close(t.ended)
		for b := range t.batches {
			t.tell(b)
			t.open.Add(-1)
		}
	}()
}

// stop returns when all is told.
func (t *teller) stop() {
	close(t.batches)
	<-t.ended
}

// take tells what was found in b, now or, when more waits, beside the sequencer.
func (t *teller) take(b *batch, more bool) {
	if t.open.Load() == 0 && !more || len(b.told) == 0 {
		t.tell(b)
		return
	}
	t.open.Add(1)
	t.batches <- b
}

// tell tells all of b and gives it back.
func (t *teller) tell(b *batch) {
	for i := range b.told {
		t.s.protect(func() { t.one(b, &b.told[i]) })
	}
	clear(b.told)
	select {
	case t.free <- b.told[:0]:
	default:
	}
	t.s.inbox.reuse(b)
}

func (t *teller) one(b *batch, it *telling) {
	switch {
	case it.do != nil:
		it.do()
	case it.call != nil:
		t.s.o.Sink.Call(it.call)
	default:
		b.arena.At(it.at, &t.message)
		it.Message = &t.message
		t.s.counts.handed.Add(1)
		t.s.o.Sink.Event(&it.Event)
	}
}

// blank returns an empty list.
func (t *teller) blank() []telling {
	select {
	case list := <-t.free:
		return list
	default:
		return nil
	}
}
