package guard

import (
	"context"
	"errors"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rig is a guard with two servers, a store and a trail that are maps.
type rig struct {
	*Guard
	t        *testing.T
	mu       sync.Mutex
	settings Settings
	servers  []*fakeServer
	rows     map[string]store.Ban
	kinds    []string // of the trail
	home     map[netip.Addr]bool
	slow     time.Duration // what keeping a ban takes
	stop     func()
}

type fakeServer struct {
	mu   sync.Mutex
	id   int
	down bool
	err  error
	bans map[string]netip.Prefix
}

func (s *fakeServer) ID() int { return s.id }

func (s *fakeServer) Up() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.down
}

func (s *fakeServer) Bans(context.Context) (map[string]netip.Prefix, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.bans), s.err
}

func (s *fakeServer) Ban(_ context.Context, p netip.Prefix) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.bans[p.String()] = p
	}
	return s.err
}

func (s *fakeServer) Unban(_ context.Context, key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		delete(s.bans, key)
	}
	return s.err
}

func (s *fakeServer) set(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

func (s *fakeServer) has(t *testing.T, want ...string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if got := slices.Sorted(maps.Keys(s.bans)); !slices.Equal(got, want) {
		t.Errorf("server %d refuses %v, want %v", s.id, got, want)
	}
}

func (r *rig) Bans(context.Context) ([]store.Ban, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Collect(maps.Values(r.rows)), nil
}

func (r *rig) PutBan(ctx context.Context, b store.Ban) error {
	select {
	case <-time.After(r.slow):
	case <-ctx.Done():
		return ctx.Err()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rows[b.Source] = b
	return nil
}

func (r *rig) DeleteBan(_ context.Context, source string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.rows, source)
	return nil
}

func (r *rig) Record(_ context.Context, kind string, _ audit.Entry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.kinds = append(r.kinds, kind)
}

func newRig(t *testing.T) *rig {
	t.Helper()
	return &rig{
		t: t, rows: map[string]store.Ban{}, home: map[netip.Addr]bool{},
		settings: Settings{Failures: 3, Window: time.Minute, Ban: 10 * time.Minute, Longest: time.Hour},
		servers:  []*fakeServer{{id: 1, bans: map[string]netip.Prefix{}}, {id: 2, bans: map[string]netip.Prefix{}}},
	}
}

// start makes and runs the guard; a second time as after a restart.
func (r *rig) start() {
	r.t.Helper()
	g, err := New(Options{
		Settings: func() Settings {
			r.mu.Lock()
			defer r.mu.Unlock()
			return r.settings
		},
		Servers: func() []Server {
			var all []Server
			for _, s := range r.servers {
				all = append(all, s)
			}
			return all
		},
		Key: func(p netip.Prefix) string { return p.String() }, Store: r, Trail: r,
		Carrier: func(p netip.Prefix) bool { return p == netip.MustParsePrefix("198.51.100.1/32") },
		Home:    func(_ context.Context, p netip.Prefix) bool { return r.home[p.Addr()] },
	})
	if err != nil {
		r.t.Fatal(err)
	}
	r.Guard = g
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { g.Run(ctx) })
	r.stop = func() { cancel(); wg.Wait() }
	synctest.Wait()
}

func (r *rig) fail(address string, n int) {
	for range n {
		r.Event(event(r.t, "Event: ChallengeResponseFailed\r\nService: PJSIP\r\nRemoteAddress: "+address+"\r\n\r\n"))
		synctest.Wait()
	}
}

func event(t *testing.T, text string) *ami.Message {
	t.Helper()
	var m ami.Message
	if err := ami.NewReader(strings.NewReader(text), ami.ReaderOptions{}).Read(&m); err != nil {
		t.Fatal(err)
	}
	return m.Clone()
}

func pass(d time.Duration) {
	time.Sleep(d) //nolint:forbidigo // fake time
	synctest.Wait()
}

const (
	guesser = "IPV4/UDP/203.0.113.7/40000"
	guilty  = "203.0.113.7/32"
)

func TestTooManyFailuresBan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.start()
		defer func() { r.stop() }()
		r.fail(guesser, 2)
		r.fail("IPV4/UDP/203.0.113.8/1", 1) // another
		pass(2 * time.Second)
		r.servers[0].has(t)
		r.fail(guesser, 1)
		pass(2 * time.Second)
		r.servers[0].has(t, guilty)
		r.servers[1].has(t, guilty)
		if b := r.Guard.Bans(); len(b) != 1 || b[0].Failures != 3 || b[0].Until.Sub(b[0].Since) != 10*time.Minute {
			t.Errorf("bans %+v", b)
		}
		pass(10 * time.Minute) // it ends by itself
		r.servers[0].has(t)
		r.servers[1].has(t)
		r.fail(guesser, 3)
		if b := r.Guard.Bans(); len(b) != 1 || b[0].Times != 2 || b[0].Until.Sub(b[0].Since) != 20*time.Minute {
			t.Errorf("the second ban %+v", b)
		}
		pass(25 * time.Hour) // forgotten
		if len(r.rows) != 0 {
			t.Errorf("kept %v", r.rows)
		}
		r.fail(guesser, 3)
		if b := r.Guard.Bans(); len(b) != 1 || b[0].Times != 1 {
			t.Errorf("after a day %+v", b)
		}
	})
}

func TestFailuresAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.start()
		defer func() { r.stop() }()
		for range 10 {
			r.fail(guesser, 1)
			pass(31 * time.Second)
		}
		if b := r.Guard.Bans(); len(b) != 0 {
			t.Errorf("bans %+v", b)
		}
		pass(2 * time.Minute)
		if s := r.Stats(); s.Sources != 0 || s.Failures["ChallengeResponseFailed"] != 10 {
			t.Errorf("stats %+v", s)
		}
	})
}

func TestWhoIsNeverBanned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.settings.Allow = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
		r.home[netip.MustParseAddr("192.0.2.1")] = true
		r.start()
		defer func() { r.stop() }()
		r.fail("IPV4/UDP/10.1.2.3/5060", 10)     // allowed
		r.fail("IPV4/TLS/198.51.100.1/5061", 10) // a carrier
		r.fail("IPV4/TCP/192.0.2.1/5060", 14)    // an office: five times as patient
		r.Event(event(t, "Event: InvalidPassword\r\nService: AMI\r\nRemoteAddress: "+guesser+"\r\n\r\n"))
		r.Event(event(t, "Event: ChallengeResponseFailed\r\nService: PJSIP\r\nRemoteAddress: nonsense\r\n\r\n"))
		r.Event(event(t, "Event: SuccessfulAuth\r\nService: PJSIP\r\nRemoteAddress: "+guesser+"\r\n\r\n"))
		pass(2 * time.Second)
		r.servers[0].has(t)
		if _, err := r.Ban(t.Context(), audit.Entry{}, netip.MustParsePrefix("10.1.2.3/32"), 0); !errors.Is(err, ErrAllowed) {
			t.Errorf("ban of an allowed source: %v", err)
		}
		r.fail("IPV4/TCP/192.0.2.1/5060", 1)
		pass(2 * time.Second)
		r.servers[0].has(t, "192.0.2.1/32")
		r.settings.Failures = 0 // off
		r.fail(guesser, 10)
		pass(2 * time.Second)
		r.servers[0].has(t, "192.0.2.1/32")
	})
}

// TestForgedOffice: datagrams with the address of an office, which anyone can
// send, do not silence it; passwords that are guessed there do, and not for
// longer each time.
func TestForgedOffice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		const office = "192.0.2.1/32"
		r.home[netip.MustParseAddr("192.0.2.1")] = true
		r.start()
		defer func() { r.stop() }()
		guess := func(at string) { // whose AccountID brought a line of its own
			r.Event(event(t, "Event: InvalidAccountID\r\nService: PJSIP\r\nAccountID: x\r\nRemoteAddress: IPV4/TCP/203.0.113.9/1\r\nRemoteAddress: "+at+"\r\n\r\n"))
			synctest.Wait()
		}
		for range 100 {
			guess("IPV4/UDP/192.0.2.1/5060")
		}
		pass(2 * time.Second)
		r.servers[0].has(t)
		for range 2 {
			for range 18 {
				guess("IPV4/TLS/192.0.2.1/5061")
			}
			pass(2 * time.Second)
			r.servers[0].has(t, office)
			if b := r.Guard.Bans(); len(b) != 1 || b[0].Until.Sub(b[0].Since) != 10*time.Minute {
				t.Errorf("bans %+v", b)
			}
			pass(10 * time.Minute)
		}
	})
}

// TestAllowedLater: who comes onto the allow-list is let in.
func TestAllowedLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.start()
		defer func() { r.stop() }()
		r.fail(guesser, 3)
		pass(2 * time.Second)
		r.servers[0].has(t, guilty)
		r.mu.Lock()
		r.settings.Allow = []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")}
		r.mu.Unlock()
		pass(time.Minute)
		r.servers[0].has(t)
		if len(r.rows) != 0 {
			t.Errorf("kept %v", r.rows)
		}
	})
}

// TestStopWhileKeeping: a ban that servers were told of is kept even when the
// process stops in that moment.
func TestStopWhileKeeping(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.slow = time.Second
		r.start()
		r.fail(guesser, 3)
		r.servers[0].has(t, guilty)
		r.stop()
		r.start()
		defer func() { r.stop() }()
		pass(2 * time.Second)
		r.servers[0].has(t, guilty)
		if b := r.Guard.Bans(); len(b) != 1 {
			t.Errorf("after a restart %+v", b)
		}
	})
}

