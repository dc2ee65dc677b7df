package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/dipcast/dipcast/internal/envelope"
)

// formats are what bodies may be written in: JSON only.
func formats() map[string]huma.Format {
	f := huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: unmarshal}
	return map[string]huma.Format{"application/json": f, "json": f}
}

// unmarshal is json.Unmarshal that refuses what encoding/json would repair
// without a word: text that is not UTF-8, half a surrogate pair, and a member
// given twice, in whatever letter case. A check and its caller could else see
// different values.
func unmarshal(data []byte, v any) error {
	if err := strict(data); err != nil {
		return err
	}
	return json.Unmarshal(data, v)
}

// Bounds of a body's JSON: what is small on the wire can be large in memory.
const (
	maxDepth   = 32
	maxMembers = 2560 // names and values of arrays, in all
	maxNames   = 256  // of one object
)

// strict reads all of data, which must be one JSON value.
func strict(data []byte) error {
	dec := jsontext.NewDecoder(bytes.NewBuffer(data), jsontext.AllowDuplicateNames(true))
	var open []map[string]bool // the names of the objects around, by depth
	members := 0
	for {
		tok, err := dec.ReadToken()
		if err != nil {
			return notJSON(err)
		}
		if dec.StackDepth() > maxDepth {
			return fmt.Errorf("the JSON is more than %d deep", maxDepth)
		}
		parent, n := dec.StackIndex(dec.StackDepth())
		if parent == '[' || n%2 == 1 {
			members++
		}
		if members > maxMembers {
			return fmt.Errorf("the JSON has more than %d members", maxMembers)
		}
		switch {
		case tok.Kind() == '0':
			if _, err := strconv.ParseFloat(tok.String(), 64); err != nil {
				return errors.New("a number is out of range")
			}
		case tok.Kind() == '{':
			open = append(open, nil)
		case tok.Kind() == '}':
			open = open[:len(open)-1]
		case parent == '{' && n%2 == 1: // a name
			names := &open[len(open)-1]
			folded := strings.ToLower(strings.ToUpper(tok.String())) // as strings.EqualFold: ſ is an s
			if (*names)[folded] {
				return errors.New(strconv.Quote(envelope.Clip(tok.String())) + givenTwice)
			}
			if len(*names) == maxNames {
				return fmt.Errorf("an object of the JSON has more than %d members", maxNames)
			}
			if *names == nil {
				*names = map[string]bool{}
			}
			(*names)[folded] = true
		}
		if dec.StackDepth() == 0 {
			if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
				return errors.New("there is something behind the JSON value")
			}
			return nil
		}
	}
}

// givenTwice ends the message about a repeated member; problem finds its name
// by that.
const givenTwice = " is given twice"

// notJSON words a decoder's error.
func notJSON(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the JSON ends too early")
	}
	var s *jsontext.SyntacticError
	if errors.As(err, &s) {
		return fmt.Errorf("the JSON is not valid at byte %d: %w", s.ByteOffset, s.Err)
	}
	return errors.New("the JSON is not valid")
}
