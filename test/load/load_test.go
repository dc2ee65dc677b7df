package load_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// TestLoad: phones are registered; calls are made, recorded, heard on both sides
// and renewed; clients see them; history and recordings have every one.
func TestLoad(t *testing.T) {
	report := new(strings.Builder)
	defer func() { t.Logf("the load\n%s", report) }()
	say := func(what, format string, args ...any) {
		fmt.Fprintf(report, "%-36s %s\n", what, fmt.Sprintf(format, args...))
	}
	say("machine", "%d cores, load average %s before", runtime.NumCPU(), load1())
	if *alone > 0 {
		without := keep(t.Context(), beside(t, *calls), *calls, *alone, *alone)
		tellCalls(say, "phones alone", without, new(tally))
	}
	s := newSite(t)
	s.register()
	s.watch()
	await.That(t, "the gateway counts the phones", func() bool { return s.health("phones") == *phones })
	say("phones registered", "%d, counted by the gateway", s.health("phones"))

	total := s.phase(say, "calls", *calls, *talk, *lasting)
	if *more > 0 {
		second := s.phase(say, "more calls", *more, *talk, *moreFor)
		total.made += second.made
		total.lost = append(total.lost, second.lost...)
		total.setUp = append(total.setUp, second.setUp...)
	}
	s.aftermath(say, total)
}

// tellCalls says what became of calls, beside those of phones without Asterisk at
// the same time.
func tellCalls(say func(string, string, ...any), name string, c, without *tally) (beyond int) {
	say(name, "%d made, %d at once at most, %d lost", c.made, c.most, len(c.lost))
	for i, why := range c.lost {
		if i == 10 {
			say("", "and so on")
			break
		}
		say("  lost", "%s", why)
	}
	say("  set-up", "p50 %v, p99 %v, slowest %v", ms(percentile(c.setUp, 50)), ms(percentile(c.setUp, 99)), ms(percentile(c.setUp, 100)))
	longest := c.longest()
	all, beyond := c.gapped(without)
	say("  longest time without sound", "p50 %v, p99 %v, longest %v; %d calls over %v", ms(percentile(longest, 50)), ms(percentile(longest, 99)), ms(percentile(longest, 100)), all, gap)
	return beyond
}

func ms(d time.Duration) time.Duration { return d.Round(100 * time.Microsecond) }

// tellHalts says when the phones themselves were late in sending.
func tellHalts(say func(string, string, ...any), halts []sipphone.Halt, since time.Time) {
	n, longest := 0, time.Duration(0)
	for _, h := range halts {
		if h.Ended.After(since) {
			n, longest = n+1, max(longest, h.Lasted)
		}
	}
	say("  phones late in sending", "%d times, longest %v", n, ms(longest))
}

// phase makes calls for a while and says what they took.
func (s *site) phase(say func(string, string, ...any), name string, atOnce int, talk, lasting time.Duration) *tally {
	s.tb.Helper()
	gateway, asterisk, us := s.gateway.Process.Pid, s.server.PID(), os.Getpid()
	before := [3]usage{usageOf(gateway), usageOf(asterisk), usageOf(us)}
	profiled := s.profiles(name, lasting)
	peak := make(chan [2]int64)
	done := make(chan struct{})
	go func() { peak <- s.peaks(done) }()
	// A few that need no Asterisk, at the same time: they show when the machine itself stands still.
	others := beside(s.tb, besides)
	both := make(chan *tally)
	go func() { both <- keep(s.tb.Context(), others, len(others), talk, lasting) }()
	c := keep(s.tb.Context(), s.pairs(), atOnce, talk, lasting)
	without := <-both
	close(done)
	most := <-peak
	after := [3]usage{usageOf(gateway), usageOf(asterisk), usageOf(us)}
	profiled()
	beyond := tellCalls(say, name, c, without)
	say("  beyond phones without Asterisk", "%d calls over %v; those of %d calls at the same time: longest %v, %d over", beyond, gap, without.made, ms(percentile(without.longest(), 100)), over(without))
	tellHalts(say, s.pacer.Halts(), before[0].at)
	cpu := after[0].busy(before[0])
	say("  CPU, of one core", "DIPCAST %.1f %%, Asterisk %.1f %%, phones and clients %.1f %%; %v", cpu, after[1].busy(before[1]), after[2].busy(before[2]), after[0].at.Sub(before[0].at).Round(time.Second))
	say("  memory of DIPCAST", "%d MiB at most, %d MiB at the end", most[0]>>20, after[0].rss>>20)
	say("  recorded at once, as counted", "%d at most", most[1])
	if len(c.lost) > 0 {
		s.tb.Errorf("%s: %d of %d calls lost: %s", name, len(c.lost), c.made, c.lost[0])
	}
	if !*strict {
		return c
	}
	if most[0] > wantedMemory {
		s.tb.Errorf("%s: the gateway took %d MiB, wanted %d", name, most[0]>>20, wantedMemory>>20)
	}
	if atOnce != *calls {
		return c // the rest is not wanted of more
	}
	if cpu > wantedCPU {
		s.tb.Errorf("%s: the gateway took %.1f %% of a core, wanted %v", name, cpu, wantedCPU)
	}
	if p := percentile(c.setUp, 99); p > wantedSetUp {
		s.tb.Errorf("%s: set-up p99 %v, wanted %v", name, p, wantedSetUp)
	}
	if beyond > wantedGaps {
		s.tb.Errorf("%s: %d calls with more than %v without sound beyond what phones without Asterisk had in the same moment, wanted %d", name, beyond, gap, wantedGaps)
	}
	if c.made < wantedCalls {
		s.tb.Errorf("%s: %d calls, wanted %d", name, c.made, wantedCalls)
	}
	return c
}

