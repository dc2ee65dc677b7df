package pbx

import (
	"bytes"
	"errors"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Deadlines of actions.
const (
	ActionTimeout = 10 * time.Second
	// outcomeGrace is how much longer than the caller may ring a synchronous
	// Originate waits for its outcome.
	outcomeGrace = 10 * time.Second
	listItems    = 20000
)

// Job is an allowed request on its way to a server.
type Job struct {
	Who      tenant.Identity
	Plan     *policy.Plan
	ActionID string // the client's
	// Done is called exactly once, by a goroutine of the server, and must not
	// block. What it is given is valid during the call only.
	Done func(Outcome)
}

// Outcome is the one answer to a Job: an Err, or a Message with the Events of
// its list, or Fields of our own.
type Outcome struct {
	Message *ami.Message
	Events  []*ami.Message
	Fields  []envelope.Field
	Call    *policy.Call // of an Originate, also with an Err
	Err     *envelope.Error
}

// Execute carries a plan out. Every job ends in exactly one call of its Done,
// within the deadline of its kind.
func (s *Server) Execute(j Job) {
	switch j.Plan.Kind {
	case policy.Answer:
		j.Done(Outcome{Fields: j.Plan.Fields})
		return
	case policy.WriteKey, policy.DeleteKey, policy.ReadKey, policy.Send, policy.List, policy.Originate:
	}
	deadline := time.Now().Add(ActionTimeout)
	lane := operatorsLane
	if j.Who.Role != tenant.Operator && j.Who.Tenant != nil {
		lane = j.Who.Tenant.ID.Hex()
	}
	release := func() { s.sched.release(lane) }
	ok := s.sched.submit(lane, &job{
		deadline: deadline,
		run:      func() { s.carry(&j, deadline, release) },
		expire:   func() { j.Done(failed(j.Plan, ami.Result{Err: ami.ErrTimeout})) },
	})
	if !ok {
		j.Done(Outcome{Err: envelope.Errorf(envelope.Busy, "", "too many actions are waiting for this server; try again later")})
	}
}

// carry sends the job's action. release is called exactly once.
func (s *Server) carry(j *Job, deadline time.Time, release func()) {
	switch j.Plan.Kind {
	case policy.ReadKey:
		s.readKey(j, deadline, release)
	case policy.WriteKey, policy.DeleteKey:
		s.changeKey(j, deadline, release)
	case policy.Originate:
		s.originate(j, deadline, release)
	default:
		o := ami.SendOptions{Deadline: deadline, List: j.Plan.Kind == policy.List, MaxItems: listItems}
		_, err := s.links[s.user(j.Plan.User)].client.Send(j.Plan.Action, o, func(r ami.Result) {
			release()
			if r.Err != nil {
				j.Done(failed(j.Plan, r))
				return
			}
			if j.Plan.Filter {
				r.Events = s.narrow(j.Plan, r.Events)
			}
			j.Done(Outcome{Message: r.Message, Events: r.Events})
		})
		if err != nil {
			release()
			j.Done(failed(j.Plan, ami.Result{Err: err}))
		}
	}
}

// user is the link that carries an action. An operator's CLI commands go with
// the database, the one user of ours with rights on the system.
func (s *Server) user(u policy.User) policy.User {
	if u == policy.Commands {
		return policy.Database
	}
	return u
}

// narrow keeps the items of a list that are the tenant's, and those that close
// the list.
func (s *Server) narrow(p *policy.Plan, items []*ami.Message) []*ami.Message {
	keep := items[:0]
	for _, m := range items {
		if len(m.Value("EventList")) > 0 || bytes.HasSuffix(m.Event(), []byte("Complete")) {
			keep = append(keep, m)
			continue
		}
		s.mu.Lock()
		r := s.attr.Peek(m)
		s.mu.Unlock()
		if r.Tenant == nil || r.Tenant.ID != p.Tenant.ID {
			continue
		}
		if p.Extension != "" && !r.Exts.Has(p.Extension) {
			continue
		}
		keep = append(keep, m)
	}
	return keep
}

// failed says why an action has no answer.
func failed(p *policy.Plan, r ami.Result) Outcome {
	o := Outcome{Call: p.Call}
	var lost *ami.LinkLostError
	switch {
	case errors.Is(r.Err, ami.ErrTimeout) && p.Kind == policy.Originate && r.Sent:
		o.Err = envelope.Errorf(envelope.Unknown, "", "the server did not answer in time; whether the call was started shows in the events of its channel")
	case errors.Is(r.Err, ami.ErrTimeout):
		o.Err = envelope.Errorf(envelope.Timeout, "", "the server did not answer in time")
	case errors.As(r.Err, &lost) && lost.Sent && p.Kind == policy.Originate:
		o.Err = envelope.Errorf(envelope.Unknown, "", "the link to the server broke after the request had left; whether the call was started shows in the events of its channel")
	case errors.Is(r.Err, ami.ErrLinkLost), errors.Is(r.Err, ami.ErrNotConnected), errors.Is(r.Err, ami.ErrClosed):
		o.Err = envelope.Errorf(envelope.Unavailable, "", "the link to the server is down")
	case errors.Is(r.Err, ami.ErrBusy):
		o.Err = envelope.Errorf(envelope.Busy, "", "too many actions are under way on this server; try again later")
	case errors.Is(r.Err, ami.ErrListTooLong):
		o.Err = envelope.Errorf(envelope.TooLong, "", "the server's list has more than %d items", listItems)
	default:
		o.Err = envelope.Errorf(envelope.Internal, "", "internal error")
	}
	return o
}

// originate sends an Originate, once.
func (s *Server) originate(j *Job, deadline time.Time, release func()) {
	p := j.Plan
	client := s.links[policy.Calls].client
	wireID := client.NewActionID()
	entry := &originate{clientID: j.ActionID}
	if p.Call.Sync {
		entry.outcome = s.outcome(j)
	}
	s.mu.Lock()
	s.attr.Expect(p.Call.ChannelID, p.Tenant)
	s.attr.Expect(p.Call.OtherChannelID, p.Tenant)
	s.mu.Unlock()
	s.calls.add(wireID, entry)
	_, err := client.Send(p.Action, ami.SendOptions{Deadline: deadline, ActionID: wireID}, func(r ami.Result) {
		release()
		refused := r.Err == nil && !r.Message.Is("Response", "Success")
		if p.Call.Sync && r.Err == nil && !refused {
			// The one answer is the outcome; it comes with the event.
			s.calls.respond(wireID)
			s.watchOutcome(wireID, p.Call.Timeout+outcomeGrace)
			return
		}
		s.calls.take(wireID)
		if r.Err != nil {
			j.Done(failed(p, r))
		} else {
			j.Done(Outcome{Message: r.Message, Call: p.Call})
		}
		if m := s.calls.respond(wireID); m != nil {
			s.inbox.add(itemEvent, m)
			s.inbox.signal()
		}
	})
	if err != nil {
		release()
		s.calls.remove(wireID)
		j.Done(failed(p, ami.Result{Err: err}))
	}
}

// outcome turns the OriginateResponse into the client's one Response.
func (s *Server) outcome(j *Job) func(*ami.Message) {
	return func(m *ami.Message) {
		if m == nil {
			j.Done(failed(j.Plan, ami.Result{Err: &ami.LinkLostError{Sent: true}}))
			return
		}
		f := []envelope.Field{
			{Name: "Response", Value: "Success"},
			{Name: "ActionID", Value: j.ActionID},
			{Name: "Message", Value: "Originate successfully queued"},
			{Name: "Reason", Value: m.Get("Reason")},
			{Name: "Uniqueid", Value: m.Get("Uniqueid")},
		}
		if !m.Is("Response", "Success") {
			f[0].Value, f[2].Value = "Error", "Originate failed"
		}
		j.Done(Outcome{Fields: f, Call: j.Plan.Call})
	}
}

// watchOutcome ends a synchronous Originate whose event does not come.
func (s *Server) watchOutcome(wireID string, after time.Duration) {
	s.tasks.start(func() {
		t := time.NewTimer(after)
		defer t.Stop()
		e := s.calls.entry(wireID)
		if e == nil {
			return
		}
		select {
		case <-t.C:
		case <-s.ctx.Done():
		case <-e.done:
			return
		}
		if tell := s.calls.take(wireID); tell != nil {
			tell(nil)
		}
	})
}
