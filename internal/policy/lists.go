package policy

import (
	"cmp"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/tenant"
)

// list is the plan of an action whose items are narrowed to what the client
// may see.
func (q *request) list(a *ami.Action) *Plan {
	p := &Plan{Kind: List, User: Calls, Action: a, Tenant: q.who.Tenant, Filter: q.who.Role != tenant.Operator}
	if q.who.Role == tenant.ExtensionRole {
		p.Extension = q.who.Extension
	}
	return p
}

func (q *request) coreShowChannels() (*Plan, error) {
	return q.list(ami.NewAction("CoreShowChannels")), nil
}

func (q *request) extensionState() (*Plan, error) {
	context, err := q.need("Context")
	if err != nil {
		return nil, err
	}
	t := q.byName(context)
	if t == nil || !t.HasContext(context) || !isName(context, 79, "_-") {
		return nil, forbidden("Context", "must be a context%s, such as %s", cmp.Or(q.ofWhom(), " of yours"), q.prefixed("extension-hints"))
	}
	exten, err := q.need("Exten")
	if err != nil {
		return nil, err
	}
	if err := q.extension("Exten", t, exten); err != nil {
		return nil, err
	}
	a := ami.NewAction("ExtensionState").Add("Context", context).Add("Exten", exten)
	return &Plan{Kind: Send, User: Calls, Action: a, Tenant: t}, nil
}

func (q *request) status() (*Plan, error) {
	a := ami.NewAction("Status")
	if v, ok := q.get("Channel"); ok {
		a.Add("Channel", v)
	}
	return q.list(a), nil
}

func (q *request) deviceStateList() (*Plan, error) {
	return q.list(ami.NewAction("DeviceStateList")), nil
}

// queues is the action of Asterisk 13 and older, which answers with a text.
func (q *request) queues() (*Plan, error) {
	a := ami.NewAction("Queues")
	if v, ok := q.get("Queue"); ok {
		if _, err := q.queue(v); err != nil {
			return nil, err
		}
		a.Add("Queue", v)
	}
	return &Plan{Kind: Send, User: Calls, Action: a}, nil
}

// pjsipShow is any of the lists PJSIPShow… What they hold of secrets is removed
// from the answer by Redact.
func (q *request) pjsipShow() (*Plan, error) {
	a := ami.NewAction(q.action)
	if v, ok := q.get("Endpoint"); ok {
		if !isName(v, 128, "_-./@+") {
			return nil, invalid("Endpoint", "must be the name of an endpoint")
		}
		a.Add("Endpoint", v)
	}
	p := q.list(a)
	p.User = Database // they need the class system
	return p, nil
}
