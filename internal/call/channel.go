package call

import (
	"slices"
	"strings"

	"github.com/dipcast/dipcast/internal/attribution"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/tenant"
)

// status is the state of a channel, as ChannelState numbers it
// (include/asterisk/channelstate.h).
type status uint8

const (
	down    status = 0
	ring    status = 4 // it calls
	ringing status = 5 // it is called
	up      status = 6
)

func (s status) String() string {
	switch s {
	case ring:
		return "ring"
	case ringing:
		return "ringing"
	case up:
		return "up"
	}
	return "down"
}

// channel is one channel of the server.
type channel struct {
	id, name string
	call     *state
	status   status
	local    bool     // half of a Local channel: never a party
	half     int      // 1 or 2
	pair     *channel // the other half
	trunk    bool     // towards the network
	tenant   *tenant.Tenant
	party    Party
	number   string // the first number it had
	cname    string // the first name it had

	leg     *leg     // when it is being or was dialled
	dialler *channel // who dials it
	bridge  *bridge
	held    Time // since when it holds the other, zero when not
	past    []string

	plan       position
	generation uint64

	in         *channelList
	prev, next *channel
}

// about gives the channel that a describes, made when it is new and create is
// true, and updates it. It is nil when there is none.
func (t *Tracker) about(a *about, r *attribution.Result, create bool) *channel {
	if !usable(a.uniqueid) {
		return nil
	}
	c := t.recent // events of one channel often follow each other
	if c == nil || c.id != string(a.uniqueid) {
		c = t.chans[string(a.uniqueid)]
	}
	if c == nil {
		if !create || t.gone.has(a.uniqueid) {
			return nil
		}
		c = t.newChannel(string(a.uniqueid))
		if r != nil {
			c.tenant = r.Tenant
		}
	}
	t.recent = c
	c.generation = t.generation
	if len(a.channel) > 0 && c.name != string(a.channel) {
		t.rename(c, text(a.channel, maxID), a.context)
	}
	if c.number == "" || c.cname == "" {
		c.learn(a)
	}
	t.join(c, a.linkedid)
	if r != nil && r.Tenant != nil && c.call.id == r.Call {
		c.call.addTenant(t, r.Tenant)
	}
	if len(a.state) == 1 {
		t.setStatus(c, status(a.state[0]-'0'))
	}
	return c
}

func (t *Tracker) newChannel(id string) *channel {
	if len(t.chans) >= t.o.MaxChannels {
		t.forgetOldest()
	}
	c := &channel{id: id}
	t.chans[id] = c
	t.stray.add(c)
	return c
}

// rename gives the channel a name, its first or, after a masquerade, another.
func (t *Tracker) rename(c *channel, name string, context []byte) {
	if t.names[c.name] == c {
		delete(t.names, c.name)
	}
	c.name = name
	t.names[name] = c
	p := dialplan.ParseChannel(name)
	if p.Technology == "Local" {
		c.local, c.half = true, p.Half
		if n := len(name) - 1; n > 0 && c.pair == nil && p.Half != 0 {
			if o := t.names[name[:n]+string('0'+byte(3-p.Half))]; o != nil && o.local {
				c.pair, o.pair = o, c
			}
		}
	} else if _, in := dialplan.ParseTrunkContext(string(context)); in || strings.HasPrefix(p.Endpoint, "trk-") {
		c.trunk = true
	}
	c.identify()
	t.touch(c.call)
}

// identify finds out who is at the channel.
func (c *channel) identify() {
	if c.local {
		return
	}
	c.party = Party{Number: c.number, Name: c.cname}
	if c.trunk {
		if c.leg != nil || c.dialler != nil {
			c.party.Name = "" // it is the caller's, not that of who is called
		}
		return
	}
	n, ext := dialplan.ParseEndpoint(dialplan.ParseChannel(c.name).Endpoint)
	ext, _, _ = strings.Cut(ext, "_") // a further device
	switch {
	case !dialable(ext):
		return
	case n == 0: // without a marker it is a phone of a tenant that lists it
		if c.call == nil || c.tenant == nil || !c.tenant.HasExtension(ext) {
			return
		}
		n = c.tenant.Number
	}
	c.party = Party{Extension: ext, Number: ext, Name: c.cname, tenant: n}
}

