package call_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/tenant"
)

func TestStepsOfACall(t *testing.T) {
	s := newScript(t, call.Options{})
	told := s.say(incoming)
	if kinds(told) != "ringing" || told[0].Who.Extension != "1010" || told[0].Call.State != call.Ringing {
		t.Fatalf("ringing: %s %+v", kinds(told), told)
	}
	ringing := told[0].Call
	if n := len(s.tracker.Flush(s.at)); n != 0 {
		t.Errorf("%d changes beside the ringing", n)
	}
	told = s.say(answered)
	if kinds(told) != "answered" || told[0].Who.Extension != "1010" {
		t.Fatalf("answered: %s", kinds(told))
	}
	told = s.tracker.Flush(s.at)
	if kinds(told) != "changed" || len(told[0].Call.Talks) != 1 {
		t.Fatalf("changed: %s", kinds(told))
	}
	if ringing.State != call.Ringing || len(ringing.Ringing) != 1 || ringing.AnsweredBy != nil {
		t.Error("a call that was handed out has changed")
	}
	told = s.say(over)
	if kinds(told) != "ended" || told[0].Call.Ended.Reason != call.ReasonCompleted || told[0].Call.MergedInto != "" {
		t.Fatalf("ended: %s", kinds(told))
	}
	if n := len(s.tracker.Flush(s.at)); n != 0 {
		t.Errorf("%d changes after the end", n)
	}
	if got := s.tracker.Stats(); got != (call.Stats{Ended: 1}) {
		t.Errorf("left: %+v", got)
	}
}

// TestJSON is the form of REST and of the WebSocket.
func TestJSON(t *testing.T) {
	s := newScript(t, call.Options{})
	s.say(incoming)
	b, err := json.MarshalIndent(s.tracker.Call("1-1.1"), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	const want = `{
 "call_id": "1-1.1",
 "server": 1,
 "linkedid": "1.1",
 "tenant": "T2",
 "direction": "external",
 "state": "ringing",
 "from": {
  "number": "01012345678",
  "name": "바깥"
 },
 "to": {
  "extension": "1010",
  "number": "07045805605",
  "name": "홍길동"
 },
 "did": "07045805605",
 "account_code": "07045805605",
 "served": false,
 "ringing": [
  {
   "extension": "1010",
   "number": "1010",
   "name": "홍길동",
   "channel": "PJSIP/T2_1010-00000002",
   "since": "2026-11-21T09:00:05.000Z"
  }
 ],
 "rung": [
  {
   "extension": "1010",
   "number": "1010",
   "name": "홍길동",
   "since": "2026-11-21T09:00:04.000Z"
  }
 ],
 "diverted": [],
 "click_to_call": null,
 "parked": null,
 "held": [],
 "talks": [],
 "transfers": [],
 "merged": [],
 "channels": [
  {
   "channel": "PJSIP/trk-1-00000001",
   "uniqueid": "1.1",
   "number": "01012345678",
   "name": "바깥",
   "state": "ring"
  },
  {
   "channel": "PJSIP/T2_1010-00000002",
   "uniqueid": "1.2",
   "extension": "1010",
   "number": "1010",
   "name": "홍길동",
   "state": "ringing"
  }
 ],
 "started_at": "2026-11-21T09:00:01.000Z",
 "ended": null
}`
	if d := cmp.Diff(want, string(b)); d != "" {
		t.Error(d)
	}
	s.say(answered + over)
	b, err = json.Marshal(s.tracker.Call("1-1.1"))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		`"answered_by":{"extension":"1010","number":"1010","name":"홍길동"}`,
		`"answered_at":"2026-11-21T09:00:07.000Z","ended_at":"2026-11-21T09:00:13.000Z"`,
		`"ended":{"reason":"completed","missed":false,"by":{"number":"01012345678","name":"바깥"},"cause":16,"cause_text":"Normal Clearing"}`,
		`"rung":[{"extension":"1010","number":"1010","name":"홍길동","since":"2026-11-21T09:00:04.000Z","answered_at":"2026-11-21T09:00:07.000Z","until":"2026-11-21T09:00:12.000Z","result":"answered"}]`,
	} {
		if !strings.Contains(string(b), part) {
			t.Errorf("no %s in %s", part, b)
		}
	}
	var back call.Time
	if err := json.Unmarshal([]byte(`"2026-11-21T09:00:07.123Z"`), &back); err != nil || back.UnixMilli()%1000 != 123 {
		t.Errorf("read back: %v %v", back, err)
	}
}

