package pbx_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/pbx"
)

// TestLinkLostEndsEverythingAtOnce: what is under way when the link breaks is
// answered at once, and an Originate is never sent again.
func TestLinkLostEndsEverythingAtOnce(t *testing.T) {
	inBubble(t, rigOptions{}, func(r *rig) {
		r.servers[0].Mute(true)
		var under, waiting []*pending
		call := r.send(r.two, 1, originate)
		for range 31 {
			under = append(under, r.send(r.two, 1, ping))
		}
		for range 40 {
			waiting = append(waiting, r.send(r.two, 1, get))
		}
		write := r.send(r.two, 1, put("1010/CFI/enable", "no"))
		synctest.Wait()
		before := time.Now()
		r.servers[0].Cut()
		synctest.Wait()
		if a := call.one(t); a.err == nil || a.err.Code != envelope.Unknown || a.call == nil || a.call.ChannelID == "" {
			t.Errorf("the Originate: %v, want unknown with its channel", a)
		}
		for _, p := range slices.Concat(under, waiting, []*pending{write}) {
			if a := p.one(t); a.err == nil || a.err.Code != envelope.Unavailable || a.at != before {
				t.Errorf("got %v after %v", a, a.at.Sub(before))
			}
		}
		r.servers[0].Mute(false)
		pass(5 * time.Second)
		if n := requests(r.servers[0], "Originate"); n != 1 {
			t.Errorf("the Originate was sent %d times", n)
		}
		if a := r.send(r.two, 1, ping); true {
			synctest.Wait()
			if a.one(t).fields["Ping"] != "Pong" {
				t.Errorf("after the return: %v", a.one(t))
			}
		}
	})
}

// TestOriginateThatHadNotLeft: behind a server that does not read, only what
// may have left is unknown.
func TestOriginateThatHadNotLeft(t *testing.T) {
	inBubble(t, rigOptions{}, func(r *rig) {
		r.servers[0].Stall(true)
		var calls []*pending
		for range 3 { // one is in the server's hands, one in the writer's, one waits
			calls = append(calls, r.send(r.two, 1, originate))
			synctest.Wait()
		}
		r.servers[0].Cut()
		synctest.Wait()
		for i, want := range []envelope.Code{envelope.Unknown, envelope.Unknown, envelope.Unavailable} {
			if a := calls[i].one(t); a.err == nil || a.err.Code != want {
				t.Errorf("call %d: %v, want %s", i, a, want)
			}
		}
		r.servers[0].Stall(false)
	})
}

// TestNeverTwice cuts the link at any place: no call is started twice, and
// every request is answered once.
func TestNeverTwice(t *testing.T) {
	for _, separate := range []bool{false, true} {
		quick := func(o *ami.Options) { o.BackoffMax = time.Second }
		inBubble(t, rigOptions{separate: separate, link: quick}, func(r *rig) {
			var all []*pending
			for range 300 {
				r.servers[0].Update(func(w *amitest.World) { clear(w.Channels) })
				r.servers[0].CutAfter(1000 + rand.IntN(8000))
				for range rand.IntN(10) { // mostly until the link is back
					if !r.pool.Server(1).Up() {
						pass(300 * time.Millisecond)
					}
				}
				for range 1 + rand.IntN(5) {
					text := originate
					if rand.IntN(3) == 0 {
						text = syncOriginate
					}
					all = append(all, r.send(r.two, 1, text))
				}
				if rand.IntN(4) == 0 {
					r.servers[0].Cut()
				}
				pass(time.Duration(rand.IntN(1000)) * time.Millisecond)
			}
			r.servers[0].CutAfter(0)
			pass(3 * time.Minute)
			answers := map[string]int{}
			for _, p := range all {
				a := p.one(t)
				if a.err != nil {
					answers[string(a.err.Code)]++
					continue
				}
				answers[a.fields["Response"]]++
			}
			sent := map[string]int{}
			for _, q := range r.servers[0].Requests() {
				if q.Action() == "Originate" {
					if sent[q.Get("ChannelId")]++; sent[q.Get("ChannelId")] > 1 {
						t.Errorf("%s was sent twice", q.Get("ChannelId"))
					}
				}
			}
			if len(sent) < 100 || answers["Success"] < 50 || answers["unknown"] < 5 || answers["unavailable"] < 5 {
				t.Errorf("the cuts did not hit what they should: %d sent, %v", len(sent), answers)
			}
			t.Logf("%d sent of %d, %v", len(sent), len(all), answers)
		})
	}
}

