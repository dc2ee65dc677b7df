package users

import (
	"net/netip"
	"sync"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"
)

// Bounds of the challenges that passkeys are to answer.
const (
	challengeLife       = 5 * time.Minute
	maxChallenges       = 4096
	maxChallengesSource = 64 // of one place that requests come from
)

// challenge is what a passkey is to answer, once.
type challenge struct {
	place  Place
	data   webauthn.SessionData
	source netip.Prefix
	until  time.Time
}

// challenges are those that were given out and not answered yet, by what their browser
// has to prove that it is the one that asked.
type challenges struct {
	mu  sync.Mutex
	all map[string]challenge
}

// sourceOf is where a request comes from: an IPv4 address, or an IPv6 /64, which is
// one customer's.
func sourceOf(a netip.Addr) netip.Prefix {
	a = a.Unmap().WithZone("")
	bits := 32
	if a.Is6() {
		bits = 64
	}
	p, _ := a.Prefix(bits) // of no address: none
	return p
}

// put keeps a challenge in the place of that which its key had. A source that has too
// many loses its oldest, and nobody else's; it reports false when there are too many
// of all.
func (c *challenges) put(key string, ch challenge, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all == nil {
		c.all = map[string]challenge{}
	}
	delete(c.all, key)
	n, oldest := 0, ""
	for k, other := range c.all {
		if !now.Before(other.until) {
			delete(c.all, k)
			continue
		}
		if other.source != ch.source {
			continue
		}
		if n++; oldest == "" || other.until.Before(c.all[oldest].until) {
			oldest = k
		}
	}
	if n >= maxChallengesSource {
		delete(c.all, oldest)
	}
	if len(c.all) >= maxChallenges {
		return false
	}
	c.all[key] = ch
	return true
}

// take gives a challenge out, which is not there any more then.
func (c *challenges) take(key string, place Place, now time.Time) (webauthn.SessionData, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	ch, ok := c.all[key]
	delete(c.all, key)
	return ch.data, ok && now.Before(ch.until) && ch.place == place
}
