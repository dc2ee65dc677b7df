package call

import (
	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/attribution"
)

type handler func(*Tracker, *ami.Message, *fields, attribution.Result)

// handlerOf finds what an event means to calls; nil when it means nothing.
func handlerOf(event []byte) handler {
	switch string(event) {
	case "Newchannel":
		return (*Tracker).newchannel
	case "Newexten":
		return (*Tracker).newexten
	case "Newstate":
		return (*Tracker).newstate
	case "NewCallerid", "NewAccountCode":
		return (*Tracker).update
	case "DialBegin":
		return (*Tracker).dialBegin
	case "DialState":
		return (*Tracker).dialState
	case "DialEnd":
		return (*Tracker).dialEnd
	case "Hangup":
		return (*Tracker).hangup
	case "HangupRequest":
		return (*Tracker).hangupRequest
	case "BridgeEnter":
		return (*Tracker).bridgeEnter
	case "BridgeLeave":
		return (*Tracker).bridgeLeave
	case "BridgeDestroy":
		return (*Tracker).bridgeDestroy
	case "Rename":
		return (*Tracker).renamed
	case "Hold":
		return (*Tracker).hold
	case "Unhold":
		return (*Tracker).unhold
	case "ParkedCall":
		return (*Tracker).parkedCall
	case "UnParkedCall", "ParkedCallTimeOut", "ParkedCallGiveUp":
		return (*Tracker).unparkedCall
	case "BlindTransfer":
		return (*Tracker).blindTransfer
	case "AttendedTransfer":
		return (*Tracker).attendedTransfer
	case "Pickup":
		return (*Tracker).pickup
	case "OriginateResponse":
		return (*Tracker).originateResponse
	case "MessageWaiting":
		return (*Tracker).messageWaiting
	case "QueueCallerJoin":
		return (*Tracker).queueJoin
	case "CoreShowChannel":
		return (*Tracker).item
	}
	return nil
}

// newchannel begins a channel, and with its first channel a call.
func (t *Tracker) newchannel(_ *ami.Message, f *fields, r attribution.Result) {
	c := t.about(&f.main, &r, true)
	if c == nil {
		return
	}
	t.accounted(c, f)
	s := c.call
	if c != s.root || s.first.known {
		return
	}
	s.found = false
	s.first = first{
		known: true, context: text(f.main.context, maxID), exten: text(f.main.exten, maxNumber),
		originated: c.status == down, trunk: c.trunk && c.status != down,
	}
	s.see(c.party)
}

func (t *Tracker) newstate(_ *ami.Message, f *fields, r attribution.Result) {
	if c := t.about(&f.main, &r, true); c != nil {
		t.accounted(c, f)
	}
}

// update takes in a caller id or account code. It makes no channel known: these
// events come after the Hangup too.
func (t *Tracker) update(_ *ami.Message, f *fields, r attribution.Result) {
	if c := t.about(&f.main, &r, false); c != nil {
		t.accounted(c, f)
	}
}

// accounted keeps the account code of the channel that began the call.
func (t *Tracker) accounted(c *channel, f *fields) {
	if s := c.call; c == s.root && len(f.main.account) > 0 && s.account != string(f.main.account) {
		s.account = text(f.main.account, maxNumber)
		t.touch(s)
	}
}

// renamed gives a channel another name. No recording of Asterisk 16 or 22 has
// this event; masquerades of older and other versions do.
func (t *Tracker) renamed(_ *ami.Message, f *fields, r attribution.Result) {
	name := f.newn
	f.main.channel = nil // the old one
	if c := t.about(&f.main, &r, false); c != nil && len(name) > 0 {
		t.rename(c, text(name, maxID), nil)
	}
}

func (t *Tracker) hold(_ *ami.Message, f *fields, r attribution.Result) {
	if c := t.about(&f.main, &r, false); c != nil && c.held.IsZero() && !c.local {
		c.held = t.now
		t.touch(c.call)
	}
}

func (t *Tracker) unhold(_ *ami.Message, f *fields, r attribution.Result) {
	if c := t.about(&f.main, &r, false); c != nil && !c.held.IsZero() {
		c.held = Time{}
		t.touch(c.call)
	}
}

func (t *Tracker) queueJoin(_ *ami.Message, f *fields, r attribution.Result) {
	if c := t.about(&f.main, &r, false); c != nil {
		c.call.queue = text(f.queue, maxName)
		t.touch(c.call)
	}
}
