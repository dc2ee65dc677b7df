package rest_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
)

// document is an OpenAPI document as it was read.
type document map[string]any

// at follows members to a value; nil when there is none.
func (d document) at(path ...string) any {
	var v any = map[string]any(d)
	for _, p := range path {
		m, _ := v.(map[string]any)
		v = m[p]
	}
	return v
}

// object is at for an object, empty when there is none.
func (d document) object(path ...string) map[string]any {
	m, _ := d.at(path...).(map[string]any)
	return m
}

// invalid says where a JSON value is not as a schema wants it; "" when it is.
// It knows the keywords that the document uses, and says so when there is
// another.
func (d document) invalid(schema map[string]any, v any, where string) string {
	if ref, ok := schema["$ref"].(string); ok {
		target := d.object(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
		if target == nil {
			return ref + " leads nowhere"
		}
		return d.invalid(target, v, where)
	}
	for keyword, want := range schema {
		var wrong string
		switch keyword {
		case "type":
			wrong = wrongType(want, v)
		case "enum":
			if !slices.ContainsFunc(want.([]any), func(e any) bool { return e == v }) {
				wrong = fmt.Sprintf("is none of %v", want)
			}
		case "required":
			for _, name := range want.([]any) {
				if m, ok := v.(map[string]any); ok && !has(m, name.(string)) {
					wrong = "lacks " + name.(string)
				}
			}
		case "properties", "additionalProperties":
			if m, ok := v.(map[string]any); ok {
				if keyword == "properties" || schema["properties"] == nil {
					if w := d.invalidMembers(schema, m, where); w != "" {
						return w
					}
				}
			}
		case "items":
			list, _ := v.([]any)
			for i, e := range list {
				if w := d.invalid(want.(map[string]any), e, fmt.Sprintf("%s[%d]", where, i)); w != "" {
					return w
				}
			}
		case "oneOf", "anyOf":
			fits := 0
			for _, s := range want.([]any) {
				if d.invalid(s.(map[string]any), v, where) == "" {
					fits++
				}
			}
			if fits == 0 || keyword == "oneOf" && fits > 1 {
				wrong = fmt.Sprintf("fits %d of %s", fits, keyword)
			}
		case "format":
			wrong = wrongFormat(want.(string), v)
		case "pattern":
			if s, ok := v.(string); ok && !regexp.MustCompile(want.(string)).MatchString(s) {
				wrong = fmt.Sprintf("does not match %v", want)
			}
		case "minLength":
			if s, ok := v.(string); ok && float64(len([]rune(s))) < want.(float64) {
				wrong = "is too short"
			}
		case "contentEncoding":
			if s, ok := v.(string); ok {
				if _, err := base64.StdEncoding.DecodeString(s); err != nil {
					wrong = "is not base64"
				}
			}
		case "maxLength":
			if s, ok := v.(string); ok && float64(len([]rune(s))) > want.(float64) {
				wrong = "is too long"
			}
		case "maxItems":
			if list, ok := v.([]any); ok && float64(len(list)) > want.(float64) {
				wrong = "has too many members"
			}
		case "maxProperties":
			if m, ok := v.(map[string]any); ok && float64(len(m)) > want.(float64) {
				wrong = "has too many members"
			}
		case "minimum", "maximum":
			n, ok := v.(float64)
			if limit := want.(float64); ok && (keyword == "minimum" && n < limit || keyword == "maximum" && n > limit) {
				wrong = fmt.Sprintf("is not within its %s %v", keyword, limit)
			}
		case "description", "examples", "readOnly", "default":
		default:
			wrong = "has a schema with a keyword that this test does not know: " + keyword
		}
		if wrong != "" {
			text, _ := json.Marshal(v)
			return fmt.Sprintf("%s %s: %s", where, wrong, text)
		}
	}
	return ""
}

func (d document) invalidMembers(schema, m map[string]any, where string) string {
	properties, _ := schema["properties"].(map[string]any)
	for name, v := range m {
		s, known := properties[name].(map[string]any)
		if !known {
			switch more := schema["additionalProperties"].(type) {
			case bool:
				if more {
					continue
				}
				return where + " has a member that is not documented: " + name
			case map[string]any:
				s = more
			default:
				continue
			}
		}
		if w := d.invalid(s, v, where+"."+name); w != "" {
			return w
		}
	}
	return ""
}

func has(m map[string]any, name string) bool {
	_, ok := m[name]
	return ok
}

func wrongType(want, v any) string {
	types, ok := want.([]any)
	if !ok {
		types = []any{want}
	}
	is := "null"
	switch v := v.(type) {
	case bool:
		is = "boolean"
	case string:
		is = "string"
	case []any:
		is = "array"
	case map[string]any:
		is = "object"
	case float64:
		is = "number"
		if v == math.Trunc(v) && slices.Contains(types, any("integer")) {
			is = "integer"
		}
	}
	if !slices.Contains(types, any(is)) {
		return fmt.Sprintf("is %s, not %v", is, want)
	}
	return ""
}

func wrongFormat(format string, v any) string {
	s, ok := v.(string)
	switch {
	case format == "date-time" && ok:
		if _, err := time.Parse(time.RFC3339, s); err != nil {
			return err.Error()
		}
	case format == "date-time", format == "int64", format == "double", format == "int32":
	default:
		return "has a format that this test does not know: " + format
	}
	return ""
}
