package call_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/call/calltest"
)

// serverState is what an Asterisk that sent these events would list: each
// channel as its last event shows it, and the bridge it is in.
type serverState struct {
	chans map[string]*listed
	kinds map[string]string // bridge → type
}

type listed struct {
	header    map[string]string // of its last event
	app, data string
	bridge    string
	began     time.Time
	hangsUp   bool // it may have left its bridge before events say so
}

// copied are the headers that events and items share.
var copied = []string{
	"Channel", "ChannelState", "ChannelStateDesc", "CallerIDNum", "CallerIDName", "ConnectedLineNum", "ConnectedLineName",
	"AccountCode", "Context", "Exten", "Priority", "Uniqueid", "Linkedid",
}

func newServerState() *serverState {
	return &serverState{chans: map[string]*listed{}, kinds: map[string]string{}}
}

func (s *serverState) event(e timed) {
	m := e.m
	event := string(m.Event())
	if event == "OriginateResponse" || event == "Cdr" {
		return
	}
	for _, prefix := range []string{"", "Dest", "LocalOne", "LocalTwo", "Parkee", "Retriever"} {
		id := m.Get(prefix + "Uniqueid")
		c := s.chans[id]
		if c == nil {
			if event != "Newchannel" || prefix != "" {
				continue
			}
			c = &listed{header: map[string]string{}, began: e.at}
			s.chans[id] = c
		}
		for _, h := range copied {
			if v := m.Value(prefix + h); v != nil {
				c.header[h] = string(v)
			}
		}
	}
	id := m.Get("Uniqueid")
	c := s.chans[id]
	if c == nil {
		return
	}
	switch event {
	case "HangupRequest":
		c.hangsUp = true
	case "Newexten":
		c.app, c.data = m.Get("Application"), m.Get("AppData")
	case "BridgeEnter":
		c.bridge = m.Get("BridgeUniqueid")
		s.kinds[c.bridge] = m.Get("BridgeType")
		if o := s.chans[m.Get("SwapUniqueid")]; o != nil && o.bridge == c.bridge {
			o.bridge = ""
		}
		if s.kinds[c.bridge] == "basic" { // as Asterisk does it, see the package comment
			for _, o := range s.chans {
				if o.bridge == c.bridge {
					o.header["Linkedid"] = c.header["Linkedid"]
				}
			}
		}
	case "BridgeLeave":
		if c.bridge == m.Get("BridgeUniqueid") {
			c.bridge = ""
		}
	case "Hangup":
		delete(s.chans, id)
	}
}

// items are the list that CoreShowChannels would give.
func (s *serverState) items(t testing.TB, at time.Time) []timed {
	t.Helper()
	var out []timed
	for _, id := range slices.Sorted(maps.Keys(s.chans)) {
		c := s.chans[id]
		var b strings.Builder
		b.WriteString("Event: CoreShowChannel\r\n")
		for _, h := range copied {
			fmt.Fprintf(&b, "%s: %s\r\n", h, c.header[h])
		}
		d := int(at.Sub(c.began).Seconds())
		fmt.Fprintf(&b, "Application: %s\r\nApplicationData: %s\r\nDuration: %02d:%02d:%02d\r\nBridgeId: %s\r\n\r\n", c.app, c.data, d/3600, d/60%60, d%60, c.bridge)
		out = append(out, timed{parse(t, []byte(b.String())), at})
	}
	return out
}

// TestServerState: the lists made up for the property below are those that a
// real Asterisk gave at that moment of the recording.
func TestServerState(t *testing.T) {
	compared := 0
	for _, dir := range []string{"testdata/asterisk-16", "testdata/asterisk-22"} {
		list, err := amitest.LoadTranscripts(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, tr := range list {
			s, asked := newServerState(), []string{}
			for _, raw := range tr.Messages() {
				if !strings.HasPrefix(string(raw.Data), "Event:") {
					continue
				}
				m := parse(t, raw.Data)
				switch string(m.Event()) {
				case "CoreShowChannel":
					asked = append(asked, line(m))
				case "CoreShowChannelsComplete":
					var made []string
					for _, i := range s.items(t, epoch) {
						l := line(i.m)
						if bridge := i.m.Get("BridgeId"); s.chans[i.m.Get("Uniqueid")].hangsUp && !slices.Contains(asked, l) {
							l = strings.TrimSuffix(l, bridge)
						}
						made = append(made, l)
					}
					slices.Sort(asked)
					slices.Sort(made)
					if d := cmp.Diff(strings.Join(asked, "\n"), strings.Join(made, "\n")); d != "" {
						t.Errorf("%s/%s at %v: - real, + made\n%s", dir, tr.Name, raw.At, d)
					}
					compared += len(asked)
					asked = nil
				default:
					s.event(timed{m, epoch.Add(raw.At)})
				}
			}
		}
	}
	if compared < 100 {
		t.Errorf("only %d items were compared", compared)
	}
}

// line is what counts of an item.
func line(m *ami.Message) string {
	return strings.Join([]string{m.Get("Uniqueid"), m.Get("Linkedid"), m.Get("Channel"), m.Get("ChannelState"), m.Get("BridgeId")}, " ")
}

// TestSnapshot: wherever the stream is cut, the items of the channels that are
// alive then, and the rest of the events, lead to the same state of who talks
// to whom, at every later moment. A tracker that knew the calls before, and lost
// a piece of the stream, keeps their beginnings; one that starts there need not.
func TestSnapshot(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 1))
	for _, r := range recordings(t) {
		t.Run(r.name, func(t *testing.T) {
			for range 8 {
				cut := rnd.IntN(len(r.events))
				lost := cut - rnd.IntN(min(cut, 60)+1)
				snapshotAt(t, r, cut, cut)
				snapshotAt(t, r, lost, cut)
				snapshotAt(t, r, 0, cut)
			}
		})
	}
}

