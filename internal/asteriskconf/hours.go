package asteriskconf

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dipcast/dipcast/internal/company"
)

// holds is the step that asks whether a time group holds now; id may be an
// expression of digits. GOSUB_RETVAL is "yes" or "no" then.
func holds(t *company.Company, id string) string {
	return "Gosub(" + t.Prefix() + "time-groups,g" + id + ",1(${EPOCH}))"
}

// writeHours writes the time groups: subroutines whose extension is the id
// behind a g, so that it is no number that somebody dialed.
// Each returns "yes" when it holds at ARG1, seconds since 1970, on the clock of
// the server, as company.Holds says; else "no".
//
// GotoIfTime is not used: it knows neither years nor the holidays of a night
// that began yesterday, and it cannot be asked about any time but now.
func writeHours(p *plan, t *company.Company) {
	prefix := t.Prefix()
	p.part("hours: time_groups, holidays")
	p.context(prefix + "time-groups")
	for i := range t.TimeGroups {
		g := &t.TimeGroups[i]
		p.comment("%s", named(itoa(g.ID), g.Name))
		steps := []string{"Gosub(" + prefix + "clock,s,1(${ARG1}))"}
		for _, s := range g.Spans {
			for _, condition := range conditions(g, s) {
				steps = append(steps, "GotoIf($["+condition+"]?yes)")
			}
		}
		p.exten("g"+itoa(g.ID), append(steps, "Return(no)", "(yes)Return(yes)")...)
	}
	p.context(prefix + "holidays")
	for _, day := range t.Holidays {
		// Without "-", which counts for nothing in the name of an extension.
		p.comment("%s", named(day.Date, day.Name))
		p.exten(strings.ReplaceAll(day.Date, "-", ""), "Return()")
	}
	p.part("what time ARG1 is: minute of the day, day of the week from 1 for Monday; whether this and the day before are holidays")
	p.context(prefix + "clock")
	p.exten("s",
		"Set(DC_MINUTE=$[${STRFTIME(${ARG1},,%H)} * 60 + ${STRFTIME(${ARG1},,%M)}])",
		"Set(DC_DAY=${STRFTIME(${ARG1},,%u)})",
		"Set(DC_DAY_BEFORE=$[(${DC_DAY} + 5) % 7 + 1])",
		"Set(DC_OFF="+isHoliday(prefix, "${ARG1}")+")",
		// Its noon, so that a day of 23 or 25 hours does no harm.
		"Set(DC_NOON=$[${ARG1} - ${DC_MINUTE} * 60 - 43200])",
		"Set(DC_OFF_BEFORE="+isHoliday(prefix, "${DC_NOON}")+")",
		"Return()")
}

// isHoliday is an expression that is 1 when a time is on a holiday.
func isHoliday(prefix, at string) string {
	return "$[" + exists(prefix+"holidays", "${STRFTIME("+at+",,%m%d)}") + " | " + exists(prefix+"holidays", "${STRFTIME("+at+",,%Y%m%d)}") + "]"
}

// conditions are expressions, one of which is true within a span; see
// company.Holds.
func conditions(g *company.TimeGroup, s company.Span) []string {
	from, to, err := s.Minutes()
	if err != nil {
		return nil // refused by Check
	}
	on, off, offBefore := days(s, "DC_DAY"), " & ${DC_OFF} = 0", " & ${DC_OFF_BEFORE} = 0"
	if g.OnHolidays {
		off, offBefore = "", ""
	}
	if from < to {
		return []string{fmt.Sprintf("${DC_MINUTE} >= %d & ${DC_MINUTE} < %d%s%s", from, to, on, off)}
	}
	return []string{
		fmt.Sprintf("${DC_MINUTE} >= %d%s%s", from, on, off),
		fmt.Sprintf("${DC_MINUTE} < %d%s%s", to, days(s, "DC_DAY_BEFORE"), offBefore),
	}
}

// days is the part of a condition that names the days of a span.
func days(s company.Span, variable string) string {
	if len(s.Days) == 0 {
		return ""
	}
	var one []string
	for i, d := range company.Days {
		if slices.Contains(s.Days, d) {
			one = append(one, fmt.Sprintf("${%s} = %d", variable, i+1))
		}
	}
	return " & (" + strings.Join(one, " | ") + ")"
}
