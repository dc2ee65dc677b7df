package pbx

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
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
		case itemReady:
			s.state.finish()
			s.ready()
		case itemDown:
			s.calls.lost()
			s.state.down()
			s.o.Sink.Link(s, false, time.Now())
		case itemLost:
			s.log.Error("events came faster than they could be handed on", "lost", b.lost)
			s.o.Sink.Gap(s, b.lost)
			b.lost = 0
		}
	}
}

// protect keeps one bad event from ending the sequencer.
func (s *Server) protect(f func()) {
	defer func() {
		if r := recover(); r != nil {
			s.log.Error("panic while handing an event on", "panic", r)
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
	s.o.Sink.Link(s, true, time.Now())
}

// one handles one message of the stream.
func (s *Server) one(it item, m *ami.Message) {
	if m.Kind() != ami.KindEvent {
		return // a response without an action of ours
	}
	s.mu.Lock()
	r := s.attr.Event(m)
	s.mu.Unlock()
	s.state.learn(m)
	if it == itemList {
		return // what it says was known to clients before, or comes with a snapshot
	}
	e := Event{Server: s, At: time.Now(), Message: m, Result: r}
	if id := m.ActionID(); len(id) > 0 {
		if e.ID = s.calls.restore(id, m); e.ID.Set && isOriginateResponse(m) && !s.calls.release(id, m) {
			return // its Response has not come yet, it is handed on then
		}
	}
	s.hand(&e)
}

func (s *Server) hand(e *Event) {
	e.Epoch, e.Seq = s.state.next()
	s.o.Sink.Event(e)
}

func isOriginateResponse(m *ami.Message) bool {
	return bytes.Equal(m.Event(), []byte("OriginateResponse"))
}

// ready runs the hook of a server whose links are all up.
func (s *Server) ready() {
	if s.o.OnUp == nil || !s.Up() || !s.state.complete() {
		return
	}
	s.tasks.start(func() {
		ctx, cancel := context.WithTimeout(s.ctx, time.Minute)
		defer cancel()
		s.o.OnUp(ctx, s)
	})
}
