package workstest

import (
	"context"
	"net/http"
	"slices"
	"time"
)

// Request is one that came, and what it was answered.
type Request struct {
	Time   time.Time // when its header had come, by Options.Now
	Done   time.Time // when the answer was ready
	Op     string
	Method string
	Path   string
	Query  string
	Header http.Header // without Authorization and Cookie
	Body   []byte      // at most 64 KiB; none of token requests, which hold secrets
	App    string      // ClientID, when a token or secret showed it
	Status int         // 0: the connection was cut
	Upload *Upload     // of OpUpload
	// QuotedGrant says that the grant type of a token request came percent-encoded
	// twice, and InQuery that its parameters came in the query, as of some clients.
	QuotedGrant bool
	InQuery     bool
}

// Upload is the form in which a file came.
type Upload struct {
	Method   string
	Field    string // "Filedata"; "" when the body was the file
	FileName string
	Type     string // its Content-Type
	Resource string // the part resourceName
	Bearer   bool   // whether an access token came with it
	Size     int
}

// Log gives what came, oldest first, as much as Options.LogSize holds.
func (s *Server) Log() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.log)
}

// Requests gives those of one operation.
func (s *Server) Requests(op string) []Request {
	return slices.DeleteFunc(s.Log(), func(r Request) bool { return r.Op != op })
}

// Wait waits until done holds; it is asked again when anything has happened here.
// The error is that of ctx.
func (s *Server) Wait(ctx context.Context, done func() bool) error {
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if done() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (s *Server) note(r Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = bounded(append(s.log, r), s.o.LogSize)
	s.wake()
}

// bounded drops the oldest tenth of a list that has grown too long.
func bounded[T any](list []T, most int) []T {
	if len(list) <= most {
		return list
	}
	return slices.Delete(list, 0, len(list)-most+most/10)
}

func noted(h http.Header) http.Header {
	h = h.Clone()
	h.Del("Authorization")
	h.Del("Cookie")
	return h
}
