package company_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/company"
)

// TestKoreanHolidays: the days of 2026 and 2027 as calendars have them, with
// those that stand in.
func TestKoreanHolidays(t *testing.T) {
	for year, want := range map[int]string{
		2026: "01-01 02-16 02-17 02-18 03-01 03-02 05-05 05-24 05-25 06-06 08-15 08-17 09-24 09-25 09-26 10-03 10-05 10-09 12-25",
		2027: "01-01 02-06 02-07 02-08 02-09 03-01 05-05 05-13 06-06 08-15 08-16 09-14 09-15 09-16 10-03 10-04 10-09 10-11 12-25 12-27",
		// 개천절 is in 추석.
		2028: "01-01 01-26 01-27 01-28 03-01 05-02 05-05 06-06 08-15 10-02 10-03 10-04 10-05 10-09 12-25",
	} {
		list, err := company.KoreanHolidays(year)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, h := range list {
			got = append(got, h.Date[5:])
		}
		if text := strings.Join(got, " "); text != want {
			t.Errorf("%d:\n%s, want\n%s", year, text, want)
		}
	}
	for year := company.FirstKoreanYear; year <= company.LastKoreanYear; year++ {
		list, err := company.KoreanHolidays(year)
		c := company.Company{ID: "7be69580e27641df", Number: 2, Name: "a", Holidays: list}
		if err != nil || len(list) < 15 || len(company.Check(&c, nil)) > 0 || !slices.ContainsFunc(list, func(h company.Holiday) bool { return strings.HasPrefix(h.Name, "추석") }) {
			t.Errorf("%d: %v %v", year, err, list)
		}
	}
	if _, err := company.KoreanHolidays(2033); err == nil {
		t.Error("a year that is not in the table")
	}
}
