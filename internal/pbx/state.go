package pbx

import (
	"bytes"
	"maps"
	"sync"
	"time"

	"github.com/dipcast/dipcast/ami"
)

// state is what the server's snapshot and its later events say of it.
type state struct {
	mu      sync.Mutex
	epoch   string
	seq     uint64
	begun   uint64 // first seq of the epoch
	since   time.Time
	whole   bool // the snapshot is read
	devices map[string]string
	queues  map[string]map[string]string // queue → member's interface → status
	bridges map[string]bool
}

// Bounds of what is remembered of one server.
const (
	maxDevices = 50000
	maxQueues  = 5000
	maxBridges = 20000
)

func (s *state) init() {
	s.since = time.Now()
	s.clear()
}

func (s *state) clear() {
	s.devices, s.queues, s.bridges = map[string]string{}, map[string]map[string]string{}, map[string]bool{}
}

// begin forgets all. The count of events goes on, so that a client's position
// says how much it missed, across epochs too.
func (s *state) begin(epoch string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.epoch, s.whole, s.begun = epoch, false, s.seq+1
	s.clear()
}

// changed notes that the server came or went.
func (s *state) changed(at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.since = at
}

// setWhole notes whether the lists of a snapshot were read to their ends.
func (s *state) setWhole(whole bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.whole = whole
}

func (s *state) complete() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.whole
}

func (s *state) next() (epoch string, seq uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seq++
	return s.epoch, s.seq
}

// skip lets n places in the count pass, for what is told but is no event, and
// for events that were dropped.
func (s *state) skip(n uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seq += n
}

func (s *state) position() (epoch string, since time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.epoch, s.since
}

// learn keeps devices, queues and bridges as they are.
func (s *state) learn(m *ami.Message) {
	event := m.Event()
	if len(event) < 10 {
		return
	}
	switch event[0] {
	case 'D':
		if bytes.Equal(event, []byte("DeviceStateChange")) {
			s.set(func() { put(s.devices, m.Get("Device"), m.Get("State"), maxDevices) })
		}
	case 'Q':
		s.set(func() { s.queue(event, m) })
	case 'B':
		id := m.Get("BridgeUniqueid")
		switch string(event) {
		case "BridgeCreate", "BridgeListItem":
			s.set(func() { put(s.bridges, id, true, maxBridges) })
		case "BridgeDestroy":
			s.set(func() { delete(s.bridges, id) })
		}
	}
}

func (s *state) set(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

func (s *state) queue(event []byte, m *ami.Message) {
	name := m.Get("Queue")
	switch string(event) {
	case "QueueParams", "QueueMember", "QueueMemberStatus", "QueueMemberAdded", "QueueMemberPause":
	case "QueueMemberRemoved":
		delete(s.queues[name], m.Get("Interface"))
		return
	default:
		return
	}
	if s.queues[name] == nil {
		put(s.queues, name, map[string]string{}, maxQueues)
	}
	member := m.Get("Interface")
	if member == "" {
		member = m.Get("Location") // in the list items
	}
	if member != "" && s.queues[name] != nil {
		put(s.queues[name], member, m.Get("Status"), maxQueues)
	}
}

// device is the last known state of a device, "" when it is not known.
func (s *state) device(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.devices[name]
}

// put sets a key unless that would pass the bound.
func put[V any](m map[string]V, key string, v V, bound int) {
	if _, ok := m[key]; ok || len(m) < bound {
		m[key] = v
	}
}

// Devices returns the state of every device, such as "PJSIP/T2_1010" → "NOT_INUSE".
func (s *Server) Devices() map[string]string {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	return maps.Clone(s.state.devices)
}

// DeviceState is the last known state of a device, such as NOT_INUSE for
// "PJSIP/T2_1010"; "" when it is not known.
func (s *Server) DeviceState(name string) string { return s.state.device(name) }

// Registered reports whether a device, such as "PJSIP/T2_1010", can be reached
// as far as its state tells.
func (s *Server) Registered(device string) bool {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	switch s.state.devices[device] {
	case "", "UNAVAILABLE", "INVALID", "UNKNOWN":
		return false
	}
	return s.Up()
}
