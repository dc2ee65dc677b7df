package call_test

import (
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/call/calltest"
)

// click is the first half of a click-to-call of 1010 to 01026132471.
const click = `
Newchannel Channel=Local/1010@T2_click-to-call-00000001;1 ChannelState=0 Context=T2_click-to-call Exten=1010 Uniqueid=c2c Linkedid=c2c
Newchannel Channel=Local/1010@T2_click-to-call-00000001;2 ChannelState=4 Context=T2_click-to-call Exten=1010 Uniqueid=c2c-2 Linkedid=c2c
DialBegin DestChannel=Local/1010@T2_click-to-call-00000001;1 DestChannelState=0 DestUniqueid=c2c DestLinkedid=c2c
Newchannel Channel=PJSIP/T2_1010-00000002 ChannelState=0 CallerIDNum=1010 Context=T2_cos-all Exten=s Uniqueid=1.2 Linkedid=c2c
DialBegin Channel=Local/1010@T2_click-to-call-00000001;2 Uniqueid=c2c-2 Linkedid=c2c DestChannel=PJSIP/T2_1010-00000002 DestUniqueid=1.2 DestLinkedid=c2c
Newstate Channel=PJSIP/T2_1010-00000002 ChannelState=5 Uniqueid=1.2 Linkedid=c2c
`

const clickRefused = `
DialEnd Channel=Local/1010@T2_click-to-call-00000001;2 Uniqueid=c2c-2 Linkedid=c2c DestChannel=PJSIP/T2_1010-00000002 DestUniqueid=1.2 DestLinkedid=c2c DialStatus=BUSY
Hangup Channel=PJSIP/T2_1010-00000002 Uniqueid=1.2 Linkedid=c2c Cause=17 Cause-txt=User~busy
Hangup Channel=Local/1010@T2_click-to-call-00000001;2 Uniqueid=c2c-2 Linkedid=c2c Cause=17
Hangup Channel=Local/1010@T2_click-to-call-00000001;1 Uniqueid=c2c Linkedid=c2c Cause=17
`

func isClick(t *testing.T, c *call.Call) {
	t.Helper()
	switch {
	case c == nil:
		t.Fatal("the call is not known")
	case c.ClickToCall == nil:
		t.Fatal("it is no click-to-call")
	case c.From.Extension != "1010" || c.To.Number != "01026132471" || c.Direction != call.Outgoing || c.Tenant != "T2":
		t.Errorf("the call is %s", calltest.Summary(c, nil))
	case c.ClickToCall.Caller.Extension != "1010" || c.ClickToCall.Callee.Number != "01026132471":
		t.Errorf("its sides are %+v", c.ClickToCall)
	case !c.Involves(ours(), "1010"):
		t.Error("its caller has no part in it")
	}
}