func TestSnapshotAndEpochAfterReconnect(t *testing.T) {
	ups := make(chan int, 10)
	first := func(w *amitest.World) {
		w.Channels = map[string]*amitest.Channel{
			"PJSIP/T2_1010-00000001": {Name: "PJSIP/T2_1010-00000001", Context: "T2_cos-all", Uniqueid: "1.1", Linkedid: "1.1", BridgeID: "b-1"},
			"PJSIP/trk-1-00000002":   {Name: "PJSIP/trk-1-00000002", Context: "trk-1-in", Uniqueid: "1.2", Linkedid: "1.1", BridgeID: "b-1"},
		}
		w.Bridges = []amitest.Bridge{{ID: "b-1", Type: "basic", Technology: "simple_bridge", Channels: 2}}
		w.Devices = []amitest.Device{{Name: "PJSIP/T2_1010", State: "INUSE"}, {Name: "PJSIP/T2_1013", State: "UNAVAILABLE"}}
		w.Queues = []amitest.Queue{{Name: "T2_Q600", Members: []amitest.Member{{Name: "a", Interface: "PJSIP/T2_1010", Status: "2"}}}}
	}
	o := rigOptions{
		pool:    pbx.Options{OnUp: func(_ context.Context, s *pbx.Server) { ups <- s.ID() }},
		prepare: func(r *rig) { r.servers[0].Update(first) },
	}
	inBubble(t, o, func(r *rig) {
		s := r.pool.Server(1)
		epoch := s.Health().Epoch
		if len(ups) != 1 || !s.Up() || epoch == "" {
			t.Fatalf("%d times up, up %v, epoch %q", len(ups), s.Up(), epoch)
		}
		if live, ok := r.pool.Channel(1, "PJSIP/trk-1-00000002"); !ok || live.Tenant == nil || live.Tenant.Number != 2 {
			t.Errorf("the trunk's channel of a call of T2: %v %+v", ok, live)
		}
		if !s.Registered("PJSIP/T2_1010") || s.Registered("PJSIP/T2_1013") || s.Registered("PJSIP/T2_1099") {
			t.Errorf("devices: %v", s.Devices())
		}
		// The list items are the server's state, not news.
		if n := len(r.sink.named("CoreShowChannel")) + len(r.sink.named("DeviceStateChange")); n != 0 {
			t.Errorf("%d items of the snapshot were handed on as events", n)
		}
		r.servers[0].Emit("Newchannel", "Privilege", "call,all", "Channel", "PJSIP/T2_1013-00000003", "Context", "T2_cos-all", "Uniqueid", "1.3", "Linkedid", "1.3")
		synctest.Wait()
		before := r.sink.named("Newchannel")

		r.servers[0].Update(func(w *amitest.World) {
			w.Channels = map[string]*amitest.Channel{"PJSIP/T10_1010-00000009": {Name: "PJSIP/T10_1010-00000009", Context: "T10_cos-all", Uniqueid: "2.1", Linkedid: "2.1"}}
			w.Devices = []amitest.Device{{Name: "PJSIP/T2_1013", State: "NOT_INUSE"}}
			w.Queues, w.Bridges = nil, nil
		})
		r.servers[0].Cut()
		synctest.Wait()
		if s.Up() || s.Registered("PJSIP/T2_1010") {
			t.Error("up without a link")
		}
		pass(3 * time.Second)
		if got := r.sink.told(); got != "1 up, 1 down, 1 up" {
			t.Errorf("told: %s", got)
		}
		if e := s.Health().Epoch; e == epoch || len(ups) != 2 {
			t.Errorf("epoch %q again, %d times up", e, len(ups))
		}
		if _, ok := r.pool.Channel(1, "PJSIP/T2_1010-00000001"); ok {
			t.Error("a channel of the old link is still there")
		}
		if live, ok := r.pool.Channel(1, "PJSIP/T10_1010-00000009"); !ok || live.Tenant.Number != 10 {
			t.Errorf("the new channel: %v %+v", ok, live)
		}
		if s.Registered("PJSIP/T2_1010") || !s.Registered("PJSIP/T2_1013") {
			t.Errorf("devices: %v", s.Devices())
		}
		r.servers[0].Emit("Newchannel", "Privilege", "call,all", "Channel", "PJSIP/T2_1013-00000004", "Context", "T2_cos-all", "Uniqueid", "1.4", "Linkedid", "1.4")
		synctest.Wait()
		after := r.sink.named("Newchannel")[len(before)]
		if after.epoch == before[0].epoch || after.seq <= before[0].seq {
			t.Errorf("before %+v, after %+v", before[0], after)
		}
	})
}

