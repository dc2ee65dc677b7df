package dcmiws

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gobwas/ws"

	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/hub"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Stream answers r with the frames of ?v=2 as server-sent events, until either
// side ends it; w is hijacked. Who asks was let in already. Filters are in the
// address, as in a handshake; with Last-Event-ID, a header or the parameter
// last_event_id, the stream goes on behind that.
func (s *Server) Stream(w http.ResponseWriter, r *http.Request, who tenant.Identity) {
	remote := s.o.Proxies.ClientAddr(r)
	refuse := func(err error) {
		e := s.asEnvelope(err)
		s.o.Refused(edge.Refusal{Who: who, Remote: remote, Action: "events", Err: e})
		edge.WriteError(w, e)
	}
	a := asks{format: hub.V2, sse: &envelope.Op{Op: "subscribe"}}
	err := maySee(who)
	if err == nil {
		a.filter, err = readFilter(r)
	}
	if err == nil {
		a.filter.Servers, err = s.readServers(r, who)
	}
	if err == nil {
		a.sse.Positions, err = readLastID(r)
	}
	if err != nil {
		refuse(err)
		return
	}
	if who.Role == tenant.ExtensionRole {
		a.filter.Extensions = []string{who.Extension}
	}
	if !s.enter() {
		edge.WriteError(w, errBusy)
		return
	}
	defer s.wg.Done()
	conn, err := beginStream(w)
	if err != nil {
		s.log.Debug("stream of events not begun", "error", err)
		return
	}
	s.start(conn, nil, who, remote, a)
}

// beginStream takes the connection over and sends the head of the answer. What
// follows it ends with the connection: an answer of HTTP/1.1 needs no other end.
func beginStream(w http.ResponseWriter) (net.Conn, error) {
	h := w.Header().Clone()
	for name, value := range map[string]string{
		"Content-Type": "text/event-stream", "Cache-Control": "no-cache, no-transform",
		"Connection": "close", "X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff",
		"Date": time.Now().UTC().Format(http.TimeFormat),
	} {
		h.Set(name, value)
	}
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil, err
	}
	head := bytes.NewBufferString("HTTP/1.1 200 OK\r\n")
	err = h.Write(head)
	head.WriteString("\r\n")
	if err == nil {
		err = conn.SetDeadline(time.Now().Add(lastWords))
	}
	if err == nil {
		_, err = conn.Write(head.Bytes())
	}
	if err == nil {
		err = conn.SetDeadline(time.Time{})
	}
	if err != nil {
		_ = conn.Close() // it is ours, and there is nothing more to say
		return nil, err
	}
	return conn, nil
}

// readLastID reads "1:epoch:5,2:epoch:9", the id of the last event of a stream.
func readLastID(r *http.Request) (at []envelope.OpPosition, err error) {
	const name = "Last-Event-ID"
	v := r.Header.Get(name)
	if v == "" {
		v = r.URL.Query().Get("last_event_id")
	}
	if len(v) > 8*maxQuery {
		return nil, envelope.Errorf(envelope.TooLong, name, "%s is longer than %d bytes", name, 8*maxQuery)
	}
	for part := range strings.SplitSeq(v, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		f := strings.Split(part, ":")
		var p envelope.OpPosition
		if len(f) == 3 {
			p.Epoch = f[1]
			p.Server, err = strconv.Atoi(f[0])
			if err == nil {
				p.Seq, err = strconv.ParseUint(f[2], 10, 53)
			}
		}
		if err != nil || len(f) != 3 || slices.ContainsFunc(at, func(o envelope.OpPosition) bool { return o.Server == p.Server }) {
			return nil, envelope.Errorf(envelope.InvalidValue, name, "%s is the id of an event, such as 1:epoch:4711", name)
		}
		at = append(at, p)
	}
	return at, nil
}

// beginSSE has the client get what the address asks for.
func (c *session) beginSSE(op *envelope.Op) {
	do := c.subscribe
	if len(op.Positions) > 0 {
		do = c.resume
	}
	c.client.Hold(func() { do(op) }) // the first: there is room, unless it has ended
}

// sseConn writes WebSocket frames as server-sent events. What the socket does
// not take at once stays inside, see Waiting: it always takes whole frames.
type sseConn struct {
	hub.Conn
	out []byte
	// at is how far the client has got: the id of each event says it of all
	// servers, since a client that comes back names the last id only.
	at []envelope.OpPosition
}

// newSSEConn returns a sseConn for a client of servers that comes back with
// positions, which its ids name until there is more of those servers.
func newSSEConn(w hub.Conn, servers []*pbx.Server, at []envelope.OpPosition) *sseConn {
	c := &sseConn{Conn: w}
	for _, p := range at {
		if slices.ContainsFunc(servers, func(s *pbx.Server) bool { return s.ID() == p.Server }) {
			c.at = append(c.at, p)
		}
	}
	slices.SortFunc(c.at, func(a, b envelope.OpPosition) int { return a.Server - b.Server })
	return c
}

// TryWrite implements hub.Conn.
func (c *sseConn) TryWrite(p []byte) (int, error) {
	if done, err := c.flush(); !done || err != nil {
		return 0, err
	}
	for rest := p; len(rest) > 0; {
		h, n, err := serverFrame(rest)
		if err != nil {
			return 0, err
		}
		c.event(h, rest[n:n+int(h.Length)])
		rest = rest[n+int(h.Length):]
	}
	_, err := c.flush()
	return len(p), err
}

