package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
)

// Times of one connection.
const (
	pingEvery    = 30 * time.Second
	pongWithin   = 45 * time.Second
	writeTimeout = 15 * time.Second
	// maxWaiting is how many requests wait to be written; one more waits outside.
	maxWaiting = 64
)

// session is one connection.
type session struct {
	c    *Client
	conn *websocket.Conn
	q    *queue
	out  chan []byte
	end  chan struct{} // closed when it has ended

	gaps map[int]bool // of the reader: servers whose snapshot follows a gap

	reading atomic.Bool  // the reader waits for the gateway, not for the queue
	got     atomic.Int64 // frames
}

func newSession(c *Client, conn *websocket.Conn, q *queue) *session {
	return &session{c: c, conn: conn, q: q, out: make(chan []byte, maxWaiting), end: make(chan struct{}), gaps: map[int]bool{}}
}

// run returns when the connection has ended, with the reason, and all its
// goroutines with it.
func (s *session) run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { s.write(ctx, cancel) })
	wg.Go(func() { s.ping(ctx, cancel) })
	err := s.stream(ctx)
	if cause := context.Cause(ctx); cause != nil {
		err = cause // what the reader saw is its consequence
	}
	cancel(err)
	s.c.use(nil)
	close(s.end)
	_ = s.conn.CloseNow() // it may be broken already
	wg.Wait()
	s.c.lost(s)
	return err
}

// stream asks for what the client wants, and reads.
func (s *session) stream(ctx context.Context) error {
	resume := s.begin()
	s.c.use(s)
	up := false
	for {
		s.reading.Store(true)
		kind, b, err := s.conn.Read(ctx)
		s.reading.Store(false)
		s.got.Add(1)
		if err != nil {
			if up {
				err = s.tell(ctx, &Connection{Err: err}, err)
			}
			return err
		}
		if kind != websocket.MessageText {
			return fmt.Errorf("%w: a binary frame", ErrProtocol)
		}
		var w wire
		if err := json.Unmarshal(b, &w); err != nil {
			return fmt.Errorf("%w: %w", ErrProtocol, err)
		}
		switch {
		case w.Op == "subscribed" && w.ID == idSubscribe, w.Op == "resumed":
			up = true
			err = s.tell(ctx, &Connection{Up: true, Resumed: w.Op == "resumed", Recovered: w.Recovered}, nil)
			s.c.o.Logger.Info("connected", "resumed", w.Op == "resumed", "recovered", w.Recovered)
		case w.Op == "error" && resume && w.ID == idResume:
			s.subscribe() // the gateway does not take these positions
		case w.Op == "error":
			err = fmt.Errorf("%w: %s refused: %s", ErrProtocol, w.ID, w.Message)
		case w.Op == "" && s.c.answer(s, &w):
		default:
			err = s.hand(ctx, &w, len(b))
		}
		if err != nil {
			return err
		}
	}
}

// tell puts m into the queue and returns then, unless that fails.
func (s *session) tell(ctx context.Context, m Message, then error) error {
	if err := s.q.put(ctx, m, 0); err != nil {
		return err
	}
	return then
}

// hand puts what w tells into the queue, unless it came before.
func (s *session) hand(ctx context.Context, w *wire, size int) error {
	m, err := w.message()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrProtocol, err)
	}
	if m == nil {
		return nil
	}
	s.c.mu.Lock()
	fresh := advance(s.c.read, m)
	s.c.mu.Unlock()
	if !fresh || s.c.o.NoSnapshot && s.uncalled(m) {
		return nil
	}
	return s.q.put(ctx, m, size)
}

// uncalled reports a snapshot that stands behind no gap.
func (s *session) uncalled(m Message) bool {
	switch m := m.(type) {
	case *Gap:
		s.gaps[m.Server] = true
	case *Snapshot:
		behind := s.gaps[m.Server]
		delete(s.gaps, m.Server)
		return !behind
	}
	return false
}

// Ids of the ops, of which one of each is under way.
const (
	idSubscribe = "subscribe"
	idResume    = "resume"
)

// begin says what the client wants. It reports whether it goes on somewhere.
func (s *session) begin() bool {
	s.c.mu.Lock()
	at := positions(s.c.read)
	s.c.mu.Unlock()
	if len(at) == 0 {
		s.subscribe()
		return false
	}
	o := &s.c.o
	s.ask(op{Op: "resume", ID: idResume, Positions: at, Servers: o.Servers, Events: o.Events, Extensions: o.Extensions})
	return true
}

// subscribe begins. The gateway sends a snapshot of each server, and so the
// position of one on which nothing happens, too.
func (s *session) subscribe() {
	o := &s.c.o
	s.ask(op{Op: "subscribe", ID: idSubscribe, Servers: o.Servers, Events: o.Events, Extensions: o.Extensions})
}

// ask sends an op before anything else; there is always room for these few.
func (s *session) ask(o op) {
	b, err := json.Marshal(o)
	if err != nil {
		panic(err) // of these types never
	}
	select {
	case s.out <- b:
	case <-s.end:
	}
}

// write is the only one that writes.
func (s *session) write(ctx context.Context, cancel context.CancelCauseFunc) {
	for {
		select {
		case b := <-s.out:
			limit, stop := context.WithTimeout(ctx, writeTimeout)
			err := s.conn.Write(limit, websocket.MessageText, b)
			stop()
			if err != nil {
				cancel(fmt.Errorf("write: %w", err))
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

var errSilent = errors.New("the gateway does not answer pings")

// ping asks a silent gateway for a sign of life.
func (s *session) ping(ctx context.Context, cancel context.CancelCauseFunc) {
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		before := s.got.Load()
		if !s.reading.Load() {
			continue // the answer would not be read
		}
		limit, stop := context.WithTimeout(ctx, pongWithin)
		err := s.conn.Ping(limit)
		stop()
		if err != nil && ctx.Err() == nil && s.reading.Load() && s.got.Load() == before {
			cancel(errSilent)
			return
		}
	}
}
