package app_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	calls "github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/pbx"
)

// frame2 is any frame of ?v=2.
type frame2 struct {
	Op        string          `json:"op"`
	ID        string          `json:"id"`
	Recovered *bool           `json:"recovered"`
	Code      string          `json:"code"`
	Field     string          `json:"field"`
	Server    int             `json:"server"`
	ServerID  int             `json:"server_id"`
	Type      int             `json:"type"`
	Tenant    string          `json:"tenant"`
	Epoch     string          `json:"epoch"`
	Seq       uint64          `json:"seq"`
	Time      string          `json:"time"`
	From      uint64          `json:"from"`
	To        uint64          `json:"to"`
	Reason    string          `json:"reason"`
	State     string          `json:"state"`
	Event     string          `json:"event"`
	Call      json.RawMessage `json:"call"` // a text in events, a call in steps of calls
	Calls     []calls.Call    `json:"calls"`
	Devices   []pbx.Device    `json:"devices"`
	Data      values          `json:"data"`
	raw       string
}

func (f frame2) String() string {
	switch f.Op {
	case "":
		return fmt.Sprintf("%s %s", f.Data["Event"], f.Data["Uniqueid"])
	case "call":
		var c calls.Call
		if json.Unmarshal(f.Call, &c) != nil {
			return f.raw
		}
		return fmt.Sprintf("call %s %s", f.Event, c.Linkedid)
	case "link":
		return fmt.Sprintf("link %d %s", f.Server, f.State)
	case "snapshot", "gap":
		return fmt.Sprintf("%s %d %s", f.Op, f.Server, f.Reason)
	}
	return f.Op
}

// stream is a client of ?v=2.
type stream struct {
	*client
	at map[int]pbx.Position // by server
}

func (s *site) stream(user, query string) *stream {
	s.t.Helper()
	return &stream{s.dial(user, "/?v=2"+query), map[int]pbx.Position{}}
}

// read is the next frame. It keeps the positions.
func (c *stream) read() frame2 {
	c.t.Helper()
	b := c.frame()
	f := frame2{raw: string(b)}
	if err := json.Unmarshal(b, &f); err != nil {
		c.t.Fatalf("%v: %s", err, b)
	}
	if f.Seq > 0 {
		server := max(f.Server, f.ServerID)
		if before := c.at[server]; before.Epoch == f.Epoch && f.Seq <= before.Seq && f.Op != "snapshot" {
			c.t.Fatalf("seq %d behind %d: %s", f.Seq, before.Seq, b)
		}
		c.at[server] = pbx.Position{Epoch: f.Epoch, Seq: f.Seq}
	}
	return f
}

// want reads the frames that it names, as frame2.String does.
func (c *stream) want(names ...string) (last frame2) {
	c.t.Helper()
	for _, name := range names {
		if last = c.read(); strings.TrimSpace(last.String()) != name {
			c.t.Fatalf("got %s, want %s: %s", last, name, last.raw)
		}
	}
	return last
}

// until reads up to the frame that it names.
func (c *stream) until(name string) frame2 {
	c.t.Helper()
	for {
		if f := c.read(); strings.TrimSpace(f.String()) == name {
			return f
		}
	}
}

// subscribe begins, and reads to the last snapshot.
func (c *stream) subscribe(servers ...int) {
	c.t.Helper()
	c.send(`{"op":"subscribe","id":"s"}`)
	if f := c.want("subscribed"); f.ID != "s" {
		c.t.Fatalf("got %s", f.raw)
	}
	for _, id := range servers {
		c.want(fmt.Sprintf("snapshot %d", id))
	}
}

// resume is the request to go on where c stands.
func (c *stream) resume() string {
	var at []string
	for id, p := range c.at {
		at = append(at, fmt.Sprintf(`{"server":%d,"epoch":%q,"seq":%d}`, id, p.Epoch, p.Seq))
	}
	slices.Sort(at)
	return `{"op":"resume","id":"r","positions":[` + strings.Join(at, ",") + `]}`
}

// events reads up to the last of the events that it names, which come in that
// order, with steps of calls and events of others between.
func (c *stream) events(names ...string) (last frame2) {
	c.t.Helper()
	for _, name := range names {
		last = c.until(name)
	}
	return last
}

