package call

import (
	"slices"
	"strings"

	"github.com/dipcast/dipcast/internal/number"
)

// view gives the call as it is now. The same one is handed out until something
// changes.
func (t *Tracker) view(s *state) *Call {
	if s.shown != nil {
		return s.shown
	}
	from, to := s.fromParty(), s.toParty()
	c := &Call{
		ID: t.ID(s.id), Server: t.o.Server, Linkedid: s.id, Direction: s.direction(), State: New,
		From: s.named(from), To: s.named(to), AccountCode: s.account, Queue: s.queue,
		Diverted: append([]Diversion{}, s.diverted...), Transfers: append([]Transfer{}, s.transfers...),
		StartedAt: s.started, Merged: []string{}, tenants: slices.Clone(s.tenants), originated: s.first.originated,
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
	case len(c.Talks) > 0 && c.ClickToCall == nil && !s.dialling(): // seen in a snapshot, or joined by a merge
		c.State = Answered
	case s.rang:
		c.State = Ringing
	}
	c.Served = s.rootUp && c.State != Answered && c.ClickToCall == nil && !s.first.originated
	s.see(c.From)
	s.see(c.To)
	c.seen = slices.Clone(s.seen)
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

// callerParty is the phone that a click-to-call rings first.
func (s *state) callerParty() Party {
	if s.caller.Extension != "" {
		return s.caller
	}
	if !s.first.originated || s.root == nil {
		return Party{}
	}
	if !s.root.local {
		return s.root.party
	}
	if owner := s.owner(); owner != nil && owner.HasExtension(s.first.exten) {
		return extensionOf(owner, s.first.exten)
	}
	return Party{}
}

// fromParty is who began the call.
func (s *state) fromParty() Party {
	if p := s.callerParty(); p.Extension != "" {
		return p
	}
	switch {
	case s.root == nil:
		return s.guess(true)
	case s.first.originated && !s.root.local: // the server itself calls it
		return Party{}
	case !s.root.local:
		return s.root.party
	case dialable(s.first.exten): // the server rings a number first
		return Party{Number: s.first.exten}
	}
	return Party{Number: s.root.number, Name: s.root.cname}
}

// toParty is whom the caller asked for.
func (s *state) toParty() Party {
	switch {
	case s.first.originated && !s.root.local && !s.clicked():
		return s.root.party
	case s.click || s.first.originated:
		return s.target(s.callee)
	case s.first.trunk:
		p := s.target(s.first.exten)
		if owner := s.owner(); p.Extension == "" && owner != nil && s.firstExt != "" {
			p = extensionOf(owner, s.firstExt)
			p.Number = s.first.exten
		}
		return p
	case s.first.known:
		return s.target(s.first.exten)
	case s.root != nil && s.root.plan.exten != "": // as a snapshot found it
		return s.target(s.root.plan.exten)
	}
	return s.guess(false)
}

// target is a number as the call's tenant reads it.
func (s *state) target(exten string) Party {
	owner := s.owner()
	switch {
	case owner == nil:
	case owner.HasExtension(exten):
		return extensionOf(owner, exten)
	case owner.DIDs[exten] != "":
		p := extensionOf(owner, owner.DIDs[exten])
		p.Number = exten
		return p
	}
	if !dialable(exten) {
		return Party{}
	}
	return Party{Number: exten}
}

// guess names the caller, or else the called, of a call whose beginning was not
// seen: who was not dialled calls; among the dialled a phone calls.
func (s *state) guess(from bool) Party {
	var a, b *channel
	for _, c := range s.chans {
		switch {
		case c.local:
		case a == nil || a.leg != nil && (c.leg == nil || a.trunk && !c.trunk):
			a, b = c, a
		case b == nil:
			b = c
		}
	}
	switch {
	case from && a != nil:
		return a.party
	case !from && b != nil:
		return b.party
	}
	return Party{}
}

// named fills in the name that a phone of the call shows.
func (s *state) named(p Party) Party {
	if p.Name != "" || p.Extension == "" {
		return p
	}
	for _, l := range s.legs {
		if who := l.who(); who.Name != "" && samePhone(who, p) {
			p.Name = who.Name
			return p
		}
	}
	return p
}

// direction tells inside from outside.
func (s *state) direction() Direction {
	if s.first.trunk {
		return External
	}
	if !s.first.known && s.root != nil && s.root.trunk && s.root.leg == nil {
		return External
	}
	to := s.toParty()
	switch {
	case to.Extension != "":
		return Internal
	case s.toNetwork(to.Number):
		return Outgoing
	}
	return Internal
}

// toNetwork reports whether a number that is no extension leads out.
func (s *state) toNetwork(n string) bool {
	for _, l := range s.legs {
		if l.ch.trunk && l.who().Number == n {
			return true
		}
	}
	if strings.HasPrefix(n, "+") {
		return true
	}
	owner := s.owner()
	return owner != nil && number.Classify(n, owner.HasExtension).Outbound()
}
