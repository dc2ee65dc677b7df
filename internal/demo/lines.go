package demo

import (
	"fmt"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/call"
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
func line(l Lang, c *call.Call) string {
	who := "?"
	if t := c.Owner(); t != nil {
		who = fmt.Sprintf("T%d %s", t.Number, string(t.Name))
		if c.Server != t.Home() {
			who += fmt.Sprintf(" @%d", c.Server)
		}
	}
	return stamp(c.EndedAt.Local()) + pad(who, tenantWidth) + pad(route(c), routeWidth) + outcome(l, c)
}

// route is who called whom: "김민수 01012345678 → 07045805605 → 1010".
// A diversion is shown by ⇒ and its kind.
func route(c *call.Call) string {
	from := c.From.Number
	if c.From.Name != "" && c.Direction == call.External {
		from = strings.TrimSpace(c.From.Name + " " + from)
	}
	if from == "" {
		from = "?"
	}
	var before, after string // diversions of the caller's own phone, and of who is called
	for _, d := range c.Diverted {
		step := " ⇒ " + d.Number + " (" + d.Type + ")"
		if c.ClickToCall != nil && d.Extension == c.From.Extension && after == "" {
			before += step
		} else {
			after += step
		}
	}
	out := from + before
	if c.To.Number != "" {
		out += " → " + c.To.Number
	}
	if x := c.To.Extension; x != "" && x != c.To.Number {
		out += " → " + x
	}
	return out + after + " "
}

// outcome is how the call ended, and how long people talked or it rang.
func outcome(l Lang, c *call.Call) string {
	text := ""
	if c.ClickToCall != nil {
		text += textClicked.in(l)
	}
	if len(c.Diverted) > 0 {
		text += textDiverted.in(l)
	}
	if !c.AnsweredAt.IsZero() {
		return text + textAnswered.format(l, seconds(c.EndedAt.Sub(c.AnsweredAt.Time)))
	}
	rang, n := 0, len(c.Rung)
	if n > 0 {
		rang = seconds(c.EndedAt.Sub(c.Rung[n-1].Since.Time))
	}
	switch why := c.Ended; {
	case why.Reason == call.ReasonBusy:
		return text + textBusy.in(l)
	case why.Reason == call.ReasonDeclined:
		return text + textDeclined.in(l)
	case why.Leg == "caller" && n > 0:
		return text + textCallerAway.in(l)
	case n == 0, why.Reason == call.ReasonUnavailable, why.Reason == call.ReasonFailed:
		return text + textNotReached.in(l)
	}
	return text + textMissed.format(l, rang)
}

func seconds(d time.Duration) int { return int(d.Round(time.Second) / time.Second) }
