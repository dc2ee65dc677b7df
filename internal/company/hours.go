package company

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// TimeGroup is when something holds: office hours.
type TimeGroup struct {
	ID    int    `json:"id"` // 1 and more, of this company
	Name  string `json:"name,omitempty"`
	Spans []Span `json:"spans"`
	// OnHolidays holds on the company's holidays too; else they are outside.
	OnHolidays bool `json:"on_holidays,omitempty"`
}

// Span is a part of some days. A span that ends before it begins goes on after
// midnight, on the next day.
type Span struct {
	Days []Day  `json:"days"` // empty means every day
	From string `json:"from"` // "09:00"
	To   string `json:"to"`   // "18:00", not included; "24:00" is the end of the day
}

// Day is a day of the week: "mon".
type Day string

// Days of the week, from Monday.
var Days = []Day{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// Holiday is a day off.
type Holiday struct {
	Date string `json:"date"` // "2026-09-25", or "03-01" in every year
	Name string `json:"name,omitempty"`
}

// TimeGroup returns the one with an id, or nil.
func (c *Company) TimeGroup(id int) *TimeGroup {
	for i := range c.TimeGroups {
		if c.TimeGroups[i].ID == id {
			return &c.TimeGroups[i]
		}
	}
	return nil
}

// Holds reports whether a time, as the clock on the wall shows it, is within
// the time group.
func (c *Company) Holds(g *TimeGroup, at time.Time) bool {
	today, minute := dayOf(at.Weekday()), at.Hour()*60+at.Minute()
	yesterday := dayOf(at.AddDate(0, 0, -1).Weekday())
	for _, s := range g.Spans {
		from, to, err := s.Minutes()
		if err != nil {
			continue
		}
		switch {
		case from < to && s.on(today) && from <= minute && minute < to && c.works(g, at),
			from >= to && s.on(today) && from <= minute && c.works(g, at),
			from >= to && s.on(yesterday) && minute < to && c.works(g, at.AddDate(0, 0, -1)):
			return true
		}
	}
	return false
}

// works reports whether the time group holds on the day of at.
func (c *Company) works(g *TimeGroup, at time.Time) bool {
	return g.OnHolidays || !slices.ContainsFunc(c.Holidays, func(h Holiday) bool {
		return h.Date == at.Format("2006-01-02") || h.Date == at.Format("01-02")
	})
}

func (s *Span) on(d Day) bool { return len(s.Days) == 0 || slices.Contains(s.Days, d) }

// Minutes are its ends, in minutes since midnight.
func (s *Span) Minutes() (from, to int, err error) {
	if from, err = minutes(s.From); err != nil {
		return 0, 0, err
	}
	to, err = minutes(s.To)
	return from, to, err
}

func minutes(clock string) (int, error) {
	if clock == "24:00" {
		return 24 * 60, nil
	}
	t, err := time.Parse("15:04", clock)
	if err != nil || len(clock) != len("15:04") {
		return 0, fmt.Errorf("%q is not a time of day such as 09:00", clock)
	}
	return t.Hour()*60 + t.Minute(), nil
}

func dayOf(d time.Weekday) Day { return Day(strings.ToLower(d.String()[:3])) }
