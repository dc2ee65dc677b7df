package rest

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/tenant"
)

// HungUp says which call was ended.
type HungUp struct {
	CallID   string   `json:"call_id" example:"1-dipcast-6f1c0a7be4d25a90c3e1"`
	ServerID int      `json:"server_id" example:"1"`
	Channels []string `json:"channels" nullable:"false" doc:"that were hung up; the others follow"`
}

// Move says where a party of a call is to go.
type Move struct {
	Exten   string `json:"exten" doc:"extension of yours or phone number" example:"1013"`
	Context string `json:"context,omitempty" doc:"your class of service, which it is without it too" example:"T2_cos-all"`
	Side    string `json:"side,omitempty" enum:"from,to" doc:"who is moved: from, the caller (the default), or to, who was called and has answered; the other side is released"`
	Channel string `json:"channel,omitempty" doc:"instead of side: the exact name of one of the call's channels" example:"PJSIP/T2_1010-0000001a"`
}

// Moved says who was moved.
type Moved struct {
	CallID   string `json:"call_id" example:"1-dipcast-6f1c0a7be4d25a90c3e1"`
	ServerID int    `json:"server_id" example:"1"`
	Channel  string `json:"channel" doc:"that was moved" example:"PJSIP/T2_1010-0000001a"`
	Exten    string `json:"exten" example:"1013"`
}

func (a *API) moveOps(api huma.API) {
	o := operation("hangup-call", http.MethodPost, "/calls/{call_id}/hangup", "calls", "End a call", 404, 409, 504)
	o.Description = "Hangs up your channels of the call, the one that began it first, so that nothing is tried further. 409: the call has ended."
	huma.Register(api, o, a.hangupCall)
	o = operation("redirect-call", http.MethodPost, "/calls/{call_id}/redirect", "calls", "Move a party of a call elsewhere", 400, 404, 409, 413, 504)
	o.Description = "The party goes to `exten`, in your class of service and by the same rules as a call to there. A call that still rings is so taken away from the phones that ring. 409: the call has ended, or there is nobody on that side to be moved."
	huma.Register(api, o, a.redirectCall)
	a.takeOp(api)
}

// liveCall finds a call that the client may act on. Its error is the answer.
func (a *API) liveCall(ctx context.Context, action, id string) (*pbx.Server, *call.Call, error) {
	s, c, err := a.callByID(callerOf(ctx).who, id)
	if err == nil && c.State == call.Ended {
		err = envelope.Errorf(envelope.Conflict, "call_id", "the call has ended")
	}
	if err != nil {
		server := 0
		if s != nil {
			server = s.ID()
		}
		return nil, nil, a.refused(ctx, action, server, err)
	}
	return s, c, nil
}

func (a *API) hangupCall(ctx context.Context, in *CallPath) (*reply[HungUp], error) {
	s, c, err := a.liveCall(ctx, "hangup", in.CallID)
	if err != nil {
		return nil, err
	}
	channels, err := a.hangUp(callerOf(ctx).who, s, c)
	if err != nil {
		return nil, a.refused(ctx, "hangup", s.ID(), err)
	}
	return success(HungUp{CallID: c.ID, ServerID: s.ID(), Channels: channels}), nil
}

// hangUp hangs up a call's channels that the client may, and returns their
// names. The channel that began the call is first: when it is gone, the dialplan
// tries nothing further, such as a diversion of a phone that seems not to
// answer.
func (a *API) hangUp(who tenant.Identity, s *pbx.Server, c *call.Call) ([]string, error) {
	channels := slices.Clone(c.Channels)
	slices.SortStableFunc(channels, func(x, y call.Channel) int {
		return cmp.Compare(rank(c, x), rank(c, y))
	})
	pending := make([]func() error, len(channels))
	for i, ch := range channels { // all are on their way before the first is waited for
		pending[i] = a.send(who, s, "Hangup", envelope.Field{Name: "Channel", Value: ch.Name})
	}
	done := []string{}
	var first error
	for i, wait := range pending {
		switch err := wait(); {
		case err == nil:
			done = append(done, channels[i].Name)
		case first == nil:
			first = err
		}
	}
	if len(done) > 0 {
		return done, nil // the others went with these
	}
	if first == nil {
		first = envelope.Errorf(envelope.Conflict, "call_id", "the call has no channel")
	}
	return nil, first
}

func rank(c *call.Call, ch call.Channel) int {
	if ch.Uniqueid == c.Linkedid {
		return 0
	}
	return 1
}

// send checks an action as if it had come by WebSocket, sends it, and returns
// what waits for its answer.
func (a *API) send(who tenant.Identity, s *pbx.Server, action string, fields ...envelope.Field) (wait func() error) {
	plan, err := a.o.Policy.Check(who, s.ID(), &envelope.Request{Action: action, Fields: fields})
	if err != nil {
		return func() error { return err }
	}
	return s.Move(who, plan)
}

func (a *API) redirectCall(ctx context.Context, in *struct {
	CallPath
	Body Move
},
) (*reply[Moved], error) {
	const action = "redirect"
	s, c, err := a.liveCall(ctx, action, in.CallID)
	if err != nil {
		return nil, err
	}
	moved, err := a.redirect(callerOf(ctx).who, s, c, in.Body)
	if err != nil {
		return nil, a.refused(ctx, action, s.ID(), err)
	}
	return success(moved), nil
}

func (a *API) redirect(who tenant.Identity, s *pbx.Server, c *call.Call, m Move) (Moved, error) {
	channel, err := pick(c, m)
	if err != nil {
		return Moved{}, err
	}
	fields := []envelope.Field{{Name: "Channel", Value: channel}, {Name: "Exten", Value: m.Exten}}
	if m.Context != "" {
		fields = append(fields, envelope.Field{Name: "Context", Value: m.Context})
	}
	if err := a.send(who, s, "Redirect", fields...)(); err != nil {
		return Moved{}, inBody(err)
	}
	return Moved{CallID: c.ID, ServerID: s.ID(), Channel: channel, Exten: m.Exten}, nil
}

// inBody names the fields of an action as the body has them.
func inBody(err error) error {
	var e *envelope.Error
	if !errors.As(err, &e) || e.Field == "" {
		return err
	}
	low := strings.ToLower(e.Field)
	return &envelope.Error{Code: e.Code, Field: low, Message: low + strings.TrimPrefix(e.Message, e.Field)}
}

// pick finds the channel that is to be moved.
func pick(c *call.Call, m Move) (string, error) {
	if m.Channel != "" {
		if m.Side != "" {
			return "", envelope.Errorf(envelope.BadRequest, "side", "side and channel exclude each other")
		}
		for _, ch := range c.Channels {
			if ch.Name == m.Channel {
				return ch.Name, nil
			}
		}
		return "", envelope.Errorf(envelope.Conflict, "channel", "channel is none of the call's live channels")
	}
	caller, others := c.Sides()
	if m.Side != "to" {
		if caller == "" {
			return "", envelope.Errorf(envelope.Conflict, "side", "the caller has no channel that can be moved")
		}
		return caller, nil
	}
	switch len(others) {
	case 0:
		return "", envelope.Errorf(envelope.Conflict, "side", "nobody has answered yet")
	case 1:
		return others[0], nil
	}
	return "", envelope.Errorf(envelope.Conflict, "side", "several have answered; name one of the call's channels in channel")
}
