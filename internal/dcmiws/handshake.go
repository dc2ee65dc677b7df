package dcmiws

import (
	"encoding/base64"
	"net"
	"net/http"
	"net/netip"
	"strconv"
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
		s.o.Refused(edge.Refusal{Who: who, Remote: remote, Action: "connect", Err: e})
		edge.WriteError(w, e)
	}
	if !IsUpgrade(r) {
		askForUpgrade(w)
		return
	}
	if !s.o.Origins.Allow(r) {
		refuse(tenant.Identity{}, envelope.Errorf(envelope.Forbidden, "Origin", "this Origin is not allowed"))
		return
	}
	// A page of another site can make a browser connect with its cookies, but
	// not without an Origin; a program has no cookie to be abused. This comes
	// before the credentials, so that a ticket is neither tried nor used up.
	if r.Header.Get("Origin") == "" && !edge.HasHeader(r) && (r.URL.Query().Has("ticket") || r.Header.Get("Cookie") != "") {
		refuse(tenant.Identity{}, envelope.Errorf(envelope.Forbidden, "Origin", "without an Origin, credentials must come in a header"))
		return
	}
	who, err := s.o.Authenticate(r)
	if err != nil {
		refuse(who, err)
		return
	}
	if who.Via == tenant.ViaSession && !s.o.Origins.Own(r) {
		refuse(who, envelope.Errorf(envelope.Forbidden, "Origin", "a session is for our own pages"))
		return
	}
	if err := maySee(who); err != nil {
		refuse(who, err)
		return
	}
	a, err := s.readAsks(r, who)
	if err != nil {
		refuse(who, err)
		return
	}
	if who.Role == tenant.ExtensionRole {
		a.filter.Extensions = []string{who.Extension}
	}
	if err := wellFormed(w, r); err != nil {
		refuse(who, err)
		return
	}
	s.welcome(w, r, who, remote, a)
}

// maySee refuses who has no right to see calls as they go.
func maySee(who tenant.Identity) error {
	if who.May(tenant.AreaLive, tenant.See) {
		return nil
	}
	return envelope.Errorf(envelope.Forbidden, "", "your role does not allow this: it needs the right to %s %s", tenant.See, tenant.AreaLive)
}

func askForUpgrade(w http.ResponseWriter) {
	w.Header().Set("Connection", "Upgrade")
	w.Header().Set("Upgrade", "websocket")
	edge.WriteJSON(w, http.StatusUpgradeRequired, edge.Body{
		Status: "error", Code: envelope.BadRequest,
		Message: "this address speaks the WebSocket protocol only",
	})
}

// welcome makes a session of a handshake that was judged.
func (s *Server) welcome(w http.ResponseWriter, r *http.Request, who tenant.Identity, remote netip.Addr, a asks) {
	if !s.enter() {
		edge.WriteError(w, errBusy)
		return
	}
	defer s.wg.Done()
	// The client may act on its first sight of the answer; what it causes must
	// reach it. (In version 2 it asks for what it gets once it is here.)
	if a.format != hub.V2 {
		a.place = s.o.Hub.Keep(a.format, topicOf(who))
		defer a.place.Release()
	}
	conn, rest, err := upgrade(w, r)
	if err != nil {
		s.log.Debug("handshake failed", "error", err)
		return
	}
	s.start(conn, rest, who, remote, a)
}

// wellFormed checks a handshake as RFC 6455 section 4.2.1 asks, so that who gets
// it wrong reads why.
func wellFormed(w http.ResponseWriter, r *http.Request) error {
	key, err := base64.StdEncoding.DecodeString(r.Header.Get("Sec-WebSocket-Key"))
	switch {
	case r.Method != http.MethodGet || !r.ProtoAtLeast(1, 1):
		return envelope.Errorf(envelope.BadRequest, "", "a handshake is a GET of HTTP/1.1")
	case !strings.Contains(strings.ToLower(strings.Join(r.Header.Values("Connection"), ",")), "upgrade"):
		return envelope.Errorf(envelope.BadRequest, "Connection", "Connection must be Upgrade")
	case r.Header.Get("Sec-WebSocket-Version") != "13":
		w.Header().Set("Sec-WebSocket-Version", "13")
		return envelope.Errorf(envelope.BadRequest, "Sec-WebSocket-Version", "Sec-WebSocket-Version must be 13")
	case err != nil || len(key) != 16:
		return envelope.Errorf(envelope.BadRequest, "Sec-WebSocket-Key", "Sec-WebSocket-Key must be 16 bytes in base64")
	}
	return nil
}

// maxQuery bounds the length of one query parameter.
const maxQuery = 2048

// asks is what the address of a handshake asks for.
type asks struct {
	format hub.Format
	filter hub.Filter
	place  *hub.Place   // where it begins; nil: when it is here
	sse    *envelope.Op // server-sent events, which begin so; nil: a WebSocket
}

func (s *Server) readAsks(r *http.Request, who tenant.Identity) (asks, error) {
	v := r.URL.Query().Get("v")
	if v != "" && v != "1" && v != "2" {
		return asks{}, envelope.Errorf(envelope.InvalidValue, "v", "this version of the protocol is not available; v is 1 or 2")
	}
	f, err := readFilter(r)
	if err != nil || v != "2" {
		return asks{filter: f}, err
	}
	f.Servers, err = s.readServers(r, who)
	return asks{format: hub.V2, filter: f}, err
}

// readServers reads the parameter servers, numbers with commas.
func (s *Server) readServers(r *http.Request, who tenant.Identity) (ids []int, err error) {
	const name = "servers"
	v := r.URL.Query().Get(name)
	if len(v) > maxQuery {
		return nil, envelope.Errorf(envelope.TooLong, name, "%s is longer than %d bytes", name, maxQuery)
	}
	for part := range strings.SplitSeq(v, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		id, err := strconv.Atoi(part)
		if err != nil {
			return nil, envelope.Errorf(envelope.InvalidValue, name, "%s must be numbers of servers with commas between", name)
		}
		ids = append(ids, id)
	}
	return ids, s.mayUse(who, ids)
}

// mayUse refuses servers that are not there for who.
func (s *Server) mayUse(who tenant.Identity, ids []int) error {
	for _, id := range ids {
		if s.o.Pool.Server(id) == nil || !who.MayUseServer(id) {
			return envelope.Errorf(envelope.NotFound, "servers", "there is no server %d for you", id)
		}
	}
	return nil
}

func readFilter(r *http.Request) (hub.Filter, error) {
	var f hub.Filter
	q := r.URL.Query()
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
		if conn != nil {
			_ = conn.Close() // it is ours, and there is nothing more to say
		}
		return nil, nil, err
	}
	var rest []byte
	if n := rw.Reader.Buffered(); n > 0 {
		b, _ := rw.Reader.Peek(n) // what is buffered cannot fail
		rest = append(rest, b...)
	}
	return conn, rest, conn.SetDeadline(time.Time{})
}
