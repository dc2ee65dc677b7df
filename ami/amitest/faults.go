package amitest

import "time"

// faults is how a Server misbehaves at present.
type faults struct {
	chunk    int
	cutAfter int
	delay    time.Duration
	stall    bool
	mute     bool
	reorder  int
	double   bool
	refuse   bool
}

func (s *Server) currentFaults() faults {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults
}

func (s *Server) setFaults(set func(*faults)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	set(&s.faults)
	s.wake()
}

// Chunk writes in pieces of n bytes from now on; 0 writes whole.
func (s *Server) Chunk(n int) { s.setFaults(func(f *faults) { f.chunk = n }) }

// Delay waits d before each piece that is written.
func (s *Server) Delay(d time.Duration) { s.setFaults(func(f *faults) { f.delay = d }) }

// CutAfter cuts each connection, with RST over TCP, once it got n bytes in
// all, the banner counted; 0 does not.
func (s *Server) CutAfter(n int) { s.setFaults(func(f *faults) { f.cutAfter = n }) }

// Stall stops reading and writing on all connections, which stay open, until
// Stall(false).
func (s *Server) Stall(on bool) { s.setFaults(func(f *faults) { f.stall = on }) }

// Mute leaves actions unanswered. Events still go out.
func (s *Server) Mute(on bool) { s.setFaults(func(f *faults) { f.mute = on }) }

// Reorder keeps answers back until n are there and writes the last first;
// 0 ends that with the next answer.
func (s *Server) Reorder(n int) { s.setFaults(func(f *faults) { f.reorder = n }) }

// Double writes every answer twice.
func (s *Server) Double(on bool) { s.setFaults(func(f *faults) { f.double = on }) }

// Refuse closes new connections at once.
func (s *Server) Refuse(on bool) { s.setFaults(func(f *faults) { f.refuse = on }) }

// Cut ends all connections at once, with RST over TCP.
func (s *Server) Cut() {
	for _, c := range s.all() {
		c.reset()
	}
}

// HalfClose ends the writing side of all TCP connections, which still read.
func (s *Server) HalfClose() {
	for _, c := range s.all() {
		if t, ok := c.c.(interface{ CloseWrite() error }); ok {
			_ = t.CloseWrite()
		}
	}
}

func (s *Server) all() []*Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*Conn, 0, len(s.conns))
	for c := range s.conns {
		all = append(all, c)
	}
	return all
}

// whileStalled waits while the Server is stalled. It returns false when the
// connection ends.
func (s *Server) whileStalled(c *Conn) bool {
	for {
		s.mu.Lock()
		stalled, changed := s.faults.stall, s.changed
		s.mu.Unlock()
		if !stalled {
			return true
		}
		select {
		case <-changed:
		case <-c.done:
			return false
		}
	}
}
