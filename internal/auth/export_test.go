package auth

import "time"

// Occupy takes every slot and returns how to give them back.
func (p *Passwords) Occupy() (release func()) {
	for range cap(p.slots) {
		p.slots <- struct{}{}
	}
	return func() {
		for range cap(p.slots) {
			<-p.slots
		}
	}
}

// Waiting returns how many callers wait for a slot.
func (p *Passwords) Waiting() int64 { return p.waiting.Load() }

// Limiter gives tests the table of failures.
type Limiter struct{ l *limiter }

// NewLimiter returns a Limiter that holds up to limit keys.
func NewLimiter(l Limit, limit int) Limiter { return Limiter{newLimiter(l, limit)} }

// Fail counts a failure.
func (l Limiter) Fail(key string, now time.Time) { l.l.fail(key, now) }

// Wait returns how long key is locked.
func (l Limiter) Wait(key string, now time.Time) time.Duration { return l.l.wait(key, now) }

// Len returns how many keys are held.
func (l Limiter) Len() int { return len(l.l.seen) }

// Source exposes source.
func Source(remote string) string { return source(remote) }

// NewRemembered exposes the memory of verified passwords.
func NewRemembered(ttl time.Duration, limit int) *remembered { return newRemembered(ttl, limit) }

// Add remembers.
func (r *remembered) Add(username, hash, password string, now time.Time) {
	r.add(username, hash, password, now)
}

// Knows asks.
func (r *remembered) Knows(username, hash, password string, now time.Time) bool {
	return r.knows(username, hash, password, now)
}

// Len returns how many usernames are held.
func (r *remembered) Len() int { return len(r.seen) }
