// Package guard keeps those out who guess passwords at the SIP port: it counts
// failed registrations and calls by the address they come from, and has every
// server refuse an address that fails too often, for a while.
//
// What failed is told by Asterisk's security events. Bans are entries of AstDB
// that res_pjsip_acl asks for at each request: they count at once, need no file
// and no reload, hold for servers far away too, and outlive Asterisk. Ours
// outlive us in the database.
package guard

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/store"
)

// Errors of Lift and Ban.
var (
	ErrNotBanned = errors.New("this source is not banned")
	ErrAllowed   = errors.New("this source is on the allow-list")
)

// Settings say who is banned, and for how long.
type Settings struct {
	// Failures within Window ban a source. 0 bans nobody.
	Failures int
	Window   time.Duration
	// Ban is how long the first ban lasts. Each further one within a day of
	// the last one's end takes twice as long, up to Longest.
	Ban, Longest time.Duration
	// Allow are never banned.
	Allow []netip.Prefix
	// Push are where push services register phones from, many from few addresses.
	// What fails there counts for the account alone, and bans nobody.
	Push []netip.Prefix
}

// Defaults of Settings.
const (
	DefaultFailures = 10
	DefaultWindow   = 10 * time.Minute
	DefaultBan      = 10 * time.Minute
	DefaultLongest  = 24 * time.Hour
)

// Bounds. What is beyond them is told at each.
const (
	// maxSources are counted at a time. A new one beyond them is only counted
	// in Stats.Untracked; sources are forgotten after a Window of silence.
	maxSources = 4096
	// maxBans hold at a time, since Asterisk reads all of them at each request.
	// The one that ends first makes room for the next.
	maxBans = 500
	// maxEvents wait to be counted; more are counted in Stats.Dropped.
	maxEvents = 4096
	// maxFailures bounds Settings.Failures.
	maxFailures = 1000
	// homeFactor is how much more a source may fail that phones of ours are
	// registered from: a whole office behind one address, which has to reach
	// help, is not silenced by one phone with an old password. What comes by
	// datagrams counts not at all: anyone can send them with that address, and
	// Asterisk complains of a wrong answer also when it asked nobody. A further
	// ban takes no longer.
	homeFactor = 5
	// maxAccounts are counted at a time; failures of further ones are not.
	maxAccounts = 4096
	// forgetAfter is how long the next ban of a source takes longer.
	forgetAfter = 24 * time.Hour
)

// Server is an Asterisk that can refuse sources. *pbx.Server is one.
type Server interface {
	ID() int
	Up() bool
	// Bans are all entries by their keys; the zero Prefix is one of nobody's.
	Bans(ctx context.Context) (map[string]netip.Prefix, error)
	Ban(ctx context.Context, source netip.Prefix) error
	Unban(ctx context.Context, key string) error
}

// Store keeps bans. *store.Store is one.
type Store interface {
	Bans(ctx context.Context) ([]store.Ban, error)
	PutBan(ctx context.Context, b store.Ban) error
	DeleteBan(ctx context.Context, source string) error
}

// Trail keeps what was done. *audit.Log is one.
type Trail interface {
	Record(ctx context.Context, kind string, e audit.Entry)
}

// Options configures a Guard. All fields are required but those that say so.
type Options struct {
	Settings func() Settings // the current ones, at every failure
	Servers  func() []Server
	// Key is the name a source is kept under in AstDB.
	Key   func(netip.Prefix) string
	Store Store
	Trail Trail
	// Carrier reports a source with a trunk's address, which is never banned:
	// whoever forges it could silence the trunk. Optional.
	Carrier func(source netip.Prefix) bool
	// Home reports a source that phones of ours are registered from now. It may
	// ask servers. Optional.
	Home func(ctx context.Context, source netip.Prefix) bool
	// Pushed reports an account whose phone a push service may register for.
	// Where phones of ours are registered from, failures of such an account count
	// for it alone: one phone with an old password does not silence all that
	// share the push service with it. Optional.
	Pushed func(account string) bool
	Logger *slog.Logger // optional
}

// Ban is a source that is refused.
type Ban struct {
	Source   netip.Prefix
	Since    time.Time
	Until    time.Time
	Failures int // that led to it; 0 when an operator banned it
	Times    int // how often in a row it was banned
}

