package policy

import (
	"maps"
	"slices"
	"strings"

	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/envelope"
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

// ClickToCall decides on a click-to-call of a tenant's client.
func (p *Policy) ClickToCall(who tenant.Identity, c ClickToCall) (*Plan, error) {
	t := who.Tenant
	if t == nil {
		return nil, envelope.Errorf(envelope.Forbidden, "", "a click-to-call needs a tenant's credentials")
	}
	q := &request{p: p, who: who}
	if c.Caller == "" {
		return nil, envelope.Errorf(envelope.BadRequest, "caller", "caller is missing")
	}
	if c.Callee == "" {
		return nil, envelope.Errorf(envelope.BadRequest, "callee", "callee is missing")
	}
	if number.Check(c.Caller) != nil {
		return nil, envelope.Errorf(envelope.InvalidValue, "caller", "caller must be an extension")
	}
	if err := q.extension("caller", t, c.Caller); err != nil {
		return nil, err
	}
	if err := Destination("callee", t, c.Callee); err != nil {
		return nil, err
	}
	if err := ClassOfService("cos_id", t, c.CosID); err != nil {
		return nil, err
	}
	for _, f := range [...]struct{ field, value string }{{"cid_name", c.CIDName}, {"cid_number", c.CIDNumber}} {
		if err := checkText(f.field, f.value); err != nil {
			return nil, err
		}
	}
	if err := checkCallerName("cid_name", c.CIDName); err != nil {
		return nil, err
	}
	if err := checkCallerNumber("cid_number", c.CIDNumber); err != nil {
		return nil, err
	}
	s := start{
		Tenant:  t,
		Channel: "Local/" + c.Caller + "@" + dialplan.ClickToCall(t.Prefix()),
		Context: dialplan.ClassOfService(t.Prefix()),
		Caller:  c.Caller, Callee: c.Callee, Timeout: DefaultTimeout,
		Name: c.CIDName, Number: c.CIDNumber, EarlyMedia: true,
	}
	for _, name := range slices.Sorted(maps.Keys(c.Variables)) {
		if strings.ContainsAny(name+c.Variables[name], "\r\n\x00") {
			return nil, envelope.Errorf(envelope.InvalidValue, "variables", "variables must not hold CR, LF or NUL")
		}
		if err := s.variable("variables."+name, name, c.Variables[name]); err != nil {
			return nil, err
		}
	}
	return s.plan()
}

// ClassOfService accepts the id of a class of service of t: its number, which
// T{number}_cos-all carries. Empty is the extension's own.
func ClassOfService(field string, t *tenant.Tenant, id string) error {
	if id == "" {
		return nil
	}
	n, err := integer(field, id, 1, 1<<31-1)
	if err != nil || n != t.Number {
		return envelope.Errorf(envelope.InvalidValue, field, "%s is no class of service of yours; leave it out for the extension's own", field)
	}
	return nil
}