// TestSnapshotIsReadAgain: a list that does not come is asked for again.
func TestSnapshotIsReadAgain(t *testing.T) {
	ups := make(chan int, 10)
	o := rigOptions{
		pool: pbx.Options{OnUp: func(_ context.Context, s *pbx.Server) { ups <- s.ID() }},
		prepare: func(r *rig) {
			r.servers[0].Handle("QueueStatus", func(*amitest.Conn, amitest.Request) {}) // no answer
		},
	}
	inBubble(t, o, func(r *rig) {
		pass(20 * time.Second)
		if len(ups) != 0 {
			t.Fatal("called complete without its last list")
		}
		r.servers[0].Handle("QueueStatus", nil)
		pass(30 * time.Second)
		if len(ups) != 1 {
			t.Errorf("complete %d times", len(ups))
		}
		if got := r.sink.told(); got != "1 up" {
			t.Errorf("told: %s", got)
		}
	})
}

// TestDownServerDelaysNobody: of two servers one refuses, then accepts and
// says nothing.
func TestDownServerDelaysNobody(t *testing.T) {
	for name, spoil := range map[string]func(*amitest.Server){
		"refuses": func(s *amitest.Server) { s.Refuse(true) },
		"silent":  func(s *amitest.Server) { s.Stall(true) },
	} {
		t.Run(name, func(t *testing.T) {
			o := rigOptions{servers: 2, prepare: func(r *rig) { spoil(r.servers[0]) }}
			inBubble(t, o, func(r *rig) {
				start := time.Now()
				good, bad := r.send(r.two, 2, ping), r.send(r.two, 1, ping)
				call := r.send(r.two, 1, originate)
				synctest.Wait()
				if a := good.one(t); a.fields["Ping"] != "Pong" || a.at != start {
					t.Errorf("the other server: %v", a)
				}
				for _, p := range []*pending{bad, call} {
					if a := p.one(t); a.err == nil || a.err.Code != envelope.Unavailable || a.at != start {
						t.Errorf("the server that is down: %v", a)
					}
				}
				if h := r.pool.Server(1).Health(); h.Up {
					t.Error("called up")
				}
				r.servers[0].Refuse(false)
				r.servers[0].Stall(false)
				pass(90 * time.Second)
				if got := r.sink.told(); got != "2 up, 1 up" {
					t.Errorf("told: %s", got)
				}
			})
		})
	}
}

// TestSeparateUsers: each action goes by its user, and the server is up while
// all of them are.
func TestSeparateUsers(t *testing.T) {
	inBubble(t, rigOptions{separate: true}, func(r *rig) {
		pass(2 * time.Second) // users without events wait for FullyBooted
		if got := r.sink.told(); got != "1 up" {
			t.Fatalf("told: %s", got)
		}
		jobs := map[string]*pending{
			"ping": r.send(r.two, 1, ping), "get": r.send(r.two, 1, get), "originate": r.send(r.two, 1, originate),
			"put": r.send(r.two, 1, put("1010/CFI/enable", "no")), "list": r.send(r.two, 1, `{"Action":"CoreShowChannels"}`),
			"command": r.send(r.ops, 1, `{"Action":"Command","Command":"core show channels"}`),
		}
		synctest.Wait()
		for name, p := range jobs {
			if a := p.one(t); a.err != nil || a.fields["Response"] == "Error" && name != "get" {
				t.Errorf("%s: %v", name, a)
			}
		}
		users := map[int]string{}
		want := map[string]string{
			"Ping": "calls", "Originate": "calls", "Setvar": "calls", "DBGet": "database", "DBPut": "database",
			"DBGetTree": "database", "Command": "database", "BridgeList": "events", "DeviceStateList": "events",
		}
		for _, q := range r.servers[0].Requests() {
			if q.Action() == "Login" {
				users[q.Conn] = q.Get("Username")
			}
			if u := want[q.Action()]; u != "" && users[q.Conn] != u && q.ActionID() != "" && q.Action() != "Ping" {
				t.Errorf("%s went by the user %s, want %s", q.Action(), users[q.Conn], u)
			}
		}
		if n := len(r.sink.named("OriginateResponse")); n != 1 {
			t.Errorf("%d OriginateResponse events", n)
		}
	})
}

