package call

import (
	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/attribution"
	"github.com/dipcast/dipcast/internal/dialplan"
)

// transferred notes a move of the call.
func (t *Tracker) transferred(s *state, tr Transfer) {
	if len(s.transfers) >= maxHistory {
		return
	}
	s.transfers = append(s.transfers, tr)
	s.see(tr.To)
	if tr.By != nil {
		s.see(*tr.By)
	}
	t.touch(s)
}

func succeeded(m *ami.Message) bool { return m.Is("Result", "Success") }

// blindTransfer: a party has sent the other to a number.
func (t *Tracker) blindTransfer(m *ami.Message, _ *fields, _ attribution.Result) {
	by, who := other(m, "Transferer"), other(m, "Transferee")
	c, o := t.about(&by, nil, false), t.about(&who, nil, false)
	if c == nil || !succeeded(m) {
		return
	}
	if o != nil {
		o.plan.sent = true
	}
	p := c.party
	t.transferred(c.call, Transfer{Type: Blind, By: &p, To: c.call.target(text(m.Value("Extension"), maxNumber)), At: t.now})
}

// attendedTransfer: a party has connected the other ends of two calls, or of
// two legs of one.
func (t *Tracker) attendedTransfer(m *ami.Message, _ *fields, _ attribution.Result) {
	a, b := other(m, "OrigTransferer"), other(m, "SecondTransferer")
	who, target := other(m, "Transferee"), other(m, "TransferTarget")
	first, second := t.about(&a, nil, false), t.about(&b, nil, false)
	if first == nil || second == nil || !succeeded(m) {
		return
	}
	if o := t.about(&who, nil, false); o != nil {
		o.plan.sent = true
	}
	tr := Transfer{Type: Attended, At: t.now}
	by := first.party
	tr.By = &by
	switch c := t.about(&target, nil, false); {
	case c != nil && !c.local:
		tr.To = c.party
	case c != nil:
		tr.To = first.call.target(dialplan.ParseChannel(c.name).Exten)
	case second.call == first.call: // one call with a leg more: the last one called
		if n := len(first.call.legs); n > 0 {
			tr.To = first.call.legs[n-1].who()
		}
	default: // the one it asked in a call of its own, who may still ring
		tr.To = second.call.toParty()
	}
	t.transferred(first.call, tr)
	if second.call != first.call {
		t.transferred(second.call, tr)
	}
}

// pickup: a phone has taken a call that rings at another.
func (t *Tracker) pickup(m *ami.Message, f *fields, r attribution.Result) {
	at := other(m, "Target")
	c, o := t.about(&f.main, &r, false), t.about(&at, nil, false)
	if c == nil || o == nil {
		return
	}
	by := c.party
	t.transferred(t.callOf(o), Transfer{Type: Pickup, By: &by, To: by, At: t.now})
}

// parkedCall: a channel waits in a parking space.
func (t *Tracker) parkedCall(m *ami.Message, _ *fields, _ attribution.Result) {
	who := other(m, "Parkee")
	c := t.about(&who, nil, false)
	if c == nil {
		return
	}
	s := c.call
	s.parked = c
	s.parkedInfo = Parked{
		Space: text(m.Value("ParkingSpace"), maxNumber), Lot: text(m.Value("Parkinglot"), maxName), Since: t.now,
	}
	by := channel{name: text(m.Value("ParkerDialString"), maxID), call: s, tenant: c.tenant}
	by.identify()
	s.parkedInfo.By, s.parkedInfo.tenant = by.party.Extension, by.party.tenant
	c.plan.sent = true // where it goes when its time is over
	t.touch(s)
}

// unparkedCall: it was taken, its time was over, or it gave up.
func (t *Tracker) unparkedCall(m *ami.Message, _ *fields, _ attribution.Result) {
	who, taker := other(m, "Parkee"), other(m, "Retriever")
	c := t.about(&who, nil, false)
	if c == nil {
		return
	}
	c.call.unpark()
	t.touch(c.call)
	if o := t.about(&taker, nil, false); o != nil {
		by := o.party
		t.transferred(c.call, Transfer{Type: Unpark, By: &by, To: by, At: t.now})
	}
}

func (s *state) unpark() { s.parked, s.parkedInfo = nil, Parked{} }
