package relay

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/edge"
)

// Options configures a Server.
type Options struct {
	Config  *config.RelayFile // required, validated
	Version string
	Logger  *slog.Logger // required
	// LiveTimeout is how long a callback may wait for its box's answer before it
	// goes to disk. 0: 2 s. A gateway answers within 200 ms.
	LiveTimeout time.Duration
	// Stall is how long a client may take nothing of a page. 0: 30 s.
	Stall time.Duration
	Now   func() time.Time // default time.Now
}

// Server is a relay. Its ServeHTTP is what the Internet reaches.
type Server struct {
	o       Options
	log     *slog.Logger
	proxies edge.Proxies
	metrics *metrics
	routes  atomic.Pointer[routes]
	waiting *waiting
	busy    chan struct{} // a place for each request from the Internet

	mu      sync.Mutex
	lines   map[string]*line // connected boxes by name
	changed chan struct{}    // closed, and made anew, when lines are
	closing bool
	open    sync.WaitGroup // connections of boxes

	end    context.Context //nolint:containedctx // of the deliveries, from Open to Close
	cancel context.CancelFunc
}

// maxBusy bounds the requests from the Internet that are looked at at a time:
// with their bodies, some 32 MiB.
const maxBusy = 512

// New returns a Server. It does no I/O; Open does.
func New(o Options) *Server {
	if o.LiveTimeout == 0 {
		o.LiveTimeout = 2 * time.Second
	}
	if o.Stall == 0 {
		o.Stall = 30 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Server{
		o: o, log: o.Logger, proxies: edge.Proxies(o.Config.ProxyNetworks()), metrics: newMetrics(),
		busy: make(chan struct{}, maxBusy), lines: map[string]*line{}, changed: make(chan struct{}),
	}
	s.end, s.cancel = context.WithCancel(context.Background())
	s.routes.Store(newRoutes(o.Config))
	s.waiting = newWaiting(s, o.Config)
	s.metrics.watch(s)
	return s
}

// Open reads the callbacks that wait on disk and begins to deliver them.
func (s *Server) Open() error { return s.waiting.open() }

// SetConfig makes another list of boxes, pages and bounds count. Boxes whose key
// or tenants changed are disconnected and come back by themselves. Listeners, TLS,
// proxies and the data directory stay as they are.
func (s *Server) SetConfig(c *config.RelayFile) {
	last := s.routes.Load()
	next := newRoutes(c)
	s.routes.Store(next)
	s.waiting.setBounds(c.Waiting)
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, l := range s.lines {
		if !next.boxes[name].same(last.boxes[name]) {
			l.close(closeRevoked, "the relay's configuration has changed; connect again")
		}
	}
}

// Close disconnects all boxes, waits for requests under way and ends deliveries.
// What waits stays on disk. Listeners are closed before.
func (s *Server) Close() {
	s.mu.Lock()
	s.closing = true
	for _, l := range s.lines {
		l.close(0, "")
	}
	s.mu.Unlock()
	s.cancel()
	s.open.Wait()
	for range maxBusy { // requests under way
		s.busy <- struct{}{}
	}
	s.waiting.close()
}

// routes are who may be reached, from one reading of the configuration.
type routes struct {
	boxes    map[string]*box
	byHash   map[string]*box
	byTenant map[string]*box
	byHost   map[string]*box
	only     *box // the one that gets pages under any name
	paths    []string
}

type box struct {
	name, hash string
	tenants    map[string]bool
	list       string // the tenants, to compare
}

func (b *box) same(other *box) bool {
	return b != nil && other != nil && b.hash == other.hash && b.list == other.list
}

func newRoutes(c *config.RelayFile) *routes {
	rt := &routes{
		boxes: map[string]*box{}, byHash: map[string]*box{}, byTenant: map[string]*box{}, byHost: map[string]*box{}, paths: c.Paths,
	}
	for i := range c.Boxes {
		from := &c.Boxes[i]
		b := &box{name: from.Name, hash: from.KeySHA256, tenants: map[string]bool{}, list: strings.Join(from.Tenants, " ")}
		rt.boxes[b.name], rt.byHash[b.hash] = b, b
		for _, t := range from.Tenants {
			b.tenants[t], rt.byTenant[t] = true, b
		}
		for _, h := range from.Hosts {
			rt.byHost[h] = b
		}
		if len(c.Boxes) == 1 && len(from.Hosts) == 0 {
			rt.only = b
		}
	}
	return rt
}

// login finds the box whose key a request has. Looking a hash up in a map tells
// by its time nothing that helps to find the key.
func (rt *routes) login(r *http.Request) *box {
	key, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || len(key) < config.MinRelayKey {
		return nil
	}
	sum := sha256.Sum256([]byte(key))
	return rt.byHash[hex.EncodeToString(sum[:])]
}

// pages finds the box whose pages a request may open.
func (rt *routes) pages(r *http.Request) *box {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if b := rt.byHost[strings.ToLower(strings.TrimSuffix(host, "."))]; b != nil {
		return b
	}
	return rt.only
}

// ServeHTTP implements http.Handler. What did not come by HTTPS, to the relay or
// to a proxy of its own, gets nothing.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	switch {
	case r.URL.Path == "/healthz":
		edge.WriteJSON(w, http.StatusOK, map[string]string{"status": "alive", "version": s.o.Version})
		return
	case !s.proxies.Secure(r):
		http.Error(w, "this is served over HTTPS only", http.StatusForbidden)
		return
	case r.URL.Path == connectPath:
		s.connect(w, r)
		return
	}
	if !s.enter(r) {
		w.Header().Set("Retry-After", "5")
		http.Error(w, "too many requests at a time", http.StatusServiceUnavailable)
		return
	}
	defer func() { <-s.busy }()
	rt := s.routes.Load()
	m := callbackPath.FindStringSubmatch(r.URL.Path)
	switch {
	case !plainPath(r):
		http.Error(w, "there is nothing at this path", http.StatusNotFound)
	case m != nil && rt.byTenant[m[1]] != nil && r.Method != http.MethodPost:
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "callbacks are sent with POST", http.StatusMethodNotAllowed)
	case m != nil && rt.byTenant[m[1]] != nil:
		s.callback(w, r, rt.byTenant[m[1]], m[1])
	case m == nil && (listed(rt.paths, r.URL.Path) || recordingLink(r)):
		s.page(w, r, rt.pages(r))
	default:
		http.Error(w, "there is nothing at this path", http.StatusNotFound)
	}
}

