package cdr

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/number"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// asteriskCall is a call as Asterisk's own record has it.
type asteriskCall struct {
	server int
	lines  []line // by start
	dir    *tenant.Directory
	parts  []*part // one for each company in it, or one of nobody's
}

// part is what one company sees of it.
type part struct {
	c      *asteriskCall
	tenant *tenant.Tenant // nil: nobody's
	lines  []line
}

// build puts the lines of one call together. There is at least one.
func build(server int, lines []line, dir *tenant.Directory) *asteriskCall {
	c := &asteriskCall{server: server, lines: slices.Clone(lines), dir: dir}
	slices.SortStableFunc(c.lines, func(a, b line) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Sequence, b.Sequence))
	})
	for _, l := range c.lines {
		var of []*tenant.Tenant
		for _, name := range []string{l.Channel, l.DstChannel} {
			if t, _ := c.owner(name); t != nil {
				of = append(of, t)
			}
		}
		if len(of) == 0 { // a trunk with a trunk, or a call that reached nobody
			if t := c.ofContext(&l); t != nil {
				of = append(of, t)
			}
		}
		for i, t := range of {
			if i == 0 || of[0] != t {
				p := c.partFor(t)
				p.lines = append(p.lines, c.seenBy(t, l))
			}
		}
	}
	if len(c.parts) == 0 {
		c.parts = []*part{{c: c, lines: c.lines}}
	}
	return c
}

// seenBy is a line as a company may see it: nothing of another's phones.
func (c *asteriskCall) seenBy(t *tenant.Tenant, l line) line {
	if of, _ := c.owner(l.Channel); of != nil && of != t {
		l.otherCaller = true
		l.Channel, l.CLID, l.Src, l.From, l.Diverted, l.DContext, l.LastApp, l.LastData = "", "", "", "", "", "", "", ""
	}
	if of, _ := c.owner(l.DstChannel); of != nil && of != t {
		l.otherCalled = true
		l.DstChannel, l.LastData = "", ""
	}
	if (l.otherCaller || l.otherCalled) && !t.OwnsNumber(l.Account) {
		l.Account = ""
	}
	return l
}

func (c *asteriskCall) partFor(t *tenant.Tenant) *part {
	for _, p := range c.parts {
		if p.tenant == t {
			return p
		}
	}
	p := &part{c: c, tenant: t}
	c.parts = append(c.parts, p)
	return p
}

func (c *asteriskCall) partOf(tenantID string) *part {
	for _, p := range c.parts {
		if p.tenant == nil && tenantID == "" || p.tenant != nil && p.tenant.ID.Hex() == tenantID {
			return p
		}
	}
	return nil
}

// owner is whose phone a channel is: of a Local channel only the context counts.
func (c *asteriskCall) owner(channel string) (*tenant.Tenant, string) {
	if channel == "" {
		return nil, ""
	}
	ch := dialplan.ParseChannel(channel)
	if ch.Technology == "Local" {
		if n, ok := dialplan.MarkerIn(ch.Context); ok {
			return c.onServer(c.dir.ByNumber(n)), ""
		}
		if m := c.onServer(c.dir.Main()); m != nil && m.HasContext(ch.Context) {
			return m, ""
		}
		return nil, ""
	}
	n, ext := dialplan.ParseEndpoint(ch.Endpoint)
	ext, _, _ = strings.Cut(ext, "_") // a further device, 1010_1
	if n > 0 {
		t := c.onServer(c.dir.ByNumber(n))
		if t == nil || !t.HasExtension(ext) {
			ext = ""
		}
		return t, ext
	}
	if m := c.onServer(c.dir.Main()); m != nil && m.HasExtension(ext) {
		return m, ext
	}
	return nil, ""
}

// onServer is t when it uses the server: a marker of another is nobody's.
func (c *asteriskCall) onServer(t *tenant.Tenant) *tenant.Tenant {
	if t == nil || !t.HasServer(c.server) {
		return nil
	}
	return t
}

// ofContext is the company whose part of the dialplan a line ended in, or whose
// number was called from the network.
func (c *asteriskCall) ofContext(l *line) *tenant.Tenant {
	if n, ok := dialplan.MarkerIn(l.DContext); ok {
		return c.onServer(c.dir.ByNumber(n))
	}
	if m := c.onServer(c.dir.Main()); m != nil && m.HasContext(l.DContext) {
		return m
	}
	if _, ok := dialplan.ParseTrunkContext(l.DContext); ok {
		t, _ := c.dir.ByDID(c.server, l.Dst)
		return t
	}
	return nil
}

func (c *asteriskCall) rows() []store.CallRow {
	var out []store.CallRow
	for _, p := range c.parts {
		out = append(out, p.row())
	}
	return out
}

// first is the line of the channel that began the call.
func (p *part) first() *line {
	for i := range p.lines {
		if p.lines[i].Uniqueid == p.lines[i].Linkedid {
			return &p.lines[i]
		}
	}
	return &p.lines[0]
}

