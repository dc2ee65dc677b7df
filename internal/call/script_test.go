package call_test

import (
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/tenant"
)

// script is a world that hears made up events, a second apart.
type script struct {
	*world
	t  testing.TB
	at time.Time
}

func newScript(t testing.TB, o call.Options) *script {
	return &script{world: newWorld(ours(), o), t: t, at: epoch}
}

// made builds an event from "Name Header=value Header=value"; "~" in a value
// stands for a blank.
func made(t testing.TB, text string) *ami.Message {
	t.Helper()
	words := strings.Fields(text)
	var b strings.Builder
	b.WriteString("Event: " + words[0] + "\r\n")
	for _, w := range words[1:] {
		name, value, _ := strings.Cut(w, "=")
		b.WriteString(name + ": " + strings.ReplaceAll(value, "~", " ") + "\r\n")
	}
	return parse(t, []byte(b.String()+"\r\n"))
}

// say plays events, one a line, with "#" for remarks, and returns what was told.
func (s *script) say(lines string) []call.Event {
	s.t.Helper()
	from := len(s.told)
	for line := range strings.Lines(lines) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		s.at = s.at.Add(time.Second)
		s.event(timed{made(s.t, line), s.at})
		if wrong := s.tracker.Check(); wrong != "" {
			s.t.Fatalf("after %s: %s", line, wrong)
		}
	}
	return s.told[from:]
}

// wait lets time pass.
func (s *script) wait(d time.Duration) []call.Event {
	s.at = s.at.Add(d)
	out := s.tracker.Tick(s.at)
	s.told = append(s.told, out...)
	return out
}

func kinds(events []call.Event) string {
	var out []string
	for _, e := range events {
		out = append(out, string(e.Kind))
	}
	return strings.Join(out, " ")
}

// incoming is a call from the network that rings 1010, up to there.
const incoming = `
Newchannel Channel=PJSIP/trk-1-00000001 ChannelState=4 CallerIDNum=01012345678 CallerIDName=바깥 AccountCode= Context=trk-1-in Exten=07045805605 Uniqueid=1.1 Linkedid=1.1
Newexten Channel=PJSIP/trk-1-00000001 ChannelState=4 AccountCode=07045805605 Context=T2_cos-all Exten=1010 Uniqueid=1.1 Linkedid=1.1 Application=Dial AppData=PJSIP/T2_1010
Newchannel Channel=PJSIP/T2_1010-00000002 ChannelState=0 CallerIDNum=1010 CallerIDName=홍길동 Context=T2_cos-all Exten=s Uniqueid=1.2 Linkedid=1.1
DialBegin Channel=PJSIP/trk-1-00000001 ChannelState=4 Uniqueid=1.1 Linkedid=1.1 DestChannel=PJSIP/T2_1010-00000002 DestChannelState=0 DestUniqueid=1.2 DestLinkedid=1.1 DialString=T2_1010
Newstate Channel=PJSIP/T2_1010-00000002 ChannelState=5 Uniqueid=1.2 Linkedid=1.1
`

// answered goes on from there.
const answered = `
Newstate Channel=PJSIP/T2_1010-00000002 ChannelState=6 Uniqueid=1.2 Linkedid=1.1
DialEnd Channel=PJSIP/trk-1-00000001 ChannelState=4 Uniqueid=1.1 Linkedid=1.1 DestChannel=PJSIP/T2_1010-00000002 DestChannelState=6 DestUniqueid=1.2 DestLinkedid=1.1 DialStatus=ANSWER
Newstate Channel=PJSIP/trk-1-00000001 ChannelState=6 Uniqueid=1.1 Linkedid=1.1
BridgeEnter BridgeUniqueid=b1 BridgeType=basic Channel=PJSIP/T2_1010-00000002 ChannelState=6 Uniqueid=1.2 Linkedid=1.1
BridgeEnter BridgeUniqueid=b1 BridgeType=basic Channel=PJSIP/trk-1-00000001 ChannelState=6 Uniqueid=1.1 Linkedid=1.1
`

// over ends it.
const over = `
HangupRequest Channel=PJSIP/trk-1-00000001 ChannelState=6 Uniqueid=1.1 Linkedid=1.1 Cause=16
Hangup Channel=PJSIP/T2_1010-00000002 ChannelState=6 Uniqueid=1.2 Linkedid=1.1 Cause=16 Cause-txt=Normal~Clearing
Hangup Channel=PJSIP/trk-1-00000001 ChannelState=6 Uniqueid=1.1 Linkedid=1.1 Cause=16 Cause-txt=Normal~Clearing
`

func expected(owner *tenant.Tenant, id string) call.Expected {
	return call.Expected{ChannelID: id, Tenant: owner, Caller: "1010", Callee: "01026132471"}
}
