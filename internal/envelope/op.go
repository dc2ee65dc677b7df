package envelope

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// Bounds of an Op.
const (
	MaxOpID    = 64   // bytes of its id
	MaxNames   = 64   // names in events, and in extensions
	MaxServers = 1024 // in servers, and in positions
	maxName    = 64   // bytes of one name
	maxEpoch   = 64   // bytes
)

// Op is a request of ?v=2 about the stream of events.
type Op struct {
	Op    string // subscribe, resume or snapshot
	ID    string // the client's own; counts when HasID is true
	HasID bool
	// Servers, Events and Extensions narrow what is sent; empty: all. Has says
	// which of them were given.
	Servers            []int
	Events, Extensions []string
	Has                OpMembers
	Positions          []OpPosition // of resume
}

// OpMembers are the members that an Op was given.
type OpMembers struct{ Servers, Events, Extensions, Positions bool }

// OpPosition is how far a client had got with a server.
type OpPosition struct {
	Server int
	Epoch  string
	Seq    uint64
}

// opMembers are the members that each op takes beside op and id.
var opMembers = map[string][]string{
	"subscribe": {"servers", "events", "extensions"},
	"resume":    {"servers", "events", "extensions", "positions"},
	"snapshot":  {"servers"},
}

// IsOp reports whether a message of ?v=2 is an Op and no action: an object with
// a member "op".
func IsOp(msg []byte) bool {
	if !bytes.Contains(msg, []byte(`"op"`)) {
		return false
	}
	dec := newOpDecoder(msg)
	if tok, err := dec.ReadToken(); err != nil || tok.Kind() != '{' {
		return false
	}
	for {
		tok, err := dec.ReadToken()
		if err != nil || tok.Kind() == '}' {
			return false
		}
		if tok.String() == "op" {
			return true
		}
		if dec.SkipValue() != nil {
			return false
		}
	}
}

func newOpDecoder(msg []byte) *jsontext.Decoder {
	return jsontext.NewDecoder(bytes.NewBuffer(msg), jsontext.AllowDuplicateNames(true))
}

// DecodeOp reads an Op. On an error (always an *Error) it holds what was
// understood before it, and its id even from behind it.
func DecodeOp(msg []byte) (Op, error) {
	d := opDecoder{dec: newOpDecoder(msg)}
	err := d.read()
	if err != nil && !d.op.HasID {
		d.salvage(msg)
	}
	return d.op, err
}

type opDecoder struct {
	dec  *jsontext.Decoder
	op   Op
	seen []string
}

func (d *opDecoder) read() error {
	if _, err := d.dec.ReadToken(); err != nil { // {
		return syntax(err, "")
	}
	for {
		tok, err := d.dec.ReadToken()
		if err != nil {
			return syntax(err, "")
		}
		if tok.Kind() == '}' {
			break
		}
		if err := d.member(tok.String()); err != nil {
			return err
		}
	}
	if _, err := d.dec.ReadToken(); !errors.Is(err, io.EOF) {
		return Errorf(BadRequest, "", "there is something behind the JSON object; send one object per message")
	}
	return d.check()
}

// check looks at what belongs together.
func (d *opDecoder) check() error {
	takes, ok := opMembers[d.op.Op]
	if !ok {
		return Errorf(InvalidValue, "op", "op must be subscribe, resume or snapshot")
	}
	for _, name := range d.seen {
		if name != "op" && name != "id" && !slices.Contains(takes, name) {
			return Errorf(BadRequest, name, "%s takes no %q", d.op.Op, name)
		}
	}
	if d.op.Op == "resume" && !d.op.Has.Positions {
		return Errorf(BadRequest, "positions", "positions is missing")
	}
	return nil
}

func (d *opDecoder) member(name string) (err error) {
	if slices.Contains(d.seen, name) {
		return Errorf(BadRequest, name, "%q is given twice", Clip(name))
	}
	d.seen = append(d.seen, name)
	switch name {
	case "op":
		d.op.Op, err = d.text(name, maxName)
	case "id":
		d.op.ID, err = d.text(name, MaxOpID)
		d.op.HasID = err == nil
	case "servers":
		d.op.Has.Servers = true
		err = d.list(name, MaxServers, func() error {
			n, err := d.whole(name, maxServerID)
			d.op.Servers = append(d.op.Servers, int(n))
			return err
		})
	case "events":
		d.op.Has.Events = true
		err = d.list(name, MaxNames, func() error { return d.name(name, &d.op.Events) })
	case "extensions":
		d.op.Has.Extensions = true
		err = d.list(name, MaxNames, func() error { return d.name(name, &d.op.Extensions) })
	case "positions":
		d.op.Has.Positions = true
		err = d.list(name, MaxServers, d.position)
	default:
		return Errorf(BadRequest, name, "there is no member %q", Clip(name))
	}
	return err
}

