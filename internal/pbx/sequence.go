package pbx

import (
	"context"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/attribution"
	"github.com/dipcast/dipcast/internal/call"
)

// callTick is how often calls that nothing is heard of are looked at.
const callTick = 5 * time.Second

// sequence is the server's one goroutine that decides whose an event is, what it
// means to calls and which place it has, so that order holds. The teller hands on
// what it finds, in that order.
func (s *Server) sequence(done <-chan struct{}) {
	s.teller.start()
	defer s.teller.stop()
	tick := time.NewTicker(callTick)
	defer tick.Stop()
	for last := false; !last; {
		select {
		case <-s.inbox.wake:
		case now := <-tick.C:
			s.apart(func() []call.Event { return s.tracker.Tick(now) })
		case <-done:
			last = true
		}
		for b := s.inbox.take(); b != nil; b = s.inbox.take() {
			s.work(b)
			s.teller.take(b, s.inbox.busy())
		}
		if !last {
			s.apart(func() []call.Event { return s.tracker.Flush(time.Now()) })
		}
	}
}

// apart tells what the tracker says when no message is at hand.
func (s *Server) apart(f func() []call.Event) {
	s.found = s.inbox.bare()
	s.found.told = s.teller.blank()
	s.tell(f)
	s.teller.take(s.found, false)
}

func (s *Server) work(b *batch) {
	s.found, b.told = b, s.teller.blank()
	now := time.Now() // of all of it: what waits came in a moment
	var m ami.Message
	at := 0
	for _, it := range b.items {
		switch it {
		case itemEvent, itemList:
			b.arena.At(at, &m)
			s.protect(func() { s.one(it, at, &m, now) })
			at++
		case itemUp:
			s.begin()
			s.count(+1)
		case itemDown:
			s.state.setWhole(false)
			s.eventsLost()
			s.count(-1)
		case itemOtherUp:
			s.tracker.Doubt(now, now) // what was asked on the old link shows in events, or never
			s.count(+1)
			s.ready()
		case itemOtherDown:
			s.count(-1)
		case itemBegin:
			s.reading++
			s.tracker.Begin(now)
		case itemReady:
			s.reading--
			s.snapshotRead()
		case itemFailed:
			s.reading--
		case itemLost:
			if b.lost == 0 {
				break // told already, together
			}
			s.log.Error("events came faster than they could be handed on", "lost", b.lost)
			s.counts.lost.Add(uint64(b.lost))
			s.state.skip(uint64(b.lost))
			lost := b.lost
			s.later(func() { s.o.Sink.Gap(s, lost) })
			b.lost = 0
			s.readAgain(afterGap)
		}
	}
}

// count counts the links that are up, and tells when that makes the server
// come or go: it is up as long as all of them are.
func (s *Server) count(d int) {
	was := s.upNow == len(s.all)
	s.upNow += d
	if up := s.upNow == len(s.all); up != was {
		now := time.Now()
		s.state.changed(now)
		s.state.skip(1)
		s.later(func() { s.o.Sink.Link(s, up, now) })
	}
}

// protect keeps one bad event from ending the sequencer.
func (s *Server) protect(f func()) {
	defer func() {
		if r := recover(); r != nil {
			s.log.Error("panic while an event was handled", "panic", r, "stack", string(debug.Stack()))
		}
	}()
	f()
}

// begin starts a new epoch.
func (s *Server) begin() {
	s.epochs++
	s.state.begin(s.life + strconv.Itoa(s.epochs))
	s.mu.Lock()
	s.attr.SetView(attribution.NewView(s.o.Directory().OnServer(s.ID())))
	s.attr.Reset()
	s.mu.Unlock()
}

// one handles one message of the stream, the one at a place of the batch's arena.
func (s *Server) one(it item, at int, m *ami.Message, now time.Time) {
	if m.Kind() != ami.KindEvent {
		return // a response without an action of ours
	}
	e := Event{Server: s, At: now, Message: m}
	listed := it == itemList
	if len(m.ActionID()) > 0 && !listed {
		var now bool
		if e.ID, now = s.originateEvent(m); !now {
			return // it comes again, behind its Response
		}
	}
	steps := s.learn(&e, listed)
	if !listed { // what a list says comes with a snapshot
		s.found.told = append(s.found.told, telling{Event: e, at: at})
	}
	s.steps(steps)
}

// learn takes e in: whose it is, what it says of the server and of calls. It
// gives e its place in the count, and what it means to calls the next ones, in
// one go: a Picture has the effects of exactly the events up to its Seq.
func (s *Server) learn(e *Event, listed bool) []CallEvent {
	s.mu.Lock()
	defer s.mu.Unlock()
	e.Result = s.attr.Event(e.Message, e.At)
	s.state.learn(e.Message)
	if !listed {
		e.Epoch, e.Seq = s.state.next()
	}
	return s.number(s.tracker.Event(e.Message, e.Result, e.At))
}

// tell has told what the tracker says when no event is at hand.
func (s *Server) tell(f func() []call.Event) {
	var steps []CallEvent
	s.protect(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		steps = s.number(f())
	})
	s.steps(steps)
}

// number gives what happened to calls their places in the count. The caller
// holds mu.
func (s *Server) number(events []call.Event) []CallEvent {
	if len(events) == 0 {
		return nil
	}
	steps := make([]CallEvent, len(events))
	for i, e := range events {
		steps[i] = CallEvent{Server: s, Event: e}
		steps[i].Epoch, steps[i].Seq = s.state.next()
	}
	return steps
}

func (s *Server) steps(list []CallEvent) {
	for i := range list {
		s.found.told = append(s.found.told, telling{call: &list[i]})
	}
}

// later has f called behind all that was found before. Told is then the place
// that the count has now.
func (s *Server) later(f func()) {
	p := s.Position()
	s.found.told = append(s.found.told, telling{do: func() {
		s.told = p
		f()
	}})
}

// snapshotRead takes a snapshot that was read to its end. Of several at once
// only the last is the picture that counts.
func (s *Server) snapshotRead() {
	if s.reading > 0 {
		return
	}
	s.tell(func() []call.Event { return s.tracker.Finish(time.Now()) })
	s.state.setWhole(true)
	s.state.skip(1)
	s.later(func() { s.o.Sink.Snapshot(s) })
	s.ready()
}

// ready runs the hook of a server whose links are all up.
func (s *Server) ready() {
	if s.o.OnUp == nil || !s.Up() || !s.state.complete() {
		return
	}
	s.tasks.start(func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		s.o.OnUp(ctx, s)
	})
}
