package attribution_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"regexp"
	"testing"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/attribution"
	"github.com/dipcast/dipcast/internal/tenant"
)

var (
	ids     = regexp.MustCompile(`\b(1[0-9]{9}\.[0-9]+|my-uid-[12])\b`)
	bridges = regexp.MustCompile(`(?m)^(BridgeUniqueid: )([0-9a-f]{8})`)
	phones  = regexp.MustCompile(`\b(Queue:\S+_)?PJSIP/(1010|1013|1020)\b`)
	objects = regexp.MustCompile(`(?mi)^(AOR|Endpoint|EndpointName|Peer): (1010|1013|1020)\r`)
	mainExt = []string{"1010", "1013", "1020"}
)

// become rewrites a recorded event of T2 into one of another tenant, in a call
// of its own.
func become(t testing.TB, e *ami.Message, who *tenant.Tenant, stream int) *ami.Message {
	b := bytes.Clone(e.Bytes())
	b = ids.ReplaceAll(b, fmt.Appendf(nil, "s%d-$1", stream))
	b = bridges.ReplaceAll(b, fmt.Appendf(nil, "${1}%08x", stream))
	b = bytes.ReplaceAll(b, []byte("T2_"), []byte(who.Prefix()))
	b = bytes.ReplaceAll(b, []byte(did(2)), []byte(did(who.Number)))
	b = phones.ReplaceAll(b, []byte("${1}PJSIP/"+who.Prefix()+"$2"))
	b = objects.ReplaceAll(b, []byte("$1: "+who.Prefix()+"$2\r"))
	return parse(t, b)
}

func mainTenant() *tenant.Tenant {
	m := numbered(1)
	m.Main, m.Contexts = true, append(tenant.DefaultMainContexts(), "hints")
	m.Extensions = mainExt
	return m
}

// TestMixes: calls of five tenants with confusable markers and of a main tenant
// run at the same time in random order; each event is still its tenant's, or
// nobody's where the recording alone gives it to nobody.
func TestMixes(t *testing.T) {
	tenants := []*tenant.Tenant{mainTenant(), numbered(2), numbered(10), numbered(21), numbered(102)}
	// T1 exists as a marker too: the main tenant is number 1 without a prefix.
	all := recordings(t)
	v := view(tenants...)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 1))
	checked := 0
	for range 20 {
		type stream struct {
			who    *tenant.Tenant
			events []*ami.Message
			want   []string
		}
		var streams []stream
		for i := range 12 {
			r := all[rnd.IntN(len(all))]
			if len(r.events) == 0 {
				continue
			}
			s := stream{who: tenants[rnd.IntN(len(tenants))]}
			alone := attribution.New(v)
			for _, e := range r.events {
				e = become(t, e, s.who, i)
				s.events = append(s.events, e)
				s.want = append(s.want, name(alone.Event(e, time.Now())))
			}
			streams = append(streams, s)
		}
		mixed := attribution.New(v)
		for len(streams) > 0 {
			k := rnd.IntN(len(streams))
			s := &streams[k]
			got := name(mixed.Event(s.events[0], time.Now()))
			if got != s.want[0] {
				t.Fatalf("in a mix %s's, alone %s's:\n%s", got, s.want[0], s.events[0].Bytes())
			}
			if got != "-" && got != s.who.ID.String() {
				t.Fatalf("%s's event of a call of %s:\n%s", got, s.who.ID, s.events[0].Bytes())
			}
			checked++
			if s.events, s.want = s.events[1:], s.want[1:]; len(s.events) == 0 {
				streams = append(streams[:k], streams[k+1:]...)
			}
		}
	}
	if checked < 5000 {
		t.Errorf("only %d events were mixed", checked)
	}
}

func name(r attribution.Result) string {
	if r.Tenant == nil {
		return "-"
	}
	return r.Tenant.ID.String()
}

