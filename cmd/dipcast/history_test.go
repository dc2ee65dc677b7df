package main

import (
	"testing"
	"time"
)

func TestMomentOf(t *testing.T) {
	at := func(text string) time.Time {
		m, err := time.ParseInLocation(time.DateTime, text, time.Local) //nolint:gosmopolitan // as the code under test
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	for _, tt := range []struct {
		text string
		days int
		want time.Time
	}{
		{"2026-11-01", 0, at("2026-11-01 00:00:00")},
		{"2026-11-30", 1, at("2026-12-01 00:00:00")}, // the end of that day
		{"2026-11-01 09:30", 1, at("2026-11-01 09:30:00")},
		{"2026-11-01 09:30:05", 0, at("2026-11-01 09:30:05")},
		{"2026-11-01T00:00:00+09:00", 0, time.Date(2026, 10, 31, 15, 0, 0, 0, time.UTC)},
	} {
		if got, err := momentOf(tt.text, tt.days); err != nil || !got.Equal(tt.want) {
			t.Errorf("%s: %v, %v", tt.text, got, err)
		}
	}
	for _, text := range []string{"", "yesterday", "2026-13-01", "01.11.2026"} {
		if got, err := momentOf(text, 0); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestSeconds(t *testing.T) {
	for n, want := range map[int64]string{0: "0:00", 7: "0:07", 754: "12:34", 3723: "1:02:03"} {
		if got := seconds(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}