// enter waits a moment for a place among the requests that are looked at.
func (s *Server) enter(r *http.Request) bool {
	late := time.NewTimer(s.o.LiveTimeout)
	defer late.Stop()
	select {
	case s.busy <- struct{}{}:
		return true
	case <-late.C:
	case <-r.Context().Done():
	}
	return false
}

// line is the connection of a box, nil when it is away.
func (s *Server) line(b *box) *line {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b == nil {
		return nil
	}
	return s.lines[b.name]
}

// lineOf is where callbacks of a tenant go now: nil while its box is away or
// serves it no longer. changes is closed when that may be different.
func (s *Server) lineOf(tenant string) (l *line, changes <-chan struct{}) {
	b := s.routes.Load().byTenant[tenant]
	s.mu.Lock()
	defer s.mu.Unlock()
	if b != nil {
		if l = s.lines[b.name]; l != nil && !l.tenants[tenant] {
			l = nil
		}
	}
	return l, s.changed
}

// set puts a box's connection in the place of old; nil takes it away. It reports
// whether old was still the one.
func (s *Server) set(name string, old, next *line) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lines[name] != old || s.closing && next != nil {
		return false
	}
	if next == nil {
		delete(s.lines, name)
	} else {
		s.lines[name] = next
	}
	close(s.changed)
	s.changed = make(chan struct{})
	return true
}

// errAway reports a box that is not connected.
var errAway = errors.New("the box is not connected")
