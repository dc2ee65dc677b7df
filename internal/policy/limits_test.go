package policy_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/tenant"
)

// ledger is a CallHistory in memory, of one extension.
type ledger struct {
	calls, breaches []time.Time // of one class
	announced       map[string]bool
	lock            time.Time
	call            string // of the count at hand
}

func (l *ledger) Announced() (bool, error) {
	known := l.announced[l.call]
	delete(l.announced, l.call)
	return known, nil
}

func (l *ledger) LockedSince() (time.Time, error) { return l.lock, nil }

func (l *ledger) Newest(n int) (time.Time, error) {
	if n > len(l.calls) {
		return time.Time{}, nil
	}
	return l.calls[len(l.calls)-n], nil
}

func (l *ledger) Breaches(after time.Time) (n int, err error) {
	for _, at := range l.breaches {
		if at.After(after) {
			n++
		}
	}
	return n, nil
}

// take decides and writes, as package store does.
func (l *ledger) take(t *rapid.T, now time.Time, c *policy.CallCount) policy.CallVerdict {
	l.call = c.Call
	if err := c.Decide(now, l); err != nil {
		t.Fatal(err)
	}
	v := c.Verdict
	if v.Counted {
		l.calls = append(l.calls, now)
		if c.Announced {
			l.announced[c.Call] = true
		}
	}
	if v.Breach {
		l.breaches = append(l.breaches, now)
	}
	if v.NewLock {
		l.lock = now
	}
	return v
}

// TestNeverMoreThanTheLimits: whatever is tried and when, no window of any
// limit holds more calls than it may, a refused call says truly when to try
// again, and what is refused for a limit does not count.
func TestNeverMoreThanTheLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.IntRange(1, 6)
		set := tenant.Limits{
			PerMinute: count.Draw(t, "minute"), PerHour: count.Draw(t, "hour"),
			AbroadPerMinute: count.Draw(t, "abroad minute"), AbroadPerHour: count.Draw(t, "abroad hour"), AbroadPerDay: count.Draw(t, "abroad day"),
		}
		class := rapid.SampledFrom([]policy.CallClass{policy.National, policy.Abroad}).Draw(t, "class")
		windows := policy.CallWindows(set, class)
		l := &ledger{announced: map[string]bool{}}
		now := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
		var retry time.Time
		for i := range rapid.IntRange(1, 120).Draw(t, "attempts") {
			pause := rapid.SampledFrom([]time.Duration{0, time.Millisecond, 7 * time.Second, time.Minute, 9 * time.Minute, time.Hour, 9 * time.Hour})
			now = now.Add(pause.Draw(t, "pause"))
			if !retry.IsZero() && rapid.Bool().Draw(t, "as told") && retry.After(now) {
				now = retry
			}
			c := &policy.CallCount{Class: class, Windows: windows, Call: string(rune('a' + i%26)), Announced: rapid.Bool().Draw(t, "announced")}
			wasLocked := l.lock
			v := l.take(t, now, c)
			switch {
			case !wasLocked.IsZero() && (v.Counted || !v.Locked) && c.Announced:
				t.Fatalf("a call was let go while locked: %+v", v)
			case v.Over.Calls > 0 && !v.RetryAt.After(now):
				t.Fatalf("try again at %v, which is not after %v", v.RetryAt, now)
			case !retry.IsZero() && now.Equal(retry) && v.Over.Calls > 0:
				t.Fatalf("refused at the very time that was told: %+v", v)
			case class == policy.National && (v.Breach || v.Locked):
				t.Fatalf("a national call locks: %+v", v)
			}
			retry = v.RetryAt
			if v.Locked && rapid.Bool().Draw(t, "unlock") {
				l.lock, l.breaches = time.Time{}, nil
			}
		}
		for _, w := range windows {
			for i, at := range l.calls {
				n := len(l.calls) - i
				if after := slices.IndexFunc(l.calls[i:], func(b time.Time) bool { return !b.Before(at.Add(w.Length)) }); after >= 0 {
					n = after
				}
				if n > w.Calls {
					t.Fatalf("%d calls within a %s from %v, limit %d", n, w.Name, at, w.Calls)
				}
			}
		}
	})
}

// TestAnnouncedOnce: a client's call counts when it is announced, and not when
// Asterisk asks for it; asking again is another call.
func TestAnnouncedOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := &ledger{announced: map[string]bool{}}
		now := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
		windows := policy.CallWindows(tenant.Limits{PerMinute: 2}, policy.National)
		l.take(t, now, &policy.CallCount{Class: policy.National, Windows: windows, Call: "x", Announced: true})
		for i, want := range []policy.CallVerdict{{}, {Counted: true}} {
			if v := l.take(t, now, &policy.CallCount{Class: policy.National, Windows: windows, Call: "x"}); v != want {
				t.Fatalf("asked the time %d: %+v", i+1, v)
			}
		}
	})
}
