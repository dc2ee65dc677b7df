package amitest

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"
)

// PlayOptions are how a Transcript is played. The zero value plays its events
// as fast as they are taken.
type PlayOptions struct {
	// Speed 1 keeps the recorded timing, 10 is ten times faster, 0 does not
	// wait at all.
	Speed float64
	// Everything plays all that was received, answers and list items too,
	// instead of events only. Banners are left out: clients had theirs.
	Everything bool
}

// Play sends what a transcript's server sent to all who are logged in, until
// it is through or ctx ends. Pieces keep their recorded size; see Chunk for
// smaller ones.
func (s *Server) Play(ctx context.Context, t *Transcript, o PlayOptions) error {
	start := time.Now()
	for _, m := range t.Messages() {
		if m.Banner || !o.Everything && !m.Event {
			continue
		}
		if o.Speed > 0 {
			due := start.Add(time.Duration(float64(m.At) / o.Speed))
			select {
			case <-time.After(time.Until(due)):
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		if err := s.roomToPlay(ctx); err != nil {
			return err
		}
		s.EmitRaw(m.Class, m.Data)
	}
	return nil
}

// playAhead bounds what Play queues on a connection that does not read.
const playAhead = 1 << 20

func (s *Server) roomToPlay(ctx context.Context) error {
	for slices.ContainsFunc(s.all(), func(c *Conn) bool { return c.queued() > playAhead }) {
		select {
		case <-time.After(time.Millisecond):
		case <-ctx.Done():
			return fmt.Errorf("a client does not read: %w", context.Cause(ctx))
		}
	}
	return nil
}

// Recorded is one message of a Transcript's server.
type Recorded struct {
	At     time.Duration // when its last segment came
	Conn   int
	Data   []byte // with its blank line
	Banner bool
	Event  bool   // an event that belongs to no event list
	Class  string // first word of its Privilege, "" without
}

// Messages cuts what the server sent into messages, by a reading of its own
// that is slow and plain.
func (t *Transcript) Messages() []Recorded {
	var all []Recorded
	lists := make(map[string]bool) // ActionIDs of event lists
	for conn := range t.Connections() {
		var cur Recorded
		for _, c := range t.Chunks {
			if c.Conn != conn || c.Dir != Received {
				continue
			}
			for line := range bytes.SplitAfterSeq(c.Data, []byte("\n")) {
				blank := len(bytes.TrimRight(line, "\r\n")) == 0
				if len(line) == 0 || blank && len(cur.Data) == 0 {
					continue
				}
				cur.Data = append(cur.Data, line...)
				cur.At, cur.Conn = c.At, conn
				cur.Banner = bytes.HasPrefix(cur.Data, []byte("Asterisk Call Manager"))
				if blank || cur.Banner {
					cur.sort(lists)
					all = append(all, cur)
					cur = Recorded{}
				}
			}
		}
	}
	return all
}

// sort fills in what the message is.
func (m *Recorded) sort(lists map[string]bool) {
	id := headerOf(m.Data, "ActionID")
	if headerOf(m.Data, "EventList") == "start" {
		lists[id] = true
	}
	m.Class = headerOf(m.Data, "Privilege")
	if i := bytes.IndexByte([]byte(m.Class), ','); i >= 0 {
		m.Class = m.Class[:i]
	}
	m.Event = bytes.HasPrefix(m.Data, []byte("Event: ")) && (id == "" || !lists[id])
	if headerOf(m.Data, "EventList") == "Complete" {
		m.Event = false
		delete(lists, id)
	}
}

// headerOf returns the first value of a header of wire bytes.
func headerOf(data []byte, name string) string {
	for line := range bytes.SplitSeq(data, []byte("\n")) {
		if v, ok := bytes.CutPrefix(line, []byte(name+": ")); ok {
			return string(bytes.TrimSuffix(v, []byte("\r")))
		}
	}
	return ""
}
