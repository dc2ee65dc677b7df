package limits_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/limits"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	mobile = "01026132471"
	abroad = "00112125550123" // carrier 001, country 1
	payers = "0601234567"
)

// clock is a clock that stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// trail keeps the kinds of what was recorded.
type trail struct {
	mu    sync.Mutex
	kinds []string
}

func (t *trail) Record(_ context.Context, kind string, _ audit.Entry) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kinds = append(t.kinds, kind)
}

func (t *trail) Refused(ctx context.Context, e audit.Entry) { t.Record(ctx, "refused "+e.Code, e) }

func (t *trail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.Join(t.kinds, " ")
}

// rig is a gate with a real database and a clock of its own.
type rig struct {
	t     *testing.T
	clock *clock
	dir   string
	store *store.Store
	gate  *limits.Gate
	trail *trail
	logs  *strings.Builder
	two   *tenant.Tenant
	stop  func()
	calls int
}

// opened are limits with calls to country 1 and premium numbers open.
var opened = tenant.Limits{Countries: []string{"1"}, Until: "2026-12-31", Premium: true}

func newRig(t *testing.T, l tenant.Limits) *rig {
	t.Helper()
	r := &rig{t: t, clock: &clock{now: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)}, dir: t.TempDir(), trail: &trail{}, logs: &strings.Builder{}}
	d, err := tenant.NewDirectory([]tenant.Tenant{{
		ID: tenant.NewID("7be69580e27641df", 2), Number: 2, Name: "둘", Servers: []int{1},
		Extensions: []string{"1010", "1013", "113"}, DIDs: map[string]string{"07045805605": "1010"}, Limits: l,
	}})
	if err != nil {
		t.Fatal(err)
	}
	r.two = d.ByNumber(2)
	r.start(d)
	t.Cleanup(func() { r.stop() })
	return r
}

func (r *rig) start(d *tenant.Directory) {
	r.t.Helper()
	st, err := store.Open(context.Background(), store.Options{DataDir: r.dir, Now: r.clock.Now, BusyTimeout: 50 * time.Millisecond})
	if err != nil {
		r.t.Fatal(err)
	}
	r.store = st
	r.gate = limits.New(limits.Options{
		Counters: st, Directory: func() *tenant.Directory { return d }, Trail: r.trail,
		Logger: slog.New(slog.NewTextHandler(r.logs, nil)), Now: r.clock.Now,
	})
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { r.gate.Run(ctx) })
	r.stop = sync.OnceFunc(func() {
		cancel()
		wg.Wait()
		if err := st.Close(); err != nil {
			r.t.Error(err)
		}
	})
}

// restart opens the same database anew.
func (r *rig) restart() {
	r.t.Helper()
	r.stop()
	d, err := tenant.NewDirectory([]tenant.Tenant{*r.two})
	if err != nil {
		r.t.Fatal(err)
	}
	r.start(d)
}

func (r *rig) call(ext, num string) pbx.GateCall {
	r.calls++
	return pbx.GateCall{Server: 1, Tenant: r.two, Extension: ext, Number: num, ChannelID: "dipcast-" + strings.Repeat("x", r.calls), Field: "callee"}
}

func (r *rig) ask(c pbx.GateCall) *envelope.Error {
	r.t.Helper()
	got := make(chan *envelope.Error, 1)
	r.gate.Ask(c, func(err *envelope.Error) { got <- err })
	select {
	case err := <-got:
		return err
	case <-time.After(20 * time.Second):
		r.t.Fatal("no decision")
		return nil
	}
}

// try calls and says what became of it.
func (r *rig) try(ext, num string) string {
	r.t.Helper()
	if err := r.ask(r.call(ext, num)); err != nil {
		return string(err.Code)
	}
	return "ok"
}

func (r *rig) want(ext, num, want string) {
	r.t.Helper()
	if got := r.try(ext, num); got != want {
		r.t.Errorf("%s calls %s: %s, want %s", ext, num, got, want)
	}
}