func TestLookups(t *testing.T) {
	s := newScript(t, call.Options{})
	s.say(incoming)
	other := &tenant.Tenant{ID: tenant.NewID("0123456789abcdef", 10), Number: 10, Extensions: []string{"1010"}}
	check := func(what string, got []*call.Call, want int) {
		t.Helper()
		if len(got) != want {
			t.Errorf("%s: %d calls, want %d", what, len(got), want)
		}
	}
	check("live", s.tracker.Live(ours()), 1)
	check("live of all", s.tracker.Live(nil), 1)
	check("live of another", s.tracker.Live(other), 0)
	check("by extension", s.tracker.ByExtension(ours(), "1010"), 1)
	check("by extension of another", s.tracker.ByExtension(other, "1010"), 0)
	check("by extension without a part", s.tracker.ByExtension(ours(), "1013"), 0)
	check("by extension of nobody", s.tracker.ByExtension(nil, "1010"), 0)
	c := s.tracker.ByChannel("PJSIP/T2_1010-00000002")
	if c == nil || c != s.tracker.Call("1-1.1") {
		t.Fatalf("by channel: %v", c)
	}
	if s.tracker.ByChannel("PJSIP/T2_1010-0000000") != nil || s.tracker.Call("2-1.1") != nil || s.tracker.Call("1.1") != nil {
		t.Error("found what is not there")
	}
	if !c.Involves(ours(), "1010") || c.Involves(ours(), "1013") || c.Involves(other, "1010") || c.Involves(nil, "1010") {
		t.Error("who is involved")
	}
	if d := cmp.Diff([]string{"1010"}, c.Extensions(ours())); d != "" {
		t.Error(d)
	}
	if c.For(other) != nil || c.For(nil) != nil || c.For(ours()) != c {
		t.Error("who may see it")
	}
	s.say(answered + over)
	check("live after the end", s.tracker.Live(nil), 0)
	if s.tracker.ByChannel("PJSIP/T2_1010-00000002") != nil {
		t.Error("a channel that is gone")
	}
	if c := s.tracker.Call("1-1.1"); c == nil || c.State != call.Ended || !c.Involves(ours(), "1010") {
		t.Error("not found after the end")
	}
}

// TestMemory: ended calls are kept for the time and number promised, and those
// of nobody do not displace others.
func TestMemory(t *testing.T) {
	s := newScript(t, call.Options{MaxEnded: 40, Keep: time.Hour})
	end := func(id, context, exten string) {
		s.say(fmt.Sprintf(`
Newchannel Channel=PJSIP/trk-1-%[1]s ChannelState=4 CallerIDNum=01012345678 Context=%[2]s Exten=%[3]s Uniqueid=%[1]s Linkedid=%[1]s
Hangup Channel=PJSIP/trk-1-%[1]s ChannelState=4 Uniqueid=%[1]s Linkedid=%[1]s Cause=16`, id, context, exten))
	}
	s.tracker.Expect(expected(ours(), "click"), s.at)
	s.say(`OriginateResponse Response=Failure Reason=0 Uniqueid=click Exten=01026132471`)
	for i := range 50 {
		end(fmt.Sprintf("o%d", i), "trk-1-in", "07045805605")
		end(fmt.Sprintf("n%d", i), "trk-1-in", "0000")
	}
	for id, want := range map[string]bool{"click": true, "o9": false, "o10": true, "o49": true, "n47": false, "n48": true, "n49": true} {
		if got := s.tracker.Call("1-"+id) != nil; got != want {
			t.Errorf("%s is remembered: %v", id, got)
		}
	}
	s.wait(59 * time.Minute)
	if s.tracker.Call("1-o49") == nil {
		t.Error("forgotten too early")
	}
	s.wait(2 * time.Minute)
	if got := s.tracker.Stats(); got != (call.Stats{}) {
		t.Errorf("after an hour: %+v", got)
	}
}

