package policy

import (
	"errors"
	"strconv"
	"strings"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/envelope"
)

// get returns a field and marks it as looked at.
func (q *request) get(name string) (string, bool) {
	q.used[strings.ToLower(name)] = true
	return q.r.Get(name)
}

// need is get for a field that must be there.
func (q *request) need(name string) (string, error) {
	v, ok := q.get(name)
	if !ok || v == "" {
		return "", envelope.Errorf(envelope.BadRequest, name, "%s is missing", name)
	}
	return v, nil
}

// dangerous are fields that exist in Asterisk and that nobody may send.
var dangerous = map[string]bool{
	"application": true, "data": true, "variables": true, "predialgosub": true,
	"chanvariable": true, "gosub": true, "command": true,
}

// maxActionLines is what Asterisk takes, with the lines Action and ActionID.
const maxActionLines = ami.MaxActionLines

// unused refuses fields that no check has looked at: what is not understood is
// not sent, and not silently dropped either.
func (q *request) unused() error {
	for _, f := range q.r.Fields {
		low := strings.ToLower(f.Name)
		if q.used[low] {
			continue
		}
		if err := checkName(f.Name); err != nil {
			return err
		}
		if err := checkText(f.Name, f.Value); err != nil {
			return err
		}
		if dangerous[low] {
			return envelope.Errorf(envelope.Forbidden, f.Name, "%s is not available here", f.Name)
		}
		return envelope.Errorf(envelope.InvalidValue, f.Name, "%s does not take this field", q.r.Action)
	}
	return nil
}

// early refuses what would break the framing before anything else is judged.
func (q *request) early() error {
	if n := len(q.r.Fields) + 2; n > maxActionLines {
		return envelope.Errorf(envelope.BadRequest, "", "the request has %d lines, Asterisk takes %d", n, maxActionLines)
	}
	for _, f := range q.r.Fields {
		if err := checkName(f.Name); err != nil {
			return err
		}
		if err := checkText(f.Name, f.Value); err != nil {
			return err
		}
		if len(f.Name)+len(": ")+len(f.Value)+len("\r\n") > ami.MaxActionLine {
			return envelope.Errorf(envelope.TooLong, f.Name, "the line would have more than %d bytes", ami.MaxActionLine)
		}
	}
	return nil
}

func checkName(name string) error {
	if name == "" || strings.ContainsAny(name, "\r\n\x00:") {
		return envelope.Errorf(envelope.InvalidValue, "", "a field's name is empty or holds CR, LF, NUL or a colon")
	}
	return nil
}

// checkText refuses what would end a line on the wire.
func checkText(field, value string) error {
	if strings.ContainsAny(value, "\r\n\x00") {
		return envelope.Errorf(envelope.InvalidValue, field, "%s must not hold CR, LF or NUL", field)
	}
	return nil
}

func checkActionID(id string) error {
	if err := checkText("ActionID", id); err != nil {
		return err
	}
	if len("ActionID: ")+len(id)+len("\r\n") > ami.MaxActionLine {
		return envelope.Errorf(envelope.TooLong, "ActionID", "the line would have more than %d bytes", ami.MaxActionLine)
	}
	return nil
}

// fromAMI turns the encoder's refusal into ours.
func fromAMI(err error) error {
	var f *ami.FieldError
	if !errors.As(err, &f) {
		return envelope.Errorf(envelope.Internal, "", "the action could not be written")
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

// integer reads a plain decimal in [low, high].
func integer(field, value string, low, high int) (int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || strings.ContainsAny(value, "+_ ") {
		return 0, envelope.Errorf(envelope.InvalidValue, field, "%s must be a whole number from %d to %d", field, low, high)
	}
	if n < low || n > high {
		return 0, envelope.Errorf(envelope.InvalidValue, field, "%s must be from %d to %d", field, low, high)
	}
	return n, nil
}

// truth reads yes/no in the spellings Asterisk takes (ast_true).
func truth(field, value string) (bool, error) {
	switch strings.ToLower(value) {
	case "yes", "true", "y", "t", "1", "on":
		return true, nil
	case "no", "false", "n", "f", "0", "off", "":
		return false, nil
	}
	return false, envelope.Errorf(envelope.InvalidValue, field, "%s must be yes or no", field)
}
