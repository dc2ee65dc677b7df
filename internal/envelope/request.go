// Package envelope reads the requests and writes the frames of the DCMIWS
// WebSocket protocol: {"AMIServerID":1,"data":{"Action":…}} from clients and
// {"type":3,"server_id":1,"server_name":"…","ssl":false,"data":{…}} to them.
//
// Requests are decoded once, in order and with repeated keys kept, so that
// what the policy looks at is exactly what goes on the wire.
package envelope

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// MaxFields bounds the headers of one request; Asterisk takes 128 lines. The
// size of a message is bounded by the transport before it gets here (64 KiB).
const MaxFields = 256

// Field is one header of a request, in the client's spelling and order.
type Field struct{ Name, Value string }

// Request is one decoded client message.
type Request struct {
	// ServerID is AMIServerID; it counts only when HasServer is true.
	ServerID  int
	HasServer bool
	// Action and ActionID are the values of these fields, empty when absent.
	Action   string
	ActionID string
	// Fields are all headers but AMIServerID, Action and ActionID. Variables
	// in any of their forms stand as one "Variable" field each, "NAME=value".
	// No other name occurs twice, in whatever letter case.
	Fields []Field
}

// Get returns the value of the first field called name, in any letter case.
func (r *Request) Get(name string) (string, bool) {
	for i := range r.Fields {
		if strings.EqualFold(r.Fields[i].Name, name) {
			return r.Fields[i].Value, true
		}
	}
	return "", false
}

// Decode reads one request. On an error (always an *Error) the request holds
// what was understood before it, and its ActionID even from behind it, so that
// the answer can carry that.
func Decode(msg []byte) (Request, error) {
	d := decoder{dec: jsontext.NewDecoder(bytes.NewBuffer(msg), jsontext.AllowDuplicateNames(true))}
	err := d.request()
	if err != nil && d.req.ActionID == "" {
		d.req.ActionID = salvage(msg)
	}
	return d.req, err
}

// decoder reads one request.
type decoder struct {
	dec                    *jsontext.Decoder
	req                    Request
	data, action, actionID bool // they were given
}

// request reads the whole message.
func (d *decoder) request() error {
	if k := d.dec.PeekKind(); k != '{' {
		if _, err := d.dec.ReadToken(); errors.Is(err, io.EOF) {
			return Errorf(BadRequest, "", "the message is empty; send one JSON object")
		} else if err != nil {
			return syntax(err, "")
		}
		return Errorf(BadRequest, "", "a request is one JSON object, this one begins with %q", rune(k))
	}
	if err := d.object(true); err != nil {
		return err
	}
	if _, err := d.dec.ReadToken(); !errors.Is(err, io.EOF) {
		return Errorf(BadRequest, "", "there is something behind the JSON object; send one object per message")
	}
	if d.req.Action == "" {
		return Errorf(BadRequest, "Action", "Action is missing")
	}
	return nil
}

// object reads an object whose keys are headers. Only the outer one may hold
// "data".
func (d *decoder) object(outer bool) error {
	if _, err := d.dec.ReadToken(); err != nil { // {
		return syntax(err, "")
	}
	for {
		tok, err := d.dec.ReadToken()
		if err != nil {
			return syntax(err, "")
		}
		if tok.Kind() == '}' {
			return nil
		}
		if err := d.member(tok.String(), outer); err != nil {
			return err
		}
	}
}

func (d *decoder) member(name string, outer bool) error {
	kind := d.dec.PeekKind()
	switch {
	case outer && kind == '{' && strings.EqualFold(name, "data"):
		if d.data {
			return twice("data")
		}
		d.data = true
		return d.object(false)
	case strings.EqualFold(name, "Variable"), strings.EqualFold(name, "Variables"):
		return d.variables(name, kind)
	}
	value, err := d.scalar(name)
	if err != nil {
		return err
	}
	switch {
	case strings.EqualFold(name, "AMIServerID"):
		return d.server(value)
	case strings.EqualFold(name, "Action"):
		if d.action {
			return twice("Action")
		}
		d.action, d.req.Action = true, value
		return nil
	case strings.EqualFold(name, "ActionID"):
		if d.actionID {
			return twice("ActionID")
		}
		d.actionID, d.req.ActionID = true, value
		return nil
	}
	if _, ok := d.req.Get(name); ok {
		return twice(name)
	}
	return d.add(name, value)
}

