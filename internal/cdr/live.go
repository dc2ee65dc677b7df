package cdr

import (
	"encoding/json"
	"time"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/store"
)

// Details is what only the page of one call shows, as JSON.
type Details struct {
	Legs        []call.Rung       `json:"legs"` // who was called, in that order
	Diverted    []call.Diversion  `json:"diverted"`
	Transfers   []call.Transfer   `json:"transfers"`
	ClickToCall *call.ClickToCall `json:"click_to_call"`
	Merged      []string          `json:"merged"` // calls that became part of this one
	MergedInto  string            `json:"merged_into,omitempty"`
	Ended       *call.End         `json:"ended"`
	Services    []call.Service    `json:"services,omitempty"` // what of the server's own it came to
}

// fill makes lists of those that are nil.
func (d *Details) fill() {
	if d.Legs == nil {
		d.Legs = []call.Rung{}
	}
	if d.Diverted == nil {
		d.Diverted = []call.Diversion{}
	}
	if d.Transfers == nil {
		d.Transfers = []call.Transfer{}
	}
	if d.Merged == nil {
		d.Merged = []string{}
	}
}

// put writes d into the row, and everybody in it among those it is found by.
func (d *Details) put(r *store.CallRow) {
	d.fill()
	for i := range d.Legs {
		r.Others = append(r.Others, partyOf(d.Legs[i].Party))
	}
	for i := range d.Transfers {
		r.Others = append(r.Others, partyOf(d.Transfers[i].To))
	}
	for i := range d.Diverted {
		r.Others = append(r.Others, store.CallParty{Extension: d.Diverted[i].Extension}, store.CallParty{Number: d.Diverted[i].Number})
	}
	b, err := json.Marshal(d)
	if err != nil {
		b = []byte("{}") // its types always marshal
	}
	r.Details = string(b)
}

// ended is a call that ended, with what the call itself does not keep.
type ended struct {
	call                *call.Call
	channel, dstchannel string
	whole               bool // seen from its beginning to its end
}

// rows are those of a call, one for each company that has a part in it, or one of
// nobody's.
func (e *ended) rows() []store.CallRow {
	if len(e.call.Tenants()) == 0 {
		return []store.CallRow{e.row(e.call, "")}
	}
	var out []store.CallRow
	for _, t := range e.call.Tenants() {
		if c := e.call.For(t); c != nil {
			out = append(out, e.row(c, t.ID.Hex()))
		}
	}
	return out
}

func (e *ended) row(c *call.Call, tenantID string) store.CallRow {
	r := store.CallRow{
		TenantID: tenantID, Server: c.Server, Linkedid: c.Linkedid, Origin: store.OriginLive,
		Started: c.StartedAt.Time, Answered: c.AnsweredAt.Time, Ended: c.EndedAt.Time,
		Direction: string(c.Direction), From: partyOf(c.From), To: partyOf(c.To), DID: c.DID, Queue: c.Queue, Account: c.AccountCode,
		Channel: e.channel, DstChannel: e.dstchannel, Uniqueid: c.Linkedid,
	}
	if !e.whole {
		r.Origin = store.OriginPart
	}
	if len(c.Tenants()) > 1 { // channels may be another company's
		r.Channel, r.DstChannel = "", ""
	}
	if c.AnsweredBy != nil {
		r.By = partyOf(*c.AnsweredBy)
	}
	if n := len(c.Diverted); n > 0 {
		d := c.Diverted[n-1]
		r.DivertedBy = store.CallDiversion{Type: d.Type, Extension: d.Extension, Number: d.Number}
	}
	if c.Ended != nil {
		r.Reason, r.Missed, r.Cause = string(c.Ended.Reason), c.Ended.Missed, c.Ended.Cause
	}
	r.Disposition = dispositionOf(call.Reason(r.Reason), !r.Answered.IsZero() || c.AnsweredBy != nil)
	measure(&r)
	r.Served = servedBy(&r, c.Services())
	d := Details{
		Legs: c.Rung, Diverted: c.Diverted, Transfers: c.Transfers, ClickToCall: c.ClickToCall,
		Merged: c.Merged, MergedInto: c.MergedInto, Ended: c.Ended, Services: c.Services(),
	}
	d.put(&r)
	return r
}

func partyOf(p call.Party) store.CallParty {
	return store.CallParty{Extension: p.Extension, Number: p.Number, Name: p.Name}
}

// measure sets how long a call was waited for, and talked.
func measure(r *store.CallRow) {
	r.Ended = later(r.Ended, r.Started)
	if r.Answered.IsZero() {
		r.Wait, r.Talk = r.Ended.Sub(r.Started), 0
		return
	}
	r.Wait, r.Talk = max(0, r.Answered.Sub(r.Started)), max(0, r.Ended.Sub(r.Answered))
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// The dispositions, as Asterisk names them.
const (
	Answered = "ANSWERED"
	NoAnswer = "NO ANSWER"
	Busy     = "BUSY"
	Failed   = "FAILED"
)

// Dispositions are all of them.
func Dispositions() []string { return []string{Answered, NoAnswer, Busy, Failed} }

// dispositionOf gives the nearest of Asterisk's words for how a call ended.
func dispositionOf(r call.Reason, answered bool) string {
	switch {
	case answered, r == call.ReasonCompleted:
		return Answered
	case r == call.ReasonBusy, r == call.ReasonDeclined:
		return Busy
	case r == call.ReasonUnavailable, r == call.ReasonFailed, r == call.ReasonUnknown:
		return Failed
	}
	return NoAnswer
}
