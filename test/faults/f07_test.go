package faults_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/netfault"
)

// outcomes count what cuts led to.
type outcomes struct {
	cuts, calls, success, unknown, unavailable int
	found, never                               int // of the unknown: started, not started
	slowest                                    time.Duration
}

// TestF07_CutsAfterOriginate cuts the link 1,000 times at random bytes of
// Originates and their answers. No call is asked for twice; "Success" is one
// the server has, "unavailable" one that it never saw; "unknown" comes with the
// call's id, and is resolved once the link is back.
func TestF07_CutsAfterOriginate(t *testing.T) {
	t.Parallel()
	const cuts, servers = 1000, 4
	scripts := make([]*amitest.Server, servers)
	for i := range scripts {
		scripts[i] = amitest.New(amitest.Options{})
	}
	s := newSite(t, change{scripts: scripts, tune: func(_ int, o *ami.Options) {
		o.BackoffMin, o.BackoffMax = time.Millisecond, 2*time.Millisecond
	}})
	var clients []*client
	for range servers {
		clients = append(clients, s.dial("demo", "/?events=none"))
	}
	before := s.steady()
	var wg sync.WaitGroup
	all := make([]outcomes, servers)
	for i, c := range clients {
		wg.Go(func() { s.cutOriginates(c, i+1, cuts/servers, &all[i]) })
	}
	wg.Wait()
	var sum outcomes
	for _, o := range all {
		sum.cuts, sum.calls, sum.success = sum.cuts+o.cuts, sum.calls+o.calls, sum.success+o.success
		sum.unknown, sum.unavailable = sum.unknown+o.unknown, sum.unavailable+o.unavailable
		sum.found, sum.never, sum.slowest = sum.found+o.found, sum.never+o.never, max(sum.slowest, o.slowest)
	}
	t.Logf("%+v", sum)
	if sum.cuts < cuts || sum.found < 20 || sum.never < 20 || sum.success < 100 {
		t.Errorf("the cuts did not hit what they should: %+v", sum)
	}
	s.settled(before)
}

// cutOriginates makes n cuts at one server.
func (s *site) cutOriginates(c *client, server, n int, o *outcomes) {
	t, srv, p := s.t, s.servers[server-1], s.proxies[server-1]
	var never []string
	for i := range n {
		s.whole(server)
		had, _ := p.Cuts()
		dir, size := netfault.ToServer, 1500
		if rand.IntN(2) == 0 {
			dir, size = netfault.ToClient, 4000
		}
		p.CutAfter(int64(1+rand.IntN(size)), dir, netfault.End(rand.IntN(2)))
		type asked struct {
			id  string // of the action, "" by REST
			rep *reply
		}
		var all []asked
		for range 1 + rand.IntN(3) {
			members := slices.Clone(clickToCall)
			if rand.IntN(4) == 0 {
				members[len(members)-1] = "no" // one answer, with the outcome
			}
			if rand.IntN(10) > 0 {
				members[5] = "1013" // else it is counted, in the database
			}
			all = append(all, asked{id: c.send(server, "Originate", members...)})
		}
		if i%10 == 0 {
			path := fmt.Sprintf("/api/v2/core/click_to_call?server_id=%d", server)
			all = append(all, asked{rep: s.do("POST", path, `{"caller":"1010","callee":"01026132471"}`)})
		}
		var unknown []string
		saw := map[string]string{} // by channel id, what was said
		for _, a := range all {
			code, channel := "", ""
			if a.rep != nil {
				code = a.rep.Code
				if code == "" || code == "unknown" {
					channel = a.rep.call(t).ChannelID
				}
			} else {
				f := c.answer(a.id)
				code, channel = f.get("Code"), f.get("ChannelId")
			}
			o.calls++
			switch code {
			case "":
				o.success++
				saw[channel] = "Success"
			case "unknown":
				o.unknown++
				saw[channel] = "unknown"
				unknown = append(unknown, channel)
			case "unavailable":
				o.unavailable++
			default:
				t.Errorf("server %d, cut %d: %s", server, i, code)
			}
		}
		if now, _ := p.Cuts(); now == had {
			p.Cut(netfault.RST)
		}
		o.cuts++
		s.until("the loss is noticed", func() bool { return len(s.downs(server)) >= o.cuts })
		s.whole(server)
		back := time.Now()
		// What the server had asked of it is known once the link is back.
		seen := countOriginates(srv)
		for channel, times := range seen {
			if times != 1 {
				t.Errorf("server %d: %s was asked for %d times", server, channel, times)
			}
		}
		if len(seen) > o.success+o.unknown {
			t.Errorf("server %d, cut %d: %d calls, %d told of", server, i, len(seen), o.success+o.unknown)
		}
		for channel, said := range saw {
			if channel == "" {
				t.Errorf("server %d, cut %d: %s without its channel", server, i, said)
			}
			if said == "Success" && seen[channel] == 0 {
				t.Errorf("server %d, cut %d: a success that never was", server, i)
			}
		}
		for _, channel := range unknown {
			if seen[channel] == 0 {
				never = append(never, channel)
				continue
			}
			// The link may be back before the loss is dealt with.
			s.until("the call "+channel, func() bool {
				known := s.pbx(server).Calls().Call(fmt.Sprintf("%d-%s", server, channel))
				return known != nil && known.State != call.Ended && len(known.Channels) > 0
			})
			o.found++
			o.slowest = max(o.slowest, time.Since(back))
		}
		srv.Update(func(w *amitest.World) { clear(w.Channels) })
	}
	// Those the server never heard of end, at most 10 s after the link is back.
	// It may read one from an old connection even now: that is no longer one.
	s.whole(server)
	left := ""
	defer func() {
		if left != "" {
			t.Logf("server %d: of %d that never began: %s", server, len(never), left)
		}
	}()
	s.until("the end of what never began", func() bool {
		left = ""
		seen := countOriginates(srv)
		never = slices.DeleteFunc(never, func(channel string) bool { return seen[channel] > 0 })
		for _, channel := range never {
			known := s.pbx(server).Calls().Call(fmt.Sprintf("%d-%s", server, channel))
			if known == nil || known.State != call.Ended || known.Ended.Reason != call.ReasonUnknown {
				left = fmt.Sprintf("%s: %+v", channel, known)
				return false
			}
		}
		return true
	})
	o.never = len(never)
}
