package call

import (
	"strings"
	"unicode/utf8"

	"github.com/dipcast/dipcast/ami"
)

// Bounds of what is taken from one header, in bytes: nothing a caller chooses
// makes a call large.
const (
	maxName   = 128
	maxNumber = 64
	maxID     = 256 // channel names, ids, contexts
)

// about are the headers that an event has of one channel.
type about struct {
	channel, state, uniqueid, linkedid []byte
	was                                []byte // a Linkedid that may be out of date
	number, name, account              []byte
	context, exten                     []byte
}

// fields are the headers of one event that calls are made from.
type fields struct {
	main, dest            about
	application, data     []byte
	bridge, kind, swap    []byte
	status, dial          []byte
	cause, causeText      []byte
	duration, queue, newn []byte
}

// read collects the fields of m in one pass. Names are as Asterisk writes them.
func (f *fields) read(m *ami.Message) {
	for i := range m.Len() {
		name, v := m.Header(i)
		switch string(name) {
		case "Channel":
			set(&f.main.channel, v)
		case "ChannelState":
			set(&f.main.state, v)
		case "Uniqueid":
			set(&f.main.uniqueid, v)
		case "Linkedid":
			set(&f.main.linkedid, v)
		case "CallerIDNum":
			set(&f.main.number, v)
		case "CallerIDName":
			set(&f.main.name, v)
		case "AccountCode":
			set(&f.main.account, v)
		case "Context":
			set(&f.main.context, v)
		case "Exten":
			set(&f.main.exten, v)
		case "DestChannel":
			set(&f.dest.channel, v)
		case "DestChannelState":
			set(&f.dest.state, v)
		case "DestUniqueid":
			set(&f.dest.uniqueid, v)
		case "DestLinkedid":
			set(&f.dest.linkedid, v)
		case "DestCallerIDNum":
			set(&f.dest.number, v)
		case "DestCallerIDName":
			set(&f.dest.name, v)
		case "DestContext":
			set(&f.dest.context, v)
		case "DestExten":
			set(&f.dest.exten, v)
		case "Application":
			set(&f.application, v)
		case "AppData", "ApplicationData":
			set(&f.data, v)
		case "BridgeUniqueid", "BridgeId":
			set(&f.bridge, v)
		case "BridgeType":
			set(&f.kind, v)
		case "SwapUniqueid":
			set(&f.swap, v)
		case "DialStatus":
			set(&f.status, v)
		case "DialString":
			set(&f.dial, v)
		case "Cause":
			set(&f.cause, v)
		case "Cause-txt":
			set(&f.causeText, v)
		case "Duration":
			set(&f.duration, v)
		case "Queue":
			set(&f.queue, v)
		case "Newname":
			set(&f.newn, v)
		}
	}
}

// set keeps the first value of a header.
func set(to *[]byte, v []byte) {
	if *to == nil {
		*to = v
	}
}

// other reads what a rarer event says of a channel under a prefix, such as
// "Parkee". Its Linkedid can be that of before the event.
func other(m *ami.Message, prefix string) about {
	return about{
		channel: m.Value(prefix + "Channel"), state: m.Value(prefix + "ChannelState"),
		uniqueid: m.Value(prefix + "Uniqueid"), was: m.Value(prefix + "Linkedid"),
		number: m.Value(prefix + "CallerIDNum"), name: m.Value(prefix + "CallerIDName"),
		context: m.Value(prefix + "Context"), exten: m.Value(prefix + "Exten"),
	}
}

// text makes a header's value a string of at most limit bytes: valid UTF-8, ""
// for the literal that means unknown.
func text(v []byte, limit int) string {
	if len(v) == 0 || string(v) == "<unknown>" {
		return ""
	}
	if len(v) > limit {
		v = v[:limit]
		for range utf8.UTFMax { // half a character at the end
			if r, n := utf8.DecodeLastRune(v); r != utf8.RuneError || n != 1 {
				break
			}
			v = v[:len(v)-1]
		}
	}
	if utf8.Valid(v) {
		return string(v)
	}
	return strings.ToValidUTF8(string(v), "\uFFFD")
}

// usable reports whether an id is one: not empty, not too long, not "<unknown>",
// and text.
func usable(id []byte) bool {
	return len(id) > 0 && len(id) <= maxID && id[0] != '<' && utf8.Valid(id)
}

// callerNumber reads a caller's number. What is no number, such as "anonymous", is
// none.
func callerNumber(v []byte) string {
	s := text(v, maxNumber)
	if !dialable(s) {
		return ""
	}
	return s
}

// dialable reports whether s is made of what one can dial, and not empty.
func dialable(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9', c == '+', c == '*', c == '#':
		default:
			return false
		}
	}
	return s != ""
}

// digits reads a short decimal number, 0 when it is none.
func digits(v []byte) int {
	n := 0
	for _, c := range v {
		if c < '0' || c > '9' || n > 1e6 {
			return 0
		}
		n = n*10 + int(c-'0')
	}
	return n
}
