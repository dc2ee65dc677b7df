package tenant

import (
	"strings"
	"time"
)

// Limits bound what a tenant's extensions may call. The zero value of a count
// means its default; International and Premium are closed by default.
//
// The JSON names are those of the column in the database.
type Limits struct {
	PerMinute int `json:"per_minute,omitempty"` // national, of one extension; default 20
	PerHour   int `json:"per_hour,omitempty"`   // default 300

	// International and premium numbers together, of one extension.
	AbroadPerMinute int `json:"abroad_per_minute,omitempty"` // default 5
	AbroadPerHour   int `json:"abroad_per_hour,omitempty"`   // default 20
	AbroadPerDay    int `json:"abroad_per_day,omitempty"`    // default 100

	// Countries are what numbers abroad may begin with: "1", "8150". Empty
	// closes international calls. Until is the last day they are open,
	// 2026-12-31, where this program runs.
	Countries []string `json:"countries,omitempty"`
	Until     string   `json:"until,omitempty"`
	// Premium opens 060 numbers.
	Premium bool `json:"premium,omitempty"`
}

// The defaults of Limits.
const (
	DefaultPerMinute       = 20
	DefaultPerHour         = 300
	DefaultAbroadPerMinute = 5
	DefaultAbroadPerHour   = 20
	DefaultAbroadPerDay    = 100
)

// WithDefaults returns l with every count set.
func (l Limits) WithDefaults() Limits {
	for _, c := range []struct {
		n   *int
		def int
	}{
		{&l.PerMinute, DefaultPerMinute},
		{&l.PerHour, DefaultPerHour},
		{&l.AbroadPerMinute, DefaultAbroadPerMinute},
		{&l.AbroadPerHour, DefaultAbroadPerHour},
		{&l.AbroadPerDay, DefaultAbroadPerDay},
	} {
		if *c.n <= 0 {
			*c.n = c.def
		}
	}
	return l
}

// Opens reports whether a number abroad may be called at a time. abroad begins
// with the country, as number.Abroad gives it.
func (l Limits) Opens(abroad string, at time.Time) bool {
	last, err := time.ParseInLocation(time.DateOnly, l.Until, at.Location())
	if err != nil || !at.Before(last.AddDate(0, 0, 1)) {
		return false
	}
	for _, c := range l.Countries {
		if c != "" && strings.HasPrefix(abroad, c) {
			return true
		}
	}
	return false
}
