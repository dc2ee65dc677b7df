package audit

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/dipcast/dipcast/internal/number"
)

// Change is one member that a change made different.
type Change struct {
	Field string `json:"field"` // "name", "devices[0].codecs"
	// Before and After are JSON values. Absent means that it is not there.
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
}

// Bounds of what one row keeps of a change.
const (
	maxChanges     = 100 // members
	maxChangeValue = 500 // bytes of one value
	maxChangeField = 200 // bytes of a field's name
	maxChangeBytes = 16 << 10
)

// redacted stands for a secret: that it was set or changed is told, not what it is.
var redacted = json.RawMessage(`"[redacted]"`)

// secretWords are parts of the names of members whose values are never kept.
var secretWords = []string{"secret", "password", "passwd", "private_key", "token", "authorization", "credential", "app_key", "api_key", "recovery", "totp"}

// isSecret reports whether a member's values are not to be kept, by its name.
func isSecret(field string) bool {
	last := strings.ToLower(field[strings.LastIndexByte(field, '.')+1:])
	if last == "pin" || last == "key" || last == "hash" {
		return true
	}
	return slices.ContainsFunc(secretWords, func(w string) bool { return strings.Contains(last, w) })
}

// Diff is what is different in after, by the members that JSON has of both; nil
// stands for nothing there. Members within objects are compared one by one, lists as
// a whole.
func Diff(before, after any) []Change {
	var out []Change
	diff(&out, "", plain(before), plain(after))
	return out
}

// plain is a value as JSON has it.
func plain(v any) any {
	if v == nil {
		return nil
	}
	data, err := json.Marshal(v)
	if err != nil {
		return nil // a value that no answer could show either
	}
	var out any
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	_ = d.Decode(&out) // what was just marshalled
	return out
}

func diff(out *[]Change, field string, before, after any) {
	if reflect.DeepEqual(before, after) {
		return
	}
	a, okA := before.(map[string]any)
	b, okB := after.(map[string]any)
	if (okA || before == nil) && (okB || after == nil) {
		keys := maps.Clone(a)
		if keys == nil {
			keys = map[string]any{}
		}
		maps.Copy(keys, b)
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			name := key
			if field != "" {
				name = field + "." + key
			}
			diff(out, name, a[key], b[key])
		}
		return
	}
	*out = append(*out, Change{Field: field, Before: value(before), After: value(after)})
}

func value(v any) json.RawMessage {
	if v == nil {
		return nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil // it came out of JSON
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// changes is the text of a row: redacted, and cut where it is too long.
func (l *Log) changes(all []Change) string {
	if len(all) == 0 {
		return ""
	}
	var b bytes.Buffer
	left := 0
	for i, c := range all {
		c.Field = clip(l.masked(c.Field), maxChangeField)
		c.Before, c.After = l.kept(c.Field, c.Before), l.kept(c.Field, c.After)
		text, err := marshal(c)
		if err != nil || i >= maxChanges || b.Len()+len(text) > maxChangeBytes {
			left = len(all) - i
			break
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(text)
	}
	if left > 0 {
		more, _ := marshal(Change{Field: "…", After: json.RawMessage(strconv.Itoa(left))}) // a number and a sign
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.Write(more)
	}
	return "[" + b.String() + "]"
}

func marshal(c Change) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(c)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// kept is a value as a row may have it: without secrets, also those within it, and
// valid JSON whatever it was.
func (l *Log) kept(field string, v json.RawMessage) json.RawMessage {
	if len(v) == 0 {
		return nil
	}
	if isSecret(field) && string(v) != "true" && string(v) != "false" { // whether there is one is none
		return redacted
	}
	var one any
	d := json.NewDecoder(bytes.NewReader(v))
	d.UseNumber()
	if d.Decode(&one) != nil || d.More() {
		one = string(v)
	}
	text := value(l.clean(one))
	if len(text) > maxChangeValue {
		text = value(clip(string(text), maxChangeValue) + "…")
	}
	return text
}

// clean takes secrets and the ids of tenants out of a value.
func (l *Log) clean(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, one := range v {
			if isSecret(key) && one != nil && one != "" {
				v[key] = "[redacted]"
				continue
			}
			v[key] = l.clean(one)
		}
	case []any:
		for i := range v {
			v[i] = l.clean(v[i])
		}
	case string:
		return l.masked(v)
	}
	return v
}

// masked is a text with the ids of tenants replaced. Numbers stay: who changed a
// number must find which.
func (l *Log) masked(s string) string { return number.MaskIDs(s, l.o.Lookup) }

// clip is the beginning of s, of whole characters.
func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}
