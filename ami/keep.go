package ami

import (
	"errors"
	"fmt"
	"time"
)

// keep ends actions at their deadlines and sends Pings. A Ping is missed when
// not one byte was read within PingTimeout: any byte shows that the server
// lives, and a Pong may be behind many events. The next one then follows at
// once. One miss ends nothing, so that a machine that slept does not take its
// own silence for the server's.
func (s *session) keep() {
	ping := time.NewTimer(s.c.o.PingInterval)
	defer ping.Stop()
	next := time.NewTimer(time.Hour)
	defer next.Stop()
	var grace <-chan time.Time
	var heard uint64
	misses, asked := 0, false
	for {
		next.Reset(s.expire(time.Now()))
		select {
		case <-s.done:
			return
		case <-s.rearm:
			if grace == nil && s.sawShutdown() {
				grace = time.After(shutdownGrace)
			}
		case <-next.C:
		case <-grace:
			s.fail(errors.New("server did not close the connection"))
			return
		case <-ping.C:
			rx := s.rx.Load()
			if asked && rx != heard {
				misses, asked = 0, false
				ping.Reset(s.c.o.PingInterval - s.c.o.PingTimeout)
				continue
			}
			if asked {
				misses++
			}
			if misses >= s.c.o.PingMisses {
				s.fail(fmt.Errorf("%w: %d pings missed", ErrSilent, misses))
				return
			}
			heard, asked = rx, true
			s.ping()
			ping.Reset(s.c.o.PingTimeout)
		}
	}
}

func (s *session) sawShutdown() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shutdown
}

// ping sends one Ping. Its answer is measured, nothing more: any byte shows
// that the server lives.
func (s *session) ping() {
	s.c.stats.pings.Add(1)
	start := time.Now()
	s.own(NewAction("Ping"), func(r Result) {
		if r.Err == nil {
			s.c.stats.rtt.Store(int64(time.Since(start)))
		}
	})
}

// own sends an action of the session itself. Its failure is the link's, or
// shows in the result.
func (s *session) own(a *Action, done func(Result)) {
	p := &pending{id: s.c.NewActionID(), done: done, deadline: time.Now().Add(s.c.o.ActionTimeout), own: true}
	if err := s.send(a, p); err != nil {
		done(Result{Err: err})
	}
}
