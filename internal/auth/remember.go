package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"sync"
	"time"
)

// remembered keeps which passwords were verified lately, so that a client that
// connects often does not cost an argon2id each time.
//
// It holds HMAC-SHA256 under a key of this process, never a password. The
// stored hash is part of what is hashed: when a password changes, what was
// remembered no longer fits.
type remembered struct {
	key []byte
	ttl time.Duration
	max int

	mu   sync.Mutex
	seen map[string]verified // by username
}

type verified struct {
	mac   [sha256.Size]byte
	until time.Time
}

func newRemembered(ttl time.Duration, limit int) *remembered {
	return &remembered{key: random(32), ttl: ttl, max: limit, seen: make(map[string]verified)}
}

func (r *remembered) mac(username, hash, password string) [sha256.Size]byte {
	h := hmac.New(sha256.New, r.key)
	for _, s := range []string{username, hash, password} {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(s))) // so that parts cannot shift
		h.Write(n[:])
		h.Write([]byte(s))
	}
	var out [sha256.Size]byte
	h.Sum(out[:0])
	return out
}

func (r *remembered) knows(username, hash, password string, now time.Time) bool {
	mac := r.mac(username, hash, password)
	r.mu.Lock()
	v, ok := r.seen[username]
	r.mu.Unlock()
	return ok && now.Before(v.until) && hmac.Equal(v.mac[:], mac[:])
}

func (r *remembered) add(username, hash, password string, now time.Time) {
	mac := r.mac(username, hash, password)
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.seen[username]; !ok && len(r.seen) >= r.max {
		r.makeRoom(now)
	}
	r.seen[username] = verified{mac, now.Add(r.ttl)}
}

// makeRoom drops what is over, else any one: it costs its owner one argon2id.
func (r *remembered) makeRoom(now time.Time) {
	for name, v := range r.seen {
		if !now.Before(v.until) {
			delete(r.seen, name)
		}
	}
	for name := range r.seen {
		if len(r.seen) < r.max {
			return
		}
		delete(r.seen, name)
	}
}

func (r *remembered) forget(username string) {
	r.mu.Lock()
	delete(r.seen, username)
	r.mu.Unlock()
}
