package call

import (
	"strings"

	"github.com/dipcast/dipcast/internal/number"
)

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
			if _, described := owner.DIDs[s.first.exten]; !described { // one that is rings no extension itself: a group
				p = extensionOf(owner, s.firstExt)
				p.Number = s.first.exten
			}
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