// TestRewrittenTranscripts: the rewriting itself keeps the truth: as another
// tenant's, each recorded call is exactly that tenant's.
func TestRewrittenTranscripts(t *testing.T) {
	m := readMarkup(t)
	for _, who := range []*tenant.Tenant{mainTenant(), numbered(10), numbered(21), numbered(102)} {
		own := 0
		for _, r := range recordings(t) {
			a := attribution.New(view(who, numbered(2)))
			o := newOracle(m, r)
			for _, e := range r.events {
				call := e.Get("Linkedid")
				got := name(a.Event(become(t, e, who, 7), time.Now()))
				if got == "T2" {
					t.Fatalf("%s: T2's event of a call of %s:\n%s", r.name, who.ID, e.Bytes())
				}
				if call != "" && o.m.rule(o.rec, call) == "T2" && got != who.ID.String() {
					t.Fatalf("%s: %s's, want %s:\n%s", r.name, got, who.ID, e.Bytes())
				}
				if got == who.ID.String() {
					own++
				}
			}
		}
		if own < 1500 {
			t.Errorf("%s: only %d events", who.ID, own)
		}
	}
}

func event(t testing.TB, lines ...string) *ami.Message {
	t.Helper()
	var b []byte
	for _, l := range lines {
		b = append(b, l...)
		b = append(b, "\r\n"...)
	}
	return parse(t, append(b, "\r\n"...))
}

