package capacity

import (
	"context"
	"maps"
	"strconv"
	"time"

	"github.com/dipcast/dipcast/internal/dialplan"
)

const (
	tick = time.Second
	// pause is the least time between two looks, so that a storm of events costs
	// ten looks a second.
	pause = 100 * time.Millisecond
	// readPhones is after how many ticks phones are read again although nothing
	// was told of them.
	readPhones = 60
	// askFor bounds what one server is asked and told in one look.
	askFor = 10 * time.Second
	// FullFor is for how long a server refuses without being told again: a
	// gateway that died full must not silence the phones.
	FullFor = 30 * time.Second
	// openFor bounds what is taken back at the end.
	openFor = 2 * time.Second
	// fullAgain is when it is told again.
	fullAgain = 10 * time.Second
)

// Run counts, warns and tells the servers until ctx ends. Then it takes back what
// has them refuse, as far as they are up.
func (s *Service) Run(ctx context.Context) {
	t := time.NewTicker(tick)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			s.open()
			return
		case <-t.C:
			s.step(ctx, true)
		case <-s.wake:
			s.step(ctx, false)
		}
		rest := time.NewTimer(pause)
		select {
		case <-ctx.Done():
		case <-rest.C:
		}
		rest.Stop()
	}
}

// step looks once.
func (s *Service) step(ctx context.Context, ticked bool) {
	servers := s.o.Servers()
	s.forget(servers)
	for _, srv := range servers {
		if srv.Up() {
			s.ask(ctx, srv, ticked)
		}
	}
	s.count(servers)
	limits := s.o.Limits()
	s.warn(limits)
	for _, srv := range servers {
		if srv.Up() {
			s.tell(ctx, srv, limits)
		}
		if srv.Up() && ticked {
			s.closing(ctx, srv, limits)
		}
	}
}

// forget drops what is known of servers that were removed.
func (s *Service) forget(servers []Server) {
	s.mu.Lock()
	defer s.mu.Unlock()
	there := map[int]bool{}
	for _, srv := range servers {
		there[srv.ID()] = true
	}
	maps.DeleteFunc(s.sites, func(id int, _ *site) bool { return !there[id] })
}

// ask reads what events alone do not tell.
func (s *Service) ask(ctx context.Context, srv Server, ticked bool) {
	ctx, cancel := context.WithTimeout(ctx, askFor)
	defer cancel()
	s.mu.Lock()
	t := s.site(srv.ID())
	if ticked {
		t.lookAt--
	}
	// Once a second, however many phones come in the morning: the list is long.
	phones, recorded := ticked && (t.stale || t.lookAt <= 0), !t.known
	t.stale = t.stale && !phones // an event while we read counts anew
	s.mu.Unlock()
	if phones {
		s.readPhones(ctx, srv)
	}
	if recorded {
		s.readRecorded(ctx, srv)
	} else if ticked {
		s.prune(srv)
	}
}

func (s *Service) readPhones(ctx context.Context, srv Server) {
	list, err := srv.Phones(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.site(srv.ID())
	t.lookAt = readPhones
	if err != nil { // the last count stands; it is asked again with the next tick
		t.lookAt = 0
		s.log.Debug("phones not counted", "server", srv.ID(), "error", err)
		return
	}
	t.phones = list
}

func (s *Service) readRecorded(ctx context.Context, srv Server) {
	list, err := srv.Recorded(ctx)
	if err != nil {
		s.log.Debug("recorded calls not read", "server", srv.ID(), "error", err)
		return
	}
	s.mu.Lock()
	t := s.site(srv.ID())
	for id, linked := range list {
		if len(t.recorded) < maxRecorded {
			t.recorded[id] = linked
		}
	}
	t.known = true
	s.mu.Unlock()
	s.prune(srv) // those that ended while we read, or while the link was down
}

// prune drops recordings of channels that are gone.
func (s *Service) prune(srv Server) {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.site(srv.ID()).recorded, func(id, _ string) bool { return !srv.Live(id) })
}

