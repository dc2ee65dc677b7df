package faults_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/ami/amitest"
)

// ring has a server say that a DID rings the phone 1010 of a tenant, under
// names and ids that are the same on every server.
func ring(srv *amitest.Server, did, prefix string, n int) (linked, trunk, phone string) {
	linked = fmt.Sprintf("1700000000.%d", 2*n)
	trunk, phone = fmt.Sprintf("PJSIP/trk-1-%08x", n), fmt.Sprintf("PJSIP/%s1010-%08x", prefix, n)
	emit := func(event, channel, unique, context, exten, state, desc string, more ...string) {
		srv.Emit(event, append([]string{
			"Privilege", "call,all", "Channel", channel, "ChannelState", state, "ChannelStateDesc", desc,
			"CallerIDNum", "01012345678", "CallerIDName", "<unknown>", "ConnectedLineNum", "<unknown>", "ConnectedLineName", "<unknown>",
			"Language", "en", "AccountCode", "", "Context", context, "Exten", exten, "Priority", "1",
			"Uniqueid", unique, "Linkedid", linked,
		}, more...)...)
	}
	emit("Newchannel", trunk, linked, "trk-1-in", did, "4", "Ring")
	emit("Newchannel", phone, fmt.Sprintf("1700000000.%d", 2*n+1), prefix+"cos-all", "1010", "0", "Down")
	emit("Newstate", phone, fmt.Sprintf("1700000000.%d", 2*n+1), prefix+"cos-all", "1010", "5", "Ringing")
	return linked, trunk, phone
}

// TestF26_EqualNames: two servers whose channels have the same names and ids.
// On each they are another company's call; nothing of one reaches the other.
func TestF26_EqualNames(t *testing.T) {
	s := newSite(t)
	s.steady()
	clients := map[string]*client{"T2_": s.dial("demo", "/"), "T10_": s.dial("demo10", "/")}
	dids := map[string]string{"T2_": "07045805605", "T10_": "07010100000"}
	const calls = 100
	var trunks, linkeds []string
	for n := range calls {
		owners := []string{"T2_", "T10_"} // of servers 1 and 2
		if n%2 == 1 {
			owners = []string{"T10_", "T2_"}
		}
		for i, owner := range owners {
			linked, trunk, _ := ring(s.servers[i], dids[owner], owner, n)
			if i == 0 {
				linkeds, trunks = append(linkeds, linked), append(trunks, trunk)
			}
		}
	}
	for i, srv := range s.servers {
		for _, owner := range []string{"T2_", "T10_"} {
			srv.Emit("DeviceStateChange", "Privilege", "call,all", "Device", "PJSIP/"+owner+"1010", "State", "INUSE", "End", fmt.Sprint(i+1))
		}
	}
	server := func(owner string, n int) int { // which one the call n of an owner is on
		if (n%2 == 0) == (owner == "T2_") {
			return 1
		}
		return 2
	}
	for owner, c := range clients {
		c.event(0, "DeviceStateChange", "End", "1")
		c.event(0, "DeviceStateChange", "End", "2")
		got := 0
		for _, f := range c.since(0) {
			linked := f.get("Linkedid")
			if f.Type != 3 || linked == "" {
				continue
			}
			got++
			var n int
			if _, err := fmt.Sscanf(linked, "1700000000.%d", &n); err != nil || f.ServerID != server(owner, n/2) {
				t.Errorf("%s got of server %d: %s", owner, f.ServerID, f.raw)
			}
			if other := map[string]string{"T2_": "T10_", "T10_": "T2_"}[owner]; strings.Contains(f.raw, "/"+other) {
				t.Errorf("%s got another's: %s", owner, f.raw)
			}
		}
		if got != 3*calls {
			t.Errorf("%s got %d events, want %d", owner, got, 3*calls)
		}
	}
	// Calls and pictures.
	directory := map[string]int{"T2_": 2, "T10_": 10}
	for _, srv := range []int{1, 2} {
		for owner, number := range directory {
			who := s.pbx(srv).Tenants()[0]
			if who.Number != number {
				who = s.pbx(srv).Tenants()[1]
			}
			p := s.pbx(srv).Picture(who, "")
			if len(p.Calls) != calls/2 {
				t.Errorf("%s has %d calls on server %d, want %d", owner, len(p.Calls), srv, calls/2)
			}
			for _, c := range p.Calls {
				var n int
				if _, err := fmt.Sscanf(c.ID, fmt.Sprint(srv)+"-1700000000.%d", &n); err != nil || server(owner, n/2) != srv {
					t.Errorf("%s has %s on server %d", owner, c.ID, srv)
				}
			}
		}
	}
	for n := range 4 {
		for _, srv := range []int{1, 2} {
			r := s.do("GET", fmt.Sprintf("/api/v2/calls/%d-%s", srv, linkeds[n]), "")
			want := 404
			if server("T2_", n) == srv {
				want = 200
			}
			if r.status != want {
				t.Errorf("call %d of server %d: %d %s, want %d", n, srv, r.status, r.raw, want)
			}
		}
	}
	// Actions: a channel of the tenant on one server is another's on the other.
	c := clients["T2_"]
	for n := range 10 {
		for _, srv := range []int{1, 2} {
			a := c.ask(srv, "Hangup", "Channel", trunks[n])
			if mine := server("T2_", n) == srv; mine != (a.get("Code") == "") {
				t.Errorf("hanging up call %d on server %d: %s", n, srv, a.raw)
			}
		}
	}
	for i, srv := range s.servers {
		for _, r := range srv.Requests() {
			for n := range 10 {
				if r.Action() == "Hangup" && r.Get("Channel") == trunks[n] && server("T2_", n) != i+1 {
					t.Errorf("server %d was asked to end another's call", i+1)
				}
			}
		}
	}
	// What ends on one goes on on the other.
	s.servers[0].Emit("Hangup", "Privilege", "call,all", "Channel", trunks[20], "Uniqueid", linkeds[20], "Linkedid", linkeds[20], "Context", "trk-1-in", "Exten", dids["T2_"], "Cause", "16", "Cause-txt", "Normal Clearing")
	s.servers[0].Emit("Hangup", "Privilege", "call,all", "Channel", "PJSIP/T2_1010-00000014", "Uniqueid", "1700000000.41", "Linkedid", linkeds[20], "Context", "T2_cos-all", "Exten", "1010", "Cause", "16", "Cause-txt", "Normal Clearing")
	s.until("the end on server 1", func() bool {
		x := s.pbx(1).Calls().Call("1-" + linkeds[20])
		return x != nil && x.Ended != nil
	})
	if x := s.pbx(2).Calls().Call("2-" + linkeds[20]); x == nil || x.Ended != nil {
		t.Errorf("the call of the same id on server 2: %+v", x)
	}
	// Equal ActionIDs on both servers at once.
	var ids []string
	for range 50 {
		ids = append(ids, c.send(1, "Ping"))
		c.mu.Lock()
		c.asked--
		c.mu.Unlock()
		c.send(2, "Ping")
	}
	for _, id := range ids {
		s.until("both answers to "+id, func() bool { return len(c.answers(id)) >= 2 })
		both := c.answers(id)
		if len(both) != 2 || both[0].ServerID+both[1].ServerID != 3 || both[0].get("Ping") != "Pong" || both[1].get("Ping") != "Pong" {
			t.Errorf("%s: %v", id, both)
		}
	}
}
