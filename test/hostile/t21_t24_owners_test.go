package hostile_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// TestT21_WhichServer: an action goes to exactly one server, the one that is
// named or the only one there is.
func TestT21_WhichServer(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c, other, ops := s.dial("demo", silent), s.dial("demo10", silent), s.dial("ops", silent)
	ping := func(id string) string { return `{` + id + `"data":{"Action":"Ping","ActionID":"x"}}` }
	missing := verdict{"bad_request", "AMIServerID", "AMIServerID is missing; there are 2 servers"}
	c.refused(gateway, ping(""), "x", missing)
	c.refused(gateway, `{"Action":"Originate","ActionID":"x","Channel":"Local/1010@T2_cos-all","Context":"T2_cos-all","Exten":"1013"}`, "x", missing)
	ops.refused(gateway, ping(""), "x", missing)
	if got := other.ask(ping("")); member(got, "Ping") != "Pong" || !strings.HasPrefix(got, `{"type":4,"server_id":1,`) {
		t.Errorf("the only server: %s", got)
	}
	for _, id := range []string{"0", "99", "-1", "3", `"99"`} {
		for _, c := range []*client{c, other, ops} {
			v := verdict{"not_found", "AMIServerID", "there is no server " + strings.Trim(id, `"`) + " for you"}
			c.refused(gateway, ping(`"AMIServerID":`+id+`,`), "x", v)
		}
	}
	// One of others is as one that is not there.
	other.refused(gateway, ping(`"AMIServerID":2,`), "x", verdict{"not_found", "AMIServerID", "there is no server 2 for you"})
	whole := verdict{"invalid_value", "AMIServerID", "AMIServerID must be a whole number such as 1, or the same as a string"}
	for _, id := range []string{"1.5", "1e0", `"x"`, `""`, `" 1"`, `"1 "`, `"+1"`, `"１"`, "true", `"0x1"`, "1e400", "99999999999999999999"} {
		c.refused(gateway, ping(`"AMIServerID":`+id+`,`), "x", whole)
	}
	for _, id := range []string{"null", "[1]", "[1,2]", `{"id":1}`} {
		c.refused(gateway, ping(`"AMIServerID":`+id+`,`), "x", verdict{"invalid_value", "AMIServerID", `"AMIServerID" must be a string, a number or true/false; only Variable may be a list or an object`})
	}
	c.refused(gateway, ping(`"AMIServerID":1,"amiserverid":2,`), "x", verdict{"bad_request", "AMIServerID", `"AMIServerID" is given twice; only Variable may repeat`})
	for _, id := range []string{`"1"`, "1"} {
		if got := c.ask(ping(`"AMIServerID":` + id + `,`)); member(got, "Ping") != "Pong" || !strings.HasPrefix(got, `{"type":4,"server_id":1,`) {
			t.Errorf("%s: %s", id, got)
		}
	}
	// REST acts at home unless a server is named.
	for _, id := range []string{"99", "-1", "3"} {
		r := c2c()
		r.path += "?server_id=" + id
		s.refuses(c, r, 404, id99(id), verdict{"not_found", "server_id", "there is no server " + id + " for you"})
	}
	for _, path := range []string{clickToCall, "/api/v2/diversions", "/api/v2/calls"} {
		for _, id := range []string{"0", "00", "-0"} {
			method := map[bool]string{true: "POST", false: "GET"}[path == clickToCall]
			s.refuses(c, call{method, path + "?server_id=" + id, c2c().body}, 404, noServer, verdict{"not_found", "server_id", "there is no server 0 for you"})
		}
	}
}

// id99 is the server in the audit of a request to one that is not there: what
// the client asked for.
func id99(id string) int {
	var n int
	_, _ = fmt.Sscan(id, &n)
	return n
}

