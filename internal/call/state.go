package call

import (
	"slices"

	"github.com/dipcast/dipcast/internal/tenant"
)

// Bounds of what one call remembers. Beyond them the later is left out.
const (
	maxHistory = 64  // diversions, transfers, merged calls
	maxLegs    = 256 // parties that were called
	maxListed  = 128 // channels shown
	maxTenants = 8
)

// state is a live call.
type state struct {
	id       string // Linkedid
	name     string // its id for everybody else
	started  Time
	appeared bool // a channel of it was seen
	over     bool
	lost     bool // its end was not seen
	found    bool // by a snapshot, its beginning was not seen

	tenants []*tenant.Tenant
	chans   []*channel // live ones
	root    *channel   // the channel that began it, even when it is gone
	first   first      // what its first event said
	account string
	rootUp  bool // the root was answered, by whomever

	click     bool  // told by Expect
	caller    Party // of a click-to-call, as far as known
	callee    string
	originate string // Reason of a failed OriginateResponse, "" when none came
	firstExt  string // the first own extension that the root was led to

	legs       []*leg
	round      int // of dialling; a new one begins when nobody is being dialled
	answered   *leg
	answerTold bool
	rang       bool
	talked     bool // two of it heard each other
	queue      string
	services   []Service
	diverted   []Diversion
	transfers  []Transfer
	parked     *channel
	parkedInfo Parked
	hungBy     *channel // the first who hung up since somebody was last connected or dialled
	merged     []string
	into       *state
	rootCause  int
	rootText   string
	seen       []member

	shown *Call // the last view
	dirty bool  // changed since it was told
	asked bool  // in Tracker.dirty
}

// first is what the first event of the root said.
type first struct {
	known          bool
	context, exten string
	originated     bool // the server called it, it did not call
	trunk          bool // it came in from the network
}

// call gives the live call of a Linkedid, made when it is new.
func (t *Tracker) call(linkedid string) *state {
	s := t.calls[linkedid]
	if s == nil {
		s = &state{id: linkedid, name: t.ID(linkedid), started: t.now, found: t.snapshot}
		t.calls[linkedid] = s
	}
	return s
}

func (s *state) owner() *tenant.Tenant {
	if len(s.tenants) == 0 {
		return nil
	}
	return s.tenants[0]
}

func (s *state) of(owner *tenant.Tenant) bool {
	return slices.ContainsFunc(s.tenants, func(t *tenant.Tenant) bool { return t.ID == owner.ID })
}

func (t *Tracker) listOf(s *state) *channelList {
	if len(s.tenants) > 0 {
		return &t.owned
	}
	return &t.stray
}

// addTenant notes that a tenant has a part in the call.
func (s *state) addTenant(t *Tracker, owner *tenant.Tenant) {
	if owner == nil || s.of(owner) || len(s.tenants) >= maxTenants {
		return
	}
	s.tenants = append(s.tenants, owner)
	for _, c := range s.chans {
		if c.tenant == nil {
			c.tenant = owner
			c.identify()
		}
		if c.in != &t.owned {
			c.in.remove(c)
			t.owned.add(c)
		}
	}
	t.touch(s)
}

// see notes an extension that takes part.
func (s *state) see(p Party) {
	m := member{p.tenant, p.Extension}
	if p.Extension == "" || slices.Contains(s.seen, m) || len(s.seen) >= maxLegs {
		return
	}
	s.seen = append(s.seen, m)
}

// touch notes that a call's view is old.
func (t *Tracker) touch(s *state) {
	if s == nil || s.over {
		return
	}
	s.shown = nil
	s.dirty = true
	if !s.asked {
		s.asked = true
		t.dirty = append(t.dirty, s)
	}
}

// tell adds an event of the call that is not to wait.
func (t *Tracker) tell(s *state, k Kind, who Party) {
	if s.over {
		return
	}
	s.shown, s.dirty = nil, false
	t.out = append(t.out, Event{Kind: k, Call: t.view(s), Who: who, At: t.now})
}

// extensionOf is an extension of a tenant as a party.
func extensionOf(t *tenant.Tenant, ext string) Party {
	if t == nil || ext == "" {
		return Party{}
	}
	return Party{Extension: ext, Number: ext, tenant: t.Number}
}