func TestBansOutliveUs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.servers[1].bans["leftover"] = netip.Prefix{} // of nobody's
		r.start()
		pass(2 * time.Second)
		r.servers[1].has(t)
		r.fail(guesser, 3)
		pass(2 * time.Second)
		r.stop()
		pass(time.Minute)
		r.servers[0].bans = map[string]netip.Prefix{} // its AstDB was made anew
		r.start()
		defer func() { r.stop() }()
		pass(2 * time.Second)
		r.servers[0].has(t, guilty)
		if b := r.Guard.Bans(); len(b) != 1 || b[0].Failures != 3 {
			t.Errorf("after a restart %+v", b)
		}
		pass(10 * time.Minute)
		r.servers[0].has(t)
		r.servers[1].has(t)
	})
}

func TestServersThatAreAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.start()
		defer func() { r.stop() }()
		r.servers[0].set(func() { r.servers[0].down = true })
		r.servers[1].set(func() { r.servers[1].err = errors.New("busy") })
		r.fail(guesser, 3)
		pass(3 * time.Second)
		r.servers[0].has(t)
		r.servers[1].has(t)
		r.servers[1].set(func() { r.servers[1].err = nil })
		pass(6 * time.Second)
		r.servers[1].has(t, guilty)
		r.servers[0].set(func() { r.servers[0].down = false })
		r.Up(1)
		pass(2 * time.Second)
		r.servers[0].has(t, guilty)
		if r.Stats().Errors == 0 {
			t.Error("no error counted")
		}
	})
}

func TestLift(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.start()
		defer func() { r.stop() }()
		p := netip.MustParsePrefix(guilty)
		if err := r.Lift(t.Context(), audit.Entry{}, p); !errors.Is(err, ErrNotBanned) {
			t.Errorf("lifting nothing: %v", err)
		}
		if _, err := r.Ban(t.Context(), audit.Entry{}, p, time.Hour); err != nil {
			t.Fatal(err)
		}
		pass(2 * time.Second)
		r.servers[0].has(t, guilty)
		if err := r.Lift(t.Context(), audit.Entry{}, p); err != nil {
			t.Fatal(err)
		}
		pass(2 * time.Second)
		r.servers[0].has(t)
		if len(r.rows) != 0 || !slices.Equal(r.kinds, []string{audit.KindBanned, audit.KindUnbanned}) {
			t.Errorf("kept %v, trail %v", r.rows, r.kinds)
		}
	})
}

// TestBounds: neither many sources nor many bans fill anything.
func TestBounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.settings.Failures = 2
		r.start()
		defer func() { r.stop() }()
		a := netip.MustParseAddr("100.64.0.0")
		for range maxSources + 10 {
			a = a.Next()
			r.count(t.Context(), failure{source: sourceOf(a), kind: kinds[0], at: time.Now()})
		}
		if s := r.Stats(); s.Sources != maxSources || s.Untracked != 10 {
			t.Errorf("stats %+v", s)
		}
		pass(3 * time.Minute)
		for range maxBans + 5 {
			a = a.Next()
			r.fail("IPV4/UDP/"+a.String()+"/1", 2)
			pass(10 * time.Millisecond)
		}
		pass(2 * time.Second)
		if n := len(r.Guard.Bans()); n != maxBans || len(r.servers[0].bans) != maxBans || len(r.rows) != maxBans {
			t.Errorf("%d bans, %d told, %d kept", n, len(r.servers[0].bans), len(r.rows))
		}
	})
}

func TestParse(t *testing.T) {
	for in, want := range map[string]string{
		"IPV4/UDP/203.0.113.7/5060":          "203.0.113.7/32",
		"IPV6/TLS/2001:db8::7/5061":          "2001:db8::/64",
		"IPV6/TCP/::ffff:203.0.113.7/5061":   "203.0.113.7/32",
		"IPV6/UDP/[2001:db8:0:1:2::7]/5061":  "2001:db8:0:1::/64",
		"IPV4/UDP/0.0.0.0/5060":              "",
		"<unknown>":                          "",
		"IPV4/UDP/203.0.113.7.evil/../../1/": "",
	} {
		got := ""
		if a, _, ok := parseRemote(in); ok {
			got = sourceOf(a).String()
		}
		if got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"203.0.113.7": "203.0.113.7/32", "203.0.113.0/24": "203.0.113.0/24", "2001:db8::7": "2001:db8::/64", "203.0.113.7/24": "", "x": ""} {
		p, ok := ParseSource(in)
		if ok != (want != "") || ok && p.String() != want {
			t.Errorf("%s: %v %v", in, p, ok)
		}
	}
}