// TestExpect: a click-to-call is known from the moment it was asked for,
// whenever its events come.
func TestExpect(t *testing.T) {
	t.Run("before all events", func(t *testing.T) {
		s := newScript(t, call.Options{})
		s.tracker.Expect(expected(ours(), "c2c"), s.at)
		c := s.tracker.Call("1-c2c")
		isClick(t, c)
		if c.State != call.New || c.ClickToCall.Caller.State != call.LegWaiting {
			t.Errorf("it is %s, its caller %s", c.State, c.ClickToCall.Caller.State)
		}
		if got := kinds(s.tracker.Flush(s.at)); got != "changed" {
			t.Errorf("told: %s", got)
		}
		if n := len(s.tracker.ByExtension(ours(), "1010")); n != 1 {
			t.Errorf("by extension: %d", n)
		}
		if got := kinds(s.say(click)); got != "ringing" {
			t.Errorf("told: %s", got)
		}
		isClick(t, s.tracker.Call("1-c2c"))
		s.wait(10 * time.Minute) // it has appeared
		isClick(t, s.tracker.Call("1-c2c"))
		s.say(clickRefused)
		c = s.tracker.Call("1-c2c")
		isClick(t, c)
		if c.Ended == nil || c.Ended.Reason != call.ReasonBusy || c.Ended.Leg != "caller" || c.Ended.Missed {
			t.Errorf("ended %+v", c.Ended)
		}
	})
	t.Run("after the first events", func(t *testing.T) {
		s := newScript(t, call.Options{})
		s.say(click)
		s.tracker.Expect(expected(ours(), "c2c"), s.at)
		isClick(t, s.tracker.Call("1-c2c"))
	})
	t.Run("after the end", func(t *testing.T) {
		s := newScript(t, call.Options{})
		s.say(click + clickRefused)
		s.tracker.Expect(expected(ours(), "c2c"), s.at)
		c := s.tracker.Call("1-c2c")
		isClick(t, c)
		if c.Ended == nil || c.Ended.Reason != call.ReasonBusy || c.Ended.Leg != "caller" {
			t.Errorf("ended %+v", c.Ended)
		}
		if got := s.tracker.Stats(); got.Calls != 0 {
			t.Errorf("a call lives: %+v", got)
		}
	})
	t.Run("no channel ever", func(t *testing.T) {
		s := newScript(t, call.Options{Expect: time.Minute})
		s.tracker.Expect(expected(ours(), "c2c"), s.at)
		if got := kinds(s.wait(59 * time.Second)); got != "" {
			t.Errorf("told: %s", got)
		}
		if got := kinds(s.wait(2 * time.Second)); got != "ended" {
			t.Errorf("told: %s", got)
		}
		c := s.tracker.Call("1-c2c")
		isClick(t, c)
		if c.Ended.Reason != call.ReasonUnknown {
			t.Errorf("ended %+v", c.Ended)
		}
	})
	t.Run("not in a snapshot", func(t *testing.T) {
		s := newScript(t, call.Options{})
		s.tracker.Expect(expected(ours(), "c2c"), s.at)
		s.wait(time.Second)
		s.tracker.Begin(s.at)
		s.wait(time.Second)
		s.tracker.Expect(expected(ours(), "later"), s.at)
		if got := kinds(s.tracker.Finish(s.at)); got != "" {
			t.Errorf("told: %s", got)
		}
		if got := kinds(s.wait(2 * time.Second)); got != "" {
			t.Errorf("told: %s", got)
		}
		if got := kinds(s.wait(2 * time.Second)); got != "ended" {
			t.Errorf("told: %s", got)
		}
		if c := s.tracker.Call("1-c2c"); c.Ended == nil || c.Ended.Reason != call.ReasonUnknown {
			t.Errorf("ended %+v", c.Ended)
		}
		if got := kinds(s.wait(170 * time.Second)); got != "" {
			t.Errorf("the later one ended early: %s", got)
		}
	})
	for reason, want := range map[string]call.Reason{"0": call.ReasonUnavailable, "3": call.ReasonNoAnswer, "5": call.ReasonBusy, "8": call.ReasonFailed} {
		t.Run("OriginateResponse "+reason, func(t *testing.T) {
			s := newScript(t, call.Options{})
			s.tracker.Expect(expected(ours(), "c2c"), s.at)
			if got := kinds(s.say("OriginateResponse Response=Failure Reason=" + reason + " Uniqueid=c2c Exten=01026132471")); got != "ended" {
				t.Errorf("told: %s", got)
			}
			c := s.tracker.Call("1-c2c")
			isClick(t, c)
			if c.Ended.Reason != want || c.Ended.Leg != "caller" {
				t.Errorf("ended %+v", c.Ended)
			}
		})
	}
	t.Run("refused", func(t *testing.T) {
		s := newScript(t, call.Options{})
		s.tracker.Expect(expected(ours(), "c2c"), s.at)
		if got := kinds(s.tracker.Refused("c2c", s.at)); got != "ended" {
			t.Errorf("told: %s", got)
		}
		if c := s.tracker.Call("1-c2c"); c.Ended.Reason != call.ReasonFailed {
			t.Errorf("ended %+v", c.Ended)
		}
		if got := kinds(s.tracker.Refused("c2c", s.at)); got != "" {
			t.Errorf("told again: %s", got)
		}
	})
	t.Run("refused but there", func(t *testing.T) {
		s := newScript(t, call.Options{})
		s.tracker.Expect(expected(ours(), "c2c"), s.at)
		s.say(click)
		if got := kinds(s.tracker.Refused("c2c", s.at)); got != "" {
			t.Errorf("told: %s", got)
		}
	})
}

// TestExpectAcrossABreak: what a click-to-call was stays known when its
// beginning fell into a lost link.
func TestExpectAcrossABreak(t *testing.T) {
	s := newScript(t, call.Options{})
	s.tracker.Expect(expected(ours(), "c2c"), s.at)
	s.tracker.Begin(s.at)
	s.say(`
CoreShowChannel Channel=PJSIP/T2_1010-00000002 ChannelState=6 CallerIDNum=1010 Context=T2_cos-all Exten= Uniqueid=1.2 Linkedid=c2c Application=AppDial Duration=00:00:05 BridgeId=b1
CoreShowChannel Channel=PJSIP/trk-1-00000003 ChannelState=6 CallerIDNum=01026132471 Context=trk-1-in Exten= Uniqueid=1.3 Linkedid=c2c Application=AppDial Duration=00:00:04 BridgeId=b1`)
	s.tracker.Finish(s.at)
	c := s.tracker.Call("1-c2c")
	isClick(t, c)
	if k := c.ClickToCall; k.Caller.State != call.LegAnswered || k.Callee.State != call.LegAnswered || k.Caller.By != nil || k.Callee.By != nil {
		t.Errorf("its sides are %+v", k)
	}
	if len(c.Talks) != 1 || c.State != call.Answered || c.AnsweredBy.Number != "01026132471" || !c.AnsweredAt.IsZero() {
		t.Errorf("%s: %s", calltest.Summary(c, nil), calltest.Now(c))
	}
}
