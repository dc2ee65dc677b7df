package hub

import "context"

// Lag is how far clients are behind the newest frame that is theirs.
type Lag struct {
	Frames uint64 // of the client with the most frames to go
	Bytes  uint64 // of the log behind that client's position
}

// Lag returns the largest lag of all clients. Each writer goroutine looks at
// its own clients between two rounds of writing; one that does not come to it
// before ctx ends is left out.
func (h *Hub) Lag(ctx context.Context) Lag {
	answers := make(chan Lag, len(h.shards))
	for _, s := range h.shards {
		s.mu.Lock()
		s.asks = append(s.asks, answers)
		s.mu.Unlock()
		s.signal()
	}
	var most Lag
	for range h.shards {
		select {
		case l := <-answers:
			most.Frames, most.Bytes = max(most.Frames, l.Frames), max(most.Bytes, l.Bytes)
		case <-ctx.Done():
			return most
		}
	}
	return most
}

// answer tells everybody who asked the lag of this shard's clients.
func (s *shard) answer(asks []chan<- Lag) {
	if len(asks) == 0 {
		return
	}
	l := s.lag()
	for _, a := range asks {
		a <- l // has room for every shard
	}
}

func (s *shard) lag() Lag {
	s.hub.mu.RLock()
	defer s.hub.mu.RUnlock()
	var most Lag
	for _, t := range s.hub.topics {
		next := t.next.Load()
		last := next
		for _, c := range t.shard[s.index].members {
			if !c.removed && !c.holding.Load() && (c.stream == nil || c.stream.live) {
				last = min(last, c.cursor)
			}
		}
		if last == next {
			continue
		}
		most.Frames = max(most.Frames, next-last)
		if off, ok := t.offset(last); ok {
			most.Bytes = max(most.Bytes, t.log.tail.Load()-off)
		}
	}
	return most
}

// offset returns where the entry with a number stands in the log, of one that
// has fallen out the oldest offset there is.
func (t *topic) offset(number uint64) (uint64, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	at := t.head
	if number > t.first {
		at += int(number - t.first)
	}
	if at >= len(t.entries) {
		return 0, false
	}
	return t.entries[at].off, true
}
