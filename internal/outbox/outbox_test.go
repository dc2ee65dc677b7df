package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/internal/outbox"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(storetest.Tests{M: m}) }

// rig is an outbox whose sender answers what a test wants.
type rig struct {
	t    *testing.T
	s    *store.Store
	b    *outbox.Outbox
	stop func()

	mu     sync.Mutex
	answer func(m *store.OutboxRow, n int) error // n-th attempt of this row, from 1
	tries  map[int64]int
	sent   []string // body of what was taken
	at     []time.Time
	flying map[string]bool
}

func newRig(t *testing.T, s *store.Store, o outbox.Options) *rig {
	t.Helper()
	r := &rig{t: t, s: s, tries: map[int64]int{}, flying: map[string]bool{}}
	o.Store, o.Senders, o.Logger = s, map[string]outbox.Sender{"works": r}, slog.New(slog.NewTextHandler(t.Output(), nil))
	b, err := outbox.New(o)
	if err != nil {
		t.Fatal(err)
	}
	r.b = b
	return r
}

// run starts the outbox; it ends with the test, or before with stop.
func (r *rig) run() {
	ctx, cancel := context.WithCancel(context.WithoutCancel(r.t.Context()))
	var all sync.WaitGroup
	all.Go(func() { r.b.Run(ctx) })
	r.stop = sync.OnceFunc(func() { cancel(); all.Wait() })
	r.t.Cleanup(r.stop)
}

func (r *rig) Send(ctx context.Context, m *store.OutboxRow) error {
	r.mu.Lock()
	r.tries[m.ID]++
	n, answer := r.tries[m.ID], r.answer
	if r.flying[m.Lane] {
		r.t.Errorf("two of lane %s at a time", m.Lane)
	}
	r.flying[m.Lane] = true
	r.mu.Unlock()
	var err error
	if answer != nil {
		err = answer(m, n)
	}
	if errors.Is(err, errHang) {
		<-ctx.Done()
		err = ctx.Err()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.flying[m.Lane] = false
	if err == nil {
		r.sent = append(r.sent, string(m.Body))
		r.at = append(r.at, time.Now())
	}
	return err
}

var (
	errHang = errors.New("it does not answer")
	errBad  = errors.New("it is refused")
)

func (r *rig) taken() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.sent)
}

func row(lane, text string) store.OutboxRow {
	return store.OutboxRow{Tenant: 2, Kind: "works", Lane: lane, Label: "missed", Body: []byte(text)}
}

func (r *rig) add(rows ...store.OutboxRow) []store.OutboxRow {
	r.t.Helper()
	if err := r.b.Add(r.t.Context(), rows); err != nil {
		r.t.Fatal(err)
	}
	return rows
}

// counted is what became of rows, by outcome.
func (r *rig) counted() map[string]uint64 {
	out := map[string]uint64{}
	all, _ := r.b.Stats()
	for _, c := range all {
		for i, n := range c.Ended {
			if n > 0 {
				out[outbox.Outcomes[i]] += n
			}
		}
	}
	return out
}

// pass lets time pass in a bubble, and what comes with it happen.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// bubble runs f with a clock of its own on a SQLite database. SQLite works in the
// goroutine of its caller, so the clock stands still meanwhile.
func bubble(t *testing.T, o outbox.Options, f func(t *testing.T, r *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := storetest.SQLite(t).Open(t)
		r := newRig(t, s, o)
		f(t, r)
		if r.stop != nil {
			r.stop()
		}
	})
}

func equal(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("sent %q, want %q", got, want)
	}
}

// TestOrder: rows of a lane go in their order, though one has to be tried again;
// other lanes go on.
func TestOrder(t *testing.T) {
	bubble(t, outbox.Options{}, func(t *testing.T, r *rig) {
		r.answer = func(m *store.OutboxRow, n int) error {
			if string(m.Body) == "a1" && n < 3 {
				return outbox.Later{Lane: true, Err: errBad}
			}
			return nil
		}
		r.run()
		r.add(row("a", "a1"), row("a", "a2"), row("b", "b1"))
		r.add(row("a", "a3"))
		synctest.Wait()
		equal(t, r.taken(), "b1")
		pass(time.Minute)
		equal(t, r.taken(), "b1", "a1", "a2", "a3")
		if n := left(t, r.s); n != 0 {
			t.Errorf("%d rows are left", n)
		}
		if c := r.counted(); c["sent"] != 4 || c["retried"] != 2 {
			t.Error(c)
		}
	})
}

