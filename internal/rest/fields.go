package rest

import (
	"encoding/json"
	"fmt"
	"path"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/envelope"
)

// fields are the members of a T that a request has: those that are absent are
// left as they are, null and the zero value are the default. What is in a list
// is replaced with the whole list.
type fields[T any] struct{ raw []byte }

// UnmarshalJSON implements json.Unmarshaler.
func (f *fields[T]) UnmarshalJSON(b []byte) error {
	f.raw = append([]byte(nil), b...)
	return nil
}

// Schema implements huma.SchemaProvider: that of T, in which nothing is required.
func (f fields[T]) Schema(r huma.Registry) *huma.Schema {
	t := reflect.TypeFor[T]()
	whole := r.Schema(t, false, t.Name())
	s := &huma.Schema{Type: huma.TypeObject, Description: whole.Description, AdditionalProperties: false, Properties: map[string]*huma.Schema{}}
	for name, p := range whole.Properties {
		if p.Ref == "" {
			one := *p
			one.Nullable = true
			p = &one
		} else if to := r.SchemaFromRef(p.Ref); to != nil { // a reference cannot be null
			one := *to
			one.Nullable = true
			p = &one
		}
		s.Properties[name] = p
	}
	s.PrecomputeMessages()
	return s
}

// has reports whether the request has a member.
func (f *fields[T]) has(name string) bool {
	var given map[string]json.RawMessage
	_ = json.Unmarshal(f.raw, &given) // it came through the schema
	_, ok := given[name]
	return ok
}

// word is a member of the request that is a short text or a number, else "".
func (f *fields[T]) word(name string) string {
	var given map[string]any
	_ = json.Unmarshal(f.raw, &given) // it came through the schema
	switch v := given[name].(type) {
	case string:
		return envelope.Clip(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

// into sets those members of to that the request has.
func (f *fields[T]) into(to *T) error {
	if len(f.raw) == 0 {
		return nil
	}
	var given map[string]json.RawMessage
	var from T
	if err := json.Unmarshal(f.raw, &given); err != nil {
		return envelope.Errorf(envelope.BadRequest, "", "the request must be a JSON object")
	}
	if err := json.Unmarshal(f.raw, &from); err != nil {
		field, text := "", err.Error()
		for name, value := range given { // find whose it is
			var one T
			if e := json.Unmarshal([]byte(fmt.Sprintf(`{%q:%s}`, name, value)), &one); e != nil {
				field, text = name, strings.TrimPrefix(e.Error(), "json: ")
			}
		}
		return envelope.Errorf(envelope.InvalidValue, field, "%s", text)
	}
	src, dst := reflect.ValueOf(&from).Elem(), reflect.ValueOf(to).Elem()
	for i := range dst.NumField() {
		name, _, _ := strings.Cut(dst.Type().Field(i).Tag.Get("json"), ",")
		if _, ok := given[name]; ok && name != "" && name != "-" {
			dst.Field(i).Set(src.Field(i))
		}
	}
	return nil
}

// schemaName keeps types of the description, which are Company's, apart from
// those of this package.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if path.Base(t.PkgPath()) == "company" && name != "Company" {
		return "Company" + name
	}
	return name
}
