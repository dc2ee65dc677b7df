package pbx

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/tenant"
)

// nobody is a Sink without clients.
type nobody struct{ calls int }

func (n *nobody) Event(*Event)                  {}
func (n *nobody) Link(*Server, bool, time.Time) {}
func (n *nobody) Gap(*Server, int)              {}
func (n *nobody) Call(*CallEvent)               { n.calls++ }
func (n *nobody) Snapshot(*Server)              {}

// channelHeaders are those of a channel's snapshot in an event.
func channelHeaders(prefix, name, state, context, unique string) string {
	return strings.NewReplacer("{p}", prefix, "{n}", name, "{s}", state, "{c}", context, "{u}", unique).Replace(
		"{p}Channel: {n}\r\n{p}ChannelState: {s}\r\n{p}ChannelStateDesc: Up\r\n{p}CallerIDNum: 01012345678\r\n{p}CallerIDName: 김민수\r\n" +
			"{p}ConnectedLineNum: <unknown>\r\n{p}ConnectedLineName: <unknown>\r\n{p}Language: ko\r\n{p}AccountCode: \r\n{p}Context: {c}\r\n" +
			"{p}Exten: 1010\r\n{p}Priority: 1\r\n{p}Uniqueid: {u}\r\n{p}Linkedid: {l}\r\n")
}

// callEvents is one external call to 1010, as Asterisk tells it.
func callEvents(n int, prefix string) []string {
	trunk, phone := fmt.Sprintf("PJSIP/trk-1-%08x", n), fmt.Sprintf("PJSIP/%s1010-%08x", prefix, n)
	a, b := fmt.Sprintf("1795262486.%d", 2*n), fmt.Sprintf("1795262486.%d", 2*n+1)
	cos, bridge := prefix+"cos-all", fmt.Sprintf("5f3c1e0a-9b7d-4c55-8a11-%012x", n)
	all := []string{
		"Event: Newchannel\r\nPrivilege: call,all\r\n" + channelHeaders("", trunk, "4", "trk-1-in", a),
		"Event: Newexten\r\nPrivilege: dialplan,all\r\n" + channelHeaders("", trunk, "4", cos, a) + "Extension: 1010\r\nApplication: Dial\r\nAppData: x\r\n",
		"Event: Newchannel\r\nPrivilege: call,all\r\n" + channelHeaders("", phone, "0", cos, b),
		"Event: DialBegin\r\nPrivilege: call,all\r\n" + channelHeaders("", trunk, "4", cos, a) + channelHeaders("Dest", phone, "0", cos, b) + "DialString: 1010\r\n",
		"Event: Newstate\r\nPrivilege: call,all\r\n" + channelHeaders("", phone, "5", cos, b),
		"Event: VarSet\r\nPrivilege: dialplan,all\r\n" + channelHeaders("", trunk, "4", cos, a) + "Variable: X\r\nValue: ssrc=1094836273;themssrc=2;lp=0\r\n",
		"Event: Newstate\r\nPrivilege: call,all\r\n" + channelHeaders("", phone, "6", cos, b),
		"Event: DialEnd\r\nPrivilege: call,all\r\n" + channelHeaders("", trunk, "4", cos, a) + channelHeaders("Dest", phone, "6", cos, b) + "DialStatus: ANSWER\r\n",
		"Event: BridgeEnter\r\nPrivilege: call,all\r\nBridgeUniqueid: " + bridge + "\r\nBridgeType: basic\r\nBridgeNumChannels: 1\r\n" + channelHeaders("", trunk, "6", cos, a),
		"Event: BridgeEnter\r\nPrivilege: call,all\r\nBridgeUniqueid: " + bridge + "\r\nBridgeType: basic\r\nBridgeNumChannels: 2\r\n" + channelHeaders("", phone, "6", cos, b),
		"Event: Hangup\r\nPrivilege: call,all\r\n" + channelHeaders("", phone, "6", cos, b) + "Cause: 16\r\nCause-txt: Normal Clearing\r\n",
		"Event: Hangup\r\nPrivilege: call,all\r\n" + channelHeaders("", trunk, "6", cos, a) + "Cause: 16\r\nCause-txt: Normal Clearing\r\n",
	}
	for i := range all {
		all[i] = strings.ReplaceAll(all[i], "{l}", a) + "\r\n"
	}
	return all
}

// BenchmarkSequencer is what one event costs between the reader and the sink.
func BenchmarkSequencer(b *testing.B) {
	for _, prefix := range []string{"T2_", ""} {
		b.Run(map[string]string{"T2_": "tenant", "": "nobody"}[prefix], func(b *testing.B) {
			dir, err := tenant.NewDirectory([]tenant.Tenant{{ID: tenant.NewID("7be69580e27641df", 2), Number: 2, Name: "둘", Servers: []int{1}, Extensions: []string{"1010"}}})
			if err != nil {
				b.Fatal(err)
			}
			o := &Options{Directory: func() *tenant.Directory { return dir }, Sink: &nobody{}, Logger: slog.New(slog.DiscardHandler), InboxBytes: 64 << 20}
			s, err := newServer(o, &ServerOptions{ID: 1, Address: "127.0.0.1:1", Events: Login{"a", "b"}})
			if err != nil {
				b.Fatal(err)
			}
			s.begin()
			const calls = 2000
			var m ami.Message
			var batches []*batch
			for n := range calls {
				if n%10 == 0 {
					batches = append(batches, new(batch))
				}
				to := batches[len(batches)-1]
				for _, text := range callEvents(n, prefix) {
					if err := ami.Parse([]byte(text), &m); err != nil {
						b.Fatal(err)
					}
					to.arena.Add(&m)
					to.items = append(to.items, itemEvent)
				}
			}
			i, batch, now := 0, 0, time.Now()
			b.ReportAllocs()
			for b.Loop() {
				from := batches[batch]
				if s.found = from; i == from.arena.Len() {
					for j := range from.told {
						s.teller.one(from, &from.told[j])
					}
					from.told = from.told[:0]
					i, batch, now = 0, (batch+1)%len(batches), time.Now()
					from = batches[batch]
					s.found = from
				}
				from.arena.At(i, &m)
				s.one(itemEvent, i, &m, now)
				i++
			}
		})
	}
}
