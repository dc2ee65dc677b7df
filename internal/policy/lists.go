package policy

import (
	"regexp"
	"strings"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/tenant"
)

// only is the extension that lists are narrowed to.
func (q *request) only() string {
	if q.who.Role == tenant.ExtensionRole {
		return q.who.Extension
	}
	return ""
}

func (q *request) coreShowChannels() (*Plan, error) {
	if err := q.early(); err != nil {
		return nil, err
	}
	return &Plan{
		Kind: List, User: Calls, Action: ami.NewAction("CoreShowChannels"),
		Tenant: q.who.Tenant, Filter: q.who.Role != tenant.Operator, Extension: q.only(),
	}, nil
}

func (q *request) extensionState() (*Plan, error) {
	if err := q.early(); err != nil {
		return nil, err
	}
	context, err := q.need("Context")
	if err != nil {
		return nil, err
	}
	t, err := q.tenantOf("Context", context)
	if err != nil {
		return nil, err
	}
	if !contextName.MatchString(context) {
		return nil, envelope.Errorf(envelope.InvalidValue, "Context", "Context must be a context's name")
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

var (
	contextName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,79}$`)
	queueName   = regexp.MustCompile(`^(T[1-9][0-9]{0,3}_)?[A-Za-z0-9-]{1,64}$`)
	memberName  = regexp.MustCompile(`^[\p{L}\p{N} ._-]{1,60}$`)
	actionName  = regexp.MustCompile(`^[A-Za-z]{1,40}$`)
	objectName  = regexp.MustCompile(`^[A-Za-z0-9_/.-]{1,128}$`)
)

// queue accepts the name of a queue of the client's: one with its prefix. The
// main tenant's queues, which carry none, are the operators'.
func (q *request) queue(name string) error {
	if !queueName.MatchString(name) {
		return envelope.Errorf(envelope.InvalidValue, "Queue", "Queue must be a queue's name")
	}
	if q.who.Role == tenant.Operator {
		return nil
	}
	prefix := q.who.Tenant.Prefix()
	if prefix == "" || !strings.HasPrefix(name, prefix) {
		return envelope.Errorf(envelope.Forbidden, "Queue", "Queue is not one of yours")
	}
	return nil
}

func (q *request) queueList() (*Plan, error) {
	if err := q.early(); err != nil {
		return nil, err
	}
	name := "QueueStatus"
	if strings.EqualFold(strings.TrimSpace(q.r.Action), "QueueSummary") {
		name = "QueueSummary"
	}
	a := ami.NewAction(name)
	if v, ok := q.get("Queue"); ok {
		if err := q.queue(v); err != nil {
			return nil, err
		}
		a.Add("Queue", v)
	}
	return &Plan{
		Kind: List, User: Calls, Action: a, Tenant: q.who.Tenant,
		Filter: q.who.Role != tenant.Operator, Extension: q.only(),
	}, nil
}

func (q *request) queueMember() (*Plan, error) {
	if err := q.early(); err != nil {
		return nil, err
	}
	name := map[string]string{"queueadd": "QueueAdd", "queueremove": "QueueRemove", "queuepause": "QueuePause"}[strings.ToLower(strings.TrimSpace(q.r.Action))]
	a := ami.NewAction(name)
	queue, ok := q.get("Queue")
	if !ok && name != "QueuePause" {
		return nil, envelope.Errorf(envelope.BadRequest, "Queue", "Queue is missing")
	}
	if ok {
		if err := q.queue(queue); err != nil {
			return nil, err
		}
		a.Add("Queue", queue)
	}
	iface, err := q.need("Interface")
	if err != nil {
		return nil, err
	}
	t, err := q.member("Interface", iface)
	if err != nil {
		return nil, err
	}
	a.Add("Interface", iface)
	if v, ok := q.get("StateInterface"); ok && name == "QueueAdd" {
		if _, err := q.member("StateInterface", v); err != nil {
			return nil, err
		}
		a.Add("StateInterface", v)
	}
	if v, ok := q.get("MemberName"); ok && name == "QueueAdd" {
		if !memberName.MatchString(v) {
			return nil, envelope.Errorf(envelope.InvalidValue, "MemberName", "MemberName must be a name of at most 60 letters")
		}
		a.Add("MemberName", v)
	}
	if v, ok := q.get("Penalty"); ok && name == "QueueAdd" {
		if _, err := integer("Penalty", v, 0, 1000); err != nil {
			return nil, err
		}
		a.Add("Penalty", v)
	}
	if v, ok := q.get("Paused"); ok && name != "QueueRemove" {
		paused, err := truth("Paused", v)
		if err != nil {
			return nil, err
		}
		a.Add("Paused", map[bool]string{true: "true", false: "false"}[paused])
	} else if name == "QueuePause" {
		return nil, envelope.Errorf(envelope.BadRequest, "Paused", "Paused is missing")
	}
	if v, ok := q.get("Reason"); ok && name == "QueuePause" {
		if !memberName.MatchString(v) {
			return nil, envelope.Errorf(envelope.InvalidValue, "Reason", "Reason must be of at most 60 letters")
		}
		a.Add("Reason", v)
	}
	return &Plan{Kind: Send, User: Calls, Action: a, Tenant: t}, nil
}

// member accepts PJSIP/T2_1010 or Local/1010@T2_cos-all of the client's.
func (q *request) member(field, iface string) (*tenant.Tenant, error) {
	c := dialplan.ParseChannel(iface)
	if c.Technology == "Local" {
		return q.local(field, iface)
	}
	refused := envelope.Errorf(envelope.Forbidden, field, "%s is not one of yours", field)
	if c.Technology != "PJSIP" || c.Serial != "" {
		return nil, refused
	}
	n, ext := dialplan.ParseEndpoint(c.Endpoint)
	d := q.p.o.Directory()
	t := d.ByNumber(n)
	if n == 0 {
		t = d.Main()
	}
	if t == nil || (q.who.Tenant != nil && q.who.Tenant.ID != t.ID) || dialplan.Dial(t.Prefix(), ext) != iface {
		return nil, refused
	}
	return t, q.extension(field, t, ext)
}

// operatorList passes the read-only lists of operators.
func (q *request) operatorList() (*Plan, error) {
	if err := q.early(); err != nil {
		return nil, err
	}
	name := strings.TrimSpace(q.r.Action)
	if !actionName.MatchString(name) {
		return nil, envelope.Errorf(envelope.InvalidValue, "Action", "an action has only the letters A to Z")
	}
	a := ami.NewAction(name)
	kind := List
	if strings.EqualFold(name, "Queues") {
		kind = Send
	}
	for _, field := range []string{"Channel", "Endpoint", "AOR", "Queue", "Context", "Exten"} {
		if v, ok := q.get(field); ok {
			if !objectName.MatchString(v) && field != "Channel" {
				return nil, envelope.Errorf(envelope.InvalidValue, field, "%s is not a name", field)
			}
			a.Add(field, v)
		}
	}
	return &Plan{Kind: kind, User: Calls, Action: a}, nil
}
