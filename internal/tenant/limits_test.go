package tenant_test

import (
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/tenant"
)

func TestLimitsOpens(t *testing.T) {
	seoul := time.FixedZone("KST", 9*3600)
	l := tenant.Limits{Countries: []string{"1", "8150"}, Until: "2026-12-31"}
	last := time.Date(2026, 12, 31, 23, 59, 59, 0, seoul)
	for _, tt := range []struct {
		name   string
		l      tenant.Limits
		abroad string
		at     time.Time
		want   bool
	}{
		{"a country", l, "12125550123", last, true},
		{"a part of one", l, "815012345678", last, true},
		{"another part of it", l, "81312345678", last, false},
		{"another country", l, "2125550123", last, false},
		{"the day after", l, "12125550123", last.Add(time.Second), false},
		{"no number", l, "", last, false},
		{"nothing opened", tenant.Limits{}, "12125550123", last, false},
		{"no date", tenant.Limits{Countries: []string{"1"}}, "12125550123", last, false},
		{"no country", tenant.Limits{Until: "2026-12-31"}, "12125550123", last, false},
		{"an empty country", tenant.Limits{Countries: []string{""}, Until: "2026-12-31"}, "12125550123", last, false},
	} {
		if got := tt.l.Opens(tt.abroad, tt.at); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

func TestLimitsDefaults(t *testing.T) {
	got := tenant.Limits{PerMinute: 60, Premium: true}.WithDefaults()
	if got.PerMinute != 60 || got.PerHour != 300 || got.AbroadPerMinute != 5 || got.AbroadPerHour != 20 || got.AbroadPerDay != 100 || !got.Premium {
		t.Errorf("%+v", got)
	}
}