func (c *sseConn) flush() (done bool, err error) {
	if len(c.out) > 0 {
		var n int
		n, err = c.Conn.TryWrite(c.out)
		c.out = c.out[n:]
	}
	if len(c.out) == 0 {
		c.out = nil
	}
	return len(c.out) == 0 && !c.Conn.Waiting(), err
}

// WriteSome implements hub.Conn: what is inside comes first.
func (c *sseConn) WriteSome(p []byte, deadline time.Time) (int, error) {
	if len(c.out) == 0 && !c.Conn.Waiting() {
		return c.TryWrite(p)
	}
	n, err := c.Conn.WriteSome(c.out, deadline)
	c.out = c.out[n:]
	return 0, err
}

// Waiting implements hub.Conn.
func (c *sseConn) Waiting() bool { return len(c.out) > 0 || c.Conn.Waiting() }

// serverFrame reads the header of one of our own frames, which are whole.
func serverFrame(b []byte) (h ws.Header, size int, err error) {
	if len(b) < 2 {
		return h, 0, errCutFrame
	}
	h.OpCode = ws.OpCode(b[0] & 0x0f)
	n := uint64(b[1])
	size = 2
	switch {
	case n == 126 && len(b) >= 4:
		n, size = uint64(binary.BigEndian.Uint16(b[2:])), 4
	case n == 127 && len(b) >= 10:
		n, size = binary.BigEndian.Uint64(b[2:]), 10
	}
	if uint64(len(b)-size) < n {
		return h, 0, errCutFrame
	}
	h.Length = int64(n)
	return h, size, nil
}

var errCutFrame = fmt.Errorf("dcmiws: a frame that is not whole: %w", net.ErrClosed)

// event writes one frame as an event.
func (c *sseConn) event(h ws.Header, payload []byte) {
	switch h.OpCode {
	case ws.OpText:
		name := nameOf(payload)
		if p, ok := placeOf(payload); ok {
			c.out = append(c.out, "id: "...)
			c.id(p)
			c.out = append(c.out, '\n')
		}
		c.out = append(append(c.out, "event: "...), name...)
		c.out = append(append(c.out, "\ndata: "...), payload...)
		c.out = append(c.out, "\n\n"...)
	case ws.OpPing:
		c.out = append(c.out, ": still here\n\n"...)
	case ws.OpClose:
		if len(payload) >= 2 {
			c.out = append(c.out, "event: close\ndata: {\"op\":\"close\",\"status\":"...)
			c.out = strconv.AppendUint(c.out, uint64(binary.BigEndian.Uint16(payload)), 10)
			c.out = envelope.AppendString(append(c.out, `,"reason":`...), string(payload[2:]))
			c.out = append(c.out, "}\n\n"...)
		}
	}
}

// id takes p in and writes how far the client has got then.
func (c *sseConn) id(p envelope.OpPosition) {
	i, known := slices.BinarySearchFunc(c.at, p.Server, func(o envelope.OpPosition, id int) int { return o.Server - id })
	if known {
		c.at[i] = p
	} else {
		c.at = slices.Insert(c.at, i, p)
	}
	for i, p := range c.at {
		if i > 0 {
			c.out = append(c.out, ',')
		}
		c.out = append(strconv.AppendInt(c.out, int64(p.Server), 10), ':')
		c.out = append(append(c.out, p.Epoch...), ':')
		c.out = strconv.AppendUint(c.out, p.Seq, 10)
	}
}

// The beginnings of our own frames, which nothing that others say comes before.
var (
	opMember     = []byte(`{"op":"`)
	eventServer  = []byte(`{"type":3,"server_id":`)
	opServer     = []byte(`,"server":`)
	epochMember  = []byte(`,"epoch":"`)
	seqMember    = []byte(`","seq":`)
	eventsAreAll = []byte("event")
)

// nameOf is the name of the event that carries a frame: its op, or event.
func nameOf(payload []byte) []byte {
	if rest, ok := bytes.CutPrefix(payload, opMember); ok {
		if i := bytes.IndexByte(rest, '"'); i > 0 {
			return rest[:i]
		}
	}
	return eventsAreAll
}

// placeOf is the position that a frame tells, if it does.
func placeOf(payload []byte) (p envelope.OpPosition, ok bool) {
	server, ok := bytes.CutPrefix(payload, eventServer)
	if !ok {
		if _, server, ok = bytes.Cut(payload, opServer); !ok {
			return p, false
		}
	}
	_, epoch, ok := bytes.Cut(server, epochMember)
	if !ok {
		return p, false
	}
	epoch, seq, ok := bytes.Cut(epoch, seqMember)
	p.Server, p.Epoch, p.Seq = int(leading(server)), string(epoch), leading(seq)
	return p, ok && p.Seq > 0
}

// leading is the number that b begins with.
func leading(b []byte) (n uint64) {
	for i := 0; i < len(b) && b[i] >= '0' && b[i] <= '9'; i++ {
		n = n*10 + uint64(b[i]-'0')
	}
	return n
}
