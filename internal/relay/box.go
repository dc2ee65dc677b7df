package relay

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	mathrand "math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// Times of connecting again.
const (
	dialTimeout = 20 * time.Second
	firstWait   = 500 * time.Millisecond
	longestWait = 30 * time.Second
	goodAfter   = 30 * time.Second // a connection that lasted so long was a good one
	goodbye     = 2 * time.Second  // for requests under way when a connection is ended
)

// ErrRefused reports a relay that does not take this box: its key is not known
// there, or another box is connected with it.
var ErrRefused = errors.New("the relay refuses this box")

// BoxOptions configures a Box.
type BoxOptions struct {
	URL     string // required: https://relay.example.com
	Key     string // required
	CAFile  string // authorities of the relay's certificate, PEM; "": the system's
	Version string
	// Tenants are the ids that this box serves, now. Required.
	Tenants func() []string
	// Paths are the pages that may be asked for.
	Paths []string
	// Handler answers what comes. A request looks to it as if it had come by HTTPS
	// from its client's own address; an address that no one on the Internet has is
	// 0.0.0.0. Required.
	Handler http.Handler
	Logger  *slog.Logger // required
	// Proxy finds the proxy of the network the box is in. Nil:
	// http.ProxyFromEnvironment, so HTTPS_PROXY and NO_PROXY count.
	Proxy func(*http.Request) (*url.URL, error)
	// Wait replaces the wait before another attempt, for tests.
	Wait func(attempt int) time.Duration
}

// Status is how a box stands with its relay.
type Status struct {
	Up    bool
	Since time.Time // of Up; when the Box was made, at first
	Error string    // why it is not up; "" while it is, or when nothing was tried
	// Denied are the ids of tenants that the relay does not give this box: their
	// callbacks do not arrive.
	Denied   []string
	Connects uint64 // since the start
	Failures uint64 // attempts that failed, and connections that broke
	Served   uint64 // requests handed on
	Refused  uint64 // requests that no relay should have sent
}

// Box keeps the connection of a gateway to its relay.
type Box struct {
	o        BoxOptions
	log      *slog.Logger
	instance string
	renew    chan struct{}

	mu      sync.Mutex
	status  Status
	claimed []string
}

// NewBox returns a Box. It does no I/O.
func NewBox(o BoxOptions) *Box {
	if o.Proxy == nil {
		o.Proxy = http.ProxyFromEnvironment
	}
	if o.Wait == nil {
		o.Wait = wait
	}
	return &Box{
		o: o, log: o.Logger.With("component", "relay"), instance: rand.Text(), renew: make(chan struct{}, 1),
		status: Status{Since: time.Now()},
	}
}

// Status is how it stands now.
func (b *Box) Status() Status {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.status
	s.Denied = slices.Clone(s.Denied)
	return s
}

// Renew has the relay know of tenants that were added or removed.
func (b *Box) Renew() {
	b.mu.Lock()
	same := slices.Equal(b.claimed, b.tenants())
	b.mu.Unlock()
	if same {
		return
	}
	select {
	case b.renew <- struct{}{}:
	default: // it will look anyway
	}
}

func (b *Box) tenants() []string {
	t := slices.Clone(b.o.Tenants())
	slices.Sort(t)
	return t
}

// Run keeps the connection until ctx ends, and then lets requests under way
// finish, within two seconds.
func (b *Box) Run(ctx context.Context) {
	for attempt := 0; ctx.Err() == nil; {
		began := time.Now()
		err := b.session(ctx)
		if ctx.Err() != nil {
			break
		}
		if time.Since(began) >= goodAfter {
			attempt = 0
		}
		if err == nil { // ended on purpose, to be renewed
			continue
		}
		b.failed(err)
		select {
		case <-ctx.Done():
		case <-time.After(b.o.Wait(attempt)):
		}
		attempt++
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.status.Up, b.status.Error = false, "stopped"
}

// wait doubles up to longestWait, half of it by chance: a relay that starts again
// is not to have all its boxes at one moment.
func wait(attempt int) time.Duration {
	d := min(firstWait<<min(attempt, 10), longestWait)
	return d/2 + mathrand.N(d/2) //nolint:gosec // nothing to guess
}

// failed keeps why there is no connection, and logs it when that is new.
func (b *Box) failed(err error) {
	b.mu.Lock()
	s := &b.status
	news := s.Up || s.Error != err.Error()
	if s.Up || s.Error == "" {
		s.Since = time.Now()
	}
	s.Up, s.Error = false, err.Error()
	s.Failures++
	b.mu.Unlock()
	if news {
		b.log.Warn("no connection to the relay; trying again", "error", err)
	}
}

func (b *Box) up(claimed, denied []string) {
	b.mu.Lock()
	s := &b.status
	s.Up, s.Since, s.Error, s.Denied = true, time.Now(), "", denied
	s.Connects++
	b.claimed = claimed
	b.mu.Unlock()
	b.log.Info("connected to the relay", "tenants", len(claimed)-len(denied))
	if len(denied) > 0 {
		b.log.Warn("the relay's configuration does not give this box all of its tenants: their callbacks do not arrive", "tenants", len(denied))
	}
}

// session is one connection, from dialing to its end. The error is nil when it
// was ended to be renewed.
func (b *Box) session(ctx context.Context) error {
	ws, denied, claimed, err := b.dial(ctx)
	if err != nil {
		return err
	}
	conn := newStream(context.WithoutCancel(ctx), ws)
	defer func() { _ = conn.Close() }() // it may be closed already
	b.up(claimed, denied)
	l := newOnce(conn)
	srv := &http.Server{
		Handler: http.HandlerFunc(b.serve), Protocols: onlyHTTP2(), HTTP2: http2Config(), MaxHeaderBytes: maxHeader, ReadHeaderTimeout: headTimeout,
		ErrorLog: slog.NewLogLogger(b.log.Handler(), slog.LevelDebug),
	}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = srv.Serve(l) // it ends with the connection
	}()
	err = nil
	select {
	case <-l.done:
		err = closed(conn.why())
	case <-b.renew:
	case <-ctx.Done():
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), goodbye)
	defer cancel()
	if srv.Shutdown(end) != nil {
		_ = srv.Close() // cut off
	}
	_ = conn.Close()
	<-served
	return err
}