func TestV2Subscribe(t *testing.T) {
	s := newSite(t)
	c, ops, phone, later := s.stream("demo", ""), s.stream("ops", ""), s.stream("phone1010", ""), s.stream("demo", "")
	call(s.servers[0], "T2_1010", "early")
	s.until("the call", func() bool { return s.app.Pool().Server(1).Calls().Call("1-early") != nil })
	s.until("its end", func() bool { return s.app.Pool().Server(1).Calls().Call("1-early").Ended != nil })
	ops.subscribe(1, 2) // what came before is in its snapshots
	c.subscribe(1, 2)
	phone.subscribe(1, 2)
	call(s.servers[0], "T2_1013", "a.1")
	call(s.servers[0], "T10_1010", "b.1")
	of := func(id string) []string { return []string{"Newchannel " + id, "Newstate " + id, "Hangup " + id} }
	c.events(append(of("a.1"), "call ended a.1")...)
	ops.events(append(append(of("a.1"), "call ended a.1"), append(of("b.1"), "call ended b.1")...)...)
	call(s.servers[1], "T2_1010", "c.1")
	for { // nothing of others comes between
		f := c.read()
		if strings.Contains(f.raw, "b.1") || strings.Contains(f.raw, "early") {
			t.Errorf("demo got %s", f.raw)
		}
		if f.String() == "Hangup c.1" {
			break
		}
	}
	f := phone.want("Newchannel c.1")
	if f.ServerID != 2 || f.Tenant != "T2" || f.Epoch == "" || f.Seq == 0 || string(f.Call) != `"2-c.1"` || len(f.Time) != len("2026-11-21T14:04:05.067Z") {
		t.Errorf("frame: %s", f.raw)
	}
	// The one that has not subscribed got nothing.
	later.send(`{"op":"snapshot","id":"x","servers":[2]}`)
	if f := later.want("snapshot 2"); f.ID != "x" {
		t.Errorf("got %s", f.raw)
	}
	if a := later.ask(pingRequest); a.Data["Ping"] != "Pong" {
		t.Errorf("an action in ?v=2: %s", a.raw)
	}
}

func TestV2FilterAndCalls(t *testing.T) {
	s := newSite(t)
	steps, hangups, both := s.stream("demo", ""), s.stream("demo", "&events=Hangup&servers=1"), s.stream("demo", "")
	steps.send(`{"op":"subscribe","events":["CALL"],"servers":[1]}`)
	steps.want("subscribed", "snapshot 1")
	hangups.subscribe(1)
	both.send(`{"op":"subscribe","events":["call","hangup"],"extensions":["1013"]}`)
	both.want("subscribed", "snapshot 1", "snapshot 2")
	call(s.servers[1], "T2_1013", "x.1")
	both.until("Hangup x.1") // servers have no order between them
	call(s.servers[0], "T2_1010", "y.1")
	call(s.servers[0], "T2_1013", "z.1")
	hangups.want("Hangup y.1", "Hangup z.1")
	both.until("Hangup z.1")
	for _, id := range []string{"y.1", "z.1"} {
		f := steps.until("call ended " + id)
		if f.Server != 1 || f.Epoch == "" || f.Time == "" {
			t.Errorf("frame: %s", f.raw)
		}
	}
}