// last is the one that ended last.
func (p *part) last() *line {
	best := &p.lines[0]
	for i := range p.lines {
		if l := &p.lines[i]; !l.End.Before(best.End) {
			best = l
		}
	}
	return best
}

// destination is the channel that answered, else the last that was called.
func (p *part) destination() string {
	out := ""
	for i := range p.lines {
		l := &p.lines[i]
		if l.DstChannel == "" || strings.HasPrefix(l.DstChannel, "Local/") {
			continue
		}
		if l.Disposition == Answered {
			return l.DstChannel
		}
		out = l.DstChannel
	}
	return out
}

func (p *part) id() string {
	if p.tenant == nil {
		return ""
	}
	return p.tenant.ID.Hex()
}

func (p *part) row() store.CallRow {
	first, last := p.first(), p.last()
	r := store.CallRow{
		TenantID: p.id(), Server: p.c.server, Linkedid: first.Linkedid, Origin: store.OriginAsterisk,
		Started: p.lines[0].Start, Ended: last.End, Account: first.Account,
		Channel: first.Channel, DstChannel: p.destination(), LastApp: last.LastApp, LastData: last.LastData,
		DContext: first.DContext, Uniqueid: first.Uniqueid,
	}
	var d Details
	click := p.parties(first, &r)
	p.legs(click, &r, &d)
	p.groups(&d)
	p.diverted(&r, &d)
	p.ending(&r, &d)
	measure(&r)
	r.Served = servedBy(&r, nil)
	d.put(&r)
	return r
}

// parties finds who called whom. click is the extension that a click-to-call rang
// first, "" when it is none.
func (p *part) parties(first *line, r *store.CallRow) (click string) {
	name, num := callerID(first.CLID)
	ch := dialplan.ParseChannel(first.Channel)
	_, ext := p.own(first.Channel)
	switch {
	case first.otherCaller:
		r.To = p.party(first.Dst)
		if p.isDID(first.Dst) {
			r.DID = first.Dst
		}
	case ch.Technology == "Local" && strings.HasSuffix(ch.Context, dialplan.ClickToCall("")) && p.has(ch.Exten):
		click = ch.Exten
		r.From = p.phone(ch.Exten)
		if first.Dst != ch.Exten {
			r.To = p.party(first.Dst)
		}
	case ext != "":
		r.From = p.phone(ext)
		if r.From.Name == "" {
			r.From.Name = name
		}
		r.To = p.party(first.Dst)
	default:
		r.From = store.CallParty{Number: num, Name: name}
		if first.From != "" {
			r.From.Number = first.From
		}
		r.DID = first.DID
		if r.DID == "" && p.isDID(first.Account) {
			r.DID = first.Account // the dialplan bills a call to the number it came in by
		}
		switch {
		case p.isDID(r.DID): // whoever it led to: a group is none of its phones
			r.To = p.party(r.DID)
		case r.DID != "":
			r.To = p.party(first.Dst)
			r.To.Number = r.DID
		default:
			r.To = p.party(first.Dst)
		}
	}
	trunk := first.otherCaller || ch.Technology != "Local" && ext == "" && (p.tenant == nil || r.DID != "" || strings.HasPrefix(ch.Endpoint, "trk-"))
	switch {
	case trunk:
		r.Direction = string(call.External)
	case r.To.Extension == "" && p.outward(r.To.Number):
		r.Direction = string(call.Outgoing)
	default:
		r.Direction = string(call.Internal)
	}
	return click
}

// isDID reports whether a number is one of the company's that the network calls.
func (p *part) isDID(n string) bool {
	if p.tenant == nil {
		return false
	}
	_, ok := p.tenant.DIDs[n]
	return ok
}

// outward reports whether a number leads to the network.
func (p *part) outward(n string) bool {
	for i := range p.lines {
		if numberDialled(&p.lines[i]) == n && n != "" {
			return true
		}
	}
	return n != "" && number.Classify(n, p.has).Outbound()
}

func (p *part) has(ext string) bool { return p.tenant != nil && p.tenant.HasExtension(ext) }

// own is the part's own extension that a channel is of.
func (p *part) own(channel string) (*tenant.Tenant, string) {
	t, ext := p.c.owner(channel)
	if t != p.tenant {
		return t, ""
	}
	return t, ext
}

func (p *part) phone(ext string) store.CallParty {
	x := store.CallParty{Extension: ext, Number: ext}
	for i := range p.lines {
		if _, own := p.own(p.lines[i].Channel); own == ext {
			x.Name, _ = callerID(p.lines[i].CLID)
			break
		}
	}
	return x
}

// party is who a number is to the company.
func (p *part) party(n string) store.CallParty {
	if p.has(n) {
		return p.phone(n)
	}
	if p.tenant != nil && p.tenant.DIDs[n] != "" {
		return store.CallParty{Extension: p.tenant.DIDs[n], Number: n}
	}
	if strings.Trim(n, "0123456789+*#") != "" {
		n = ""
	}
	return store.CallParty{Number: n}
}

