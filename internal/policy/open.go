package policy

import (
	"strconv"
	"strings"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/envelope"
)

// ownSession are the actions that would change the gateway's own session with
// the server, for everybody: even an open listener does not send them.
var ownSession = []string{"Challenge", "Events", "Filter", "Login", "Logoff", "WaitEvent"}

// Open turns a request of the amiws drop-in into a Plan. Whoever may connect
// there may do everything: that is what an operator says by configuring one.
// What stays is the framing, and that the gateway's own sessions and the order
// of their answers are left alone: an Originate always goes out with Async,
// since Asterisk else answers nothing on that link while the phone rings, and
// who did not ask for that gets the outcome as its answer. The error is always
// an *envelope.Error.
func (p *Policy) Open(r *envelope.Request) (*Plan, error) {
	if err := framing(r); err != nil {
		return nil, err
	}
	name := strings.Trim(r.Action, " ")
	for _, own := range ownSession {
		if strings.EqualFold(name, own) {
			return nil, forbidden("Action", "must not be one of %s: they would change the gateway's own session", strings.Join(ownSession, ", "))
		}
	}
	plan := &Plan{Kind: List, User: openUser(name), Action: ami.NewAction(name)}
	if strings.EqualFold(name, "Originate") {
		plan.Kind, plan.Call = Originate, openCall(r)
	}
	for _, f := range r.Fields {
		if plan.Kind != Originate || !strings.EqualFold(f.Name, "Async") {
			plan.Action.Add(f.Name, f.Value)
		}
	}
	if plan.Kind == Originate {
		plan.Action.Add("Async", "true")
	}
	if err := plan.Action.Err(); err != nil {
		return nil, fromAMI(err)
	}
	return plan, nil
}

// openUser picks the AMI user whose rights an action most likely needs.
func openUser(action string) User {
	low := strings.ToLower(action)
	switch {
	case low == "command":
		return Commands
	case strings.HasPrefix(low, "db"), strings.HasPrefix(low, strings.ToLower(pjsipShow)):
		return Database
	}
	return Calls
}

// openCall is what is known of an Originate that nobody has checked.
func openCall(r *envelope.Request) *Call {
	c := &Call{Timeout: DefaultTimeout, Field: "Exten"}
	c.ChannelID, _ = r.Get("ChannelId")
	c.OtherChannelID, _ = r.Get("OtherChannelId")
	c.Channel, _ = r.Get("Channel")
	c.Callee, _ = r.Get("Exten")
	v, _ := r.Get("Timeout")
	if n, err := strconv.Atoi(v); err == nil && n > 0 {
		c.Timeout = time.Duration(min(n, int(MaxTimeout.Milliseconds()))) * time.Millisecond
	}
	v, _ = r.Get("Async")
	async, err := truth("Async", v)
	c.Sync = err == nil && !async
	return c
}