// TestOvertake: what is more important need not wait for what has to be tried
// again, but goes behind what may go.
func TestOvertake(t *testing.T) {
	bubble(t, outbox.Options{}, func(t *testing.T, r *rig) {
		block := make(chan struct{})
		r.answer = func(m *store.OutboxRow, n int) error {
			switch {
			case string(m.Body) == "answered" && n == 1:
				return outbox.Later{After: 10 * time.Second, Lane: true}
			case string(m.Body) == "first":
				<-block
			}
			return nil
		}
		r.run()
		notice, ring := row("a", "answered"), row("a", "ring")
		notice.Priority, ring.Priority = 4, 1
		r.add(notice)
		synctest.Wait()
		r.add(row("b", "first"))
		synctest.Wait()
		second, urgent := row("b", "second"), row("b", "urgent")
		second.Priority, urgent.Priority = 4, 1
		r.add(ring, second, urgent)
		synctest.Wait()
		equal(t, r.taken(), "ring")
		close(block)
		pass(11 * time.Second)
		equal(t, r.taken(), "ring", "first", "second", "urgent", "answered")
	})
}

// TestOutage: an hour without anybody there. Cards of calls are not sent late, all
// else arrives soon after, in order, and there were not many attempts.
func TestOutage(t *testing.T) {
	bubble(t, outbox.Options{}, func(t *testing.T, r *rig) {
		began := time.Now()
		attempts := 0
		r.answer = func(*store.OutboxRow, int) error {
			if time.Since(began) < time.Hour {
				attempts++
				return outbox.Later{Err: errBad}
			}
			return nil
		}
		r.run()
		var want []string
		for n := range 60 { // one a minute
			ring := row(fmt.Sprint("u", n%3), fmt.Sprint("ring", n))
			ring.Label, ring.Once, ring.Expires = "ring", true, time.Now().Add(30*time.Second)
			r.add(ring)
			r.add(row(fmt.Sprint("u", n%3), fmt.Sprint("missed", n)))
			want = append(want, fmt.Sprint("missed", n))
			pass(time.Minute)
		}
		pass(2 * time.Minute)
		got := r.taken()
		for u := range 3 {
			mine := func(all []string) (out []string) {
				for _, s := range all {
					var n int
					if _, err := fmt.Sscanf(s, "missed%d", &n); err == nil && n%3 == u {
						out = append(out, s)
					}
				}
				return out
			}
			if !slices.Equal(mine(got), mine(want)) {
				t.Errorf("person %d got %q", u, mine(got))
			}
		}
		if slices.ContainsFunc(got, func(s string) bool { return s[0] == 'r' }) {
			t.Errorf("cards of calls that were over: %q", got)
		}
		if c := r.counted(); c["sent"] != 60 || c["expired"] != 60 {
			t.Error(c)
		}
		if attempts > 150 { // a pause of at most a minute between two
			t.Errorf("%d attempts", attempts)
		}
		if last := r.at[len(r.at)-1].Sub(began); last > time.Hour+90*time.Second {
			t.Errorf("the last went after %v", last)
		}
	})
}

// TestToldWhen: 429 with a time: nothing of the bot goes before, others do.
func TestToldWhen(t *testing.T) {
	bubble(t, outbox.Options{}, func(t *testing.T, r *rig) {
		r.answer = func(m *store.OutboxRow, n int) error {
			if string(m.Body) == "a" && n == 1 {
				return outbox.Later{After: 42 * time.Second, Err: errBad}
			}
			return nil
		}
		r.run()
		began := time.Now()
		r.add(row("a", "a"))
		synctest.Wait()
		other := row("a", "other")
		other.Tenant = 3
		r.add(row("b", "b"), other)
		synctest.Wait()
		equal(t, r.taken(), "other")
		pass(43 * time.Second)
		if got := r.taken(); len(got) != 3 || r.at[1].Sub(began) < 42*time.Second {
			t.Errorf("%q at %v", got, r.at)
		}
	})
}

// TestUnclear: a time-out. What is marked Once does not go again, all else does.
func TestUnclear(t *testing.T) {
	bubble(t, outbox.Options{}, func(t *testing.T, r *rig) {
		r.answer = func(_ *store.OutboxRow, n int) error {
			if n == 1 {
				return errHang
			}
			return nil
		}
		r.run()
		ring := row("a", "ring")
		ring.Once = true
		r.add(ring, row("b", "missed"), row("a", "after"))
		pass(5 * time.Minute)
		equal(t, r.taken(), "missed", "after")
		if c := r.counted(); c["unclear"] != 1 || c["sent"] != 2 {
			t.Error(c)
		}
	})
}