// TestV2SnapshotIsOnesOwn: a snapshot holds what its client may see, and
// what it asked for.
func TestV2SnapshotIsOnesOwn(t *testing.T) {
	s := newSite(t)
	for _, e := range []string{"T2_1010", "T2_1013", "T10_1010"} {
		s.servers[0].Emit("Newchannel", "Privilege", "call,all", "Channel", "PJSIP/"+e+"-00000001", "ChannelStateDesc", "Up", "ChannelState", "6",
			"Context", strings.Split(e, "_")[0]+"_cos-all", "Exten", "100", "Uniqueid", e, "Linkedid", e)
		s.servers[0].Emit("DeviceStateChange", "Privilege", "call,all", "Device", "PJSIP/"+e, "State", "INUSE")
	}
	ops := s.stream("ops", "")
	s.until("calls", func() bool { return len(s.app.Pool().Server(1).Calls().Live(nil)) == 3 })
	ops.subscribe(1, 2)
	for _, c := range []struct{ user, query, calls, devices string }{
		{"ops", "", "1-T10_1010 1-T2_1010 1-T2_1013", "PJSIP/T10_1010 PJSIP/T2_1010 PJSIP/T2_1013"},
		{"ops", "&extensions=1010", "1-T10_1010 1-T2_1010", "PJSIP/T10_1010 PJSIP/T2_1010"},
		{"demo", "", "1-T2_1010 1-T2_1013", "PJSIP/T2_1010 PJSIP/T2_1013"},
		{"demo", "&extensions=1013", "1-T2_1013", "PJSIP/T2_1013"},
		{"demo", "&extensions=1013,1099", "1-T2_1013", "PJSIP/T2_1013"},
		{"phone1010", "&extensions=1013", "1-T2_1010", "PJSIP/T2_1010"},
		{"demo10", "", "1-T10_1010", "PJSIP/T10_1010"},
	} {
		p := s.stream(c.user, c.query)
		for _, op := range []string{`{"op":"subscribe"}`, `{"op":"snapshot"}`} {
			p.send(op)
			f := p.until("snapshot 1")
			var live, devices []string
			for _, c := range f.Calls {
				live = append(live, c.ID)
			}
			for _, d := range f.Devices {
				devices = append(devices, d.Name)
			}
			slices.Sort(live)
			if strings.Join(live, " ") != c.calls || strings.Join(devices, " ") != c.devices {
				t.Errorf("%s %s: %s sees %v and %v", c.user, c.query, op, live, devices)
			}
		}
	}
}

// TestV2CallOfTwoTenants: each tenant is told its own part of a call, and
// operators the whole.
func TestV2CallOfTwoTenants(t *testing.T) {
	s := newSite(t)
	two, ten, ops := s.stream("demo", ""), s.stream("demo10", ""), s.stream("ops", "")
	bystander := s.stream("phone1010", "")
	two.subscribe(1, 2)
	ten.subscribe(1)
	ops.subscribe(1, 2)
	bystander.subscribe(1, 2)
	emit := func(event string, headers ...string) {
		s.servers[0].Emit(event, append([]string{"Privilege", "call,all", "Linkedid", "7.1"}, headers...)...)
	}
	from := []string{"Channel", "PJSIP/T2_1013-00000001", "Uniqueid", "7.1"}
	to := []string{"DestChannel", "PJSIP/T10_1010-00000002", "DestUniqueid", "7.2", "DestLinkedid", "7.1"}
	emit("Newchannel", append(from, "ChannelState", "4", "CallerIDNum", "1013", "CallerIDName", "Sender", "Context", "T2_cos-all", "Exten", "07010100000")...)
	emit("Newchannel", "Channel", "PJSIP/T10_1010-00000002", "Uniqueid", "7.2", "ChannelState", "0", "CallerIDNum", "1010", "CallerIDName", "Taker", "Context", "T10_cos-all", "Exten", "s")
	emit("DialBegin", append(from, to...)...)
	emit("Newstate", "Channel", "PJSIP/T10_1010-00000002", "Uniqueid", "7.2", "ChannelState", "5")
	emit("Newstate", "Channel", "PJSIP/T10_1010-00000002", "Uniqueid", "7.2", "ChannelState", "6")
	emit("DialEnd", append(append(from, to...), "DialStatus", "ANSWER")...)
	emit("Hangup", append([]string{"Cause", "16", "Channel", "PJSIP/T10_1010-00000002"}, "Uniqueid", "7.2")...)
	emit("Hangup", append(from, "Cause", "16")...)
	emit("Newchannel", "Channel", "PJSIP/T2_1010-00000003", "Uniqueid", "8.1", "Context", "T2_cos-all") // 8.1: its own Linkedid is not sent
	for _, c := range []struct {
		who     *stream
		sees    string
		sees2   string
		foreign string
	}{{two, "Sender", "", "Taker"}, {ten, "", "Taker", "Sender"}, {ops, "Sender", "Taker", "none"}} {
		kinds := ""
		for kind := ""; kind != "ended"; {
			f := c.who.read()
			if f.Op != "call" {
				continue
			}
			if kind = f.Event; kind != "changed" {
				kinds += kind + " "
			}
			if strings.Contains(f.raw, c.foreign) {
				t.Errorf("sees %s: %s", c.foreign, f.raw)
			}
			if kind == "ringing" && (!strings.Contains(f.raw, c.sees) || !strings.Contains(f.raw, c.sees2)) {
				t.Errorf("does not see its own: %s", f.raw)
			}
		}
		if kinds != "ringing answered ended " {
			t.Errorf("told %s", kinds)
		}
	}
	if f := bystander.until("Newchannel 8.1"); f.Tenant != "T2" {
		t.Errorf("got %s", f.raw)
	}
}

