package call

import (
	"slices"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/attribution"
)

// Events on transfers, pick-ups and parking are reports: another thread sends
// them than those of the channels they name, when it is done. So the channels
// may have gone on, even ended.

// sameMove is how late the report of a transfer may come after the step that it
// led to, which looks like a Redirect.
const sameMove = 2 * time.Second

// transferred notes a move of the live call.
func (t *Tracker) transferred(s *state, tr Transfer) {
	s.transfers = withTransfer(s.transfers, tr)
	s.see(tr.To)
	if tr.By != nil {
		s.see(*tr.By)
	}
	t.touch(s)
}

// report notes a move of the call of a channel, even when that is over.
func (t *Tracker) report(n named, tr Transfer) {
	if n.call != nil {
		t.transferred(n.call, tr)
		return
	}
	if c := t.ended.get(t.ID(n.id)); c != nil {
		v := *c
		v.Transfers = withTransfer(v.Transfers, tr)
		t.ended.add(&v)
	}
}

// target is a number as the company reads it whose call a channel is in.
func (t *Tracker) target(n named, exten string) Party {
	if n.call != nil {
		return n.call.target(exten)
	}
	if c := t.ended.get(t.ID(n.id)); c != nil {
		return (&state{tenants: c.tenants}).target(exten)
	}
	return Party{}
}

func withTransfer(list []Transfer, tr Transfer) []Transfer {
	for i := range list {
		if o := &list[i]; o.Type == Redirect && tr.Type != Redirect && samePhone(o.To, tr.To) && tr.At.Sub(o.At.Time) < sameMove {
			list = slices.Clone(list)
			list[i].Type, list[i].By = tr.Type, tr.By
			return list
		}
	}
	if len(list) >= maxHistory {
		return list
	}
	return append(list, tr)
}

// named is a channel that a report names: who is there, and the live call it is
// or was in, or else the id of that call.
type named struct {
	ch    *channel // nil when it is gone
	party Party
	call  *state // nil when it is over
	id    string
}

// reported finds a channel that a report names.
func (t *Tracker) reported(m *ami.Message, prefix string) named {
	a := other(m, prefix)
	n := named{id: string(a.was)}
	if c := t.about(&a, nil, false); c != nil {
		n.ch, n.party, n.call, n.id = c, c.party, c.call, c.call.id
		return n
	}
	n.call = t.calls[n.id]
	gone := channel{name: text(a.channel, maxID), number: callerNumber(a.number), cname: text(a.name, maxName), call: n.call}
	if n.call != nil {
		gone.tenant = n.call.owner()
	}
	gone.identify()
	n.party = gone.party
	return n
}

// blindTransfer: a party has sent the other to a number.
func (t *Tracker) blindTransfer(m *ami.Message, _ *fields, _ attribution.Result) {
	if !m.Is("Result", "Success") {
		return
	}
	by, who := t.reported(m, "Transferer"), t.reported(m, "Transferee")
	if who.ch != nil {
		who.ch.plan.sent = true
	}
	t.report(by, Transfer{Type: Blind, By: &by.party, To: t.target(by, text(m.Value("Extension"), maxNumber)), At: t.now})
}

// attendedTransfer: a party has connected the other ends of two calls, or of
// two legs of one.
func (t *Tracker) attendedTransfer(m *ami.Message, _ *fields, _ attribution.Result) {
	if !m.Is("Result", "Success") {
		return
	}
	first, second := t.reported(m, "OrigTransferer"), t.reported(m, "SecondTransferer")
	who, target := t.reported(m, "Transferee"), t.reported(m, "TransferTarget")
	if who.ch != nil {
		who.ch.plan.sent = true
	}
	tr := Transfer{Type: Attended, By: &first.party, At: t.now}
	ended := t.ended.get(t.ID(second.id))
	switch {
	case target.party.Number != "":
		tr.To = target.party
	case first.id == second.id: // one call with a leg more: the last one called
		if s := first.call; s != nil && len(s.legs) > 0 {
			tr.To = s.legs[len(s.legs)-1].who()
		}
	case second.call != nil: // the one it asked in a call of its own, who may still ring
		tr.To = second.call.toParty()
	case ended != nil:
		tr.To = ended.To
	}
	tr.To.Name = ""
	t.report(first, tr)
	if second.id != first.id {
		t.report(second, tr)
	}
}

// pickup: a phone has taken a call that rings at another.
func (t *Tracker) pickup(m *ami.Message, _ *fields, _ attribution.Result) {
	by, at := t.reported(m, ""), t.reported(m, "Target")
	if at.ch != nil {
		at.call = t.callOf(at.ch)
	}
	t.report(at, Transfer{Type: Pickup, By: &by.party, To: by.party, At: t.now})
}

// parkedCall: a channel waits in a parking space.
func (t *Tracker) parkedCall(m *ami.Message, _ *fields, _ attribution.Result) {
	c := t.reported(m, "Parkee").ch
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
	who, by := t.reported(m, "Parkee"), t.reported(m, "Retriever")
	if who.call != nil {
		who.call.unpark()
		t.touch(who.call)
	}
	if by.party.Number != "" {
		t.report(who, Transfer{Type: Unpark, By: &by.party, To: by.party, At: t.now})
	}
}

func (s *state) unpark() { s.parked, s.parkedInfo = nil, Parked{} }
