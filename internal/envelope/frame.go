package envelope

import (
	"bytes"
	"strconv"

	"github.com/dipcast/dipcast/ami"
)

// EncodingHeader is the name of the header added to a frame when a value was
// not valid UTF-8: it lists the headers concerned, "CallerIDName=EUC-KR" or
// "CallerIDName=invalid", separated by commas. A header that comes with this
// name is dropped, so that nobody else can say it.
const EncodingHeader = "DIPCASTEncoding"

// Source is the server a frame speaks of. It holds the constant part of every
// envelope, encoded once.
type Source struct {
	ID   int
	Name string
	SSL  bool

	head []byte // ,"server_id":1,"server_name":"…","ssl":false,"data":{
}

// NewSource prepares the envelope of a server. ID 0 with an empty name is the
// gateway itself, for errors that belong to no server.
func NewSource(id int, name string, ssl bool) *Source {
	h := append([]byte(nil), `,"server_id":`...)
	h = strconv.AppendInt(h, int64(id), 10)
	h = append(h, `,"server_name":`...)
	h = AppendString(h, name)
	h = append(h, `,"ssl":`...)
	h = strconv.AppendBool(h, ssl)
	h = append(h, `,"data":{`...)
	return &Source{ID: id, Name: name, SSL: ssl, head: h}
}

// begin appends the frame up to the first member of data.
func (s *Source) begin(dst []byte, kind ami.Kind) []byte {
	dst = append(dst, `{"type":`...)
	dst = append(dst, '0'+byte(kind))
	return append(dst, s.head...)
}

// ID tells AppendMessage what to do with the ActionID of a message.
type ID struct {
	Set   bool   // replace it by Value; an empty Value removes it
	Value string // the client's own
}

// AppendMessage appends m as one frame. Repeated Output headers become one
// string joined by "\n", any other repeated header an array, at the place of
// its first occurrence. Names are compared exactly, as JSON does. An answer
// without an ActionID, as one to a line that Asterisk did not understand, gets
// the one of id at its end.
func (s *Source) AppendMessage(dst []byte, m *ami.Message, id ID) []byte {
	e := encoder{dst: s.begin(dst, m.Kind()), first: true}
	var r repeats
	r.find(m)
	hasID := false
	for i := range m.Len() {
		name, value := m.Header(i)
		n := m.HeaderName(i)
		switch {
		case n != 0 && !r.any && !(id.Set && n == actionID): // nearly all
			e.known(n, name, value)
		case id.Set && isActionID(name):
			if !hasID && id.Value != "" {
				e.member(name, []byte(id.Value))
			}
			hasID = true
		case r.later(m, i) || string(name) == EncodingHeader:
		case !r.first(m, i):
			e.member(name, value)
		case isOutput(name):
			e.joined(m, i)
		default:
			e.array(m, i)
		}
	}
	if id.Set && !hasID && id.Value != "" && isAnswer(m.Kind()) {
		e.member([]byte("ActionID"), []byte(id.Value))
	}
	return e.end()
}

// encoder writes the members of data.
type encoder struct {
	dst      []byte
	first    bool   // nothing is written yet
	encoding []byte // value of EncodingHeader
}

func (e *encoder) name(name []byte) {
	if !e.first {
		e.dst = append(e.dst, ',')
	}
	e.first = false
	e.dst = append(e.dst, '"')
	dst, how := appendText(e.dst, name)
	if how != asUTF8 {
		dst, _ = appendText(e.dst, validName(name))
	}
	e.dst = append(dst, '"', ':')
}

func (e *encoder) member(name, value []byte) {
	e.name(name)
	e.dst = append(e.dst, '"')
	e.text(name, value)
	e.dst = append(e.dst, '"')
}

// known writes a member whose name needs no look.
func (e *encoder) known(n ami.Name, name, value []byte) {
	q := quoted[n]
	if e.first {
		q = q[1:]
		e.first = false
	}
	e.dst = append(e.dst, q...)
	if isPlain(value) {
		e.dst = append(e.dst, value...)
	} else {
		e.text(name, value)
	}
	e.dst = append(e.dst, '"')
}

var actionID = ami.NameOf("ActionID")

// quoted is what stands between two values, as in ,"Name":" for each name.
var quoted = func() (q [ami.Names]string) {
	for n := range q {
		q[n] = `,"` + ami.Name(n).String() + `":"`
	}
	return q
}()

// text writes a value, or a part of one, and notes when it was not UTF-8.
func (e *encoder) text(name, value []byte) {
	var how encoding
	e.dst, how = appendText(e.dst, value)
	if how == asUTF8 {
		return
	}
	if len(e.encoding) > 0 {
		e.encoding = append(e.encoding, ',')
	}
	e.encoding = append(e.encoding, validName(name)...)
	e.encoding = append(e.encoding, how.String()...)
}

// joined writes the header i and all later ones of its name as one text. Each
// line is read for itself: a list may hold names of several encodings.
func (e *encoder) joined(m *ami.Message, i int) {
	name, value := m.Header(i)
	e.name(name)
	e.dst = append(e.dst, '"')
	e.text(name, value)
	for i++; i < m.Len(); i++ {
		if n, v := m.Header(i); bytes.Equal(n, name) {
			e.dst = append(e.dst, '\\', 'n')
			e.text(name, v)
		}
	}
	e.dst = append(e.dst, '"')
}

// array writes the header i and all later ones of its name as an array.
func (e *encoder) array(m *ami.Message, i int) {
	name, value := m.Header(i)
	e.name(name)
	e.dst = append(e.dst, '[', '"')
	e.text(name, value)
	for i++; i < m.Len(); i++ {
		if n, v := m.Header(i); bytes.Equal(n, name) {
			e.dst = append(e.dst, '"', ',', '"')
			e.text(name, v)
		}
	}
	e.dst = append(e.dst, '"', ']')
}

// end closes the frame.
func (e *encoder) end() []byte {
	if len(e.encoding) > 0 {
		e.member([]byte(EncodingHeader), e.encoding)
	}
	return append(e.dst, '}', '}')
}

func isAnswer(k ami.Kind) bool {
	return k == ami.KindResponse || k == ami.KindCommandOutput || k == ami.KindQueueList
}

func isOutput(name []byte) bool { return len(name) == 6 && bytes.EqualFold(name, []byte("Output")) }

func isActionID(name []byte) bool { return len(name) == 8 && bytes.EqualFold(name, []byte("ActionID")) }
