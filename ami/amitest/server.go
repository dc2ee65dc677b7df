package amitest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"time"
)

// User is an account of a Server.
type User struct {
	Name, Secret string
	Read, Write  []string // permission classes; nil means all
}

// Options configures a Server. The zero value is an Asterisk 22 with the user
// "gw", secret "gw-secret", and all rights.
type Options struct {
	Version   string // "22" (default) or "16": banner and shapes
	Banner    string // first line without its end; default by Version
	Users     []User
	AuthDelay time.Duration // before a login is refused, default 1 s, negative none
	NotBooted bool          // FullyBooted comes with Boot, not with the login
	// Originate decides how calls end; nil: every call is answered at once.
	Originate func(Request) Outcome
}

// Server is a scripted manager server. Make it with New.
type Server struct {
	o     Options
	start time.Time
	db    *AstDB

	mu       sync.Mutex
	ln       net.Listener
	conns    map[*Conn]bool
	accepted int
	closed   bool
	booted   bool
	faults   faults
	handlers map[string]Handler
	requests []Request
	world    World
	calls    int           // channels made so far
	changed  chan struct{} // closed and replaced when something to wait for happens
	timers   map[*time.Timer]bool
	wg       sync.WaitGroup
}

// Handler answers one action in place of the built-in answer.
type Handler func(c *Conn, r Request)

// New returns a Server that serves nobody yet.
func New(o Options) *Server {
	if o.Version == "" {
		o.Version = "22"
	}
	if o.Banner == "" {
		o.Banner = map[string]string{"22": "Asterisk Call Manager/11.0.0", "16": "Asterisk Call Manager/5.0.4"}[o.Version]
	}
	if o.Users == nil {
		o.Users = []User{{Name: "gw", Secret: "gw-secret"}}
	}
	if o.AuthDelay == 0 {
		o.AuthDelay = time.Second
	}
	return &Server{
		o: o, start: time.Now(), db: newAstDB(o.Version), booted: !o.NotBooted,
		conns: make(map[*Conn]bool), handlers: make(map[string]Handler),
		changed: make(chan struct{}), timers: make(map[*time.Timer]bool),
		world: World{Channels: make(map[string]*Channel)},
	}
}

// Listen serves on a loopback address, such as "127.0.0.1:0".
func (s *Server) Listen(addr string) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	return s.Serve(ln)
}

// Serve serves ln, which may be a TLS listener, in the background.
func (s *Server) Serve(ln net.Listener) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		_ = ln.Close()
		return net.ErrClosed
	}
	s.ln = ln
	s.wg.Go(func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			s.accept(c)
		}
	})
	return nil
}

// Addr returns the listening address, or "".
func (s *Server) Addr() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ln == nil {
		return ""
	}
	return s.ln.Addr().String()
}

// Dial connects to the Server in memory. It fits ami.Options.Dial.
func (s *Server) Dial(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	if !s.accept(server) {
		_ = client.Close()
		return nil, errors.New("connection refused")
	}
	return client, nil
}

// accept serves one connection in the background.
func (s *Server) accept(c net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.faults.refuse {
		_ = c.Close()
		return false
	}
	s.accepted++
	conn := newConn(s, c, s.accepted)
	s.conns[conn] = true
	s.wg.Go(conn.writeLoop)
	s.wg.Go(conn.serve)
	s.wake()
	return true
}

// StopListening closes the listener and leaves connections as they are.
func (s *Server) StopListening() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ln != nil {
		_ = s.ln.Close()
	}
}

// Close ends the listener, all connections and all that is planned, and waits
// for them.
func (s *Server) Close() {
	s.StopListening()
	s.mu.Lock()
	s.closed = true
	for t := range s.timers {
		if t.Stop() {
			delete(s.timers, t)
			s.wg.Done()
		}
	}
	for c := range s.conns {
		c.close()
	}
	s.wake()
	s.mu.Unlock()
	s.wg.Wait()
}

// after runs f after d unless the Server is closed first.
func (s *Server) after(d time.Duration, f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.wg.Add(1)
	var t *time.Timer
	t = time.AfterFunc(d, func() {
		defer s.wg.Done()
		s.mu.Lock()
		delete(s.timers, t)
		s.mu.Unlock()
		f()
	})
	s.timers[t] = true
}

// Handle answers action with h from now on; nil restores the built-in answer.
func (s *Server) Handle(action string, h Handler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handlers[strings.ToLower(action)] = h
}

// DB returns the server's AstDB.
func (s *Server) DB() *AstDB { return s.db }

// Requests returns the actions received so far, logins too.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Connections returns how many connections are open and how many were ever
// accepted.
func (s *Server) Connections() (open, ever int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns), s.accepted
}

// wake tells those who wait that something happened. The caller holds s.mu.
func (s *Server) wake() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// wait waits until cond, called with s.mu held, is true.
func (s *Server) wait(ctx context.Context, what string, cond func() bool) error {
	for {
		s.mu.Lock()
		ok, changed := cond(), s.changed
		s.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("waiting for %s: %w", what, context.Cause(ctx))
		}
	}
}

// WaitLogins waits until n connections are logged in.
func (s *Server) WaitLogins(ctx context.Context, n int) error {
	return s.wait(ctx, "logins", func() bool {
		in := 0
		for c := range s.conns {
			if c.user != nil {
				in++
			}
		}
		return in >= n
	})
}

// WaitRequest waits until an action of that name was received n times in all,
// and returns the n-th.
func (s *Server) WaitRequest(ctx context.Context, action string, n int) (Request, error) {
	var found Request
	err := s.wait(ctx, action, func() bool {
		seen := 0
		for _, r := range s.requests {
			if strings.EqualFold(r.Action(), action) {
				if seen++; seen == n {
					found = r
					return true
				}
			}
		}
		return false
	})
	return found, err
}