// TestRules: what no recording shows.
func TestRules(t *testing.T) {
	v := view(mainTenant(), numbered(2), numbered(3), numbered(21))
	tests := []struct {
		name  string
		given [][]string // events before
		event []string
		want  string
	}{
		{"a tenant's endpoint", nil, []string{"Event: ContactStatus", "AOR: T2_1010", "EndpointName: T2_1010"}, "T2"},
		{"T21 is not T2", nil, []string{"Event: DeviceStateChange", "Device: PJSIP/T21_1010"}, "T21"},
		{"a tenant this server does not have", nil, []string{"Event: DeviceStateChange", "Device: PJSIP/T4_1010"}, "-"},
		{"marker not at a boundary", nil, []string{"Event: DeviceStateChange", "Device: PJSIP/XT2_1010"}, "-"},
		{"the main tenant's extension", nil, []string{"Event: DeviceStateChange", "Device: PJSIP/1010"}, "T1"},
		{"its second device", nil, []string{"Event: DeviceStateChange", "Device: PJSIP/1010_1"}, "T1"},
		{"its lamp", nil, []string{"Event: DeviceStateChange", "Device: Custom:CFI_1010"}, "T1"},
		{"a queue's device that ends like a phone's", nil, []string{"Event: DeviceStateChange", "Device: Queue:q-100_pause_PJSIP/1013"}, "-"},
		{"a mailbox", nil, []string{"Event: MessageWaiting", "Mailbox: 1010@T2_voicemail", "Waiting: 1"}, "T2"},
		{"the main tenant's mailbox", nil, []string{"Event: MessageWaiting", "Mailbox: 1010@voicemail", "Waiting: 1"}, "T1"},
		{"and on VitalPBX", nil, []string{"Event: MessageWaiting", "Mailbox: 1010@vitalpbx-voicemail", "Waiting: 1"}, "T1"},
		{"a mailbox of nobody there", nil, []string{"Event: MessageWaiting", "Mailbox: 9999@voicemail", "Waiting: 1"}, "-"},
		{"a mailbox whose context names no tenant", nil, []string{"Event: MessageWaiting", "Mailbox: 1010@acme-voicemail", "Waiting: 1"}, "-"},
		{"a mailbox of a tenant that is not there", nil, []string{"Event: MessageWaiting", "Mailbox: 1010@T4_voicemail", "Waiting: 1"}, "-"},
		{"a stranger's device", nil, []string{"Event: DeviceStateChange", "Device: PJSIP/9999"}, "-"},
		{"the main tenant's context", nil, []string{"Event: ExtensionStatus", "Exten: 1010", "Context: extension-hints"}, "T1"},
		{"a lamp", nil, []string{"Event: DeviceStateChange", "Device: Custom:T2_CFI_1010"}, "T2"},
		{"a queue", nil, []string{"Event: QueueCallerJoin", "Channel: PJSIP/trk-1-00000001", "Uniqueid: 1.1", "Linkedid: 1.1", "Queue: T3_Q600"}, "T3"},
		{"names that people choose", nil, []string{"Event: Newchannel", "Channel: PJSIP/trk-1-00000001", "CallerIDName: T2_x", "CallerIDNum: T3_x", "Context: default", "Exten: T2_1010", "Uniqueid: 1.1", "Linkedid: 1.1"}, "-"},
		{"a dialled text in a Local channel", nil, []string{"Event: Newchannel", "Channel: Local/T3_1010@default-00000001;1", "Context: default", "Uniqueid: 1.1", "Linkedid: 1.1"}, "-"},
		{"two tenants in one event", nil, []string{"Event: DialBegin", "Channel: PJSIP/T2_1010-00000001", "DestChannel: PJSIP/T3_1010-00000002"}, "-"},
		{"channel of one, context of another", nil, []string{"Event: Newexten", "Channel: PJSIP/T2_1010-00000001", "Context: T3_cos-all"}, "-"},
		{"a DID where it counts", nil, []string{"Event: Newchannel", "Channel: PJSIP/trk-1-00000001", "Context: trk-1-in", "Exten: " + did(3), "Uniqueid: 1.1", "Linkedid: 1.1"}, "T3"},
		{"a DID with the country's code", nil, []string{"Event: Newchannel", "Channel: PJSIP/trk-1-00000001", "Context: trk-1-in", "Exten: +82" + did(3)[1:], "Uniqueid: 1.1", "Linkedid: 1.1"}, "T3"},
		{"a DID elsewhere", nil, []string{"Event: Newchannel", "Channel: PJSIP/x-00000001", "Context: default", "Exten: " + did(3), "Uniqueid: 1.1", "Linkedid: 1.1"}, "-"},
		{
			"a UserEvent's own fields do not count", nil,
			[]string{"Event: UserEvent", "Privilege: user,all", "UserEvent: x", "Channel: PJSIP/T2_1010-00000001", "Context: T2_cos-all"},
			"-",
		},
		{
			"T2 calls T3's DID: the outgoing leg stays T2's",
			[][]string{{"Event: Newchannel", "Channel: PJSIP/T2_1010-00000001", "Context: T2_cos-all", "Uniqueid: 1.1", "Linkedid: 1.1"}},
			[]string{"Event: Newchannel", "Channel: PJSIP/trk-1-00000002", "Context: trk-1-in", "Exten: " + did(3), "Uniqueid: 1.2", "Linkedid: 1.1"},
			"T2",
		},
		{
			"a call of two tenants: each sees its own leg",
			[][]string{
				{"Event: Newchannel", "Channel: PJSIP/T2_1010-00000001", "Context: T2_cos-all", "Uniqueid: 1.1", "Linkedid: 1.1"},
				{"Event: Newchannel", "Channel: PJSIP/T3_1010-00000002", "Context: T3_cos-all", "Uniqueid: 1.2", "Linkedid: 1.1"},
			},
			[]string{"Event: Hangup", "Channel: PJSIP/T3_1010-00000002", "Uniqueid: 1.2", "Linkedid: 1.1"},
			"T3",
		},
		{
			"and a third leg of theirs is nobody's",
			[][]string{
				{"Event: Newchannel", "Channel: PJSIP/T2_1010-00000001", "Context: T2_cos-all", "Uniqueid: 1.1", "Linkedid: 1.1"},
				{"Event: Newchannel", "Channel: PJSIP/T3_1010-00000002", "Context: T3_cos-all", "Uniqueid: 1.2", "Linkedid: 1.1"},
			},
			[]string{"Event: Newchannel", "Channel: PJSIP/trk-1-00000003", "Context: default", "Uniqueid: 1.3", "Linkedid: 1.1"},
			"-",
		},
		{
			"a Local device of a context that begins like the main tenant's fax",
			nil,
			[]string{"Event: DeviceStateChange", "Device: Local/rx@fax-in", "State: INUSE"},
			"-",
		},
		{
			"a Local device of the main tenant",
			nil,
			[]string{"Event: DeviceStateChange", "Device: Local/1010@cos-all", "State: INUSE"},
			"T1",
		},
		{
			"a line that a caller put in: another call's Linkedid",
			[][]string{{"Event: Newchannel", "Channel: PJSIP/T2_1010-00000001", "Context: T2_cos-all", "Uniqueid: 1.1", "Linkedid: 1.1"}},
			[]string{"Event: Newchannel", "Channel: PJSIP/trk-1-00000002", "CallerIDNum: x", "Linkedid: 1.1", "Context: trk-1-in", "Exten: " + did(3), "Uniqueid: 1.2", "Linkedid: 1.2"},
			"-",
		},
		{
			"and behind the real one",
			[][]string{{"Event: Newchannel", "Channel: PJSIP/T2_1010-00000001", "Context: T2_cos-all", "Uniqueid: 1.1", "Linkedid: 1.1"}},
			[]string{"Event: Newexten", "Channel: PJSIP/trk-1-00000002", "Context: trk-1-in", "Uniqueid: 1.2", "Linkedid: 1.2", "AppData: x", "Linkedid: 1.1"},
			"-",
		},
		{
			"what was in doubt is not remembered",
			[][]string{
				{"Event: Newchannel", "Channel: PJSIP/T2_1010-00000001", "Context: T2_cos-all", "Uniqueid: 1.1", "Linkedid: 1.1"},
				{"Event: Newchannel", "Channel: PJSIP/trk-1-00000002", "CallerIDNum: x", "Linkedid: 1.1", "Context: default", "Uniqueid: 1.2", "Linkedid: 1.2"},
			},
			[]string{"Event: Newstate", "Channel: PJSIP/trk-1-00000002", "Context: default", "Uniqueid: 1.2", "Linkedid: 1.2"},
			"-",
		},
		{
			"a Cdr behind the Hangup",
			[][]string{
				{"Event: Newchannel", "Channel: PJSIP/trk-1-00000001", "Context: trk-1-in", "Exten: " + did(2), "Uniqueid: 1.1", "Linkedid: 1.1"},
				{"Event: Hangup", "Channel: PJSIP/trk-1-00000001", "Uniqueid: 1.1", "Linkedid: 1.1"},
			},
			[]string{"Event: Cdr", "Channel: PJSIP/trk-1-00000001", "UniqueID: 1.1"},
			"T2",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := attribution.New(v)
			for _, g := range tt.given {
				a.Event(event(t, g...), time.Now())
			}
			if got := name(a.Event(event(t, tt.event...), time.Now())); got != tt.want {
				t.Errorf("%s's, want %s", got, tt.want)
			}
		})
	}
}

