package dcmiws

import (
	"golang.org/x/time/rate"

	"github.com/dipcast/dipcast/internal/tenant"
)

// limits is what a tenant's client may send.
type limits struct {
	rate  rate.Limit
	burst int
}

// SetRate changes what tenants' clients may send in a second and at once, also
// of those that are connected.
func (s *Server) SetRate(perSecond rate.Limit, burst int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limits.Store(&limits{perSecond, burst})
	for c := range s.sessions {
		if c.rate != nil {
			c.rate.SetLimit(perSecond)
			c.rate.SetBurst(burst)
		}
	}
}

// Review looks at every client again, after credentials or tenants changed:
// one for which judge gives a reason is closed with ClosePolicy and that
// reason. It returns how many were. judge is asked once for each identity.
func (s *Server) Review(judge func(tenant.Identity) (reason string)) (closed int) {
	s.mu.Lock()
	all := make([]*session, 0, len(s.sessions))
	for c := range s.sessions {
		all = append(all, c)
	}
	s.mu.Unlock()
	type key struct {
		via             tenant.Via
		role            tenant.Role
		tenant          tenant.ID
		name, extension string
		session         string
	}
	reasons := map[key]string{}
	for _, c := range all {
		k := key{via: c.who.Via, role: c.who.Role, name: c.who.Name, extension: c.who.Extension, session: c.who.Session}
		if c.who.Tenant != nil {
			k.tenant = c.who.Tenant.ID
		}
		reason, known := reasons[k]
		if !known {
			reason = judge(c.who)
			reasons[k] = reason
		}
		if reason != "" && !c.client.Closing() {
			c.client.Close(ClosePolicy, reason)
			closed++
		}
	}
	return closed
}

// now is the client as it is today: its tenant may have changed since it
// connected.
func (c *session) now() tenant.Identity {
	who := c.who
	if who.Tenant != nil && c.s.o.Directory != nil {
		if t := c.s.o.Directory().ByID(who.Tenant.ID.Hex()); t != nil {
			who.Tenant = t
		}
	}
	return who
}

// ClientsByProtocol is the number of clients now: "v1", "v2", "sse", the
// stream of events, and "amiws", the drop-in.
func (s *Server) ClientsByProtocol() map[string]int {
	n := map[string]int{"v1": 0, "v2": 0, "sse": 0, "amiws": 0}
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.sessions {
		switch {
		case c.who.Via == tenant.ViaOpen:
			n["amiws"]++
		case c.sse:
			n["sse"]++
		case c.v2 != nil:
			n["v2"]++
		default:
			n["v1"]++
		}
	}
	return n
}
