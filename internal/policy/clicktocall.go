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
	if err := ClassOfService("cos_id", t, c.CosID); err != nil {
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
		context: dialplan.ClassOfService(t.Prefix()),
		caller:  c.Caller, callee: c.Callee, field: "callee", timeout: DefaultTimeout,
		name: c.CIDName, number: c.CIDNumber, earlyMedia: true,
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

// ClassOfService accepts the id of a class of service of t: its number, which
// T{number}_cos-all carries. Empty is the extension's own.
func ClassOfService(field string, t *tenant.Tenant, id string) error {
	if id == "" {
		return nil
	}
	if n, err := integer(field, id, 1, 1<<31-1); err != nil || n != t.Number {
		return invalid(field, "must be a class of service of yours, %d; without it the extension's own is used", t.Number)
	}
	return nil
}
