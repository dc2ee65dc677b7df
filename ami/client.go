package ami

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/base32"
	"errors"
	"fmt"
	"net"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// State is where a link is.
type State uint8

// The states of a link.
const (
	StateDown       State = iota // no connection; after a loss or refusal until the next attempt
	StateConnecting              // from dialling until the server is ready
	StateUp                      // logged in, and the server fully booted
)

// String returns the state's name for logs and metrics.
func (s State) String() string {
	switch s {
	case StateConnecting:
		return "connecting"
	case StateUp:
		return "up"
	}
	return "down"
}

// Change is a change of a link's state.
type Change struct {
	State   State
	At      time.Time
	Err     error         // StateDown: the cause
	Retry   time.Duration // StateDown: until the next attempt; 0 when Run ends
	Attempt int           // attempts since the last stable link, from 1
	Banner  string        // StateUp: the server's greeting, such as "Asterisk Call Manager/11.0.0"
	// Booted is false when StateUp was reached without FullyBooted, because
	// the user may not read the class system.
	Booted bool
	Uptime time.Duration // StateUp: how long the server runs, from FullyBooted; 0 unknown
}

// Client keeps one link to one server. Make it with New and let Run run; all
// other methods may be called by any goroutine at any time.
type Client struct {
	o       Options
	session atomic.Pointer[session] // nil unless up
	state   atomic.Uint32
	running atomic.Bool
	closed  atomic.Bool
	stats   counters
	idBase  string // makes ActionIDs unique among clients and processes
	idNext  atomic.Uint64
}

// New returns a Client for o. It checks o and does no I/O.
func New(o Options) (*Client, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	var b [5]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return &Client{o: o, idBase: strings.ToLower(base32.StdEncoding.EncodeToString(b[:])) + "-"}, nil
}

// State returns the state of the link.
func (c *Client) State() State { return State(c.state.Load()) }

// Address returns the server's address.
func (c *Client) Address() string { return c.o.Address }

// NewActionID returns an ActionID that no other action of any client has, for
// SendOptions.ActionID when it must be known before Send.
func (c *Client) NewActionID() string {
	return c.idBase + strconv.FormatUint(c.idNext.Add(1), 36)
}

// Run connects, serves the link and connects again until ctx ends. It returns
// the cause of ctx, after all its goroutines ended and every action under way
// got its result. It may be called once.
func (c *Client) Run(ctx context.Context) error {
	if !c.running.CompareAndSwap(false, true) {
		return errors.New("client runs already")
	}
	defer c.closed.Store(true)
	wait := backoff{min: c.o.BackoffMin, max: c.o.BackoffMax, auth: c.o.AuthBackoff}
	var told []string // of the errors since the link was last up
	for attempt := 1; ; attempt++ {
		c.change(Change{State: StateConnecting, Attempt: attempt})
		upFor, err := c.serve(ctx, attempt)
		if ctx.Err() != nil {
			c.change(Change{State: StateDown, Err: ErrClosed, Attempt: attempt})
			return context.Cause(ctx)
		}
		if upFor >= c.o.StableAfter {
			wait.reset()
			attempt = 0
		}
		retry := wait.next(errors.Is(err, ErrAuth))
		if upFor > 0 {
			told = told[:0]
		}
		// An error is told once until the link was up again, also where two
		// take turns, and counted otherwise.
		if text := steady(err); len(told) < maxTold && !slices.Contains(told, text) {
			c.o.Logger.Warn("link down", "error", err, "up_for", upFor, "retry", retry)
			told = append(told, text)
		}
		c.change(Change{State: StateDown, Err: err, Retry: retry, Attempt: max(attempt, 1)})
		select {
		case <-ctx.Done():
			c.change(Change{State: StateDown, Err: ErrClosed, Attempt: max(attempt, 1)})
			return context.Cause(ctx)
		case <-time.After(retry):
		}
		c.stats.reconnects.Add(1)
	}
}

// maxTold bounds how many errors of one server are told of while its link is
// down: each attempt of a strange server may fail with words of its own.
const maxTold = 16

// steady is err's text without what differs at each attempt: our port of the
// moment, and the time at which a certificate was found to be expired.
func steady(err error) string {
	text := err.Error()
	var op *net.OpError
	if errors.As(err, &op) && op.Source != nil {
		text = strings.Replace(text, op.Source.String()+"->", "", 1)
	}
	var invalid x509.CertificateInvalidError
	if errors.As(err, &invalid) {
		text = strings.Replace(text, invalid.Detail, "", 1)
	}
	return text
}

// serve makes one connection and serves it to its end. It returns how long the
// link was up, and always an error.
func (c *Client) serve(ctx context.Context, attempt int) (upFor time.Duration, err error) {
	var conn net.Conn
	if c.protect(func() { conn, err = c.dial(ctx) }) {
		err = ErrPanic
	}
	if err != nil {
		return 0, err
	}
	s := newSession(c, conn)
	defer s.finish()
	stop := context.AfterFunc(ctx, s.interrupt)
	defer stop()
	var change Change
	if c.protect(func() { change, err = s.login() }) {
		err = ErrPanic
	}
	if err != nil {
		return 0, err
	}
	change.Attempt = attempt
	start := time.Now()
	err = s.run(ctx, change)
	return time.Since(start), err
}

// change tells the new state.
func (c *Client) change(ch Change) {
	ch.At = time.Now()
	c.state.Store(uint32(ch.State))
	c.protect(func() { c.o.OnChange(ch) })
}

// protect runs f, which calls back, and reports whether it panicked. A panic
// is logged and counted: it ends what f did, not the link.
func (c *Client) protect(f func()) (panicked bool) {
	defer func() {
		if p := recover(); p != nil {
			panicked = true
			c.stats.panics.Add(1)
			c.o.Logger.Error("panic in a callback", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
		}
	}()
	f()
	return false
}
