package envelope

import (
	"bytes"
	"strconv"

	"github.com/dipcast/dipcast/ami"
)

// EncodingHeader is the name of the header added to a frame when a value was
// not valid UTF-8: it lists the headers concerned, "CallerIDName=EUC-KR" or
// "CallerIDName=invalid", separated by commas.
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
// its first occurrence.
func (s *Source) AppendMessage(dst []byte, m *ami.Message, id ID) []byte {
	dst = s.begin(dst, m.Kind())
	e := encoder{dst: dst, first: true}
	repeats := repeats(m)
	hasID := false
	for i := range m.Len() {
		name, value := m.Header(i)
		if id.Set && isActionID(name) {
			if !hasID && id.Value != "" {
				e.member(name, []byte(id.Value))
			}
			hasID = true
			continue
		}
		if repeats && occurs(m, 0, i, name) {
			continue
		}
		if repeats && occurs(m, i+1, m.Len(), name) {
			e.repeated(m, i, name)
			continue
		}
		e.member(name, value)
	}
	if id.Set && !hasID && id.Value != "" && m.Kind() == ami.KindResponse {
		e.member([]byte("ActionID"), []byte(id.Value))
	}
	e.note()
	return append(e.dst, '}', '}')
}

type encoder struct {
	dst      []byte
	first    bool
	encoding []byte
}

func (e *encoder) name(name []byte) {
	if !e.first {
		e.dst = append(e.dst, ',')
	}
	e.first = false
	e.dst, _ = appendString(e.dst, name)
	e.dst = append(e.dst, ':')
}

func (e *encoder) member(name, value []byte) {
	e.name(name)
	e.value(name, value)
}

func (e *encoder) value(name, value []byte) {
	var how encoding
	e.dst, how = appendString(e.dst, value)
	if how == asUTF8 {
		return
	}
	if len(e.encoding) > 0 {
		e.encoding = append(e.encoding, ',')
	}
	e.encoding = append(e.encoding, name...)
	if how == asEUCKR {
		e.encoding = append(e.encoding, "=EUC-KR"...)
		return
	}
	e.encoding = append(e.encoding, "=invalid"...)
}

func (e *encoder) repeated(m *ami.Message, from int, name []byte) {
	if isOutput(name) {
		var joined []byte
		for i := from; i < m.Len(); i++ {
			n, v := m.Header(i)
			if !bytes.Equal(n, name) {
				continue
			}
			if i > from {
				joined = append(joined, '\n')
			}
			joined = append(joined, v...)
		}
		e.member(name, joined)
		return
	}
	e.name(name)
	e.dst = append(e.dst, '[')
	for i := from; i < m.Len(); i++ {
		n, v := m.Header(i)
		if !bytes.Equal(n, name) {
			continue
		}
		if i > from {
			e.dst = append(e.dst, ',')
		}
		e.value(name, v)
	}
	e.dst = append(e.dst, ']')
}

func (e *encoder) note() {
	if len(e.encoding) > 0 {
		e.member([]byte(EncodingHeader), e.encoding)
	}
}

func isOutput(name []byte) bool   { return len(name) == 6 && bytes.EqualFold(name, []byte("Output")) }
func isActionID(name []byte) bool { return len(name) == 8 && bytes.EqualFold(name, []byte("ActionID")) }
