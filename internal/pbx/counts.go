package pbx

import (
	"sync/atomic"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/policy"
)

// kinds name the kinds of plans in counts.
var kinds = [...]string{
	policy.Send: "send", policy.List: "list", policy.Originate: "originate", policy.ReadKey: "read_key",
	policy.WriteKey: "write_key", policy.DeleteKey: "delete_key", policy.Answer: "answer",
}

// outcomes are the ways an action ends, as far as this package decides it. An
// error with another code counts as the last.
var outcomes = [...]envelope.Code{
	"ok", envelope.BadRequest, envelope.InvalidValue, envelope.TooLong, envelope.Forbidden, envelope.NotFound,
	envelope.Conflict, envelope.RateLimited, envelope.Busy, envelope.Unavailable, envelope.Timeout, envelope.Unknown,
	envelope.Internal,
}

// counts are what happened on one server since the start.
type counts struct {
	handed atomic.Uint64 // events given to the sink
	lost   atomic.Uint64 // events dropped before that
	ended  [len(kinds)][len(outcomes)]atomic.Uint64
}

// answered counts the one answer of an action. An Error of Asterisk's own is
// an answer: "ok".
func (c *counts) answered(k policy.Kind, err *envelope.Error) {
	if int(k) >= len(kinds) {
		return
	}
	at := 0
	if err != nil {
		for at = 1; at < len(outcomes)-1 && outcomes[at] != err.Code; at++ {
		}
	}
	c.ended[k][at].Add(1)
}

// Counts are what happened on a server since the start, and what is under way.
type Counts struct {
	Handed  uint64 // events handed on
	Lost    uint64 // events dropped because they came faster than that
	Actions []ActionCount
	// InFlight actions are at the server, Waiting ones wait for their turn.
	InFlight, Waiting int
}

// ActionCount counts actions that ended alike.
type ActionCount struct {
	Kind    string // "send", "list", "originate", …
	Outcome string // "ok", or the code of the error
	Count   uint64
}

// Counts returns the counts. Of Actions those that are 0 are left out, but for
// "ok".
func (s *Server) Counts() Counts {
	c := Counts{Handed: s.counts.handed.Load(), Lost: s.counts.lost.Load()}
	for k := range kinds {
		for o := range outcomes {
			if n := s.counts.ended[k][o].Load(); n > 0 || o == 0 {
				c.Actions = append(c.Actions, ActionCount{kinds[k], string(outcomes[o]), n})
			}
		}
	}
	s.sched.mu.Lock()
	c.InFlight, c.Waiting = s.sched.inFlight, s.sched.waiting
	s.sched.mu.Unlock()
	return c
}

// LinkHealth is one of a server's links.
type LinkHealth struct {
	Use string // "events", "calls" or "database"; "all" when it carries everything
	Up  bool
	ami.Stats
}

// Links returns the health of each of the server's links.
func (s *Server) Links() []LinkHealth {
	out := make([]LinkHealth, 0, len(s.all))
	for _, k := range s.all {
		h := LinkHealth{Up: k.up.Load(), Stats: k.client.Stats()}
		switch {
		case len(s.all) == 1:
			h.Use = "all"
		case k == s.links[policy.Events]:
			h.Use = "events"
		case k == s.links[policy.Calls]:
			h.Use = "calls"
		default:
			h.Use = "database"
		}
		out = append(out, h)
	}
	return out
}
