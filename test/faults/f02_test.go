package faults_test

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"syscall"
	"testing"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/netfault"
)

// TestF02_ResetMidMessage: a connection reset in the middle of an event and of
// a response. What came of it is dropped, what was under way ends at once, the
// other server goes on.
func TestF02_ResetMidMessage(t *testing.T) {
	s := newSite(t)
	c := s.dial("demo", "/")
	c.ping(1)
	before := s.steady()
	var slowest time.Duration
	for round := range 10 {
		mark := c.mark()
		// Requests under way, which the server keeps.
		s.servers[0].Mute(true)
		var ids []string
		for range 20 {
			ids = append(ids, c.send(1, "Ping"))
		}
		s.asked(1, "Ping", 1+20*(round+1))
		s.servers[0].Mute(false)
		if round%2 == 0 { // in an event
			s.proxies[0].CutAfter(int64(20+7*round), netfault.ToClient, netfault.RST)
			s.servers[0].Emit("Newchannel", "Privilege", "call,all", "Channel", "PJSIP/T2_1010-0000000a", "Context", "T2_cos-all", "Uniqueid", "half")
		} else { // in a response
			s.proxies[0].CutAfter(int64(5+3*round), netfault.ToClient, netfault.RST)
			ids = append(ids, c.send(1, "Ping"))
		}
		for _, id := range ids {
			a := c.answer(id)
			if a.get("Code") != "unavailable" {
				t.Errorf("round %d: %s", round, a.raw)
			}
			_, cut := s.proxies[0].Cuts()
			slowest = max(slowest, a.at.Sub(cut))
		}
		c.ping(2)
		c.event(mark, "DIPCASTLink", "State", "down")
		c.event(mark, "DIPCASTLink", "State", "up")
		s.whole(1)
		if got := len(s.logs.of("link down", 1)); got != round+1 {
			t.Errorf("round %d: %d lines in the log", round, got)
		}
		// Whoever writes at that moment hears of the reset, and the reader of the end.
		if down := s.downs(1)[round]; !errors.Is(down.Err, syscall.ECONNRESET) && !errors.Is(down.Err, syscall.EPIPE) && !errors.Is(down.Err, io.ErrUnexpectedEOF) {
			t.Errorf("round %d: the cause is %v", round, down.Err)
		}
	}
	for _, f := range c.since(0) {
		if f.get("Uniqueid") == "half" {
			t.Errorf("half an event was handed on: %s", f.raw)
		}
	}
	if len(s.downs(2)) != 0 {
		t.Errorf("the other server: %v", s.downs(2))
	}
	t.Logf("answered at most %v after the reset", slowest)
	s.metrics(map[string]string{
		`dipcast_link_connects_total{link="all",server="1"}`: "11", `dipcast_link_connects_total{link="all",server="2"}`: "1",
		`dipcast_server_up{server="1"}`: "1",
	})
	if slowest > 5*time.Second { // 100 ms is promised; a loaded machine may be slow
		t.Errorf("answered %v after the reset", slowest)
	}
	s.settled(before)
}

// ports are those of one attempt.
var ports = regexp.MustCompile(`127\.0\.0\.1:\d+->`)

// TestF02_Reconnect: attempts to connect come after 1, 2, 4 … 30 s, ±20 %; here
// a hundred times as fast.
func TestF02_Reconnect(t *testing.T) {
	s := newSite(t, change{tune: func(_ int, o *ami.Options) {
		o.BackoffMin, o.BackoffMax = 10*time.Millisecond, 300*time.Millisecond
	}})
	c := s.dial("demo", "/")
	s.proxies[0].Refuse(true)
	s.proxies[0].Cut(netfault.RST)
	s.until("eight attempts", func() bool { return len(s.downs(1)) >= 8 })
	spread := false
	for i, want := range []time.Duration{10, 20, 40, 80, 160, 300, 300, 300} {
		want *= time.Millisecond
		got := s.downs(1)[i].Retry
		if got < want*8/10 || got > want*12/10 {
			t.Errorf("attempt %d waits %v, want %v ±20 %%", i+1, got, want)
		}
		spread = spread || got < want*98/100 || got > want*102/100
	}
	if !spread {
		t.Error("the waits do not differ: many links would come back at once")
	}
	c.ping(2)
	if a := c.ask(1, "Ping"); a.get("Code") != "unavailable" {
		t.Errorf("got %s", a.raw)
	}
	s.metrics(map[string]string{`dipcast_server_up{server="1"}`: "0", `dipcast_server_up{server="2"}`: "1"})
	// The loss, and each refusal that differs from the one before.
	last := ""
	for _, l := range s.logs.of("link down", 1) {
		text := ports.ReplaceAllString(fmt.Sprint(l["error"]), "")
		if text == last {
			t.Errorf("logged again: %s", text)
		}
		last = text
	}
	s.proxies[0].Heal()
	s.whole(1)
	c.ping(1)
}

// TestF03_HalfOpen: packets vanish without a FIN. Pings find it, here fifty
// times as fast: two missed ones, 19 s at most in real time.
func TestF03_HalfOpen(t *testing.T) {
	interval := 200 * time.Millisecond
	if *realTimes {
		interval = 10 * time.Second
	}
	s := newSite(t, change{tune: func(_ int, o *ami.Options) {
		o.PingInterval, o.PingTimeout = interval, interval*45/100
	}})
	c := s.dial("demo", "/")
	c.ping(1)
	before := s.steady()
	mark := c.mark()
	began := time.Now()
	s.proxies[0].BlackHole()
	lost := c.send(1, "Originate", clickToCall...)
	down := c.event(mark, "DIPCASTLink", "State", "down")
	a := c.answer(lost)
	t.Logf("found after %v with Pings every %v", down.at.Sub(began), interval)
	if a.get("Code") != "unknown" && a.get("Code") != "timeout" || a.get("ChannelId") == "" {
		t.Errorf("the call under way: %s", a.raw)
	}
	if d := s.downs(1)[0]; !errors.Is(d.Err, ami.ErrSilent) {
		t.Errorf("the cause is %v", d.Err)
	}
	if lines := s.logs.of("link down", 1); len(lines) == 0 {
		t.Error("nothing in the log")
	}
	s.metrics(map[string]string{`dipcast_link_up{link="all",server="1"}`: "0", `dipcast_link_up{link="all",server="2"}`: "1"})
	c.ping(2)
	if len(s.downs(2)) != 0 {
		t.Errorf("the other server, whose Pings come back: %v", s.downs(2))
	}
	s.proxies[0].Heal()
	s.whole(1)
	c.ping(1)
	s.settled(before)
	for _, r := range s.servers[0].Requests() {
		if r.Action() == "Originate" {
			t.Error("the call was sent again")
		}
	}
}
