package ami

import (
	"errors"
	"io"
	"math"
)

// Default bounds of a Reader.
const (
	DefaultMaxMessage = 1 << 20
	DefaultMaxLine    = 64 << 10
	DefaultMaxHeaders = 1024
	DefaultMaxOutput  = 1 << 20
)

const (
	readBuffer = 64 << 10  // first size of the buffer; a full socket read
	minRead    = 4 << 10   // room wanted for one read
	keepBuffer = 256 << 10 // a larger buffer is given back after use
	keepFields = 2048      // a larger field table too
)

// ReaderOptions are the bounds of a Reader. A zero field takes the default.
type ReaderOptions struct {
	MaxMessage int // bytes of a message without output, default 1 MiB
	MaxLine    int // bytes of a line with its end, output excepted, default 64 KiB
	MaxHeaders int // headers of a message without output, default 1,024
	// MaxOutput bounds the Output lines of a response in bytes, a line
	// counting 16 at least; default 1 MiB. What passes it is skipped line by
	// line and the header "Truncated: yes" added as the last.
	MaxOutput int
}

// Reader reads messages from a byte stream. Any split of the stream into
// reads gives the same messages. Lines may end with LF alone, and blank lines
// between messages are skipped. It is not safe for concurrent use.
type Reader struct {
	src io.Reader
	s   scanner
}

// NewReader returns a Reader of src.
func NewReader(src io.Reader, o ReaderOptions) *Reader {
	def := func(v, d int) int {
		if v <= 0 {
			return d
		}
		return min(v, math.MaxInt32) // offsets have 32 bits
	}
	return &Reader{src: src, s: scanner{limits: limits{
		message: def(o.MaxMessage, DefaultMaxMessage),
		line:    def(o.MaxLine, DefaultMaxLine),
		headers: def(o.MaxHeaders, DefaultMaxHeaders),
		output:  def(o.MaxOutput, DefaultMaxOutput),
	}}}
}

// Read reads the next message into m. It is valid until the next Read.
//
// At the end of the stream Read returns io.EOF, or io.ErrUnexpectedEOF inside
// a message. A message beyond the bounds gives a *LimitError, after which the
// stream cannot be read on. An error of the source that is temporary, such as
// a deadline, loses nothing: Read may be called again.
func (r *Reader) Read(m *Message) error {
	for {
		done, err := r.s.scan()
		if err != nil {
			return err
		}
		if done {
			r.s.hand(m)
			return nil
		}
		if err := r.fill(); err != nil {
			return err
		}
	}
}

// Buffered reports whether the next Read returns without touching the source,
// so that a consumer can tell the end of a batch.
func (r *Reader) Buffered() bool {
	done, err := r.s.scan()
	return done || err != nil
}

// fill reads once from the source into the free part of the buffer.
func (r *Reader) fill() error {
	s := &r.s
	if s.next == s.end && s.tail == s.start { // nothing is held
		if cap(s.buf) > keepBuffer {
			s.buf = nil
		}
		s.start, s.tail, s.next, s.seen, s.end = 0, 0, 0, 0, 0
	}
	if len(s.buf)-s.end < minRead {
		s.room()
	}
	for range 100 {
		n, err := r.src.Read(s.buf[s.end:])
		s.end += n
		if n > 0 {
			return nil // an error comes again with the next read
		}
		if errors.Is(err, io.EOF) && (s.next < s.end || len(s.fields) > 0) {
			return io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}

// room moves what is held to the front of the buffer, and takes a larger one
// when that is not enough.
func (s *scanner) room() {
	held := s.tail - s.start + s.end - s.next
	to := s.buf
	switch size := len(s.buf); {
	case size == 0:
		to = make([]byte, readBuffer)
	case size-held < minRead || held > size/2:
		to = make([]byte, 2*size)
	case size > keepBuffer && held < readBuffer/2:
		to = make([]byte, readBuffer)
	}
	a := copy(to, s.buf[s.start:s.tail])
	b := copy(to[a:], s.buf[s.next:s.end])
	s.seen = a + s.seen - s.next
	s.buf, s.start, s.tail, s.next, s.end = to, 0, a, a, a+b
}

// hand gives the complete message to m and begins the next one. The field
// tables change hands, so neither is written while the other is in use.
func (s *scanner) hand(m *Message) {
	table := m.table
	if cap(table) > keepFields {
		table = nil
	}
	m.raw = s.buf[s.start:s.tail:s.tail]
	m.src = m.raw
	m.fields, m.table, s.fields = s.fields, s.fields, table
	m.kind = s.kind
	if m.kind == KindQueueList {
		m.makeQueue()
	}
	s.reset()
}

// Parse parses exactly one message, as framed by a Reader or an Arena, into m,
// whose field table is used again. m is a view of raw. Bytes before the
// message, after it, or missing from it give ErrIncomplete. No bounds apply.
func Parse(raw []byte, m *Message) error {
	s := scanner{buf: raw, end: len(raw), fields: m.table[:0], limits: limits{
		message: math.MaxInt, line: math.MaxInt, headers: math.MaxInt, output: math.MaxInt,
	}}
	done, err := s.scan()
	if err != nil {
		return err
	}
	if !done || s.start != 0 || s.next != s.end || len(raw) > math.MaxInt32 {
		m.raw, m.src, m.fields, m.table, m.kind = nil, nil, nil, s.fields, KindUnknown
		return ErrIncomplete
	}
	m.raw, m.src, m.fields, m.table, m.kind = raw, raw, s.fields, s.fields, s.kind
	if m.kind == KindQueueList {
		m.makeQueue()
	}
	return nil
}
