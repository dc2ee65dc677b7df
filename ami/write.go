package ami

import (
	"errors"
	"fmt"
	"os"
	"time"
)

// take takes everything that waits to be written, unless somebody writes: then
// that one wakes the writer when there is more. The write may take as long as
// limit, unless it is the last.
func (s *session) take(limit time.Duration) (buf []byte, stopping, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.writing {
		return nil, false, false
	}
	s.writing = true
	if limit > 0 && !s.stopping {
		_ = s.conn.SetWriteDeadline(time.Now().Add(limit))
	}
	s.outBase += uint64(len(s.out))
	if len(s.rest) > 0 {
		buf = append(s.rest, s.out...)
		s.out, s.rest = s.out[:0], nil
	} else {
		buf, s.out = s.out, s.spare[:0]
	}
	s.spare = nil
	return buf, s.stopping, true
}

// wrote ends what take began. rest was not written.
func (s *session) wrote(buf, rest []byte) {
	s.mu.Lock()
	s.writing, s.rest = false, rest
	if len(rest) == 0 && cap(buf) <= keepBuffer {
		s.spare = buf[:0]
	}
	more := len(s.out) > 0 || len(rest) > 0 || s.stopping
	s.mu.Unlock()
	if more {
		signal(s.wake)
	}
}

// write writes what Send queued, everything that waits in one go.
func (s *session) write() {
	for {
		select {
		case <-s.wake:
		case <-s.done:
			return
		}
		buf, stopping, ok := s.take(2 * s.c.o.PingInterval)
		if !ok {
			continue
		}
		if stopping {
			buf = append(buf, "Action: Logoff\r\n\r\n"...)
		}
		n, err := 0, error(nil)
		if len(buf) > 0 { // else what was queued has been cancelled, or is written
			n, err = s.conn.Write(buf)
		}
		s.c.stats.bytesOut.Add(uint64(n))
		switch {
		case stopping:
			s.fail(ErrClosed)
			return
		case errors.Is(err, os.ErrDeadlineExceeded):
			s.fail(s.cause(fmt.Errorf("%w: write: %w", ErrSilent, err)))
			return
		case err != nil:
			s.fail(s.cause(fmt.Errorf("write: %w", err)))
			return
		}
		s.wrote(buf, nil)
	}
}

// writeNow writes what waits in the goroutine that sends, which saves waking the
// writer. What the socket does not take at once is left to that.
func (s *session) writeNow() {
	buf, stopping, ok := s.take(0)
	if !ok {
		return
	}
	n, err := 0, error(nil)
	if !stopping {
		n, err = s.direct.write(buf)
		s.c.stats.bytesOut.Add(uint64(n))
	}
	s.wrote(buf, buf[n:])
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) { // that was of an earlier write
		s.fail(s.cause(fmt.Errorf("write: %w", err)))
	}
}