// closed words how the relay ended a connection.
func closed(err error) error {
	var e websocket.CloseError
	if errors.As(err, &e) && e.Code >= closeTaken {
		return fmt.Errorf("%w: %s", ErrRefused, e.Reason)
	}
	return errors.New("the connection broke")
}

// dial connects and says hello.
func (b *Box) dial(ctx context.Context) (ws *websocket.Conn, denied, claimed []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	tr, err := b.transport()
	if err != nil {
		return nil, nil, nil, err
	}
	defer tr.CloseIdleConnections()
	ws, res, err := websocket.Dial(ctx, strings.TrimRight(b.o.URL, "/")+connectPath, &websocket.DialOptions{ //nolint:bodyclose // the package closes it
		HTTPClient:   &http.Client{Transport: tr, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		HTTPHeader:   http.Header{"Authorization": {"Bearer " + b.o.Key}},
		Subprotocols: []string{subprotocol},
	})
	switch {
	case err != nil && res != nil && res.StatusCode == http.StatusUnauthorized:
		return nil, nil, nil, fmt.Errorf("%w: it does not know relay.key", ErrRefused)
	case err != nil && res != nil:
		return nil, nil, nil, fmt.Errorf("no relay answers at relay.url: status %d", res.StatusCode)
	case err != nil:
		return nil, nil, nil, err
	}
	open := ws
	defer func() {
		if err != nil {
			_ = open.CloseNow()
		}
	}()
	if ws.Subprotocol() != subprotocol {
		return nil, nil, nil, errors.New("what answers at relay.url is no relay of this version")
	}
	ws.SetReadLimit(maxHello)
	claimed = b.tenants()
	text, err := json.Marshal(hello{Instance: b.instance, Version: b.o.Version, Tenants: claimed})
	if err != nil {
		return nil, nil, nil, err
	}
	if err := ws.Write(ctx, websocket.MessageText, text); err != nil {
		return nil, nil, nil, err
	}
	kind, text, err := ws.Read(ctx)
	if err != nil {
		return nil, nil, nil, closed(err)
	}
	var w welcome
	if err := json.Unmarshal(text, &w); err != nil || kind != websocket.MessageText {
		return nil, nil, nil, errors.New("the relay's answer cannot be read")
	}
	// Only of what was claimed: it is shown.
	w.Denied = slices.DeleteFunc(w.Denied, func(id string) bool { return !slices.Contains(claimed, id) })
	return ws, w.Denied, claimed, nil
}

// transport is made for each attempt: the file may have changed.
func (b *Box) transport() (*http.Transport, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}
	if b.o.CAFile != "" {
		f, err := os.Open(b.o.CAFile)
		if err != nil {
			return nil, fmt.Errorf("relay.ca_file: %w", err)
		}
		defer func() { _ = f.Close() }() // only read
		pem, err := io.ReadAll(io.LimitReader(f, 1<<20))
		if err != nil {
			return nil, fmt.Errorf("relay.ca_file: %w", err)
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, errors.New("relay.ca_file: holds no certificate")
		}
	}
	return &http.Transport{Proxy: b.o.Proxy, TLSClientConfig: c, TLSHandshakeTimeout: dialTimeout, MaxResponseHeaderBytes: maxHeader}, nil
}