// TestFlood: channels of nobody, in any number, take a bounded place and do not
// push out calls of tenants.
func TestFlood(t *testing.T) {
	s := newScript(t, call.Options{MaxChannels: 1000, MaxEnded: 100})
	s.say(incoming + answered)
	for i := range 20000 {
		s.event(timed{made(t, fmt.Sprintf("Newchannel Channel=PJSIP/x-%08x ChannelState=4 Context=x Exten=s Uniqueid=9.%d Linkedid=9.%d", i, i, i)), s.at})
		s.event(timed{made(t, fmt.Sprintf("BridgeEnter BridgeUniqueid=f%d BridgeType=basic Channel=PJSIP/x-%08x Uniqueid=9.%d Linkedid=9.%d", i, i, i, i)), s.at})
		s.event(timed{made(t, fmt.Sprintf("Hangup Channel=PJSIP/y-%08x Uniqueid=8.%d Linkedid=8.%d", i, i, i)), s.at})
	}
	got := s.tracker.Stats()
	if got.Channels > 1000 || got.Calls > 1000 || got.Bridges > 1000 || got.Ended > 210 {
		t.Errorf("too much is held: %+v", got)
	}
	if wrong := s.tracker.Check(); wrong != "" {
		t.Error(wrong)
	}
	c := s.tracker.Call("1-1.1")
	if c == nil || c.State != call.Answered || len(c.Talks) != 1 {
		t.Fatalf("the tenant's call: %+v", c)
	}
	if told := s.say(over); kinds(told) != "ended" || told[0].Call.Ended.Reason != call.ReasonCompleted {
		t.Errorf("its end: %s", kinds(told))
	}
}

// TestFloodOfOne: one call with more of everything than is shown.
func TestFloodOfOne(t *testing.T) {
	s := newScript(t, call.Options{})
	s.say(incoming)
	for i := range 2000 {
		s.event(timed{made(t, fmt.Sprintf("Newchannel Channel=PJSIP/T2_1013-%08x ChannelState=0 Context=T2_cos-all Exten=s Uniqueid=2.%d Linkedid=1.1", i, i)), s.at})
		s.event(timed{made(t, fmt.Sprintf("DialBegin Channel=PJSIP/trk-1-00000001 Uniqueid=1.1 Linkedid=1.1 DestChannel=PJSIP/T2_1013-%08x DestUniqueid=2.%d DestLinkedid=1.1", i, i)), s.at})
		s.event(timed{made(t, "Newexten Channel=PJSIP/trk-1-00000001 Context=T2_divert Exten=s Uniqueid=1.1 Linkedid=1.1 Application=Gosub AppData=T2_divert,s,1(1010,CFI)"), s.at})
		s.event(timed{made(t, "Newexten Channel=PJSIP/trk-1-00000001 Context=T2_divert Exten=s Uniqueid=1.1 Linkedid=1.1 Application=Set AppData=__DC_DIVERTED=1010"), s.at})
		s.event(timed{made(t, "Newexten Channel=PJSIP/trk-1-00000001 Context=T2_divert Exten=s Uniqueid=1.1 Linkedid=1.1 Application=Goto AppData=sub-custom-numbers,01026132471,1"), s.at})
	}
	c := s.tracker.Call("1-1.1")
	if len(c.Rung) != 256 || len(c.Channels) != 128 || len(c.Diverted) != 64 {
		t.Errorf("%d rung, %d channels, %d diversions", len(c.Rung), len(c.Channels), len(c.Diverted))
	}
	if wrong := s.tracker.Check(); wrong != "" {
		t.Error(wrong)
	}
}

// TestManyReaders: lookups run while events come.
func TestManyReaders(t *testing.T) {
	s := newScript(t, call.Options{})
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				for _, c := range s.tracker.Live(nil) {
					if _, err := json.Marshal(c.For(c.Owner())); err != nil {
						t.Error(err)
					}
				}
				s.tracker.ByExtension(ours(), "1010")
				s.tracker.Expect(expected(ours(), "c2c"), epoch)
				s.tracker.Call("1-1.1")
			}
		})
	}
	for i := range 50 {
		s.say(strings.ReplaceAll(incoming+answered+over, "id=1.", fmt.Sprintf("id=%d.", i+1)))
		s.tracker.Flush(s.at)
	}
	close(stop)
	wg.Wait()
}

// TestForgedLine: a caller who put another call's Linkedid into an event is in
// no call by it.
func TestForgedLine(t *testing.T) {
	s := newScript(t, call.Options{})
	s.say(incoming)
	before := s.tracker.Stats()
	told := s.say("Newchannel Channel=PJSIP/trk-1-0000000f ChannelState=0 CallerIDNum=x Linkedid=1.1 " +
		"Context=default Exten=0 Uniqueid=1.9 Linkedid=1.9")
	if len(told) > 0 || s.tracker.Stats() != before {
		t.Errorf("%s; %+v before, %+v after", kinds(told), before, s.tracker.Stats())
	}
}
