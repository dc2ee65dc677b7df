package policy

import (
	"strconv"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/number"
	"github.com/dipcast/dipcast/internal/tenant"
)

// faxTimeout is how long a number that a fax is sent to may ring.
const faxTimeout = 60 * time.Second

// Fax is a fax to be sent. Number is the one to show; "" means the extension's.
type Fax struct{ Extension, To, Number string }

// Fax decides on a fax of a tenant's client: it is a call of the extension's, by
// its class of service, its numbers and its limits. The plan has neither pages nor
// a name yet; see SendFax. The error is always an *envelope.Error.
func (p *Policy) Fax(who tenant.Identity, f Fax) (*Plan, error) {
	t := who.Tenant
	if t == nil || who.Role == tenant.RoleNone || who.Role == tenant.Operator {
		return nil, forbidden("tenant", "must be that of the credentials: a fax needs a company's own")
	}
	if f.Extension == "" {
		return nil, missing("extension", "a fax")
	}
	if number.CheckExtension(f.Extension) != nil {
		return nil, invalid("extension", "must be an extension of yours, such as 1010")
	}
	q := &request{p: p, who: who}
	if err := q.extension("extension", t, f.Extension); err != nil {
		return nil, err
	}
	if f.To == "" {
		return nil, missing("to", "a fax")
	}
	if err := Callable("to", t, f.To, p.o.Now()); err != nil {
		return nil, err
	}
	if f.Number == "" {
		f.Number = t.NumberOf(f.Extension)
	} else if !t.OwnsNumber(f.Number) {
		return nil, forbidden("number", "must be a number of yours")
	}
	id := newChannelID()
	return &Plan{Kind: Originate, User: Calls, Tenant: t, Call: &Call{
		ChannelID: id, OtherChannelID: id + "-2", Asks: id + "-2", Channel: "Local/" + f.Extension + "@" + dialplan.FaxCall(t.Prefix()),
		Caller: f.Extension, Callee: f.To, Field: "to", Timeout: faxTimeout, ShownNumber: f.Number, NetworkNumber: f.Number,
	}}, nil
}

// SendFax makes the plan of Fax the one of the pages with an id, of hexadecimal
// digits.
func (pl *Plan) SendFax(id string) error {
	c := pl.Call
	pl.Action = ami.NewAction("Originate").
		Add("Channel", c.Channel).Add("Context", dialplan.FaxSend(pl.Tenant.Prefix())).Add("Exten", id).Add("Priority", "1").
		Add("Timeout", strconv.FormatInt(c.Timeout.Milliseconds(), 10)).
		Add("ChannelId", c.ChannelID).Add("OtherChannelId", c.OtherChannelID).Add("Async", "true").
		Add("Variable", dialplan.FaxTo+"="+c.Callee).
		Add("Variable", dialplan.FaxShow+"="+c.NetworkNumber).
		Add("Variable", dialplan.FaxID+"="+id)
	if err := pl.Action.Err(); err != nil {
		return fromAMI(err)
	}
	return nil
}
