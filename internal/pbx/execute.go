package pbx

import (
	"context"
	"errors"
	"runtime/debug"
	"sync/atomic"
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
	// Done is called exactly once, by a goroutine of the server or within
	// Execute, and must not block. What it is given is valid during the call
	// only.
	Done func(Outcome)
}

// Outcome is the one answer to a Job: an Err, or a Message with the Events of
// its list, or Fields of our own.
type Outcome struct {
	Message *ami.Message
	Events  []*ami.Message
	Fields  []envelope.Field
	Call    *policy.Call // of an Originate, also with an Err: then it may exist when that is Unknown
	Err     *envelope.Error
	Changed bool // of a WriteKey or DeleteKey: something was written, or was there to remove
}

// Execute carries a plan out. Every job ends in exactly one call of its Done,
// within the deadline of its kind.
func (s *Server) Execute(j Job) {
	r := &running{Job: j, s: s, begun: time.Now()}
	if s.o.Trace != nil {
		s.o.Trace(s, &r.Job, nil, 0)
	}
	if j.Plan.Kind == policy.Answer {
		r.released.Store(true) // it never had a place
		r.answer(Outcome{Fields: j.Plan.Fields})
		return
	}
	r.lane = laneOf(j.Who)
	ok := s.sched.submit(r.lane, &job{
		deadline: r.deadline(),
		run:      r.carry,
		end: func(err error) {
			r.released.Store(true) // it never had a place
			r.fail(ami.Result{Err: err})
		},
	})
	if !ok {
		r.released.Store(true)
		r.answer(Outcome{Err: envelope.Errorf(envelope.Busy, "", "too many actions are waiting for this server; try again later")})
	}
}

// running is a Job under way. It gives its place back once and answers once,
// whatever happens and in whatever order.
type running struct {
	Job
	s     *Server
	lane  string // of the scheduler
	begun time.Time

	released, answered atomic.Bool
}

func (r *running) deadline() time.Time { return r.begun.Add(ActionTimeout) }

// release gives the place in the scheduler back, so that the next one may go.
func (r *running) release() {
	if !r.released.Swap(true) {
		r.s.sched.release(r.lane)
	}
}

// answer ends the job: the first answer counts. A panic of whoever takes it
// ends here, so that it cannot stop those who wait behind.
func (r *running) answer(o Outcome) {
	r.release()
	if r.answered.Swap(true) {
		return
	}
	r.s.counts.answered(r.Plan.Kind, o.Err)
	if r.s.o.Trace != nil {
		r.s.o.Trace(r.s, &r.Job, &o, time.Since(r.begun))
	}
	defer func() {
		if p := recover(); p != nil {
			r.s.log.Error("panic while answering", "panic", p, "stack", string(debug.Stack()))
		}
	}()
	r.Done(o)
}

// guard is deferred: a panic on the way ends this job only, with an answer.
func (r *running) guard() {
	if p := recover(); p != nil {
		r.s.log.Error("panic while carrying an action out", "panic", p, "stack", string(debug.Stack()))
		r.answer(Outcome{Err: envelope.Errorf(envelope.Internal, "", "internal error")})
	}
}

// fail answers that the action has no answer.
func (r *running) fail(res ami.Result) { r.answer(failed(r.Plan, res)) }

// carry sends the job's action.
func (r *running) carry() {
	defer r.guard()
	// A place may have come free by the very moment that ends this job.
	if !time.Now().Before(r.deadline()) {
		r.fail(ami.Result{Err: ami.ErrTimeout})
		return
	}
	switch r.Plan.Kind {
	case policy.ReadKey:
		r.readKey()
	case policy.WriteKey, policy.DeleteKey:
		r.changeKey()
	case policy.Originate:
		r.originate()
	case policy.Answer: // was answered by Execute
	case policy.Send, policy.List:
		list := r.Plan.Kind == policy.List
		r.send(r.Plan.User, r.Plan.Action, ami.SendOptions{List: list, MaxItems: listItems}, func(res ami.Result) {
			if r.Plan.Filter {
				res.Events = r.s.narrow(r.Plan, res.Events)
			}
			for i, m := range res.Events {
				res.Events[i] = policy.Redact(m)
			}
			r.answer(Outcome{Message: policy.Redact(res.Message), Events: res.Events})
		})
	}
}

// errNoResponse is a list that ended without its response.
var errNoResponse = errors.New("the response is missing")

// send sends an action within the job's deadline. done gets a result that has
// a response; any other ends the job.
func (r *running) send(u policy.User, a *ami.Action, o ami.SendOptions, done func(ami.Result)) {
	if u == policy.Commands {
		u = policy.Database // the one user of ours with rights on the system
	}
	o.Deadline = r.deadline()
	_, err := r.s.links[u].client.Send(a, o, func(res ami.Result) {
		defer r.guard()
		r.release()
		if res.Err == nil && res.Message == nil {
			res.Err = errNoResponse
		}
		if res.Err != nil {
			r.fail(res)
			return
		}
		done(res)
	})
	if err != nil {
		r.fail(ami.Result{Err: err})
	}
}

// failed says why an action has no answer.
func failed(p *policy.Plan, r ami.Result) Outcome {
	o := Outcome{Call: p.Call}
	var lost *ami.LinkLostError
	switch {
	case errors.Is(r.Err, ami.ErrTimeout) && p.Kind == policy.Originate && r.Sent:
		o.Err = envelope.Errorf(envelope.Unknown, "", "the server did not answer in time; whether the call was started shows in the events of its channel")
	case errors.Is(r.Err, ami.ErrTimeout), errors.Is(r.Err, context.DeadlineExceeded):
		o.Err = envelope.Errorf(envelope.Timeout, "", "the server did not answer in time")
	case errors.As(r.Err, &lost) && lost.Sent && p.Kind == policy.Originate:
		o.Err = envelope.Errorf(envelope.Unknown, "", "the link to the server broke after the request had left; whether the call was started shows in the events of its channel")
	case errors.Is(r.Err, ami.ErrLinkLost), errors.Is(r.Err, ami.ErrNotConnected), errors.Is(r.Err, ami.ErrClosed), errors.Is(r.Err, context.Canceled):
		o.Err = envelope.Errorf(envelope.Unavailable, "", "the link to the server is down")
	case errors.Is(r.Err, ami.ErrBusy):
		o.Err = envelope.Errorf(envelope.Busy, "", "too many actions are under way on this server; try again later")
	case errors.Is(r.Err, ami.ErrListTooLong):
		o.Err = envelope.Errorf(envelope.TooLong, "", "the server's list has more than %d items", listItems)
	case errors.Is(r.Err, errNoResponse):
		o.Err = envelope.Errorf(envelope.Unavailable, "", "the server's answer was not complete")
	default:
		o.Err = envelope.Errorf(envelope.Internal, "", "internal error")
	}
	return o
}
