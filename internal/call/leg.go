package call

// leg is one party being called.
type leg struct {
	ch       *channel
	round    int
	since    Time
	ring     Time // zero until it rings
	answered Time // zero when it has not, or not before our eyes
	until    Time
	up       bool // answered
	over     bool
	party    Party // once it is over; before it is that of ch
	status   string
	cause    int
	text     string
	moved    bool // it became a leg of another call
	told     bool // that it rings
}

func (l *leg) who() Party {
	if l.over {
		return l.party
	}
	return l.ch.party
}

// side of a click-to-call that a leg belongs to.
type side uint8

const (
	called side = iota
	caller
)

// sideOf tells whether a leg is that of the caller of a click-to-call: the
// channel that began the call itself, or one that the second half of that Local
// channel leads to, through further Local channels too.
func (s *state) sideOf(l *leg) side {
	c := l.ch
	for range 16 {
		if c == s.root {
			return caller
		}
		d := c.dialler
		switch {
		case d == nil && c == l.ch && s.callerParty().Extension != "" && samePhone(c.party, s.callerParty()):
			return caller // who dialled it was not seen
		case d == nil || d == s.root:
			return called
		case !d.local || d.half != 2 || d.pair == nil:
			return called
		}
		c = d.pair // whoever dialled the first half is behind it
	}
	return called
}

// clicked reports whether the call began with an Originate of ours or another's
// that rings an extension first.
func (s *state) clicked() bool {
	return s.click || s.first.originated && s.callerParty().Extension != ""
}

// result says how the calling of a party ended.
func (l *leg) result() Result {
	switch {
	case l.up:
		return Answer
	case !l.over:
		return Pending
	case l.moved:
		return Moved
	}
	// Some causes are the phone's own word; the status is what Dial makes of
	// all it called.
	switch l.cause {
	case 26: // answered elsewhere
		return Elsewhere
	case 21: // call rejected
		if l.status != "CANCEL" {
			return Declined
		}
	case 17: // user busy
		return Busy
	}
	switch l.status {
	case "BUSY":
		return Busy
	case "CANCEL", "ABORT", "":
		if l.cause == 19 { // the time of an Originate was over
			return NoAnswer
		}
		return Cancelled
	case "NOANSWER":
		if l.cause == 0 || l.cause == 16 || l.cause == 18 && !l.ring.IsZero() {
			return NoAnswer // its time was over; else the other side ended it
		}
	}
	return failure(l.cause, l.party.Extension != "")
}

// failure reads a cause of Q.850 for a party that never rang.
func failure(cause int, phone bool) Result {
	switch cause {
	case 17:
		return Busy
	case 21:
		return Declined
	case 19: // alerting, no answer
		return NoAnswer
	case 18, 20, 27: // not responding, absent, out of order
		return Unavailable
	case 0, 3: // no route: a phone that is not registered
		if phone {
			return Unavailable
		}
	}
	return Failed
}