// Guard counts failures and bans sources. Its methods may be called from any
// goroutine.
type Guard struct {
	o      Options
	log    *slog.Logger
	events chan failure
	wake   chan struct{} // bans have changed

	mu       sync.Mutex
	sources  map[netip.Prefix]*source
	accounts map[string]*account
	refusals map[refusalKey]Refusal
	bans     map[netip.Prefix]Ban            // past ones too, as long as they count
	there    map[int]map[string]netip.Prefix // what each server has; missing: not known
	ups      map[int]int                     // how often each server came
	loaded   bool

	stats counters
}

type failure struct {
	source  netip.Prefix
	account string // that it was for, as the sender says; at most maxAccount bytes
	kind    string
	at      time.Time
	proven  bool // that it comes from there: nobody forged the address of a datagram
}

// source is one that has failed lately.
type source struct {
	failures []failure // the newest, at most as many as ban it
	home     bool
}

// account is one of a phone that a push service registers for.
type account struct {
	failures int
	since    time.Time // of the first in the window
}

// counters are since the start.
type counters struct {
	failures  [3]atomic.Uint64 // by kinds
	dropped   atomic.Uint64
	untracked atomic.Uint64
	banned    atomic.Uint64
	pushed    atomic.Uint64
	errors    atomic.Uint64
}

// kinds are the security events that are failures (main/security_events.c), in
// the order of the counters.
var kinds = [3]string{"InvalidAccountID", "ChallengeResponseFailed", "InvalidPassword"}

// New returns a Guard, or an error that names a missing option. Run makes it
// work; what is told before is counted.
func New(o Options) (*Guard, error) {
	if o.Settings == nil || o.Servers == nil || o.Key == nil || o.Store == nil || o.Trail == nil {
		return nil, errors.New("guard: Settings, Servers, Key, Store and Trail are required")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Guard{
		o: o, log: o.Logger.With("component", "guard"),
		events: make(chan failure, maxEvents), wake: make(chan struct{}, 1),
		sources: map[netip.Prefix]*source{}, accounts: map[string]*account{}, refusals: map[refusalKey]Refusal{}, bans: map[netip.Prefix]Ban{}, there: map[int]map[string]netip.Prefix{}, ups: map[int]int{},
	}, nil
}

// Event looks at one event of a server. It neither blocks nor keeps m.
func (g *Guard) Event(m *ami.Message) {
	kind := kindOf(m.Event())
	if kind < 0 || !m.Is("Service", "PJSIP") {
		return
	}
	addr, connected, ok := parseRemote(remoteOf(m))
	if !ok {
		return
	}
	f := failure{source: sourceOf(addr), account: accountOf(m), kind: kinds[kind], at: time.Now(), proven: connected}
	g.stats.failures[kind].Add(1)
	select {
	case g.events <- f:
	default:
		g.stats.dropped.Add(1)
	}
}

func kindOf(event []byte) int {
	if len(event) < 15 { // shorter than all of them: most events end here
		return -1
	}
	for i, k := range kinds {
		if string(event) == k {
			return i
		}
	}
	return -1
}

// Stats are counts since the start, and what is now.
type Stats struct {
	Failures  map[string]uint64 // by the security event
	Dropped   uint64            // not counted: they came too fast
	Untracked uint64            // not counted: from too many sources
	Banned    uint64            // bans since the start
	Pushed    uint64            // failures that counted for an account, not for a source
	Errors    uint64            // attempts to tell a server or the database
	Active    int               // bans now
	Sources   int               // that failed lately
}

// Stats returns the counts.
func (g *Guard) Stats() Stats {
	s := Stats{
		Failures: map[string]uint64{}, Dropped: g.stats.dropped.Load(), Untracked: g.stats.untracked.Load(),
		Banned: g.stats.banned.Load(), Pushed: g.stats.pushed.Load(), Errors: g.stats.errors.Load(),
	}
	for i, k := range kinds {
		s.Failures[k] = g.stats.failures[i].Load()
	}
	now := time.Now()
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, b := range g.bans {
		if b.Until.After(now) {
			s.Active++
		}
	}
	s.Sources = len(g.sources)
	return s
}

// describe names a source for logs and the audit.
func describe(b Ban) string {
	return fmt.Sprintf("%s until %s after %d failures", show(b.Source), b.Until.UTC().Format(time.RFC3339), b.Failures)
}
