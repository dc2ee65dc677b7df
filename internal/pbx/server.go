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
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Server is one Asterisk and the links to it.
type Server struct {
	o      *Options
	so     *ServerOptions
	log    *slog.Logger
	source *envelope.Source

	// cancel ends run, which closes ended. Both belong to the Pool.
	cancel context.CancelFunc
	ended  chan struct{}

	links  [3]*link // by policy.User: Calls, Database, Events; they may be the same
	all    []*link  // each once
	sched  *scheduler
	inbox  inbox
	calls  originates
	writes lines
	bulk   chan struct{} // holds those that change several extensions
	tasks  tasks
	counts counts
	upNow  int    // links that are up, as the sequencer knows it
	life   string // what its epochs begin with, another in each process
	epochs int    // so far; the sequencer's
	found  *batch // what the sequencer finds is told with it
	teller teller
	told   Position // the teller's
	// reading is how many snapshots are being read; the sequencer's.
	reading int
	tracker *call.Tracker
	// rereads is set while a further snapshot is planned.
	rereads atomic.Bool

	// mu guards attr, which the sequencer changes and policy reads, and makes
	// one event's effects on it, on state and on tracker one step.
	mu   sync.Mutex
	attr *attribution.Attributor

	state state // of the sequencer, read under its own lock

	contacts contactList
}

// link is one AMI connection of a server.
type link struct {
	client *ami.Client
	up     atomic.Bool
	banner atomic.Pointer[string]
	err    atomic.Pointer[string]
}

func newServer(o *Options, so *ServerOptions) (*Server, error) {
	s := &Server{
		o: o, so: so,
		log:    o.Logger.With("component", "pbx", "server", so.ID),
		source: envelope.NewSource(so.ID, so.Name, so.TLS != nil),
		attr:   attribution.New(attribution.NewView(o.Directory().OnServer(so.ID))),
	}
	s.teller.init(s)
	s.life = newLife()
	s.state.epoch = s.life + "0"
	s.tracker = call.NewTracker(call.Options{Server: so.ID})
	s.sched = newScheduler()
	s.bulk = make(chan struct{}, maxBulk)
	s.tasks.log = s.log
	s.inbox.init(o.InboxBytes)
	s.calls.init()
	s.state.init()
	events, err := s.newLink(so.Events, "on")
	if err != nil {
		return nil, err
	}
	s.links = [3]*link{policy.Calls: events, policy.Database: events, policy.Events: events}
	for user, login := range map[policy.User]Login{policy.Calls: so.Calls, policy.Database: so.Database} {
		if login.Username == "" {
			continue
		}
		if s.links[user], err = s.newLink(login, "off"); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *Server) newLink(l Login, events string) (*link, error) {
	k := &link{}
	primary := events == "on"
	o := ami.Options{
		Address: s.so.Address, TLS: s.so.TLS, Auth: s.so.Auth,
		Username: l.Username, Secret: l.Secret, Events: events,
		MaxPending: maxInFlight + 32, // what the scheduler lets pass, and our own
		Logger:     s.log,
		OnChange:   func(c ami.Change) { s.changed(k, primary, c) },
	}
	if s.so.Ours {
		o.BackoffMax = oursBackoff
	}
	if primary {
		o.OnMessage = s.inbox.message
		o.OnIdle = s.inbox.idle
	}
	if s.o.Tune != nil {
		s.o.Tune(&o)
	}
	var err error
	if k.client, err = ami.New(o); err != nil {
		return nil, err
	}
	s.all = append(s.all, k)
	return k, nil
}

// ID is the server's AMIServerID.
func (s *Server) ID() int { return s.so.ID }

// Name is the server's name, as frames carry it.
func (s *Server) Name() string { return s.so.Name }

// Address is where its AMI is, host:port.
func (s *Server) Address() string { return s.so.Address }

// Source is the envelope of the server's frames.
func (s *Server) Source() *envelope.Source { return s.source }

// Tenants are those that use the server.
func (s *Server) Tenants() []*tenant.Tenant { return s.o.Directory().OnServer(s.ID()) }

// Up reports whether all links are.
func (s *Server) Up() bool {
	for _, k := range s.all {
		if !k.up.Load() {
			return false
		}
	}
	return true
}

// Health is what can be said of a server's links.
type Health struct {
	Up     bool
	Banner string    // of the events link: "Asterisk Call Manager/11.0.0"
	Since  time.Time // of the present state
	Error  string    // why it is down
	Epoch  string
	Events uint64        // read since the start
	RTT    time.Duration // of the last Ping
}

// Health tells how the links are.
func (s *Server) Health() Health {
	h := Health{Up: s.Up()}
	if b := s.links[policy.Events].banner.Load(); b != nil {
		h.Banner = *b
	}
	for _, k := range s.all {
		if e := k.err.Load(); e != nil && !k.up.Load() {
			h.Error = *e
		}
	}
	h.Epoch, h.Since = s.state.position()
	st := s.links[policy.Events].client.Stats()
	h.Events, h.RTT = st.Events, st.PingRTT
	return h
}

// Stats are the counts of the server's links, by what they carry.
func (s *Server) Stats() []ami.Stats {
	out := make([]ami.Stats, len(s.all))
	for i, k := range s.all {
		out[i] = k.client.Stats()
	}
	return out
}

func (s *Server) run(ctx context.Context) {
	var links, sequencer sync.WaitGroup
	done := make(chan struct{})
	sequencer.Go(func() { s.sequence(done) })
	sequencer.Go(func() { s.sched.watch(done) })
	for _, k := range s.all {
		links.Go(func() { _ = k.client.Run(ctx) }) // ends with ctx, always
	}
	links.Wait()
	s.tasks.close()
	close(done)
	sequencer.Wait()
}

// changed is called by each link, in order.
func (s *Server) changed(k *link, primary bool, c ami.Change) {
	switch c.State {
	case ami.StateUp:
		k.banner.Store(&c.Banner)
		k.err.Store(nil)
		k.up.Store(true)
		if primary {
			s.inbox.control(itemUp)
			s.readSnapshot()
		} else {
			s.inbox.control(itemOtherUp)
		}
		s.inbox.signal()
	case ami.StateDown:
		if c.Err != nil {
			text := c.Err.Error()
			k.err.Store(&text)
		}
		if !k.up.Swap(false) {
			return
		}
		if primary {
			s.inbox.control(itemDown)
		} else {
			s.inbox.control(itemOtherDown)
		}
		s.inbox.signal()
	case ami.StateConnecting:
	}
}
