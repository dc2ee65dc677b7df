package ami

import (
	"bytes"
	"iter"
	"math"
	"strings"
)

// Kind is the type of a message as the WebSocket protocol numbers it.
type Kind uint8

// The documented types of messages. The first line alone decides.
const (
	KindUnknown       Kind = 0 // anything else
	KindPrompt        Kind = 1 // the greeting, one line
	KindAction        Kind = 2 // "Action: …"
	KindEvent         Kind = 3 // "Event: …", also when a Response header follows
	KindResponse      Kind = 4 // "Response: …"
	KindCommandOutput Kind = 5 // "Response: Follows" up to "--END COMMAND--", Asterisk 13 and older
	KindQueueList     Kind = 6 // the text of a queue, action Queues of Asterisk 13 and older
)

// String returns a short name for logs.
func (k Kind) String() string {
	names := [...]string{"unknown", "prompt", "action", "event", "response", "command output", "queue list"}
	if int(k) < len(names) {
		return names[k]
	}
	return "invalid"
}

// field marks one header inside Message.src. 12 bytes keep the table of a
// 20-header event in 240.
type field struct {
	at, end uint32 // of the line
	name    uint16 // length of the name
	gap     uint8  // between name and value
	known   Name
}

// maxName is the longest name of a header.
const maxName = math.MaxUint16

// outputLine in field.gap says that the line is one of a "Response: Follows"
// body, which has the name "Output" but does not spell it.
const outputLine = math.MaxUint8

func (f *field) isOutputLine() bool { return f.gap == outputLine }

// value is where the value begins.
func (f *field) value() uint32 {
	if f.isOutputLine() {
		return f.at
	}
	return f.at + uint32(f.name) + uint32(f.gap)
}

var output = []byte("Output")

// Message is a view of one message: its bytes stay in the buffer they were
// read into, and are valid as long as the function that gave the Message says.
// The zero value is an empty message of KindUnknown. Copy it with Clone, not by
// assignment.
type Message struct {
	raw    []byte  // the message as on the wire
	src    []byte  // what fields point into: raw, or made
	made   []byte  // headers made from the text of a queue list
	fields []field // in wire order; table, or part of an Arena
	table  []field // the message's own field table, used again
	kind   Kind
}

// Kind returns the type of the message.
func (m *Message) Kind() Kind { return m.kind }

// Len returns the number of headers.
func (m *Message) Len() int { return len(m.fields) }

// Header returns the i-th header in wire order. The name has its letter case
// of the wire; it is empty for a line that has no colon, whose text is the
// value. Index out of range panics, as with a slice.
func (m *Message) Header(i int) (name, value []byte) {
	f := &m.fields[i]
	return m.name(f), m.value(f)
}

// HeaderName returns the number of the i-th header's name, 0 when it is not one
// that is used often.
func (m *Message) HeaderName(i int) Name { return m.fields[i].known }

func (m *Message) name(f *field) []byte {
	if f.isOutputLine() {
		return output
	}
	end := f.at + uint32(f.name)
	return m.src[f.at:end:end]
}

func (m *Message) value(f *field) []byte { return m.src[f.value():f.end:f.end] }

// All iterates over the headers in wire order, repeated ones each time,
// without allocation.
func (m *Message) All() iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		for i := range m.fields {
			if !yield(m.Header(i)) {
				return
			}
		}
	}
}

// Value returns the first value of a header, its name compared without ASCII
// letter case, or nil when the message has none. It does not allocate.
func (m *Message) Value(name string) []byte {
	for i := range m.fields {
		f := &m.fields[i]
		if int(f.name) == len(name) || f.isOutputLine() {
			if foldEqual(m.name(f), name) {
				return m.value(f)
			}
		}
	}
	return nil
}

// Get returns Value as a string.
func (m *Message) Get(name string) string { return string(m.Value(name)) }

// Is reports whether the first value of a header equals value without ASCII
// letter case.
func (m *Message) Is(name, value string) bool { return foldEqual(m.Value(name), value) }

// Event returns the event's name, or nil when the message is no event.
func (m *Message) Event() []byte {
	if m.kind != KindEvent || len(m.fields) == 0 {
		return nil
	}
	return m.value(&m.fields[0])
}

// ActionID returns the message's ActionID, or nil.
func (m *Message) ActionID() []byte {
	for i := range m.fields {
		f := &m.fields[i]
		if f.known == actionID || f.known == 0 && f.name == 8 && foldEqual(m.name(f), "ActionID") {
			return m.value(f)
		}
	}
	return nil
}

// Bytes returns the message as it came, with its blank line. Only a message
// that is Truncated differs: skipped lines are missing and the header
// "Truncated: yes" is there.
func (m *Message) Bytes() []byte { return m.raw }

// Truncated reports whether output was skipped because it passed the bound.
func (m *Message) Truncated() bool {
	return (m.kind == KindResponse || m.kind == KindCommandOutput) && m.Is("Truncated", "yes")
}

// Outputs iterates over the values of the Output headers, for KindCommandOutput
// over the lines of its body, for KindQueueList over the lines of its text.
func (m *Message) Outputs() iter.Seq[[]byte] {
	if m.kind == KindQueueList {
		return textLines(m.raw)
	}
	return func(yield func([]byte) bool) {
		for i := range m.fields {
			f := &m.fields[i]
			if !f.isOutputLine() && !(f.name == 6 && foldEqual(m.name(f), "output")) {
				continue
			}
			if !yield(m.value(f)) {
				return
			}
		}
	}
}

// Output returns all Outputs joined by a line feed.
func (m *Message) Output() string {
	var b strings.Builder
	first := true
	for line := range m.Outputs() {
		if !first {
			b.WriteByte('\n')
		}
		first = false
		b.Write(line)
	}
	return b.String()
}

// Clone returns a copy that owns its memory.
func (m *Message) Clone() *Message {
	c := &Message{kind: m.kind}
	c.fields = append(make([]field, 0, len(m.fields)), m.fields...)
	c.raw = bytes.Clone(m.raw)
	c.src = c.raw
	if m.kind == KindQueueList {
		c.made = bytes.Clone(m.src)
		c.src = c.made
	}
	return c
}

// foldEqual reports whether b equals s without ASCII letter case.
func foldEqual(b []byte, s string) bool {
	if len(b) != len(s) {
		return false
	}
	for i := range b {
		x, y := b[i], s[i]
		if x != y && (x|0x20 != y|0x20 || x|0x20 < 'a' || x|0x20 > 'z') {
			return false
		}
	}
	return true
}

// textLines iterates over the non-empty lines of a text.
func textLines(text []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for line := range bytes.SplitSeq(text, []byte("\n")) {
			line = bytes.TrimSuffix(line, []byte("\r"))
			if len(line) > 0 && !yield(line) {
				return
			}
		}
	}
}