func twice(name string) error {
	return Errorf(BadRequest, name, "%q is given twice; only Variable may repeat", Clip(name))
}

func (d *decoder) add(name, value string) error {
	if len(d.req.Fields) >= MaxFields {
		return Errorf(BadRequest, name, "the request has more than %d fields", MaxFields)
	}
	d.req.Fields = append(d.req.Fields, Field{name, value})
	return nil
}

// scalar reads a string, number or boolean as text, numbers as they are
// written. name is the field in errors.
func (d *decoder) scalar(name string) (string, error) {
	switch d.dec.PeekKind() {
	case '{', '[', 'n':
		return "", Errorf(InvalidValue, name, "%q must be a string, a number or true/false; only Variable may be a list or an object", Clip(name))
	}
	tok, err := d.dec.ReadToken()
	if err != nil {
		return "", syntax(err, name)
	}
	return tok.String(), nil
}

func (d *decoder) server(value string) error {
	if d.req.HasServer {
		return twice("AMIServerID")
	}
	id, err := strconv.Atoi(value)
	if err != nil || value[0] == '+' {
		return Errorf(InvalidValue, "AMIServerID", "AMIServerID must be a whole number such as 1, or the same as a string")
	}
	d.req.ServerID, d.req.HasServer = id, true
	return nil
}

// variables reads Variable as "A=1", ["A=1","B=2"], {"A":"1"} or [{"A":"1"}].
func (d *decoder) variables(name string, kind jsontext.Kind) error {
	if kind != '[' {
		return d.variable(name, kind)
	}
	if _, err := d.dec.ReadToken(); err != nil { // [
		return syntax(err, name)
	}
	for d.dec.PeekKind() != ']' {
		if err := d.variable(name, d.dec.PeekKind()); err != nil {
			return err
		}
	}
	_, err := d.dec.ReadToken() // ]
	return syntax(err, name)
}

// variable reads one element: "A=1", or {"A":"1","B":"2"}.
func (d *decoder) variable(name string, kind jsontext.Kind) error {
	if kind != '{' {
		value, err := d.scalar(name)
		if err != nil {
			return err
		}
		return d.add("Variable", value)
	}
	if _, err := d.dec.ReadToken(); err != nil { // {
		return syntax(err, name)
	}
	for {
		key, err := d.dec.ReadToken()
		if err != nil {
			return syntax(err, name)
		}
		if key.Kind() == '}' {
			return nil
		}
		variable := key.String()
		value, err := d.scalar(name)
		if err != nil {
			return err
		}
		if err := d.add("Variable", variable+"="+value); err != nil {
			return err
		}
	}
}

// salvage finds the ActionID of a message that was refused, wherever it stands
// among the headers, or "".
func salvage(msg []byte) string {
	dec := jsontext.NewDecoder(bytes.NewBuffer(msg), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if tok, err := dec.ReadToken(); err != nil || tok.Kind() != '{' {
		return ""
	}
	for {
		tok, err := dec.ReadToken()
		if err != nil {
			return ""
		}
		if tok.Kind() == '}' { // of data, or the last one
			continue
		}
		name, kind := tok.String(), dec.PeekKind()
		switch {
		case (kind == '"' || kind == '0') && strings.EqualFold(name, "ActionID"):
			if tok, err = dec.ReadToken(); err == nil {
				return tok.String()
			}
		case kind == '{' && dec.StackDepth() == 1 && strings.EqualFold(name, "data"):
			_, err = dec.ReadToken()
		default:
			err = dec.SkipValue()
		}
		if err != nil {
			return ""
		}
	}
}

// syntax turns a decoder's error into ours; nil stays nil.
func syntax(err error, field string) error {
	if err == nil {
		return nil
	}
	in := ""
	if field != "" {
		in = ", in " + strconv.Quote(Clip(field))
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return Errorf(BadRequest, field, "the JSON ends too early%s", in)
	}
	var s *jsontext.SyntacticError
	if errors.As(err, &s) {
		return Errorf(BadRequest, field, "the JSON is not valid at byte %d%s: %v", s.ByteOffset, in, s.Err)
	}
	return Errorf(BadRequest, field, "the JSON is not valid%s", in)
}
