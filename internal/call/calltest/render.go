// Package calltest renders calls as short text for tests, without times and
// channel names.
package calltest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dipcast/dipcast/internal/call"
)

// Party is a party with its name: "1010(홍길동)", "☎01012345678".
func Party(p call.Party) string {
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

// Short is a party without its name.
func Short(p call.Party) string { p.Name = ""; return Party(p) }

// Summary is what a call is, in one line.
func Summary(c *call.Call, n Names) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s from %s to %s", n.Of("call", c.ID), c.Direction, c.State, Party(c.From), Party(c.To))
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

// History is what happened in a call, one thing a line.
func History(c *call.Call, n Names) []string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for _, r := range c.Rung {
		cause := ""
		if r.Cause != 0 {
			cause = fmt.Sprintf(" (%d)", r.Cause)
		}
		add("rung %s: %s%s", Party(r.Party), r.Result, cause)
	}
	for _, d := range c.Diverted {
		add("diverted by %s of %s to %s", d.Type, d.Extension, d.Number)
	}
	if c.AnsweredBy != nil {
		add("answered by %s", Party(*c.AnsweredBy))
	}
	if k := c.ClickToCall; k != nil {
		leg := func(l call.Leg) string {
			s := Party(l.Party) + " " + string(l.State)
			if l.By != nil {
				s += " by " + Party(*l.By)
			}
			return s
		}
		add("click-to-call: caller %s, callee %s", leg(k.Caller), leg(k.Callee))
	}
	for _, t := range c.Transfers {
		by := ""
		if t.By != nil {
			by = " by " + Short(*t.By)
		}
		add("transfer %s%s to %s", t.Type, by, Short(t.To))
	}
	for _, m := range c.Merged {
		add("merged with %s", n.Of("call", m))
	}
	if c.MergedInto != "" {
		add("became part of %s", n.Of("call", c.MergedInto))
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
			s += ", by " + Short(*e.By)
		}
		add("%s, cause %d %s", s, e.Cause, e.CauseText)
	}
	return out
}

// Now is what holds at one moment only.
func Now(c *call.Call) string {
	var parts []string
	for _, r := range c.Ringing {
		parts = append(parts, "rings "+Short(r.Party))
	}
	for _, g := range c.Talks {
		var who []string
		for _, p := range g {
			who = append(who, Short(p))
		}
		slices.Sort(who)
		parts = append(parts, strings.Join(who, "–")+" talk")
	}
	for _, h := range c.Held {
		parts = append(parts, Short(h.Party)+" holds")
	}
	if p := c.Parked; p != nil {
		parts = append(parts, fmt.Sprintf("%s parked at %s by %s", Short(p.Party), p.Space, p.By))
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

// All renders calls with their histories, in the order of their beginnings.
func All(calls []*call.Call, n Names) string {
	calls = slices.Clone(calls)
	slices.SortStableFunc(calls, func(a, b *call.Call) int {
		if d := a.StartedAt.Compare(b.StartedAt.Time); d != 0 {
			return d
		}
		return strings.Compare(a.ID, b.ID)
	})
	for _, c := range calls {
		n.Of("call", c.ID)
	}
	var b strings.Builder
	for _, c := range calls {
		b.WriteString(Summary(c, n) + "\n")
		for _, line := range History(c, n) {
			b.WriteString("  " + line + "\n")
		}
	}
	return b.String()
}

// Unordered renders calls so that only their content counts: lists whose order
// is that of events of different channels are sorted, and calls are named by who
// calls whom.
func Unordered(calls []*call.Call) string {
	n := Names{}
	for _, c := range calls {
		n["call"+c.ID] = fmt.Sprintf("%s→%s", Short(c.From), Short(c.To))
	}
	var out []string
	for _, c := range calls {
		lines := History(c, n)
		slices.Sort(lines)
		out = append(out, Summary(c, n)+"\n  "+strings.Join(lines, "\n  ")+"\n")
	}
	slices.Sort(out)
	return strings.Join(out, "")
}

// Names makes ids comparable between runs: by the order in which they are met.
// Nil leaves them as they are.
type Names map[string]string

// Of is the name of an id.
func (n Names) Of(kind, id string) string {
	if id == "" || n == nil {
		return id
	}
	if n[kind+id] == "" {
		n[kind+id] = fmt.Sprintf("%s%d", kind, len(n)+1)
	}
	return n[kind+id]
}
