package ami

import (
	"iter"
	"strings"
)

// Bounds of what Asterisk reads. Source: main/manager.c, inbuf of 1,025 bytes
// and AST_MAX_MANHEADERS.
const (
	// MaxActionLine is the longest line in bytes with its CRLF.
	MaxActionLine = 1024
	// MaxActionLines is the most lines of an action, the lines Action and
	// ActionID with it and the blank line without.
	MaxActionLines = 128
)

// ownLines are the lines that every action on the wire begins with.
const ownLines = 2

// Action is a message under construction. Its ActionID line is set by the
// Client that sends it.
type Action struct {
	name    string
	headers []header
	err     error
}

type header struct{ name, value string }

// NewAction begins an action, such as "Originate". A name that is empty or
// breaks the framing is reported by Err and AppendTo.
func NewAction(name string) *Action {
	a := &Action{name: name}
	if name == "" {
		a.err = &FieldError{Field: "Action", Reason: "is empty", err: ErrFraming}
	} else {
		a.err = checkLine("Action", name)
	}
	return a
}

// Append adds one header line. Names may repeat; order is kept.
//
// It returns a *FieldError that wraps ErrFraming when name or value holds CR,
// LF or NUL, or name is empty or holds a colon: Asterisk ends a line at a bare
// LF and cuts it at NUL (main/manager.c, get_input). It wraps ErrLineTooLong
// for a line of more than MaxActionLine bytes, ErrTooManyLines when the action
// would have more than MaxActionLines with Action and ActionID, and
// ErrReserved for these two names. A refused header is not added.
func (a *Action) Append(name, value string) error {
	if err := checkLine(name, value); err != nil {
		return err
	}
	if strings.EqualFold(name, "Action") || strings.EqualFold(name, "ActionID") {
		return &FieldError{Field: name, Reason: "is set by the client", err: ErrReserved}
	}
	if len(a.headers)+ownLines >= MaxActionLines {
		return &FieldError{Field: name, Reason: "is one line too many", err: ErrTooManyLines}
	}
	if a.headers == nil {
		a.headers = make([]header, 0, 8) // most actions have fewer
	}
	a.headers = append(a.headers, header{name, value})
	return nil
}

// Add is Append for chains. The first error is kept for Err and AppendTo.
func (a *Action) Add(name, value string) *Action {
	if err := a.Append(name, value); err != nil && a.err == nil {
		a.err = err
	}
	return a
}

// Err returns the first error of NewAction and Add.
func (a *Action) Err() error { return a.err }

// Name returns the action's name.
func (a *Action) Name() string { return a.name }

// Get returns the first value of a header, its name compared without letter
// case, or "".
func (a *Action) Get(name string) string {
	for i := range a.headers {
		if strings.EqualFold(a.headers[i].name, name) {
			return a.headers[i].value
		}
	}
	return ""
}

// All iterates over the appended headers in order.
func (a *Action) All() iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for i := range a.headers {
			if !yield(a.headers[i].name, a.headers[i].value) {
				return
			}
		}
	}
}

// AppendTo appends the action's wire bytes to dst: Action, ActionID unless
// empty, the headers, a blank line. On error it returns dst unchanged.
func (a *Action) AppendTo(dst []byte, actionID string) ([]byte, error) {
	if a.err != nil {
		return dst, a.err
	}
	if err := checkLine("ActionID", actionID); err != nil {
		return dst, err
	}
	dst = appendLine(dst, "Action", a.name)
	if actionID != "" {
		dst = appendLine(dst, "ActionID", actionID)
	}
	for i := range a.headers {
		dst = appendLine(dst, a.headers[i].name, a.headers[i].value)
	}
	return append(dst, '\r', '\n'), nil
}

func appendLine(dst []byte, name, value string) []byte {
	dst = append(dst, name...)
	dst = append(dst, ':', ' ')
	dst = append(dst, value...)
	return append(dst, '\r', '\n')
}

// checkLine applies the rules of Append to one line.
func checkLine(name, value string) error {
	switch {
	case name == "":
		return &FieldError{Field: name, Reason: "name is empty", err: ErrFraming}
	case endsLine(name) || strings.IndexByte(name, ':') >= 0:
		return &FieldError{Field: name, Reason: "name holds CR, LF, NUL or a colon", err: ErrFraming}
	case endsLine(value):
		return &FieldError{Field: name, Reason: "value holds CR, LF or NUL", err: ErrFraming}
	case len(name)+len(": ")+len(value)+len("\r\n") > MaxActionLine:
		return &FieldError{Field: name, Reason: "line is longer than 1,024 bytes", err: ErrLineTooLong}
	}
	return nil
}

// endsLine reports CR, LF or NUL.
func endsLine(s string) bool {
	for i := range len(s) {
		if c := s[i]; c == '\r' || c == '\n' || c == 0 {
			return true
		}
	}
	return false
}
