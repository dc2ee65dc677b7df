package auth

import (
	"net"
	"net/netip"
	"sync"
	"time"
)

// Limit bounds failures: after Failures of them within Window, all is refused
// for Lock.
type Limit struct {
	Failures int
	Window   time.Duration
	Lock     time.Duration
}

// limiter counts failures by key. It holds a bounded number of keys.
type limiter struct {
	limit Limit
	max   int

	mu   sync.Mutex
	seen map[string]*failures
}

type failures struct {
	count  int
	since  time.Time // of the first in the window
	locked time.Time // until
}

func newLimiter(l Limit, limit int) *limiter {
	return &limiter{limit: l, max: limit, seen: make(map[string]*failures)}
}

// wait returns how long key is still locked, 0 when it is not.
func (l *limiter) wait(key string, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	f, ok := l.seen[key]
	if !ok {
		return 0
	}
	return max(0, f.locked.Sub(now))
}

// fail counts one failure.
func (l *limiter) fail(key string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f, ok := l.seen[key]
	if !ok {
		if len(l.seen) >= l.max {
			l.makeRoom(now)
		}
		f = &failures{since: now}
		l.seen[key] = f
	}
	if now.Sub(f.since) >= l.limit.Window {
		f.count, f.since = 0, now
	}
	f.count++
	if f.count >= l.limit.Failures {
		f.locked = now.Add(l.limit.Lock)
		f.count, f.since = 0, now
	}
}

// reset forgets the failures of key after a success.
func (l *limiter) reset(key string) {
	l.mu.Lock()
	delete(l.seen, key)
	l.mu.Unlock()
}

// makeRoom drops keys that no longer matter. When none is such, it drops one of
// a few at random, an unlocked one if there is: whoever fills the table to free
// a lock of his must be lucky each time.
func (l *limiter) makeRoom(now time.Time) {
	for key, f := range l.seen {
		if !now.Before(f.locked) && now.Sub(f.since) >= l.limit.Window {
			delete(l.seen, key)
		}
	}
	if len(l.seen) < l.max {
		return
	}
	victim, tries := "", 0
	for key, f := range l.seen { // Go's map order is random
		if victim == "" || !now.Before(f.locked) {
			victim = key
		}
		if tries++; tries >= 16 || !now.Before(f.locked) {
			break
		}
	}
	delete(l.seen, victim)
}

// source returns what counts as one place a request comes from: an IPv4
// address, or the /64 network of an IPv6 address, which is one customer's.
func source(remote string) string {
	host := remote
	if h, _, err := net.SplitHostPort(remote); err == nil {
		host = h
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return "?"
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	p, err := ip.Prefix(64)
	if err != nil {
		return "?"
	}
	return p.String()
}
