package cdr

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/dipcast/dipcast/internal/store"
)

// complete decides what becomes of a call that has lines of Asterisk's own
// record.
func (h *History) complete(d *store.DueCall, b *store.HistoryBatch) {
	var lines []line
	for _, text := range d.Lines {
		var l line
		if err := json.Unmarshal([]byte(text), &l); err == nil {
			lines = append(lines, l)
		}
	}
	// One of this very batch is newer than what is in the database.
	now := slices.ContainsFunc(b.Calls, func(r store.CallRow) bool { return r.Server == d.Server && r.Linkedid == d.Linkedid })
	switch {
	case len(lines) == 0:
		b.Settled = append(b.Settled, *d)
		return
	case now, h.o.Live(d.Server, d.Linkedid):
		b.Later = append(b.Later, *d)
		return
	}
	b.Settled = append(b.Settled, *d)
	c := build(d.Server, lines, h.o.Directory())
	if whole(d.Rows) {
		for _, r := range d.Rows {
			enrich(&r, c)
			b.Enriched = append(b.Enriched, r)
		}
		return
	}
	for _, r := range c.rows() {
		old := slices.IndexFunc(d.Rows, func(o store.CallRow) bool { return o.TenantID == r.TenantID })
		if old >= 0 {
			r = merge(d.Rows[old], r)
		} else {
			h.outbox(b, nil, &r)
		}
		b.Completed = append(b.Completed, r)
	}
	if len(c.parts) > 0 && c.parts[0].tenant != nil {
		for _, r := range d.Rows {
			if r.TenantID == "" {
				b.Removed = append(b.Removed, r)
			}
		}
	}
}

// whole reports whether we saw the call from its beginning to its end.
func whole(rows []store.CallRow) bool {
	return slices.ContainsFunc(rows, func(r store.CallRow) bool { return r.Origin&store.OriginLive != 0 })
}

// enrich adds what only Asterisk's own record says.
func enrich(r *store.CallRow, c *asteriskCall) {
	p := c.partOf(r.TenantID)
	if p == nil {
		return
	}
	first, last := p.first(), p.last()
	r.Origin |= store.OriginAsterisk
	r.LastApp, r.LastData, r.DContext = last.LastApp, last.LastData, first.DContext
	r.Channel, r.DstChannel, r.Uniqueid = first.Channel, p.destination(), first.Uniqueid
	if r.Account == "" {
		r.Account = first.Account
	}
}

// merge completes what we saw in part: Asterisk's record has times and parties,
// we the rule that diverted, and names.
func merge(part, asterisk store.CallRow) store.CallRow {
	r := asterisk
	r.Origin |= part.Origin
	if !part.Started.IsZero() && part.Started.Before(r.Started) {
		r.Started = part.Started
	}
	r.Ended = later(r.Ended, part.Started)
	if r.DivertedBy.Type == "" {
		r.DivertedBy = part.DivertedBy
	}
	if r.Queue == "" {
		r.Queue = part.Queue
	}
	if r.DID == "" {
		r.DID = part.DID
	}
	var d, old Details
	if json.Unmarshal([]byte(r.Details), &d) == nil && json.Unmarshal([]byte(part.Details), &old) == nil {
		if len(d.Diverted) == 0 {
			d.Diverted = old.Diverted
		}
		d.Transfers, d.Merged, d.MergedInto = old.Transfers, old.Merged, old.MergedInto
		if len(old.Services) > 0 {
			d.Services, r.Served = old.Services, part.Served
		}
		if len(d.Legs) < len(old.Legs) && part.Origin&store.OriginAsterisk == 0 {
			d.Legs = old.Legs
		}
		d.put(&r)
	}
	measure(&r)
	return r
}

// name and number of a caller id such as "홍길동" <1010>.
func callerID(clid string) (name, number string) {
	i := strings.LastIndexByte(clid, '<')
	if i < 0 {
		return "", strings.TrimSpace(clid)
	}
	number = strings.TrimSuffix(clid[i+1:], ">")
	name = strings.TrimSpace(clid[:i])
	if len(name) >= 2 && name[0] == '"' && name[len(name)-1] == '"' {
		name = name[1 : len(name)-1]
	}
	return strings.ReplaceAll(name, `\"`, `"`), number
}
