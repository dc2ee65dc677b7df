package web

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limits of requests from one source: an IPv4 address or the /64 of an IPv6 one.
// Tokens cannot be guessed; this keeps the database from being asked in vain.
const (
	perSecond  = 5
	burst      = 60 // many phones of an office are behind one address
	maxSources = 4096
	forgetAge  = time.Minute // after which a source has its burst again
)

// limiter bounds requests by source. Sources beyond maxSources share one limit.
type limiter struct {
	mu      sync.Mutex
	sources map[netip.Prefix]*source
	others  *rate.Limiter
}

type source struct {
	*rate.Limiter
	seen time.Time
}

func newLimiter() *limiter {
	return &limiter{sources: map[netip.Prefix]*source{}, others: rate.NewLimiter(burst, burst)}
}

// take counts one request. It returns how long to wait, 0 when it may be served.
func (l *limiter) take(addr netip.Addr) time.Duration {
	bits := 64
	if addr.Is4() {
		bits = 32
	}
	p, err := addr.WithZone("").Prefix(bits)
	if err != nil {
		p = netip.Prefix{} // no IP address: all of them are one
	}
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.sources[p]
	if s == nil && len(l.sources) >= maxSources {
		for k, old := range l.sources {
			if now.Sub(old.seen) > forgetAge {
				delete(l.sources, k)
			}
		}
	}
	if s == nil && len(l.sources) < maxSources {
		s = &source{Limiter: rate.NewLimiter(perSecond, burst)}
		l.sources[p] = s
	}
	limit := l.others
	if s != nil {
		s.seen, limit = now, s.Limiter
	}
	if limit.AllowN(now, 1) {
		return 0
	}
	return time.Second
}
