package demo

import (
	"fmt"
	"strings"
	"time"
)

var (
	textHeading = say{"누가 → 누구에게", "who → whom"}

	textAnswered   = say{"받음 %d초", "answered, %d s"}
	textMissed     = say{"부재중, 벨 %d초", "missed, rang %d s"}
	textBusy       = say{"통화중", "busy"}
	textDeclined   = say{"거절", "declined"}
	textNotReached = say{"연결되지 않음", "not reached"}
	textCallerAway = say{"발신자가 받지 않음", "the caller did not answer"}

	textDiverted = say{"착신전환, ", "diverted, "}
	textClicked  = say{"클릭투콜, ", "click-to-call, "}
)

// Widths of the columns, in cells.
const (
	timeWidth   = 9
	tenantWidth = 17
	routeWidth  = 62
)

// heading names the columns.
func heading(l Lang) string {
	h := say{"시각", "time"}
	who := say{"회사", "company"}
	end := say{"어떻게", "outcome"}
	return pad(h.in(l), timeWidth) + pad(who.in(l), tenantWidth) + pad(textHeading.in(l), routeWidth) + end.in(l)
}

func stamp(at time.Time) string { return pad(at.Format(clock), timeWidth) }

// line is the one line of a call that ended.
func (c *call) line(l Lang, ended time.Time) string {
	who := "?"
	if c.tenant != nil {
		who = fmt.Sprintf("T%d %s", c.tenant.Number, string(c.tenant.Name))
		if c.server != c.tenant.Home() {
			who += fmt.Sprintf(" @%d", c.server)
		}
	}
	return stamp(ended) + pad(who, tenantWidth) + pad(c.route(), routeWidth) + c.outcome(l, ended)
}

// route is who called whom: "김민수 01012345678 → 07045805605 → 1010".
// A diversion is shown by ⇒ and its kind.
func (c *call) route() string {
	from := strings.TrimSpace(c.name + " " + c.from)
	if from == "" {
		from = "?"
	}
	var before, after string // diversions of the caller's own phone, and of who is called
	for _, d := range c.diversions {
		step := " ⇒ " + d.to + " (" + d.kind + ")"
		if c.clicked && d.ext == c.from && after == "" {
			before += step
		} else {
			after += step
		}
	}
	out := from + before
	if c.to != "" {
		out += " → " + c.to
	}
	if c.ext != "" {
		out += " → " + c.ext
	}
	return out + after + " "
}

// outcome is how the call ended, and how long people talked or it rang.
func (c *call) outcome(l Lang, ended time.Time) string {
	text := ""
	if c.clicked {
		text += textClicked.in(l)
	}
	if len(c.diversions) > 0 {
		text += textDiverted.in(l)
	}
	rang := 0
	if !c.ringing.IsZero() {
		rang = seconds(ended.Sub(c.ringing))
	}
	switch {
	case !c.answered.IsZero():
		return text + textAnswered.format(l, seconds(ended.Sub(c.answered)))
	case c.status == "BUSY":
		return text + textBusy.in(l)
	case c.declined:
		return text + textDeclined.in(l)
	case c.clicked && !c.callerUp && rang > 0:
		return text + textCallerAway.in(l)
	case c.ringing.IsZero(), c.status == "CHANUNAVAIL", c.status == "CONGESTION":
		return text + textNotReached.in(l)
	}
	return text + textMissed.format(l, rang)
}

func seconds(d time.Duration) int { return int(d.Round(time.Second) / time.Second) }
