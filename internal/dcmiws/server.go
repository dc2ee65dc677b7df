// Package dcmiws is the face that speaks the DCMIWS WebSocket protocol: JSON
// requests from clients to one server each, answers to the requester only, and
// the events of the client's tenant.
package dcmiws

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/hub"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Close codes of the protocol, RFC 6455 section 7.4.1 and the IANA registry.
const (
	CloseNormal      = 1000
	CloseProtocol    = 1002 // the client broke RFC 6455
	CloseInvalidData = 1007 // a text message is not UTF-8
	ClosePolicy      = 1008 // too many messages
	CloseTooBig      = 1009 // a message over MaxMessage
	CloseRestart     = 1012 // the gateway goes down; connect again
	CloseTryLater    = 1013 // the client is too slow, or there are too many
)

// Limits of one client.
const (
	MaxMessage = 64 << 10 // bytes of one inbound message
	maxPings   = 100      // in one second
	// lastWords is how long a closed client may take to close its side.
	lastWords = 2 * time.Second
)

// Options configures a Server. All fields are required but those with a default.
type Options struct {
	Hub    *hub.Hub
	Pool   *pbx.Pool
	Policy *policy.Policy
	// Authenticate finds out who a handshake comes from; its error is an
	// *envelope.Error.
	Authenticate func(r *http.Request) (tenant.Identity, error)
	// Directory gives clients that stay connected their tenant as it is now.
	// Nil: as it was when they connected.
	Directory  func() *tenant.Directory
	Origins    *edge.Origins
	Proxies    edge.Proxies
	Refused    func(edge.Refusal) // must not block
	Changed    func(Change)       // told of what a client changed; must not block. Optional
	Logger     *slog.Logger
	Rate       rate.Limit // messages a second of a tenant's client; 0: 50
	Burst      int        // 0: 200
	MaxClients int        // 0: 20,000
	// A client that sent nothing for PingEvery is asked for a sign of life,
	// after DeadAfter it is given up. 0: 30 s and 75 s.
	PingEvery, DeadAfter time.Duration
}

// Change is an entry of a diversion that a client wrote or removed.
type Change struct {
	Who      tenant.Identity
	Remote   netip.Addr
	Server   int
	Action   string
	ActionID string // the client's
	Tenant   *tenant.Tenant
	Key      dialplan.Key
	Value    string
	Removed  bool
}

// Server takes clients. It is an http.Handler for handshakes at any path.
type Server struct {
	o   Options
	log *slog.Logger
	own *envelope.Source // the gateway itself, in errors about no server

	limits atomic.Pointer[limits]

	mu       sync.Mutex
	sessions map[*session]struct{}
	closed   bool
	wg       sync.WaitGroup
}

// New returns a Server.
func New(o Options) *Server {
	if o.Rate == 0 {
		o.Rate = 50
	}
	if o.Burst == 0 {
		o.Burst = 200
	}
	if o.MaxClients == 0 {
		o.MaxClients = 20000
	}
	if o.PingEvery == 0 {
		o.PingEvery = 30 * time.Second
	}
	if o.DeadAfter == 0 {
		o.DeadAfter = 75 * time.Second
	}
	s := &Server{
		o: o, log: o.Logger.With("component", "dcmiws"),
		own: envelope.NewSource(0, "", false), sessions: map[*session]struct{}{},
	}
	s.limits.Store(&limits{o.Rate, o.Burst})
	return s
}

// Clients is the number of clients now.
func (s *Server) Clients() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sessions)
}

// Run looks after idle clients until ctx ends. It returns when every client's
// goroutine has ended: call Close before.
func (s *Server) Run(ctx context.Context) {
	tick := time.NewTicker(s.o.PingEvery / 6)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			s.Close()
			s.wg.Wait()
			return
		case now := <-tick.C:
			s.mu.Lock()
			for c := range s.sessions {
				c.sweep(now)
			}
			s.mu.Unlock()
		}
	}
}

const restarts = "shutdown, reconnect"

// Close takes no more clients and tells those there that the gateway restarts.
// Who does not close its side within two seconds is cut off.
func (s *Server) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for c := range s.sessions {
		c.client.Close(CloseRestart, restarts)
		c.limit(time.Now().Add(lastWords))
	}
}

var errBusy = envelope.Errorf(envelope.Unavailable, "", "too many clients, or the gateway is stopping; try again later")

// enter begins a handshake, which Run waits for: whoever gets in while the
// gateway stops is told so. It reports false when no client is taken now; else
// wg.Done ends it.
func (s *Server) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.isFull() {
		return false
	}
	s.wg.Add(1)
	return true
}

func (s *Server) isFull() bool { return s.closed || len(s.sessions) >= s.o.MaxClients }

// add starts a session, or says with which close code it is refused.
func (s *Server) add(c *session) (code uint16, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return CloseRestart, restarts
	case s.isFull():
		return CloseTryLater, "too many clients"
	}
	s.sessions[c] = struct{}{}
	s.wg.Go(c.run)
	return 0, ""
}

func (s *Server) remove(c *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, c)
}

// asEnvelope is err as a client may see it; what is not meant for clients is
// an internal error.
func (s *Server) asEnvelope(err error) *envelope.Error {
	var e *envelope.Error
	if errors.As(err, &e) {
		return e
	}
	s.log.Error("unexpected error", "error", err)
	return envelope.Errorf(envelope.Internal, "", "internal error")
}
