package call_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/attribution"
	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/call/calltest"
	"github.com/dipcast/dipcast/internal/tenant"
)

// TestOtherDialplans: diversions of dialplans that do not say DC_DIVERTED are
// known by the way the call takes to sub-custom-numbers.
func TestOtherDialplans(t *testing.T) {
	dial := func(status string) string {
		return `
Newchannel Channel=PJSIP/T2_1010-00000002 ChannelState=0 Uniqueid=1.2 Linkedid=1.1
DialBegin Channel=PJSIP/trk-1-00000001 Uniqueid=1.1 Linkedid=1.1 DestChannel=PJSIP/T2_1010-00000002 DestUniqueid=1.2 DestLinkedid=1.1
DialEnd Channel=PJSIP/trk-1-00000001 Uniqueid=1.1 Linkedid=1.1 DestChannel=PJSIP/T2_1010-00000002 DestUniqueid=1.2 DestLinkedid=1.1 DialStatus=` + status + `
Newexten Channel=PJSIP/trk-1-00000001 Context=T2_cos-all Exten=1010 Uniqueid=1.1 Linkedid=1.1 Application=NoOp`
	}
	for _, tt := range []struct{ name, middle, want string }{
		{"before dialling", "", "CFI of 1010 to 01026132471"},
		{"busy", dial("BUSY"), "CFB of 1010 to 01026132471"},
		{"no answer", dial("NOANSWER"), "CFN of 1010 to 01026132471"},
		{"not there", dial("CHANUNAVAIL"), "CFU of 1010 to 01026132471"},
		{"congestion", dial("CONGESTION"), "CFU of 1010 to 01026132471"},
		{"given up", dial("CANCEL"), ""},
		{"after a talk", dial("ANSWER"), ""},
	} {
		s := newScript(t, call.Options{})
		s.say(`
Newchannel Channel=PJSIP/trk-1-00000001 ChannelState=4 CallerIDNum=01012345678 Context=trk-1-in Exten=07045805605 Uniqueid=1.1 Linkedid=1.1
Newexten Channel=PJSIP/trk-1-00000001 Context=T2_cos-all Exten=1010 Uniqueid=1.1 Linkedid=1.1 Application=NoOp` + tt.middle + `
Newexten Channel=PJSIP/trk-1-00000001 Context=sub-custom-numbers Exten=01026132471 Uniqueid=1.1 Linkedid=1.1 Application=NoOp
Newexten Channel=PJSIP/trk-1-00000001 Context=sub-custom-numbers Exten=01026132471 Uniqueid=1.1 Linkedid=1.1 Application=Goto AppData=T2_cos-all,01026132471,1
Newexten Channel=PJSIP/trk-1-00000001 Context=T2_cos-all Exten=01026132471 Uniqueid=1.1 Linkedid=1.1 Application=Dial`)
		var got []string
		for _, d := range s.tracker.Call("1-1.1").Diverted {
			got = append(got, fmt.Sprintf("%s of %s to %s", d.Type, d.Extension, d.Number))
		}
		if strings.Join(got, ", ") != tt.want {
			t.Errorf("%s: diverted by %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestRename: a masquerade puts another phone in the place of the one called.
func TestRename(t *testing.T) {
	s := newScript(t, call.Options{})
	s.say(incoming + `
Rename Channel=PJSIP/T2_1010-00000002 Newname=PJSIP/T2_1013-00000003 Uniqueid=1.2
DialEnd Channel=PJSIP/trk-1-00000001 Uniqueid=1.1 Linkedid=1.1 DestChannel=PJSIP/T2_1013-00000003 DestChannelState=6 DestUniqueid=1.2 DestLinkedid=1.1 DialStatus=ANSWER`)
	c := s.tracker.Call("1-1.1")
	if c.AnsweredBy == nil || c.AnsweredBy.Extension != "1013" {
		t.Errorf("answered by %v", c.AnsweredBy)
	}
	if s.tracker.ByChannel("PJSIP/T2_1010-00000002") != nil || s.tracker.ByChannel("PJSIP/T2_1013-00000003") != c {
		t.Error("found by the wrong name")
	}
}

// TestMissedEvents: an answer without its DialEnd, a bridge that is destroyed
// without leaving, events after the end.
func TestMissedEvents(t *testing.T) {
	s := newScript(t, call.Options{})
	told := s.say(incoming + `
BridgeEnter BridgeUniqueid=b1 BridgeType=basic Channel=PJSIP/trk-1-00000001 ChannelState=6 Uniqueid=1.1 Linkedid=1.1
BridgeEnter BridgeUniqueid=b1 BridgeType=basic Channel=PJSIP/T2_1010-00000002 ChannelState=6 Uniqueid=1.2 Linkedid=1.1`)
	if kinds(told) != "ringing answered" {
		t.Errorf("told: %s", kinds(told))
	}
	s.say("BridgeDestroy BridgeUniqueid=b1 BridgeType=basic")
	if c := s.tracker.Call("1-1.1"); len(c.Talks) != 0 {
		t.Errorf("they talk in no bridge: %s", calltest.Now(c))
	}
	s.say(over)
	if told := s.say(`
NewCallerid Channel=PJSIP/trk-1-00000001 CallerIDNum=1 Uniqueid=1.1 Linkedid=1.1
Newstate Channel=PJSIP/trk-1-00000001 ChannelState=6 Uniqueid=1.1 Linkedid=1.1
Newexten Channel=PJSIP/trk-1-00000001 Context=x Exten=h Uniqueid=1.1 Linkedid=1.1 Application=NoOp
Hangup Channel=PJSIP/trk-1-00000001 Uniqueid=1.1 Linkedid=1.1 Cause=16`); len(told) != 0 {
		t.Errorf("after the end: %s", kinds(told))
	}
	if got := s.tracker.Stats(); got.Channels != 0 || got.Calls != 0 {
		t.Errorf("left: %+v", got)
	}
}

// TestTwoTenants: a call between two companies shows each its own side only.
func TestTwoTenants(t *testing.T) {
	two := ours()
	ten := &tenant.Tenant{ID: tenant.NewID("0123456789abcdef", 10), Number: 10, Servers: []int{1}, Extensions: []string{"1010", "1013"}, DIDs: map[string]string{"07010100000": "1010"}}
	a := attribution.New(attribution.NewView([]*tenant.Tenant{two, ten}))
	tr := call.NewTracker(call.Options{Server: 1})
	for line := range strings.Lines(`Newchannel Channel=PJSIP/T2_1013-00000001 ChannelState=4 CallerIDNum=1013 CallerIDName=지화자 AccountCode=07045144801 Context=T2_cos-all Exten=07010100000 Uniqueid=1.1 Linkedid=1.1
Newchannel Channel=PJSIP/T10_1010-00000002 ChannelState=0 CallerIDNum=1010 CallerIDName=춘향 Context=T10_cos-all Exten=s Uniqueid=1.2 Linkedid=1.1
DialBegin Channel=PJSIP/T2_1013-00000001 Uniqueid=1.1 Linkedid=1.1 DestChannel=PJSIP/T10_1010-00000002 DestUniqueid=1.2 DestLinkedid=1.1
Newstate Channel=PJSIP/T10_1010-00000002 ChannelState=5 Uniqueid=1.2 Linkedid=1.1
Newstate Channel=PJSIP/T10_1010-00000002 ChannelState=6 Uniqueid=1.2 Linkedid=1.1
DialEnd Channel=PJSIP/T2_1013-00000001 Uniqueid=1.1 Linkedid=1.1 DestChannel=PJSIP/T10_1010-00000002 DestUniqueid=1.2 DestLinkedid=1.1 DialStatus=ANSWER
BridgeEnter BridgeUniqueid=b1 BridgeType=basic Channel=PJSIP/T10_1010-00000002 Uniqueid=1.2 Linkedid=1.1
BridgeEnter BridgeUniqueid=b1 BridgeType=basic Channel=PJSIP/T2_1013-00000001 Uniqueid=1.1 Linkedid=1.1`) {
		m := made(t, line)
		tr.Event(m, a.Event(m, time.Now()), epoch)
	}
	c := tr.Call("1-1.1")
	if len(c.Tenants()) != 2 || c.Owner() != two {
		t.Fatalf("tenants %v", c.Tenants())
	}
	for _, tt := range []struct {
		who                  *tenant.Tenant
		from, talks, rung    string
		channels, extensions string
	}{
		{two, "1013(지화자)", "1013(지화자) ?", "", "PJSIP/T2_1013-00000001", "1013"},
		{ten, "?", "? 1010(춘향)", "1010(춘향)", "PJSIP/T10_1010-00000002", "1010"},
	} {
		v := c.For(tt.who)
		var talks, rung, channels []string
		for _, p := range v.Talks[0] {
			talks = append(talks, calltest.Party(p))
		}
		for _, r := range v.Rung {
			rung = append(rung, calltest.Party(r.Party))
		}
		for _, ch := range v.Channels {
			channels = append(channels, ch.Name)
		}
		if v.Tenant != tt.who.ID.String() || calltest.Party(v.From) != tt.from || strings.Join(talks, " ") != tt.talks || strings.Join(rung, " ") != tt.rung ||
			strings.Join(channels, " ") != tt.channels || strings.Join(v.Extensions(tt.who), " ") != tt.extensions {
			t.Errorf("%s sees %+v", tt.who.ID, v)
		}
	}
	if v := c.For(ten); v.AccountCode != "" || v.Involves(two, "1013") || v.For(two) != nil {
		t.Errorf("tenant 10 sees too much: %+v", v)
	}
}

// TestConference: in a bridge that is no basic one, each keeps its own call.
func TestConference(t *testing.T) {
	s := newScript(t, call.Options{})
	s.say(`
Newchannel Channel=PJSIP/T2_1010-00000001 ChannelState=4 Context=T2_cos-all Exten=800 Uniqueid=1.1 Linkedid=1.1
Newchannel Channel=PJSIP/T2_1013-00000002 ChannelState=4 Context=T2_cos-all Exten=800 Uniqueid=2.1 Linkedid=2.1
BridgeEnter BridgeUniqueid=c BridgeType=base Channel=PJSIP/T2_1010-00000001 ChannelState=6 Uniqueid=1.1 Linkedid=1.1
BridgeEnter BridgeUniqueid=c BridgeType=base Channel=PJSIP/T2_1013-00000002 ChannelState=6 Uniqueid=2.1 Linkedid=2.1`)
	calls := s.tracker.Live(ours())
	if len(calls) != 2 {
		t.Fatalf("%d calls", len(calls))
	}
	for _, c := range calls {
		if c.State != call.Answered || len(c.Talks) != 1 || c.MergedInto != "" {
			t.Errorf("%s: %s", calltest.Summary(c, nil), calltest.Now(c))
		}
	}
}

// TestNotUnderstood: messages that say nothing to calls.
func TestNotUnderstood(t *testing.T) {
	s := newScript(t, call.Options{})
	for _, raw := range []string{
		"Response: Success\r\n\r\n", "Event: \r\n\r\n", "Event: Newchannel\r\n\r\n", "Event: Newchannel\r\nUniqueid: <unknown>\r\n\r\n",
		"Event: Newchannel\r\nUniqueid: " + strings.Repeat("1", 300) + "\r\n\r\n",
		"Event: UserEvent\r\nUserEvent: Newchannel\r\nUniqueid: 1.1\r\n\r\n",
		"Event: CoreShowChannel\r\nChannel: PJSIP/T2_1010-00000001\r\nUniqueid: 1.1\r\nLinkedid: 1.1\r\n\r\n",
		"Event: BridgeEnter\r\nBridgeUniqueid: b\r\n\r\n", "Event: AttendedTransfer\r\nResult: Success\r\n\r\n",
	} {
		var m ami.Message
		if err := ami.Parse([]byte(raw), &m); err != nil {
			t.Fatal(err)
		}
		if told := s.tracker.Event(&m, attribution.Result{}, epoch); len(told) != 0 {
			t.Errorf("%q: %s", raw, kinds(told))
		}
	}
	if got := s.tracker.Stats(); got != (call.Stats{}) {
		t.Errorf("held: %+v", got)
	}
}

// TestWhomADIDLeadsTo: a call to a number is one to the extension that it rings; of
// one that rings a group it is to the number, whoever rings first.
func TestWhomADIDLeadsTo(t *testing.T) {
	for did, want := range map[string]string{"07045805605": "1010", "0255551234": "", "0255559999": "1013"} {
		two := ours()
		two.DIDs["0255551234"] = ""
		s := &script{world: newWorld(two, call.Options{}), t: t, at: epoch}
		s.say(`
Newchannel Channel=PJSIP/trk-1-00000001 ChannelState=4 CallerIDNum=01012345678 Context=trk-1-in Exten=` + did + ` Uniqueid=1.1 Linkedid=1.1
Newexten Channel=PJSIP/trk-1-00000001 Context=T2_cos-all Exten=1013 Uniqueid=1.1 Linkedid=1.1 Application=NoOp`)
		c := s.tracker.Call("1-1.1")
		if c.To.Extension != want || c.To.Number != did {
			t.Errorf("a call to %s is to %+v, want the extension %q", did, c.To, want)
		}
	}
}
