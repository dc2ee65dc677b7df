package app_test

import (
	"slices"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/store/storetest"
)

// What the benchmarks of cards do a second, and how many ticks later a call is
// over.
const (
	callsPerSecond = 50
	ringsFor       = 2 * callsPerSecond
)

// BenchmarkCards has calls from outside ring 1,000 people of 20 companies in turn,
// 50 a second, each for two seconds, and reports how long it took from the bytes of
// the caller's Newchannel, with all that Asterisk tells until the phone rings, to
// the request at NAVER WORKS. Each call that ends has its row in the history, and a
// notice to the person.
func BenchmarkCards(b *testing.B) {
	for _, engine := range []struct {
		name string
		open func(testing.TB) *storetest.Database
	}{{"sqlite", storetest.SQLite}, {"postgres", storetest.Postgres}} {
		b.Run(engine.name, func(b *testing.B) {
			s := newOffices(b, officeOptions{database: engine.open(b)})
			n := s.warm(b)
			first := n
			var calls []*ringing
			var told []time.Time
			pace := time.NewTicker(time.Second / callsPerSecond)
			defer pace.Stop()
			for ; b.Loop(); n++ {
				<-pace.C
				c, at := s.ring(n)
				calls, told = append(calls, c), append(told, at)
				if over := len(calls) - 1 - ringsFor; over >= 0 {
					s.hangUp(calls[over])
				}
			}
			await.That(b, "all cards", func() bool {
				s.mu.Lock()
				defer s.mu.Unlock()
				return len(s.cards) == n
			})
			var took []time.Duration
			for i, c := range calls {
				came := s.came(c)
				if len(came) != 1 {
					b.Errorf("call %d of %d has %d cards", i, n-first, len(came))
				}
				took = append(took, came[0].at.Sub(told[i]))
			}
			report(b, "", took)
			if all := s.refused(); len(all) > 0 {
				b.Errorf("NAVER WORKS refused: %v", all)
			}
		})
	}
}

// warm has one call of each company ring and end, so that each has its token. It
// gives how many there were.
func (s *offices) warm(tb testing.TB) int {
	tb.Helper()
	for n := range officeTenants {
		c, _ := s.ring(n)
		await.That(tb, "the first card of a company", func() bool { return len(s.came(c)) == 1 })
		s.hangUp(c)
	}
	await.That(tb, "the first notices", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.rest == officeTenants
	})
	return officeTenants
}

// report gives the middle, the 99th percentile and the longest of times, in ms.
func report(b *testing.B, what string, took []time.Duration) {
	b.Helper()
	slices.Sort(took)
	for _, p := range []struct {
		name string
		part int
	}{{"p50-ms", 50}, {"p99-ms", 99}, {"max-ms", 100}} {
		b.ReportMetric(float64(took[min(len(took)-1, len(took)*p.part/100)].Microseconds())/1000, what+p.name)
	}
}

// groupEvery is the time between two calls of BenchmarkGroup, groupRings how long
// each rings.
const (
	groupEvery = 2 * time.Second
	groupRings = 20 * time.Second
)

// BenchmarkGroup has 30 calls a minute ring a group of ten for 20 s, until their
// callers give up, while NAVER WORKS takes 240 messages a minute. It reports how
// many ring cards each call had, how long they took, and what became of the other
// messages.
func BenchmarkGroup(b *testing.B) {
	for _, room := range []bool{true, false} {
		b.Run(map[bool]string{true: "room", false: "people"}[room], func(b *testing.B) {
			s := newOffices(b, officeOptions{perMinute: 240, room: room})
			var calls []*ringing
			var told []time.Time
			pace := time.NewTicker(groupEvery)
			defer pace.Stop()
			over := int(groupRings / groupEvery)
			for b.Loop() {
				c, at := s.ringGroup(len(calls))
				calls, told = append(calls, c), append(told, at)
				<-pace.C
				if len(calls) >= over {
					s.hangUp(calls[len(calls)-over])
				}
			}
			s.mu.Lock()
			notices := s.rest // while calls came; the others follow when there is room for them
			s.mu.Unlock()
			for _, c := range calls[max(0, len(calls)-over+1):] {
				<-pace.C
				s.hangUp(c)
			}
			var took []time.Duration
			most, least := 0, officeGroup
			for i, c := range calls {
				all := s.came(c)
				most, least = max(most, len(all)), min(least, len(all))
				for _, card := range all {
					took = append(took, card.at.Sub(told[i]))
				}
			}
			if len(took) == 0 {
				b.Fatal("nobody was told")
			}
			report(b, "", took)
			for name, n := range map[string]int{"cards": len(took), "most-cards/call": most, "least-cards/call": least, "notices": notices, "refused": s.refused()[429]} {
				b.ReportMetric(float64(n), name)
			}
		})
	}
}
