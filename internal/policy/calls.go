package policy

import (
	"strconv"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/attribution"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/tenant"
)

func (q *request) ping() (*Plan, error) {
	return &Plan{Kind: Send, User: Calls, Action: ami.NewAction("Ping"), Tenant: q.who.Tenant}, q.early()
}

func (q *request) hangup() (*Plan, error) {
	if err := q.early(); err != nil {
		return nil, err
	}
	live, err := q.channel("Channel")
	if err != nil {
		return nil, err
	}
	a := ami.NewAction("Hangup").Add("Channel", live.Name)
	if cause, ok := q.get("Cause"); ok {
		n, err := integer("Cause", cause, 1, 127) // ITU-T Q.850
		if err != nil {
			return nil, err
		}
		a.Add("Cause", strconv.Itoa(n))
	}
	return &Plan{Kind: Send, User: Calls, Action: a, Tenant: q.who.Tenant}, nil
}

// target reads Context, Exten and Priority of where a channel is to go.
func (q *request) target(a *ami.Action, extra string, live attribution.Live) error {
	exten, err := q.need(extra + "Exten")
	if err != nil {
		return err
	}
	context, ok := q.get(extra + "Context")
	t := q.who.Tenant
	if t == nil {
		t = live.Tenant
	}
	switch {
	case ok:
		if t, err = q.callContext(extra+"Context", context); err != nil {
			return err
		}
	case t == nil:
		return envelope.Errorf(envelope.BadRequest, extra+"Context", "%sContext is missing", extra)
	default:
		context = t.Prefix() + "cos-all"
	}
	if live.Tenant != nil && live.Tenant.ID != t.ID {
		return envelope.Errorf(envelope.Forbidden, extra+"Context", "the channel belongs to another company")
	}
	if err := Destination(extra+"Exten", t, exten); err != nil {
		return err
	}
	if err := q.priority(extra + "Priority"); err != nil {
		return err
	}
	a.Add(extra+"Context", context).Add(extra+"Exten", exten)
	if a.Name() == "Redirect" {
		a.Add(extra+"Priority", "1")
	}
	return nil
}

// priority accepts nothing or 1: where an extension begins.
func (q *request) priority(field string) error {
	v, ok := q.get(field)
	if ok && v != "1" {
		return envelope.Errorf(envelope.InvalidValue, field, "%s must be 1", field)
	}
	return nil
}

func (q *request) redirect() (*Plan, error) {
	if err := q.early(); err != nil {
		return nil, err
	}
	live, err := q.channel("Channel")
	if err != nil {
		return nil, err
	}
	a := ami.NewAction("Redirect").Add("Channel", live.Name)
	if err := q.target(a, "", live); err != nil {
		return nil, err
	}
	if _, ok := q.r.Get("ExtraChannel"); ok {
		extra, err := q.channel("ExtraChannel")
		if err != nil {
			return nil, err
		}
		a.Add("ExtraChannel", extra.Name)
		if err := q.target(a, "Extra", extra); err != nil {
			return nil, err
		}
	}
	return &Plan{Kind: Send, User: Calls, Action: a, Tenant: q.tenant(live)}, nil
}

// tenant is the client's, or for an operator the channel's.
func (q *request) tenant(live attribution.Live) *tenant.Tenant {
	if q.who.Tenant != nil {
		return q.who.Tenant
	}
	return live.Tenant
}

func (q *request) atxfer() (*Plan, error)        { return q.transfer("Atxfer") }
func (q *request) blindTransfer() (*Plan, error) { return q.transfer("BlindTransfer") }

func (q *request) transfer(name string) (*Plan, error) {
	if err := q.early(); err != nil {
		return nil, err
	}
	live, err := q.channel("Channel")
	if err != nil {
		return nil, err
	}
	a := ami.NewAction(name).Add("Channel", live.Name)
	if err := q.target(a, "", live); err != nil {
		return nil, err
	}
	return &Plan{Kind: Send, User: Calls, Action: a, Tenant: q.tenant(live)}, nil
}

func (q *request) park() (*Plan, error) {
	if err := q.early(); err != nil {
		return nil, err
	}
	live, err := q.channel("Channel")
	if err != nil {
		return nil, err
	}
	a := ami.NewAction("Park").Add("Channel", live.Name)
	for _, field := range []string{"TimeoutChannel", "AnnounceChannel"} {
		if _, ok := q.r.Get(field); !ok {
			continue
		}
		other, err := q.channel(field)
		if err != nil {
			return nil, err
		}
		a.Add(field, other.Name)
	}
	if v, ok := q.get("Timeout"); ok {
		n, err := integer("Timeout", v, 1000, 3600000)
		if err != nil {
			return nil, err
		}
		a.Add("Timeout", strconv.Itoa(n))
	}
	return &Plan{Kind: Send, User: Calls, Action: a, Tenant: q.tenant(live)}, nil
}
