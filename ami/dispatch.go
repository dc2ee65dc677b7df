package ami

import "bytes"

// maxListBytes bounds the events collected of one list, beside their number.
const maxListBytes = 16 << 20

// handle gives one message to whom it belongs.
func (s *session) handle(m *Message) {
	n := &s.c.stats
	n.messages.Add(1)
	switch m.Kind() {
	case KindEvent:
		n.events.Add(1)
		if s.event(m) {
			return
		}
	case KindResponse, KindCommandOutput:
		n.responses.Add(1)
		if s.response(m) {
			return
		}
	}
	s.c.o.OnMessage(m)
}

// response takes a response that belongs to an action, or to one that ended.
func (s *session) response(m *Message) bool {
	id := m.ActionID()
	s.mu.Lock()
	p := s.table.byID[string(id)]
	if p == nil {
		how, ended := s.table.ended[string(id)]
		s.mu.Unlock()
		switch {
		case !ended || len(id) == 0:
			s.c.stats.unmatched.Add(1)
			return false
		case how.answered:
			s.c.stats.duplicate.Add(1)
		default:
			s.c.stats.late.Add(1)
		}
		return true
	}
	announced := s.announcesList(m)
	if p.response != nil { // a second response in the middle of a list
		s.mu.Unlock()
		s.c.stats.duplicate.Add(1)
		return true
	}
	if p.list && announced {
		p.response = m.Clone()
		s.mu.Unlock()
		return true
	}
	s.table.remove(p, outcome{list: announced, answered: true})
	s.mu.Unlock()
	p.done(Result{Message: m, Events: p.events, Sent: true})
	return true
}

// announcesList reports whether a response says that an event list follows.
// Before protocol version 2 (Asterisk 12) only its text does; since then a
// text such as "FAXStats event will follow" means no list.
func (s *session) announcesList(m *Message) bool {
	if !m.Is("Response", "Success") {
		return false
	}
	text := m.Value("Message")
	return m.Is("EventList", "start") || s.oldLists && string(text) != "Command output follows" &&
		(bytes.HasSuffix(text, []byte(" will follow")) || bytes.HasSuffix(text, []byte(" follows")))
}

// event takes an item of an event list; late ones are dropped. Any other event
// is the consumer's, an OriginateResponse also when its ActionID is one of
// ours: it tells how a call ended, not an action.
func (s *session) event(m *Message) bool {
	name := m.Event()
	if string(name) == "Shutdown" {
		s.mu.Lock()
		s.shutdown = true
		s.mu.Unlock()
		signal(s.rearm)
		return false
	}
	id := m.ActionID()
	if len(id) == 0 || string(name) == "OriginateResponse" {
		return false
	}
	s.mu.Lock()
	p := s.table.byID[string(id)]
	if p != nil && p.list {
		s.item(p, m) // unlocks
		return true
	}
	how, ended := s.table.ended[string(id)]
	s.mu.Unlock()
	switch {
	case p != nil || !ended || !how.list:
		return false
	case how.complete:
		s.c.stats.duplicate.Add(1)
	default:
		s.c.stats.late.Add(1)
	}
	return true
}

// item adds one event to the list p, and ends it with the Complete event or
// when it is too long. The caller holds s.mu; item lets it go.
func (s *session) item(p *pending, m *Message) {
	last := s.completesList(m)
	p.items++
	res := Result{Sent: true}
	switch {
	case !last && (p.items > p.maxItems || p.size > maxListBytes):
		res.Err = ErrListTooLong
	case p.onItem == nil:
		p.events = append(p.events, m.Clone())
		p.size += len(m.Bytes())
	default:
		p.busy = true
		s.mu.Unlock()
		s.c.protect(func() { p.onItem(m) })
		s.mu.Lock()
		p.busy = false
		res.Err = p.expired
	}
	if !last && res.Err == nil {
		s.mu.Unlock()
		return
	}
	s.table.remove(p, outcome{list: true, answered: p.response != nil, complete: last})
	s.mu.Unlock()
	res.Message, res.Events = p.response, p.events
	p.done(res)
}

// completesList reports whether an event is the last of its list. Before
// protocol version 2 only its name says so.
func (s *session) completesList(m *Message) bool {
	if v := m.Value("EventList"); v != nil {
		return foldEqual(v, "complete") || foldEqual(v, "cancelled")
	}
	return s.oldLists && bytes.HasSuffix(m.Event(), []byte("Complete"))
}
