package workstest

import (
	"net/http"
	"slices"
	"time"
)

// Fault makes requests fail, or slow. What is not set does nothing: a Fault with
// a Delay alone only makes the work wait.
type Fault struct {
	Op    string // one of the Op constants; "" is every operation
	Skip  int    // requests that pass before it begins
	Count int    // requests it strikes; 0 means 1, less than 0 all until it is cleared

	Delay  time.Duration // before the work, by the real clock; who leaves meanwhile is not worked for
	Status int           // the answer: 429, 500, 503, …
	Code   string        // its code; "" means the documented one
	// Reset is the rateLimit-reset of a 429, in whole seconds; 0 sends no headers.
	Reset time.Duration
	// Cut closes the connection without an answer.
	Cut bool
	// Late does the work before Delay, Status or Cut: the sender cannot know.
	Late bool
	// ExpireToken ends the access token of the request before it is looked at.
	ExpireToken bool
}

// Fault adds a fault; the oldest that fits strikes alone. undo takes it back. An
// outage is Fault{Count: -1, Cut: true}, or with Status 503.
func (s *Server) Fault(f Fault) (undo func()) {
	if f.Count == 0 {
		f.Count = 1
	}
	p := &f
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, p)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.faults = slices.DeleteFunc(s.faults, func(o *Fault) bool { return o == p })
	}
}

// pick gives the fault that strikes a request, the zero Fault when none does.
func (s *Server) pick(op string) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.faults {
		if f.Op != "" && f.Op != op {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		struck := *f
		if f.Count > 0 {
			if f.Count--; f.Count == 0 {
				s.faults = slices.Delete(s.faults, i, i+1)
			}
		}
		return struck
	}
	return Fault{}
}

func (f *Fault) reply() reply {
	if f.Cut {
		return reply{}
	}
	code := f.Code
	if code == "" {
		code = map[int]string{
			http.StatusBadRequest: "BAD_REQUEST", http.StatusUnauthorized: "UNAUTHORIZED", http.StatusForbidden: "FORBIDDEN",
			http.StatusTooManyRequests: "TOO_MANY_REQUESTS", http.StatusInternalServerError: "INTERNAL_SERVER_ERROR",
			http.StatusServiceUnavailable: "SERVICE_UNAVAILABLE",
		}[f.Status]
	}
	a := failure(f.Status, code, "fault on demand")
	if f.Reset > 0 {
		for k, v := range limits(60, 60, f.Reset) {
			a.header[k] = v
		}
	}
	return a
}
