package companyfile

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"golang.org/x/text/unicode/norm"
)

// Read reads a file of Write, or one that people wrote, YAML or JSON. Scalars
// are taken as they are written, so that 07045805605 needs no quotes. What is
// unknown, given twice or of the wrong type is a problem, with its line; the
// values are for company.Check. The error is a Problems.
func Read(data []byte) (*File, error) {
	if p := suspect(data); p != nil {
		return nil, Problems{*p}
	}
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		p := Problem{Text: "is no YAML"}
		// The library's text shows the source, in which secrets may stand.
		var ye yaml.Error
		if errors.As(err, &ye) {
			p.Text = ye.GetMessage()
			if t := ye.GetToken(); t != nil && t.Position != nil {
				p.Line = t.Position.Line
			}
		}
		return nil, Problems{p}
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		return nil, Problems{{Text: "must hold one company"}}
	}
	var f File
	r := reader{}
	r.bind(file.Docs[0].Body, reflect.ValueOf(&f).Elem(), "")
	if len(r.problems) == 0 && f.Format != Format {
		r.add(file.Docs[0].Body, "format", "must be %d: another release wrote this file", Format)
	}
	if len(r.problems) > 0 {
		return nil, r.problems
	}
	return &f, nil
}

// Bounds of what is given to the YAML parser, which calls itself for each level.
const (
	maxDepth  = 32
	maxIndent = 200
)

// suspect finds what would cost too much to parse.
func suspect(data []byte) *Problem {
	switch {
	case len(data) > MaxFile:
		return &Problem{Text: fmt.Sprintf("has more than %d bytes", MaxFile)}
	case !utf8.Valid(data):
		return &Problem{Text: "is not UTF-8"}
	}
	depth, line := 0, 0
	for text := range strings.Lines(string(data)) {
		line++
		rest := strings.TrimLeft(text, " \t")
		if len(text)-len(rest) > maxIndent {
			return &Problem{Line: line, Text: "is indented too far"}
		}
		// "- - - -", "? ? ?" and "! ! !" open a level each.
		if n := strings.Count(rest, "- ") + strings.Count(rest, "? ") + strings.Count(rest, ": ") + strings.Count(rest, "!") + strings.Count(rest, "&"); n > maxLevels && !quoted(rest) {
			return &Problem{Line: line, Text: "has too many levels in one line"}
		}
		for _, c := range []byte(rest) {
			switch c {
			case '[', '{':
				depth++
			case ']', '}':
				depth = max(0, depth-1)
			}
			if depth > maxDepth {
				return &Problem{Line: line, Text: "is nested too deep"}
			}
		}
	}
	return nil
}

// maxLevels bounds the signs of a level in one line. A name in quotes may have
// more of them.
const maxLevels = 64

func quoted(s string) bool { return strings.ContainsAny(s, `"'`) && len(s) < 4096 }

// reader binds YAML to Go.
type reader struct{ problems Problems }

func (r *reader) add(n ast.Node, field, format string, args ...any) {
	if len(r.problems) >= maxProblems {
		return
	}
	p := Problem{Column: clipField(field), Text: fmt.Sprintf(format, args...)}
	if n != nil {
		if t := n.GetToken(); t != nil && t.Position != nil {
			p.Line = t.Position.Line
		}
	}
	r.problems = append(r.problems, p)
}

func clipField(s string) string {
	if len(s) > 100 {
		return strings.ToValidUTF8(s[:100], "") + "…"
	}
	return s
}

func (r *reader) bind(n ast.Node, v reflect.Value, path string) {
	switch n.(type) {
	case nil, *ast.NullNode:
		return // as if it were not there
	case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode, *ast.TagNode:
		r.add(n, path, "anchors, aliases and tags are not used here; write the value itself")
		return
	}
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	if t, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if text, ok := r.text(n, path); ok {
			if err := t.UnmarshalText([]byte(text)); err != nil {
				r.add(n, path, "%v", err)
			}
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		r.bindStruct(n, v, path)
	case reflect.Slice:
		list, ok := n.(*ast.SequenceNode)
		if !ok {
			r.add(n, path, "must be a list")
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), len(list.Values), len(list.Values)))
		for i, item := range list.Values {
			r.bind(item, v.Index(i), fmt.Sprintf("%s[%d]", path, i))
		}
	case reflect.Map:
		r.bindMap(n, v, path)
	default:
		if text, ok := r.text(n, path); ok {
			r.scalar(n, v, path, text)
		}
	}
}

// pairsOf are the members of a mapping; with one, the parser gives it bare.
func pairsOf(n ast.Node) ([]*ast.MappingValueNode, bool) {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	}
	return nil, false
}

// keysOf are the pairs of a mapping by their keys.
func (r *reader) keysOf(n ast.Node, path string) map[string]*ast.MappingValueNode {
	pairs, ok := pairsOf(n)
	if !ok {
		r.add(n, path, "must be a mapping of keys to values")
		return nil
	}
	out := make(map[string]*ast.MappingValueNode, len(pairs))
	for _, pair := range pairs {
		key := ""
		if pair.Key != nil {
			if t := pair.Key.GetToken(); t != nil {
				key = t.Value
			}
		}
		if out[key] != nil {
			r.add(pair, join(path, key), "is given twice")
		}
		out[key] = pair
	}
	return out
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func (r *reader) bindStruct(n ast.Node, v reflect.Value, path string) {
	pairs := r.keysOf(n, path)
	fields := map[string][]int{}
	for _, f := range reflect.VisibleFields(v.Type()) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" && !f.Anonymous {
			fields[name] = f.Index
		}
	}
	keys := make([]string, 0, len(pairs))
	for key := range pairs {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		index, known := fields[key]
		if !known {
			r.add(pairs[key], join(path, key), "is not known here")
			continue
		}
		r.bind(pairs[key].Value, v.FieldByIndex(index), join(path, key))
	}
}

// bindMap knows maps from text to text.
func (r *reader) bindMap(n ast.Node, v reflect.Value, path string) {
	pairs := r.keysOf(n, path)
	v.Set(reflect.MakeMapWithSize(v.Type(), len(pairs)))
	for key, pair := range pairs {
		if text, ok := r.text(pair.Value, join(path, key)); ok {
			v.SetMapIndex(reflect.ValueOf(key).Convert(v.Type().Key()), reflect.ValueOf(text).Convert(v.Type().Elem()))
		}
	}
}

// text is a scalar as it is written.
func (r *reader) text(n ast.Node, path string) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		if n.Value != nil {
			return n.Value.Value, true
		}
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		if t := n.GetToken(); t != nil {
			return t.Value, true
		}
	case nil, *ast.NullNode:
		return "", true
	}
	r.add(n, path, "must be one value")
	return "", false
}

func (r *reader) scalar(n ast.Node, v reflect.Value, path, text string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(norm.NFC.String(text)) // passwords are no texts here, and stay as they are
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			r.add(n, path, "must be true or false")
		}
		v.SetBool(b)
	case reflect.Int, reflect.Int64:
		i, err := strconv.ParseInt(text, 10, 32)
		if err != nil {
			r.add(n, path, "must be a whole number")
		}
		v.SetInt(i)
	default:
		r.add(n, path, "cannot be set")
	}
}