// learn keeps the first number and name that the channel shows: later ones may
// be what the dialplan wants others to see.
func (c *channel) learn(a *about) {
	was := c.number != "" && c.cname != ""
	if c.number == "" {
		c.number = callerNumber(a.number)
	}
	if c.cname == "" {
		c.cname = text(a.name, maxName)
	}
	if !was && (c.number != "" || c.cname != "") {
		c.identify()
	}
}

func (t *Tracker) setStatus(c *channel, s status) {
	if c.status == s {
		return
	}
	c.status = s
	t.touch(c.call)
	switch s {
	case ringing:
		t.rings(c)
	case up:
		if c == c.call.root {
			c.call.rootUp = true
		}
	}
}

// join makes the channel a member of the call that its Linkedid names.
func (t *Tracker) join(c *channel, linkedid []byte) {
	switch {
	case c.call != nil && c.call.id == string(linkedid):
		return
	case !usable(linkedid):
		if c.call == nil {
			t.attach(t.call(c.id), c)
		}
		return
	case c.call == nil:
		t.attach(t.call(string(linkedid)), c)
		return
	}
	// A Linkedid only ever becomes an older call's: what still shows the former
	// was sent before.
	if slices.ContainsFunc(c.past, func(p string) bool { return p == string(linkedid) }) {
		return
	}
	t.move(c, t.call(string(linkedid)))
}

func (t *Tracker) attach(s *state, c *channel) {
	c.call = s
	s.chans = append(s.chans, c)
	s.appeared = true
	if c.id == s.id {
		s.root = c
	}
	if c.tenant == nil {
		c.tenant = s.owner()
	}
	if to := t.listOf(s); c.in != to {
		c.in.remove(c)
		to.add(c)
	}
	c.identify()
	t.touch(s)
}

// move takes the channel to another call.
func (t *Tracker) move(c *channel, to *state) {
	from := c.call
	if from == to {
		return
	}
	if len(c.past) < 8 {
		c.past = append(c.past, from.id)
	}
	from.chans = slices.DeleteFunc(from.chans, func(o *channel) bool { return o == c })
	if !c.local {
		from.into = to
		if !slices.Contains(to.merged, from.id) && len(to.merged) < maxHistory {
			to.merged = append(to.merged, from.id)
		}
		to.see(c.party)
	}
	for _, owner := range from.tenants {
		if c.tenant != nil && owner.ID == c.tenant.ID {
			to.addTenant(t, owner)
		}
	}
	t.moveLeg(c, to)
	if from.hungBy == c && to.hungBy == nil {
		to.hungBy = c
	}
	t.attach(to, c)
	t.touch(from)
	t.endEmpty(from)
}

// unlist makes the channel's id unknown.
func (t *Tracker) unlist(c *channel) {
	delete(t.chans, c.id)
	if t.recent == c {
		t.recent = nil
	}
}

// drop forgets a channel that is gone.
func (t *Tracker) drop(c *channel) {
	t.unlist(c)
	if t.names[c.name] == c {
		delete(t.names, c.name)
	}
	c.in.remove(c)
	t.gone.add(c.id)
	t.leave(c)
	s := c.call
	s.chans = slices.DeleteFunc(s.chans, func(o *channel) bool { return o == c })
	if s.parked == c {
		s.unpark()
	}
	s.leaves(c)
	t.touch(s)
	t.endEmpty(s)
}

// endEmpty ends a call that has lost its last channel. During a snapshot an
// item may yet show another.
func (t *Tracker) endEmpty(s *state) {
	if len(s.chans) == 0 && !t.snapshot {
		t.end(s)
	}
}

// forgetOldest makes room for one more channel.
func (t *Tracker) forgetOldest() {
	c := t.stray.first()
	if c == nil {
		c = t.owned.first()
	}
	if c == nil {
		return
	}
	if c.call == nil { // never, it joins as soon as it is made
		t.unlist(c)
		c.in.remove(c)
		return
	}
	if len(c.call.chans) == 1 {
		c.call.lost = true
	}
	t.endLeg(c, "", 0, "")
	t.drop(c)
}
