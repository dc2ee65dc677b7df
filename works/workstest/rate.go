package workstest

import (
	"net/http"
	"strconv"
	"time"
)

// window names a count: by operation, and by the domain that registered the app
// (docs/rate-limits).
type window struct {
	op     string
	domain int64
}

// count is that of a minute, which begins with the first call in it.
type count struct {
	ends time.Time
	used int
}

// countIn counts a call. It gives the four headers, whose names are written as the
// documentation has them, and whether the call is within the limit.
func (s *Server) countIn(op string, domain int64, limit int) (http.Header, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.o.Now()
	c := s.windows[window{op, domain}]
	if c == nil || !now.Before(c.ends) {
		c = &count{ends: now.Add(time.Minute)}
		s.windows[window{op, domain}] = c
	}
	ok := c.used < limit
	if ok {
		c.used++
	}
	return limits(c.used, limit, c.ends.Sub(now)), ok
}

func limits(used, limit int, reset time.Duration) http.Header {
	return http.Header{
		"rateLimit-used":      {strconv.Itoa(used)},
		"rateLimit-limit":     {strconv.Itoa(limit)},
		"rateLimit-remaining": {strconv.Itoa(max(0, limit-used))},
		"rateLimit-reset":     {strconv.Itoa(int((reset + time.Second - 1) / time.Second))},
	}
}
