package config

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// bind writes a YAML node into v and reports what does not fit.
//
// It works on the parsed tree instead of the library's decoder because a
// configuration full of telephone numbers needs three things of it: the text of
// a scalar as written (0704 unquoted is octal 452 to YAML), every unknown key
// and every wrong type in one run, and error texts that never hold a value.
func (r *report) bind(n ast.Node, v reflect.Value, path string) {
	if _, ok := r.places[path]; !ok {
		r.mark(n, path)
	}
	switch n.(type) {
	case *ast.NullNode:
		return // as if the key were missing
	case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode, *ast.TagNode:
		r.add(path, "anchors, aliases and tags are not used here; write the value itself")
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[Secret]() {
			if text, ok := r.text(n, path); ok {
				v.Set(reflect.ValueOf(NewSecret(text)))
			}
			return
		}
		r.bindStruct(n, v, path)
	case reflect.Slice:
		r.bindSlice(n, v, path)
	case reflect.Map:
		r.bindMap(n, v, path)
	default:
		if text, ok := r.text(n, path); ok {
			if err := setScalar(v, text); err != nil {
				r.add(path, "%v", err)
			}
		}
	}
}

func (r *report) bindStruct(n ast.Node, v reflect.Value, path string) {
	pairs, ok := pairsOf(n)
	if !ok {
		r.add(path, "must be a mapping of keys to values")
		return
	}
	fields := make(map[string]int)
	for i := range v.NumField() {
		if key := v.Type().Field(i).Tag.Get("yaml"); key != "" && key != "-" {
			fields[key] = i
		}
	}
	for _, pair := range pairs {
		key := keyText(pair)
		field := join(path, key)
		r.mark(pair.Key, field)
		i, known := fields[key]
		if !known {
			r.add(field, "unknown key%s", suggest(key, fields))
			continue
		}
		r.bind(pair.Value, v.Field(i), field)
	}
}

func (r *report) bindSlice(n ast.Node, v reflect.Value, path string) {
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		r.add(path, "must be a list")
		return
	}
	out := reflect.MakeSlice(v.Type(), len(seq.Values), len(seq.Values))
	for i, item := range seq.Values {
		field := fmt.Sprintf("%s[%d]", path, i)
		if item == nil {
			r.add(field, "is empty")
			continue
		}
		r.bind(item, out.Index(i), field)
	}
	v.Set(out)
}

// bindMap knows maps from text to text only.
func (r *report) bindMap(n ast.Node, v reflect.Value, path string) {
	pairs, ok := pairsOf(n)
	if !ok {
		r.add(path, "must be a mapping of keys to values")
		return
	}
	out := reflect.MakeMapWithSize(v.Type(), len(pairs))
	for _, pair := range pairs {
		key := keyText(pair)
		field := join(path, key)
		r.mark(pair.Key, field)
		if text, ok := r.text(pair.Value, field); ok {
			out.SetMapIndex(reflect.ValueOf(key), reflect.ValueOf(text))
		}
	}
	v.Set(out)
}

// mark remembers where a field stands.
func (r *report) mark(n ast.Node, path string) {
	if at := n.GetToken(); at != nil && at.Position != nil {
		r.places[path] = place{r.source, at.Position.Line, at.Position.Column}
	}
}

// text returns a scalar as written.
func (r *report) text(n ast.Node, path string) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return strings.TrimRight(n.Value.Value, "\n"), true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, true
	default:
		r.add(path, "must be a single value")
		return "", false
	}
}

// setScalar writes text into a string, whole number, truth value or duration.
// Its errors do not repeat the text.
func setScalar(v reflect.Value, text string) error {
	if v.Type() == reflect.TypeFor[time.Duration]() {
		d, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("must be a duration such as 10s or 5m")
		}
		v.SetInt(int64(d))
		return nil
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Int:
		n, err := strconv.Atoi(text)
		if err != nil || strconv.Itoa(n) != text {
			return fmt.Errorf("must be a whole number in decimal digits")
		}
		v.SetInt(int64(n))
	case reflect.Bool:
		switch text {
		case "true", "false":
			v.SetBool(text == "true")
		default:
			return fmt.Errorf("must be true or false")
		}
	default:
		return fmt.Errorf("cannot be set to a single value")
	}
	return nil
}

func pairsOf(n ast.Node) ([]*ast.MappingValueNode, bool) {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	default:
		return nil, false
	}
}

func keyText(pair *ast.MappingValueNode) string { return pair.Key.GetToken().Value }

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// suggest returns a hint naming the known key that is most like key.
func suggest(key string, fields map[string]int) string {
	best, distance := "", 3 // two slips are a typing error, three another word
	for known := range fields {
		d := slips(strings.ToLower(strings.ReplaceAll(key, "-", "_")), known)
		if d < distance || (d == distance && known < best) {
			best, distance = known, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

// slips is the number of letters to add, drop or change between a and b.
func slips(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		left := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := left
			if a[i] != b[j] {
				cost++
			}
			left = row[j+1]
			row[j+1] = min(cost, row[j]+1, left+1)
		}
	}
	return row[len(b)]
}
