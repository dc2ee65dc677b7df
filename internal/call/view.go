package call

import "slices"

// view gives the call as it is now. The same one is handed out until something
// changes.
func (t *Tracker) view(s *state) *Call {
	if s.shown != nil {
		return s.shown
	}
	from, to := s.fromParty(), s.toParty()
	c := &Call{
		ID: s.name, Server: t.o.Server, Linkedid: s.id, Direction: s.direction(), State: New,
		From: s.named(from), To: s.named(to), AccountCode: s.account, Queue: s.queue,
		Diverted: append([]Diversion{}, s.diverted...), Transfers: append([]Transfer{}, s.transfers...),
		StartedAt: s.started, Merged: []string{}, tenants: slices.Clip(s.tenants), originated: s.first.originated, begun: s.first.known,
	}
	if owner := s.owner(); owner != nil {
		c.Tenant = owner.ID.String()
	}
	if s.first.trunk {
		c.DID = s.first.exten
	}
	for _, id := range s.merged {
		c.Merged = append(c.Merged, t.ID(id))
	}
	s.viewLegs(c)
	s.viewChannels(c)
	if s.clicked() {
		c.ClickToCall = s.viewClick()
	}
	if s.parked != nil {
		p := s.parkedInfo
		p.Party = s.parked.party
		c.Parked = &p
	}
	switch {
	case s.answered != nil:
		c.State = Answered
		p := s.answered.who()
		c.AnsweredBy, c.AnsweredAt = &p, s.answered.answered
	case s.talked && c.ClickToCall == nil: // who answered was not seen
		c.State = Answered
	case s.rang:
		c.State = Ringing
	}
	c.Served = s.rootUp && c.State != Answered && c.ClickToCall == nil && !s.first.originated
	c.services = slices.Clip(s.services)
	s.see(c.From)
	s.see(c.To)
	c.seen = slices.Clip(s.seen) // only ever grows, as tenants do
	s.shown = c
	return c
}

// viewLegs shows who rings and who was called.
func (s *state) viewLegs(c *Call) {
	c.Ringing, c.Rung = []Ring{}, make([]Rung, 0, len(s.legs))
	for _, l := range s.legs {
		who := l.who()
		if !l.over && !l.up && !l.ring.IsZero() {
			c.Ringing = append(c.Ringing, Ring{Party: who, Channel: l.ch.name, Since: l.ring})
		}
		r := Rung{Party: who, Since: l.since, Answered: l.answered, Until: l.until, Result: l.result()}
		switch r.Result {
		case NoAnswer, Busy, Declined, Unavailable, Failed:
			r.Cause = l.cause
		}
		c.Rung = append(c.Rung, r)
	}
}

// viewChannels shows the live channels, and who hears whom.
func (s *state) viewChannels(c *Call) {
	c.Channels, c.Talks, c.Held = make([]Channel, 0, len(s.chans)), [][]Party{}, []Held{}
	var done map[*channel]bool
	for _, ch := range s.chans {
		if len(c.Channels) < maxListed {
			c.Channels = append(c.Channels, Channel{Name: ch.name, Uniqueid: ch.id, Party: ch.party, State: ch.status.String()})
		}
		if ch.local {
			continue
		}
		if !ch.held.IsZero() {
			c.Held = append(c.Held, Held{Party: ch.party, Since: ch.held})
		}
		if ch.bridge == nil || done[ch] {
			continue
		}
		if done == nil {
			done = map[*channel]bool{}
		}
		members := group(ch, done)
		if len(members) < 2 {
			continue
		}
		var own []Party
		for _, m := range members {
			if m.call == s && len(own) < maxListed {
				own = append(own, m.party)
			}
		}
		c.Talks = append(c.Talks, own)
	}
}

// viewClick shows the two sides of a click-to-call.
func (s *state) viewClick() *ClickToCall {
	k := &ClickToCall{
		Caller: Leg{Party: s.named(s.callerParty()), State: LegWaiting},
		Callee: Leg{Party: s.named(s.target(s.callee)), State: LegWaiting},
	}
	for _, l := range s.legs {
		v := &k.Callee
		if s.sideOf(l) == caller {
			v = &k.Caller
		}
		switch {
		case v.State == LegAnswered:
		case l.up:
			v.State, v.Answered = LegAnswered, l.answered
			if p := l.who(); !samePhone(p, v.Party) {
				v.By = &p
			}
		case !l.over && !l.ring.IsZero():
			v.State = LegRinging
		}
	}
	return k
}

func samePhone(a, b Party) bool {
	if a.Extension != "" || b.Extension != "" {
		return a.Extension == b.Extension && a.tenant == b.tenant
	}
	return a.Number == b.Number
}
