package dcmiws

import (
	"strings"
	"sync"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/tenant"
)

// limitedPause is how long a client that is over its rate is not read, for each
// message that is too many: TCP then slows it down.
const limitedPause = 5 * time.Millisecond

// request answers one message, in every case.
func (c *session) request(isText bool, msg []byte) {
	if c.who.Via == tenant.ViaOpen {
		c.openRequest(isText, msg)
		return
	}
	limited := c.rate != nil && !c.rate.Allow()
	var req envelope.Request
	var err error
	if c.v2 != nil && isText && envelope.IsOp(msg) {
		c.op(msg, limited)
		return
	}
	if isText {
		req, err = envelope.Decode(msg) // also for the ActionID of a refusal
	} else {
		err = envelope.Errorf(envelope.BadRequest, "", "send requests as text, not as binary")
	}
	if limited {
		err = c.overRate()
	}
	if err != nil {
		c.refuse(c.s.own, &req, err)
		if limited {
			<-time.After(limitedPause)
		}
		return
	}
	who := c.now()
	server, err := c.server(who, &req)
	if err != nil {
		c.refuse(c.s.own, &req, err)
		return
	}
	plan, err := c.s.o.Policy.Check(who, server.ID(), &req)
	if err != nil {
		c.refuse(server.Source(), &req, err)
		return
	}
	if !c.begin() {
		c.refuse(server.Source(), &req, errBusy)
		return
	}
	action, actionID := req.Action, req.ActionID
	server.Execute(pbx.Job{
		Who: who, Plan: plan, ActionID: actionID,
		Done: func(o pbx.Outcome) {
			defer c.end()
			if o.Err != nil && (o.Err.Code == envelope.RateLimited || o.Err.Code == envelope.Forbidden) { // by the gate of calls
				c.s.o.Refused(edge.Refusal{Who: who, Remote: c.remote, Server: server.ID(), Action: action, ActionID: actionID, Err: o.Err})
			}
			if o.Changed && c.s.o.Changed != nil {
				c.s.o.Changed(Change{
					Who: who, Remote: c.remote, Server: server.ID(), Action: action, ActionID: actionID,
					Tenant: plan.Tenant, Key: plan.Key, Value: plan.Value, Removed: plan.Kind == policy.DeleteKey,
				})
			}
			c.answer(server.Source(), actionID, o)
		},
	})
}

func (c *session) overRate() error {
	return envelope.Errorf(envelope.RateLimited, "", "more than %v messages a second; this one was not carried out", c.rate.Limit())
}

// server finds the one server a request is for. It is never several.
func (c *session) server(who tenant.Identity, req *envelope.Request) (*pbx.Server, error) {
	if req.HasServer {
		s := c.s.o.Pool.Server(req.ServerID)
		if s == nil || !who.MayUseServer(req.ServerID) {
			return nil, envelope.Errorf(envelope.NotFound, "AMIServerID", "there is no server %d for you", req.ServerID)
		}
		return s, nil
	}
	all := c.s.o.Pool.Servers()
	var mine *pbx.Server
	n := 0
	for _, s := range all {
		if who.MayUseServer(s.ID()) {
			mine = s
			n++
		}
	}
	switch n {
	case 0:
		return nil, envelope.Errorf(envelope.Unavailable, "", "your company has no server")
	case 1:
		return mine, nil
	}
	return nil, envelope.Errorf(envelope.BadRequest, "AMIServerID", "AMIServerID is missing; there are %d servers", n)
}

// refuse answers with an error and leaves a line in the audit.
func (c *session) refuse(src *envelope.Source, req *envelope.Request, err error) {
	e := c.s.asEnvelope(err)
	c.s.o.Refused(edge.Refusal{Who: c.who, Remote: c.remote, Server: src.ID, Action: req.Action, ActionID: req.ActionID, Err: e})
	b := scratch()
	defer b.free()
	b.b = src.AppendError(b.b, req.ActionID, e)
	c.client.Send(b.b)
}

// answer sends the one answer of an action, with the client's own ActionID.
// The items of a list follow it at once.
func (c *session) answer(src *envelope.Source, actionID string, o pbx.Outcome) {
	b := scratch()
	defer b.free()
	id := envelope.ID{Set: true, Value: actionID}
	switch {
	case o.Err != nil && o.Err.Code == envelope.Unknown && o.Call != nil:
		b.b = src.AppendFields(b.b, ami.KindResponse,
			envelope.Field{Name: "Response", Value: "Error"}, envelope.Field{Name: "ActionID", Value: actionID},
			envelope.Field{Name: "Message", Value: o.Err.Message}, envelope.Field{Name: "Code", Value: string(o.Err.Code)},
			envelope.Field{Name: "ChannelId", Value: o.Call.ChannelID})
	case o.Err != nil:
		b.b = src.AppendError(b.b, actionID, o.Err)
	case o.Call != nil:
		b.b = src.AppendFields(b.b, ami.KindResponse, started(actionID, o)...)
	case o.Message == nil:
		b.b = src.AppendFields(b.b, ami.KindResponse, o.Fields...)
	default:
		b.b = src.AppendMessage(b.b, o.Message, id)
	}
	switch { // one that is closing gets no answers any more
	case len(o.Events) > 0:
	case c.pending.Load() == 1: // this one
		c.client.SendNow(b.b)
		return
	default:
		c.client.Send(b.b)
		return
	}
	ends := []int{0, len(b.b)}
	for _, m := range o.Events {
		b.b = src.AppendMessage(b.b, m, id)
		ends = append(ends, len(b.b))
	}
	parts := make([][]byte, len(ends)-1)
	for i := range parts {
		parts[i] = b.b[ends[i]:ends[i+1]]
	}
	c.client.Send(parts...)
}

// started is the answer to an Originate: what the server said, and of a call
// that it took the id and the number that is shown to the network.
func started(actionID string, o pbx.Outcome) []envelope.Field {
	f := o.Fields
	if o.Message != nil {
		for name, value := range o.Message.All() {
			if strings.EqualFold(string(name), "ActionID") {
				if actionID == "" {
					continue
				}
				value = []byte(actionID)
			}
			f = append(f, envelope.Field{Name: string(name), Value: string(value)})
		}
	}
	if len(f) == 0 || f[0].Value != "Success" {
		return f
	}
	f = append(f, envelope.Field{Name: "ChannelId", Value: o.Call.ChannelID})
	if o.Call.NetworkNumber != "" {
		f = append(f, envelope.Field{Name: "CallerIDNum", Value: o.Call.NetworkNumber})
	}
	return f
}

// scratch buffers hold one frame while it is built.
type frame struct{ b []byte }

var frames = sync.Pool{New: func() any { return &frame{b: make([]byte, 0, 2048)} }}

func scratch() *frame {
	f := frames.Get().(*frame)
	f.b = f.b[:0]
	return f
}

func (f *frame) free() {
	if cap(f.b) <= 64<<10 {
		frames.Put(f)
	}
}