// maxServerID bounds the numbers of servers, maxSeq what JSON's numbers hold
// exactly everywhere, RFC 8259 section 6.
const (
	maxServerID = 65535
	maxSeq      = 1<<53 - 1
)

func (d *opDecoder) list(name string, bound int, one func() error) error {
	if d.dec.PeekKind() != '[' {
		if err := d.broken(name); err != nil {
			return err
		}
		return Errorf(InvalidValue, name, "%s must be a list", name)
	}
	if _, err := d.dec.ReadToken(); err != nil {
		return syntax(err, name)
	}
	for n := 0; d.dec.PeekKind() != ']'; n++ {
		if err := d.broken(name); err != nil {
			return err
		}
		if n >= bound {
			return Errorf(TooLong, name, "%s has more than %d elements", name, bound)
		}
		if err := one(); err != nil {
			return err
		}
	}
	_, err := d.dec.ReadToken()
	return syntax(err, name)
}

// broken is the error of a value that is no JSON.
func (d *opDecoder) broken(name string) error {
	if d.dec.PeekKind() != 0 {
		return nil
	}
	_, err := d.dec.ReadToken()
	return syntax(err, name)
}

func (d *opDecoder) text(name string, bound int) (string, error) {
	if err := d.broken(name); err != nil {
		return "", err
	}
	if d.dec.PeekKind() != '"' {
		return "", Errorf(InvalidValue, name, "%s must be a string", name)
	}
	tok, err := d.dec.ReadToken()
	if err != nil {
		return "", syntax(err, name)
	}
	s := tok.String()
	if len(s) > bound {
		return "", Errorf(TooLong, name, "%s is longer than %d bytes", name, bound)
	}
	return s, nil
}

func (d *opDecoder) name(field string, to *[]string) error {
	s, err := d.text(field, maxName)
	if err == nil && s == "" {
		err = Errorf(InvalidValue, field, "%s has an empty name", field)
	}
	*to = append(*to, s)
	return err
}

// whole reads a whole number, as it is usually written.
func (d *opDecoder) whole(name string, bound uint64) (uint64, error) {
	if err := d.broken(name); err != nil {
		return 0, err
	}
	if d.dec.PeekKind() == '0' {
		tok, err := d.dec.ReadToken()
		if err != nil {
			return 0, syntax(err, name)
		}
		if n, err := strconv.ParseUint(tok.String(), 10, 64); err == nil && n <= bound {
			return n, nil
		}
	}
	return 0, Errorf(InvalidValue, name, "%s must be a whole number up to %d", name, bound)
}

// position reads {"server":1,"epoch":"…","seq":4711}.
func (d *opDecoder) position() error {
	const field = "positions"
	if d.dec.PeekKind() != '{' {
		return Errorf(InvalidValue, field, "a position is an object with server, epoch and seq")
	}
	if _, err := d.dec.ReadToken(); err != nil {
		return syntax(err, field)
	}
	var p OpPosition
	var seen []string
	for {
		tok, err := d.dec.ReadToken()
		if err != nil {
			return syntax(err, field)
		}
		if tok.Kind() == '}' {
			break
		}
		name := tok.String()
		if slices.Contains(seen, name) {
			return Errorf(BadRequest, field+"."+name, "%q is given twice", Clip(name))
		}
		seen = append(seen, name)
		switch name {
		case "server":
			var n uint64
			n, err = d.whole("positions.server", maxServerID)
			p.Server = int(n)
		case "epoch":
			p.Epoch, err = d.text("positions.epoch", maxEpoch)
		case "seq":
			p.Seq, err = d.whole("positions.seq", maxSeq)
		default:
			err = Errorf(BadRequest, field+"."+name, "a position has no member %q", Clip(name))
		}
		if err != nil {
			return err
		}
	}
	if len(seen) < 3 {
		return Errorf(BadRequest, field, "a position has server, epoch and seq")
	}
	if slices.ContainsFunc(d.op.Positions, func(o OpPosition) bool { return o.Server == p.Server }) {
		return Errorf(BadRequest, field, "two positions for server %d", p.Server)
	}
	d.op.Positions = append(d.op.Positions, p)
	return nil
}

// salvage finds the id of an Op that was refused, wherever it stands.
func (d *opDecoder) salvage(msg []byte) {
	dec := newOpDecoder(msg)
	if _, err := dec.ReadToken(); err != nil {
		return
	}
	for {
		tok, err := dec.ReadToken()
		if err != nil || tok.Kind() == '}' {
			return
		}
		if tok.String() == "id" && dec.PeekKind() == '"' {
			if tok, err = dec.ReadToken(); err == nil && len(tok.String()) <= MaxOpID {
				d.op.ID, d.op.HasID = tok.String(), true
			}
			return
		}
		if dec.SkipValue() != nil {
			return
		}
	}
}
