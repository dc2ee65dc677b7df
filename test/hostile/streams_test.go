package hostile_test

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

// stream is a client that reads events in the background, since one that does
// not read is closed as slow.
type stream struct {
	kind   string
	next   func(ctx context.Context) (string, error)
	ask    func(ctx context.Context) error // for one frame more, as a sign of the end; nil: it cannot
	frames []string                        // its events, then that one
	err    error
}

// streams connects a user by all ways that events take: both versions of the
// WebSocket, and REST.
func (s *site) streams(user string) []*stream {
	s.t.Helper()
	first, second := s.dial(user, "/"), s.dial(user, "/?v=2")
	second.send(`{"op":"subscribe","id":"a"}`)
	if got := second.next(); got != `{"op":"subscribed","id":"a"}` {
		s.t.Fatalf("got %s", got)
	}
	web := func(kind string, c *client) *stream {
		return &stream{
			kind: kind,
			next: func(ctx context.Context) (string, error) { _, b, err := c.conn.Read(ctx); return string(b), err },
			ask:  func(ctx context.Context) error { return c.conn.Write(ctx, websocket.MessageText, []byte(pingRequest)) },
		}
	}
	return []*stream{web("version 1", first), web("version 2", second), s.sse(basic(user))}
}

// sse is REST's stream of events.
func (s *site) sse(h http.Header) *stream {
	s.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	s.t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.http+"/api/v2/events", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header = h
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil || res.StatusCode != http.StatusOK {
		s.t.Fatalf("%v %v", res, err)
	}
	s.t.Cleanup(func() { _ = res.Body.Close() })
	r := bufio.NewReader(res.Body)
	next := func(context.Context) (string, error) {
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				return "", err
			}
			if text, ok := strings.CutPrefix(line, "data: "); ok {
				return strings.TrimSuffix(text, "\n"), nil
			}
		}
	}
	if _, err := next(ctx); err != nil { // the first snapshot: from here on everything comes
		s.t.Fatal(err)
	}
	return &stream{kind: "REST", next: next}
}

// collect reads n events, and one frame more if it can ask for that. Steps of
// calls and the like are no events.
func (r *stream) collect(ctx context.Context, n int) {
	want := n
	if r.ask != nil {
		want++
	}
	for len(r.frames) < want {
		var f string
		if f, r.err = r.next(ctx); r.err != nil {
			return
		}
		if !strings.HasPrefix(f, `{"op":`) {
			r.frames = append(r.frames, f)
		}
		if r.ask != nil && len(r.frames) == n {
			if r.err = r.ask(ctx); r.err != nil {
				return
			}
		}
	}
}

// TestStreamTakesNothing: what a client says behind its request for REST's
// stream of events is nothing the gateway listens to.
func TestStreamTakesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.dial("demo", silent)
	marks := s.marks()
	p := s.plain(s.http)
	head := "GET /api/v2/events HTTP/1.1\r\nHost: " + s.http + "\r\nTenant: " + two + "\r\nApp-Key: " + keyOfTwo + "\r\n\r\n"
	p.write([]byte(head))
	line, err := p.r.ReadString('\n')
	if err != nil || line != "HTTP/1.1 200 OK\r\n" {
		t.Fatalf("%q %v", line, err)
	}
	for _, b := range [][]byte{frame(fin|text, originate()), []byte("GET /api/v2/health HTTP/1.1\r\n\r\n"), []byte(originate() + "\n"), make([]byte, 100000)} {
		p.tryWrite(b)
	}
	_ = p.conn.Close()
	c.ping()
	s.untouched(marks, "behind a stream")
}
