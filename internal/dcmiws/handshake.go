package dcmiws

import (
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/gobwas/ws"

	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/hub"
	"github.com/dipcast/dipcast/internal/tenant"
)

// IsUpgrade reports whether r asks for a WebSocket.
func IsUpgrade(r *http.Request) bool {
	for _, v := range r.Header.Values("Upgrade") {
		if strings.EqualFold(strings.TrimSpace(v), "websocket") {
			return true
		}
	}
	return false
}

// ServeHTTP takes a handshake. Credentials and Origin are judged before the
// upgrade: who may not in gets an HTTP answer.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	remote := s.o.Proxies.ClientAddr(r)
	refuse := func(who tenant.Identity, err error) {
		e := s.asEnvelope(err)
		s.o.Refused(Refusal{Who: who, Remote: remote, Action: "connect", Err: e})
		edge.WriteError(w, e)
	}
	if !IsUpgrade(r) {
		w.Header().Set("Upgrade", "websocket")
		edge.WriteJSON(w, http.StatusUpgradeRequired, edge.Body{
			Status: "error", Code: envelope.BadRequest,
			Message: "this address speaks the WebSocket protocol only",
		})
		return
	}
	if !s.o.Origins.Allow(r) {
		refuse(tenant.Identity{}, envelope.Errorf(envelope.Forbidden, "Origin", "this Origin is not allowed"))
		return
	}
	who, err := s.o.Authenticate(r)
	if err != nil {
		refuse(who, err)
		return
	}
	// A page of another site can make a browser connect with its cookies, but
	// not without an Origin; a program has no cookie to be abused.
	if r.Header.Get("Origin") == "" && !edge.HasHeader(r) {
		refuse(who, envelope.Errorf(envelope.Forbidden, "Origin", "without an Origin, credentials must come in a header"))
		return
	}
	filter, err := readFilter(r)
	if err != nil {
		refuse(who, err)
		return
	}
	if who.Role == tenant.ExtensionRole {
		filter.Extensions = []string{who.Extension}
	}
	conn, rest, err := upgrade(w, r)
	if err != nil {
		s.log.Debug("handshake failed", "error", err)
		return
	}
	s.start(conn, rest, who, remote, filter)
}

// maxQuery bounds the length of one query parameter.
const maxQuery = 2048

func readFilter(r *http.Request) (hub.Filter, error) {
	var f hub.Filter
	q := r.URL.Query()
	if v := q.Get("v"); v != "" && v != "1" {
		return f, envelope.Errorf(envelope.InvalidValue, "v", "this version of the protocol is not available; leave v out")
	}
	for _, p := range [...]struct {
		name string
		list *[]string
	}{{"events", &f.Events}, {"extensions", &f.Extensions}} {
		v := q.Get(p.name)
		if len(v) > maxQuery {
			return f, envelope.Errorf(envelope.TooLong, p.name, "%s is longer than %d bytes", p.name, maxQuery)
		}
		for _, name := range strings.Split(v, ",") {
			if name = strings.TrimSpace(name); name != "" {
				*p.list = append(*p.list, name)
			}
		}
		if len(*p.list) > hub.MaxFilterNames {
			return f, envelope.Errorf(envelope.TooLong, p.name, "%s has more than %d names", p.name, hub.MaxFilterNames)
		}
	}
	return f, nil
}

// upgrade takes the connection over. rest is what the client has sent behind
// its handshake already.
func upgrade(w http.ResponseWriter, r *http.Request) (net.Conn, []byte, error) {
	u := ws.HTTPUpgrader{Timeout: 10 * time.Second}
	conn, rw, _, err := u.Upgrade(r, w)
	if err != nil {
		return nil, nil, err
	}
	var rest []byte
	if n := rw.Reader.Buffered(); n > 0 {
		b, _ := rw.Reader.Peek(n) // what is buffered cannot fail
		rest = append(rest, b...)
	}
	return conn, rest, conn.SetDeadline(time.Time{})
}
