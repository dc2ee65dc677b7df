package call

import (
	"slices"

	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Call is a call at one moment. It is never changed once handed out, so any
// goroutine may keep and read it. Its JSON form is the one of REST and of the
// frames "op":"call"; numbers and names in it are plain, so it must not be
// logged.
type Call struct {
	ID       string `json:"call_id"` // {server}-{Linkedid}
	Server   int    `json:"server"`
	Linkedid string `json:"linkedid"`
	// Tenant is the company the call belongs to, as T2. "" when it is nobody's:
	// then it is for operators only.
	Tenant    string    `json:"tenant,omitempty"`
	Direction Direction `json:"direction"`
	State     State     `json:"state"`
	From      Party     `json:"from"`
	// To is whom the caller asked for: for an external call the DID as number
	// and the extension that it rings, if it is one: none of a group's is.
	To          Party  `json:"to"`
	DID         string `json:"did,omitempty"`
	AccountCode string `json:"account_code,omitempty"`
	Queue       string `json:"queue,omitempty"` // the queue it waits or waited in
	// Served: the server itself has answered the caller (a voice menu, a queue, a
	// voicemail, an assistant), and no phone yet.
	Served      bool         `json:"served"`
	Ringing     []Ring       `json:"ringing"`               // who rings now
	Rung        []Rung       `json:"rung"`                  // who was called, in that order
	AnsweredBy  *Party       `json:"answered_by,omitempty"` // the first who answered
	Diverted    []Diversion  `json:"diverted"`              // in the order in which they took effect
	ClickToCall *ClickToCall `json:"click_to_call"`         // null when it is none
	Parked      *Parked      `json:"parked"`                // null when it is not
	Held        []Held       `json:"held"`                  // who has the other on hold
	Talks       [][]Party    `json:"talks"`                 // who hears whom now, each group of two and more
	Transfers   []Transfer   `json:"transfers"`             // moves, in their order
	Merged      []string     `json:"merged"`                // calls that became part of this one
	MergedInto  string       `json:"merged_into,omitempty"` // the call that this one became part of
	Channels    []Channel    `json:"channels"`              // the live ones
	StartedAt   Time         `json:"started_at"`            //
	AnsweredAt  Time         `json:"answered_at,omitzero"`  // absent too when the answer was not seen
	EndedAt     Time         `json:"ended_at,omitzero"`     //
	Ended       *End         `json:"ended"`                 // null while it lasts

	tenants []*tenant.Tenant // the first is the one above
	seen    []member         // every extension that took part
	class   class            // of memory once ended

	services   []Service
	originated bool // the server began it
	begun      bool // its first event was seen
}

// member is an extension of a tenant.
type member struct {
	tenant int
	ext    string
}

// Owner returns the tenant that the call belongs to, nil when it is nobody's.
func (c *Call) Owner() *tenant.Tenant {
	if len(c.tenants) == 0 {
		return nil
	}
	return c.tenants[0]
}

// Begun reports whether the event was seen that began the call (Newchannel). When
// not, what the caller asked for may be missing, and StartedAt may be late.
func (c *Call) Begun() bool { return c.begun }

// Tenants returns every tenant with a part in the call, usually one; the
// caller must not change the slice. Each may see For of itself only.
func (c *Call) Tenants() []*tenant.Tenant { return c.tenants }

// Of reports whether the tenant has a part in the call.
func (c *Call) Of(id tenant.ID) bool {
	return slices.ContainsFunc(c.tenants, func(t *tenant.Tenant) bool { return t.ID == id })
}

// Involves reports whether an extension of the tenant takes or took part: it
// called, was called, diverted, was transferred to or is connected.
func (c *Call) Involves(t *tenant.Tenant, ext string) bool {
	return t != nil && slices.Contains(c.seen, member{t.Number, ext})
}

// Extensions returns the extensions of the tenant that take or took part.
func (c *Call) Extensions(t *tenant.Tenant) []string {
	var out []string
	for _, m := range c.seen {
		if t != nil && m.tenant == t.Number {
			out = append(out, m.ext)
		}
	}
	return out
}

// For returns the call as the tenant may see it: c itself, when no other tenant
// takes part, else a copy with its own legs only. It returns nil for a tenant
// without a part in the call.
func (c *Call) For(t *tenant.Tenant) *Call {
	if t == nil || !c.Of(t.ID) {
		return nil
	}
	if len(c.tenants) == 1 {
		return c
	}
	n := t.Number
	v := *c
	v.Tenant, v.tenants = t.ID.String(), []*tenant.Tenant{t}
	v.From, v.To = c.From.visible(n), c.To.visible(n)
	if !t.OwnsNumber(c.DID) {
		v.DID = ""
	}
	if !t.OwnsNumber(c.AccountCode) {
		v.AccountCode = ""
	}
	if m, _ := dialplan.MarkerIn(c.Queue); m != n {
		v.Queue = ""
	}
	own := func(p *Party) bool { return p.tenant == n || p.tenant == 0 }
	v.Ringing = keep(c.Ringing, func(r *Ring) bool { return own(&r.Party) })
	v.Rung = keep(c.Rung, func(r *Rung) bool { return own(&r.Party) })
	v.Held = keep(c.Held, func(h *Held) bool { return own(&h.Party) })
	v.Channels = keep(c.Channels, func(ch *Channel) bool { return ch.tenant == n })
	v.Diverted = keep(c.Diverted, func(d *Diversion) bool { return d.tenant == n })
	v.AnsweredBy = pointerTo(c.AnsweredBy, n)
	v.Transfers = nil
	for _, tr := range c.Transfers {
		tr.By, tr.To = pointerTo(tr.By, n), tr.To.visible(n)
		v.Transfers = append(v.Transfers, tr)
	}
	v.Talks = make([][]Party, len(c.Talks))
	for i, g := range c.Talks {
		v.Talks[i] = make([]Party, len(g))
		for j, p := range g {
			v.Talks[i][j] = p.visible(n)
		}
	}
	if c.Parked != nil && (c.Parked.Party.tenant != n && c.Parked.tenant != n) {
		v.Parked = nil
	}
	if k := c.ClickToCall; k != nil {
		v.ClickToCall = &ClickToCall{Caller: k.Caller.visible(n), Callee: k.Callee.visible(n)}
	}
	if c.Ended != nil {
		e := *c.Ended
		e.By = pointerTo(e.By, n)
		v.Ended = &e
	}
	v.services = keep(c.services, func(x *Service) bool { return x.tenant == n })
	v.seen = keep(c.seen, func(m *member) bool { return m.tenant == n })
	return &v
}

// visible is the party as tenant n may see it: nothing of another's phones.
func (p Party) visible(n int) Party {
	if p.tenant != 0 && p.tenant != n {
		return Party{}
	}
	return p
}

func pointerTo(p *Party, n int) *Party {
	if p == nil {
		return nil
	}
	v := p.visible(n)
	return &v
}

func (l Leg) visible(n int) Leg {
	l.Party, l.By = l.Party.visible(n), pointerTo(l.By, n)
	return l
}

// keep returns the elements that pass, never nil.
func keep[T any](list []T, pass func(*T) bool) []T {
	out := make([]T, 0, len(list))
	for i := range list {
		if pass(&list[i]) {
			out = append(out, list[i])
		}
	}
	return out
}
