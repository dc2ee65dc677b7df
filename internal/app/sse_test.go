package app_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/config"
)

// sse is a stream of server-sent events.
type sse struct {
	t    *testing.T
	res  *http.Response
	r    *bufio.Reader
	last string // id
}

// sseEvent is one of them.
type sseEvent struct {
	id, name string
	frame2
}

func (s *site) events(user, query, last string) *sse {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
	s.t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.http+"/api/v2/events"+query, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header = basic(user)
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	res, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = res.Body.Close() })
	return &sse{t: s.t, res: res, r: bufio.NewReader(res.Body)}
}

// next reads one event, as a browser would.
func (s *sse) next() (e sseEvent) {
	s.t.Helper()
	for {
		line, err := s.r.ReadString('\n')
		if err != nil {
			s.t.Fatalf("stream: %v %s", err, line)
		}
		line = strings.TrimSuffix(line, "\n")
		name, value, _ := strings.Cut(line, ": ")
		switch {
		case line == "" && e.raw != "":
			if err := json.Unmarshal([]byte(e.raw), &e.frame2); err != nil {
				s.t.Fatalf("%v: %s", err, e.raw)
			}
			if e.id != "" {
				s.last = e.id
			}
			return e
		case name == "id":
			e.id = value
		case name == "event":
			e.name = value
		case name == "data":
			e.raw = value
		}
	}
}

// until reads up to a frame, as frame2.String names it.
func (s *sse) until(name string) sseEvent {
	s.t.Helper()
	for {
		if e := s.next(); strings.TrimSpace(e.String()) == name {
			return e
		}
	}
}

func TestEventsAsSSE(t *testing.T) {
	s := newSite(t)
	c, single := s.events("demo", "?servers=1,2", ""), s.events("phone1010", "?events=Hangup", "")
	if got := c.res.Header.Get("Content-Type"); c.res.StatusCode != http.StatusOK || got != "text/event-stream" {
		t.Fatalf("status %d, type %s", c.res.StatusCode, got)
	}
	for _, name := range []string{"subscribed", "snapshot", "snapshot"} {
		if e := c.next(); e.name != name {
			t.Errorf("got %s, want %s", e.raw, name)
		}
	}
	single.until("snapshot 2")
	call(s.servers[0], "T2_1013", "a.1")
	call(s.servers[0], "T10_1010", "x.1")
	c.until("call ended a.1")
	call(s.servers[1], "T2_1010", "b.1")
	e := c.until("call ended b.1")
	if e.name != "call" || !strings.HasPrefix(e.id, "1:") || strings.Count(e.id, ":") != 4 || !strings.HasSuffix(e.id, fmt.Sprintf(",2:%s:%d", e.Epoch, e.Seq)) {
		t.Errorf("id %s, name %s: %s", e.id, e.name, e.raw)
	}
	if e := single.next(); e.name != "event" || e.String() != "Hangup b.1" {
		t.Errorf("got %s", e.raw)
	}
	// It goes away and comes back.
	c.res.Body.Close()
	call(s.servers[0], "T2_1010", "c.1")
	back := s.events("demo", "", c.last)
	if e := back.next(); e.name != "resumed" || e.Recovered == nil || !*e.Recovered {
		t.Errorf("got %s", e.raw)
	}
	for _, name := range []string{"Newchannel c.1", "Newstate c.1", "Hangup c.1"} {
		for {
			e := back.next()
			if e.Op == "call" {
				continue
			}
			if !strings.Contains(e.id, ",2:") {
				t.Errorf("id %s forgets a server", e.id)
			}
			if e.String() != name {
				t.Fatalf("got %s, want %s", e.raw, name)
			}
			break
		}
	}
	// The gateway stops.
	stopped := make(chan struct{})
	go func() { defer close(stopped); s.app.Stop() }()
	for e := back.next(); e.name != "close"; e = back.next() {
	}
	if rest, err := io.ReadAll(back.r); err != nil || len(rest) > 0 {
		t.Errorf("behind the end: %q %v", rest, err)
	}
	<-stopped
}

func TestEventsAsSSERefused(t *testing.T) {
	s := newSite(t, change{config: func(c *config.Config) { c.Hub.Bytes = 1 << 20 }})
	for _, r := range []struct {
		user, query, last, field string
		status                   int
	}{
		{"demo", "?events=" + strings.Repeat("x,", 65), "", "events", 400},
		{"demo", "?servers=one", "", "servers", 400},
		{"demo10", "?servers=2", "", "servers", 404},
		{"demo", "", "nonsense", "Last-Event-ID", 400},
		{"demo", "", "1:e:1,1:e:2", "Last-Event-ID", 400},
		{"demo", "?last_event_id=1:e:-1", "", "Last-Event-ID", 400},
	} {
		c := s.events(r.user, r.query, r.last)
		var body struct{ Field string }
		if err := json.NewDecoder(c.r).Decode(&body); err != nil || c.res.StatusCode != r.status || body.Field != r.field {
			t.Errorf("%s %s: status %d, field %q, %v", r.query, r.last, c.res.StatusCode, body.Field, err)
		}
	}
	c := s.events("demo", "", "1:of-before:17")
	if e := c.next(); e.name != "resumed" || *e.Recovered {
		t.Errorf("got %s", e.raw)
	}
	if e := c.until("gap 1 restart"); e.From != 18 {
		t.Errorf("got %s", e.raw)
	}
	c.until("snapshot 1")
	c.until("snapshot 2")
}
