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

const (
	// endCommand closes the text after "Response: Follows". Source:
	// main/manager.c of Asterisk 13, action_command.
	endCommand = "--END COMMAND--"
	// outputLineCost is what a line of output counts at least, because its
	// entry in the field table takes memory however short the line is.
	outputLineCost = 16
	// skipTail is how much of a skipped line is kept, to find endCommand and
	// a CRLF at its end.
	skipTail = len(endCommand) + 2
)

var (
	endCommandBytes = []byte(endCommand)
	truncatedLine   = []byte("Truncated: yes\r\n")
	bannerPrefix    = []byte("Asterisk Call Manager")
)

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

func (s *scanner) isOutput(f field) bool {
	return f.nameEnd-f.name == 6 && foldEqual(s.buf[s.start+int(f.name):s.start+int(f.nameEnd)], "output")
}

// unusual takes one line where the message is not just a run of headers: its
// first line, the text of a command, and what comes after output was skipped.
// It returns true when the message is complete or an error was found.
func (s *scanner) unusual(begin, stop int) bool {
	size := s.next - begin
	if s.state == inFollows {
		if size <= s.limits.line && s.isFollowsHeader(splitLine(s.buf[begin:stop], begin-s.start)) {
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
	name, value := line[f.name:f.nameEnd], line[f.value:f.valueEnd]
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

// isFollowsHeader tells the headers that Asterisk 13 puts before the text of
// a command from that text, which may hold anything.
func (s *scanner) isFollowsHeader(f field) bool {
	name := s.buf[s.start+int(f.name) : s.start+int(f.nameEnd)]
	return foldEqual(name, "privilege") || foldEqual(name, "actionid")
}

// body takes one line of the text of a command.
func (s *scanner) body(begin, stop int) {
	skipped := s.skipping
	s.skipping = false
	text := s.buf[begin:stop]
	ends := bytes.HasSuffix(text, endCommandBytes)
	if ends {
		s.state = inHeaders
		text = text[:len(text)-len(endCommand)]
	}
	bare := ends && len(text) == 0 // the closing line has no text of its own
	if !bare && !s.truncated {
		s.outSize += max(s.next-begin, outputLineCost)
		s.truncated = s.outSize > s.limits.output
	}
	switch {
	case !s.truncated && !bare:
		at := uint32(begin - s.start)
		s.fields = append(s.fields, field{outputName, outputName, at, at + uint32(len(text))})
		s.tail = s.next
	case !s.truncated && !skipped:
		s.tail = s.next
	case ends: // the marker stays, so that the bytes parse again
		s.keep(begin + len(text))
	}
}

// keep moves the bytes from begin to the end of the current line down to the
// tail of the message, and returns where they begin now.
func (s *scanner) keep(begin int) int {
	at := s.tail
	s.tail += copy(s.buf[at:], s.buf[begin:s.next])
	return at
}

// closeTruncated ends a message of which output was skipped, and says so in a
// header. begin is where its blank line is.
func (s *scanner) closeTruncated(begin int) {
	s.state = complete
	blank := s.next - begin
	if gap := begin - s.tail; gap < len(truncatedLine) {
		s.shift(len(truncatedLine) - gap)
		begin = s.next - blank
	}
	at := s.tail
	s.tail += copy(s.buf[at:], truncatedLine)
	s.fields = append(s.fields, splitLine(s.buf[at:s.tail-2], at-s.start))
	s.keep(begin)
}

// shift makes the gap between tail and the bytes not yet taken wider by n.
func (s *scanner) shift(n int) {
	if s.end+n > len(s.buf) {
		s.buf = append(s.buf[:s.end:s.end], make([]byte, max(n, 1024))...)
	}
	from := s.tail
	copy(s.buf[from+n:s.end+n], s.buf[from:s.end])
	s.next, s.seen, s.end = s.next+n, s.seen+n, s.end+n
}

// partial checks the line that has not ended yet, so that a line without end
// cannot take memory without bound.
func (s *scanner) partial() error {
	size := s.end - s.next
	if s.skipping {
		s.next = max(s.next, s.end-skipTail)
		return nil
	}
	if size <= s.limits.line {
		return nil
	}
	switch {
	case s.state == inFollows:
		s.state = inBody
	case s.state == inBody:
	case s.kind == KindResponse && size >= len("output:") && foldEqual(s.buf[s.next:s.next+len("output:")], "output:"):
	default:
		return &LimitError{What: "line", Limit: s.limits.line, Got: size}
	}
	if s.truncated || s.outSize+size > s.limits.output {
		s.truncated, s.skipping = true, true
		s.next = max(s.next, s.end-skipTail)
	}
	return nil
}

// splitLine marks name and value of one line without its end. The name ends at
// the first colon, but a colon inside parentheses belongs to the name, as in
// "ChanVariable(IAX2/10.0.0.1:4569-7): X=1"; one space after it belongs to
// neither. A line without a colon is a value without a name. at is added to
// all offsets.
func splitLine(line []byte, at int) field {
	c := bytes.IndexByte(line, ':')
	if c < 0 {
		return field{uint32(at), uint32(at), uint32(at), uint32(at + len(line))}
	}
	v := c + 1
	if v < len(line) {
		if line[v] == ' ' {
			v++
		} else if odd := oddColon(line, c); odd != c {
			c, v = odd, odd+1
			if v < len(line) && line[v] == ' ' {
				v++
			}
		}
	}
	return field{uint32(at), uint32(at + c), uint32(at + v), uint32(at + len(line))}
}

// oddColon returns the colon that ends the name when the first one, at c, may
// lie inside parentheses.
func oddColon(line []byte, c int) int {
	open := bytes.IndexByte(line[:c], '(')
	if open < 0 || bytes.IndexByte(line[open:c], ')') >= 0 {
		return c
	}
	if i := bytes.Index(line[c:], []byte("):")); i >= 0 {
		return c + i + 1
	}
	return c
}
