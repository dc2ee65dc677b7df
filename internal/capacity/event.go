package capacity

import (
	"slices"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/dialplan"
)

// maxRecorded bounds the recordings that are followed on one server; those
// beyond are not counted until others end.
const maxRecorded = 10_000

// site is what is known of one server.
type site struct {
	phones map[string]int // contacts by phone
	stale  bool           // phones have changed
	lookAt int            // looks until phones are read anyway

	recorded map[string]string // Uniqueid of a recorded channel → Linkedid
	// known is false until recorded holds also what was recorded before the
	// link came.
	known bool
	inUse int
	told  map[string]string // what SetRoom was last told; nil: not known
	// closed are the phones that may not register, as Close was told; nil: not known.
	closed map[string]int
}

func (s *Service) site(server int) *site {
	t := s.sites[server]
	if t == nil {
		t = &site{phones: map[string]int{}, stale: true, recorded: map[string]string{}}
		s.sites[server] = t
	}
	return t
}

// Event looks at one event of a server. It neither blocks nor keeps m.
func (s *Service) Event(server int, m *ami.Message) {
	event := m.Event()
	if len(event) == 0 {
		return
	}
	switch event[0] { // most events end here
	case 'M', 'H', 'C', 'D', 'U', 'R':
	default:
		return
	}
	switch string(event) {
	case "MixMonitorStart":
		s.mu.Lock()
		if t := s.site(server); len(t.recorded) < maxRecorded {
			t.recorded[m.Get("Uniqueid")] = m.Get("Linkedid")
		}
		s.mu.Unlock()
	case "MixMonitorStop", "Hangup":
		id := m.Get("Uniqueid")
		s.mu.Lock()
		t := s.site(server)
		_, had := t.recorded[id]
		delete(t.recorded, id)
		s.mu.Unlock()
		if !had {
			return
		}
	case "ContactStatus":
		s.mu.Lock()
		s.site(server).stale = true
		s.mu.Unlock()
	case "RequestNotSupported": // of security; what a closed phone is told
		if m.Is("RequestType", "registrar_attempt_without_registration_permitted") {
			s.refused(server, Phones)
		}
		return
	case "UserEvent":
		if m.Is("UserEvent", dialplan.CapacityEvent) {
			s.refused(server, Kind(m.Get("Kind")))
		}
		return
	case "DeviceStateChange":
	default:
		return
	}
	s.look()
}

// refused counts a call that a server's dialplan refused, and says so, once in a
// while of each kind.
func (s *Service) refused(server int, k Kind) {
	i := slices.Index(Kinds[:], k)
	if i < 0 {
		return
	}
	s.refusals[i].Add(1)
	now := s.o.Now()
	s.mu.Lock()
	quiet := now.Sub(s.toldOf[i]) < fullAgain
	if !quiet {
		s.toldOf[i] = now
	}
	s.mu.Unlock()
	if !quiet {
		s.log.Warn("refused: the capacity is reached", "server", server, "kind", string(k), "refused", s.refusals[i].Load())
	}
}

// Up tells that a server came: what it knows is read, and what it is to know is
// told anew. It does not block.
func (s *Service) Up(server int) {
	s.mu.Lock()
	t := s.site(server)
	t.stale, t.known, t.told, t.closed = true, false, nil, nil
	s.mu.Unlock()
	s.look()
}

// look has Run look soon.
func (s *Service) look() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}
