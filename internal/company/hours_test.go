package company_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dipcast/dipcast/internal/company"
)

func TestHolds(t *testing.T) {
	c := company.Company{Holidays: []company.Holiday{{Date: "03-01"}, {Date: "2026-09-25"}}}
	work := company.TimeGroup{Spans: []company.Span{{Days: []company.Day{"mon", "tue", "wed", "thu", "fri"}, From: "09:00", To: "18:00"}}}
	night := company.TimeGroup{Spans: []company.Span{{Days: []company.Day{"fri"}, From: "22:00", To: "06:00"}}}
	always := company.TimeGroup{Spans: []company.Span{{From: "00:00", To: "24:00"}}, OnHolidays: true}
	tests := []struct {
		group *company.TimeGroup
		at    string
		want  bool
	}{
		{&work, "2026-11-20 08:59", false}, // a Friday
		{&work, "2026-11-20 09:00", true},
		{&work, "2026-11-20 17:59", true},
		{&work, "2026-11-20 18:00", false},
		{&work, "2026-11-21 12:00", false},  // Saturday
		{&work, "2026-09-25 12:00", false},  // a holiday on a Friday
		{&work, "2027-03-01 12:00", false},  // one of every year, on a Monday
		{&night, "2026-11-20 21:59", false}, // Friday
		{&night, "2026-11-20 22:00", true},
		{&night, "2026-11-21 05:59", true}, // still Friday's
		{&night, "2026-11-21 06:00", false},
		{&night, "2026-11-20 05:00", false}, // Thursday's night is not listed
		{&night, "2026-09-26 01:00", false}, // Friday was a holiday
		{&always, "2026-09-25 00:00", true},
		{&always, "2026-09-25 23:59", true},
		{&company.TimeGroup{}, "2026-11-20 12:00", false},
	}
	for _, tt := range tests {
		at, err := time.Parse("2006-01-02 15:04", tt.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Holds(tt.group, at); got != tt.want {
			t.Errorf("%v at %s: %t", tt.group.Spans, tt.at, got)
		}
	}
}

// TestText: what is exported is read back the same, secrets aside.
func TestText(t *testing.T) {
	in := whole()
	text, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var targets struct{ DIDs []company.DID }
	if err := json.Unmarshal(text, &targets); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(in.DIDs, targets.DIDs); d != "" {
		t.Error(d)
	}
	var target company.Target
	if err := target.UnmarshalText([]byte("moon:1")); err == nil {
		t.Error("a target that is none is taken")
	}
}

func TestOwnNumber(t *testing.T) {
	c := whole()
	for ext, want := range map[string]string{"1010": "16682471", "1013": "07045144801"} {
		if got := c.OwnNumber(c.Extension(ext)); got != want {
			t.Errorf("%s shows %s, want %s", ext, got, want)
		}
	}
	c.DIDs = nil
	if got := c.OwnNumber(c.Extension("1013")); got != "16682471" {
		t.Errorf("without DIDs: %q", got)
	}
	c.Numbers = nil
	if got := c.OwnNumber(nil); got != "" {
		t.Errorf("without numbers: %q", got)
	}
}
