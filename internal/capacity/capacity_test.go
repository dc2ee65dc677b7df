package capacity_test

import (
	"bytes"
	"context"
	"log/slog"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/capacity"
)

// box is a server that is what the test says.
type box struct {
	mu       sync.Mutex
	id       int
	down     bool
	phones   map[string]int
	inUse    []string
	recorded map[string]string // before the link came
	live     map[string]bool
	room     map[string]string
	told     int
	most     map[string]int // contacts that each phone may have
	closed   map[string]int
}

func (b *box) with(f func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f()
}

func (b *box) ID() int { return b.id }

func (b *box) Up() (up bool) { b.with(func() { up = !b.down }); return up }

func (b *box) Phones(context.Context) (all map[string]int, err error) {
	b.with(func() { all = maps.Clone(b.phones) })
	return all, nil
}

func (b *box) PhonesInUse() (all []string) { b.with(func() { all = b.inUse }); return all }

func (b *box) Recorded(context.Context) (all map[string]string, err error) {
	b.with(func() { all = maps.Clone(b.recorded) })
	return all, nil
}

func (b *box) Live(id string) (yes bool) { b.with(func() { yes = b.live[id] }); return yes }

func (b *box) Registrable(context.Context) (all map[string]int, err error) {
	b.with(func() { all = maps.Clone(b.most) })
	return all, nil
}

func (b *box) Closed(context.Context) (all map[string]int, err error) {
	b.with(func() { all = maps.Clone(b.closed) })
	return all, nil
}

func (b *box) Close(_ context.Context, phone string, most int) error {
	b.with(func() {
		b.closed[phone] = most
		if most < 0 {
			delete(b.closed, phone)
		}
	})
	return nil
}

func (b *box) Room(context.Context) (map[string]string, error) { return b.rooms(), nil }

func (b *box) SetRoom(_ context.Context, key, value string) error {
	b.with(func() {
		b.told++
		b.room[key] = value
		if value == "" {
			delete(b.room, key)
		}
	})
	return nil
}

func (b *box) rooms() (all map[string]string) {
	b.with(func() { all = maps.Clone(b.room) })
	return all
}

// pass lets time pass, and everything happen.
func pass(d time.Duration) {
	time.Sleep(d) //nolint:forbidigo // fake time
	synctest.Wait()
}

func event(t *testing.T, lines ...string) *ami.Message {
	t.Helper()
	m := new(ami.Message)
	if err := ami.Parse([]byte(strings.Join(lines, "\r\n")+"\r\n\r\n"), m); err != nil {
		t.Fatal(err)
	}
	return m
}

// lab runs a Service until the test ends, in a bubble.
func lab(t *testing.T, limits *atomic.Pointer[capacity.Limits], boxes ...*box) (s *capacity.Service, log *bytes.Buffer, stop func()) {
	t.Helper()
	log = new(bytes.Buffer)
	var all []capacity.Server
	for i, b := range boxes {
		b.id, b.room, b.closed = i+1, map[string]string{}, map[string]int{"left from before": 0}
		all = append(all, b)
	}
	s, err := capacity.New(capacity.Options{
		Limits:  func() capacity.Limits { return *limits.Load() },
		Servers: func() []capacity.Server { return all },
		Logger:  slog.New(slog.NewTextHandler(log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); s.Run(ctx) }()
	return s, log, func() { cancel(); <-ended }
}

func used(s *capacity.Service) (out [3]int) {
	for i, u := range s.Usage() {
		out[i] = u.Used
	}
	return out
}

func TestCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one := &box{
			phones: map[string]int{"T2_1010": 2, "T2_1013": 1}, inUse: []string{"T2_1010", "1013"},
			recorded: map[string]string{"old": "old-call", "gone": "gone-call"}, live: map[string]bool{"old": true, "a": true, "b": true},
		}
		two := &box{phones: map[string]int{"T3_1010": 1}}
		limits := new(atomic.Pointer[capacity.Limits])
		limits.Store(&capacity.Limits{RecordedCalls: 3})
		s, _, stop := lab(t, limits, one, two)
		defer stop()
		pass(2 * time.Second)
		s.Event(1, event(t, "Event: UserEvent", "UserEvent: DIPCASTCapacity", "Kind: recorded_calls"))
		if n := s.Usage()[2].Refused; n != 1 {
			t.Errorf("%d calls refused", n)
		}
		// The second contact of 1010 counts; what has no contact that we know of is one.
		if got, want := used(s), [3]int{4, 3, 1}; got != want {
			t.Errorf("used %v, want %v", got, want)
		}
		s.Event(1, event(t, "Event: MixMonitorStart", "Uniqueid: a", "Linkedid: call"))
		s.Event(1, event(t, "Event: MixMonitorStart", "Uniqueid: b", "Linkedid: call"))
		pass(2 * time.Second)
		if got := used(s)[2]; got != 2 {
			t.Errorf("%d recorded calls, want 2: one call has two recordings", got)
		}
		if one, two := one.rooms()["recorded_calls"], two.rooms()["recorded_calls"]; one != "3" || two != "1" {
			t.Errorf("room for %s and %s calls, want 3 and 1", one, two)
		}
		s.Event(1, event(t, "Event: MixMonitorStop", "Uniqueid: a", "Linkedid: call"))
		s.Event(1, event(t, "Event: Hangup", "Uniqueid: b", "Linkedid: call"))
		one.with(func() { one.live["old"] = false }) // its end was not told
		pass(2 * time.Second)
		if got := used(s)[2]; got != 0 {
			t.Errorf("%d recorded calls after their end", got)
		}
	})
}

func TestWarnsRefusesAndHasRoomAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &box{}
		limits := new(atomic.Pointer[capacity.Limits])
		limits.Store(&capacity.Limits{PhonesInUse: 10})
		s, log, stop := lab(t, limits, b)
		phones := func(n int) {
			b.with(func() { b.inUse = strings.Split(strings.Repeat("1,", n-1)+"1", ",") })
			pass(2 * time.Second)
		}
		said := func(words string) int { return strings.Count(log.String(), words) }
		phones(7)
		if s.Usage()[1].State != capacity.OK || log.Len() != 0 {
			t.Errorf("%v of 10: %s", s.Usage()[1], log)
		}
		for range 3 { // around the limit: said once
			phones(8)
			phones(7)
		}
		if said("nearly reached") != 1 || said("room again") != 0 {
			t.Errorf("log:\n%s", log)
		}
		phones(10)
		if err := s.Refusal(false); err == nil || err.Code != "busy" || !strings.Contains(err.Message, "capacity") || !strings.Contains(err.Message, "phones in use: 10 of 10") {
			t.Errorf("refusal %v", err)
		}
		if b.rooms()["phones_in_use_full"] == "" || said("is reached") != 1 {
			t.Errorf("full: %v\n%s", b.rooms(), log)
		}
		b.with(func() { b.told = 0 })
		pass(time.Minute)
		b.with(func() { // it counts for half a minute only
			if b.told < 5 || b.told > 7 {
				t.Errorf("told %d times in a minute", b.told)
			}
		})
		phones(9)
		if s.Refusal(true) != nil || b.rooms()["phones_in_use_full"] != "" {
			t.Errorf("nine of ten: %v %v", s.Refusal(true), b.rooms())
		}
		phones(6)
		if said("room again") != 1 {
			t.Errorf("log:\n%s", log)
		}
		phones(10)
		limits.Store(&capacity.Limits{}) // read again
		pass(2 * time.Second)
		if len(b.rooms()) != 0 || s.Refusal(true) != nil {
			t.Errorf("without limits: %v", b.rooms())
		}
		limits.Store(&capacity.Limits{PhonesInUse: 10})
		pass(2 * time.Second)
		stop()
		if b.rooms()["phones_in_use_full"] != "" {
			t.Errorf("a gateway that stopped has calls refused: %v", b.rooms())
		}
	})
}

func TestSizes(t *testing.T) {
	for name, want := range map[string]capacity.Limits{
		"none": {}, "": {},
		"dipcast-50":  {Phones: 100, PhonesInUse: 50, RecordedCalls: 25},
		"dipcast-100": {Phones: 300, PhonesInUse: 100, RecordedCalls: 50},
	} {
		if got := capacity.Size(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}

func TestClosesPhones(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &box{phones: map[string]int{"1010": 1, "1013": 1}, most: map[string]int{"1010": 1, "1013": 2, "1014": 1}}
		limits := new(atomic.Pointer[capacity.Limits])
		limits.Store(&capacity.Limits{Phones: 3})
		s, _, stop := lab(t, limits, b)
		closed := func(want map[string]int) {
			t.Helper()
			pass(3 * time.Second)
			if got, _ := b.Closed(t.Context()); !maps.Equal(got, want) {
				t.Errorf("closed %v, want %v", got, want)
			}
		}
		closed(map[string]int{})
		b.with(func() { b.phones["1013"] = 2 })
		s.Event(1, event(t, "Event: ContactStatus", "ContactStatus: Created"))
		closed(map[string]int{"1014": 0})
		b.with(func() { b.phones["1013"] = 1 })
		s.Event(1, event(t, "Event: ContactStatus", "ContactStatus: Removed"))
		closed(map[string]int{})
		limits.Store(&capacity.Limits{Phones: 2})
		closed(map[string]int{"1013": 1, "1014": 0})
		stop()
		closed(map[string]int{})
	})
}
