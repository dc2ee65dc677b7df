// Package pbx keeps the links to the Asterisk servers and everything that
// passes over them: it finds the tenant of each event and hands it on in order,
// and carries actions out under the gateway's own ActionIDs, so that answers
// reach the requester only.
//
// Servers are independent: one that is down delays neither the others nor the
// start.
package pbx

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/attribution"
	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Login is one AMI user.
type Login struct{ Username, Secret string }

// ServerOptions describes one server.
type ServerOptions struct {
	ID      int
	Name    string
	Address string
	TLS     *ami.TLSOptions
	Auth    string // plain or md5
	// Events is the user whose link carries the events. Calls and Database
	// are links of their own when they are set; else Events carries all.
	Events, Calls, Database Login
	// Ours is a server that we start ourselves, on this machine: it is looked for
	// often, since its first start may take minutes and it is then wanted at once.
	Ours bool
}

// oursBackoff is the longest wait between attempts to connect to a server that we
// start ourselves.
const oursBackoff = 2 * time.Second

// Event is one event as it is handed on. It is valid during the call only.
type Event struct {
	Server  *Server
	Epoch   string // changes when the link is new: events in between may be missing
	Seq     uint64 // grows per server as long as the process lives, over epochs too
	At      time.Time
	Message *ami.Message
	ID      envelope.ID // what becomes of its ActionID
	attribution.Result
}

// CallEvent is one step of a call as it is handed on. It has a place of its own
// in the count of the server's events.
type CallEvent struct {
	Server *Server
	Epoch  string
	Seq    uint64
	call.Event
}

// Sink takes what the servers say. Its methods are called one at a time for each
// server, in order, and must not block. The server may have got further: see
// Server.Told.
type Sink interface {
	Event(e *Event)
	// Link tells that the server came, with all its links, or went. Whether
	// events are missing in between says their epoch.
	Link(s *Server, up bool, at time.Time)
	// Gap tells that events of the server were dropped because they came
	// faster than they could be handed on.
	Gap(s *Server, lost int)
	// Call tells of one step of a call, behind the event that led to it.
	Call(e *CallEvent)
	// Snapshot tells that the server's state was read anew to its end: after a
	// link is new, and some time after a Gap. From now on Picture is whole.
	Snapshot(s *Server)
}

// Options configures a Pool.
type Options struct {
	Servers   []ServerOptions
	Directory func() *tenant.Directory // required
	Sink      Sink                     // required
	Logger    *slog.Logger             // required
	// InboxBytes bounds the events read from one server and not yet handed
	// on; beyond it they are dropped and Gap is told. Default 64 MiB.
	InboxBytes int
	// Tune changes the options of each link before it is made, for tests.
	Tune func(*ami.Options)
	// Trace is told of every action twice: when it is received, then o is nil,
	// and right before its answer, with how long that took. It must not block
	// and not keep what it gets. Nil: nobody is told.
	Trace func(s *Server, j *Job, o *Outcome, took time.Duration)
	// OnUp is called in a goroutine of its own, which Run waits for, when a
	// server's links are up and its snapshot is read. ctx ends with the Pool.
	OnUp func(ctx context.Context, s *Server)
	// Room says why no call of a tenant's can be started now; nil when it can. Nil
	// lets every call go.
	Room func(t *tenant.Tenant) *envelope.Error
	// Gate is asked before a call is started. Nil lets every call go.
	Gate Gate
}

// Gate decides whether calls that clients start may go to the telephone network.
type Gate interface {
	// Ask decides on a call. done is called exactly once, by a goroutine of the
	// gate's or within Ask, and must not block.
	Ask(c GateCall, done func(*envelope.Error))
	// Returned tells that a call that was let go was not started. It must not
	// block.
	Returned(c GateCall)
}

// GateCall is a call that a client starts.
type GateCall struct {
	Server    int
	Tenant    *tenant.Tenant
	Extension string // that calls
	Number    string // that it calls
	ChannelID string // Uniqueid of the channel that will call it
	Field     string // of the request, with the number
}

// Pool is all servers. Which they are may change while it runs: see Reload.
type Pool struct {
	o   Options
	set atomic.Pointer[set]

	mu      sync.Mutex    // held while servers are started, stopped or replaced
	start   func(*Server) // runs one until it is stopped or Run ends; nil before Run
	stopped bool
	counts  map[int]count // of servers that ended, by id
	wg      sync.WaitGroup
}

// set is the servers at one time. It is never changed, only replaced.
type set struct {
	list []*Server
	byID map[int]*Server
}

// New checks the options and does no I/O.
func New(o Options) (*Pool, error) {
	if o.InboxBytes == 0 {
		o.InboxBytes = 64 << 20
	}
	p := &Pool{o: o, counts: map[int]count{}}
	p.set.Store(&set{})
	c, err := p.Prepare(o.Servers)
	if err != nil {
		return nil, err
	}
	p.set.Store(c.next)
	return p, nil
}

// Run keeps the links until ctx ends, and returns after all goroutines have. It
// may be called once.
func (p *Pool) Run(ctx context.Context) {
	p.mu.Lock()
	p.start = func(s *Server) {
		ctx, cancel := context.WithCancel(ctx)
		s.cancel, s.ended = cancel, make(chan struct{})
		p.wg.Go(func() {
			defer close(s.ended)
			defer cancel()
			s.run(ctx)
		})
	}
	for _, s := range p.Servers() {
		p.start(s)
	}
	p.mu.Unlock()
	<-ctx.Done()
	p.mu.Lock()
	p.stopped = true
	p.mu.Unlock()
	p.wg.Wait()
}

// Servers returns all servers in the order of the configuration, to be read only.
func (p *Pool) Servers() []*Server { return p.set.Load().list }

// Server returns the server with the id, or nil.
func (p *Pool) Server(id int) *Server { return p.set.Load().byID[id] }

// Channel finds a channel of a server, live or just ended, by its exact name.
func (p *Pool) Channel(server int, name string) (attribution.Live, bool) {
	s := p.Server(server)
	if s == nil {
		return attribution.Live{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.attr.Channel(name)
}

// Retenant has every server use the directory anew, after a change.
func (p *Pool) Retenant() {
	for _, s := range p.Servers() {
		s.mu.Lock()
		s.attr.SetView(attribution.NewView(p.o.Directory().OnServer(s.ID())))
		s.mu.Unlock()
	}
}
