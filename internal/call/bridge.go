package call

import (
	"slices"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/attribution"
)

// bridge is where channels hear each other, or wait.
type bridge struct {
	id     string
	kind   string // basic, base (a conference), parking, holding; "" when not known
	member []*channel
}

// talks reports whether its members hear each other.
func (b *bridge) talks() bool { return b.kind != "parking" && b.kind != "holding" }

// bridgeEnter: a channel is connected with those in a bridge.
func (t *Tracker) bridgeEnter(_ *ami.Message, f *fields, r attribution.Result) {
	c := t.about(&f.main, &r, true)
	if c == nil || !usable(f.bridge) {
		return
	}
	b := t.enter(c, f.bridge)
	b.kind = text(f.kind, maxNumber)
	if o := t.chans[string(f.swap)]; o != nil && o.bridge == b {
		t.leave(o) // its place is taken
	}
	s := c.call
	t.goesOn(s)
	// The one that enters has the Linkedid that all now have.
	if b.kind == "basic" {
		for _, o := range slices.Clone(b.member) {
			if o.call != s {
				t.move(o, s)
			}
		}
	}
	t.talking(c)
	if l := c.leg; l != nil && !l.over && !l.up && !c.local && len(b.member) > 1 && b.talks() && c.status == up {
		t.answers(t.callOf(c), l, t.now) // the DialEnd was not seen
	}
}

// talking notes that somebody hears somebody.
func (t *Tracker) talking(c *channel) {
	members := group(c, map[*channel]bool{})
	if len(members) < 2 {
		return
	}
	for _, o := range members {
		if !o.call.talked {
			o.call.talked = true
			t.touch(o.call)
		}
	}
}

// enter makes the channel a member of a bridge, and of no other.
func (t *Tracker) enter(c *channel, id []byte) *bridge {
	b := t.bridges[string(id)]
	if b == nil {
		b = &bridge{id: string(id)}
		t.bridges[b.id] = b
	}
	if c.bridge == b {
		return b
	}
	t.leave(c)
	c.bridge = b
	b.member = append(b.member, c)
	t.touchBridge(b)
	return b
}

// leave takes the channel out of its bridge. A bridge without members is
// forgotten.
func (t *Tracker) leave(c *channel) {
	b := c.bridge
	if b == nil {
		return
	}
	t.touchBridge(b)
	c.bridge = nil
	b.member = slices.DeleteFunc(b.member, func(o *channel) bool { return o == c })
	if len(b.member) == 0 {
		delete(t.bridges, b.id)
	}
	c.held = Time{}
}

// touchBridge: who talks with whom has changed for all who are connected by it.
func (t *Tracker) touchBridge(b *bridge) {
	for _, c := range b.member {
		t.touch(c.call)
		if c.pair != nil {
			t.touch(c.pair.call)
		}
	}
}

func (t *Tracker) bridgeLeave(_ *ami.Message, f *fields, r attribution.Result) {
	c := t.about(&f.main, &r, false)
	if c != nil && c.bridge != nil && c.bridge.id == string(f.bridge) {
		t.leave(c)
	}
}

func (t *Tracker) bridgeDestroy(_ *ami.Message, f *fields, _ attribution.Result) {
	if b := t.bridges[string(f.bridge)]; b != nil {
		for _, c := range slices.Clone(b.member) {
			t.leave(c)
		}
	}
}

// group collects the channels that hear c, c itself included: those in its
// bridge, and through the two halves of a Local channel those in others.
func group(c *channel, done map[*channel]bool) []*channel {
	var out []*channel
	todo := []*channel{c}
	for len(todo) > 0 {
		c, todo = todo[0], todo[1:]
		if done[c] {
			continue
		}
		done[c] = true
		if !c.local {
			out = append(out, c)
		}
		if c.bridge != nil && c.bridge.talks() {
			todo = append(todo, c.bridge.member...)
		}
		if c.local && c.pair != nil {
			todo = append(todo, c.pair)
		}
	}
	return out
}
