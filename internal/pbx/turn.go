package pbx

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/tenant"
)

// laneOf is where the actions of an identity wait for their turn.
func laneOf(who tenant.Identity) string {
	if who.Role != tenant.Operator && who.Tenant != nil {
		return who.Tenant.ID.Hex()
	}
	return operatorsLane
}

// turn waits for a place among the actions under way, as a Job does, for work
// of several actions that count as one. ctx must have a deadline. The caller
// must call release, once.
func (s *Server) turn(ctx context.Context, who tenant.Identity) (release func(), err error) {
	const (
		waiting = iota
		granted
		gone
	)
	lane := laneOf(who)
	var state atomic.Int32
	result := make(chan error, 1)
	deadline, _ := ctx.Deadline()
	ok := s.sched.submit(lane, &job{
		deadline: deadline,
		run: func() {
			if !state.CompareAndSwap(waiting, granted) {
				s.sched.release(lane) // nobody waits for it any more
				return
			}
			result <- nil
		},
		end: func(err error) { result <- err },
	})
	if !ok {
		return nil, envelope.Errorf(envelope.Busy, "", "too many actions are waiting for this server; try again later")
	}
	select {
	case err = <-result:
	case <-ctx.Done():
		if state.CompareAndSwap(waiting, gone) {
			return nil, explain(context.Cause(ctx))
		}
		err = <-result
	}
	if err != nil {
		return nil, explain(err)
	}
	return sync.OnceFunc(func() { s.sched.release(lane) }), nil
}

// explain is what a client is told of an error of the links.
func explain(err error) *envelope.Error {
	return failed(&policy.Plan{Kind: policy.ReadKey}, ami.Result{Err: err}).Err
}
