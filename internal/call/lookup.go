package call

import (
	"slices"
	"strings"

	"github.com/dipcast/dipcast/internal/tenant"
)

// Call finds a call by its id, live or ended and still remembered, or nil.
func (t *Tracker) Call(id string) *Call {
	t.mu.Lock()
	defer t.mu.Unlock()
	if linkedid, ok := strings.CutPrefix(id, t.ID("")); ok {
		if s := t.calls[linkedid]; s != nil {
			return t.view(s)
		}
	}
	return t.ended.get(id)
}

// ByChannel finds the live call of a channel by its exact name, or nil.
func (t *Tracker) ByChannel(name string) *Call {
	t.mu.Lock()
	defer t.mu.Unlock()
	if c := t.names[name]; c != nil && c.call != nil {
		return t.view(c.call)
	}
	return nil
}

// ByExtension finds the live calls in which an extension of the tenant has a
// part now: it calls, rings, talks, waits, or asked for a click-to-call. The
// oldest comes first.
func (t *Tracker) ByExtension(owner *tenant.Tenant, ext string) []*Call {
	t.mu.Lock()
	defer t.mu.Unlock()
	if owner == nil {
		return nil
	}
	who := member{owner.Number, ext}
	return t.live(func(s *state) bool {
		if !s.of(owner) {
			return false
		}
		if s.click && s.caller.is(who) {
			return true
		}
		return slices.ContainsFunc(s.chans, func(c *channel) bool { return !c.local && c.party.is(who) })
	})
}

// Live returns the live calls that a tenant has a part in, or with nil all of
// the server, the oldest first. A call with several tenants is whole: see
// Call.For.
func (t *Tracker) Live(owner *tenant.Tenant) []*Call {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.live(func(s *state) bool { return owner == nil || s.of(owner) })
}

func (t *Tracker) live(pass func(*state) bool) []*Call {
	var found []*state
	for _, s := range t.calls {
		if pass(s) {
			found = append(found, s)
		}
	}
	slices.SortFunc(found, func(a, b *state) int {
		if c := a.started.Compare(b.started.Time); c != 0 {
			return c
		}
		return strings.Compare(a.id, b.id)
	})
	out := make([]*Call, len(found))
	for i, s := range found {
		out[i] = t.view(s)
	}
	return out
}

// Stats is how much a Tracker holds.
type Stats struct {
	Calls    int // live ones
	Channels int
	Bridges  int
	Ended    int // remembered
	Expected int
}

// Stats returns how much is held now.
func (t *Tracker) Stats() Stats {
	t.mu.Lock()
	defer t.mu.Unlock()
	return Stats{len(t.calls), len(t.chans), len(t.bridges), t.ended.len(), len(t.expect)}
}

func (p Party) is(m member) bool {
	return p.Extension != "" && p.tenant == m.tenant && p.Extension == m.ext
}

// HasChannel reports whether a channel is live, by its Uniqueid.
func (t *Tracker) HasChannel(uniqueid string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.chans[uniqueid] != nil
}