// numberDialled is the number in Dial(PJSIP/01012345678@trk-1,60), "" when the
// line dialled none.
func numberDialled(l *line) string {
	if l.LastApp != "Dial" {
		return ""
	}
	data, _, _ := strings.Cut(l.LastData, ",")
	data, ok := strings.CutPrefix(data, "PJSIP/")
	if !ok {
		return ""
	}
	n, _, ok := strings.Cut(data, "@")
	if !ok {
		return ""
	}
	return n
}

// legs lists who was called, and finds who answered.
func (p *part) legs(click string, r *store.CallRow, d *Details) {
	for i := range p.lines {
		l := &p.lines[i]
		if l.otherCalled && l.Disposition == Answered && r.Answered.IsZero() {
			r.Answered = l.Answer // that somebody of the other company did, not who
		}
		if l.DstChannel == "" || strings.HasPrefix(l.DstChannel, "Local/") || l.LastApp == "AppDial" {
			continue
		}
		leg := call.Rung{Since: call.At(l.Start), Until: call.At(l.End)}
		_, ext := p.own(l.DstChannel)
		switch {
		case ext != "":
			leg.Extension, leg.Number = ext, ext
		default:
			leg.Number = numberDialled(l)
		}
		switch l.Disposition {
		case Answered:
			leg.Result, leg.Answered = call.Answer, call.At(l.Answer)
		case Busy:
			leg.Result = call.Busy
		case NoAnswer:
			leg.Result = call.NoAnswer
		default:
			leg.Result = call.Failed
		}
		d.Legs = append(d.Legs, leg)
		if l.Disposition == Answered && (click == "" || ext != click || l.Uniqueid == l.Linkedid) && r.Answered.IsZero() {
			r.Answered, r.By = l.Answer, partyOf(leg.Party)
		}
	}
	if click != "" {
		d.ClickToCall = &call.ClickToCall{
			Caller: call.Leg{Party: call.Party{Extension: click, Number: click}, State: call.LegWaiting},
			Callee: call.Leg{Party: call.Party{Extension: r.To.Extension, Number: r.To.Number}, State: call.LegWaiting},
		}
		if !r.Answered.IsZero() {
			d.ClickToCall.Caller.State, d.ClickToCall.Callee.State, d.ClickToCall.Callee.Answered = call.LegAnswered, call.LegAnswered, call.At(r.Answered)
		}
	}
}

// groups finds the ring groups that it came to.
func (p *part) groups(d *Details) {
	for i := range p.lines {
		l := &p.lines[i]
		if strings.HasSuffix(l.DContext, dialplan.RingGroups) && !slices.ContainsFunc(d.Services, func(v call.Service) bool { return v.Name == l.Dst }) {
			d.Services = append(d.Services, call.Service{Kind: call.ServiceGroup, Name: l.Dst, At: call.At(l.Start)})
		}
	}
}

// diverted finds the diversions that took effect, as the dialplan noted them.
func (p *part) diverted(r *store.CallRow, d *Details) {
	for i := range p.lines {
		l := &p.lines[i]
		f := strings.Split(l.Diverted, ":")
		if len(f) != 3 || !p.has(f[1]) || i > 0 && p.lines[i-1].Diverted == l.Diverted {
			continue
		}
		r.DivertedBy = store.CallDiversion{Type: f[0], Extension: f[1], Number: f[2]}
		d.Diverted = append(d.Diverted, call.Diversion{Type: f[0], Extension: f[1], Number: f[2], At: call.At(l.Start)})
	}
}

// ending finds why the call ended.
func (p *part) ending(r *store.CallRow, d *Details) {
	last := p.last()
	e := &call.End{Reason: call.ReasonCancelled}
	if last.LastApp == "Hangup" {
		e.Cause, _ = strconv.Atoi(last.LastData) // 0 when there is none
	}
	answeredByServer := r.Answered.IsZero() && last.Disposition == Answered
	switch {
	case !r.Answered.IsZero(), answeredByServer && d.ClickToCall == nil:
		e.Reason = call.ReasonCompleted
	case last.Disposition == Busy:
		e.Reason = call.ReasonBusy
	case e.Cause == 19:
		e.Reason = call.ReasonNoAnswer
	case e.Cause == 20 || e.Cause == 3 || e.Cause == 18:
		e.Reason = call.ReasonUnavailable
	case e.Cause == 21:
		e.Reason = call.ReasonFailed
	case last.Disposition == Failed || e.Cause != 0 && e.Cause != 16:
		e.Reason = call.ReasonFailed
	}
	e.Missed = r.Answered.IsZero() && !answeredByServer && d.ClickToCall == nil && r.Direction != string(call.Outgoing)
	r.Reason, r.Missed, r.Cause = string(e.Reason), e.Missed, e.Cause
	r.Disposition = dispositionOf(e.Reason, !r.Answered.IsZero())
	d.Ended = e
}
