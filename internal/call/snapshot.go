package call

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/attribution"
)

// Begin starts a snapshot: the link is new, or events were lost. Until Finish,
// Event takes the items of CoreShowChannels among the events, in the order of
// the link, and nothing is told. Calls known before keep their identity and
// history: beginning, From, To, DID, whom they rang, diversions, the answer, as
// far as it was seen.
//
// A call found by a snapshot has less. Unknown are: the DID, the account code
// unless the channel that began it lives, who was called and is gone,
// diversions, transfers, that and when it was answered (who talks is known), that
// it is a click-to-call when its Local channels are gone, and why it is parked.
// To is where the call leads now. When the channel that began it is gone, From
// and To are those who are there: of two a phone of the company is From.
func (t *Tracker) Begin(at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.now = At(at)
	t.generation++
	t.snapshot, t.begun, t.deadline = true, at, at.Add(t.o.Snapshot)
}

// Finish ends a snapshot: channels that were known before and not confirmed by
// an item or an event are gone, and calls without any other end as unknown. It
// returns the ends, who rings now and was not told, and answers of calls that
// were known; other changes come with the next Flush.
func (t *Tracker) Finish(at time.Time) []Event {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.now = At(at)
	if t.snapshot {
		t.finish()
		t.doubt(t.begun, at)
	}
	return t.take()
}

func (t *Tracker) finish() {
	t.snapshot = false
	var stale []*channel
	for _, c := range t.chans {
		if c.generation < t.generation {
			stale = append(stale, c)
		}
	}
	for _, c := range stale {
		if c.call.allStale(t.generation) {
			c.call.lost = true
		}
	}
	for _, c := range stale {
		t.endLeg(c, "", 0, "")
		t.drop(c)
	}
	calls := slices.SortedFunc(maps.Values(t.calls), func(a, b *state) int { return strings.Compare(a.id, b.id) })
	for _, s := range calls {
		s.behind()
		switch {
		case s.appeared && len(s.chans) == 0: // it ended meanwhile
			t.end(s)
			continue
		case s.found:
			s.answerTold = s.answerTold || s.answered != nil
		}
		for _, l := range s.legs {
			t.tellRinging(s, l)
		}
		t.tellAnswered(s)
		s.found = false
	}
}

// allStale reports whether no channel of the call was confirmed.
func (s *state) allStale(generation uint64) bool {
	for _, c := range s.chans {
		if c.generation >= generation {
			return false
		}
	}
	return true
}

// item is one channel of a snapshot as it is now. Outside of a snapshot it is
// somebody's list and says nothing.
func (t *Tracker) item(_ *ami.Message, f *fields, r attribution.Result) {
	if !t.snapshot {
		return
	}
	fresh := t.chans[string(f.main.uniqueid)] == nil
	c := t.about(&f.main, &r, true)
	if c == nil {
		return
	}
	if fresh {
		t.found(c, f)
	}
	if usable(f.bridge) {
		t.enter(c, f.bridge)
		if string(f.application) == "Park" {
			c.bridge.kind = "parking"
		}
		t.talking(c)
	} else {
		t.leave(c)
	}
	if s := c.call; string(f.application) == "Park" && s.parked == nil {
		s.parked = c
		t.touch(s)
	}
	if l := c.leg; l != nil && !l.up && !l.over && c.status == up {
		t.answers(t.callOf(c), l, Time{}) // it happened unseen
	}
}

// found takes in what an item says of a channel whose beginning was not seen.
func (t *Tracker) found(c *channel, f *fields) {
	s := c.call
	if begun := At(t.now.Add(-age(f.duration))); begun.Before(s.started.Time) {
		s.started = begun
	}
	t.accounted(c, f)
	app := string(f.application)
	if strings.HasPrefix(app, "AppDial") || app == "AppQueue" {
		if c.local {
			return
		}
		if l := t.legOf(nil, c); l != nil {
			l.since = At(t.now.Add(-age(f.duration)))
			if c.status == ringing {
				l.ring, s.rang = l.since, true
			}
		}
		return
	}
	c.plan.context, c.plan.exten = text(f.main.context, maxID), text(f.main.exten, maxNumber)
	c.plan.ran = c.plan.exten != ""
	c.plan.dials = text(f.data, maxID)
}

// behind finds who dials the legs whose begin was not seen: the channel whose
// application names them.
func (s *state) behind() {
	for _, l := range s.legs {
		if l.ch.dialler != nil || l.over || l.ch == s.root {
			continue
		}
		endpoint, _, _ := strings.Cut(l.ch.name, "-")
		for _, c := range s.chans {
			if c != l.ch && c.plan.dials != "" && (strings.Contains(c.plan.dials, endpoint) || l.ch.trunk && l.ch.number != "" && strings.Contains(c.plan.dials, l.ch.number+"@")) {
				l.ch.dialler = c
			}
		}
	}
}

// age reads a duration of the form 01:02:03.
func age(v []byte) time.Duration {
	var d time.Duration
	for part := range strings.SplitSeq(text(v, maxNumber), ":") {
		d = d*60 + time.Duration(digits([]byte(part)))
	}
	return min(d, 1000*time.Hour) * time.Second
}