// TestLinkWithoutEventsLost: clients are told when only the calls' link is
// gone, and the stream of events goes on under its epoch.
func TestLinkWithoutEventsLost(t *testing.T) {
	inBubble(t, rigOptions{separate: true}, func(r *rig) {
		pass(2 * time.Second)
		epoch := r.pool.Server(1).Health().Epoch
		r.servers[0].Handle("Ping", func(c *amitest.Conn, _ amitest.Request) { c.Close() })
		p := r.send(r.two, 1, ping)
		synctest.Wait()
		if a := p.one(t); a.err == nil || a.err.Code != envelope.Unavailable {
			t.Errorf("got %v", a)
		}
		if got := r.sink.told(); got != "1 up, 1 down" || r.pool.Server(1).Up() {
			t.Errorf("told: %s", got)
		}
		r.servers[0].Handle("Ping", nil)
		pass(5 * time.Second)
		if got := r.sink.told(); got != "1 up, 1 down, 1 up" {
			t.Errorf("told: %s", got)
		}
		if e := r.pool.Server(1).Health().Epoch; e != epoch {
			t.Errorf("the epoch changed with a link that has no events")
		}
	})
}

func TestShutdownEvent(t *testing.T) {
	inBubble(t, rigOptions{}, func(r *rig) {
		r.servers[0].Shutdown()
		synctest.Wait()
		if n := len(r.sink.named("Shutdown")); n != 1 {
			t.Errorf("%d Shutdown events were handed on", n)
		}
		if got := r.sink.told(); got != "1 up, 1 down" || !strings.Contains(r.pool.Server(1).Health().Error, "shut down") {
			t.Errorf("told: %s, error %q", got, r.pool.Server(1).Health().Error)
		}
		pass(3 * time.Second)
		if got := r.sink.told(); got != "1 up, 1 down, 1 up" {
			t.Errorf("told: %s", got)
		}
	})
}

// TestInboxOverflow: a sink that stands still delays no answer; what did not
// fit is counted and told, and the state is read anew.
func TestInboxOverflow(t *testing.T) {
	o := rigOptions{blocked: true, pool: pbx.Options{InboxBytes: 8 << 10}}
	inBubble(t, o, func(r *rig) {
		const events = 1000
		for i := range events {
			r.servers[0].Emit("UserEvent", "Privilege", "user,all", "UserEvent", "flood", "No", fmt.Sprint(i))
		}
		synctest.Wait()
		p := r.send(r.two, 1, ping)
		synctest.Wait()
		if p.one(t).fields["Ping"] != "Pong" {
			t.Errorf("the answer behind a sink that stands still: %v", p.one(t))
		}
		lists := requests(r.servers[0], "CoreShowChannels")
		close(r.sink.block)
		synctest.Wait()
		lost := 0
		for _, n := range r.sink.gaps {
			lost += n
		}
		got := len(r.sink.named("UserEvent"))
		if len(r.sink.gaps) == 0 || lost == 0 || lost+got != events {
			t.Errorf("%d events, %d lost in %v, together not %d", got, lost, r.sink.gaps, events)
		}
		pass(5 * time.Second)
		if n := requests(r.servers[0], "CoreShowChannels"); n != lists+1 {
			t.Errorf("the snapshot was read %d times after the gap", n-lists)
		}
	})
}