// TestDeadLetter: what is refused for good is kept, the next goes, and it can be
// sent again. So is what was tried for too long, and what made the sender panic.
func TestDeadLetter(t *testing.T) {
	bubble(t, outbox.Options{GiveUp: time.Hour}, func(t *testing.T, r *rig) {
		mended := false
		r.answer = func(m *store.OutboxRow, _ int) error {
			switch string(m.Body) {
			case "bad":
				if !mended {
					return errBad
				}
			case "panic":
				panic("oh")
			case "never":
				return outbox.Later{Lane: true, Err: errBad}
			}
			return nil
		}
		r.run()
		r.add(row("a", "bad"), row("a", "good"), row("b", "never"), row("c", "panic"))
		pass(2 * time.Hour)
		equal(t, r.taken(), "good")
		dead, err := r.s.DeadLetters(t.Context(), store.DeadQuery{Tenant: 2, Limit: 10})
		if err != nil || len(dead) != 3 || r.counted()["failed"] != 3 {
			t.Fatalf("%+v, %v, %v", dead, err, r.counted())
		}
		again := dead[slices.IndexFunc(dead, func(m store.OutboxRow) bool { return string(m.Body) == "bad" })]
		if again.Error != errBad.Error() {
			t.Errorf("error %q", again.Error)
		}
		mended = true
		if err := r.s.ResendDead(t.Context(), 2, again.ID); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		equal(t, r.taken(), "good", "bad")
	})
}

// TestBacklog: of too much the least important and oldest goes.
func TestBacklog(t *testing.T) {
	bubble(t, outbox.Options{Backlog: 10}, func(t *testing.T, r *rig) {
		r.answer = func(_ *store.OutboxRow, n int) error {
			if n == 1 {
				return outbox.Later{After: time.Minute}
			}
			return nil
		}
		r.run()
		r.add(row("x", "first"))
		synctest.Wait()
		for n := range 12 {
			m := row("a", fmt.Sprint(n))
			m.Priority = n % 2
			r.add(m)
		}
		synctest.Wait()
		if c := r.counted(); c["dropped"] != 3 {
			t.Error(c)
		}
		r.mu.Lock()
		r.answer = nil
		r.mu.Unlock()
		pass(2 * time.Minute)
		got := r.taken() // one of each lane first, then the rest
		equal(t, slices.DeleteFunc(got, func(s string) bool { return s == "first" }), "0", "2", "4", "6", "7", "8", "9", "10", "11")
	})
}

// TestWithdraw: what is over is not sent.
func TestWithdraw(t *testing.T) {
	bubble(t, outbox.Options{}, func(t *testing.T, r *rig) {
		r.answer = func(_ *store.OutboxRow, n int) error {
			if n == 1 {
				return outbox.Later{After: time.Minute}
			}
			return nil
		}
		r.run()
		ring, missed := row("a", "ring"), row("a", "missed")
		ring.Ref, ring.Label, missed.Ref = "1-2.3", "ring", "1-2.3"
		r.add(ring, missed)
		synctest.Wait()
		if n := r.b.Withdraw("works", 2, "1-2.3", "ring"); n != 1 {
			t.Errorf("%d withdrawn", n)
		}
		pass(10 * time.Minute)
		equal(t, r.taken(), "missed")
	})
}

// TestStop: the end waits for what is under way, and leaves the rest for the next
// start.
func TestStop(t *testing.T) {
	bubble(t, outbox.Options{}, func(t *testing.T, r *rig) {
		r.answer = func(m *store.OutboxRow, _ int) error {
			switch string(m.Body) {
			case "slow":
				<-time.After(time.Second)
			case "hangs":
				return errHang
			}
			return nil
		}
		r.run()
		r.add(row("a", "slow"), row("a", "next"), row("b", "hangs"))
		synctest.Wait()
		began := time.Now()
		r.stop()
		if took := time.Since(began); took != 3*time.Second {
			t.Errorf("it took %v to end", took)
		}
		equal(t, r.taken(), "slow")
		if n := left(t, r.s); n != 2 {
			t.Errorf("%d rows are left", n)
		}
	})
}

// left is how many rows wait on disk.
func left(t *testing.T, s *store.Store) int {
	t.Helper()
	all, err := s.WaitingOutbox(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}
