package call

import (
	"sync"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/attribution"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Kind says what an Event tells of its call.
type Kind string

// The kinds, as frames carry them.
const (
	KindRinging  Kind = "ringing"  // one more party rings
	KindAnswered Kind = "answered" // the called has answered; once for a call
	KindChanged  Kind = "changed"  // anything else
	KindEnded    Kind = "ended"    // the last event of a call
)

// Event is one step of a call.
type Event struct {
	Kind Kind
	Call *Call // as it is after the event
	// Who began to ring or has answered; zero for the other kinds.
	Who Party
	At  Time
}

// For returns the event as the tenant may see it, as Call.For does. Its Call is
// nil for a tenant without a part in it.
func (e Event) For(t *tenant.Tenant) Event {
	if e.Call = e.Call.For(t); e.Call != nil {
		e.Who = e.Who.visible(t.Number)
	}
	return e
}

// Options configures a Tracker. Zero optional fields take the default named.
type Options struct {
	Server      int           // id of the server, the first part of call ids; required
	MaxChannels int           // live channels that are known; default 50,000
	MaxEnded    int           // ended calls remembered, see Tracker; default 10,000
	Keep        time.Duration // how long they are; default 24 h
	// Expect is how long a call may take to appear once Expect told of it;
	// default 3 min.
	Expect time.Duration
	// Unseen is how long it may still take once a snapshot that began later has
	// not shown it; default 3 s.
	Unseen time.Duration
	// Snapshot is how long a snapshot may take; default 2 min. Then what was not
	// confirmed counts as gone.
	Snapshot time.Duration
}

// Tracker follows the calls of one server.
//
// Event, Flush, Begin, Finish and Tick are called by one goroutine, which so
// fixes their order; everything else may be called from any. Calls it hands out
// are immutable.
//
// It remembers at most Options.MaxChannels live channels. Beyond that the
// oldest channel of no tenant is forgotten, or, when all are somebody's, the
// oldest; a call that so loses its last channel ends as unknown.
//
// Ended calls are found by Call for Options.Keep. Three kinds do not displace
// each other: click-to-calls, other calls of tenants, and calls of nobody; of
// the first two MaxEnded each are kept, of the last a twentieth of that, the
// newest.
type Tracker struct {
	o Options

	mu      sync.Mutex
	chans   map[string]*channel // by Uniqueid
	recent  *channel            // one of them, the last that was looked up
	names   map[string]*channel // live, by name
	bridges map[string]*bridge
	calls   map[string]*state // live, by Linkedid
	owned   channelList       // channels in calls of a tenant, oldest first
	stray   channelList       // the others
	gone    gone
	expect  []expectation // in the order of their ends
	ended   memory
	boxes   map[string]*mailbox // by name
	dirty   []*state
	out     []Event
	now     Time
	fields  fields // of the event under way: 800 bytes that need not be allocated for each

	generation uint64 // of the snapshot; a channel that has it is confirmed
	begun      time.Time
	deadline   time.Time
	snapshot   bool // one is being read
}

type expectation struct {
	call *state
	end  time.Time
}

// NewTracker returns an empty Tracker.
func NewTracker(o Options) *Tracker {
	setDefault(&o.MaxChannels, 50000)
	setDefault(&o.MaxEnded, 10000)
	setDefault(&o.Keep, 24*time.Hour)
	setDefault(&o.Expect, 3*time.Minute)
	setDefault(&o.Unseen, 3*time.Second)
	setDefault(&o.Snapshot, 2*time.Minute)
	t := &Tracker{o: o, chans: map[string]*channel{}, names: map[string]*channel{}, bridges: map[string]*bridge{}, calls: map[string]*state{}, boxes: map[string]*mailbox{}}
	t.owned.init()
	t.stray.init()
	t.ended.init(o.MaxEnded, o.Keep)
	t.gone.init()
	return t
}

func setDefault[T int | time.Duration](v *T, d T) {
	if *v <= 0 {
		*v = d
	}
}

// Event takes in one event of the server, in the order of the link, and what
// attribution says of it. During a snapshot it takes list items of
// CoreShowChannels too; other messages say nothing to it. It returns what
// happened at once: who began to ring, answers and ends. Other changes come
// with Flush.
func (t *Tracker) Event(m *ami.Message, r attribution.Result, at time.Time) []Event {
	h := handlerOf(m.Event())
	if h == nil || r.Doubtful {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.now = At(at)
	t.fields = fields{}
	t.fields.read(m)
	h(t, m, &t.fields, r)
	return t.take()
}

// Flush returns the calls that changed otherwise since the last Flush, each
// once. It is called when no further event is at hand, so that what Asterisk
// does in several steps at one moment is seen as one.
func (t *Tracker) Flush(at time.Time) []Event {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.now = At(at)
	if t.snapshot {
		return nil // half a picture
	}
	t.flush()
	return t.take()
}

func (t *Tracker) flush() {
	for i, s := range t.dirty {
		t.dirty[i] = nil
		s.asked = false
		if s.dirty && !s.over {
			s.dirty = false
			t.out = append(t.out, Event{Kind: KindChanged, Call: t.view(s), At: t.now})
		}
	}
	t.dirty = t.dirty[:0]
}

// maxDirty bounds the changes that wait for a Flush.
const maxDirty = 10000

func (t *Tracker) take() []Event {
	if len(t.dirty) >= maxDirty {
		t.flush()
	}
	out := t.out
	t.out = nil
	return out
}

// Tick lets time pass: expected calls that never came end, old calls are
// forgotten. Once in a few seconds is enough.
func (t *Tracker) Tick(at time.Time) []Event {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.now = At(at)
	if t.snapshot && at.After(t.deadline) {
		t.finish()
	}
	n := 0
	for ; n < len(t.expect) && at.After(t.expect[n].end); n++ {
		if s := t.expect[n].call; !s.over && !s.appeared {
			s.lost = true
			t.end(s)
		}
	}
	t.expect = append(t.expect[:0], t.expect[n:]...)
	t.ended.expire(at)
	return t.take()
}

// Expected is a click-to-call that a server was asked for.
type Expected struct {
	ChannelID string         // of the Originate; the call's Linkedid. Required
	Tenant    *tenant.Tenant // required
	Caller    string         // extension that is rung first
	Callee    string         // number or extension that is called then
}

// ID is the call's id.
func (t *Tracker) ID(linkedid string) string { return ID(t.o.Server, linkedid) }

// Expect makes a click-to-call known before its first event, and tells who is
// called in it. It may come after the first events too, even after the end: the
// answer to an Originate and the events come on different links.
func (t *Tracker) Expect(e Expected, at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.now = At(at)
	if c := t.ended.get(t.ID(e.ChannelID)); c != nil {
		t.ended.add(withClick(c, e))
		return
	}
	s := t.call(e.ChannelID)
	s.addTenant(t, e.Tenant)
	s.click = true
	s.caller = extensionOf(e.Tenant, e.Caller)
	s.callee = e.Callee
	t.touch(s)
	if !s.appeared {
		t.expect = append(t.expect, expectation{s, at.Add(t.o.Expect)})
	}
}

// Doubt says that calls expected before a moment should have appeared: those
// that did not within Options.Unseen from at end as unknown.
func (t *Tracker) Doubt(before, at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.doubt(before, at)
}

func (t *Tracker) doubt(before, at time.Time) {
	end := at.Add(t.o.Unseen)
	for i := range t.expect {
		if x := &t.expect[i]; x.end.Add(-t.o.Expect).Before(before) && end.Before(x.end) {
			x.end = end
		}
	}
}

// Refused takes an Expect back: the server refused the Originate. A call that
// has appeared nevertheless stays.
func (t *Tracker) Refused(channelID string, at time.Time) []Event {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.now = At(at)
	if s := t.calls[channelID]; s != nil && !s.appeared {
		s.originate = "refused"
		t.end(s)
	}
	return t.take()
}
