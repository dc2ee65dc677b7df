package pbx

import (
	"sync"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/policy"
)

const (
	// originateMemory is how long an Originate's ActionID is restored in events.
	originateMemory = 10 * time.Minute
	maxOriginates   = 10000
	// maxOutcomes bounds the synchronous Originates that wait for their end:
	// they hold no place in the scheduler while the phone rings.
	maxOutcomes = 1024
)

// originates remembers the Originates sent to one server by their ActionID on
// the wire: their OriginateResponse event gets the client's ActionID back, and
// is handed on only after the Response was.
type originates struct {
	mu    sync.Mutex
	byID  map[string]*originate
	order []string // oldest first
	syncs int      // synchronous ones not settled
}

type originate struct {
	clientID string
	call     *policy.Call // with Sync the answer is made of the event
	sent     time.Time
	done     chan struct{} // closed once settled

	// Guarded by originates.mu.
	job     *running     // nil once somebody answers
	settled bool         // the answer was handed on
	parked  *ami.Message // OriginateResponse that came before that
}

func (o *originates) init() { o.byID = map[string]*originate{} }

// add reports false when too many wait already.
func (o *originates) add(wireID string, e *originate) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if e.call.Sync {
		if o.syncs >= maxOutcomes {
			return false
		}
		o.syncs++
	}
	e.sent = time.Now()
	for len(o.order) > 0 {
		first := o.byID[o.order[0]]
		if first != nil && len(o.order) < maxOriginates && e.sent.Sub(first.sent) < originateMemory {
			break
		}
		delete(o.byID, o.order[0])
		o.order = o.order[1:]
	}
	o.byID[wireID] = e
	o.order = append(o.order, wireID)
	return true
}

func (o *originates) find(wireID []byte) *originate {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.byID[string(wireID)]
}

func (o *originates) remove(wireID string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.byID, wireID)
}

// settle answers e unless somebody else does or did. It returns the event that
// waited for the answer, if any.
func (o *originates) settle(e *originate, out Outcome) (parked *ami.Message) {
	o.mu.Lock()
	r := e.job
	e.job = nil
	if r != nil && e.call.Sync {
		o.syncs--
	}
	o.mu.Unlock()
	if r == nil {
		return nil
	}
	r.answer(out) // takes no panic further
	o.mu.Lock()
	defer o.mu.Unlock()
	e.settled = true
	close(e.done)
	parked, e.parked = e.parked, nil
	return parked
}

// mayPass reports whether e's event may be handed on now; else it is kept
// until e is settled.
func (o *originates) mayPass(e *originate, m *ami.Message) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !e.settled {
		e.parked = m.Clone()
	}
	return e.settled
}

// unsettled are the synchronous ones that still wait, with their jobs.
func (o *originates) unsettled() map[*originate]*running {
	o.mu.Lock()
	defer o.mu.Unlock()
	wait := map[*originate]*running{}
	for _, e := range o.byID {
		if e.call.Sync && e.job != nil {
			wait[e] = e.job
		}
	}
	return wait
}
