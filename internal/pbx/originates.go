package pbx

import (
	"sync"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/envelope"
)

const (
	// originateMemory is how long an Originate's ActionID is restored in events.
	originateMemory = 10 * time.Minute
	maxOriginates   = 10000
)

// originates remembers the Originates sent to one server by their ActionID on
// the wire: their OriginateResponse event gets the client's ActionID back, and
// is handed on only after the Response was.
type originates struct {
	mu    sync.Mutex
	byID  map[string]*originate
	order []string // oldest first
}

type originate struct {
	clientID  string
	sent      time.Time
	responded bool
	parked    *ami.Message // OriginateResponse that came before the Response
	// outcome is called with the OriginateResponse, or nil when the link is
	// lost, for a client that waits for it. It is called once.
	outcome func(m *ami.Message)
	done    chan struct{} // closed once outcome was called or taken
}

func (o *originates) init() { o.byID = map[string]*originate{} }

func (o *originates) add(wireID string, e *originate) {
	o.mu.Lock()
	defer o.mu.Unlock()
	e.sent, e.done = time.Now(), make(chan struct{})
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
}

// takeOutcome returns who waits for the outcome, once. The caller holds mu.
func (e *originate) takeOutcome() func(*ami.Message) {
	f := e.outcome
	if f != nil {
		e.outcome = nil
		close(e.done)
	}
	return f
}

// take is takeOutcome by ActionID.
func (o *originates) take(wireID string) func(*ami.Message) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if e := o.byID[wireID]; e != nil {
		return e.takeOutcome()
	}
	return nil
}

func (o *originates) entry(wireID string) *originate {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.byID[wireID]
}

func (o *originates) remove(wireID string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.byID, wireID)
}

// restore says what becomes of an event's ActionID, and gives its outcome to
// whoever waits for it.
func (o *originates) restore(wireID []byte, m *ami.Message) envelope.ID {
	o.mu.Lock()
	e := o.byID[string(wireID)]
	if e == nil {
		o.mu.Unlock()
		return envelope.ID{}
	}
	id := envelope.ID{Set: true, Value: e.clientID}
	var tell func(*ami.Message)
	if isOriginateResponse(m) {
		tell = e.takeOutcome()
	}
	o.mu.Unlock()
	if tell != nil {
		tell(m)
	}
	return id
}

// release reports whether the event may be handed on now.
func (o *originates) release(wireID []byte, m *ami.Message) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	e := o.byID[string(wireID)]
	if e == nil || e.responded {
		return true
	}
	e.parked = m.Clone()
	return false
}

// respond notes that the Response was handed on and returns the event that
// waited for that, if any.
func (o *originates) respond(wireID string) *ami.Message {
	o.mu.Lock()
	defer o.mu.Unlock()
	e := o.byID[wireID]
	if e == nil {
		return nil
	}
	e.responded = true
	m := e.parked
	e.parked = nil
	return m
}

// lost tells all that wait for an outcome that the link is gone.
func (o *originates) lost() {
	var tell []func(*ami.Message)
	o.mu.Lock()
	for _, e := range o.byID {
		if f := e.takeOutcome(); f != nil {
			tell = append(tell, f)
		}
	}
	o.mu.Unlock()
	for _, f := range tell {
		f(nil)
	}
}
