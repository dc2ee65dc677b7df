package pbx

import (
	"strings"

	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/tenant"
)

// isGone reports whether the text of a response says that a channel is not there
// any more (manager.c, action_hangup and action_redirect).
func isGone(message string) bool {
	return strings.Contains(message, "No such channel") || strings.Contains(message, "does not exist")
}

// Move carries out a plan that moves or ends a live call, and returns what waits
// for its answer, within the deadline of its kind. The error is an
// *envelope.Error: Conflict when the call has just ended.
func (s *Server) Move(who tenant.Identity, plan *policy.Plan) (wait func() error) {
	result := make(chan error, 1)
	s.Execute(Job{Who: who, Plan: plan, Done: func(o Outcome) {
		switch {
		case o.Err != nil:
			result <- o.Err
		case o.Message.Is("Response", "Success"):
			result <- nil
		case isGone(o.Message.Get("Message")):
			result <- envelope.Errorf(envelope.Conflict, "", "the call has just ended")
		default:
			result <- envelope.Errorf(envelope.Unavailable, "", "the server refused it: %s", o.Message.Get("Message"))
		}
	}})
	return func() error { return <-result } // the job ends by itself in time
}
