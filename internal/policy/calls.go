package policy

import (
	"strconv"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/attribution"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/tenant"
)

// onCall is the plan of an action on live channels.
func (q *request) onCall(a *ami.Action, live attribution.Live) *Plan {
	t := q.who.Tenant
	if t == nil { // an operator acts for the channel's
		t = live.Tenant
	}
	return &Plan{Kind: Send, User: Calls, Action: a, Tenant: t}
}

func (q *request) ping() (*Plan, error) {
	return &Plan{Kind: Send, User: Calls, Action: ami.NewAction("Ping"), Tenant: q.who.Tenant}, nil
}

func (q *request) hangup() (*Plan, error) {
	live, err := q.channel("Channel")
	if err != nil {
		return nil, err
	}
	a := ami.NewAction("Hangup").Add("Channel", live.Name)
	if v, ok := q.get("Cause"); ok {
		n, err := integer("Cause", v, 1, 127) // ITU-T Q.850
		if err != nil {
			return nil, err
		}
		a.Add("Cause", strconv.Itoa(n))
	}
	return q.onCall(a, live), nil
}

// place is where a channel is to go.
type place struct {
	tenant         *tenant.Tenant
	context, exten string
}

// target reads where live is to go from Context, Exten and Priority, or from
// ExtraContext and so on. Without a Context it is the class of service.
func (q *request) target(extra string, live attribution.Live) (place, error) {
	exten, err := q.need(extra + "Exten")
	if err != nil {
		return place{}, err
	}
	t := q.who.Tenant
	if t == nil {
		t = live.Tenant
	}
	context, given := q.get(extra + "Context")
	switch {
	case given:
		if t, err = q.callContext(extra+"Context", context); err != nil {
			return place{}, err
		}
		if live.Tenant != nil && live.Tenant.ID != t.ID {
			return place{}, forbidden(extra+"Context", "must be of the company that %sChannel belongs to", extra)
		}
	case t == nil:
		return place{}, missing(extra+"Context", "the action "+q.action)
	default:
		context = dialplan.ClassOfService(t.Prefix())
		if q.who.Role == tenant.ExtensionRole {
			context = t.ClassContext(q.who.Extension)
		}
	}
	if err := Callable(extra+"Exten", t, exten, q.p.o.Now()); err != nil {
		return place{}, err
	}
	return place{t, context, exten}, q.priority(extra + "Priority")
}

// priority accepts nothing or 1: where an extension begins.
func (q *request) priority(field string) error {
	if v, ok := q.get(field); ok && v != "1" {
		return invalid(field, "must be 1")
	}
	return nil
}

func (q *request) redirect() (*Plan, error) {
	live, err := q.channel("Channel")
	if err != nil {
		return nil, err
	}
	to, err := q.target("", live)
	if err != nil {
		return nil, err
	}
	a := ami.NewAction("Redirect").Add("Channel", live.Name).
		Add("Context", to.context).Add("Exten", to.exten).Add("Priority", "1")
	if err := q.redirectExtra(a, to); err != nil {
		return nil, err
	}
	return q.onCall(a, live), nil
}

// redirectExtra reads the second channel, which goes to the same place as the
// first unless ExtraExten says otherwise.
func (q *request) redirectExtra(a *ami.Action, to place) error {
	elsewhere := false
	for _, field := range [...]string{"ExtraContext", "ExtraExten", "ExtraPriority"} {
		_, ok := q.get(field)
		elsewhere = elsewhere || ok
	}
	if _, ok := q.get("ExtraChannel"); !ok && !elsewhere {
		return nil
	}
	extra, err := q.channel("ExtraChannel")
	if err != nil {
		return err
	}
	if !same(extra.Tenant, to.tenant) {
		return forbidden("ExtraChannel", "must be of the company that Channel belongs to")
	}
	if elsewhere {
		first := to.tenant
		if to, err = q.target("Extra", extra); err != nil {
			return err
		}
		if !same(first, to.tenant) {
			return forbidden("ExtraContext", "must be of the company that Context belongs to")
		}
	}
	a.Add("ExtraChannel", extra.Name).
		Add("ExtraContext", to.context).Add("ExtraExten", to.exten).Add("ExtraPriority", "1")
	return nil
}

// transfer is Atxfer and BlindTransfer.
func (q *request) transfer() (*Plan, error) {
	live, err := q.channel("Channel")
	if err != nil {
		return nil, err
	}
	to, err := q.target("", live)
	if err != nil {
		return nil, err
	}
	a := ami.NewAction(q.action).Add("Channel", live.Name).Add("Context", to.context).Add("Exten", to.exten)
	return q.onCall(a, live), nil
}

func (q *request) park() (*Plan, error) {
	live, err := q.channel("Channel")
	if err != nil {
		return nil, err
	}
	a := ami.NewAction("Park").Add("Channel", live.Name)
	for _, field := range [...]string{"TimeoutChannel", "AnnounceChannel"} {
		if _, ok := q.get(field); !ok {
			continue
		}
		other, err := q.channel(field)
		if err != nil {
			return nil, err
		}
		if !same(live.Tenant, other.Tenant) {
			return nil, forbidden(field, "must be of the company that Channel belongs to")
		}
		a.Add(field, other.Name)
	}
	if v, ok := q.get("Timeout"); ok {
		timeout, err := millis("Timeout", v, time.Second, time.Hour)
		if err != nil {
			return nil, err
		}
		a.Add("Timeout", strconv.FormatInt(timeout.Milliseconds(), 10))
	}
	return q.onCall(a, live), nil
}

// same reports whether both are one tenant, or one is not known.
func same(a, b *tenant.Tenant) bool { return a == nil || b == nil || a.ID == b.ID }
