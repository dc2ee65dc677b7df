package ami

import "bytes"

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
)

// isFollowsHeader tells the headers that Asterisk 13 puts before the text of
// a command from that text, which may hold anything.
func (s *scanner) isFollowsHeader(f field) bool {
	name := s.nameOf(f)
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
		s.fields = append(s.fields, field{at: at, end: at + uint32(len(text)), gap: outputLine})
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
	case s.state == inFollows && !s.isFollowsHeader(splitLine(s.buf[s.next:s.end], s.next-s.start)):
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
