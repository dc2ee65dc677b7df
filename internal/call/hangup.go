package call

import (
	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/attribution"
)

// hangupRequest: the party at the channel hangs up. Who does so first since
// somebody was last connected or called ends the call, should it end.
func (t *Tracker) hangupRequest(_ *ami.Message, f *fields, r attribution.Result) {
	c := t.about(&f.main, &r, false)
	if c == nil || c.local {
		return
	}
	// When the first is gone and others still talk, it was not the end.
	if s := c.call; s.hungBy == nil || t.chans[s.hungBy.id] != s.hungBy && len(group(c, map[*channel]bool{})) > 1 {
		s.hungBy = c
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
		if c := t.ended.get(t.ID(string(f.main.uniqueid))); c != nil && c.ClickToCall != nil {
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
