package people

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dipcast/dipcast/internal/tenant"
	"github.com/dipcast/dipcast/works"
)

// usedUp is an app whose calls of a minute are used up.
type usedUp struct {
	Account
	until time.Time
}

func (u usedUp) Budget(string) works.Budget {
	if left := time.Until(u.until); left > 0 {
		return works.Budget{Limit: 240, Reset: left}
	}
	return works.Budget{Limit: 240, Left: 240}
}

// TestPace: a page waits for the next minute, and not longer than it may.
func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		if err := pace(t.Context(), usedUp{until: begun.Add(40 * time.Second)}); err != nil || time.Since(begun) != 40*time.Second {
			t.Errorf("%v after %v", err, time.Since(begun))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := pace(ctx, usedUp{until: time.Now().Add(time.Minute)}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a context that ends: %v", err)
		}
	})
}

// TestBackOff: after errors the directory is read later and later, never later
// than it would be without.
func TestBackOff(t *testing.T) {
	now := time.Now()
	s := &Service{
		o:     Options{Now: func() time.Time { return now }, Directory: func() *tenant.Directory { return &tenant.Directory{} }},
		log:   slog.New(slog.DiscardHandler),
		plans: map[int]*plan{2: {}},
	}
	p := s.plans[2]
	var waits []time.Duration
	for range 8 {
		s.planned(2, time.Hour, works.ErrNotDone)
		waits = append(waits, p.next.Sub(now)/time.Minute)
	}
	want := []time.Duration{1, 2, 4, 8, 16, 32, 60, 60}
	for i := range want {
		if waits[i] != want[i] {
			t.Errorf("waits of %v minutes, want %v", waits, want)
			break
		}
	}
	if s.planned(2, time.Hour, nil); p.failures != 0 || p.next != now.Add(time.Hour) {
		t.Errorf("after a success: %+v", p)
	}
}
