package relay

import (
	"context"
	"errors"
	"net"
	"net/http"
	"testing"
	"time"
)

// TestStopBeforeHTTP2: a server of one connection on which HTTP/2 has not begun to
// speak is stopped within the time it has for that.
func TestStopBeforeHTTP2(t *testing.T) {
	ours, theirs := net.Pipe()
	defer func() { _, _ = ours.Close(), theirs.Close() }()
	l := newOnce(ours)
	srv := &http.Server{Protocols: onlyHTTP2(), ReadHeaderTimeout: time.Minute}
	served, stopped := make(chan error, 1), make(chan struct{})
	taken := make(chan struct{})
	srv.ConnState = func(net.Conn, http.ConnState) {
		select {
		case <-taken:
		default:
			close(taken)
		}
	}
	go func() { served <- srv.Serve(l) }()
	<-taken
	go func() {
		defer close(stopped)
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		defer cancel()
		if srv.Shutdown(ctx) != nil {
			_ = srv.Close()
		}
	}()
	select {
	case <-stopped:
	case <-time.After(20 * time.Second):
		t.Fatal("it waits for a connection that nobody ends")
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		t.Errorf("it ended with %v", err)
	}
}
