package policy

import (
	"maps"
	"slices"

	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/number"
	"github.com/dipcast/dipcast/internal/tenant"
)

// ClickToCall is the documented request of REST. Empty fields were not given.
type ClickToCall struct {
	Caller, Callee     string
	CosID              string // number of a class of service; T{n}_cos-all has the tenant's own
	CIDName, CIDNumber string
	Variables          map[string]string
}

// ClickToCall decides on a click-to-call of a tenant's client. The error is
// always an *envelope.Error.
func (p *Policy) ClickToCall(who tenant.Identity, c ClickToCall) (*Plan, error) {
	t := who.Tenant
	if t == nil || who.Role == tenant.RoleNone || who.Role == tenant.Operator {
		return nil, forbidden("tenant", "must be that of the credentials: a click-to-call needs a company's own")
	}
	q := &request{p: p, who: who}
	if err := q.caller(t, c.Caller); err != nil {
		return nil, err
	}
	if c.Callee == "" {
		return nil, missing("callee", "a click-to-call")
	}
	if err := Callable("callee", t, c.Callee, p.o.Now()); err != nil {
		return nil, err
	}
	context, err := ClassOfService("cos_id", who, c.Caller, c.CosID)
	if err != nil {
		return nil, err
	}
	if err := checkCallerName("cid_name", c.CIDName); err != nil {
		return nil, err
	}
	if err := checkCallerNumber("cid_number", c.CIDNumber); err != nil {
		return nil, err
	}
	s := start{
		tenant:  t,
		channel: "Local/" + c.Caller + "@" + dialplan.ClickToCall(t.Prefix()),
		context: context,
		caller:  c.Caller, callee: c.Callee, field: "callee", timeout: DefaultTimeout,
		name: c.CIDName, number: c.CIDNumber, earlyMedia: true,
	}
	if s.number == "" {
		// As when the extension dials by itself: without it the callee's phone shows
		// nobody. Towards the network the dialplan puts a number of the company.
		s.number = c.Caller
	}
	if len(c.Variables) > MaxVariables {
		return nil, tooManyVariables("variables")
	}
	for _, name := range slices.Sorted(maps.Keys(c.Variables)) {
		if err := s.variable("variables", name, c.Variables[name]); err != nil {
			return nil, err
		}
	}
	return s.plan()
}

// caller accepts the extension that is rung first.
func (q *request) caller(t *tenant.Tenant, ext string) error {
	if ext == "" {
		return missing("caller", "a click-to-call")
	}
	if number.CheckExtension(ext) != nil {
		return invalid("caller", "must be an extension of yours, such as 1010")
	}
	return q.extension("caller", t, ext)
}

// ClassOfService accepts the id of a class of service for a call of an extension
// of t, and gives its context: the company's number, which T{number}_cos-all
// carries, or a class that the company has. Empty is the extension's own. Who
// has the login of one extension may use no other than its own.
func ClassOfService(field string, who tenant.Identity, ext, id string) (context string, err error) {
	t := who.Tenant
	own := t.ClassContext(ext)
	if id == "" {
		return own, nil
	}
	n, err := integer(field, id, 1, 1<<31-1)
	if err == nil {
		context, err = "", invalid(field, "")
		if n == t.Number {
			context, err = dialplan.ClassOfService(t.Prefix()), nil
		}
		for _, k := range t.Classes {
			if k.ID == n {
				context, err = dialplan.Class(t.Prefix(), k.Name), nil
			}
		}
	}
	if err != nil || who.Role == tenant.ExtensionRole && context != own {
		return "", invalid(field, "must be a class of service of yours, such as %d; without it the extension's own is used", t.Number)
	}
	return context, nil
}
