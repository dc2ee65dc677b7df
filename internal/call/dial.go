package call

import (
	"strings"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/attribution"
)

// legOf gives the leg of a channel that is dialled, in the call of its dialler,
// made when it is new. It is nil for a half of a Local channel.
func (t *Tracker) legOf(d, c *channel) *leg {
	s := c.call
	if d != nil {
		c.dialler, s = d, d.call
	}
	if c.local {
		return nil
	}
	if c.leg != nil {
		if c.call != s {
			t.moveLeg(c, s) // the dialler was put in the place of another (masquerade)
		}
		return c.leg
	}
	if len(s.legs) >= maxLegs {
		return nil
	}
	if !s.dialling() {
		s.round++
	}
	l := &leg{ch: c, round: s.round, since: t.now}
	c.leg = l
	s.legs = append(s.legs, l)
	c.identify()
	s.see(c.party)
	t.goesOn(s)
	t.touch(s)
	return l
}

// dialling reports whether somebody is being called right now. Those who were
// called together with somebody who has answered are not: they are about to be
// taken back.
func (s *state) dialling() bool {
	open, answered := 0, 0 // rounds, from 1
	for _, l := range s.legs {
		switch {
		case l.up:
			answered = max(answered, l.round)
		case !l.over:
			open = max(open, l.round)
		}
	}
	return open > answered
}

// moveLeg takes the leg of a channel along to another call. The former keeps
// what is known so far.
func (t *Tracker) moveLeg(c *channel, to *state) {
	l := c.leg
	if l == nil || len(to.legs) >= maxLegs {
		return
	}
	for _, o := range to.legs {
		if o == l {
			return // it is there
		}
	}
	n := *l
	if !l.over {
		l.party, l.over, l.moved, l.until = c.party, true, true, t.now
	}
	if !to.dialling() {
		to.round++
	}
	n.round = to.round
	c.leg = &n
	to.legs = append(to.legs, c.leg)
	to.see(c.party)
	t.touch(to)
}

// dialBegin: somebody is called.
func (t *Tracker) dialBegin(_ *ami.Message, f *fields, r attribution.Result) {
	d, c := t.legs(f, &r, true)
	if c == nil {
		return
	}
	if n, _, ok := strings.Cut(text(f.dial, maxID), "@"); ok && c.trunk && dialable(n) {
		c.number = n
	}
	l := t.legOf(d, c)
	if l == nil {
		return
	}
	c.identify()
	if c.status == ringing {
		t.rings(c)
	}
}

// legs gives the two channels of an event on dialling; the dialler is nil for
// an Originate.
func (t *Tracker) legs(f *fields, r *attribution.Result, create bool) (d, c *channel) {
	d = t.about(&f.main, r, create)
	return d, t.about(&f.dest, r, create)
}

// dialState: what the called says.
func (t *Tracker) dialState(_ *ami.Message, f *fields, r attribution.Result) {
	d, c := t.legs(f, &r, true)
	if c == nil || t.legOf(d, c) == nil {
		return
	}
	switch string(f.status) {
	case "RINGING", "PROGRESS": // sound before the answer is as good as ringing
		t.rings(c)
	}
}

// rings notes that the party at c rings, when it is being called.
func (t *Tracker) rings(c *channel) {
	l := c.leg
	if l == nil || l.over || l.up || !l.ring.IsZero() {
		return
	}
	l.ring = t.now
	s := t.callOf(c)
	s.rang = true
	t.touch(s)
	t.tellRinging(s, l)
}

// tellRinging tells once that a party rings, after a snapshot when one is being
// read.
func (t *Tracker) tellRinging(s *state, l *leg) {
	if t.snapshot || l.told || l.over || l.up || l.ring.IsZero() {
		return
	}
	l.told = true
	t.tell(s, KindRinging, l.ch.party)
}

// callOf is the call that has the channel's leg: the dialler's, which can be
// another than the channel's own until they are connected.
func (t *Tracker) callOf(c *channel) *state {
	if c.leg != nil && c.dialler != nil && c.dialler.call != nil && !c.dialler.call.over {
		for _, l := range c.dialler.call.legs {
			if l == c.leg {
				return c.dialler.call
			}
		}
	}
	return c.call
}

// dialEnd: the calling of one party is over. Asterisk sends it twice for members
// of a queue; the first says why.
func (t *Tracker) dialEnd(_ *ami.Message, f *fields, r attribution.Result) {
	d, c := t.legs(f, &r, false)
	if d != nil {
		d.plan.dialled(f.status)
	}
	if c == nil {
		return
	}
	l := t.legOf(d, c)
	if l == nil || l.over {
		return
	}
	if string(f.status) == "ANSWER" {
		t.answers(t.callOf(c), l, t.now)
		return
	}
	if l.up { // it was connected before that event
		return
	}
	l.status = text(f.status, maxNumber)
	l.party, l.over, l.until = c.party, true, t.now
	t.touch(t.callOf(c))
}

// answers notes that a party has answered.
func (t *Tracker) answers(s *state, l *leg, at Time) {
	if l.up || l.over {
		return
	}
	l.up, l.answered = true, at
	t.touch(s)
	if s.answered != nil || s.clicked() && s.sideOf(l) == caller {
		return
	}
	s.answered = l
	t.tellAnswered(s)
}

// tellAnswered tells once that the called has answered.
func (t *Tracker) tellAnswered(s *state) {
	if t.snapshot || s.answerTold || s.answered == nil {
		return
	}
	s.answerTold = true
	t.tell(s, KindAnswered, s.answered.who())
}

// endLeg notes that a party's channel is gone.
func (t *Tracker) endLeg(c *channel, status string, cause int, why string) {
	l := c.leg
	if l == nil {
		return
	}
	if !l.over {
		l.party, l.over, l.until = c.party, true, t.now
		if !l.up {
			l.status = status
		}
	}
	if !l.moved {
		l.cause, l.text = cause, why
	}
	t.touch(t.callOf(c))
}
