package rest

import (
	"cmp"
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Taking says where a call is to be taken.
type Taking struct {
	To        string `json:"to" enum:"desk,mobile,assistant,voicemail,number" doc:"desk: the phones of the extension; mobile: the mobile of its person, who must press 1; assistant: a message for the person; voicemail: the mailbox of the extension; number: number"`
	Number    string `json:"number,omitempty" maxLength:"32" doc:"of number, and of mobile instead of the person's" example:"01026132471"`
	Extension string `json:"extension,omitempty" maxLength:"10" doc:"whose desk, mobile and so on; absent: your login's, else who was called" example:"1010"`
}

// Taken says who was moved, and where to.
type Taken struct {
	CallID    string `json:"call_id" example:"1-dipcast-6f1c0a7be4d25a90c3e1"`
	ServerID  int    `json:"server_id" example:"1"`
	To        string `json:"to" enum:"desk,mobile,assistant,voicemail,number"`
	Extension string `json:"extension" example:"1010"`
	Channel   string `json:"channel" doc:"that was moved" example:"PJSIP/trk-1-0000001a"`
}

func (a *API) takeOp(api huma.API) {
	o := operation("move-call", http.MethodPost, "/calls/{call_id}/move", "calls", "Take a call to a desk phone, a mobile, the assistant, a mailbox or a number", 400, 404, 409, 413, 504)
	o.Description = "As the buttons of cards do: the other side of the call is moved, ringing or talking, and what rang before stops. When nobody takes it at the desk phone or the mobile, it rings again where it rang. A login with an extension takes its own calls to its own phones. 409: the call has ended, or the extension has no mobile or no mailbox."
	huma.Register(api, o, a.moveCall)
}

func (a *API) moveCall(ctx context.Context, in *struct {
	CallPath
	Body Taking
},
) (*reply[Taken], error) {
	const action = "move call"
	s, c, err := a.liveCall(ctx, action, in.CallID)
	if err != nil {
		return nil, err
	}
	out, err := a.takeCall(ctx, s, c, in.Body)
	if err != nil {
		return nil, a.refused(ctx, action, s.ID(), err)
	}
	return success(out), nil
}

// takeCall moves the other side of a call.
func (a *API) takeCall(ctx context.Context, s *pbx.Server, c *call.Call, m Taking) (Taken, error) {
	who := callerOf(ctx).who
	if who.Role == tenant.Operator { // acts for the call's company
		t := tenantNamed(a, c.Tenant)
		if t == nil {
			return Taken{}, envelope.Errorf(envelope.Conflict, "call_id", "the call is nobody's: there is no desk to take it to")
		}
		who.Role, who.Tenant = tenant.TenantRole, t
	}
	ext, err := takerOf(who, c, m.Extension)
	if err != nil {
		return Taken{}, err
	}
	channel, err := otherSide(c, ext)
	if err != nil {
		return Taken{}, err
	}
	out := Taken{CallID: c.ID, ServerID: s.ID(), To: m.To, Extension: ext, Channel: channel}
	take := policy.Take{Channel: channel, Extension: ext, Number: plainNumber(m.Number)}
	switch m.To {
	case "desk":
		take.To = policy.TakeToDesk
	case "assistant":
		take.To = policy.TakeToAssistant
	case "voicemail":
		take.To = policy.TakeToVoicemail
		if !a.hasMailbox(who.Tenant, ext) {
			return out, envelope.Errorf(envelope.Conflict, "to", "extension %s has no mailbox; give it one in the extension's voicemail", ext)
		}
	case "mobile":
		take.To = policy.TakeToMobile
		if take.Number == "" {
			if p, _ := a.personOf(who, ext); p != nil {
				take.Number = p.Mobile
			}
		}
		if take.Number == "" {
			return out, envelope.Errorf(envelope.Conflict, "to", "nobody with extension %s has a mobile; enter it among the people, or give number", ext)
		}
	case "number":
		if take.Number == "" {
			return out, envelope.Errorf(envelope.BadRequest, "number", "number is missing")
		}
		return out, inBody(a.send(who, s, "Redirect", envelope.Field{Name: "Channel", Value: channel}, envelope.Field{Name: "Exten", Value: take.Number})())
	}
	plan, err := a.o.Policy.Take(who, s.ID(), take)
	if err != nil {
		return out, inBody(err)
	}
	return out, s.Move(who, plan)()
}

// takerOf is whose desk is meant.
func takerOf(who tenant.Identity, c *call.Call, ext string) (string, error) {
	if who.Role == tenant.ExtensionRole {
		ext = cmp.Or(ext, who.Extension)
	}
	if ext == "" && who.Tenant != nil {
		for _, x := range []string{c.To.Extension, c.From.Extension} {
			if ext == "" && who.Tenant.HasExtension(x) {
				ext = x
			}
		}
	}
	if ext == "" {
		return "", envelope.Errorf(envelope.BadRequest, "extension", "extension is missing: nobody of the company was called")
	}
	return ext, mayUse(who, who.Tenant, "extension", ext)
}

// otherSide is the channel that is moved: that of the caller, or of who was called
// by the extension.
func otherSide(c *call.Call, ext string) (string, error) {
	side := "from"
	if c.From.Extension == ext {
		side = "to"
	}
	return pick(c, Move{Side: side})
}

func (a *API) hasMailbox(t *tenant.Tenant, ext string) bool {
	if a.o.Companies == nil {
		return true // nothing is described: the dialplan knows
	}
	c := a.o.Companies.View().ByNumber(t.Number)
	if c == nil {
		return false
	}
	e := c.Extension(ext)
	return e != nil && e.Voicemail != nil
}

// tenantNamed is the company of a name such as T2, nil when there is none.
func tenantNamed(a *API, name string) *tenant.Tenant {
	for _, t := range a.o.Directory().All() {
		if t.ID.String() == name {
			return t
		}
	}
	return nil
}