// TestT22_EachItsOwnEvents: of 10,000 mixed events each client gets its
// tenant's, every one, in order, and no other; the rest is for operators.
func TestT22_EachItsOwnEvents(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	const events = 10000
	streams := map[string][]*stream{}
	for name, user := range map[string]string{"T2": "demo", "T10": "demo10", "1010": "phone1010", "all": "ops"} {
		streams[name] = s.streams(user)
	}
	want := map[string][]string{}
	lure := []string{ // what people choose says nothing about whose an event is
		"CallerIDName", "T10_1010", "ConnectedLineName", "PJSIP/T2_1010", "CallerIDNum", "T2_1010", "AppData", "Local/1010@T10_cos-all", "ChanVariable", "X=T2_cos-all", "AccountCode", "07045805605",
	}
	var emit []func()
	later := func(i int, event string, headers ...string) {
		emit = append(emit, func() {
			s.scripts[0].Emit(event, append(append([]string{"Privilege", "call,all", "Nr", fmt.Sprint(i)}, headers...), lure...)...)
		})
	}
	for i := range events {
		nr, call := fmt.Sprint(i), fmt.Sprintf("c%d.%d", i%7, i/70) // events of a call come in tens
		to := "all"
		switch i % 7 {
		case 0, 4:
			to = "T2"
			ext := []string{"1010", "1013"}[i%7/4]
			if ext == "1010" {
				want["1010"] = append(want["1010"], nr)
			}
			later(i, "Newstate", "Channel", "PJSIP/T2_"+ext+"-"+call, "Context", "T2_cos-all", "Uniqueid", call, "Linkedid", call)
		case 1:
			to = "T10"
			later(i, "Newexten", "Channel", "PJSIP/T10_1010-"+call, "Context", "T10_cos-all", "Uniqueid", call, "Linkedid", call)
		case 2: // of tenants that are not there
			later(i, "Newstate", "Channel", "PJSIP/T"+[]string{"1", "21", "102", "02", "3"}[i%5]+"_1010-"+call, "Uniqueid", call, "Linkedid", call)
		case 3:
			later(i, "PeerStatus", "Peer", "PJSIP/trk-1")
		case 5:
			to = "T10"
			later(i, "DeviceStateChange", "Device", "PJSIP/T10_1013", "State", "INUSE")
		case 6:
			later(i, "VarSet", "Channel", "PJSIP/trk-1-"+call, "Variable", "T2_x", "Value", "T10_y", "Uniqueid", call, "Linkedid", call)
		}
		if to != "all" {
			want[to] = append(want[to], nr)
		}
		want["all"] = append(want["all"], nr)
	}
	var wg sync.WaitGroup
	ctx := short(t)
	for name, all := range streams {
		for _, r := range all {
			wg.Go(func() { r.collect(ctx, len(want[name])) })
		}
	}
	for _, e := range emit {
		e()
	}
	wg.Wait()
	for name, all := range streams {
		for _, r := range all {
			n := len(want[name])
			if r.err != nil {
				t.Fatalf("%s, %s: %d events of %d: %v", name, r.kind, len(r.frames), n, r.err)
			}
			for i, nr := range want[name] {
				f := r.frames[i]
				if got := member(f, "Nr"); got != nr {
					t.Fatalf("%s, %s: event %d is %s, want %s: %s", name, r.kind, i, got, nr, f)
				}
				whose := map[string]string{"T2": "T2", "1010": "T2", "T10": "T10"}[name]
				if tenant := memberOf(f, "tenant"); r.kind != "version 1" && name != "all" && tenant != whose {
					t.Fatalf("%s is told that this is of %q: %s", name, tenant, f)
				}
			}
			if len(r.frames) > n && member(r.frames[n], "Ping") != "Pong" {
				t.Errorf("%s, %s: one event too many: %s", name, r.kind, r.frames[n])
			}
		}
	}
}

// channel lets a server say that a channel lives.
func (s *site) channel(c *client, name, context, id string) {
	s.t.Helper()
	s.scripts[0].Emit("Newchannel", "Privilege", "call,all", "Channel", name, "Context", context, "Exten", "1013", "Uniqueid", id, "Linkedid", id)
	c.event("Newchannel")
}

const (
	notYours  = "Channel must be the exact name of a live channel of yours"
	noPattern = "Channel must be the exact name of one channel, not a pattern"
	noMore    = "Channel is no live channel any more"
)

