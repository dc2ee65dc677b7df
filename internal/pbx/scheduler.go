package pbx

import (
	"sync"
	"time"

	"github.com/dipcast/dipcast/ami"
)

// Bounds of actions under way on one server. Beyond them a request waits its
// turn, in order and within its deadline; beyond maxWaiting it is refused as
// busy.
const (
	maxInFlight       = 256  // all together
	maxTenantInFlight = 32   // of one tenant; operators share maxInFlight
	maxWaiting        = 1024 // of one tenant
	// expireEvery is how late a waiting job may be told that its time is over.
	expireEvery = 50 * time.Millisecond
)

// job is an action that wants to go out. Exactly one of run and end is called;
// neither panics. run must lead to one call of scheduler.release.
type job struct {
	deadline time.Time
	run      func()
	end      func(err error) // it did not run, because of err
}

// lane is one tenant's jobs.
type lane struct {
	key      string
	limit    int
	inFlight int
	waiting  []*job
	listed   bool // stands in scheduler.ready
}

// scheduler keeps the bounds and is fair between tenants: waiting lanes take
// turns, one job each.
type scheduler struct {
	mu       sync.Mutex
	inFlight int
	lanes    map[string]*lane
	ready    []*lane // with waiting jobs, in turn
	waiting  int
	pumping  bool
	wake     chan struct{}
}

func newScheduler() *scheduler {
	return &scheduler{lanes: map[string]*lane{}, wake: make(chan struct{}, 1)}
}

// operatorsLane is the key of operators.
const operatorsLane = ""

func (s *scheduler) lane(key string) *lane {
	l := s.lanes[key]
	if l == nil {
		l = &lane{key: key, limit: maxTenantInFlight}
		if key == operatorsLane {
			l.limit = maxInFlight
		}
		s.lanes[key] = l
	}
	return l
}

// submit runs j now or when its turn comes. It reports false when too many
// wait already; then neither of j's functions is called.
func (s *scheduler) submit(key string, j *job) bool {
	s.mu.Lock()
	l := s.lane(key)
	// While pump runs jobs, those that come now go behind them.
	if s.waiting == 0 && !s.pumping && l.inFlight < l.limit && s.inFlight < maxInFlight {
		l.inFlight++
		s.inFlight++
		s.mu.Unlock()
		j.run()
		return true
	}
	if len(l.waiting) >= maxWaiting {
		s.mu.Unlock()
		return false
	}
	l.waiting = append(l.waiting, j)
	s.waiting++
	s.list(l)
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
	s.pump()
	return true
}

func (s *scheduler) list(l *lane) {
	if !l.listed && len(l.waiting) > 0 {
		l.listed = true
		s.ready = append(s.ready, l)
	}
}

// release ends a job that was run.
func (s *scheduler) release(key string) {
	s.mu.Lock()
	l := s.lanes[key]
	l.inFlight--
	s.inFlight--
	if l.inFlight == 0 && len(l.waiting) == 0 {
		delete(s.lanes, key)
	}
	idle := s.waiting == 0
	s.mu.Unlock()
	if !idle {
		s.pump()
	}
}

// pump runs what may run. A job that fails at once releases its place within
// run: the loop of the outermost pump takes that up, so the stack stays flat.
func (s *scheduler) pump() {
	s.mu.Lock()
	if s.pumping {
		s.mu.Unlock()
		return
	}
	s.pumping = true
	for {
		j := s.next()
		if j == nil {
			break
		}
		s.mu.Unlock()
		j.run()
		s.mu.Lock()
	}
	s.pumping = false
	s.mu.Unlock()
}

// next takes the next job of the next lane that has room. The caller holds mu.
func (s *scheduler) next() *job {
	for n := len(s.ready); n > 0 && s.inFlight < maxInFlight; n-- {
		l := s.ready[0]
		s.ready = s.ready[1:]
		l.listed = false
		if len(l.waiting) == 0 {
			continue
		}
		if l.inFlight >= l.limit {
			s.list(l)
			continue
		}
		j := l.waiting[0]
		l.waiting[0] = nil
		l.waiting = l.waiting[1:]
		s.waiting--
		l.inFlight++
		s.inFlight++
		s.list(l)
		return j
	}
	return nil
}

// watch ends waiting jobs whose deadline passes, until done.
func (s *scheduler) watch(done <-chan struct{}) {
	for {
		select {
		case <-done:
			s.expire(time.Time{}, ami.ErrClosed)
			return
		case <-s.wake:
		}
		for again := true; again; {
			select {
			case <-done:
				s.expire(time.Time{}, ami.ErrClosed)
				return
			case now := <-time.After(expireEvery):
				again = s.expire(now, ami.ErrTimeout)
			}
		}
	}
}

// expire ends the jobs due at now, all for the zero time, and reports whether
// others still wait.
func (s *scheduler) expire(now time.Time, err error) bool {
	var due []*job
	s.mu.Lock()
	for key, l := range s.lanes {
		keep := l.waiting[:0]
		for _, j := range l.waiting {
			if now.IsZero() || !now.Before(j.deadline) {
				due = append(due, j)
				continue
			}
			keep = append(keep, j)
		}
		clear(l.waiting[len(keep):])
		l.waiting = keep
		if l.inFlight == 0 && len(keep) == 0 {
			delete(s.lanes, key)
		}
	}
	s.waiting -= len(due)
	more := s.waiting > 0
	s.mu.Unlock()
	for _, j := range due {
		j.end(err)
	}
	return more
}
