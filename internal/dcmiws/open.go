package dcmiws

import (
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/hub"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Open takes handshakes as amiws does: at any path, without a login, from the
// networks only. What differs from amiws stands in docs/amiws.md.
func (s *Server) Open(networks []netip.Prefix) http.Handler {
	who := tenant.Identity{Role: tenant.Operator, Via: tenant.ViaOpen}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The peer of the connection itself: nothing that a header says lets
		// anybody in.
		remote := edge.Proxies(nil).ClientAddr(r)
		refuse := func(err error) {
			e := s.asEnvelope(err)
			s.o.Refused(edge.Refusal{Who: who, Remote: remote, Action: "connect", Err: e})
			edge.WriteError(w, e)
		}
		switch {
		case !contains(networks, remote):
			refuse(envelope.Errorf(envelope.Forbidden, "", "this listener is not for your network"))
			return
		case !IsUpgrade(r):
			askForUpgrade(w)
			return
		case !s.o.Origins.Allow(r) || !s.o.Origins.Lists(r) && rebound(r):
			refuse(envelope.Errorf(envelope.Forbidden, "Origin", "this Origin is not allowed"))
			return
		}
		if err := wellFormed(w, r); err != nil {
			refuse(err)
			return
		}
		s.welcome(w, r, who, remote, asks{format: hub.AMIWS})
	})
}

// rebound reports whether a browser may have been led here by a name that
// somebody else gave this address: then its Origin and its Host agree, and mean
// nothing.
func rebound(r *http.Request) bool {
	if r.Header.Get("Origin") == "" {
		return false // no browser
	}
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	_, err = netip.ParseAddr(strings.Trim(host, "[]"))
	return err != nil && host != "localhost"
}

func contains(networks []netip.Prefix, a netip.Addr) bool {
	for _, n := range networks {
		if n.Contains(a.Unmap()) {
			return true
		}
	}
	return false
}

// openRequest carries out one message of a drop-in's client. One that names no
// server goes to all.
func (c *session) openRequest(isText bool, msg []byte) {
	var req envelope.Request
	err := error(envelope.Errorf(envelope.BadRequest, "", "send requests as text, not as binary"))
	if isText {
		req, err = envelope.DecodeOpen(msg)
	}
	if err != nil {
		c.refuse(c.s.own, &req, err)
		return
	}
	servers := c.s.o.Pool.Servers()
	if req.HasServer {
		one := c.s.o.Pool.Server(req.ServerID)
		if one == nil {
			c.refuse(c.s.own, &req, envelope.Errorf(envelope.NotFound, "AMIServerID", "there is no server %d", req.ServerID))
			return
		}
		servers = []*pbx.Server{one}
	}
	for _, server := range servers {
		plan, err := c.s.o.Policy.Open(&req) // one for each: a plan is used once
		if err != nil {
			c.refuse(server.Source(), &req, err)
			return
		}
		if !c.begin() {
			c.refuse(server.Source(), &req, errBusy)
			return
		}
		actionID := req.ActionID
		server.Execute(pbx.Job{
			Who: c.who, Plan: plan, ActionID: actionID,
			Done: func(o pbx.Outcome) {
				defer c.end()
				c.openAnswer(server.Source(), actionID, o)
			},
		})
	}
}

// openAnswer gives what a server answered to every client of the drop-in, as
// amiws does; what the gateway itself has to say, to the requester only.
func (c *session) openAnswer(src *envelope.Source, actionID string, o pbx.Outcome) {
	b := scratch()
	defer b.free()
	if o.Err != nil {
		b.b = src.AppendError(b.b, actionID, o.Err)
		c.client.Send(b.b)
		return
	}
	id := envelope.ID{Set: true, Value: actionID}
	if o.Message != nil {
		b.b = src.AppendAMIWS(b.b, o.Message, id)
	} else {
		b.b = src.AppendFields(b.b, ami.KindResponse, o.Fields...)
	}
	c.s.o.Hub.Append(hub.AMIWS, b.b, hub.Meta{Topic: hub.Operators})
	for _, m := range o.Events {
		b.b = src.AppendAMIWS(b.b[:0], m, id)
		c.s.o.Hub.Append(hub.AMIWS, b.b, hub.Meta{Topic: hub.Operators, Event: m.Event()})
	}
}
