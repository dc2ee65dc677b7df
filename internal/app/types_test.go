package app_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what differs instead of failing")

const schemaFile = "../../ui/src/api/schema.ts"

// TestTypesOfUI holds the types of the web against our OpenAPI document. With
// -update it writes them.
func TestTypesOfUI(t *testing.T) {
	s := newSite(t)
	r := s.do("GET", "/api/v2/openapi.json", "", nil)
	var doc document
	if err := json.Unmarshal([]byte(r.raw), &doc); err != nil || r.status != 200 {
		t.Fatal(r.status, err)
	}
	want := doc.types()
	got, err := os.ReadFile(schemaFile)
	if err == nil && bytes.Equal(got, want) {
		return
	}
	if !*update {
		t.Fatalf("%s is not what the OpenAPI document says (%v): go test ./internal/app -run TypesOfUI -update", schemaFile, err)
	}
	if err := os.WriteFile(schemaFile, want, 0o600); err != nil {
		t.Fatal(err)
	}
}

// document is what of an OpenAPI document makes types.
type document struct {
	Paths      map[string]map[string]endpoint
	Components struct{ Schemas map[string]schema }
}

type endpoint struct {
	Parameters []struct {
		Name, In string
		Required bool
		Schema   schema
	}
	RequestBody *struct {
		Content map[string]struct{ Schema schema }
	}
	Responses map[string]struct {
		Content map[string]struct{ Schema schema }
	}
}

type schema struct {
	Ref                  string `json:"$ref"`
	Type                 any
	Description          string
	Enum                 []any
	Properties           map[string]schema
	Required             []string
	Items                *schema
	AdditionalProperties json.RawMessage
	OneOf, AnyOf         []schema
	ContentEncoding      string
}

var plainName = regexp.MustCompile(`^[A-Za-z_$][\w$]*$`)

var notName = regexp.MustCompile(`[^\w$]+`)

func member(name string) string {
	if plainName.MatchString(name) {
		return name
	}
	return fmt.Sprintf("'%s'", name)
}

// typeName makes a name of TypeScript of a schema's.
func typeName(name string) string { return notName.ReplaceAllString(name, "") }

// of is the type of a schema; in is how far it is indented.
func (s *schema) of(in string) string {
	switch {
	case s.Ref != "":
		return typeName(s.Ref[strings.LastIndexByte(s.Ref, '/')+1:])
	case len(s.Enum) > 0:
		var all []string
		for _, v := range s.Enum {
			text, _ := json.Marshal(v) //nolint:errchkjson // it came from JSON
			all = append(all, strings.ReplaceAll(string(text), `"`, `'`))
		}
		if slices.Contains(s.kinds(), "null") && !slices.Contains(all, "null") {
			all = append(all, "null")
		}
		return strings.Join(all, " | ")
	case len(s.OneOf)+len(s.AnyOf) > 0:
		var all []string
		for _, one := range slices.Concat(s.OneOf, s.AnyOf) {
			all = append(all, one.of(in))
		}
		return strings.Join(all, " | ")
	}
	var all []string
	for _, k := range s.kinds() {
		switch k {
		case "integer":
			all = append(all, "number")
		case "array":
			element := "unknown"
			if s.Items != nil {
				element = s.Items.of(in)
			}
			if strings.Contains(element, " | ") {
				element = "(" + element + ")"
			}
			all = append(all, element+"[]")
		case "object":
			all = append(all, s.object(in))
		default:
			all = append(all, k)
		}
	}
	if len(all) == 0 {
		return "unknown"
	}
	return strings.Join(all, " | ")
}

func (s *schema) kinds() []string {
	switch k := s.Type.(type) {
	case string:
		return []string{k}
	case []any:
		var all []string
		for _, one := range k {
			all = append(all, fmt.Sprint(one))
		}
		return all
	}
	if len(s.Properties) > 0 {
		return []string{"object"}
	}
	return nil
}

func (s *schema) object(in string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[name]
		if p.Description != "" {
			fmt.Fprintf(&b, "%s  /** %s */\n", in, strings.ReplaceAll(strings.ReplaceAll(p.Description, "*/", "* /"), "\n", " "))
		}
		optional := "?"
		if slices.Contains(s.Required, name) {
			optional = ""
		}
		fmt.Fprintf(&b, "%s  %s%s: %s\n", in, member(name), optional, p.of(in+"  "))
	}
	var more schema
	if len(s.AdditionalProperties) > 0 && json.Unmarshal(s.AdditionalProperties, &more) == nil {
		if b.Len() == 0 {
			return "Record<string, " + more.of(in) + ">"
		}
		fmt.Fprintf(&b, "%s  [name: string]: unknown\n", in)
	}
	if b.Len() == 0 {
		return "Record<string, unknown>"
	}
	return "{\n" + b.String() + in + "}"
}

func (d *document) types() []byte {
	var b bytes.Buffer
	b.WriteString("// Made from our OpenAPI document: go test ./internal/app -run TypesOfUI -update\n")
	for _, name := range slices.Sorted(maps.Keys(d.Components.Schemas)) {
		s := d.Components.Schemas[name]
		fmt.Fprintf(&b, "\nexport type %s = %s\n", typeName(name), s.of(""))
	}
	b.WriteString("\n/** What each operation takes and answers. */\nexport interface Operations {\n")
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(d.Paths[path])) {
			e := d.Paths[path][method]
			fmt.Fprintf(&b, "  '%s %s': {\n    request: {\n", strings.ToUpper(method), strings.TrimPrefix(path, "/api/v2"))
			for _, where := range []string{"path", "query"} {
				s := schema{Type: "object", Properties: map[string]schema{}}
				for _, p := range e.Parameters {
					if p.In != where {
						continue
					}
					s.Properties[p.Name] = p.Schema
					if where == "path" {
						s.Properties[p.Name] = schema{Type: []any{"string", "number"}}
					}
					if p.Required {
						s.Required = append(s.Required, p.Name)
					}
				}
				optional := ""
				if len(s.Required) == 0 {
					optional = "?"
				}
				if len(s.Properties) > 0 {
					fmt.Fprintf(&b, "      %s%s: %s\n", where, optional, s.of("      "))
				}
			}
			if e.RequestBody != nil {
				if c, ok := e.RequestBody.Content["application/json"]; ok {
					fmt.Fprintf(&b, "      body: %s\n", c.Schema.of("      "))
				}
			}
			answer := "undefined"
			for _, status := range []string{"200", "201", "202"} {
				if c, ok := e.Responses[status].Content["application/json"]; ok {
					answer = c.Schema.of("    ")
					break
				}
			}
			fmt.Fprintf(&b, "    }\n    answer: %s\n  }\n", answer)
		}
	}
	b.WriteString("}\n")
	return b.Bytes()
}
