package call

import (
	"bytes"
	"strings"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/attribution"
	"github.com/dipcast/dipcast/internal/dialplan"
)

// position is where a channel is in the dialplan, and what its last Dial gave.
type position struct {
	context, exten string
	ext            string // the own extension that it was led to, "" when none
	status         string // how dialling from there ended, "" before
	fresh          bool   // no step since that
	ran            bool   // it has been at a number: handlers on a leg run at "s"
	sent           bool   // a transfer or the parking decides where it goes next
	kind, of       string // the diversion looked at last: CFI of 1010
	diverting      bool   // that one takes effect
	dials          string // what its Dial was given, from a snapshot only
	attendant      string // whose personal attendant is looked at
	hours          string // the time group that is asked whether a number is open
}

// dialled notes how dialling from this position ended.
func (p *position) dialled(status []byte) {
	if p.fresh && p.status == "NOANSWER" && string(status) == "CANCEL" {
		return // the second event of a queue
	}
	p.status, p.fresh = text(status, maxNumber), true
}

// newexten: a channel runs a step of the dialplan. The applications AppDial,
// AppDial2 and AppQueue stand for being dialled, not for a step.
func (t *Tracker) newexten(_ *ami.Message, f *fields, r attribution.Result) {
	c := t.about(&f.main, &r, true)
	if c == nil {
		return
	}
	t.accounted(c, f)
	if bytes.HasPrefix(f.application, []byte("AppDial")) || string(f.application) == "AppQueue" {
		return
	}
	p := &c.plan
	if exten := f.main.exten; string(exten) != p.exten || string(f.main.context) != p.context {
		was := p.context
		custom := string(f.main.context) == dialplan.CustomNumbers
		if len(exten) <= maxNumber && dialable(string(exten)) {
			t.entered(c, string(exten), custom && was != dialplan.CustomNumbers, custom)
			p.ran = true
		}
		p.context, p.exten = text(f.main.context, maxID), text(exten, maxNumber)
	}
	p.fresh = false
	t.divertStep(c, f)
	t.servedStep(c, f)
}

// entered: the channel has come to another number in the dialplan. custom tells
// that it is in the context of diverted calls, first that it was not there
// before.
func (t *Tracker) entered(c *channel, exten string, first, custom bool) {
	s, p, owner := c.call, &c.plan, c.call.owner()
	// No step led there, so a command did: Redirect.
	ranNone := c.leg != nil && c != s.root && !p.ran
	if !c.local && !p.sent && (ranNone || p.fresh && (p.status == "CANCEL" || p.status == "ANSWER")) {
		t.transferred(s, Transfer{Type: Redirect, To: s.target(exten), At: t.now})
	}
	p.sent = false
	if c == s.root && s.first.originated && s.callee == "" {
		s.callee = exten
		t.touch(s)
	}
	switch {
	case owner == nil:
	case custom:
		if kind := kindBy(p.status); first && p.ext != "" && kind != "" {
			t.diverts(c, kind, p.ext, exten)
		}
	case owner.HasExtension(exten):
		if p.ext != exten {
			p.ext, p.status = exten, ""
		}
		if c == s.root && s.firstExt == "" {
			s.firstExt = exten
			t.touch(s)
		}
	default:
		p.ext = ""
	}
}

// kindBy tells which diversion follows on how dialling ended, for dialplans
// that do not say it as ours does. After CANCEL and ANSWER none does.
func kindBy(status string) string {
	switch status {
	case "":
		return string(dialplan.CFI)
	case "BUSY":
		return string(dialplan.CFB)
	case "NOANSWER":
		return string(dialplan.CFN)
	case "CHANUNAVAIL", "CONGESTION":
		return string(dialplan.CFU)
	}
	return ""
}

var (
	divertedIs  = []byte("__DC_DIVERTED=")
	toCustom    = []byte(dialplan.CustomNumbers + ",")
	divertStart = []byte("divert,s,1(")
)

// divertStep follows the context T{n}_divert of package asteriskconf: a Gosub
// with extension and kind looks at a diversion, DC_DIVERTED is set when it is
// active, and a Goto leads to its number.
func (t *Tracker) divertStep(c *channel, f *fields) {
	p := &c.plan
	switch string(f.application) {
	case "Gosub":
		i := bytes.Index(f.data, divertStart)
		if i < 0 {
			return
		}
		ext, kind, ok := strings.Cut(strings.TrimSuffix(text(f.data[i+len(divertStart):], maxNumber), ")"), ",")
		kind, _, _ = strings.Cut(kind, ",") // a personal attendant's names its field too
		if ok && dialable(ext) {
			p.of, p.kind, p.diverting = ext, kind, false
		}
	case "Set":
		if bytes.HasPrefix(f.data, divertedIs) {
			p.diverting = p.of != "" && string(f.data[len(divertedIs):]) == p.of
		}
	case "Goto":
		if !p.diverting || !bytes.HasPrefix(f.data, toCustom) {
			return
		}
		number, _, _ := strings.Cut(text(f.data[len(toCustom):], maxNumber), ",")
		p.diverting = false
		if dialable(number) {
			t.diverts(c, p.kind, p.of, number)
		}
	}
}

// diverts notes a diversion that took effect.
func (t *Tracker) diverts(c *channel, kind, ext, number string) {
	s := c.call
	c.plan.ext = ""
	if len(s.diverted) >= maxHistory {
		return
	}
	d := Diversion{Type: kind, Extension: ext, Number: number, At: t.now}
	if owner := s.owner(); owner != nil {
		d.tenant = owner.Number
		s.see(Party{Extension: ext, tenant: owner.Number})
	}
	s.diverted = append(s.diverted, d)
	t.touch(s)
}
