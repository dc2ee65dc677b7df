package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"golang.org/x/crypto/argon2"
)

// ErrHash reports a stored hash that is not argon2id in the PHC string format
// or asks for unreasonable work.
var ErrHash = errors.New("not an argon2id hash")

const (
	saltLen = 16
	hashLen = 32
	// maxMemory and maxTime bound what a stored hash may ask of us.
	maxMemory = 256 << 10 // KiB
	maxTime   = 16
)

// PasswordOptions configures Passwords. Zero fields take the default named,
// the first recommendation of OWASP's password storage guide.
type PasswordOptions struct {
	Memory     uint32 // KiB; default 19456 (19 MiB)
	Time       uint32 // passes; default 2
	Concurrent int    // computations at a time; default 2
	Waiting    int    // callers that may wait for one; default 1024
}

// Passwords computes argon2id. One hash takes some 20 ms and 19 MiB, so only a
// few are computed at a time; the others wait, bounded by their contexts.
type Passwords struct {
	memory, time uint32
	slots        chan struct{}
	waiting      atomic.Int64
	maxWaiting   int64
	unknown      string // a hash that no password has
}

// NewPasswords returns a Passwords.
func NewPasswords(o PasswordOptions) *Passwords {
	if o.Memory == 0 {
		o.Memory = 19 << 10
	}
	if o.Time == 0 {
		o.Time = 2
	}
	if o.Concurrent <= 0 {
		o.Concurrent = 2
	}
	if o.Waiting <= 0 {
		o.Waiting = 1024
	}
	p := &Passwords{
		memory: o.Memory, time: o.Time,
		slots: make(chan struct{}, o.Concurrent), maxWaiting: int64(o.Waiting),
	}
	p.unknown = p.format(random(saltLen), random(hashLen))
	return p
}

// Hash returns the argon2id hash of password with a new salt, in the PHC string
// format. It returns ErrBusy, or the context's error, when no slot became free.
func (p *Passwords) Hash(ctx context.Context, password string) (string, error) {
	if err := p.acquire(ctx); err != nil {
		return "", err
	}
	defer p.release()
	salt := random(saltLen)
	return p.format(salt, argon2.IDKey([]byte(password), salt, p.time, p.memory, 1, hashLen)), nil
}

// Verify reports whether hash is that of password. It returns ErrHash, ErrBusy
// or the context's error when it cannot tell.
func (p *Passwords) Verify(ctx context.Context, hash, password string) (bool, error) {
	if err := p.acquire(ctx); err != nil {
		return false, err
	}
	defer p.release()
	return compare(hash, password)
}

func (p *Passwords) format(salt, sum []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argon2.Version, p.memory, p.time, b64.EncodeToString(salt), b64.EncodeToString(sum))
}

// compare computes; the caller holds a slot.
func compare(hash, password string) (bool, error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return false, ErrHash
	}
	var memory, time uint32
	var threads uint8
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &time, &threads); err != nil {
		return false, ErrHash
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	want, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(want) < 16 || len(want) > 64 ||
		memory > maxMemory || time < 1 || time > maxTime || threads < 1 {
		return false, ErrHash
	}
	got := argon2.IDKey([]byte(password), salt, time, memory, threads, uint32(len(want))) // 16 to 64
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

func (p *Passwords) acquire(ctx context.Context) error {
	select {
	case p.slots <- struct{}{}:
		return nil
	default:
	}
	if p.waiting.Add(1) > p.maxWaiting {
		p.waiting.Add(-1)
		return ErrBusy
	}
	defer p.waiting.Add(-1)
	select {
	case p.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *Passwords) release() { <-p.slots }

// random returns n random bytes. crypto/rand.Read never fails since Go 1.24.
func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}
