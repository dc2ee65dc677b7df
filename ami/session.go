package ami

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// logoffTimeout is how long a Client that stops tries to say so.
	logoffTimeout = 500 * time.Millisecond
	// shutdownGrace is how long the server may take to close the connection
	// after the event Shutdown.
	shutdownGrace = 5 * time.Second
)

// session is one connection. Its goroutines are the reader, which is the one
// that calls run; the writer; and the keeper, which watches deadlines and Pings.
// One goroutine writes at a time: the writer, or whoever sends an action that is
// alone. No lock is held across I/O or a callback.
type session struct {
	c    *Client
	conn net.Conn
	r    *Reader
	m    Message       // of the reader
	rx   atomic.Uint64 // bytes read on this connection

	oldLists bool // protocol version 1: event lists are not marked

	mu       sync.Mutex
	table    pendings
	out      []byte    // waiting for the writer
	outBase  uint64    // position of out[0] in all bytes of this connection
	closed   bool      // no action is taken any more
	err      error     // why, the first cause
	shutdown bool      // the event Shutdown was seen
	running  bool      // the writer runs
	stopping bool      // the Client is told to stop: the writer logs off
	writing  bool      // somebody writes, and alone uses spare and rest
	spare    []byte    // the next out
	rest     []byte    // what writeNow left to the writer
	armed    time.Time // when the keeper looks at deadlines next

	direct *direct // nil: only the writer writes

	wake  chan struct{} // to the writer: out has grown
	rearm chan struct{} // to the keeper: an earlier deadline
	done  chan struct{} // closed with closed set
	wg    sync.WaitGroup
}

func newSession(c *Client, conn net.Conn) *session {
	s := &session{
		c: c, conn: conn,
		wake:  make(chan struct{}, 1),
		rearm: make(chan struct{}, 1),
		done:  make(chan struct{}),
	}
	s.table.init()
	s.r = NewReader(counted{s}, c.o.Reader)
	s.r.s.greeting = true // whatever the first line is
	return s
}

// counted is the connection's reading side.
type counted struct{ s *session }

func (c counted) Read(p []byte) (int, error) {
	n, err := c.s.conn.Read(p)
	c.s.rx.Add(uint64(n))
	c.s.c.stats.bytesIn.Add(uint64(n))
	return n, err
}

// run serves the connection after its login. It returns the cause of its end,
// never nil, after its goroutines ended and every action has its result.
func (s *session) run(ctx context.Context, up Change) error {
	s.mu.Lock()
	s.running = true
	s.direct = newDirect(s.conn)
	s.mu.Unlock()
	s.wg.Go(func() { s.guard(s.write) })
	s.wg.Go(func() { s.guard(s.keep) })
	if mask := s.mask(); mask != "" {
		s.own(NewAction("Events").Add("EventMask", mask), func(r Result) {
			if r.Err == nil && !r.Message.Is("Response", "Success") {
				s.c.o.Logger.Warn("event mask refused", "message", r.Message.Get("Message"))
			}
		})
	}
	s.c.stats.connects.Add(1)
	s.c.session.Store(s)
	s.c.change(up)
	s.c.o.Logger.Info("link up", "banner", up.Banner, "booted", up.Booted)
	if up.Booted {
		s.c.protect(func() { s.handle(&s.m) })
	}
	for s.c.protect(s.read) {
		// A callback panicked; the link goes on behind that message.
	}
	s.fail(s.cause(errors.New("reader ended")))
	s.c.session.CompareAndSwap(s, nil)
	s.wg.Wait()
	err := s.failure()
	if ctx.Err() != nil {
		err = ErrClosed
	}
	for _, p := range s.takeAll() {
		lost := &LinkLostError{Sent: p.sent, Cause: err}
		s.c.protect(func() { p.done(Result{Events: p.events, Err: lost, Sent: p.sent}) })
	}
	return err
}

// read delivers messages until the connection ends.
func (s *session) read() {
	for batch := false; ; batch = true {
		if batch && !s.r.Buffered() {
			s.c.o.OnIdle()
		}
		var err error
		if !s.guard(func() { err = s.r.Read(&s.m) }) {
			return
		}
		if err != nil {
			s.fail(s.cause(fmt.Errorf("read: %w", err)))
			return
		}
		s.handle(&s.m)
	}
}

// guard runs f, which is no callback. Should it panic, that ends the session,
// and guard reports false: where the next message begins is not known then.
func (s *session) guard(f func()) bool {
	if s.c.protect(f) {
		s.fail(ErrPanic)
		return false
	}
	return true
}

// fail ends the session: the first cause counts. It may be called by any
// goroutine.
func (s *session) fail(err error) {
	s.mu.Lock()
	first := !s.closed
	if first {
		s.closed = true
		if s.shutdown {
			err = fmt.Errorf("%w: %w", ErrShutdown, err)
		}
		s.err = err
		close(s.done)
	}
	s.mu.Unlock()
	if first {
		_ = s.conn.Close()
	}
}

// interrupt ends the session because the Client is told to stop. What was
// queued is still written, with a Logoff, if the connection takes it at once.
func (s *session) interrupt() {
	s.mu.Lock()
	s.stopping = true
	running := s.running
	if running {
		_ = s.conn.SetWriteDeadline(time.Now().Add(logoffTimeout))
	}
	s.mu.Unlock()
	if !running {
		s.fail(ErrClosed)
	}
	signal(s.wake)
}

// failure returns the cause of the end, or nil.
func (s *session) failure() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// finish closes what a session that never ran leaves open.
func (s *session) finish() { s.fail(ErrClosed) }
