package attribution

import (
	"bytes"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/tenant"
)

// after learns what holds once the event is decided: an incoming call's
// channel belongs to the DID's tenant, a bridge to its members' tenants.
func (a *Attributor) after(m *ami.Message, f *facts, t *tenant.Tenant, now time.Time) {
	uid := f.uniqueid[main]
	if t != nil && len(uid) > 0 {
		if c := a.chanAt(f, main); c != nil {
			if c.tenant == nil && f.mark[main].tenant == nil && !f.mark[dest].conflict && a.mayOwn(c, f, t) {
				c.tenant = t
			}
			if c.call != nil && c.tenant == t {
				c.call.add(t)
			}
		}
	}
	switch event := m.Event(); {
	case bytes.Equal(event, []byte("Hangup")):
		a.hangup(a.chanAt(f, main), now)
	case bytes.Equal(event, []byte("BridgeEnter")), bytes.Equal(event, []byte("CoreShowChannel")):
		a.enter(f, t)
	case bytes.Equal(event, []byte("BridgeDestroy")):
		delete(a.brs, string(f.bridge))
	}
}

// mayOwn: a channel without a marker becomes the tenant's by its DID or by its
// call, never because the other leg of one event has a marker.
func (a *Attributor) mayOwn(c *chanState, f *facts, t *tenant.Tenant) bool {
	if c.call != nil && len(c.call.tenants) == 1 && c.call.tenants[0] == t {
		return true
	}
	return a.byDID(f) == t && (c.call == nil || len(c.call.tenants) == 0)
}

func (a *Attributor) enter(f *facts, t *tenant.Tenant) {
	if len(f.bridge) == 0 {
		return
	}
	b := a.brs[string(f.bridge)]
	if b == nil {
		if len(a.brs) >= maxBridges {
			clear(a.brs)
		}
		b = &bridgeState{}
		a.brs[string(f.bridge)] = b
	}
	if t == nil {
		return
	}
	for _, k := range b.tenants {
		if k == t {
			return
		}
	}
	b.tenants = append(b.tenants, t)
}

func (a *Attributor) hangup(c *chanState, now time.Time) {
	if c == nil || c.ended {
		return
	}
	c.ended = true // its name is kept as long: see Live.Ended
	a.ended = append(a.ended, expiry{c.id, now.Add(afterlife)})
}

// expire forgets channels that ended long enough ago, and expected ones that
// never came.
func (a *Attributor) expire(now time.Time) {
	a.ended = a.due(a.ended, now, func(*chanState) bool { return true })
	a.expected = a.due(a.expected, now, func(c *chanState) bool { return c.name == "" && !c.ended })
}

// due forgets the channels at the head of list whose time is over, and that
// pass, and returns the rest.
func (a *Attributor) due(list []expiry, now time.Time, pass func(*chanState) bool) []expiry {
	n := 0
	for n < len(list) && now.After(list[n].at) {
		if c := a.chans[list[n].uniqueid]; c != nil && pass(c) {
			a.forget(list[n].uniqueid)
		}
		n++
	}
	if n == 0 {
		return list
	}
	return append(list[:0], list[n:]...)
}

func (a *Attributor) forget(uid string) {
	if c := a.chans[uid]; c != nil {
		if a.recent == c {
			a.recent = nil
		}
		a.rename(c, "")
		delete(a.chans, uid)
		if c.call != nil {
			a.leave(c.call)
		}
	}
}

// forgetSome makes room when more channels live than we will remember: ended
// ones first, then any.
func (a *Attributor) forgetSome() {
	for _, e := range a.ended {
		a.forget(e.uniqueid)
	}
	a.ended = a.ended[:0]
	for uid := range a.chans {
		if len(a.chans) < maxChannels*9/10 {
			return
		}
		a.forget(uid)
	}
}

// extensions are those of the tenant that the event names and those already
// known to take part in its call; what the event names is added to the call.
func (a *Attributor) extensions(t *tenant.Tenant, f *facts, call *callState) *ExtSet {
	var set *ExtSet
	if call != nil {
		set = call.exts[t]
	}
	was := set
	for l := range legs {
		if f.mark[l].tenant == t {
			set = set.With(extension(t, f.channel[l]))
		}
		if len(f.exten[l]) == 0 {
			continue
		}
		if isTrunkIn(f.context[l]) {
			if d := a.view.did(f.exten[l]); d.tenant == t {
				set = set.With(d.ext)
			}
			continue
		}
		if a.view.contextMark(f.context[l]).tenant == t {
			set = set.With(own(t, f.exten[l]))
		}
	}
	set = set.With(extension(t, f.device))
	if call != nil && set != was {
		call.exts[t] = set
	}
	return set
}

// Live is one channel as policy has to know it.
type Live struct {
	Name, Uniqueid, Linkedid string
	Tenant                   *tenant.Tenant
	Exts                     *ExtSet
	// Ended: it hung up a moment ago. Its owner is told so, others not even that.
	Ended bool
}

// Channel finds a channel that lives, or ended less than half a minute ago, by
// its exact name.
func (a *Attributor) Channel(name string) (Live, bool) {
	c := a.names[name]
	if c == nil {
		return Live{}, false
	}
	l := Live{Name: name, Uniqueid: c.id, Tenant: c.tenant, Ended: c.ended}
	if c.call != nil {
		l.Linkedid = c.call.id
		l.Exts = c.call.exts[c.tenant]
	}
	return l, true
}
