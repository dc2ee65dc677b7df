package call

import (
	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/attribution"
)

// hangupRequest: the party at the channel hangs up. Who does so first ends the
// call, unless it goes on without him.
func (t *Tracker) hangupRequest(_ *ami.Message, f *fields, r attribution.Result) {
	if c := t.about(&f.main, &r, false); c != nil && !c.local && c.call.hungBy == nil {
		c.call.hungBy = c
	}
}

// goesOn notes that somebody is connected or called: if who hung up is gone, it
// was not the end.
func (t *Tracker) goesOn(s *state) {
	if h := s.hungBy; h != nil && t.chans[h.id] != h {
		s.hungBy = nil
	}
}

// leaves notes that a channel is gone, and with it whoever hung up there: when
// others still talk or are being called, that was not the end.
func (s *state) leaves(c *channel) {
	if s.hungBy != c {
		return
	}
	if c.leg != nil && s.clicked() && s.sideOf(c.leg) == caller && s.answered == nil {
		return // the Local channel has yet to tell the callee
	}
	if s.dialling() {
		s.hungBy = nil
		return
	}
	done := map[*channel]bool{}
	for _, o := range s.chans {
		if !o.local && !done[o] && len(group(o, done)) > 1 {
			s.hungBy = nil
			return
		}
	}
}

// hangup: the channel is gone. It ends the call only when it was the last.
func (t *Tracker) hangup(_ *ami.Message, f *fields, r attribution.Result) {
	c := t.about(&f.main, &r, false)
	if c == nil {
		return
	}
	cause, why := digits(f.cause), text(f.causeText, maxName)
	if c == c.call.root {
		c.call.rootCause, c.call.rootText = cause, why
	}
	t.endLeg(c, "", cause, why)
	t.drop(c)
}

// originateResponse tells how an Originate ended: Reason 4 success, 3 rang until
// its Timeout, 5 busy, 8 congestion, 0 anything else. It has a thread of its own
// and comes before or after the end of the channels, or without any.
func (t *Tracker) originateResponse(m *ami.Message, f *fields, _ attribution.Result) {
	exten, reason := text(f.main.exten, maxNumber), text(m.Value("Reason"), maxNumber)
	s := t.calls[string(f.main.uniqueid)]
	if s == nil {
		if c := t.ended.get(t.ID(string(f.main.uniqueid))); c != nil {
			c = withCallee(c, exten)
			if reason == timedOut {
				c = withTimeout(c)
			}
			t.ended.add(c)
		}
		return
	}
	if s.callee == "" {
		s.callee = exten
		t.touch(s)
	}
	s.originate = reason
	if !s.appeared && m.Is("Response", "Failure") {
		t.end(s)
	}
}
