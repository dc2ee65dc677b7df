package pbx

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dipcast/dipcast/ami"
)

// desk is a scheduler with jobs that run until they are told to end.
type desk struct {
	*scheduler
	mu      sync.Mutex
	started []string // in order
	ended   map[string]error
	refused int
}

func newDesk() *desk { return &desk{scheduler: newScheduler(), ended: map[string]error{}} }

// add submits n jobs of a lane, named lane/0, lane/1 and so on.
func (d *desk) add(lane string, n int, deadline time.Time) {
	for i := range n {
		name := fmt.Sprintf("%s/%d", lane, i)
		ok := d.submit(lane, &job{
			deadline: deadline,
			run:      func() { d.mu.Lock(); d.started = append(d.started, name); d.mu.Unlock() },
			end:      func(err error) { d.mu.Lock(); d.ended[name] = err; d.mu.Unlock() },
		})
		if !ok {
			d.refused++
		}
	}
}

// take returns what has started since the last call.
func (d *desk) take() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.started
	d.started = nil
	return s
}

func lanesOf(names []string) map[string]int {
	n := map[string]int{}
	for _, name := range names {
		n[name[:1]]++
	}
	return n
}

func TestTenantHas32InFlightAnd1024Waiting(t *testing.T) {
	d := newDesk()
	d.add("a", 32+1024+5, time.Now().Add(time.Hour))
	if got := d.take(); len(got) != 32 {
		t.Fatalf("%d run, want 32", len(got))
	}
	if d.refused != 5 {
		t.Errorf("%d were refused as busy, want 5", d.refused)
	}
	for i := 32; i < 32+1024; i++ { // each one that ends lets the next one go, in order
		d.release("a")
		if got, want := d.take(), fmt.Sprintf("a/%d", i); len(got) != 1 || got[0] != want {
			t.Fatalf("%v came, want %s", got, want)
		}
	}
	for range 32 {
		d.release("a")
	}
	if len(d.lanes) != 0 || d.inFlight != 0 || d.waiting != 0 {
		t.Errorf("left behind: %d lanes, %d in flight, %d waiting", len(d.lanes), d.inFlight, d.waiting)
	}
}

func TestOneTenantsQueueDelaysNoOther(t *testing.T) {
	d := newDesk()
	d.add("a", 500, time.Now().Add(time.Hour))
	d.take()
	d.add("b", 3, time.Now().Add(time.Hour))
	if got := d.take(); !slices.Equal(got, []string{"b/0", "b/1", "b/2"}) {
		t.Errorf("%v run, want those of b at once", got)
	}
}

func TestLinkHas256InFlightSharedInTurns(t *testing.T) {
	d := newDesk()
	later := time.Now().Add(time.Hour)
	d.add(operatorsLane, 300, later) // operators have no bound of their own below the link's
	if got := d.take(); len(got) != 256 {
		t.Fatalf("%d run, want 256", len(got))
	}
	for _, lane := range []string{"a", "b", "c"} {
		d.add(lane, 100, later)
	}
	if got := d.take(); len(got) != 0 {
		t.Fatalf("%v run beyond the link's bound", got)
	}
	for range 40 {
		d.release(operatorsLane)
	}
	got := lanesOf(d.take())
	for lane, n := range got { // four lanes wait: ten each
		if n != 10 {
			t.Errorf("lane %q got %d of 40 places, want 10: %v", lane, n, got)
		}
	}
}

func TestWaitingEndsAtItsDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk()
		done := make(chan struct{})
		var wg sync.WaitGroup
		wg.Go(func() { d.watch(done) })
		start := time.Now()
		d.add("a", 32, start.Add(time.Hour))
		d.add("b", 32, start.Add(time.Hour))
		d.take()
		d.add("a", 2, start.Add(3*time.Second))
		d.add("b", 1, start.Add(time.Minute))
		<-time.After(3*time.Second + expireEvery)
		synctest.Wait()
		if !errors.Is(d.ended["a/0"], ami.ErrTimeout) || !errors.Is(d.ended["a/1"], ami.ErrTimeout) || len(d.ended) != 2 {
			t.Fatalf("ended: %v", d.ended)
		}
		d.release("a")
		if got := d.take(); len(got) != 0 {
			t.Errorf("%v ran behind its deadline", got)
		}
		d.release("b")
		if got := d.take(); !slices.Equal(got, []string{"b/0"}) {
			t.Errorf("%v ran, want b's", got)
		}
		d.add("b", 1, start.Add(time.Minute))
		close(done)
		wg.Wait()
		if !errors.Is(d.ended["b/0"], ami.ErrClosed) {
			t.Errorf("at the end: %v", d.ended)
		}
	})
}

// TestFailingAtOnce: jobs that fail within run, as those of a link that is
// down, let all others go without a deeper stack.
func TestFailingAtOnce(t *testing.T) {
	d := newDesk()
	later := time.Now().Add(time.Hour)
	d.add("a", 32, later)
	n := 0
	for range 1000 {
		d.submit("a", &job{deadline: later, run: func() { n++; d.release("a") }, end: func(error) {}})
	}
	d.release("a")
	if n != 1000 {
		t.Errorf("%d of 1000 ran", n)
	}
}

// TestOrderOfOneTenant: what one goroutine submits runs in that order, also
// while others release places at the same time.
func TestOrderOfOneTenant(t *testing.T) {
	d := newDesk()
	later := time.Now().Add(time.Hour)
	const jobs = 20000
	slots := make(chan struct{}, jobs)
	var mu sync.Mutex
	var order []int
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for range jobs / 2 {
				<-slots
				d.release("a")
			}
		})
	}
	for i := range jobs {
		for !d.submit("a", &job{deadline: later, run: func() {
			mu.Lock()
			order = append(order, i)
			mu.Unlock()
			slots <- struct{}{}
		}, end: func(error) {}}) {
			// busy: those before it go on meanwhile
		}
	}
	wg.Wait()
	if !slices.IsSorted(order) || len(order) != jobs {
		t.Errorf("%d of %d jobs, sorted: %v", len(order), jobs, slices.IsSorted(order))
	}
}
