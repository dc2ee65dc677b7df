package config

import (
	"fmt"
	"strings"
	"time"
)

// maxCalls bounds the limits of calls: each that counts is a row in the database.
const maxCalls = 100_000

// maxHistoryDays is a hundred years.
const maxHistoryDays = 36500

func (r *report) backups(b *Backups) {
	if _, _, ok := b.At(); !ok && b.Daily != BackupsOff {
		r.add("backups.daily", "must be a time of day such as \"03:30\", or %s", BackupsOff)
	}
	if b.Keep < 1 || b.Keep > MaxDailyBackups {
		r.add("backups.keep", "must be 1 to %d", MaxDailyBackups)
	}
}

// callLimits checks what a tenant may call.
func (r *report) callLimits(at string, t *Tenant) {
	for _, l := range []struct {
		key string
		n   int
	}{
		{"per_minute", t.Limits.PerMinute},
		{"per_hour", t.Limits.PerHour},
		{"international_per_minute", t.Limits.InternationalPerMinute},
		{"international_per_hour", t.Limits.InternationalPerHour},
		{"international_per_day", t.Limits.InternationalPerDay},
	} {
		if l.n < 0 || l.n > maxCalls {
			r.add(at+".limits."+l.key, "must be 1 to %d; without it the default holds", maxCalls)
		}
	}
	if t.Lines < 0 || t.Lines > 10_000 {
		r.add(at+".lines", "must be 1 to 10000; without it the carrier alone bounds them")
	}
	if t.HistoryDays < 0 || t.HistoryDays > maxHistoryDays {
		r.add(at+".history_days", "must be 1 to %d; without it calls stay in the history for good", maxHistoryDays)
	}
	at += ".international"
	for i, c := range t.International.Countries {
		if len(c) < 1 || len(c) > 7 || c[0] == '0' || strings.Trim(c, "0123456789") != "" {
			r.add(fmt.Sprintf("%s.countries[%d]", at, i), "must be what numbers begin with after the access code, such as 1 or 8150: 1 to 7 digits")
		}
	}
	switch until, err := time.ParseInLocation(time.DateOnly, t.International.Until, time.Local); { //nolint:gosmopolitan // the day where this runs
	case t.International.Until == "" && len(t.International.Countries) == 0:
	case len(t.International.Countries) == 0:
		r.add(at+".countries", "is missing; international calls are opened for named countries only")
	case t.International.Until == "":
		r.add(at+".until", "is missing; international calls are opened until a day, such as 2026-12-31")
	case err != nil:
		r.add(at+".until", "must be a day such as 2026-12-31")
	case !time.Now().Before(until.AddDate(0, 0, 1)):
		r.warn(at+".until", "is past; international calls are closed")
	}
}
