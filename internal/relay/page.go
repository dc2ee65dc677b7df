package relay

import (
	"context"
	_ "embed" // the page
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"slices"
	"strings"
	"time"
)

// Bounds of a page.
const (
	maxUpload   = 1 << 20          // bytes of a form
	maxDownload = 256 << 20        // bytes of an answer: a long recording
	pageTimeout = 10 * time.Minute // from its first byte to its last
)

//go:embed away.html
var awayPage []byte

var errTooMuch = errors.New("the answer is too large")

// page has a box answer somebody's browser.
func (s *Server) page(w http.ResponseWriter, r *http.Request, b *box) {
	l := s.line(b)
	switch {
	case b == nil:
		http.Error(w, "there is nothing at this path", http.StatusNotFound)
		return
	case !slices.Contains(pageMethods, r.Method):
		w.Header().Set("Allow", strings.Join(pageMethods, ", "))
		http.Error(w, "not allowed", http.StatusMethodNotAllowed)
		return
	case l == nil:
		s.away(w, b, "away")
		return
	}
	select {
	case l.pages <- struct{}{}:
		defer func() { <-l.pages }()
	default:
		s.away(w, b, "busy")
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), pageTimeout)
	defer cancel()
	outcome := "answered"
	proxy := &httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) {
			p.Out.URL.Scheme, p.Out.URL.Host, p.Out.Host = "http", "box", p.In.Host
			p.Out.URL.RawQuery = p.In.URL.RawQuery // as it came
			p.Out.Header = endToEnd(p.In.Header)
			p.Out.Header.Set(headerClient, s.client(p.In))
		},
		Transport: roundTrip(l.conn.RoundTrip),
		ModifyResponse: func(res *http.Response) error {
			res.Header = endToEnd(res.Header)
			res.Body = &bounded{res.Body, maxDownload}
			return nil
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) {
			outcome = "broken"
			writeAway(w)
		},
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	r = r.WithContext(ctx)
	r.Body = http.MaxBytesReader(w, r.Body, maxUpload)
	defer func() { s.metrics.pages.WithLabelValues(b.name, outcome).Inc() }()
	proxy.ServeHTTP(&paced{w, http.NewResponseController(w), s.o.Stall}, r)
}

func (s *Server) away(w http.ResponseWriter, b *box, outcome string) {
	s.metrics.pages.WithLabelValues(b.name, outcome).Inc()
	writeAway(w)
}

// writeAway says that the box cannot be reached, Korean and English.
func writeAway(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	h.Set("Cache-Control", "no-store")
	h.Set("Retry-After", "30")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = w.Write(awayPage) // the browser may have gone
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// bounded ends an answer that does not.
type bounded struct {
	io.ReadCloser
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return n, errTooMuch
	}
	return n, err
}

// paced cuts off a client that takes nothing for a while.
type paced struct {
	http.ResponseWriter
	rc    *http.ResponseController
	stall time.Duration
}

func (p *paced) Write(b []byte) (int, error) {
	_ = p.rc.SetWriteDeadline(time.Now().Add(p.stall)) // every connection of ours has deadlines
	return p.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController find the writer.
func (p *paced) Unwrap() http.ResponseWriter { return p.ResponseWriter }
