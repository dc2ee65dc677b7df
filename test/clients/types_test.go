// Package clients_test holds the clients of client/ and clients/ts against the
// running gateway, and their types against docs/asyncapi.yaml.
package clients_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/frametest"
)

var update = flag.Bool("update", false, "write clients/ts/src/frames.ts anew")

// TestTypeScriptTypes: the types of the TypeScript client are those of the
// document. `go test ./test/clients -run Types -update` makes them so.
func TestTypeScriptTypes(t *testing.T) {
	doc, err := frametest.Document()
	if err != nil {
		t.Fatal(err)
	}
	schemas := doc["components"].(map[string]any)["schemas"].(map[string]any)
	var b strings.Builder
	b.WriteString("// Made from docs/asyncapi.yaml by test/clients/types_test.go. Do not edit.\n")
	for _, name := range slices.Sorted(maps.Keys(schemas)) {
		s := schemas[name].(map[string]any)
		b.WriteString("\n" + comment(s, ""))
		if _, ok := s["properties"]; ok {
			fmt.Fprintf(&b, "export interface %s %s\n", name, object(t, s))
			continue
		}
		fmt.Fprintf(&b, "export type %s = %s\n", name, typeOf(t, s))
	}
	path := filepath.Join("..", "..", "clients", "ts", "src", "frames.ts")
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(path)
	if err != nil || string(have) != b.String() {
		t.Errorf("clients/ts/src/frames.ts is not what docs/asyncapi.yaml says (%v): go test ./test/clients -run Types -update", err)
	}
}

func comment(s map[string]any, indent string) string {
	text, _ := s["description"].(string)
	if text == "" {
		return ""
	}
	return indent + "/** " + strings.Join(strings.Fields(text), " ") + " */\n"
}

// object is the body of an interface.
func object(t *testing.T, s map[string]any) string {
	props := s["properties"].(map[string]any)
	required, _ := s["required"].([]any)
	var b strings.Builder
	b.WriteString("{\n")
	all := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(props)) {
		p := props[name].(map[string]any)
		mark := "?"
		if slices.Contains(required, any(name)) {
			mark = ""
		}
		all[typeOf(t, p)] = true
		fmt.Fprintf(&b, "%s  %s%s: %s\n", comment(p, "  "), name, mark, typeOf(t, p))
	}
	if more, ok := s["additionalProperties"].(map[string]any); ok {
		// An index has to allow for what the named members are, too.
		all[typeOf(t, more)] = true
		all["undefined"] = true
		fmt.Fprintf(&b, "  [name: string]: %s\n", strings.Join(slices.Sorted(maps.Keys(all)), " | "))
	}
	b.WriteString("}")
	return b.String()
}

func typeOf(t *testing.T, s map[string]any) string {
	if ref, ok := s["$ref"].(string); ok {
		return ref[strings.LastIndex(ref, "/")+1:]
	}
	for _, key := range []string{"anyOf", "oneOf"} {
		if list, ok := s[key].([]any); ok {
			return union(t, list)
		}
	}
	if enum, ok := s["enum"].([]any); ok {
		var out []string
		for _, v := range enum {
			text, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, string(text))
		}
		return strings.Join(out, " | ")
	}
	switch k := s["type"].(type) {
	case []any:
		var out []string
		for _, name := range k {
			one := maps.Clone(s)
			one["type"] = name
			out = append(out, typeOf(t, one))
		}
		return strings.Join(out, " | ")
	case string:
		switch k {
		case "string", "boolean", "null":
			return k
		case "integer", "number":
			return "number"
		case "array":
			element := typeOf(t, s["items"].(map[string]any))
			if strings.Contains(element, " ") {
				element = "(" + element + ")"
			}
			return element + "[]"
		case "object":
			if _, ok := s["properties"]; ok {
				return strings.ReplaceAll(object(t, s), "\n", "\n  ")
			}
			return "{ [name: string]: " + typeOf(t, s["additionalProperties"].(map[string]any)) + " }"
		}
	}
	t.Fatalf("no type for %v", s)
	return ""
}

func union(t *testing.T, list []any) string {
	var out []string
	for _, e := range list {
		out = append(out, typeOf(t, e.(map[string]any)))
	}
	return strings.Join(out, " | ")
}
