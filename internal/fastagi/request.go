// Package fastagi is the server's side of Asterisk's FastAGI: Asterisk connects,
// sends what is known of a call, and takes commands until the connection ends
// (res/res_agi.c). Only the command SET VARIABLE is spoken: the dialplan asks a
// question and gets its answer in variables.
package fastagi

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Bounds of a request. Asterisk sends about 20 lines and at most 128 arguments.
const (
	MaxLines = 200
	MaxLine  = 2048 // bytes, with the line break
)

// ErrProtocol is wrapped by every error about what Asterisk sent.
var ErrProtocol = errors.New("not FastAGI")

// Request is what Asterisk sends first.
type Request struct {
	Script   string // path of the URL, without a slash in front
	Channel  string // name of the channel that asks
	UniqueID string
	Context  string // where in the dialplan it asks
	Args     []string
}

// readRequest reads the lines "agi_name: value" up to the empty one.
func readRequest(r *bufio.Reader) (*Request, error) {
	req := &Request{}
	for n := 0; ; n++ {
		line, err := readLine(r)
		switch {
		case err != nil:
			return nil, err
		case n == 0 && line == "":
			return nil, fmt.Errorf("%w: it begins with an empty line", ErrProtocol)
		case line == "":
			return req, nil
		case n >= MaxLines:
			return nil, fmt.Errorf("%w: more than %d lines", ErrProtocol, MaxLines)
		}
		// The value may be empty, then some versions send no blank either.
		name, value, ok := strings.Cut(line, ":")
		if !ok || !strings.HasPrefix(name, "agi_") {
			return nil, fmt.Errorf("%w: a line is not agi_name: value", ErrProtocol)
		}
		if err := req.set(name, strings.TrimPrefix(value, " ")); err != nil {
			return nil, err
		}
	}
}

// set takes one line. A fact that comes twice is an attempt to pass one off as
// the other, by a line break in a caller's name.
func (r *Request) set(name, value string) error {
	field := map[string]*string{
		"agi_network_script": &r.Script, "agi_channel": &r.Channel, "agi_uniqueid": &r.UniqueID, "agi_context": &r.Context,
	}[name]
	if field != nil {
		if *field != "" {
			return fmt.Errorf("%w: %s comes twice", ErrProtocol, name)
		}
		*field = value
		return nil
	}
	digits, ok := strings.CutPrefix(name, "agi_arg_")
	if !ok {
		return nil // more than we need
	}
	if n, err := strconv.Atoi(digits); err != nil || n != len(r.Args)+1 {
		return fmt.Errorf("%w: arguments are not in their order", ErrProtocol)
	}
	r.Args = append(r.Args, value)
	return nil
}

// readLine reads a line without its end, which may be CRLF.
func readLine(r *bufio.Reader) (string, error) {
	b, err := r.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return "", fmt.Errorf("%w: a line has more than %d bytes", ErrProtocol, MaxLine)
	case errors.Is(err, io.EOF):
		return "", io.ErrUnexpectedEOF
	case err != nil:
		return "", err
	}
	return strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r"), nil
}

// Variable is a channel variable to be set. Its value is of letters, digits,
// '-' and '_', so that it needs no quotes and cannot be another command.
type Variable struct{ Name, Value string }

// command is the line that sets v.
func (v Variable) command() (string, error) {
	if !plain(v.Name) || v.Name == "" || !plain(v.Value) {
		return "", fmt.Errorf("variable %q: only letters, digits, - and _ can be sent", v.Name)
	}
	return "SET VARIABLE " + v.Name + ` "` + v.Value + "\"\n", nil
}

func plain(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' && r != '_'
	}) < 0
}

// readReply reads what Asterisk answers to a command. It also says HANGUP when
// the caller is gone, which concerns nobody here: the call ends by itself.
func readReply(r *bufio.Reader) error {
	for range MaxLines {
		line, err := readLine(r)
		switch {
		case err != nil:
			return err
		case line == "HANGUP":
			continue
		case strings.HasPrefix(line, "200 "):
			return nil
		}
		return fmt.Errorf("%w: a command was answered by something else than 200", ErrProtocol)
	}
	return fmt.Errorf("%w: a command has no answer", ErrProtocol)
}
