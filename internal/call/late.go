package call

import (
	"slices"

	"github.com/dipcast/dipcast/internal/tenant"
)

// What is learnt of a call after its end changes what is remembered of it, not
// what was told.

// withClick is an ended call that turns out to have been a click-to-call.
func withClick(c *Call, e Expected) *Call {
	if c.ClickToCall != nil || e.Tenant == nil {
		return withCallee(c, e.Callee)
	}
	v := *c
	if len(v.tenants) == 0 {
		v.tenants, v.Tenant = []*tenant.Tenant{e.Tenant}, e.Tenant.ID.String()
	}
	v.From, v.To = extensionOf(e.Tenant, e.Caller), Party{}
	v.ClickToCall = &ClickToCall{Caller: Leg{Party: v.From, State: LegWaiting}}
	if v.Ended != nil && v.Ended.Leg == "" {
		end := *v.Ended
		end.Leg, end.Missed = "caller", false
		v.Ended = &end
	}
	return withCallee(&v, e.Callee)
}

// withCallee is an ended call that the server began, with who was to be called.
func withCallee(c *Call, callee string) *Call {
	if !c.originated && c.ClickToCall == nil || c.To.Number != "" {
		return c
	}
	s := state{tenants: c.tenants, seen: slices.Clone(c.seen), click: true, callee: callee}
	v := *c
	v.To, v.Direction = s.toParty(), s.direction()
	if c.ClickToCall != nil {
		k := *c.ClickToCall
		k.Callee = Leg{Party: v.To, State: LegWaiting}
		v.ClickToCall = &k
	}
	s.see(v.From)
	s.see(v.To)
	v.seen = s.seen
	return &v
}

// timedOut is the Reason of an OriginateResponse when the phone rang for the
// whole Timeout: AST_CONTROL_RINGING of include/asterisk/frame.h.
const timedOut = "3"

// withTimeout is an ended click-to-call whose caller did not answer in time:
// without the OriginateResponse that looks like being taken back.
func withTimeout(c *Call) *Call {
	if c.Ended == nil || c.Ended.Leg != "caller" || c.Ended.Reason != ReasonCancelled {
		return c
	}
	v, end := *c, *c.Ended
	end.timedOut()
	v.Ended = &end
	return &v
}

// timedOut: Q.850 has a cause for that; older versions do not give it here.
func (e *End) timedOut() {
	e.Reason, e.By = ReasonNoAnswer, nil
	e.Cause, e.CauseText = 19, "User alerting, no answer"
}
