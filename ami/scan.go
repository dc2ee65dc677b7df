package ami

import "bytes"

// scanner finds the end of one message and its headers in a buffer that may
// still grow. It looks at every byte once however the bytes arrive: all it
// knows is in its fields, as offsets, and header offsets count from start, so
// the buffer may be moved between two calls of scan.
//
//	buf: … old │start … tail│ dropped │next … seen … end│ free
//
// The message under construction is buf[start:tail]. tail is next unless
// output was skipped: what lies between them is dropped.
type scanner struct {
	buf    []byte
	start  int
	tail   int
	next   int // where the line begins that was not seen whole
	seen   int // up to here that line has no LF
	end    int
	limits limits

	fields    []field
	kind      Kind
	state     scanState
	skipping  bool // the line at next is output that is dropped
	truncated bool
	greeting  bool // the first line is a message of its own
	headers   int  // headers without Output lines
	size      int  // bytes without Output lines
	outSize   int  // cost of Output lines
	blank     int  // bytes of blank lines between messages, ever
	err       error
}

type limits struct{ message, line, headers, output int }

type scanState uint8

const (
	inHeaders scanState = iota // a blank line ends the message
	inFollows                  // after "Response: Follows": Privilege, ActionID, then text
	inBody                     // text up to endCommand; blank lines belong to it
	complete
)

var bannerPrefix = []byte("Asterisk Call Manager")

// reset begins the next message behind the last one.
func (s *scanner) reset() {
	s.start, s.tail = s.next, s.next
	s.fields = s.fields[:0]
	s.kind, s.state = KindUnknown, inHeaders
	s.skipping, s.truncated = false, false
	s.headers, s.size, s.outSize = 0, 0, 0
}

// scan takes all whole lines of the buffer up to the end of the message. It
// reports whether the message is complete; if not, more bytes are needed.
// Its error is sticky.
func (s *scanner) scan() (bool, error) {
	if s.state == complete || s.err != nil {
		return s.err == nil, s.err
	}
	for {
		i := bytes.IndexByte(s.buf[s.seen:s.end], '\n')
		if i < 0 {
			s.seen = s.end
			s.err = s.partial()
			return false, s.err
		}
		begin, stop := s.next, s.seen+i
		s.next, s.seen = stop+1, stop+1
		if stop > begin && s.buf[stop-1] == '\r' {
			stop--
		}
		if s.state != inHeaders || s.truncated || s.skipping || len(s.fields) == 0 {
			if s.unusual(begin, stop) {
				return s.err == nil, s.err
			}
			continue
		}
		if stop == begin {
			s.tail = s.next
			s.state = complete
			return true, nil
		}
		if !s.add(begin, stop, s.next-begin) {
			return false, s.err
		}
		if !s.truncated {
			s.tail = s.next
		}
	}
}

// add takes one header line that lies at its place in the message. It returns
// false when the line passes a bound. It sets truncated when the line is the
// first one of output that is to be dropped.
func (s *scanner) add(begin, stop, size int) bool {
	f := splitLine(s.buf[begin:stop], begin-s.start)
	if s.kind == KindResponse && s.isOutput(f) {
		s.outSize += max(size, outputLineCost)
		if s.outSize > s.limits.output {
			s.truncated = true
			return true
		}
		s.fields = append(s.fields, f)
		return true
	}
	s.headers++
	s.size += size
	switch {
	case size > s.limits.line:
		s.err = &LimitError{What: "line", Limit: s.limits.line, Got: size}
		return false
	case s.headers > s.limits.headers:
		s.err = &LimitError{What: "headers", Limit: s.limits.headers, Got: s.headers}
		return false
	case s.size > s.limits.message:
		s.err = &LimitError{What: "message", Limit: s.limits.message, Got: s.size}
		return false
	}
	s.fields = append(s.fields, f)
	return true
}

func (s *scanner) nameOf(f field) []byte {
	at := s.start + int(f.at)
	return s.buf[at : at+int(f.name)]
}

func (s *scanner) isOutput(f field) bool {
	return f.name == 6 && foldEqual(s.nameOf(f), "output")
}

// unusual takes one line where the message is not just a run of headers: its
// first line, the text of a command, and what comes after output was skipped.
// It returns true when the message is complete or an error was found.
func (s *scanner) unusual(begin, stop int) bool {
	size := s.next - begin
	if s.state == inFollows {
		if s.isFollowsHeader(splitLine(s.buf[begin:stop], begin-s.start)) {
			ok := s.add(begin, stop, size)
			s.tail = s.next
			return !ok
		}
		s.state = inBody
	}
	switch {
	case s.state == inBody:
		s.body(begin, stop)
		return false
	case s.skipping: // the end of an Output line that was too long to keep
		s.skipping = false
		return false
	case len(s.fields) == 0 && stop == begin:
		s.blank += size
		s.start, s.tail = s.next, s.next
		return false
	case len(s.fields) == 0:
		if !s.add(begin, stop, size) {
			return true
		}
		s.tail = s.next
		s.first()
		return s.state == complete
	case stop == begin:
		s.closeTruncated(begin)
		return true
	}
	// Headers after skipped output move down; more output is dropped.
	if s.kind == KindResponse && s.isOutput(splitLine(s.buf[begin:stop], begin-s.start)) {
		return false
	}
	at := s.keep(begin)
	return !s.add(at, at+stop-begin, size)
}

// first decides by the first line what the message is.
func (s *scanner) first() {
	f := s.fields[0]
	line := s.buf[s.start:s.tail]
	name, value := s.nameOf(f), line[f.value():f.end]
	switch {
	case foldEqual(name, "event"):
		s.kind = KindEvent
	case foldEqual(name, "response") && foldEqual(value, "follows"):
		s.kind, s.state = KindCommandOutput, inFollows
	case foldEqual(name, "response"):
		s.kind = KindResponse
	case foldEqual(name, "action"):
		s.kind = KindAction
	case bytes.HasPrefix(line, bannerPrefix):
		s.kind, s.state = KindPrompt, complete
	case isQueueLine(line):
		s.kind = KindQueueList
	}
	if s.greeting {
		s.greeting, s.state = false, complete
	}
}
