package dcmiws

import (
	"slices"
	"time"

	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/hub"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/tenant"
)

// op answers one request about the stream of events, of ?v=2.
func (c *session) op(msg []byte, limited bool) {
	op, err := envelope.DecodeOp(msg) // also for the id of a refusal
	if limited {
		err = c.overRate()
		defer func() { <-time.After(limitedPause) }()
	}
	if err == nil {
		err = c.carryOut(&op)
	}
	if err == nil {
		return
	}
	e := c.s.asEnvelope(err)
	c.s.o.Refused(edge.Refusal{Who: c.who, Remote: c.remote, Action: "op " + envelope.Clip(op.Op), Err: e})
	c.client.Send(errorFrame(&op, e))
}

func (c *session) carryOut(op *envelope.Op) error {
	if err := c.s.mayUse(c.now(), op.Servers); err != nil {
		return err
	}
	var do func()
	switch op.Op {
	case "subscribe":
		do = func() { c.subscribe(op) }
	case "resume":
		if len(op.Positions) == 0 {
			return envelope.Errorf(envelope.InvalidValue, "positions", "positions is empty; subscribe begins anew")
		}
		do = func() { c.resume(op) }
	default:
		do = func() { c.snapshot(op) }
	}
	if !c.client.Hold(do) && !c.client.Closing() {
		return envelope.Errorf(envelope.Busy, "", "too many requests of this client wait already; this one was not carried out")
	}
	return nil
}

// narrow makes the filter of a subscribe or resume the client's. What they leave
// out is as the address said.
func (c *session) narrow(op *envelope.Op) {
	f := c.v2.asked
	if op.Has.Servers {
		f.Servers = op.Servers
	}
	if op.Has.Events {
		f.Events = op.Events
	}
	if op.Has.Extensions {
		f.Extensions = op.Extensions
	}
	if c.who.Role == tenant.ExtensionRole {
		f.Extensions = []string{c.who.Extension}
	}
	c.v2.now = f
	c.client.SetFilter(f)
}

// mine are the servers that the client gets events of.
func (c *session) mine(who tenant.Identity, only []int) []*pbx.Server {
	var all []*pbx.Server
	for _, s := range c.s.o.Pool.Servers() {
		if who.MayUseServer(s.ID()) && (len(only) == 0 || slices.Contains(only, s.ID())) {
			all = append(all, s)
		}
	}
	return all
}

// The rest of this file runs while the client is held. What it sends goes out
// in one piece: the bound of what waits for a client is for more than that.

// subscribe begins anew: the state of each server, and then what comes behind it.
func (c *session) subscribe(op *envelope.Op) {
	again := c.client.Live()
	c.narrow(op)
	if !again {
		c.client.Tail()
	}
	out := [][]byte{end(withID(opFrame("subscribed"), op))}
	who := c.now()
	for _, s := range c.mine(who, c.v2.now.Servers) {
		p := c.place(s, who)
		out = append(out, c.stateOf(s, p, again)...)
	}
	c.client.Send(out...)
}

// resume goes on behind positions, where that is possible.
func (c *session) resume(op *envelope.Op) {
	c.narrow(op)
	who := c.now()
	servers := c.mine(who, c.v2.now.Servers)
	reasons := map[int]string{} // of those that begin anew: of the gap, or ""
	for _, s := range servers {
		reasons[s.ID()] = ""
	}
	recovered := true
	from := map[int]uint64{}
	var at []hub.Position
	for _, p := range op.Positions {
		s := c.s.o.Pool.Server(p.Server)
		if !slices.Contains(servers, s) {
			recovered = false
			continue
		}
		from[p.Server] = p.Seq + 1
		now := s.Position()
		switch {
		case p.Epoch == now.Epoch && p.Seq <= now.Seq:
			at = append(at, hub.Position{Server: p.Server, Seq: p.Seq})
		case p.Epoch == now.Epoch:
			reasons[p.Server] = gapWindow
		case s.OwnEpoch(p.Epoch):
			reasons[p.Server] = gapLink
		default:
			reasons[p.Server] = gapRestart
		}
	}
	for i, ok := range c.client.Rewind(at) {
		if id := at[i].Server; ok {
			delete(reasons, id)
		} else {
			reasons[id] = gapWindow
		}
	}
	var out [][]byte
	for _, s := range servers {
		reason, anew := reasons[s.ID()]
		if !anew {
			continue
		}
		p := c.place(s, who)
		if reason != "" {
			recovered = false
			out = append(out, gapFrame(s, from[s.ID()], p.Seq, reason))
		}
		out = append(out, c.stateOf(s, p, true)...)
	}
	first := end(withJSON(withID(opFrame("resumed"), op), "recovered", recovered))
	c.client.Send(append([][]byte{first}, out...)...)
}

// snapshot tells the state of servers as it is. It changes nothing else: events
// that are in it may follow it.
func (c *session) snapshot(op *envelope.Op) {
	who := c.now()
	only := op.Servers
	if !op.Has.Servers {
		only = c.v2.now.Servers
	}
	var out [][]byte
	for _, s := range c.mine(who, only) {
		out = append(out, snapshotFrame(s, op, pictureFor(s, who, c.v2.now.Extensions)))
	}
	if len(out) == 0 {
		out = [][]byte{errorFrame(op, envelope.Errorf(envelope.Unavailable, "", "your company has no server"))}
	}
	c.client.Send(out...)
}

// missed tells what the client misses, each with the state as it is now.
func (c *session) missed(_ *hub.Client, misses []hub.Miss) {
	reasons := [...]string{hub.Slow: gapSlow, hub.Link: gapLink, hub.Window: gapWindow, hub.Anew: ""}
	who := c.now()
	var out [][]byte
	for _, m := range misses {
		s := c.s.o.Pool.Server(m.Server)
		if s == nil || !who.MayUseServer(m.Server) {
			continue
		}
		p := c.place(s, who)
		if reason := reasons[m.Cause]; reason != "" {
			out = append(out, gapFrame(s, m.From, p.Seq, reason))
		}
		out = append(out, c.stateOf(s, p, m.Cause == hub.Slow)...)
	}
	c.client.Send(out...)
}

// place takes a picture and has the client get what comes behind it only.
func (c *session) place(s *pbx.Server, who tenant.Identity) pbx.Picture {
	p := pictureFor(s, who, c.v2.now.Extensions)
	c.client.Skip(hub.Position{Server: s.ID(), Seq: p.Seq})
	return p
}

// stateOf is a snapshot, and before it whether the link is up: always for a
// client that may have missed that, else when it is down. It is asked behind
// the picture: what changes later has a frame of its own.
func (c *session) stateOf(s *pbx.Server, p pbx.Picture, always bool) (out [][]byte) {
	if up := s.Up(); always || !up {
		out = append(out, linkFrame(s, up, time.Now()))
	}
	return append(out, snapshotFrame(s, nil, p))
}