func TestV2Refusals(t *testing.T) {
	s := newSite(t)
	c := s.stream("demo10", "")
	for _, r := range []struct{ send, code, field, id string }{
		{`{"op":"nonsense","id":"a"}`, "invalid_value", "op", "a"},
		{`{"op":1,"id":"a"}`, "invalid_value", "op", "a"},
		{`{"op":"subscribe","id":1}`, "invalid_value", "id", ""},
		{`{"op":"subscribe","id":"` + strings.Repeat("x", 65) + `"}`, "too_long", "id", ""},
		{`{"op":"subscribe","id":"a","id":"b"}`, "bad_request", "id", "a"},
		{`{"op":"subscribe","more":1,"id":"a"}`, "bad_request", "more", "a"},
		{`{"op":"subscribe","positions":[],"id":"a"}`, "bad_request", "positions", "a"},
		{`{"op":"snapshot","events":[],"id":"a"}`, "bad_request", "events", "a"},
		{`{"op":"subscribe","servers":1,"id":"a"}`, "invalid_value", "servers", "a"},
		{`{"op":"subscribe","servers":["1"],"id":"a"}`, "invalid_value", "servers", "a"},
		{`{"op":"subscribe","servers":[1.5],"id":"a"}`, "invalid_value", "servers", "a"},
		{`{"op":"subscribe","servers":[9],"id":"a"}`, "not_found", "servers", "a"},
		{`{"op":"subscribe","servers":[2],"id":"a"}`, "not_found", "servers", "a"}, // of others
		{`{"op":"subscribe","events":[""],"id":"a"}`, "invalid_value", "events", "a"},
		{`{"op":"subscribe","events":[{}],"id":"a"}`, "invalid_value", "events", "a"},
		{`{"op":"subscribe","events":["` + strings.Repeat("x", 65) + `"],"id":"a"}`, "too_long", "events", "a"},
		{`{"op":"subscribe","extensions":[` + strings.Repeat(`"1",`, 64) + `"1"],"id":"a"}`, "too_long", "extensions", "a"},
		{`{"op":"resume","id":"a"}`, "bad_request", "positions", "a"},
		{`{"op":"resume","positions":[],"id":"a"}`, "invalid_value", "positions", "a"},
		{`{"op":"resume","positions":[1],"id":"a"}`, "invalid_value", "positions", "a"},
		{`{"op":"resume","positions":[{"server":1,"epoch":"x"}],"id":"a"}`, "bad_request", "positions", "a"},
		{`{"op":"resume","positions":[{"server":1,"epoch":"x","seq":-1}],"id":"a"}`, "invalid_value", "positions.seq", "a"},
		{`{"op":"resume","positions":[{"server":1,"epoch":"x","seq":1,"y":1}],"id":"a"}`, "bad_request", "positions.y", "a"},
		{`{"op":"resume","positions":[{"server":1,"epoch":"x","seq":1},{"server":1,"epoch":"x","seq":2}],"id":"a"}`, "bad_request", "positions", "a"},
		{`{"op":"subscribe","id":"a"`, "bad_request", "", "a"},
		{`{"op":"subscribe","id":"a"} x`, "bad_request", "", "a"},
	} {
		c.send(r.send)
		if f := c.read(); f.Op != "error" || f.Code != r.code || f.Field != r.field || f.ID != r.id {
			t.Errorf("%.80s: got %s, want %s %s %s", r.send, f.raw, r.code, r.field, r.id)
		}
	}
	for _, text := range []string{`"op"`, `{"Action":"op"}`, `{"data":{"op":"subscribe"}}`} { // no op at all
		c.send(text)
		if f := c.read(); f.Type != 4 || f.Data["Response"] != "Error" {
			t.Errorf("%s: got %s", text, f.raw)
		}
	}
	c.subscribe(1)
	// In v1 there are no ops.
	v1 := s.dial("demo10", "/")
	if a := v1.ask(`{"op":"subscribe"}`); a.Data["Code"] != "bad_request" {
		t.Errorf("v1: %s", a.raw)
	}
}
