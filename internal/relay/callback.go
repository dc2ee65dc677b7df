package relay

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/dipcast/dipcast/works"
)

// deliverTimeout is how long a box may take for a callback that had to wait.
const deliverTimeout = 10 * time.Second

// errLater reports a callback that was not taken, and may be offered again.
var errLater = errors.New("not taken")

// call is one callback as it came.
type call struct {
	Tenant   string      `json:"tenant"`
	Host     string      `json:"host"`
	Query    string      `json:"query,omitempty"`
	Client   string      `json:"client"` // address and port
	Received time.Time   `json:"received"`
	Header   http.Header `json:"header"`
	body     []byte
}

// answer is what a box says to a callback.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// callback takes one from NAVER WORKS, which never sends it again. It is answered
// with what the box says, if the box says something at once; otherwise with 200
// when it is on disk, and with 503 when it is lost.
func (s *Server) callback(w http.ResponseWriter, r *http.Request, b *box, tenant string) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, works.MaxCallback))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		s.count(b, "too_large")
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		return
	case err != nil:
		http.Error(w, "not read to its end", http.StatusBadRequest)
		return
	}
	c := &call{
		Tenant: tenant, Host: r.Host, Query: r.URL.RawQuery, Client: s.client(r),
		Received: s.o.Now(), Header: endToEnd(r.Header), body: body,
	}
	place := s.waiting.arrive()
	// What waits goes first.
	if !s.waiting.any(tenant) {
		// Whoever sent it may have gone: it counts all the same.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), s.o.LiveTimeout)
		a, err := s.offer(ctx, c)
		cancel()
		if err == nil {
			s.count(b, "live")
			a.write(w)
			return
		}
	}
	if err := s.waiting.add(place, c); err != nil {
		s.count(b, "lost")
		s.log.Error("a callback is lost: its box does not take it, and it cannot wait", "box", b.name, "error", err)
		w.Header().Set("Retry-After", "5")
		http.Error(w, "cannot be taken now", http.StatusServiceUnavailable)
		return
	}
	s.count(b, "waited")
	w.WriteHeader(http.StatusOK)
}

func (s *Server) count(b *box, outcome string) {
	s.metrics.callbacks.WithLabelValues(b.name, outcome).Inc()
}

// client is who asks, for the box.
func (s *Server) client(r *http.Request) string {
	return fmt.Sprintf("[%s]:0", s.proxies.ClientAddr(r))
}

// offer hands a callback to its box. The error wraps errLater unless the box has
// settled it, with good or bad.
func (s *Server) offer(ctx context.Context, c *call) (*answer, error) {
	l, _ := s.lineOf(c.Tenant)
	if l == nil {
		return nil, fmt.Errorf("%w: %w", errLater, errAway)
	}
	select {
	case l.calls <- struct{}{}:
		defer func() { <-l.calls }()
	case <-l.done:
		return nil, fmt.Errorf("%w: %w", errLater, errAway)
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: %w", errLater, ctx.Err())
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://box/dapi/"+c.Tenant+"/callback", bytes.NewReader(c.body))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errLater, err)
	}
	r.Host, r.URL.RawQuery, r.Header = c.Host, c.Query, c.Header.Clone()
	r.Header.Set(headerClient, c.Client)
	if r.Header.Get("User-Agent") == "" {
		r.Header.Set("User-Agent", "") // none, and not Go's
	}
	res, err := l.conn.RoundTrip(r)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errLater, err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, works.MaxCallback))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errLater, err)
	}
	if res.StatusCode >= 500 || res.StatusCode == http.StatusTooManyRequests || res.StatusCode == http.StatusRequestTimeout {
		return nil, fmt.Errorf("%w: status %d", errLater, res.StatusCode)
	}
	return &answer{res.StatusCode, endToEnd(res.Header), body}, nil
}

func (a *answer) write(w http.ResponseWriter) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.Header().Del("Content-Length") // of what was read
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // whoever sent the callback may have gone
}