// moves are the actions on a channel, with what they need beside it.
func moves(channel string) []string {
	out := []string{data("Action", "Hangup", "Channel", channel, "ActionID", "x"), data("Action", "Park", "Channel", channel, "ActionID", "x")}
	for _, action := range []string{"Redirect", "Atxfer", "BlindTransfer"} {
		out = append(out, data("Action", action, "Channel", channel, "Exten", "1013", "ActionID", "x"))
	}
	return out
}

// TestT23_OthersChannels: only what is the client's own, lives, and is named
// exactly can be moved.
func TestT23_OthersChannels(t *testing.T) {
	t.Parallel()
	t.Run("scripted", testT23Scripted)
	t.Run("asterisk", testT23Asterisk)
}

func testT23Scripted(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c, one, ops := s.dial("demo", silent), s.dial("phone1010", silent), s.dial("ops", silent)
	watch := s.dial("ops", "/?events=Newchannel,Hangup")
	for name, context := range map[string]string{
		"PJSIP/T2_1010-00000001": "T2_cos-all", "PJSIP/T2_1013-00000002": "T2_cos-all", "PJSIP/T10_1010-00000005": "T10_cos-all",
		"PJSIP/trk-1-00000008": "trk-1-in", "PJSIP/T2_1010-00000009": "T2_cos-all", "PJSIP/T10_1010-0000000b": "T10_cos-all",
	} {
		s.channel(watch, name, context, name)
	}
	for _, name := range []string{"PJSIP/T2_1010-00000009", "PJSIP/T10_1010-0000000b"} {
		s.scripts[0].Emit("Hangup", "Privilege", "call,all", "Channel", name, "Uniqueid", name, "Linkedid", name)
		watch.event("Hangup")
	}
	forbidden, conflict := verdict{"forbidden", "Channel", notYours}, verdict{"conflict", "Channel", noMore}
	pattern := verdict{"invalid_value", "Channel", noPattern}
	for name, want := range map[string]verdict{
		"PJSIP/T10_1010-00000005": forbidden, // lives
		"PJSIP/T10_1010-0000000b": forbidden, // ended a moment ago
		"PJSIP/T10_1010-000000ff": forbidden, // never was
		"PJSIP/trk-1-00000008":    forbidden,
		"PJSIP/trk-1-000000ff":    forbidden,
		"PJSIP/T2_1010-00000009":  conflict, // own, ended a moment ago
		"PJSIP/T2_1010-000000ff":  conflict, // own by its name
		"PJSIP/T2_1010-0000000":   conflict,
		"PJSIP/T2_1010":           conflict,
		"/^PJSIP/":                pattern,
		"/.*/":                    pattern,
		"/":                       pattern,
		"pjsip/t2_1010-00000001":  forbidden,
		"PJSIP/T2_1010-00000001 ": conflict,
		"PJSIP/*":                 forbidden,
	} {
		for _, request := range moves(name) {
			c.refused(1, request, "x", want)
		}
	}
	for _, request := range moves("PJSIP/T2_1010-00000009") {
		ops.refused(1, request, "x", conflict)
	}
	for _, request := range moves("PJSIP/T2_1013-00000002") {
		one.refused(1, request, "x", verdict{"forbidden", "Channel", "Channel must be a channel of a call of extension 1010: this login is for it alone"})
	}
	// The second channel of a Redirect is held to the same.
	for field, more := range map[string][]string{"ExtraChannel": nil, "Channel": {"swap"}} {
		first, second := "PJSIP/T2_1010-00000001", "PJSIP/T10_1010-00000005"
		if more != nil {
			first, second = second, first
		}
		c.refused(1, data("Action", "Redirect", "Channel", first, "ExtraChannel", second, "Exten", "1013", "ActionID", "x"), "x",
			verdict{"forbidden", field, field + " must be the exact name of a live channel of yours"})
	}
	c.refused(1, data("Action", "Redirect", "Channel", "PJSIP/T2_1010-00000001", "Context", "T10_cos-all", "Exten", "1010", "ActionID", "x"), "x", verdict{"forbidden", "Context", "Context must be T2_cos-all"})
	// REST: a call by its id, of which is not told whether another's exists.
	none := verdict{"not_found", "call_id", "there is no such call of yours"}
	for _, id := range []string{"1-PJSIP%2FT10_1010-00000005", "1-PJSIP%2FT10_1010-0000000b", "1-never", "99-1.1", "x", "1-", "1-%2F.*%2F", "2-PJSIP%2FT2_1010-00000001"} {
		s.refuses(c, call{"POST", "/api/v2/calls/" + id + "/hangup", ""}, 404, noServer, none)
		s.refuses(c, call{"POST", "/api/v2/calls/" + id + "/redirect", `{"exten":"1013"}`}, 404, noServer, none)
	}
	ended := verdict{"conflict", "call_id", "the call has ended"}
	s.refuses(c, call{"POST", "/api/v2/calls/1-PJSIP%2FT2_1010-00000009/hangup", ""}, 409, 1, ended)
	s.refuses(c, call{"POST", "/api/v2/calls/1-PJSIP%2FT2_1010-00000009/redirect", `{"exten":"1013"}`}, 409, 1, ended)
	for _, request := range moves("") {
		action := member(strings.Replace(request, `"AMIServerID":1,`, "", 1), "Action")
		c.refused(1, request, "x", verdict{"bad_request", "Channel", "Channel is missing; the action " + action + " needs it"})
	}
}

