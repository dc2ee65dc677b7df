package attribution

import (
	"bytes"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Bounds of what is remembered of one server. Beyond them the oldest calls
// are forgotten: their later events go to operators only.
const (
	maxChannels = 50000
	maxBridges  = 20000
	// afterlife is how long a channel is remembered after its Hangup: its Cdr
	// may come later.
	afterlife = 30 * time.Second
	// expectation is how long a channel of an action of ours may take to come.
	expectation = 3 * time.Minute
)

// Result is what attribution found. A nil Tenant means operators only.
type Result struct {
	Tenant *tenant.Tenant
	Exts   *ExtSet // extensions of the tenant that take part in the call
	Call   string  // Linkedid, "" when the event belongs to no call
	// Doubtful reports an event that names a channel, or its context, Exten,
	// Uniqueid, Linkedid or bridge, twice: a caller has put a line into it. It is
	// nobody's, of no call, and nothing is to be learnt from it.
	Doubtful bool
}

// Attributor keeps the calls of one server. It is used by one goroutine.
type Attributor struct {
	view  *View
	chans map[string]*chanState
	// recent is one of them, the last that was looked up: events of one channel
	// often follow each other.
	recent *chanState
	names  map[string]*chanState // channels by name
	calls  map[string]*callState
	brs    map[string]*bridgeState
	ended  []expiry // in order of time
	// expected are the channels of our own actions, in order of time.
	expected []expiry
}

type chanState struct {
	id     string // Uniqueid
	tenant *tenant.Tenant
	call   *callState
	name   string
	ended  bool
}

type callState struct {
	id       string
	tenants  []*tenant.Tenant // usually one
	exts     map[*tenant.Tenant]*ExtSet
	channels int
}

type bridgeState struct{ tenants []*tenant.Tenant }

type expiry struct {
	uniqueid string
	at       time.Time
}

// New returns an empty Attributor for the view's server.
func New(v *View) *Attributor {
	a := &Attributor{}
	a.SetView(v)
	a.Reset()
	return a
}

// SetView replaces the tenants, after a change of the configuration. What is
// known of the calls under way stays.
func (a *Attributor) SetView(v *View) {
	a.view = v
	for _, c := range a.chans {
		c.tenant = v.current(c.tenant)
	}
	for _, c := range a.calls {
		c.tenants = v.currents(c.tenants)
		exts := map[*tenant.Tenant]*ExtSet{}
		for t, e := range c.exts {
			if t = v.current(t); t != nil {
				exts[t] = e
			}
		}
		c.exts = exts
	}
	for _, b := range a.brs {
		b.tenants = v.currents(b.tenants)
	}
}

// Reset forgets all calls, when a link is new and a snapshot will follow.
func (a *Attributor) Reset() {
	a.names, a.recent = map[string]*chanState{}, nil
	a.chans, a.calls, a.brs = map[string]*chanState{}, map[string]*callState{}, map[string]*bridgeState{}
	a.ended, a.expected = nil, nil
}

// Expect tells that a channel with this Uniqueid, the ChannelId of an action
// of ours, will belong to the tenant.
func (a *Attributor) Expect(channelID string, t *tenant.Tenant) {
	c := a.channel([]byte(channelID))
	c.tenant = a.view.current(t)
	// Should the channel never come, it is forgotten.
	a.expected = append(a.expected, expiry{channelID, time.Now().Add(expectation)})
}

// Peek attributes m, an item of a list, without learning from it.
func (a *Attributor) Peek(m *ami.Message) Result {
	var f facts
	a.view.read(m, &f)
	r := Result{Tenant: a.decide(&f)}
	call := a.callOf(&f)
	if call != nil {
		r.Call = call.id
	}
	if r.Tenant != nil {
		r.Exts = a.extensions(r.Tenant, &f, call)
	}
	return r
}

func (a *Attributor) rename(c *chanState, name string) {
	if a.names[c.name] == c {
		delete(a.names, c.name)
	}
	c.name = name
	if name != "" && !c.ended {
		a.names[name] = c
	}
}

// Event attributes m, which came at a time, and learns from it.
func (a *Attributor) Event(m *ami.Message, now time.Time) Result {
	var f facts
	a.view.read(m, &f)
	a.expire(now)
	if f.doubled {
		return Result{Doubtful: true}
	}
	a.learn(&f)
	t := a.decide(&f)
	r := Result{Tenant: t}
	call := a.callOf(&f)
	if call != nil {
		r.Call = call.id
	}
	if t != nil {
		r.Exts = a.extensions(t, &f, call)
	}
	a.after(m, &f, t, now)
	return r
}

// decide applies the order of the rules.
func (a *Attributor) decide(f *facts) *tenant.Tenant {
	var m mark
	for l := range legs {
		m.merge(f.mark[l])
	}
	if m.conflict {
		return nil
	}
	if m.tenant != nil {
		return m.tenant
	}
	// What is known of the event's own channels.
	for l := range legs {
		if c := a.chanAt(f, l); c != nil && c.tenant != nil {
			m.add(c.tenant)
		}
	}
	if m.tenant != nil {
		return m.alone()
	}
	known := false
	for l := range legs {
		if c := a.callAt(f, l); c != nil {
			for _, t := range c.tenants {
				known = true
				m.add(t)
			}
		}
	}
	if known {
		return m.alone()
	}
	if t := a.byDID(f); t != nil {
		return t
	}
	if b := a.brs[string(f.bridge)]; b != nil && len(b.tenants) == 1 {
		return b.tenants[0]
	}
	return nil
}

func (m *mark) alone() *tenant.Tenant {
	if m.conflict {
		return nil
	}
	return m.tenant
}

// byDID reads Exten as a DID, only in a trunk's own context.
func (a *Attributor) byDID(f *facts) *tenant.Tenant {
	if !isTrunkIn(f.context[main]) {
		return nil
	}
	return a.view.did(f.exten[main]).tenant
}

// isTrunkIn matches trk-{id}-in.
func isTrunkIn(ctx []byte) bool {
	return len(ctx) > len("trk--in") && bytes.HasPrefix(ctx, []byte("trk-")) && bytes.HasSuffix(ctx, []byte("-in"))
}

func (a *Attributor) channel(uniqueid []byte) *chanState {
	c := a.recent
	if c == nil || c.id != string(uniqueid) {
		c = a.chans[string(uniqueid)]
	}
	if c == nil {
		if len(a.chans) >= maxChannels {
			a.forgetSome()
		}
		c = &chanState{id: string(uniqueid)}
		a.chans[c.id] = c
	}
	a.recent = c
	return c
}

// chanAt is the channel of a leg, nil when it is not known. Looking it up once
// for each event matters: beside 50,000 others a look is a cache miss or two.
func (a *Attributor) chanAt(f *facts, l leg) *chanState {
	if f.known[l] != nil || len(f.uniqueid[l]) == 0 {
		return f.known[l]
	}
	return a.chans[string(f.uniqueid[l])]
}

// callAt is the call of a leg's Linkedid, nil when it is not known.
func (a *Attributor) callAt(f *facts, l leg) *callState {
	if len(f.linkedid[l]) == 0 {
		return nil
	}
	if c := f.known[l]; c != nil && c.call != nil && c.call.id == string(f.linkedid[l]) {
		return c.call
	}
	return a.calls[string(f.linkedid[l])]
}

// learn writes down which channel and call belong to which tenant, before the
// event itself is decided.
func (a *Attributor) learn(f *facts) {
	for l := range other {
		if len(f.uniqueid[l]) == 0 || isUnknown(f.uniqueid[l]) {
			continue
		}
		c := a.channel(f.uniqueid[l])
		f.known[l] = c
		if len(f.channel[l]) > 0 && c.name != string(f.channel[l]) {
			a.rename(c, string(f.channel[l]))
		}
		a.join(c, f.linkedid[l])
		if t := f.mark[l].alone(); t != nil && !f.mark[l].conflict {
			if c.tenant == nil {
				c.tenant = t
			}
			if c.tenant == t && c.call != nil {
				c.call.add(t)
			}
		}
	}
}

// join makes c a member of the call, and of no other.
func (a *Attributor) join(c *chanState, linkedid []byte) {
	if len(linkedid) == 0 || (c.call != nil && c.call.id == string(linkedid)) {
		return
	}
	call := a.calls[string(linkedid)]
	if call == nil {
		call = &callState{id: string(linkedid), exts: map[*tenant.Tenant]*ExtSet{}}
		a.calls[call.id] = call
	}
	call.channels++
	if old := c.call; old != nil {
		// A merge of two calls: what is known of the old one goes along.
		for _, t := range old.tenants {
			if t == c.tenant {
				call.add(t)
			}
		}
		for t, e := range old.exts {
			call.exts[t] = call.exts[t].Union(e)
		}
		a.leave(old)
	} else if c.tenant != nil {
		call.add(c.tenant)
	}
	c.call = call
}

func (a *Attributor) leave(call *callState) {
	if call.channels--; call.channels <= 0 {
		delete(a.calls, call.id)
	}
}

func (c *callState) add(t *tenant.Tenant) {
	for _, k := range c.tenants {
		if k == t {
			return
		}
	}
	c.tenants = append(c.tenants, t)
}

func (a *Attributor) callOf(f *facts) *callState {
	for l := range legs {
		if c := a.callAt(f, l); c != nil {
			return c
		}
	}
	for l := range legs {
		if c := a.chanAt(f, l); c != nil && c.call != nil {
			return c.call
		}
	}
	return nil
}

func isUnknown(v []byte) bool { return len(v) > 0 && v[0] == '<' }
