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

// headers tells which field the value of a header is. Names are as Asterisk
// writes them, and all among those that package ami numbers.
var headers = map[string]func(*fields) *[]byte{
	"Channel":          func(f *fields) *[]byte { return &f.main.channel },
	"ChannelState":     func(f *fields) *[]byte { return &f.main.state },
	"Uniqueid":         func(f *fields) *[]byte { return &f.main.uniqueid },
	"Linkedid":         func(f *fields) *[]byte { return &f.main.linkedid },
	"CallerIDNum":      func(f *fields) *[]byte { return &f.main.number },
	"CallerIDName":     func(f *fields) *[]byte { return &f.main.name },
	"AccountCode":      func(f *fields) *[]byte { return &f.main.account },
	"Context":          func(f *fields) *[]byte { return &f.main.context },
	"Exten":            func(f *fields) *[]byte { return &f.main.exten },
	"DestChannel":      func(f *fields) *[]byte { return &f.dest.channel },
	"DestChannelState": func(f *fields) *[]byte { return &f.dest.state },
	"DestUniqueid":     func(f *fields) *[]byte { return &f.dest.uniqueid },
	"DestLinkedid":     func(f *fields) *[]byte { return &f.dest.linkedid },
	"DestCallerIDNum":  func(f *fields) *[]byte { return &f.dest.number },
	"DestCallerIDName": func(f *fields) *[]byte { return &f.dest.name },
	"DestContext":      func(f *fields) *[]byte { return &f.dest.context },
	"DestExten":        func(f *fields) *[]byte { return &f.dest.exten },
	"Application":      func(f *fields) *[]byte { return &f.application },
	"AppData":          func(f *fields) *[]byte { return &f.data },
	"ApplicationData":  func(f *fields) *[]byte { return &f.data },
	"BridgeUniqueid":   func(f *fields) *[]byte { return &f.bridge },
	"BridgeId":         func(f *fields) *[]byte { return &f.bridge },
	"BridgeType":       func(f *fields) *[]byte { return &f.kind },
	"SwapUniqueid":     func(f *fields) *[]byte { return &f.swap },
	"DialStatus":       func(f *fields) *[]byte { return &f.status },
	"DialString":       func(f *fields) *[]byte { return &f.dial },
	"Cause":            func(f *fields) *[]byte { return &f.cause },
	"Cause-txt":        func(f *fields) *[]byte { return &f.causeText },
	"Duration":         func(f *fields) *[]byte { return &f.duration },
	"Queue":            func(f *fields) *[]byte { return &f.queue },
	"Newname":          func(f *fields) *[]byte { return &f.newn },
}

var byNumber = func() (t [ami.Names]func(*fields) *[]byte) {
	for name, field := range headers {
		t[ami.NameOf(name)] = field
	}
	return t
}()

// read collects the fields of m in one pass.
func (f *fields) read(m *ami.Message) {
	for i := range m.Len() {
		if field := byNumber[m.HeaderName(i)]; field != nil {
			_, v := m.Header(i)
			set(field(f), v)
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