// peaks gives the most memory that the gateway had until done, and the most calls
// that it counted as recorded.
func (s *site) peaks(done <-chan struct{}) (most [2]int64) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return most
		case <-tick.C:
		}
		most[0] = max(most[0], usageOf(s.gateway.Process.Pid).rss)
		most[1] = max(most[1], int64(s.health("recorded_calls")))
	}
}

// profiles takes profiles of the gateway for at most a minute. The function it
// gives waits for them.
func (s *site) profiles(name string, lasting time.Duration) (wait func()) {
	if *profile == "" {
		return func() {}
	}
	done := make(chan struct{})
	take := func(path, file string) {
		if status, body, err := s.ask(path); err == nil && status == http.StatusOK {
			if err := os.WriteFile(filepath.Join(*profile, strings.ReplaceAll(name, " ", "-")+file), body, 0o600); err != nil {
				s.tb.Error(err)
			}
		}
	}
	go func() {
		defer close(done)
		take(fmt.Sprintf("/debug/pprof/profile?seconds=%d", max(1, min(60, int(lasting.Seconds())))), ".cpu")
		take("/debug/pprof/heap", ".heap")
	}()
	return func() { <-done }
}

// aftermath wants every call in the history, in the recordings and with the
// clients.
func (s *site) aftermath(say func(string, string, ...any), c *tally) {
	s.tb.Helper()
	const rows = `dipcast_history_rows_total{source="live"}`
	await.That(s.tb, "all calls are in the history", func() bool { return s.metric(rows) >= c.made })
	say("history", "%d rows of %d calls, %d completed later", s.metric(rows), c.made, s.metric(`dipcast_history_rows_total{source="completed"}`))
	if n := s.metric(rows); n != c.made {
		s.tb.Errorf("%d rows of %d calls in the history", n, c.made)
	}
	if n := s.metric(`dipcast_events_lost_total{server="1"}`); n != 0 {
		s.tb.Errorf("%d events lost", n)
	}
	var got []int64
	await.That(s.tb, "all clients have the same number of events", func() bool {
		got = nil
		for i := range s.events {
			got = append(got, s.events[i].Load())
		}
		return len(got) == 0 || got[0] > 0 && same(got, 0) && same(got, 1)
	})
	if len(got) > 1 {
		say("events to each client", "v1 %d, v2 %d; %d clients", got[0], got[1], len(got))
	}
	await.That(s.tb, "no recording is under way", func() bool { return s.health("recorded_calls") == 0 })
	await.That(s.tb, "the gateway has taken all recordings", func() bool { return s.metric("dipcast_recordings_taken_total") >= len(c.setUp) })
	r := s.recordings(*talk)
	say("recordings", "%d files, %d MiB, the shortest %v; %d not as they should be", r.files, r.bytes>>20, r.shortest.Round(time.Millisecond), len(r.bad))
	if r.files != len(c.setUp) {
		s.tb.Errorf("%d recordings of %d calls that were answered", r.files, len(c.setUp))
	}
	if len(r.bad) > len(c.lost) {
		s.tb.Errorf("recordings: %s", strings.Join(r.bad[:min(len(r.bad), 10)], "; "))
	}
	if *keepFiles != "" {
		if err := os.CopyFS(*keepFiles, os.DirFS(filepath.Join(s.data, "recordings"))); err != nil {
			s.tb.Error(err)
		}
	}
}

// same reports whether every second client has as many events, from the first one on.
func same(got []int64, first int) bool {
	for i := first; i < len(got); i += 2 {
		if got[i] != got[first] {
			return false
		}
	}
	return true
}
