package dcmiws

import (
	"context"
	"time"
)

// Clients that are drained are closed in slices: one every sliceEvery, of at
// least sliceLeast, so that few need not wait.
const (
	sliceEvery = 100 * time.Millisecond
	sliceLeast = 5
)

// Drain takes no more clients and closes those there one slice after the
// other, spread over at most over, so that they do not come back all at once.
// Each is closed, with CloseRestart, when the actions it has under way are
// answered; meanwhile further ones are refused. Drain returns when all are told.
// When ctx ends first, it closes the others as Close does.
func (s *Server) Drain(ctx context.Context, over time.Duration) {
	s.mu.Lock()
	s.closed = true
	wait := make([]*session, 0, len(s.sessions))
	for c := range s.sessions {
		wait = append(wait, c)
	}
	s.mu.Unlock()
	slices := max(1, int(over/sliceEvery))
	slice := max(sliceLeast, (len(wait)+slices-1)/slices)
	tick := time.NewTicker(sliceEvery)
	defer tick.Stop()
	turn := 0 // how many had their turn
	for {
		turn = min(turn+slice, len(wait))
		left := wait[:0]
		for i, c := range wait {
			if i < turn && c.leave() {
				continue
			}
			left = append(left, c)
		}
		turn -= len(wait) - len(left)
		if wait = left; len(wait) == 0 {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			s.Close()
			return
		}
	}
}

// leave has the client refused what it asks from now on, and closes it when
// nothing it asked before is under way. It reports whether it is closed.
func (c *session) leave() bool {
	c.leaving.Store(true)
	if c.pending.Load() > 0 {
		return false
	}
	c.client.Close(CloseRestart, restarts)
	c.limit(time.Now().Add(lastWords))
	return true
}

// begin notes that an action is under way, until end. It reports false when
// the client takes no more. leave sets leaving and then looks at pending, so
// one of the two sees the other.
func (c *session) begin() bool {
	c.pending.Add(1)
	if c.leaving.Load() {
		c.pending.Add(-1)
		return false
	}
	return true
}

func (c *session) end() { c.pending.Add(-1) }
