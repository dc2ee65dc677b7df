package call

import (
	"slices"
	"strings"
)

// Connected is who hears whom, by Uniqueid, and which call each channel is in:
// what tests compare.
func (t *Tracker) Connected() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var lines []string
	done := map[*channel]bool{}
	for _, c := range t.chans {
		if !c.local {
			lines = append(lines, c.id+" in "+c.call.id)
		}
		if c.local || done[c] {
			continue
		}
		var ids []string
		for _, m := range group(c, done) {
			ids = append(ids, m.id)
		}
		if len(ids) > 1 {
			slices.Sort(ids)
			lines = append(lines, "talk: "+strings.Join(ids, " "))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// Check reports what is wrong inside, "" when nothing is.
func (t *Tracker) Check() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	for id, c := range t.chans {
		switch {
		case c.id != id:
			return "a channel under another's id"
		case c.call == nil:
			return "a channel without a call"
		case t.calls[c.call.id] != c.call:
			return "a channel in a call that is over"
		case !slices.Contains(c.call.chans, c):
			return "a channel that its call does not know"
		case c.in == nil:
			return "a channel in no list"
		case (c.in == &t.owned) != (len(c.call.tenants) > 0):
			return "a channel in the wrong list"
		case c.bridge != nil && (t.bridges[c.bridge.id] != c.bridge || !slices.Contains(c.bridge.member, c)):
			return "a channel in a bridge that does not know it"
		}
	}
	for name, c := range t.names {
		if c.name != name || t.chans[c.id] != c {
			return "a name of a channel that is gone"
		}
	}
	for _, b := range t.bridges {
		if len(b.member) == 0 {
			return "a bridge without members"
		}
		for _, c := range b.member {
			if c.bridge != b {
				return "a bridge with another's member"
			}
		}
	}
	for id, s := range t.calls {
		if s.id != id || s.over {
			return "a call that is over"
		}
		if len(s.chans) == 0 && s.appeared && !t.snapshot {
			return "a call without channels"
		}
		for _, c := range s.chans {
			if c.call != s || t.chans[c.id] != c {
				return "a call with another's channel"
			}
		}
	}
	n := 0
	for _, l := range []*channelList{&t.owned, &t.stray} {
		for c := l.head.next; c != &l.head; c = c.next {
			n++
		}
	}
	if n != len(t.chans) {
		return "lists and channels differ"
	}
	return ""
}
