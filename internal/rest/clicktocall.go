package rest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/tenant"
)

// CosID is the id of a class of service, a number or a numeric string.
type CosID string

// UnmarshalJSON implements json.Unmarshaler.
func (c *CosID) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		*c = CosID(s)
		return nil
	}
	var n json.Number
	if err := json.Unmarshal(b, &n); err != nil {
		return fmt.Errorf("cos_id must be a number or a numeric string")
	}
	*c = CosID(n.String())
	return nil
}

// Schema implements huma.SchemaProvider.
func (CosID) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		OneOf:       []*huma.Schema{{Type: huma.TypeString, Pattern: "^[0-9]*$"}, {Type: huma.TypeInteger}},
		Description: "class of service, its number; absent: the extension's own",
		Examples:    []any{"2"},
	}
}

type clickToCallInput struct {
	ServerID int `query:"server_id" doc:"the server to act on; absent: where the caller's phone is registered, else home"`
	Body     struct {
		Caller    string            `json:"caller" doc:"extension that is rung first" example:"1010"`
		Callee    string            `json:"callee" doc:"number or extension that is called once the caller has answered" example:"16682471"`
		CosID     CosID             `json:"cos_id,omitempty"`
		CIDName   string            `json:"cid_name,omitempty" doc:"name shown on the caller's phone" example:"얼쑤팩토리"`
		CIDNumber string            `json:"cid_number,omitempty" doc:"number shown on the caller's phone, and to the network when it is one of yours" example:"16662471"`
		Variables map[string]string `json:"variables,omitempty" doc:"EXEC_AA, CHANNEL(language), CHANNEL(accountcode)"`
	}
}

// Started is a call that the server has taken.
type Started struct {
	ActionID  string `json:"action_id" doc:"of the request, as logs name it"`
	CallID    string `json:"call_id" doc:"{server}-{Linkedid}" example:"1-dipcast-6f1c0a7be4d2"`
	ChannelID string `json:"channel_id" doc:"Uniqueid of the caller's channel"`
	ServerID  int    `json:"server_id" example:"1"`
	CIDNumber string `json:"cid_number" doc:"the number shown to the network: the one given when it is yours, else the extension's own"`
}

type clickToCallOutput struct {
	Body struct {
		Status  string  `json:"status" enum:"success"`
		Message string  `json:"message"`
		Data    Started `json:"data"`
	}
}

func (a *API) clickToCallOp(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "click-to-call", Method: http.MethodPost, Path: Prefix + "/core/click_to_call",
		Summary: "Call the caller, then connect the callee", Tags: []string{"calls"},
		Description:                  "Rings the caller's extension first, honouring its diversions, and calls the callee once it has answered. The answer comes as soon as the server has taken the request; the call shows in the events. 504 `unknown`: the link broke after the request had left, `data.channel_id` names the call should it exist.",
		MaxBodyBytes:                 maxBody + 1, // which is the first that is refused
		RejectUnknownQueryParameters: true,
		Errors:                       []int{400, 401, 403, 404, 413, 422, 429, 503, 504},
	}, a.clickToCall)
}

func (a *API) clickToCall(ctx context.Context, in *clickToCallInput) (*clickToCallOutput, error) {
	const action = "click_to_call"
	who := callerOf(ctx).who
	server, err := a.callServer(who, in.Body.Caller, in.ServerID)
	if err != nil {
		return nil, a.refused(ctx, action, in.ServerID, err)
	}
	if who.Tenant != nil && in.Body.CosID != "" {
		if _, err := policy.ClassOfService("cos_id", who, in.Body.Caller, string(in.Body.CosID)); err != nil {
			f := a.refused(ctx, action, server.ID(), err)
			f.status = http.StatusUnprocessableEntity
			return nil, f
		}
	}
	plan, err := a.o.Policy.ClickToCall(who, policy.ClickToCall{
		Caller: in.Body.Caller, Callee: in.Body.Callee, CosID: string(in.Body.CosID),
		CIDName: in.Body.CIDName, CIDNumber: in.Body.CIDNumber, Variables: in.Body.Variables,
	})
	if err != nil {
		return nil, a.refused(ctx, action, server.ID(), err)
	}
	started := Started{
		ActionID:  "c2c-" + plan.Call.ChannelID,
		CallID:    call.ID(server.ID(), plan.Call.ChannelID),
		ChannelID: plan.Call.ChannelID, ServerID: server.ID(), CIDNumber: plan.Call.NetworkNumber,
	}
	result := make(chan *envelope.Error, 1)
	server.Execute(pbx.Job{
		Who: who, Plan: plan, ActionID: started.ActionID,
		Done: func(o pbx.Outcome) {
			err := o.Err
			if err == nil && !o.Message.Is("Response", "Success") {
				err = envelope.Errorf(envelope.Unavailable, "", "the server refused the call: %s", o.Message.Get("Message"))
			}
			result <- err
		},
	})
	// The job has a deadline of its own and ends whether the client waits or not.
	if err := <-result; err != nil {
		f := a.refused(ctx, action, server.ID(), err)
		if err.Code == envelope.Unknown {
			f.Data = &maybeCall{ChannelID: started.ChannelID, CallID: started.CallID}
		}
		return nil, f
	}
	var out clickToCallOutput
	out.Body.Status, out.Body.Message, out.Body.Data = "success", "the caller is being rung", started
	return &out, nil
}

// callServer is the server a call from the extension starts on: the one asked
// for, else where its phone is registered, else home.
func (a *API) callServer(who tenant.Identity, ext string, asked int) (*pbx.Server, error) {
	if who.Tenant == nil {
		return nil, envelope.Errorf(envelope.Forbidden, "", "a click-to-call needs a tenant's credentials")
	}
	if asked != 0 {
		s := a.o.Pool.Server(asked)
		if s == nil || !who.MayUseServer(asked) {
			return nil, envelope.Errorf(envelope.NotFound, "server_id", "there is no server %d for you", asked)
		}
		return s, nil
	}
	var first *pbx.Server
	for _, id := range who.Tenant.Servers {
		s := a.o.Pool.Server(id)
		if s == nil {
			continue
		}
		if first == nil {
			first = s
		}
		if s.Registered(dialplan.Dial(who.Tenant.Prefix(), ext)) {
			return s, nil
		}
	}
	if first == nil {
		return nil, envelope.Errorf(envelope.Unavailable, "", "your company has no server")
	}
	return first, nil
}
