package relay

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/dipcast/dipcast/internal/certs"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/datadir"
)

// Limits of the listeners.
const (
	headTimeout = 10 * time.Second
	readTimeout = 30 * time.Second
	idleTimeout = 2 * time.Minute
	stopTimeout = 5 * time.Second
	maxConns    = 4096 // connections to one listener, those of boxes too
)

// Run listens until ctx ends or a listener breaks. ready is called with the
// addresses as bound, those of clients first, that of metrics last.
func (s *Server) Run(ctx context.Context, ready func(addresses []string)) (err error) {
	c := s.o.Config
	unlock, err := datadir.Lock(c.DataDir)
	if err != nil {
		return err
	}
	defer unlock()
	var source *certs.Source
	if c.TLS.Mode == config.TLSFiles {
		if source, err = certs.New(certs.Options{Cert: c.TLS.Cert, Key: c.TLS.Key, Logger: s.log.With("component", "tls")}); err != nil {
			return err
		}
		s.metrics.certificate(source.Expires)
	}
	var listeners []net.Listener
	var servers []*http.Server
	defer func() {
		for _, l := range listeners {
			_ = l.Close() // some are closed already
		}
	}()
	add := func(addr string, h http.Handler, encrypted bool) error {
		var lc net.ListenConfig
		l, err := lc.Listen(ctx, "tcp", addr)
		if err != nil {
			return err
		}
		listeners = append(listeners, newLimited(l, maxConns))
		srv := &http.Server{
			Handler: h, ReadHeaderTimeout: headTimeout, ReadTimeout: readTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
			ErrorLog: slog.NewLogLogger(s.log.With("component", "http").Handler(), slog.LevelDebug),
		}
		if encrypted {
			srv.TLSConfig = source.Config()
		}
		servers = append(servers, srv)
		return nil
	}
	for _, addr := range c.Listen {
		if err := add(addr, s, source != nil); err != nil {
			return err
		}
	}
	if c.MetricsListen != "" {
		mux := http.NewServeMux()
		mux.Handle("GET /metrics", s.Metrics())
		if err := add(c.MetricsListen, mux, false); err != nil {
			return err
		}
	}
	if err := s.Open(); err != nil {
		return err
	}
	defer s.Close()
	return s.serve(ctx, listeners, servers, ready)
}

func (s *Server) serve(ctx context.Context, listeners []net.Listener, servers []*http.Server, ready func([]string)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	var addresses []string
	for i, l := range listeners {
		addresses = append(addresses, l.Addr().String())
		wg.Go(func() {
			serve := servers[i].Serve
			if servers[i].TLSConfig != nil {
				serve = func(l net.Listener) error { return servers[i].ServeTLS(l, "", "") }
			}
			if err := serve(l); !errors.Is(err, http.ErrServerClosed) {
				cancel(fmt.Errorf("listener %s: %w", l.Addr(), err))
			}
		})
	}
	ready(addresses)
	<-ctx.Done()
	end, stop := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer stop()
	for _, srv := range servers {
		if srv.Shutdown(end) != nil {
			_ = srv.Close() // whoever is still there is cut off
		}
	}
	wg.Wait()
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// limited accepts so many connections at a time; further ones wait unaccepted.
type limited struct {
	net.Listener
	places chan struct{}
	closed chan struct{}
	once   sync.Once
}

func newLimited(l net.Listener, n int) *limited {
	return &limited{Listener: l, places: make(chan struct{}, n), closed: make(chan struct{})}
}

// Accept implements net.Listener.
func (l *limited) Accept() (net.Conn, error) {
	select {
	case l.places <- struct{}{}:
	case <-l.closed:
		return nil, net.ErrClosed
	}
	c, err := l.Listener.Accept()
	if err != nil {
		<-l.places
		return nil, err
	}
	return &counted{Conn: c, free: func() { <-l.places }}, nil
}

// Close implements net.Listener.
func (l *limited) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

// counted gives its place back when it is closed.
type counted struct {
	net.Conn
	once sync.Once
	free func()
}

// Close implements net.Conn.
func (c *counted) Close() error {
	err := c.Conn.Close()
	c.once.Do(c.free)
	return err
}
