package policy

import (
	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/number"
	"github.com/dipcast/dipcast/internal/tenant"
)

// TakeTo says where a caller is taken to.
type TakeTo uint8

// Where a caller is taken to.
const (
	TakeToDesk      TakeTo = iota // the phones of the extension
	TakeToMobile                  // Number, on behalf of the extension
	TakeToAssistant               // a message for the extension
	TakeToVoicemail               // its mailbox, which it must have
)

// Take is a press that takes a caller. Number is of TakeToMobile.
type Take struct {
	Channel   string // the caller's, by its exact name
	To        TakeTo
	Extension string
	Number    string
}

// Take decides on a press of a tenant's person: the channel must be a live one of
// the tenant's, and the number one that its extensions may divert to. The error is
// always an *envelope.Error.
func (p *Policy) Take(who tenant.Identity, server int, take Take) (*Plan, error) {
	t := who.Tenant
	if t == nil || who.Role == tenant.RoleNone || who.Role == tenant.Operator {
		return nil, forbidden("tenant", "must be that of the credentials: only a company's own people take its calls")
	}
	if !who.MayUseServer(server) {
		return nil, envelope.Errorf(envelope.NotFound, "server", "there is no server %d for you", server)
	}
	q := &request{p: p, who: who, server: server, action: "Redirect", r: &envelope.Request{
		Action: "Redirect", Fields: []envelope.Field{{Name: "Channel", Value: take.Channel}},
	}}
	live, err := q.channel("Channel")
	if err != nil {
		return nil, err
	}
	if who.Role == tenant.ExtensionRole && take.Extension != who.Extension {
		return nil, forbidden("extension", "must be %s: this login is for it alone", who.Extension)
	}
	if number.CheckExtension(take.Extension) != nil || !t.HasExtension(take.Extension) {
		return nil, invalid("extension", "must be an extension of yours")
	}
	context, exten, priority := "", take.Extension, "1"
	switch take.To {
	case TakeToDesk:
		context = dialplan.PressDesk(t.Prefix())
	case TakeToAssistant:
		context = dialplan.PressAssistant(t.Prefix())
	case TakeToVoicemail:
		context = t.Prefix() + dialplan.VoicemailContext
	case TakeToMobile:
		if err := Destination("number", t, take.Number); err != nil {
			return nil, err
		}
		context, exten, priority = dialplan.PressMobile(t.Prefix()), take.Number, dialplan.PressLabel(take.Extension)
	}
	a := ami.NewAction("Redirect").Add("Channel", live.Name).Add("Context", context).Add("Exten", exten).Add("Priority", priority)
	if err := a.Err(); err != nil {
		return nil, fromAMI(err)
	}
	return q.onCall(a, live), nil
}
