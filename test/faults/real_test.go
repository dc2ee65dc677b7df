package faults_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/netfault"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// realSite is a gateway and a real Asterisk 22 behind a proxy, as server 1.
func realSite(t *testing.T) (*site, *asterisktest.Server) {
	t.Helper()
	ext := func(number string) company.Extension {
		return company.Extension{Number: number, Name: number, Devices: company.Phone("secret " + number), RingSeconds: 3, CallLimit: 100}
	}
	srv := asterisktest.Start(t, asteriskconf.Input{
		Version: 22,
		Companies: []company.Company{{
			ID: two, Number: 2, Name: "얼쑤팩토리", Extensions: []company.Extension{ext("1010"), ext("1013")},
			Numbers: []string{"16682471"},
		}},
	})
	s := newSite(t, change{targets: []string{srv.AMIAddr}, config: func(c *config.Config) {
		c.Servers[0].Username, c.Servers[0].Secret = asterisktest.All.Name, config.NewSecret(asterisktest.All.Secret)
	}})
	return s, srv
}

// direct is a link to an Asterisk beside the gateway, to see what is so. It comes
// back soon.
func direct(t *testing.T, srv *asterisktest.Server) *ami.Client {
	t.Helper()
	return srv.Link(t, asterisktest.All, func(o *ami.Options) {
		o.BackoffMin, o.BackoffMax = 50*time.Millisecond, 100*time.Millisecond
	})
}

