package fastagi

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"runtime/debug"
	"sync"
	"time"
)

// Options configures a Server. Zero optional fields take the default named.
type Options struct {
	// Handler answers a request. ctx ends with the request's time. Required.
	Handler func(ctx context.Context, r *Request) []Variable
	// Allow says who may ask, by address. Nil means loopback only.
	Allow   func(ctx context.Context, from netip.Addr) bool
	Timeout time.Duration // of one request from its first byte to its last; default 5 s
	Conns   int           // at a time; default 256, further ones are closed at once
	Logger  *slog.Logger  // required
}

// Server answers FastAGI requests.
type Server struct {
	o   Options
	log *slog.Logger

	mu      sync.Mutex
	warned  time.Time // when the last warning was logged
	skipped int       // since then
}

// warnEvery bounds the log: whoever reaches the port could fill it.
const warnEvery = 10 * time.Second

// warn logs what went wrong, and how much was not logged before it.
func (s *Server) warn(text string, args ...any) {
	s.mu.Lock()
	if !s.warned.IsZero() && time.Since(s.warned) < warnEvery {
		s.skipped++
		s.mu.Unlock()
		return
	}
	skipped := s.skipped
	s.warned, s.skipped = time.Now(), 0
	s.mu.Unlock()
	if skipped > 0 {
		args = append(args, "warnings_before", skipped)
	}
	s.log.Warn("a dialplan's question went wrong", append([]any{"problem", text}, args...)...)
}

// New returns a Server. It does no I/O.
func New(o Options) *Server {
	if o.Allow == nil {
		o.Allow = func(_ context.Context, from netip.Addr) bool { return from.IsLoopback() }
	}
	if o.Timeout <= 0 {
		o.Timeout = 5 * time.Second
	}
	if o.Conns <= 0 {
		o.Conns = 256
	}
	return &Server{o: o, log: o.Logger.With("component", "fastagi")}
}

// acceptPause is how long it waits after an accept that failed.
const acceptPause = 100 * time.Millisecond

// Serve answers until ctx ends, then closes l and all connections and waits
// for them. It returns early, with an error, only when l was closed by others.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(ctx, func() { _ = l.Close() })()
	places := make(chan struct{}, s.o.Conns)
	for {
		conn, err := l.Accept()
		switch {
		case ctx.Err() != nil:
			if err == nil {
				_ = conn.Close()
			}
			return nil
		case errors.Is(err, net.ErrClosed):
			return fmt.Errorf("fastagi: %w", err)
		case err != nil:
			s.warn("a connection was not accepted", "error", err)
			select {
			case <-time.After(acceptPause):
			case <-ctx.Done():
			}
			continue
		}
		select {
		case places <- struct{}{}:
		default:
			s.warn("too many questions at a time", "limit", s.o.Conns)
			_ = conn.Close()
			continue
		}
		wg.Go(func() {
			defer func() { <-places }()
			s.conn(ctx, conn)
		})
	}
}

// conn answers one request. Whatever goes wrong ends it alone.
func (s *Server) conn(ctx context.Context, conn net.Conn) {
	defer func() { _ = conn.Close() }()
	defer func() {
		if p := recover(); p != nil {
			s.log.Error("panic while answering", "panic", p, "stack", string(debug.Stack()))
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	from := peer(conn)
	if !s.o.Allow(ctx, from) {
		s.warn("a question from an address that is none of a server's", "remote", from)
		return
	}
	if err := s.answer(ctx, conn); err != nil {
		s.warn("a question was not answered", "remote", from, "error", err)
	}
}

func peer(conn net.Conn) netip.Addr {
	a, ok := conn.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return netip.Addr{}
	}
	return a.AddrPort().Addr().Unmap()
}

func (s *Server) answer(ctx context.Context, conn net.Conn) error {
	r := bufio.NewReaderSize(conn, MaxLine)
	req, err := readRequest(r)
	if err != nil {
		return fmt.Errorf("request: %w", err)
	}
	for _, v := range s.o.Handler(ctx, req) {
		line, err := v.command()
		if err != nil {
			return err
		}
		if _, err := conn.Write([]byte(line)); err != nil {
			return fmt.Errorf("command: %w", err)
		}
		if err := readReply(r); err != nil {
			return fmt.Errorf("reply: %w", err)
		}
	}
	return nil
}
