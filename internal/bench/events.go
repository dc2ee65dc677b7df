package bench

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"strconv"
)

// header is one line of an AMI message.
type header struct{ name, value string }

// The headers that are ours: the number of the event, from 0, and the CRC-32 of
// all other lines, in hex.
const (
	numberHeader = "BenchNumber"
	sumHeader    = "BenchSum"
)

// generator makes events as Asterisk 18 and later send them. Everything in an
// event follows from its number: each call is one caller and one extension, and
// takes six events of 400 to 700 bytes.
type generator struct {
	prefix string // of the tenant's channels and contexts, such as "T2_"; "" gives events for operators only
}

// perCall is how many events a call has.
const perCall = 6

// names have what has to be escaped or is longer than its letters.
var names = []string{"김하늘", "Kim \"Sky\" Haneul", "Jürgen Groß", "상담 1팀", "C:\\office", "Ada Lovelace"}

// channel is one leg's part of an event.
func (g generator) channel(prefix, name string, call int, leg byte, state string) []header {
	code := map[string]string{"Down": "0", "Ring": "4", "Ringing": "5", "Up": "6"}[state]
	first := 1790000000 + call/8
	context := "from-phones"
	if g.prefix != "" {
		context = g.prefix + "cos-all"
	}
	linked := fmt.Sprintf("%d.%d", first, 2*call)
	unique := linked
	if leg == 'b' {
		unique = fmt.Sprintf("%d.%d", first, 2*call+1)
	}
	return []header{
		{prefix + "Channel", name},
		{prefix + "ChannelState", code},
		{prefix + "ChannelStateDesc", state},
		{prefix + "CallerIDNum", fmt.Sprintf("0200%06d", call%1000000)},
		{prefix + "CallerIDName", names[call%len(names)]},
		{prefix + "ConnectedLineNum", strconv.Itoa(1000 + call%500)},
		{prefix + "ConnectedLineName", "<unknown>"},
		{prefix + "Language", "ko"},
		{prefix + "AccountCode", ""},
		{prefix + "Context", context},
		{prefix + "Exten", strconv.Itoa(1000 + call%500)},
		{prefix + "Priority", strconv.Itoa(1 + call%7)},
		{prefix + "Uniqueid", unique},
		{prefix + "Linkedid", linked},
	}
}

// event returns the headers of event n.
func (g generator) event(n int) []header {
	call := n / perCall
	caller := fmt.Sprintf("PJSIP/%s%d-%08x", g.prefix, 2000+call%700, 2*call)
	callee := fmt.Sprintf("PJSIP/%s%d-%08x", g.prefix, 1000+call%500, 2*call+1)
	a := func(state string) []header { return g.channel("", caller, call, 'a', state) }
	b := func(state string) []header { return g.channel("", callee, call, 'b', state) }
	var name string
	var body []header
	switch n % perCall {
	case 0:
		name, body = "Newchannel", a("Down")
	case 1:
		name = "DialBegin"
		body = append(g.channel("Dest", callee, call, 'b', "Down"),
			header{"DialString", fmt.Sprintf("%s%d/sip:%d@192.0.2.%d:5060", g.prefix, 1000+call%500, 1000+call%500, call%250)})
	case 2:
		name, body = "Newstate", b("Ringing")
	case 3:
		name = "VarSet"
		body = append(b("Up"), header{"Variable", "RTPAUDIOQOSLOSS"},
			header{"Value", fmt.Sprintf("minrxlost=000.0%02d;maxrxlost=000.100;avgrxlost=000.004;stdevrxlost=000.010", call%100)})
	case 4:
		name = "BridgeEnter"
		body = append([]header{
			{"BridgeUniqueid", fmt.Sprintf("2b6a8c1e-44d0-4f7b-9d3a-%012x", call)},
			{"BridgeType", "basic"},
			{"BridgeTechnology", "simple_bridge"},
			{"BridgeCreator", "<unknown>"},
			{"BridgeName", "<unknown>"},
			{"BridgeNumChannels", "2"},
			{"BridgeVideoSourceMode", "none"},
		}, b("Up")...)
	default:
		name = "Hangup"
		body = append(a("Up"), header{"Cause", "16"}, header{"Cause-txt", "Normal Clearing"})
	}
	privilege := "call,all"
	if name == "VarSet" {
		privilege = "dialplan,all"
	}
	h := append([]header{
		{"Event", name},
		{"Privilege", privilege},
		{"Timestamp", fmt.Sprintf("%d.%06d", 1790000000+call/8, n%1000000)}, // with timestampevents=yes
		{numberHeader, fmt.Sprintf("%08d", n)},
	}, body...)
	return append(h, header{sumHeader, fmt.Sprintf("%08x", checksum(h))})
}

func checksum(h []header) uint32 {
	var b []byte
	for _, x := range h {
		b = append(append(append(append(b, x.name...), '='), x.value...), '\n')
	}
	return crc32.ChecksumIEEE(b)
}

// appendMessage adds h as AMI sends it.
func appendMessage(dst []byte, h []header) []byte {
	for _, x := range h {
		dst = append(append(append(append(dst, x.name...), ": "...), x.value...), "\r\n"...)
	}
	return append(dst, "\r\n"...)
}

// stream is a run of events, made before the clock runs.
type stream struct {
	bytes []byte
	ends  []int // of each event
}

func (g generator) stream(events int) *stream {
	s := &stream{bytes: make([]byte, 0, events*560), ends: make([]int, events)}
	for i := range events {
		s.bytes = appendMessage(s.bytes, g.event(i))
		s.ends[i] = len(s.bytes)
	}
	return s
}

// appendFrame adds what a gateway sends for event n, for the limit: a text
// frame, unmasked and whole.
func (g generator) appendFrame(dst []byte, n int) []byte {
	p := []byte(`{"type":3,"server_id":1,"server_name":"bench","ssl":false,"data":{`)
	for i, x := range g.event(n) {
		if i > 0 {
			p = append(p, ',')
		}
		p = append(append(append(p, quoted(x.name)...), ':'), quoted(x.value)...)
	}
	p = append(p, "}}"...)
	return append(append(dst, 0x81, 126, byte(len(p)>>8), byte(len(p))), p...) // events are longer than 125 bytes
}

func quoted(s string) []byte {
	b, _ := json.Marshal(s) // a string cannot fail
	return b
}
