package hostile_test

import (
	"strings"

	"github.com/coder/websocket"
)

// stream is a client that reads events in the background, since one that does
// not read is closed as slow.
type stream struct {
	*client
	frames []string // its events, then the answer to the ping behind them
	err    error
}

// versionTwo connects a client of version 2, subscribed to everything.
func (s *site) versionTwo(user string) *client {
	s.t.Helper()
	c := s.dial(user, "/?v=2")
	c.send(`{"op":"subscribe","id":"a"}`)
	if got := c.next(); got != `{"op":"subscribed","id":"a"}` {
		s.t.Fatalf("got %s", got)
	}
	return c
}

// collect reads n events and one frame more, for which the caller asks. Steps
// of calls and the like are no events.
func (r *stream) collect(n int) {
	ctx := short(r.s.t)
	for len(r.frames) <= n {
		_, b, err := r.conn.Read(ctx)
		if err != nil {
			r.err = err
			return
		}
		if f := string(b); !strings.HasPrefix(f, `{"op":`) {
			r.frames = append(r.frames, f)
		}
		if len(r.frames) == n {
			if r.err = r.conn.Write(ctx, websocket.MessageText, []byte(pingRequest)); r.err != nil {
				return
			}
		}
	}
}