func TestNationalWindows(t *testing.T) {
	r := newRig(t, tenant.Limits{PerMinute: 2, PerHour: 4})
	r.want("1010", mobile, "ok")
	r.clock.pass(30 * time.Second)
	r.want("1010", mobile, "ok")
	err := r.ask(r.call("1010", mobile))
	if err == nil || err.Code != envelope.RateLimited || err.Field != "callee" || err.RetryAfter != 30*time.Second ||
		!strings.Contains(err.Message, "2 national calls a minute") || !strings.Contains(err.Message, "in 30 s") {
		t.Fatalf("%+v", err)
	}
	r.want("1013", mobile, "ok") // another extension has its own
	r.want("1010", "1013", "ok") // within the house
	r.want("1010", "07045805605", "ok")
	r.clock.pass(30*time.Second - time.Millisecond)
	r.want("1010", mobile, "rate_limited")
	r.clock.pass(time.Millisecond)
	r.want("1010", mobile, "ok") // the first is a minute old; the refused ones never counted
	r.clock.pass(10 * time.Minute)
	r.want("1010", mobile, "ok")
	err = r.ask(r.call("1010", mobile))
	if err == nil || !strings.Contains(err.Message, "4 national calls an hour") || err.RetryAfter != 49*time.Minute {
		t.Fatalf("%+v", err)
	}
	if n := strings.Count(r.logs.String(), "limit of calls reached"); n != 2 || strings.Contains(r.logs.String(), mobile) {
		t.Errorf("%d warnings, or a number that is not masked: %s", n, r.logs)
	}
	if s := r.trail.String(); s != "" {
		t.Errorf("the trail: %s", s) // a national limit locks nothing
	}
}

func TestClosed(t *testing.T) {
	r := newRig(t, tenant.Limits{})
	r.want("1010", abroad, "forbidden")
	r.want("1010", "+12125550123", "forbidden")
	r.want("1010", payers, "forbidden")
	r.want("1010", "119", "forbidden")
	r.want("1010", "111", "forbidden")
	r.want("1010", "113", "ok") // its own extension
	r = newRig(t, opened)
	r.want("1010", abroad, "ok")
	r.want("1010", "00181312345678", "forbidden")
	r.want("1010", payers, "ok")
	r.want("", abroad, "forbidden")
	r.clock.pass(60 * 24 * time.Hour) // past its day
	r.want("1010", abroad, "forbidden")
	r.want("1010", payers, "ok")
}

// TestLock: three breaches lock, an administrator unlocks, and a restart
// changes nothing of it.
func TestLock(t *testing.T) {
	r := newRig(t, opened)
	for i := range 5 {
		r.want("1010", []string{abroad, payers}[i%2], "ok")
	}
	r.want("1010", abroad, "rate_limited")
	r.clock.pass(11 * time.Minute) // one breach is forgotten
	for range 5 {
		r.want("1010", abroad, "ok")
	}
	r.want("1010", abroad, "rate_limited")
	r.restart()
	r.want("1010", abroad, "rate_limited")
	if locked, err := r.gate.Locked(t.Context(), r.two, "1010"); err != nil || locked {
		t.Fatalf("locked after two: %v, %v", locked, err)
	}
	err := r.ask(r.call("1010", payers))
	if err == nil || err.Code != envelope.RateLimited || !strings.Contains(err.Message, "locked from now on") {
		t.Fatalf("the third: %+v", err)
	}
	r.restart()
	r.clock.pass(25 * time.Hour)
	err = r.ask(r.call("1010", abroad))
	if err == nil || err.Code != envelope.Forbidden || !strings.Contains(err.Message, "dipcast tenant unlock 1010") || !strings.Contains(err.Message, "extensions/1010/unlock") {
		t.Fatalf("locked: %+v", err)
	}
	r.want("1013", abroad, "ok")
	r.want("1010", mobile, "ok")
	if locked, err := r.gate.Locked(t.Context(), r.two, "1010"); err != nil || !locked {
		t.Fatalf("not locked: %v, %v", locked, err)
	}
	who := audit.Entry{Identity: tenant.Identity{Role: tenant.Operator, Name: "ops"}}
	if err := r.gate.Unlock(t.Context(), who, r.two, "1010"); err != nil {
		t.Fatal(err)
	}
	if err := r.gate.Unlock(t.Context(), who, r.two, "1010"); !errors.Is(err, limits.ErrNotLocked) {
		t.Errorf("twice: %v", err)
	}
	r.want("1010", abroad, "ok")
	if got := r.trail.String(); got != "locked unlocked" {
		t.Errorf("the trail: %s", got)
	}
	if s := r.logs.String(); strings.Count(s, "calls abroad locked") != 1 || strings.Contains(s, "7be69580e27641df") || strings.Contains(s, abroad) {
		t.Errorf("logged: %s", s)
	}
}

