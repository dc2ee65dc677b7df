package auth

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"sync"
	"time"

	"github.com/dipcast/dipcast/internal/tenant"
)

// tickets are one-time credentials for browsers, which cannot send headers with
// a WebSocket handshake. They live in memory: a restart ends them, and 30
// seconds do anyway.
type tickets struct {
	ttl      time.Duration
	max      int // of all together
	maxOwner int // of one login or key, so that nobody takes all

	mu     sync.Mutex
	issued map[[sha256.Size]byte]ticket
	owned  map[owner]int
}

type ticket struct {
	identity tenant.Identity
	until    time.Time
}

// owner is who a ticket counts for.
type owner struct {
	tenant tenant.ID
	via    tenant.Via
	name   string
}

func ownerOf(id tenant.Identity) owner {
	o := owner{via: id.Via, name: id.Name}
	if id.Tenant != nil {
		o.tenant = id.Tenant.ID
	}
	return o
}

func newTickets(ttl time.Duration, limit, perOwner int) *tickets {
	return &tickets{
		ttl: ttl, max: limit, maxOwner: perOwner,
		issued: make(map[[sha256.Size]byte]ticket), owned: make(map[owner]int),
	}
}

func (t *tickets) issue(id tenant.Identity, now time.Time) (string, time.Time, error) {
	o := ownerOf(id)
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.issued) >= t.max || t.owned[o] >= t.maxOwner {
		t.sweep(now)
	}
	if len(t.issued) >= t.max || t.owned[o] >= t.maxOwner {
		return "", time.Time{}, fmt.Errorf("too many unused tickets: %w", ErrBusy)
	}
	text := base64.RawURLEncoding.EncodeToString(random(32))
	until := now.Add(t.ttl)
	t.issued[sha256.Sum256([]byte(text))] = ticket{id, until}
	t.owned[o]++
	return text, until, nil
}

// redeem returns whose ticket text is and ends it.
func (t *tickets) redeem(text string, now time.Time) (tenant.Identity, bool) {
	key := sha256.Sum256([]byte(text))
	t.mu.Lock()
	defer t.mu.Unlock()
	tk, ok := t.issued[key]
	if !ok {
		return tenant.Identity{}, false
	}
	t.drop(key, tk)
	return tk.identity, now.Before(tk.until)
}

func (t *tickets) sweep(now time.Time) {
	for key, tk := range t.issued {
		if !now.Before(tk.until) {
			t.drop(key, tk)
		}
	}
}

func (t *tickets) drop(key [sha256.Size]byte, tk ticket) {
	delete(t.issued, key)
	o := ownerOf(tk.identity)
	if t.owned[o]--; t.owned[o] <= 0 {
		delete(t.owned, o)
	}
}
