package ami

import (
	"math/rand/v2"
	"time"
)

// backoff counts the waits between attempts to connect.
type backoff struct {
	min, max, auth time.Duration
	wait           time.Duration
}

func (b *backoff) reset() { b.wait = 0 }

// next returns how long to wait: doubling from min to max, ±20 % so that many
// links do not come back at once. Refused credentials wait auth at least, up
// to 20 % more: a retry cannot help soon, and each one is an alarm over there.
func (b *backoff) next(refused bool) time.Duration {
	b.wait = min(max(2*b.wait, b.min), b.max)
	if refused {
		return b.auth + time.Duration(0.2*rand.Float64()*float64(b.auth))
	}
	return time.Duration((0.8 + 0.4*rand.Float64()) * float64(b.wait))
}