// snapshotAt hears the events before lost and those from cut on, and a snapshot
// between, and compares with who heard all.
func snapshotAt(t *testing.T, r recording, lost, cut int) {
	t.Helper()
	whole, part := newWorld(r.company(), call.Options{}), newWorld(r.company(), call.Options{})
	server := newServerState()
	for i, e := range r.events[:cut] {
		whole.event(e)
		server.event(e)
		if i < lost {
			part.event(e)
		}
	}
	before := map[string]*call.Call{}
	for _, c := range part.tracker.Live(nil) {
		before[c.ID] = c
	}
	at := r.events[cut].at
	part.attr.Reset()
	part.tracker.Begin(at)
	for _, i := range server.items(t, at) {
		part.event(i)
	}
	part.told = append(part.told, part.tracker.Finish(at)...)
	for i := cut; ; i++ {
		if d := cmp.Diff(whole.tracker.Connected(), part.tracker.Connected()); d != "" {
			t.Fatalf("lost %d to %d, at %d (%s): - all heard, + snapshot\n%s", lost, cut, i, r.events[max(i-1, 0)].m.Event(), d)
		}
		if wrong := part.tracker.Check(); wrong != "" {
			t.Fatal(wrong)
		}
		if i == len(r.events) {
			break
		}
		whole.event(r.events[i])
		part.event(r.events[i])
	}
	for id, was := range before {
		is := part.tracker.Call(id)
		if is == nil {
			t.Fatalf("lost %d to %d: %s is not known any more", lost, cut, id)
		}
		same := is.StartedAt == was.StartedAt && is.DID == was.DID
		same = same && (was.To.Number == "" || is.Direction == was.Direction && calltest.Short(is.To) == calltest.Short(was.To))
		if !same || was.From.Number != "" && calltest.Short(is.From) != calltest.Short(was.From) {
			t.Fatalf("lost %d to %d: the call became another:\n%s\n%s", lost, cut, calltest.Summary(was, nil), calltest.Summary(is, nil))
		}
		if len(is.Diverted) < len(was.Diverted) || len(is.Rung) < len(was.Rung) || was.Owner() != nil && is.Owner() != was.Owner() {
			t.Fatalf("lost %d to %d: history is lost:\n%v\n%v", lost, cut, calltest.History(was, nil), calltest.History(is, nil))
		}
		if was.AnsweredBy != nil && (is.AnsweredBy == nil || is.AnsweredAt != was.AnsweredAt) {
			t.Fatalf("lost %d to %d: the answer is lost", lost, cut)
		}
	}
}

// TestBegun: a call whose first event was not heard says so, so that its record is
// completed from elsewhere.
func TestBegun(t *testing.T) {
	for want, first := range map[bool]string{
		true:  "Newchannel Channel=PJSIP/T2_1013-00000001 ChannelState=4 CallerIDNum=1013 Context=T2_cos-all Exten=1018 Uniqueid=5.1 Linkedid=5.1",
		false: "Newstate Channel=PJSIP/T2_1013-00000001 ChannelState=4 CallerIDNum=1013 Context=T2_cos-all Exten=s Uniqueid=5.1 Linkedid=5.1",
	} {
		s := newScript(t, call.Options{Server: 1})
		told := s.say(first + "\nHangup Channel=PJSIP/T2_1013-00000001 CallerIDNum=1013 Context=T2_cos-all Exten=s Uniqueid=5.1 Linkedid=5.1 Cause=17")
		last := told[len(told)-1]
		if last.Kind != call.KindEnded || last.Call.Begun() != want {
			t.Errorf("%v, begun %v, want %v", last.Kind, last.Call.Begun(), want)
		}
	}
}
