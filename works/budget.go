package works

import (
	"net/http"
	"strconv"
	"sync"
	"time"
)

// minute is the window in which calls are counted (docs/rate-limits).
const minute = time.Minute

// budget counts the calls of each operation. The server counts by operation and
// by the domain that registered the app, so one Client has one budget.
type budget struct {
	perMinute int
	now       func() time.Time

	mu  sync.Mutex
	ops map[string]*window
}

// window is what is known of one operation's minute.
type window struct {
	ends  time.Time
	used  int
	limit int // as the server said it; 0: Options.PerMinute
	// closed is set by a 429: nothing goes before ends.
	closed bool
}

// Budget is what an operation has left in its minute.
type Budget struct {
	Limit int           // calls in a minute; 0 when nobody counts
	Left  int           // calls left
	Reset time.Duration // until the minute ends; 0 when none has begun
}

// take counts a call, or gives how long there is none.
func (b *budget) take(op string) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	w := b.window(op, now)
	limit := b.limit(w)
	if w.closed || (limit > 0 && w.used >= limit) {
		return w.ends.Sub(now)
	}
	w.used++
	return 0
}

// window gives the running minute of an operation.
func (b *budget) window(op string, now time.Time) *window {
	w := b.ops[op]
	if w == nil {
		w = &window{}
		b.ops[op] = w
	}
	if !now.Before(w.ends) {
		w.ends, w.used, w.closed = now.Add(minute), 0, false
	}
	return w
}

func (b *budget) limit(w *window) int {
	switch {
	case w.limit > 0:
		return w.limit
	case b.perMinute > 0:
		return b.perMinute
	}
	return 0
}

// told takes over what an answer says of the minute: rateLimit-limit, -remaining
// and -reset (seconds; docs/rate-limits). Other senders of the same app count
// there too, so the server's count is right when it is the higher one.
func (b *budget) told(op string, h http.Header, status int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	w := b.window(op, now)
	if n, ok := number(h, "rateLimit-limit"); ok && n > 0 {
		w.limit = n
	}
	if n, ok := number(h, "rateLimit-remaining"); ok {
		if limit := b.limit(w); limit > 0 {
			w.used = max(w.used, limit-n)
		}
	}
	if n, ok := number(h, "rateLimit-reset"); ok && n >= 0 && n <= 60 {
		w.ends = now.Add(time.Duration(n) * time.Second)
	}
	if status == http.StatusTooManyRequests {
		w.closed = true
		if wait := waitOf(h); wait > 0 {
			w.ends = now.Add(wait)
		}
	}
}

// Budget tells what is left of an operation, one of the Op constants.
func (c *Client) Budget(op string) Budget {
	b := &c.budget
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	w := b.ops[op]
	if w == nil || !now.Before(w.ends) {
		fresh := b.limit(&window{limit: limitOf(w)})
		return Budget{Limit: fresh, Left: fresh}
	}
	limit := b.limit(w)
	left := max(0, limit-w.used)
	if w.closed {
		left = 0
	}
	return Budget{Limit: limit, Left: left, Reset: w.ends.Sub(now)}
}

func limitOf(w *window) int {
	if w == nil {
		return 0
	}
	return w.limit
}

// waitOf reads how long to wait: rateLimit-reset, or Retry-After, which is not
// documented but usual. 0 when neither is there; at most a minute, since the
// window is no longer.
func waitOf(h http.Header) time.Duration {
	for _, name := range []string{"rateLimit-reset", "Retry-After"} {
		if n, ok := number(h, name); ok && n >= 0 {
			return min(time.Duration(n)*time.Second, minute)
		}
	}
	return 0
}

// number reads a header; net/http finds it in any case.
func number(h http.Header, name string) (int, bool) {
	n, err := strconv.Atoi(h.Get(name))
	return n, err == nil
}