// testT23Asterisk: two companies talk, and one of them tries to end the
// other's call.
func testT23Asterisk(t *testing.T) {
	t.Parallel()
	asterisk := startAsterisk(t)
	s := newSite(t, setup{real: asterisk})
	c, other, ops := s.dial("demo", "/?events=Hangup"), s.dial("demo10", silent), s.dial("ops", silent)
	for _, endpoint := range []string{"T2_1010", "T2_1013", "T10_1010", "T10_1013"} {
		s.phone(asterisk, endpoint)
	}
	for c, prefix := range map[*client]string{c: "T2_", other: "T10_"} {
		got := c.ask(data("Action", "Originate", "Channel", "PJSIP/"+prefix+"1010", "Context", prefix+"cos-all", "Exten", "1013", "ActionID", "x"))
		if member(got, "Response") != "Success" {
			t.Fatalf("got %s", got)
		}
	}
	channels := func(c *client) []string {
		var names []string
		c.send(data("Action", "CoreShowChannels", "ActionID", "list"))
		for {
			f := c.next()
			if name := member(f, "Channel"); strings.Contains(f, `"Event":"CoreShowChannel"`) && strings.HasPrefix(name, "PJSIP/") {
				names = append(names, name)
			}
			if strings.Contains(f, `"Event":"CoreShowChannelsComplete"`) {
				slices.Sort(names)
				return names
			}
		}
	}
	s.until("two calls of two", func() bool { return len(channels(ops)) == 4 })
	all, own := channels(ops), channels(c)
	if len(own) != 2 || !strings.HasPrefix(own[0], "PJSIP/T2_") || !strings.HasPrefix(own[1], "PJSIP/T2_") {
		t.Fatalf("a tenant sees %v of %v", own, all)
	}
	for _, name := range all {
		if !slices.Contains(own, name) {
			for _, request := range moves(name) {
				c.refused(1, request, "x", verdict{"forbidden", "Channel", notYours})
			}
		}
	}
	for _, request := range moves("/^PJSIP/") {
		c.refused(1, request, "x", verdict{"invalid_value", "Channel", noPattern})
	}
	if now := channels(ops); !slices.Equal(now, all) {
		t.Errorf("of %v are left %v", all, now)
	}
	c.send(data("Action", "Hangup", "Channel", own[0], "ActionID", "x"))
	ended, answered := map[string]bool{}, false
	for len(ended) < 2 || !answered { // in whatever order
		switch f := c.next(); {
		case strings.HasPrefix(f, `{"type":3,`):
			ended[member(f, "Channel")] = true
		case member(f, "Response") == "Success":
			answered = true
		default:
			t.Fatalf("got %s", f)
		}
	}
	quiet := s.dial("demo", silent)
	for _, name := range own {
		for _, request := range moves(name) {
			quiet.refused(1, request, "x", verdict{"conflict", "Channel", noMore})
		}
	}
	if left := channels(ops); len(left) != 2 || !strings.HasPrefix(left[0], "PJSIP/T10_") {
		t.Errorf("left are %v", left)
	}
}

