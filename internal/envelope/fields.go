package envelope

import "github.com/dipcast/dipcast/ami"

// AppendFields appends a frame of our own making, such as a DIPCASTLink event
// or the answer to a parsed Command. Fields with an empty name are left out.
func (s *Source) AppendFields(dst []byte, kind ami.Kind, fields ...Field) []byte {
	e := encoder{dst: s.begin(dst, kind), first: true}
	for _, f := range fields {
		if f.Name != "" {
			e.member([]byte(f.Name), []byte(f.Value))
		}
	}
	return append(e.dst, '}', '}')
}

// AppendError appends the error frame of the contract: type 4, the request's
// ActionID as the client gave it, code and field for programs, a sentence for
// people.
func (s *Source) AppendError(dst []byte, actionID string, err *Error) []byte {
	fields := []Field{
		{"Response", "Error"},
		{"ActionID", actionID},
		{"Message", err.Message},
		{"Code", string(err.Code)},
		{"Field", err.Field},
	}
	if err.Field == "" {
		fields[4].Name = ""
	}
	return s.AppendFields(dst, ami.KindResponse, fields...)
}
