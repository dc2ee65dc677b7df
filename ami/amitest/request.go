package amitest

import (
	"bufio"
	"errors"
	"io"
	"strings"
)

// Bounds of a request. Source: main/manager.c, measured in transcript 07.
const (
	maxLine  = 1024 // bytes with the line's end
	maxLines = 128
)

// Header is one line of a message.
type Header struct{ Name, Value string }

// Request is one action as it was received, headers in order.
type Request struct {
	Headers []Header
	Conn    int // which connection, counted from 1
	// Fault is the error that Asterisk gives for a message it cannot parse,
	// or "".
	Fault string
}

// Get returns the first value of a header, its name compared without letter
// case, or "".
func (r Request) Get(name string) string {
	for _, h := range r.Headers {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

// All returns every value of a header.
func (r Request) All(name string) []string {
	var all []string
	for _, h := range r.Headers {
		if strings.EqualFold(h.Name, name) {
			all = append(all, h.Value)
		}
	}
	return all
}

// Action returns the action's name.
func (r Request) Action() string { return r.Get("Action") }

// ActionID returns the request's ActionID.
func (r Request) ActionID() string { return r.Get("ActionID") }

// readRequest reads one message up to its blank line, as Asterisk does: a line
// without a colon counts and is ignored, blanks after the colon are dropped.
func readRequest(br *bufio.Reader) (Request, error) {
	var r Request
	lines := 0
	for {
		line, err := br.ReadString('\n')
		if err != nil {
			if errors.Is(err, io.EOF) && (line != "" || lines > 0) {
				err = io.ErrUnexpectedEOF
			}
			return r, err
		}
		if len(line) > maxLine {
			r.Fault = "Failed to parse message: line too long"
		}
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		if line == "" {
			break
		}
		lines++
		if name, value, ok := strings.Cut(line, ":"); ok {
			r.Headers = append(r.Headers, Header{name, strings.TrimLeft(value, " ")})
		}
	}
	if lines > maxLines {
		return Request{Fault: "Too many lines in message or allocation failure"}, nil
	}
	if r.Fault == "" && r.Action() == "" {
		r.Fault = "Missing action in request"
	}
	return r, nil
}

// message makes wire bytes from headers given as name, value, name, value.
func message(headers ...string) []byte {
	var b []byte
	for i := 0; i+1 < len(headers); i += 2 {
		b = append(b, headers[i]...)
		b = append(b, ": "...)
		b = append(b, headers[i+1]...)
		b = append(b, "\r\n"...)
	}
	return append(b, "\r\n"...)
}
