package pbx

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"runtime/debug"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/attribution"
)

// sequence is the server's one goroutine that decides whose an event is and
// hands it on, so that order holds.
func (s *Server) sequence(done <-chan struct{}) {
	var b batch
	for {
		select {
		case <-s.inbox.wake:
		case <-done:
			s.work(s.inbox.take(batch{}))
			return
		}
		for {
			b = s.inbox.take(b)
			if len(b.items) == 0 {
				break
			}
			s.work(b)
		}
	}
}

func (s *Server) work(b batch) {
	var m ami.Message
	at := 0
	for _, it := range b.items {
		switch it {
		case itemEvent, itemList:
			b.arena.At(at, &m)
			at++
			s.protect(func() { s.one(it, &m) })
		case itemUp:
			s.begin()
			s.count(+1)
		case itemDown:
			s.state.setWhole(false)
			s.eventsLost()
			s.count(-1)
		case itemOtherUp:
			s.count(+1)
			s.ready()
		case itemOtherDown:
			s.count(-1)
		case itemReady:
			s.state.setWhole(true)
			s.ready()
		case itemLost:
			if b.lost == 0 {
				break // told already, together
			}
			s.log.Error("events came faster than they could be handed on", "lost", b.lost)
			s.protect(func() { s.o.Sink.Gap(s, b.lost) })
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
		s.protect(func() { s.o.Sink.Link(s, up, now) })
	}
}

// protect keeps one bad event from ending the sequencer.
func (s *Server) protect(f func()) {
	defer func() {
		if r := recover(); r != nil {
			s.log.Error("panic while handing an event on", "panic", r, "stack", string(debug.Stack()))
		}
	}()
	f()
}

// begin starts a new epoch.
func (s *Server) begin() {
	var b [6]byte
	_, _ = rand.Read(b[:]) // never fails, crypto/rand
	s.state.begin(hex.EncodeToString(b[:]))
	s.mu.Lock()
	s.attr.SetView(attribution.NewView(s.o.Directory().OnServer(s.ID())))
	s.attr.Reset()
	s.mu.Unlock()
}

// one handles one message of the stream.
func (s *Server) one(it item, m *ami.Message) {
	if m.Kind() != ami.KindEvent {
		return // a response without an action of ours
	}
	r := s.attribute(m)
	s.state.learn(m)
	if it == itemList {
		return // what it says was known to clients before, or comes with a snapshot
	}
	e := Event{Server: s, At: time.Now(), Message: m, Result: r}
	if len(m.ActionID()) > 0 {
		var now bool
		if e.ID, now = s.originateEvent(m); !now {
			return // it comes again, behind its Response
		}
	}
	e.Epoch, e.Seq = s.state.next()
	s.o.Sink.Event(&e)
}

func (s *Server) attribute(m *ami.Message) attribution.Result {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.attr.Event(m)
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