// TestExtensions: the set grows with the call, and every event of the call
// from then on carries it.
func TestExtensions(t *testing.T) {
	a := attribution.New(view(numbered(2)))
	steps := []struct {
		event []string
		want  string
	}{
		{[]string{"Event: Newchannel", "Channel: PJSIP/trk-1-00000001", "Context: trk-1-in", "Exten: " + did(2), "Uniqueid: 1.1", "Linkedid: 1.1"}, "[1010]"},
		{[]string{"Event: Newchannel", "Channel: PJSIP/T2_1013-00000002", "Context: T2_cos-all", "Exten: s", "Uniqueid: 1.2", "Linkedid: 1.1"}, "[1010 1013]"},
		{[]string{"Event: VarSet", "Channel: PJSIP/trk-1-00000001", "Context: trk-1-in", "Uniqueid: 1.1", "Linkedid: 1.1", "Variable: X", "Value: T2_1020"}, "[1010 1013]"},
		{[]string{"Event: DeviceStateChange", "Device: PJSIP/T2_1020"}, "[1020]"},
		{[]string{"Event: DeviceStateChange", "Device: Custom:T2_CFI_1013"}, "[1013]"},
		{[]string{"Event: ExtensionStatus", "Exten: 1020", "Context: T2_hints"}, "[1020]"},
		{[]string{"Event: DeviceStateChange", "Device: PJSIP/T2_1020_1"}, "[1020]"},
		{[]string{"Event: MessageWaiting", "Mailbox: 1013@T2_voicemail"}, "[1013]"},
	}
	for _, s := range steps {
		if got := fmt.Sprint(a.Event(event(t, s.event...), time.Now()).Exts.List()); got != s.want {
			t.Errorf("%v: %s, want %s", s.event, got, s.want)
		}
	}
}

