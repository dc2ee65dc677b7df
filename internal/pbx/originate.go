package pbx

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/policy"
)

// originate sends an Originate, once, when the gate lets it go.
func (r *running) originate() {
	if room := r.s.o.Room; room != nil && r.Plan.Tenant != nil {
		if err := room(r.Plan.Tenant); err != nil {
			r.answer(Outcome{Err: err})
			return
		}
	}
	gate := r.s.o.Gate
	if gate == nil || r.Plan.Tenant == nil { // nobody whom it could be counted for
		r.start(func() {})
		return
	}
	p := r.Plan
	c := GateCall{
		Server: r.s.ID(), Tenant: p.Tenant, Extension: p.Call.Caller, Number: p.Call.Callee,
		ChannelID: cmp.Or(p.Call.Asks, p.Call.ChannelID), Field: p.Call.Field,
	}
	gate.Ask(c, func(err *envelope.Error) {
		defer r.guard()
		if err != nil {
			r.answer(Outcome{Err: err})
			return
		}
		r.start(func() { gate.Returned(c) })
	})
}

// start sends an Originate. It calls notStarted when there is no call for
// certain.
func (r *running) start(notStarted func()) {
	s, p := r.s, r.Plan
	calls := s.links[policy.Calls].client
	wireID := calls.NewActionID()
	e := &originate{clientID: r.ActionID, call: p.Call, job: r, done: make(chan struct{})}
	if !s.calls.add(wireID, e) {
		notStarted()
		r.answer(Outcome{Err: envelope.Errorf(envelope.Busy, "", "too many calls wait for their outcome on this server; send Async: true, or try again later")})
		return
	}
	if p.Tenant != nil { // else its events will say whose it is
		s.mu.Lock()
		s.attr.Expect(p.Call.ChannelID, p.Tenant)
		s.attr.Expect(p.Call.OtherChannelID, p.Tenant)
		s.mu.Unlock()
	}
	o := ami.SendOptions{Deadline: r.deadline(), ActionID: wireID}
	_, err := calls.Send(p.Action, o, func(res ami.Result) {
		defer r.guard()
		r.release()
		if res.Err != nil {
			if !res.Sent {
				notStarted()
			}
			s.settle(e, s.lostOriginate(p, res))
			return
		}
		accepted := res.Message.Is("Response", "Success")
		if !accepted {
			notStarted()
		} else {
			s.expect(p) // before the answer: who has it may ask for the call
		}
		if accepted && e.call.Sync {
			s.awaitOutcome(r, e) // the one answer comes with the event
			return
		}
		s.settle(e, Outcome{Message: res.Message, Call: p.Call})
	})
	if err != nil {
		s.calls.remove(wireID)
		notStarted()
		s.settle(e, failed(p, ami.Result{Err: err}))
	}
}

// lostOriginate is the answer to an Originate that got none. One that may have
// been carried out is a call to be looked for.
func (s *Server) lostOriginate(p *policy.Plan, res ami.Result) Outcome {
	o := failed(p, res)
	if o.Err.Code == envelope.Unknown {
		s.expect(p)
		// The link raises the doubt when it comes back, but not when it is back already.
		if lost := (*ami.LinkLostError)(nil); errors.As(res.Err, &lost) && s.links[policy.Calls].client.State() == ami.StateUp {
			now := time.Now()
			s.tracker.Doubt(now.Add(time.Millisecond), now)
		}
	}
	return o
}

// expect makes the call of an Originate known.
func (s *Server) expect(p *policy.Plan) {
	if p.Tenant == nil {
		return // its events will say whose it is
	}
	s.tracker.Expect(call.Expected{
		ChannelID: p.Call.ChannelID, Tenant: p.Tenant, Caller: p.Call.Caller, Callee: p.Call.Callee,
	}, time.Now())
	s.inbox.signal() // to tell of it
}

// settle answers an Originate, unless it was, and has the event that waited
// for that handed on.
func (s *Server) settle(e *originate, o Outcome) {
	if m := s.calls.settle(e, o); m != nil {
		s.inbox.add(itemEvent, m)
		s.inbox.signal()
	}
}

// awaitOutcome ends a synchronous Originate whose event does not come.
func (s *Server) awaitOutcome(r *running, e *originate) {
	give := func(err error) { s.settle(e, failed(r.Plan, ami.Result{Err: err, Sent: true})) }
	started := s.tasks.start(func(ctx context.Context) {
		t := time.NewTimer(time.Until(r.begun.Add(r.Plan.Call.Timeout + outcomeGrace)))
		defer t.Stop()
		select {
		case <-e.done:
		case <-t.C:
			give(ami.ErrTimeout)
		case <-ctx.Done():
			give(&ami.LinkLostError{Sent: true, Cause: ctx.Err()})
		}
	})
	if !started {
		give(&ami.LinkLostError{Sent: true, Cause: ami.ErrClosed})
	}
}

// eventsLost tells all who wait for an event that will not come any more.
func (s *Server) eventsLost() {
	for e, r := range s.calls.unsettled() {
		s.settle(e, failed(r.Plan, ami.Result{Err: &ami.LinkLostError{Sent: true}, Sent: true}))
	}
}

// originateEvent says what becomes of the ActionID of an event, and whether
// the event may be handed on now: an OriginateResponse goes behind the Response.
func (s *Server) originateEvent(m *ami.Message) (id envelope.ID, now bool) {
	e := s.calls.find(m.ActionID())
	if e == nil {
		return envelope.ID{}, true
	}
	id = envelope.ID{Set: true, Value: e.clientID}
	if !bytes.Equal(m.Event(), []byte("OriginateResponse")) {
		return id, true
	}
	if e.call.Sync {
		s.settle(e, outcomeOf(e, m))
	}
	return id, s.calls.mayPass(e, m)
}

// outcomeOf is the one Response of a synchronous Originate, from its event.
func outcomeOf(e *originate, m *ami.Message) Outcome {
	f := []envelope.Field{
		{Name: "Response", Value: "Success"},
		{Name: "ActionID", Value: e.clientID},
		{Name: "Message", Value: "Originate successfully queued"},
		{Name: "Reason", Value: m.Get("Reason")},
		{Name: "Uniqueid", Value: m.Get("Uniqueid")},
	}
	if !m.Is("Response", "Success") {
		f[0].Value, f[2].Value = "Error", "Originate failed"
	}
	return Outcome{Fields: f, Call: e.call}
}
