package dcmiws

import (
	"sync"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/pbx"
)

// allow counts one inbound message against the client's rate.
func (c *session) allow() bool { return c.rate == nil || c.rate.Allow() }

// request answers one message, in every case.
func (c *session) request(isText bool, msg []byte) {
	if !isText {
		c.refuse(c.s.own, envelope.Request{}, envelope.Errorf(envelope.BadRequest, "", "send requests as text, not as binary"))
		return
	}
	req, err := envelope.Decode(msg)
	if err == nil && !c.allow() {
		err = envelope.Errorf(envelope.RateLimited, "", "more than %v messages a second; this one was not carried out", c.s.o.Rate)
	}
	if err != nil {
		c.refuse(c.s.own, req, err)
		return
	}
	server, err := c.server(&req)
	if err != nil {
		c.refuse(c.s.own, req, err)
		return
	}
	plan, err := c.s.o.Policy.Check(c.who, server.ID(), &req)
	if err != nil {
		c.refuse(server.Source(), req, err)
		return
	}
	actionID := req.ActionID
	server.Execute(pbx.Job{
		Who: c.who, Plan: plan, ActionID: actionID,
		Done: func(o pbx.Outcome) { c.answer(server.Source(), actionID, o) },
	})
}

// server finds the one server a request is for. It is never several.
func (c *session) server(req *envelope.Request) (*pbx.Server, error) {
	if req.HasServer {
		s := c.s.o.Pool.Server(req.ServerID)
		if s == nil || !c.who.MayUseServer(req.ServerID) {
			return nil, envelope.Errorf(envelope.NotFound, "AMIServerID", "there is no server %d for you", req.ServerID)
		}
		return s, nil
	}
	all := c.s.o.Pool.Servers()
	var mine *pbx.Server
	n := 0
	for _, s := range all {
		if c.who.MayUseServer(s.ID()) {
			mine = s
			n++
		}
	}
	if n == 1 {
		return mine, nil
	}
	return nil, envelope.Errorf(envelope.BadRequest, "AMIServerID", "AMIServerID is missing; there are %d servers", n)
}

// refuse answers with an error and leaves a line in the audit.
func (c *session) refuse(src *envelope.Source, req envelope.Request, err error) {
	e := c.s.asEnvelope(err)
	c.s.o.Refused(Refusal{Who: c.who, Remote: c.remote, Server: src.ID, Action: req.Action, Err: e})
	b := scratch()
	b.b = src.AppendError(b.b, req.ActionID, e)
	b.send(c)
}

// answer sends the one answer of an action, with the client's own ActionID.
func (c *session) answer(src *envelope.Source, actionID string, o pbx.Outcome) {
	b := scratch()
	id := envelope.ID{Set: true, Value: actionID}
	switch {
	case o.Err != nil && o.Call != nil:
		f := []envelope.Field{
			{Name: "Response", Value: "Error"},
			{Name: "ActionID", Value: actionID},
			{Name: "Message", Value: o.Err.Message},
			{Name: "Code", Value: string(o.Err.Code)},
			{Name: "ChannelId", Value: o.Call.ChannelID},
		}
		b.b = src.AppendFields(b.b, ami.KindResponse, f...)
	case o.Err != nil:
		b.b = src.AppendError(b.b, actionID, o.Err)
	case o.Message == nil:
		b.b = src.AppendFields(b.b, ami.KindResponse, o.Fields...)
	default:
		b.b = src.AppendMessage(b.b, o.Message, id)
	}
	b.send(c)
	for _, m := range o.Events {
		b := scratch()
		b.b = src.AppendMessage(b.b, m, id)
		b.send(c)
	}
}

// scratch buffers hold one frame while it is built.
type frame struct{ b []byte }

var frames = sync.Pool{New: func() any { return &frame{b: make([]byte, 0, 2048)} }}

func scratch() *frame {
	f := frames.Get().(*frame)
	f.b = f.b[:0]
	return f
}

// send copies the frame into the client's queue; a client that is closing
// gets no answers any more.
func (f *frame) send(c *session) {
	c.client.Send(f.b)
	if cap(f.b) <= 64<<10 {
		frames.Put(f)
	}
}
