package relay

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// line is the connection of a box, as the relay has it.
type line struct {
	box      *box
	instance string
	tenants  map[string]bool // claimed, and given to this box
	since    time.Time
	ws       *websocket.Conn
	conn     *http.ClientConn
	calls    chan struct{} // a place for each callback under way
	pages    chan struct{} // and for each page
	done     chan struct{}
	ending   sync.Once
	closer   sync.WaitGroup
}

var (
	errTaken    = errors.New("another box is connected with this key")
	errBadHello = errors.New("hello cannot be read")
)

// connect lets a box in and keeps its connection until it ends.
func (s *Server) connect(w http.ResponseWriter, r *http.Request) {
	b := s.routes.Load().login(r)
	if b == nil {
		s.metrics.logins.WithLabelValues("unauthorized").Inc()
		w.Header().Set("WWW-Authenticate", `Bearer realm="DIPCAST relay"`)
		http.Error(w, "this key is not known here", http.StatusUnauthorized)
		return
	}
	s.mu.Lock()
	closing := s.closing
	if !closing {
		s.open.Add(1)
	}
	s.mu.Unlock()
	if closing {
		http.Error(w, "the relay is stopping", http.StatusServiceUnavailable)
		return
	}
	defer s.open.Done()
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{subprotocol}})
	if err != nil {
		return // it has answered
	}
	defer func() { _ = ws.CloseNow() }()
	log := s.log.With("box", b.name, "remote", s.proxies.ClientAddr(r))
	l, err := s.admit(ws, b, log)
	if err != nil {
		log.Warn("box refused", "error", err)
		return
	}
	log.Info("box connected", "tenants", len(l.tenants))
	<-l.done
	s.set(b.name, l, nil) // unless another one has its place
	_, _ = l.conn.Close(), ws.CloseNow()
	l.closer.Wait()
	log.Info("box gone")
}

// admit does the handshake and puts the connection in its place.
func (s *Server) admit(ws *websocket.Conn, b *box, log *slog.Logger) (*line, error) {
	// Not the request's context: it ends when the connection was taken over.
	ctx, cancel := context.WithTimeout(s.end, helloTimeout)
	defer cancel()
	h, err := readHello(ctx, ws)
	if err != nil {
		s.metrics.logins.WithLabelValues("bad_hello").Inc()
		_ = ws.Close(closeBadHello, "hello cannot be read")
		return nil, err
	}
	old := s.line(b)
	if old != nil && old.instance != h.Instance && old.alive(ctx) {
		s.metrics.logins.WithLabelValues("taken").Inc()
		_ = ws.Close(closeTaken, errTaken.Error())
		return nil, errTaken
	}
	l := &line{
		box: b, instance: h.Instance, tenants: map[string]bool{}, since: s.o.Now(), ws: ws,
		calls: make(chan struct{}, maxCalls), pages: make(chan struct{}, maxPages), done: make(chan struct{}),
	}
	var answer welcome
	for _, t := range h.Tenants {
		if b.tenants[t] {
			l.tenants[t] = true
		} else {
			answer.Denied = append(answer.Denied, t)
		}
	}
	if n := len(answer.Denied); n > 0 {
		log.Warn("box claims tenants that are not its own", "tenants", n)
	}
	text, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	if err := ws.Write(ctx, websocket.MessageText, text); err != nil {
		return nil, err
	}
	if l.conn, err = l.tunnel(ctx, s.end); err != nil {
		return nil, err
	}
	// The old one may have gone meanwhile, but nobody else may have come.
	if !s.set(b.name, old, l) && !s.set(b.name, nil, l) {
		_ = l.conn.Close()
		return nil, errTaken
	}
	if old != nil {
		old.close(closeReplaced, "this box has connected anew")
	}
	if !s.routes.Load().boxes[b.name].same(b) { // read again meanwhile
		l.close(closeRevoked, "the relay's configuration has changed; connect again")
	}
	s.metrics.logins.WithLabelValues("ok").Inc()
	return l, nil
}

// instances are texts of crypto/rand.
var instances = regexp.MustCompile(`^[A-Z2-7]{26,64}$`)

func readHello(ctx context.Context, ws *websocket.Conn) (*hello, error) {
	ws.SetReadLimit(maxHello)
	kind, text, err := ws.Read(ctx)
	if err != nil {
		return nil, err
	}
	h := new(hello)
	if err := json.Unmarshal(text, h); err != nil || kind != websocket.MessageText || !instances.MatchString(h.Instance) || len(h.Version) > 128 {
		return nil, errBadHello
	}
	slices.Sort(h.Tenants)
	h.Tenants = slices.Compact(h.Tenants)
	return h, nil
}

// tunnel begins HTTP/2 inside the WebSocket, with us as the client.
func (l *line) tunnel(ctx, life context.Context) (*http.ClientConn, error) {
	inner := &told{Conn: newStream(life, l.ws), done: l.done}
	tr := &http.Transport{
		Protocols: onlyHTTP2(), HTTP2: http2Config(), MaxResponseHeaderBytes: maxHeader, DisableCompression: true,
		DialContext: func(context.Context, string, string) (net.Conn, error) { return inner, nil },
	}
	return tr.NewClientConn(ctx, "http", "box:80")
}

// close ends a connection, with a reason for the box unless code is 0. It does not
// wait.
func (l *line) close(code websocket.StatusCode, reason string) {
	l.ending.Do(func() {
		l.closer.Go(func() {
			if code != 0 {
				_ = l.ws.Close(code, reason) // it waits for the other side, 5 s at most
			}
			_ = l.conn.Close() // which ends l.done
		})
	})
}

// alive reports whether the box answers.
func (l *line) alive(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, aliveTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://box"+alivePath, http.NoBody)
	if err != nil {
		return false
	}
	res, err := l.conn.RoundTrip(r)
	if err != nil {
		return false
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 1<<10))
	_ = res.Body.Close()
	return true
}
