package frametest_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/frametest"
)

// document gives the document and a way into it by JSON pointer.
func document(t *testing.T) (doc map[string]any, at func(pointer string) any) {
	t.Helper()
	doc, err := frametest.Document()
	if err != nil {
		t.Fatal(err)
	}
	return doc, func(pointer string) any {
		var v any = doc
		for part := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
			m, _ := v.(map[string]any)
			v = m[part]
		}
		return v
	}
}

// TestReferences: every reference of the document leads somewhere, and what can
// be referred to is.
func TestReferences(t *testing.T) {
	doc, at := document(t)
	if doc["asyncapi"] != "3.0.0" {
		t.Errorf("asyncapi %v", doc["asyncapi"])
	}
	used := map[string]bool{}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			if ref, ok := v["$ref"].(string); ok {
				pointer, local := strings.CutPrefix(ref, "#")
				if used[pointer] = true; !local || at(pointer) == nil {
					t.Errorf("%s leads nowhere", ref)
				}
			}
			for _, e := range v {
				walk(e)
			}
		}
	}
	walk(doc)
	for _, group := range []string{"/components/schemas", "/components/messages", "/components/securitySchemes"} {
		for name := range at(group).(map[string]any) {
			if !used[group+"/"+name] {
				t.Errorf("nothing refers to %s/%s", group, name)
			}
		}
	}
	for name, channel := range at("/channels").(map[string]any) {
		for m := range channel.(map[string]any)["messages"].(map[string]any) {
			if p := "/channels/" + name + "/messages/" + m; !used[p] {
				t.Errorf("no operation has %s", p)
			}
		}
	}
}

// TestExamples: each message has examples, and each is what its schema says.
func TestExamples(t *testing.T) {
	_, at := document(t)
	c, err := frametest.New()
	if err != nil {
		t.Fatal(err)
	}
	messages := at("/components/messages").(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(messages)) {
		m := messages[name].(map[string]any)
		examples, _ := m["examples"].([]any)
		if len(examples) == 0 || m["summary"] == nil {
			t.Errorf("%s has no summary or no example", name)
		}
		payload := m["payload"].(map[string]any)["$ref"].(string)
		for _, e := range examples {
			example := e.(map[string]any)
			if err := c.Against(strings.TrimPrefix(payload, "#"), example["payload"]); err != nil {
				t.Errorf("%s, example %s: %v", name, example["name"], err)
			}
		}
	}
}

// TestSent: frames are held against the schema of their kind, and one member
// too many or too few is seen.
func TestSent(t *testing.T) {
	c, err := frametest.New()
	if err != nil {
		t.Fatal(err)
	}
	src := envelope.NewSource(1, "one", false)
	tests := []struct {
		frame, schema string
		ok            bool
	}{
		{`{"op":"gap","server":1,"from":1,"to":2,"reason":"slow"}`, "Gap", true},
		{`{"op":"gap","server":1,"from":1,"to":2,"reason":"slow","more":1}`, "Gap", false},
		{`{"op":"gap","server":1,"from":1,"reason":"slow"}`, "Gap", false},
		{`{"op":"gap","server":1,"from":1,"to":2,"reason":"slow","server":1}`, "", false},
		{`{"op":"link","server":1,"state":"up","time":"2026-11-21T05:12:00.000Z"}`, "Link", true},
		{`{"op":"link","server":1,"state":"up","time":"2026-11-21 05:12:00"}`, "Link", false},
		{`{"op":"nothing"}`, "", false},
		{`{"type":1}`, "", false},
		{`[1]`, "", false},
		{string(src.AppendError(nil, "x", envelope.Errorf(envelope.TooLong, "F", "m"))), "Failure", true},
		{string(src.AppendFields(nil, 4, envelope.Field{Name: "Response", Value: "Success"})), "Response", true},
		{string(src.AppendFields(nil, 3, envelope.Field{Name: "Event", Value: "E"})), "Event", true},
		{string(src.AppendFields(nil, 3, envelope.Field{Name: "Evnt", Value: "E"})), "Event", false},
	}
	for _, tt := range tests {
		schema, err := c.Sent([]byte(tt.frame))
		if schema != tt.schema || (err == nil) != tt.ok {
			t.Errorf("%s: %q %v", tt.frame, schema, err)
		}
	}
}

// TestCodes: the document names the codes that there are.
func TestCodes(t *testing.T) {
	_, at := document(t)
	want := []envelope.Code{
		envelope.BadRequest, envelope.InvalidValue, envelope.TooLong, envelope.Unauthorized, envelope.Forbidden,
		envelope.NotFound, envelope.Conflict, envelope.RateLimited, envelope.Busy, envelope.Unavailable,
		envelope.Timeout, envelope.Unknown, envelope.Internal,
	}
	got, err := json.Marshal(at("/components/schemas/Code/enum"))
	if err != nil {
		t.Fatal(err)
	}
	if all, _ := json.Marshal(want); string(all) != string(got) {
		t.Errorf("%s, want %s", got, all)
	}
}