// channels are those that Asterisk lists, nil when it does not answer.
func channels(t *testing.T, c *ami.Client) []string {
	r, err := c.List(t.Context(), ami.NewAction("CoreShowChannels"), 1000)
	if err != nil {
		return nil
	}
	all := []string{}
	for _, m := range r.Events {
		if name := m.Get("Channel"); name != "" {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return all
}

// table are the channels of the gateway's picture.
func (s *site) table() (all []string, epoch string) {
	p := s.pbx(1).Picture(nil, "")
	if !p.Whole {
		return nil, p.Epoch
	}
	all = []string{}
	for _, c := range p.Calls {
		for _, ch := range c.Channels {
			all = append(all, ch.Name)
		}
	}
	slices.Sort(all)
	return all, p.Epoch
}

// TestF05_AsteriskRestarts with 50 calls up: a lost link, a reload, a stop and
// start, a crash. The gateway's table is Asterisk's list again soon after
// FullyBooted, under another epoch, and clients are told.
func TestF05_AsteriskRestarts(t *testing.T) {
	t.Parallel()
	s, srv := realSite(t)
	appendFile(t, filepath.Join(srv.Input.Dirs.Base, "etc", "extensions.conf"),
		"\n[T2_cos-all](+)\nexten => 620,1,Answer()\n same => n,Wait(600)\n same => n,Hangup()\n")
	if out, err := srv.CLI(t.Context(), "dialplan reload"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	c := s.dial("demo", "/")
	link := direct(t, srv)
	const calls = 50
	begin := func() {
		t.Helper()
		until(t, "a link", func() bool { return link.State() == ami.StateUp })
		for range calls {
			a := ami.NewAction("Originate").Add("Channel", "Local/620@T2_cos-all").Add("Context", "T2_cos-all").Add("Exten", "620").
				Add("Priority", "1").Add("Async", "true")
			if r, err := link.Do(t.Context(), a); err != nil || !r.Success() {
				t.Fatalf("originate: %v %v", r, err)
			}
		}
		s.until("50 calls", func() bool {
			all, _ := s.table()
			return len(all) == 2*calls && len(s.pbx(1).Picture(nil, "").Calls) == calls
		})
	}
	for _, tt := range []struct {
		name  string
		harm  func() error
		calls int  // that are up then
		link  bool // whether the link is lost
	}{
		{"link lost", func() error { s.proxies[0].Cut(netfault.RST); return nil }, calls, true},
		{"reload", func() error { _, err := srv.CLI(t.Context(), "core reload"); return err }, calls, false},
		{"restart", func() error { return srv.Restart(t.Context()) }, 0, true},
		{"crash", func() error { srv.Kill(); return srv.Restart(t.Context()) }, 0, true},
	} {
		if all, _ := s.table(); len(all) == 0 {
			begin()
		}
		_, before := s.table()
		mark, downs := c.mark(), len(s.downs(1))
		if err := tt.harm(); err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		if tt.link {
			s.until(tt.name+": the loss", func() bool { return len(s.downs(1)) > downs })
			c.event(mark, "DIPCASTLink", "State", "down")
			c.event(mark, "DIPCASTLink", "State", "up")
		}
		s.whole(1)
		var table, list []string
		s.until(tt.name+": the table is the list", func() bool {
			table, _ = s.table()
			list = channels(t, link)
			return list != nil && table != nil && slices.Equal(table, list)
		})
		if len(table) != 2*tt.calls {
			t.Errorf("%s: %d channels, want %d", tt.name, len(table), 2*tt.calls)
		}
		_, after := s.table()
		if (before != after) != tt.link {
			t.Errorf("%s: epoch %s, then %s", tt.name, before, after)
		}
		if tt.link {
			t.Logf("%s: the table is whole and equal %v after the link was up", tt.name, time.Since(s.up(1)))
		}
		c.ping(1)
	}
	if lines := s.logs.of("link down", 1); len(lines) < 3 {
		t.Errorf("%d lines in the log", len(lines))
	}
}

// up is when a server's link last came up.
func (s *site) up(server int) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	var at time.Time
	for _, c := range s.changes[server] {
		if c.State == ami.StateUp {
			at = c.At
		}
	}
	return at
}

func appendFile(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

// TestF07_RealAsterisk cuts the link to a real Asterisk around click-to-calls.
// The phone that is rung first counts them by the name it is shown.
func TestF07_RealAsterisk(t *testing.T) {
	t.Parallel()
	s, srv := realSite(t)
	rung := map[string]int{}
	var mu sync.Mutex
	srv.Phone(t, sipphone.Options{
		User: "T2_1010", Password: "secret 1010", Tone: 400,
		MaxCalls: 100, // all that are made: beyond, it would be busy without a word to us
		Behaviour: func(ctx context.Context, c *sipphone.Call) {
			mu.Lock()
			rung[c.Invite().From.Name]++
			mu.Unlock()
			sipphone.RingThen(100*time.Millisecond, sipphone.Reject(486))(ctx, c)
		},
	})
	c := s.dial("demo", "/?events=none")
	const cuts = 40
	said, ids := map[string]string{}, map[string]string{} // by name: code, and call id
	codes := map[string]int{}
	n := 0
	for i := range cuts {
		s.whole(1)
		downs := len(s.downs(1))
		dir, size := netfault.ToServer, 900
		if i%2 == 1 {
			dir, size = netfault.ToClient, 1500
		}
		s.proxies[0].CutAfter(int64(1+rand.IntN(size)), dir, netfault.End(rand.IntN(2)))
		asked := map[string]string{}
		for range 2 {
			n++
			name := fmt.Sprintf("n%d", n)
			members := slices.Clone(clickToCall)
			members[5], members[9], members[11] = "1013", name+" <16682471>", "20000"
			asked[name] = c.send(1, "Originate", members...)
		}
		for name, id := range asked {
			f := c.answer(id)
			code := f.get("Code")
			if code == "" {
				code = f.get("Response")
			}
			said[name], ids[name] = code, "1-"+f.get("ChannelId")
			codes[code]++
		}
		s.proxies[0].Heal()
		s.proxies[0].Cut(netfault.RST)
		s.until("the loss", func() bool { return len(s.downs(1)) > downs })
	}
	s.whole(1)
	// What is unknown is resolved: the call is there, or it has ended.
	var slowest time.Duration
	for _, name := range slices.Sorted(maps.Keys(said)) {
		if said[name] != "unknown" {
			continue
		}
		s.until("what became of "+name, func() bool {
			x := s.pbx(1).Calls().Call(ids[name])
			return x != nil && (x.State == call.Ended || len(x.Channels) > 0)
		})
		slowest = max(slowest, time.Since(s.up(1)))
	}
	link := direct(t, srv)
	for name, code := range said { // taken, it may still wait for Asterisk's attention
		if code == "Success" {
			s.until(name+" was taken, so the phone rings", func() bool {
				mu.Lock()
				defer mu.Unlock()
				return rung[name] > 0
			})
		}
	}
	s.until("no call is left", func() bool {
		list := channels(t, link)
		return list != nil && len(list) == 0
	})
	mu.Lock()
	defer mu.Unlock()
	for name, times := range rung {
		if times != 1 || said[name] == "unavailable" || said[name] == "" {
			t.Errorf("%q rang %d times, and was answered %q", name, times, said[name])
		}
	}
	for name, code := range said {
		if code != "Success" && code != "unknown" && code != "unavailable" {
			t.Errorf("%s: %s", name, code)
		}
	}
	t.Logf("%d calls in %d cuts: %v; %d rang, none twice; resolved at most %v after the last return", n, cuts, codes, len(rung), slowest)
	if codes["unknown"] < 5 || len(rung) < 5 {
		t.Error("not much of a test")
	}
}
