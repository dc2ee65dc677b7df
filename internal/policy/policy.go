// Package policy decides what a client may have done on a server, and turns
// its request into exactly what will go on the wire. It allows by list:
// actions, their fields and the fields' values; everything else is refused
// with a code, the field at fault and a sentence that says what is allowed.
//
// Nothing of a request reaches a server but through a Plan, so what was checked
// and what is sent cannot differ.
package policy

import (
	"strings"
	"sync/atomic"
	"time"

	"github.com/dipcast/dipcast/internal/attribution"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Channels finds live channels, and those that ended a moment ago, by exact
// name, for actions on them.
type Channels interface {
	Channel(server int, name string) (attribution.Live, bool)
}

// Options configures a Policy. All fields are required but OperatorCommands and
// Now.
type Options struct {
	Directory        func() *tenant.Directory // the current one, at every call
	Channels         Channels
	OperatorCommands []string         // CLI commands an operator may send, word for word
	Now              func() time.Time // default time.Now
}

// Policy checks requests. It is safe for concurrent use.
type Policy struct {
	o        Options
	commands atomic.Pointer[map[string]bool]
	rules    map[string]*rule // by the action's name in lower case
}

// New returns a Policy.
func New(o Options) *Policy {
	if o.Now == nil {
		o.Now = time.Now
	}
	p := &Policy{o: o, rules: map[string]*rule{}}
	p.SetOperatorCommands(o.OperatorCommands)
	for _, r := range rules() {
		p.rules[strings.ToLower(r.name)] = &r
	}
	return p
}

// SetOperatorCommands replaces the commands of operators from now on.
func (p *Policy) SetOperatorCommands(list []string) {
	commands := make(map[string]bool, len(list))
	for _, c := range list {
		commands[c] = true
	}
	p.commands.Store(&commands)
}

// request is one check under way.
type request struct {
	p      *Policy
	who    tenant.Identity
	server int
	r      *envelope.Request
	action string // its name as Asterisk spells it
}

// Check decides on a request to a server. The error is always an
// *envelope.Error.
func (p *Policy) Check(who tenant.Identity, server int, r *envelope.Request) (*Plan, error) {
	if !who.MayUseServer(server) {
		return nil, envelope.Errorf(envelope.NotFound, "AMIServerID", "there is no server %d for you", server)
	}
	if err := framing(r); err != nil {
		return nil, err
	}
	rule, err := p.rule(who.Role, strings.Trim(r.Action, " "))
	if err != nil {
		return nil, err
	}
	if err := rule.takes(r.Fields); err != nil {
		return nil, err
	}
	q := &request{p: p, who: who, server: server, r: r, action: rule.name}
	plan, err := rule.decide(q)
	if err != nil {
		return nil, err
	}
	if err := allowed(who, rule.name, plan); err != nil {
		return nil, err
	}
	if plan.Action != nil {
		if err := plan.Action.Err(); err != nil {
			return nil, fromAMI(err)
		}
	}
	return plan, nil
}