// TestChannelIsFoundByName: live, ended, and another of its name.
func TestChannelIsFoundByName(t *testing.T) {
	a := attribution.New(view(numbered(2)))
	a.Expect("own-1", numbered(2))
	a.Event(event(t, "Event: Newchannel", "Channel: Local/1010@T2_cos-all-00000001;1", "Context: T2_cos-all", "Uniqueid: own-1", "Linkedid: own-1"), time.Now())
	live, ok := a.Channel("Local/1010@T2_cos-all-00000001;1")
	if !ok || live.Tenant == nil || live.Linkedid != "own-1" || !live.Exts.Has("1010") || live.Ended {
		t.Errorf("got %+v %v", live, ok)
	}
	a.Event(event(t, "Event: Hangup", "Channel: Local/1010@T2_cos-all-00000001;1", "Uniqueid: own-1", "Linkedid: own-1"), time.Now())
	if live, ok := a.Channel("Local/1010@T2_cos-all-00000001;1"); !ok || !live.Ended || live.Tenant == nil {
		t.Errorf("after its end: %+v %v", live, ok)
	}
	a.Event(event(t, "Event: Newchannel", "Channel: Local/1010@T2_cos-all-00000001;1", "Context: T2_cos-all", "Uniqueid: own-2", "Linkedid: own-2"), time.Now())
	if live, ok := a.Channel("Local/1010@T2_cos-all-00000001;1"); !ok || live.Ended || live.Uniqueid != "own-2" {
		t.Errorf("a new channel of the name: %+v %v", live, ok)
	}
}

// TestNewDirectory: after a change of the tenants, calls under way are still
// theirs, as the new directory describes them; those of a removed tenant are
// nobody's.
func TestNewDirectory(t *testing.T) {
	a := attribution.New(view(numbered(2), numbered(3)))
	for _, n := range []string{"2", "3"} {
		a.Event(event(t, "Event: Newchannel", "Channel: PJSIP/T"+n+"_1010-00000001", "Context: T"+n+"_cos-all", "Uniqueid: "+n, "Linkedid: "+n), time.Now())
	}
	fresh := numbered(2)
	a.SetView(view(fresh))
	trunk := func(call string) *tenant.Tenant {
		return a.Event(event(t, "Event: Newchannel", "Channel: PJSIP/trk-1-00000002", "Context: default", "Uniqueid: x"+call, "Linkedid: "+call), time.Now()).Tenant
	}
	if got := trunk("2"); got != fresh {
		t.Errorf("got %v, want the tenant of the new directory", got)
	}
	if got := trunk("3"); got != nil {
		t.Errorf("got %v, want nobody", got)
	}
}

func BenchmarkEvent(b *testing.B) {
	v := view(mainTenant(), numbered(2), numbered(10), numbered(21), numbered(102))
	var events []*ami.Message
	for _, r := range recordings(b) {
		events = append(events, r.events...)
	}
	a := attribution.New(v)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		a.Event(events[i%len(events)], time.Now())
		i++
	}
}
