package envelope

import "github.com/dipcast/dipcast/ami"

// AppendAMIWS appends m as one frame as amiws writes it: each header is a
// member of data, in the order in which it came, and a header that repeats is a
// member that repeats. Bytes that are not UTF-8 are made valid as in
// AppendMessage, without EncodingHeader. What becomes of the ActionID says id,
// as in AppendMessage.
func (s *Source) AppendAMIWS(dst []byte, m *ami.Message, id ID) []byte {
	e := encoder{dst: s.begin(dst, m.Kind()), first: true}
	hasID := false
	for i := range m.Len() {
		name, value := m.Header(i)
		switch {
		case id.Set && isActionID(name):
			if !hasID && id.Value != "" {
				e.member(name, []byte(id.Value))
			}
			hasID = true
		case string(name) == EncodingHeader:
		default:
			e.member(name, value)
		}
	}
	if id.Set && !hasID && id.Value != "" && isAnswer(m.Kind()) {
		e.member([]byte("ActionID"), []byte(id.Value))
	}
	e.encoding = nil
	return e.end()
}