func (s *Service) count(servers []Server) {
	inUse := map[int][]string{}
	for _, srv := range servers {
		inUse[srv.ID()] = srv.PhonesInUse()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.used = [len(Kinds)]int{}
	for id, t := range s.sites {
		t.inUse = 0
		for _, phone := range inUse[id] {
			t.inUse += max(1, t.phones[phone]) // each of its contacts counts
		}
		for _, n := range t.phones {
			s.used[0] += n
		}
		s.used[1] += t.inUse
		s.used[2] += t.calls()
	}
}

// calls is how many calls are recorded: several recorded legs are one call.
func (t *site) calls() int {
	calls := make(map[string]bool, len(t.recorded))
	for _, linked := range t.recorded {
		calls[linked] = true
	}
	return len(calls)
}

// warn says once when a limit is near, and once when it is reached.
func (s *Service) warn(limits Limits) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, k := range Kinds {
		u := Usage{Kind: k, Used: s.used[i], Limit: limits.Of(k)}
		u.State = stateOf(u.Used, u.Limit)
		said := s.warned[i]
		switch {
		case u.State == Full && said != Full:
			s.log.Warn("the capacity is reached: the next is refused, but for calls for help", "kind", string(k), "used", u.Used, "limit", u.Limit)
			s.warned[i] = Full
		case u.State == Near && said != Near && said != Full:
			s.log.Warn("the capacity is nearly reached", "kind", string(k), "used", u.Used, "limit", u.Limit)
			s.warned[i] = Near
		case said != "" && said != OK && u.Used*100 < u.Limit*calmAt, said != "" && u.Limit == 0:
			s.log.Info("there is room again", "kind", string(k), "used", u.Used, "limit", u.Limit)
			s.warned[i] = ""
		}
	}
}

// tell keeps the values that a server's dialplan reads. A failure is tried again
// with the next look.
func (s *Service) tell(ctx context.Context, srv Server, limits Limits) {
	ctx, cancel := context.WithTimeout(ctx, askFor)
	defer cancel()
	wanted := s.wanted(srv.ID(), limits)
	s.mu.Lock()
	told := s.site(srv.ID()).told
	s.mu.Unlock()
	if told == nil {
		room, err := srv.Room(ctx)
		if err != nil {
			s.log.Debug("a server not asked for its capacity", "server", srv.ID(), "error", err)
			return
		}
		s.mu.Lock()
		s.site(srv.ID()).told = room
		s.mu.Unlock()
	}
	for _, key := range dialplan.CapacityKeys {
		s.mu.Lock()
		last := s.site(srv.ID()).told[key]
		s.mu.Unlock()
		if last == wanted[key] {
			continue
		}
		if err := srv.SetRoom(ctx, key, wanted[key]); err != nil {
			s.log.Debug("a server not told of its capacity", "server", srv.ID(), "error", err)
			return
		}
		s.mu.Lock()
		if t := s.sites[srv.ID()]; t != nil && t.told != nil {
			t.told[key] = wanted[key]
		}
		s.mu.Unlock()
	}
}

// wanted are the values a server is to have. A time until which it refuses is
// written in steps, so that it is told every fullAgain and not at every look.
func (s *Service) wanted(server int, limits Limits) map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	until := s.o.Now().Truncate(fullAgain).Add(FullFor)
	out := map[string]string{}
	full := func(i int) bool { return stateOf(s.used[i], limits.Of(Kinds[i])) == Full }
	if full(1) {
		out[dialplan.CapacityPhonesFull] = strconv.FormatInt(until.Unix(), 10)
	}
	if full(2) {
		out[dialplan.CapacityRecordedFull] = strconv.FormatInt(until.Unix(), 10)
	}
	t := s.site(server)
	if limits.PhonesInUse > 0 {
		out[dialplan.CapacityPhones] = strconv.Itoa(max(0, limits.PhonesInUse-(s.used[1]-t.inUse)))
	}
	if limits.RecordedCalls > 0 {
		out[dialplan.CapacityRecorded] = strconv.Itoa(max(0, limits.RecordedCalls-(s.used[2]-t.calls())))
	}
	return out
}

// open takes back what has servers refuse for want of room.
func (s *Service) open() {
	ctx, cancel := context.WithTimeout(context.Background(), openFor)
	defer cancel()
	for _, srv := range s.o.Servers() {
		if srv.Up() {
			s.closing(ctx, srv, Limits{})
		}
		for _, key := range []string{dialplan.CapacityPhonesFull, dialplan.CapacityRecordedFull} {
			s.mu.Lock()
			t := s.site(srv.ID())
			set := t.told[key] != ""
			s.mu.Unlock()
			if set && srv.Up() {
				if err := srv.SetRoom(ctx, key, ""); err != nil {
					s.log.Debug("a server not told of its capacity", "server", srv.ID(), "error", err)
				}
			}
		}
	}
}
