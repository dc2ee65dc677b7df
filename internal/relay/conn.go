package relay

import (
	"context"
	"net"
	"sync"

	"github.com/coder/websocket"
)

// told is a connection that tells when it was closed.
type told struct {
	net.Conn
	once sync.Once
	done chan struct{}
}

func (t *told) Close() error {
	err := t.Conn.Close()
	t.once.Do(func() { close(t.done) })
	return err
}

// stream is a WebSocket as a connection. Its Close does not wait for the other
// side, which may be gone: both ends say goodbye in HTTP/2.
type stream struct {
	net.Conn
	ws *websocket.Conn

	mu  sync.Mutex
	end error // of the first read that failed
}

func newStream(ctx context.Context, ws *websocket.Conn) *stream {
	return &stream{Conn: websocket.NetConn(ctx, ws, websocket.MessageBinary), ws: ws}
}

func (s *stream) Read(p []byte) (int, error) {
	n, err := s.Conn.Read(p)
	if err != nil {
		s.mu.Lock()
		if s.end == nil {
			s.end = err
		}
		s.mu.Unlock()
	}
	return n, err
}

// why is how the other side ended it; nil while it did not.
func (s *stream) why() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.end
}

func (s *stream) Close() error { return s.ws.CloseNow() }
