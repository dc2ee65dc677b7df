package envelope

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// maxOpenDepth bounds the nesting of a message to the drop-in.
const maxOpenDepth = 64

// DecodeOpen reads a request as amiws does: every leaf, however deep, is a
// header under the name of its member, in the order of the text; names may
// repeat; the elements of an array stand under the name of the array; null, true
// and numbers count as they are written. AMIServerID, Action and ActionID are
// found at any depth and in any letter case.
//
// Unlike amiws it refuses what is no JSON object, what is nested deeper than 64,
// an AMIServerID that is no number, and these three names given twice. Errors
// and what is left in the Request are as Decode says.
func DecodeOpen(msg []byte) (Request, error) {
	d := openDecoder{decoder{dec: jsontext.NewDecoder(bytes.NewBuffer(msg), jsontext.AllowDuplicateNames(true))}}
	err := d.request()
	if err != nil && d.req.ActionID == "" {
		d.req.ActionID = salvage(msg)
	}
	return d.req, err
}

type openDecoder struct{ decoder }

func (d *openDecoder) request() error {
	if d.dec.PeekKind() != '{' {
		return Errorf(BadRequest, "", "a request is one JSON object")
	}
	if err := d.value(""); err != nil {
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

// value reads what stands under name.
func (d *openDecoder) value(name string) error {
	if d.dec.StackDepth() > maxOpenDepth {
		return Errorf(BadRequest, "", "the request is nested deeper than %d", maxOpenDepth)
	}
	tok, err := d.dec.ReadToken()
	if err != nil {
		return syntax(err, name)
	}
	switch tok.Kind() {
	case '{':
		return d.members()
	case '[':
		return d.elements(name)
	}
	return d.leaf(name, tok.String())
}

func (d *openDecoder) members() error {
	for {
		tok, err := d.dec.ReadToken()
		if err != nil {
			return syntax(err, "")
		}
		if tok.Kind() == '}' {
			return nil
		}
		if err := d.value(tok.String()); err != nil {
			return err
		}
	}
}

func (d *openDecoder) elements(name string) error {
	for d.dec.PeekKind() != ']' {
		if err := d.value(name); err != nil {
			return err
		}
	}
	_, err := d.dec.ReadToken() // ]
	return syntax(err, name)
}

func (d *openDecoder) leaf(name, value string) error {
	switch {
	case strings.EqualFold(name, "AMIServerID"):
		return d.server(value)
	case strings.EqualFold(name, "Action"):
		if d.action {
			return Errorf(BadRequest, name, "%s is given twice", strconv.Quote(Clip(name)))
		}
		d.action, d.req.Action = true, value
		return nil
	case strings.EqualFold(name, "ActionID"):
		if d.actionID {
			return Errorf(BadRequest, name, "%s is given twice", strconv.Quote(Clip(name)))
		}
		d.actionID, d.req.ActionID = true, value
		return nil
	}
	return d.add(name, value)
}
