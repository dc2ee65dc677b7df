package hub

import (
	"errors"
	"os"
	"runtime/debug"
	"slices"

	"github.com/gobwas/ws"
)

const (
	// writeSize is how much one write call carries at most, unless a single
	// frame is longer.
	writeSize = 64 << 10
	// writeBudget is how much one client gets before the next one's turn.
	writeBudget = 256 << 10
)

// flush writes what c has to get, up to its budget: first its own queue, then
// events. The end of the topic is read before the queue is taken: an answer
// that was queued before an event was appended goes out before it.
func (s *shard) flush(c *Client) {
	if c.blocked.Load() || c.removed {
		return
	}
	defer s.rescue(c)
	until := c.topic.next.Load()
	if !s.flushOwn(c) || c.stream != nil && !s.holdIfAsked(c) {
		return
	}
	filter := c.filter.Load()
	for sent := 0; c.cursor < until; {
		n, ok := c.topic.read(c.cursor, until, s.entries)
		if !ok {
			s.behind(c)
			return
		}
		if n == 0 {
			return
		}
		wrote, done := s.flushParts(c, filter, s.entries[:n])
		if !done {
			return
		}
		if sent += wrote; sent > writeBudget && c.cursor < until {
			s.hurry(c)
			return
		}
	}
	if c.conn.Waiting() {
		s.lend(c, nil)
	}
}

// flushAnswers writes c's own queue only.
func (s *shard) flushAnswers(c *Client) {
	if c.blocked.Load() || c.removed {
		return
	}
	defer s.rescue(c)
	if s.flushOwn(c) && c.conn.Waiting() {
		s.lend(c, nil)
	}
}

// rescue is deferred: a panic while writing to c ends c only.
func (s *shard) rescue(c *Client) {
	if p := recover(); p != nil {
		s.hub.opts.Logger.Error("panic while writing to a client", "panic", p, "stack", string(debug.Stack()))
		s.hub.end(c, ReasonGone)
	}
}

// flushOwn writes c's own queue. It reports false when c is closed or has to
// wait for its socket.
func (s *shard) flushOwn(c *Client) bool {
	c.mu.Lock()
	out, closing, ended, slow := c.out, c.closing, c.ended, c.slow
	c.out = nil
	c.mu.Unlock()
	switch {
	case ended:
		return false
	case slow:
		s.tooSlow(c)
		return false
	case len(out) == 0 && closing: // the close frame went out while c was lent
		s.hub.end(c, ReasonClosed)
		return false
	case len(out) == 0:
		return true
	}
	n, err := c.conn.TryWrite(out)
	if err != nil {
		s.hub.end(c, reasonOf(err))
		return false
	}
	if n < len(out) {
		s.lend(c, out[n:])
		return false
	}
	if cap(out) <= maxPooled {
		s.hub.buffers.Put(&out)
	}
	switch {
	case closing && c.conn.Waiting():
		s.lend(c, nil)
		return false
	case closing:
		s.hub.end(c, ReasonClosed)
		return false
	}
	return true
}

// flushParts writes the frames of es, and has c held at the markers between.
func (s *shard) flushParts(c *Client, filter *compiled, es []entry) (wrote int, more bool) {
	if c.stream == nil {
		return s.flushEntries(c, filter, es)
	}
	for len(es) > 0 {
		m := slices.IndexFunc(es, func(e entry) bool { return e.isMarker() })
		if m < 0 {
			m = len(es)
		}
		n, more := s.flushEntries(c, filter, es[:m])
		wrote += n
		if !more || m < len(es) && !s.marker(c, filter, &es[m]) {
			return wrote, false
		}
		es = es[min(m+1, len(es)):]
	}
	return wrote, true
}

// flushEntries writes the frames of es that pass the filter and moves the
// cursor. It reports how many bytes went out and whether c can take more.
func (s *shard) flushEntries(c *Client, filter *compiled, es []entry) (wrote int, more bool) {
	log := c.topic.log
	for i := 0; i < len(es); {
		if !c.passes(filter, &es[i]) {
			c.past(es[i : i+1])
			i++
			continue
		}
		// A run of neighbours goes out as it stands in the log.
		run, size := i+1, int(es[i].len)
		for run < len(es) && es[run].off == es[run-1].off+uint64(es[run-1].len) &&
			size+int(es[run].len) <= writeSize && c.passes(filter, &es[run]) {
			size += int(es[run].len)
			run++
		}
		var ok bool
		var chunk []byte
		frames := 0 // in chunk; 0: all of the run
		if run-i >= 8 || run == len(es) {
			if chunk, ok = log.view(es[i].off, size); ok {
				for size > len(chunk) { // the run goes on in the next segment
					run--
					size -= int(es[run].len)
				}
				chunk = chunk[:size]
			}
		} else {
			chunk, run, frames, ok = s.gather(c, filter, es, i)
		}
		if !ok {
			s.behind(c)
			return wrote, false
		}
		n, err := c.conn.TryWrite(chunk)
		wrote += n
		if err != nil {
			s.hub.end(c, reasonOf(err))
			return wrote, false
		}
		if n < len(chunk) {
			s.partial(c, filter, es[i:run], chunk, n)
			return wrote, false
		}
		c.past(es[i:run])
		if frames == 0 {
			frames = run - i
		}
		s.hub.stats.Bytes.Add(int64(n))
		s.hub.stats.Delivered.Add(int64(frames))
		i = run
	}
	return wrote, true
}

// behind deals with a client that fell out of the log.
func (s *shard) behind(c *Client) {
	if c.stream != nil {
		s.fallen(c)
		return
	}
	s.tooSlow(c)
}

// tooSlow ends c, which stands between two frames, and tells it if its socket
// takes that at once.
func (s *shard) tooSlow(c *Client) {
	f := appendFrame(nil, ws.OpClose, ws.NewCloseFrameBody(CloseSlow, "too slow"))
	n, err := c.conn.TryWrite(f)
	s.hub.finish(c, ReasonSlow, err == nil && n == len(f))
}

// gather copies frames that do not stand side by side into one buffer.
func (s *shard) gather(c *Client, filter *compiled, es []entry, from int) (chunk []byte, run, frames int, ok bool) {
	buf := s.scratch[:0]
	run = from
	for run < len(es) {
		e := &es[run]
		if !c.passes(filter, e) {
			run++
			continue
		}
		if len(buf) > 0 && len(buf)+int(e.len) > writeSize {
			break
		}
		b, ok := c.topic.log.view(e.off, int(e.len))
		if !ok {
			return nil, 0, 0, false
		}
		buf = append(buf, b...)
		frames++
		run++
	}
	s.scratch = buf[:0]
	return buf, run, frames, true
}

// partial keeps the rest of the frame that n cut through, puts the cursor
// behind it and has c wait for its socket.
func (s *shard) partial(c *Client, filter *compiled, es []entry, chunk []byte, n int) {
	off := 0
	for i := range es {
		pass := c.passes(filter, &es[i])
		c.past(es[i : i+1])
		if !pass {
			continue
		}
		end := off + int(es[i].len)
		s.hub.stats.Delivered.Add(1) // the one cut through is on its way
		if end > n {
			s.hub.stats.Bytes.Add(int64(end))
			rest := make([]byte, end-n)
			copy(rest, chunk[n:end])
			s.lend(c, rest)
			return
		}
		off = end
	}
}

func reasonOf(err error) Reason {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return ReasonSlow
	}
	return ReasonGone
}