// TestRestart: what was let go counts on after a restart.
func TestRestart(t *testing.T) {
	r := newRig(t, tenant.Limits{PerMinute: 3})
	r.want("1010", mobile, "ok")
	r.want("1010", mobile, "ok")
	r.restart()
	r.want("1010", mobile, "ok")
	r.want("1010", mobile, "rate_limited")
	r.restart()
	r.want("1010", mobile, "rate_limited")
	r.clock.pass(time.Minute)
	r.want("1010", mobile, "ok")
}

// TestClockSetBack: a clock that is corrected by an hour stops nobody for an
// hour.
func TestClockSetBack(t *testing.T) {
	r := newRig(t, tenant.Limits{PerMinute: 2, PerHour: 10})
	r.want("1010", mobile, "ok")
	r.want("1010", mobile, "ok")
	r.clock.pass(-time.Hour)
	r.want("1010", mobile, "rate_limited")
	r.clock.pass(time.Minute)
	r.want("1010", mobile, "ok")
	r.clock.pass(time.Hour)
	r.want("1010", mobile, "ok")
}

// TestReturned: a call that was not started does not count.
func TestReturned(t *testing.T) {
	r := newRig(t, tenant.Limits{PerMinute: 1})
	c := r.call("1010", mobile)
	if err := r.ask(c); err != nil {
		t.Fatal(err)
	}
	r.want("1010", mobile, "rate_limited")
	r.gate.Returned(c)
	r.want("1010", mobile, "ok")
	r.gate.Returned(c) // it was, already
	r.want("1010", mobile, "rate_limited")
}

// failing is a database that does not answer.
type failing struct{ policy.Counters }

func (failing) TakeCalls(context.Context, []*policy.CallCount) error { return errors.New("disk full") }

func (failing) ReturnCall(context.Context, string) error { return errors.New("disk full") }

func TestDatabaseFails(t *testing.T) {
	r := newRig(t, opened)
	r.stop()
	r.gate = limits.New(limits.Options{Counters: failing{}, Trail: r.trail, Logger: slog.New(slog.NewTextHandler(r.logs, nil)), Now: r.clock.Now})
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { r.gate.Run(ctx) })
	for range 30 {
		r.want("1010", mobile, "ok")
	}
	r.want("1010", abroad, "unavailable")
	r.want("1010", payers, "unavailable")
	if n := strings.Count(r.logs.String(), "calls cannot be counted"); n != 1 {
		t.Errorf("logged %d times: %s", n, r.logs)
	}
	cancel()
	wg.Wait()
	r.want("1010", mobile, "ok") // nobody decides any more
	r.want("1010", abroad, "unavailable")
	if s := r.gate.Stats(); s.Uncounted != 31 || s.Refused != 3 || s.Allowed != 0 {
		t.Errorf("%+v", s)
	}
}