// phone registers a phone that answers at once.
func (s *site) phone(server *asterisktest.Server, endpoint string) *sipphone.Phone {
	s.t.Helper()
	_, number, _ := strings.Cut(endpoint, "_")
	p, err := sipphone.New(sipphone.Options{Server: server.SIPAddr, User: endpoint, Password: "s3cret-" + number, Behaviour: sipphone.Answer(0)})
	if err != nil {
		s.t.Fatal(err)
	}
	if err := p.Start(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { p.Close() })
	if err := p.Register(short(s.t)); err != nil {
		s.t.Fatalf("register %s: %v", endpoint, err)
	}
	return p
}

// TestT24_RepeatedNames: only Variable may repeat, and does so in order. REST
// takes no member twice, in no letter case.
func TestT24_RepeatedNames(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.dial("demo", silent)
	twice := func(name string) verdict {
		return verdict{"bad_request", name, quote(name) + " is given twice; only Variable may repeat"}
	}
	again := func(member string) string { return strings.TrimSuffix(originate(), "}}") + "," + member + "}}" }
	c.refused(gateway, again(`"Exten":"0012025550123"`), "x", twice("Exten"))
	c.refused(gateway, again(`"exten":"01026132471"`), "x", twice("exten"))
	c.refused(gateway, again(`"\u0045xten":"1013"`), "x", twice("Exten"))
	c.refused(gateway, again(`"Async":"true"`), "x", twice("Async"))
	c.refused(gateway, again(`"ActionID":"y"`), "x", twice("ActionID"))
	c.refused(gateway, `{"AMIServerID":1,"Exten":"1013","data":{"Action":"Originate","exten":"1013","ActionID":"x"}}`, "x", twice("exten"))
	c.refused(gateway, `{"AMIServerID":1,"data":{"Action":"Ping","ActionID":"x"},"Data":{"Action":"Ping"}}`, "x", twice("data"))
	marks := s.marks()
	if got := c.ask(again(`"Variable":"CHANNEL(language)=ko","Exec":1`)); member(got, "Code") != "invalid_value" {
		t.Errorf("got %s", got)
	}
	s.wanted = append(s.wanted, refusal{roles["demo"], "invalid_value", "Exec", 1, "Originate"})
	if got := c.ask(again(`"Variable":"CHANNEL(language)=ko","variable":"EXEC_AA=yes","VARIABLE":"CHANNEL(language)=en"`)); member(got, "Response") != "Success" {
		t.Errorf("got %s", got)
	}
	c.ping()
	sent := s.wires[0].actions(marks[0])
	if len(sent) != 1 || !strings.Contains(sent[0], "Variable: CHANNEL(language)=ko\r\nVariable: EXEC_AA=yes\r\nVariable: CHANNEL(language)=en\r\n") {
		t.Errorf("on the wire: %q", sent)
	}
	for _, name := range []string{"callee", "Callee", "CALLEE", `\u0063allee`} {
		var unescaped string
		if err := json.Unmarshal([]byte(`"`+name+`"`), &unescaped); err != nil {
			t.Fatal(err)
		}
		s.refuses(c, call{"POST", clickToCall, `{"caller":"1010","callee":"1013","` + name + `":"0012025550123"}`}, 400, 0,
			verdict{"bad_request", unescaped, quote(unescaped) + " is given twice"})
	}
	s.refuses(c, call{"POST", clickToCall, `{"caller":"1010","callee":"1013","variables":{"EXEC_AA":"yes","EXEC_AA":"no"}}`}, 400, 0,
		verdict{"bad_request", "EXEC_AA", `"EXEC_AA" is given twice`})
}
