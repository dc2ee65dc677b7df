package call_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dipcast/dipcast/internal/call"
)

// Rendering of calls as short text, without times and ids: what must be the
// same however the events were ordered.

func party(p call.Party) string {
	s := p.Number
	if p.Extension != "" && p.Extension != p.Number {
		s = p.Number + "→" + p.Extension
	}
	if p.Extension == "" && p.Number != "" {
		s = "☎" + s
	}
	if p.Name != "" {
		s += "(" + p.Name + ")"
	}
	if s == "" {
		return "?"
	}
	return s
}

// short is a party without its name.
func short(p call.Party) string { p.Name = ""; return party(p) }

func summary(c *call.Call, n names) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s from %s to %s", n.of("call", c.ID), c.Direction, c.State, party(c.From), party(c.To))
	add := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, " %s %s", name, value)
		}
	}
	add("tenant", c.Tenant)
	add("did", c.DID)
	add("account", c.AccountCode)
	add("queue", c.Queue)
	if c.Served {
		b.WriteString(" served")
	}
	return b.String()
}

// history is what happened in a call, one thing a line.
func history(c *call.Call, n names) []string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for _, r := range c.Rung {
		cause := ""
		if r.Cause != 0 {
			cause = fmt.Sprintf(" (%d)", r.Cause)
		}
		add("rung %s: %s%s", party(r.Party), r.Result, cause)
	}
	for _, d := range c.Diverted {
		add("diverted by %s of %s to %s", d.Type, d.Extension, d.Number)
	}
	if c.AnsweredBy != nil {
		add("answered by %s", party(*c.AnsweredBy))
	}
	if k := c.ClickToCall; k != nil {
		leg := func(l call.Leg) string {
			s := party(l.Party) + " " + string(l.State)
			if l.By != nil {
				s += " by " + party(*l.By)
			}
			return s
		}
		add("click-to-call: caller %s, callee %s", leg(k.Caller), leg(k.Callee))
	}
	for _, t := range c.Transfers {
		by := ""
		if t.By != nil {
			by = " by " + short(*t.By)
		}
		add("transfer %s%s to %s", t.Type, by, short(t.To))
	}
	for _, m := range c.Merged {
		add("merged with %s", n.of("call", m))
	}
	if c.MergedInto != "" {
		add("became part of %s", n.of("call", c.MergedInto))
	}
	if e := c.Ended; e != nil {
		s := "ended " + string(e.Reason)
		if e.Leg != "" {
			s += " at the " + e.Leg
		}
		if e.Missed {
			s += ", missed"
		}
		if e.By != nil {
			s += ", by " + short(*e.By)
		}
		add("%s, cause %d %s", s, e.Cause, e.CauseText)
	}
	return out
}

// now is what holds at one moment only.
func now(c *call.Call) string {
	var parts []string
	for _, r := range c.Ringing {
		parts = append(parts, "rings "+short(r.Party))
	}
	for _, g := range c.Talks {
		var who []string
		for _, p := range g {
			who = append(who, short(p))
		}
		slices.Sort(who)
		parts = append(parts, strings.Join(who, "–")+" talk")
	}
	for _, h := range c.Held {
		parts = append(parts, short(h.Party)+" holds")
	}
	if p := c.Parked; p != nil {
		parts = append(parts, fmt.Sprintf("%s parked at %s by %s", short(p.Party), p.Space, p.By))
	}
	if k := c.ClickToCall; k != nil {
		parts = append(parts, fmt.Sprintf("caller %s, callee %s", k.Caller.State, k.Callee.State))
	}
	if len(c.Diverted) > 0 {
		parts = append(parts, fmt.Sprintf("diverted ×%d", len(c.Diverted)))
	}
	parts = append(parts, fmt.Sprintf("%d channels", len(c.Channels)))
	return strings.Join(parts, ", ")
}

// finals renders the ended calls as they are remembered, in the order of their
// beginnings.
func finals(w *world, n names) string {
	var ended []*call.Call
	for _, e := range w.told {
		if e.Kind == call.KindEnded {
			ended = append(ended, w.tracker.Call(e.Call.ID))
		}
	}
	slices.SortStableFunc(ended, func(a, b *call.Call) int {
		if d := a.StartedAt.Compare(b.StartedAt.Time); d != 0 {
			return d
		}
		return strings.Compare(a.ID, b.ID)
	})
	for _, c := range ended {
		n.of("call", c.ID)
	}
	var b strings.Builder
	for _, c := range ended {
		b.WriteString(summary(c, n) + "\n")
		for _, line := range history(c, n) {
			b.WriteString("  " + line + "\n")
		}
	}
	return b.String()
}
