package capacity

import (
	"context"
	"maps"
)

// closing keeps phones from registering that are not registered, on one server,
// while there are as many as there may be, and lets them again when there is room.
// It is looked at with every tick: a second late is one phone too many.
func (s *Service) closing(ctx context.Context, srv Server, limits Limits) {
	ctx, cancel := context.WithTimeout(ctx, askFor)
	defer cancel()
	s.mu.Lock()
	t := s.site(srv.ID())
	full := stateOf(s.used[0], limits.Phones) == Full
	closed, phones := maps.Clone(t.closed), t.phones
	s.mu.Unlock()
	fail := func(err error) {
		s.log.Debug("a server not told which phones may register", "server", srv.ID(), "error", err)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.site(srv.ID()).closed = nil // read again what is there
	}
	if closed == nil {
		var err error
		if closed, err = srv.Closed(ctx); err != nil {
			fail(err)
			return
		}
	}
	wanted := map[string]int{}
	if full {
		all, err := srv.Registrable(ctx)
		if err != nil {
			fail(err)
			return
		}
		for phone, most := range all {
			if now := phones[phone]; now < most {
				wanted[phone] = now
			}
		}
	}
	for phone := range closed {
		if _, still := wanted[phone]; !still {
			if err := srv.Close(ctx, phone, -1); err != nil {
				fail(err)
				return
			}
		}
	}
	for phone, most := range wanted {
		if last, there := closed[phone]; there && last == most {
			continue
		}
		if err := srv.Close(ctx, phone, most); err != nil {
			fail(err)
			return
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.site(srv.ID()).closed = wanted
}
