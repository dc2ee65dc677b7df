package company

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// lunar are the days of the lunar calendar that are public holidays in Korea:
// 설날 (1/1), 부처님오신날 (4/8) and 추석 (8/15).
//
// Source: those of 2027 as the Korea Astronomy and Space Science Institute has
// them (astro.kasi.re.kr, 달력자료, months 1, 4 and 8 begin on February 7, May 6
// and September 1). The others are the new moons by Meeus, Astronomical
// Algorithms, chapter 49, at Korea's time, in the months that hold 우수, 소만 and
// 추분; that gives those of 2025 and 2027 as published. From 2033 on the rule of
// the months alone does not do, so the table ends before.
var lunar = map[int][3]string{
	2026: {"02-17", "05-24", "09-25"},
	2027: {"02-07", "05-13", "09-15"},
	2028: {"01-27", "05-02", "10-03"},
	2029: {"02-13", "05-20", "09-22"},
	2030: {"02-03", "05-09", "09-12"},
	2031: {"01-23", "05-28", "10-01"},
	2032: {"02-11", "05-16", "09-19"},
}

// KoreanYears are the first and the last year that KoreanHolidays knows.
const (
	FirstKoreanYear = 2026
	LastKoreanYear  = 2032
)

// KoreanHolidays are the public holidays of Korea in a year, with the days that
// stand in for those that fall on a weekend (관공서의 공휴일에 관한 규정, articles
// 2 and 3), in their order. Days of elections, and what the government or a later
// law adds, are not among them.
func KoreanHolidays(year int) ([]Holiday, error) {
	moon, ok := lunar[year]
	if !ok {
		return nil, fmt.Errorf("public holidays are known from %d to %d", FirstKoreanYear, LastKoreanYear)
	}
	// How a day is stood in for.
	const (
		never   = iota
		sunday  // when it falls on a Sunday or on another holiday
		weekend // on a Saturday too
	)
	type day struct {
		at   time.Time
		name string
		rule int
	}
	on := func(monthDay string) time.Time {
		t, err := time.Parse(time.DateOnly, fmt.Sprintf("%d-%s", year, monthDay))
		if err != nil {
			return time.Time{} // the days here are days
		}
		return t
	}
	seollal, buddha, chuseok := on(moon[0]), on(moon[1]), on(moon[2])
	days := []day{
		{on("01-01"), "신정", never},
		{seollal.AddDate(0, 0, -1), "설날 연휴", sunday},
		{seollal, "설날", sunday},
		{seollal.AddDate(0, 0, 1), "설날 연휴", sunday},
		{on("03-01"), "삼일절", weekend},
		{on("05-05"), "어린이날", weekend},
		{buddha, "부처님오신날", weekend},
		{on("06-06"), "현충일", never},
		{on("08-15"), "광복절", weekend},
		{chuseok.AddDate(0, 0, -1), "추석 연휴", sunday},
		{chuseok, "추석", sunday},
		{chuseok.AddDate(0, 0, 1), "추석 연휴", sunday},
		{on("10-03"), "개천절", weekend},
		{on("10-09"), "한글날", weekend},
		{on("12-25"), "성탄절", weekend},
	}
	slices.SortStableFunc(days, func(a, b day) int { return a.at.Compare(b.at) })
	taken := map[time.Time]string{}
	var missed []day
	for _, d := range days {
		w := d.at.Weekday()
		if d.rule != never && (w == time.Sunday || d.rule == weekend && w == time.Saturday || taken[d.at] != "") {
			missed = append(missed, d)
		}
		if taken[d.at] != "" {
			taken[d.at] += ", " + d.name
		} else {
			taken[d.at] = d.name
		}
	}
	for _, d := range missed {
		at := d.at
		for taken[at] != "" || at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
			at = at.AddDate(0, 0, 1)
		}
		taken[at] = d.name + " 대체공휴일"
	}
	out := make([]Holiday, 0, len(taken))
	for at, name := range taken {
		out = append(out, Holiday{Date: at.Format(time.DateOnly), Name: name})
	}
	slices.SortFunc(out, func(a, b Holiday) int { return cmp.Compare(a.Date, b.Date) })
	return out, nil
}
