package policy

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/envelope"
)

// framing refuses what would not be one line on the wire, before anything else
// is judged. The client's ActionID is held to it too, although ours is sent.
func framing(r *envelope.Request) error {
	const own = 2 // Action and ActionID
	if n := len(r.Fields) + own; n > ami.MaxActionLines {
		return envelope.Errorf(envelope.BadRequest, "", "the request has %d lines, a server takes %d", n, ami.MaxActionLines)
	}
	if err := line("Action", r.Action); err != nil {
		return err
	}
	if err := line("ActionID", r.ActionID); err != nil {
		return err
	}
	for i := range r.Fields {
		if err := line(r.Fields[i].Name, r.Fields[i].Value); err != nil {
			return err
		}
	}
	return nil
}

// line accepts a header as ami.Action.Append does.
func line(name, value string) error {
	switch {
	case name == "" || endsLine(name) || strings.IndexByte(name, ':') >= 0:
		return envelope.Errorf(envelope.InvalidValue, "", "a field's name must not be empty, nor hold CR, LF, NUL or a colon")
	case endsLine(value):
		return envelope.Errorf(envelope.InvalidValue, name, "%q must not hold CR, LF or NUL", envelope.Clip(name))
	case len(name)+len(": ")+len(value)+len("\r\n") > ami.MaxActionLine:
		return envelope.Errorf(envelope.TooLong, name, "%q is too long: name and value have at most %d bytes", envelope.Clip(name), ami.MaxActionLine-len(": \r\n"))
	}
	return nil
}

// endsLine reports CR, LF or NUL, each of which ends a line for Asterisk.
func endsLine(s string) bool {
	for i := range len(s) {
		if c := s[i]; c == '\r' || c == '\n' || c == 0 {
			return true
		}
	}
	return false
}

// fromAMI turns the encoder's refusal into ours. The checks come before it, so
// it is the second lock on the same door.
func fromAMI(err error) error {
	var f *ami.FieldError
	if !errors.As(err, &f) {
		return envelope.Errorf(envelope.Internal, "", "internal error")
	}
	code := envelope.InvalidValue
	switch {
	case errors.Is(err, ami.ErrLineTooLong):
		code = envelope.TooLong
	case errors.Is(err, ami.ErrTooManyLines):
		code = envelope.BadRequest
	}
	return envelope.Errorf(code, f.Field, "%s %s", f.Field, f.Reason)
}

// invalid, missing and forbidden are the common refusals. The message begins
// with the field.
func invalid(field, format string, args ...any) error {
	return envelope.Errorf(envelope.InvalidValue, field, field+" "+format, args...)
}

func missing(field, action string) error {
	return envelope.Errorf(envelope.BadRequest, field, "%s is missing; %s needs it", field, action)
}

func forbidden(field, format string, args ...any) error {
	return envelope.Errorf(envelope.Forbidden, field, field+" "+format, args...)
}

// get returns a field of the request.
func (q *request) get(name string) (string, bool) { return q.r.Get(name) }

// need is get for a field that must be there and have a value.
func (q *request) need(name string) (string, error) {
	v, _ := q.r.Get(name)
	if v == "" {
		return "", missing(name, "the action "+q.action)
	}
	return v, nil
}

// integer reads a plain decimal in [low, high].
func integer(field, value string, low, high int) (int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || value[0] == '+' || n < low || n > high {
		return 0, invalid(field, "must be a whole number from %d to %d", low, high)
	}
	return n, nil
}

// millis reads a time in milliseconds.
func millis(field, value string, low, high time.Duration) (time.Duration, error) {
	n, err := integer(field, value, int(low.Milliseconds()), int(high.Milliseconds()))
	if err != nil {
		return 0, invalid(field, "must be a whole number of milliseconds from %d to %d", low.Milliseconds(), high.Milliseconds())
	}
	return time.Duration(n) * time.Millisecond, nil
}

// truth reads yes/no in the spellings Asterisk takes (main/utils.c, ast_true).
func truth(field, value string) (bool, error) {
	switch strings.ToLower(value) {
	case "yes", "true", "y", "t", "1", "on":
		return true, nil
	case "no", "false", "n", "f", "0", "off", "":
		return false, nil
	}
	return false, invalid(field, "must be yes or no")
}

func yesNo(v bool) string {
	if v {
		return "yes"
	}
	return "no"
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// isWord reports 1 and more ASCII letters.
func isWord(s string) bool { return isName(s, len(s), "") && !strings.ContainsAny(s, "0123456789") }

// isName reports 1 to limit ASCII letters, digits and characters of more.
func isName(s string, limit int, more string) bool {
	if s == "" || len(s) > limit {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') && strings.IndexByte(more, c) < 0 {
			return false
		}
	}
	return true
}
