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

// Limits of one request. The size of a message is bounded by the transport
// before it gets here (64 KiB).
const (
	// MaxFields bounds the headers of one request; Asterisk takes 128 lines.
	MaxFields = 256
	// maxDepth is the deepest nesting with a meaning: an object of variables
	// inside "data" inside the request.
	maxDepth = 3
)

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
// what was understood before it, so that an answer can carry its ActionID.
func Decode(msg []byte) (Request, error) {
	var d decoder
	d.dec = jsontext.NewDecoder(bytes.NewBuffer(msg), jsontext.AllowDuplicateNames(true))
	err := d.request()
	if err == nil {
		err = d.end()
	}
	if err == nil && d.req.Action == "" {
		err = Errorf(BadRequest, "Action", "the request has no Action")
	}
	if err != nil && d.req.ActionID == "" {
		d.salvage(msg)
	}
	return d.req, err
}

type decoder struct {
	dec *jsontext.Decoder
	req Request
	// seenData, seenAction, seenActionID refuse a second occurrence.
	seenData, seenAction, seenActionID bool
}

func (d *decoder) request() error {
	if k := d.dec.PeekKind(); k != '{' {
		if _, err := d.dec.ReadToken(); err != nil {
			return syntax(err)
		}
		return Errorf(BadRequest, "", "a request is one JSON object, this one begins with %q", rune(k))
	}
	return d.object(1)
}

// object reads an object whose keys are headers.
func (d *decoder) object(depth int) error {
	if _, err := d.dec.ReadToken(); err != nil { // {
		return syntax(err)
	}
	for {
		tok, err := d.dec.ReadToken()
		if err != nil {
			return syntax(err)
		}
		if tok.Kind() == '}' {
			return nil
		}
		if err := d.member(tok.String(), depth); err != nil {
			return err
		}
	}
}

func (d *decoder) member(name string, depth int) error {
	kind := d.dec.PeekKind()
	switch {
	case depth == 1 && strings.EqualFold(name, "data") && kind == '{':
		if d.seenData {
			return Errorf(BadRequest, "data", "data is given twice")
		}
		d.seenData = true
		return d.object(depth + 1)
	case strings.EqualFold(name, "Variable"), strings.EqualFold(name, "Variables"):
		return d.variables(name, kind)
	case kind == '{', kind == '[':
		return Errorf(InvalidValue, name, "%s must be a single value; only Variable may be a list or an object", name)
	}
	value, err := d.scalar(name)
	if err != nil {
		return err
	}
	switch {
	case strings.EqualFold(name, "AMIServerID"):
		return d.server(name, value)
	case strings.EqualFold(name, "Action"):
		if d.seenAction {
			return Errorf(BadRequest, name, "Action is given twice")
		}
		d.seenAction, d.req.Action = true, value
		return nil
	case strings.EqualFold(name, "ActionID"):
		if d.seenActionID {
			return Errorf(BadRequest, name, "ActionID is given twice")
		}
		d.seenActionID, d.req.ActionID = true, value
		return nil
	}
	if _, dup := d.req.Get(name); dup {
		return Errorf(BadRequest, name, "%s is given twice; only Variable may repeat", name)
	}
	return d.add(name, value)
}

func (d *decoder) add(name, value string) error {
	if len(d.req.Fields) >= MaxFields {
		return Errorf(BadRequest, name, "the request has more than %d fields", MaxFields)
	}
	d.req.Fields = append(d.req.Fields, Field{name, value})
	return nil
}

// scalar reads a string, number or boolean as text.
func (d *decoder) scalar(name string) (string, error) {
	tok, err := d.dec.ReadToken()
	if err != nil {
		return "", syntaxAt(err, name)
	}
	switch tok.Kind() {
	case '"', 't', 'f', '0':
		return tok.String(), nil
	}
	return "", Errorf(InvalidValue, name, "%s must be a string, a number or true/false", name)
}

func (d *decoder) server(name, value string) error {
	if d.req.HasServer {
		return Errorf(BadRequest, name, "AMIServerID is given twice")
	}
	id, err := strconv.Atoi(value)
	if err != nil || value[0] == '+' {
		return Errorf(InvalidValue, "AMIServerID", "AMIServerID must be a whole number, or one in a string")
	}
	d.req.ServerID, d.req.HasServer = id, true
	return nil
}

// variables reads Variable as "A=1", ["A=1","B=2"], {"A":"1"} or [{"A":"1"}].
func (d *decoder) variables(name string, kind jsontext.Kind) error {
	switch kind {
	case '[':
		if _, err := d.dec.ReadToken(); err != nil {
			return syntaxAt(err, name)
		}
		for d.dec.PeekKind() != ']' {
			k := d.dec.PeekKind()
			if k == '[' {
				return Errorf(InvalidValue, name, "%s must not hold a list inside a list", name)
			}
			if err := d.variables(name, k); err != nil {
				return err
			}
		}
		_, err := d.dec.ReadToken()
		return syntaxAt(err, name)
	case '{':
		if _, err := d.dec.ReadToken(); err != nil {
			return syntaxAt(err, name)
		}
		for {
			key, err := d.dec.ReadToken()
			if err != nil {
				return syntaxAt(err, name)
			}
			if key.Kind() == '}' {
				return nil
			}
			variable := key.String()
			value, err := d.scalar(variable)
			if err != nil {
				return err
			}
			if err := d.add("Variable", variable+"="+value); err != nil {
				return err
			}
		}
	}
	value, err := d.scalar(name)
	if err != nil {
		return err
	}
	return d.add("Variable", value)
}

// end refuses anything behind the object.
func (d *decoder) end() error {
	if _, err := d.dec.ReadToken(); !errors.Is(err, io.EOF) {
		return Errorf(BadRequest, "", "there is something behind the JSON object; send one object per message")
	}
	return nil
}

// salvage looks for an ActionID behind the place of an error, so that even a
// refused request is answered under its own id. It reads at most the message.
func (d *decoder) salvage(msg []byte) {
	dec := jsontext.NewDecoder(bytes.NewBuffer(msg), jsontext.AllowDuplicateNames(true))
	for {
		tok, err := dec.ReadToken()
		if err != nil || dec.StackDepth() > maxDepth {
			return
		}
		kind, _ := dec.StackIndex(dec.StackDepth())
		_, n := dec.StackIndex(dec.StackDepth())
		isName := kind == '{' && n%2 == 1 && tok.Kind() == '"'
		if isName && strings.EqualFold(tok.String(), "ActionID") && dec.PeekKind() == '"' {
			v, err := dec.ReadToken()
			if err == nil {
				d.req.ActionID = v.String()
			}
			return
		}
	}
}

func syntax(err error) error { return syntaxAt(err, "") }

// syntaxAt turns a decoder's error into ours; nil stays nil.
func syntaxAt(err error, field string) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return Errorf(BadRequest, field, "the JSON ends too early")
	}
	var s *jsontext.SyntacticError
	if errors.As(err, &s) {
		return Errorf(BadRequest, field, "the JSON is not valid at byte %d: %v", s.ByteOffset, s.Err)
	}
	return Errorf(BadRequest, field, "the JSON is not valid")
}
