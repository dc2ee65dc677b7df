package envelope

import (
	"strings"

	"github.com/dipcast/dipcast/ami"
)

// AppendFields appends a frame of our own making, such as a DIPCASTLink event
// or the answer to a parsed Command. An ActionID without a value is left out,
// as Asterisk does when none was sent. Names must not repeat.
func (s *Source) AppendFields(dst []byte, kind ami.Kind, fields ...Field) []byte {
	e := encoder{dst: s.begin(dst, kind), first: true}
	for _, f := range fields {
		if f.Value != "" || !strings.EqualFold(f.Name, "ActionID") {
			e.member([]byte(f.Name), []byte(f.Value))
		}
	}
	return e.end()
}

// AppendError appends the error frame of the contract: type 4, the request's
// ActionID as the client gave it (empty when there was none), code and field
// for programs, a sentence for people. Field is left out when it is empty.
func (s *Source) AppendError(dst []byte, actionID string, err *Error) []byte {
	e := encoder{dst: s.begin(dst, ami.KindResponse), first: true}
	for _, f := range [...]Field{
		{"Response", "Error"},
		{"ActionID", actionID},
		{"Message", err.Message},
		{"Code", string(err.Code)},
		{"Field", err.Field},
	} {
		if f.Name != "Field" || f.Value != "" {
			e.member([]byte(f.Name), []byte(f.Value))
		}
	}
	return e.end()
}
