package rest

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/tenant"
)

// How long a cancel waits for the first channel of a call that was just asked
// for, and how often it looks.
const (
	appearWithin = 3 * time.Second
	appearEvery  = 20 * time.Millisecond
)

// Cancel says which click-to-call is to end.
type Cancel struct {
	Caller string `json:"caller,omitempty" doc:"extension that is or was rung first" example:"1010"`
	Callee string `json:"callee,omitempty" doc:"number that is called then; absent: whatever it is" example:"16682471"`
	CallID string `json:"call_id,omitempty" doc:"instead of caller: the call that click_to_call answered"`
}

// Cancelled says which click-to-calls were ended.
type Cancelled struct {
	Cancelled int      `json:"cancelled" doc:"how many"`
	CallIDs   []string `json:"call_ids" nullable:"false"`
}

func (a *API) cancelOp(api huma.API) {
	o := operation("cancel-click-to-call", http.MethodPost, "/core/click_to_call/cancel", "calls", "End a click-to-call", 400, 404, 409, 413, 504)
	o.Description = "Ends the click-to-call of that caller which is under way, whether the caller's phone rings, the callee's does, or they talk: both sides are hung up. 409: none is under way."
	huma.Register(api, o, a.cancelClickToCall)
}

func (a *API) cancelClickToCall(ctx context.Context, in *struct{ Body Cancel }) (*reply[Cancelled], error) {
	const action = "click_to_call/cancel"
	who := callerOf(ctx).who
	found, err := a.underWay(who, in.Body)
	if err != nil {
		return nil, a.refused(ctx, action, 0, err)
	}
	out := Cancelled{CallIDs: []string{}}
	var first error
	for _, id := range found {
		if err := a.cancel(ctx, who, id); err == nil {
			out.CallIDs = append(out.CallIDs, id)
		} else if first == nil {
			first = err
		}
	}
	if len(out.CallIDs) == 0 {
		return nil, a.refused(ctx, action, 0, first)
	}
	out.Cancelled = len(out.CallIDs)
	return success(out), nil
}

var errNotUnderWay = envelope.Errorf(envelope.Conflict, "", "no such click-to-call is under way")

// underWay finds the calls that are meant, by their ids.
func (a *API) underWay(who tenant.Identity, in Cancel) ([]string, error) {
	if in.CallID != "" {
		if in.Caller != "" || in.Callee != "" {
			return nil, envelope.Errorf(envelope.BadRequest, "call_id", "call_id and caller exclude each other")
		}
		_, c, err := a.callByID(who, in.CallID)
		switch {
		case err != nil:
			return nil, err
		case c.ClickToCall == nil, c.State == call.Ended:
			return nil, errNotUnderWay
		}
		return []string{c.ID}, nil
	}
	t := who.Tenant
	switch {
	case t == nil:
		return nil, envelope.Errorf(envelope.Forbidden, "", "an operator names the call: call_id")
	case in.Caller == "":
		return nil, envelope.Errorf(envelope.BadRequest, "caller", "caller is missing; or give call_id")
	case who.Role == tenant.ExtensionRole && in.Caller != who.Extension, !t.HasExtension(in.Caller):
		return nil, envelope.Errorf(envelope.Forbidden, "caller", "caller must be an extension of yours")
	}
	var found []string
	for _, id := range t.Servers {
		s := a.o.Pool.Server(id)
		if s == nil {
			continue
		}
		for _, c := range s.Calls().ByExtension(t, in.Caller) {
			k := c.ClickToCall
			if k != nil && k.Caller.Extension == in.Caller && (in.Callee == "" || in.Callee == k.Callee.Number || in.Callee == k.Callee.Extension) {
				found = append(found, c.ID)
			}
		}
	}
	if found == nil {
		return nil, errNotUnderWay
	}
	return found, nil
}

// cancel ends a click-to-call. One that was asked for a moment ago may have no
// channel yet: the first is waited for.
func (a *API) cancel(ctx context.Context, who tenant.Identity, id string) error {
	ctx, stop := context.WithTimeout(ctx, appearWithin)
	defer stop()
	tick := time.NewTicker(appearEvery)
	defer tick.Stop()
	for {
		s, c, err := a.callByID(who, id)
		switch {
		case err != nil:
			return err
		case c.State == call.Ended:
			return errNotUnderWay
		case len(c.Channels) > 0:
			_, err := a.hangUp(who, s, c)
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return a.cancelUnseen(s)
		}
	}
}

// cancelUnseen answers for a call of which no channel has come.
func (a *API) cancelUnseen(s *pbx.Server) error {
	if !s.Up() {
		return envelope.Errorf(envelope.Unavailable, "", "the link to the server is down")
	}
	return envelope.Errorf(envelope.Timeout, "", "the call has not begun yet; try again")
}
