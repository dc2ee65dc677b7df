// Package frametest holds frames of the WebSocket protocol against what
// docs/asyncapi.yaml says of them. It is for tests.
package frametest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/dipcast/dipcast/docs"
)

// root is what the document is called inside the compiler.
const root = "mem:///asyncapi.json"

// Document is docs/asyncapi.yaml as JSON values, with numbers as json.Number.
func Document() (map[string]any, error) {
	var y any
	if err := yaml.Unmarshal(docs.AsyncAPI, &y); err != nil {
		return nil, fmt.Errorf("asyncapi.yaml: %w", err)
	}
	text, err := json.Marshal(y)
	if err != nil {
		return nil, fmt.Errorf("asyncapi.yaml: %w", err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("asyncapi.yaml: %w", err)
	}
	doc, ok := v.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("asyncapi.yaml is a %T", v)
	}
	return doc, nil
}

// Checker knows the schemas. Unlike the document, which lets the gateway add
// members later, it refuses what no schema names. Any goroutine may use it.
type Checker struct {
	mu      sync.Mutex
	compile *jsonschema.Compiler
	known   map[string]*jsonschema.Schema
}

// New reads the document.
func New() (*Checker, error) {
	doc, err := Document()
	if err != nil {
		return nil, err
	}
	components, _ := doc["components"].(map[string]any)
	tighten(components["schemas"])
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(root, doc); err != nil {
		return nil, fmt.Errorf("asyncapi.yaml: %w", err)
	}
	return &Checker{compile: c, known: map[string]*jsonschema.Schema{}}, nil
}

// tighten lets no object have members that its schema does not name.
func tighten(v any) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			tighten(e)
		}
	case map[string]any:
		_, named := v["properties"].(map[string]any)
		if _, open := v["additionalProperties"]; named && !open && v["type"] == "object" {
			v["additionalProperties"] = false
		}
		for _, e := range v {
			tighten(e)
		}
	}
}

// Against holds value, of JSON types, against the schema at a JSON pointer such
// as "/components/schemas/Gap".
func (c *Checker) Against(pointer string, value any) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.known[pointer]
	if s == nil {
		var err error
		if s, err = c.compile.Compile(root + "#" + pointer); err != nil {
			return fmt.Errorf("schema %s: %w", pointer, err)
		}
		c.known[pointer] = s
	}
	return s.Validate(value)
}

// Sent holds a frame that the gateway sent against the schema of its kind, and
// returns which that is.
func (c *Checker) Sent(frame []byte) (schema string, err error) {
	if !jsontext.Value(frame).IsValid() {
		return "", fmt.Errorf("not a JSON value with each member once: %s", frame)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(frame))
	if err != nil {
		return "", err
	}
	f, ok := v.(map[string]any)
	if !ok {
		return "", fmt.Errorf("not an object: %s", frame)
	}
	schema = kind(f)
	if schema == "" {
		return "", fmt.Errorf("of no documented kind: %s", frame)
	}
	if err := c.Against("/components/schemas/"+schema, v); err != nil {
		return schema, fmt.Errorf("%w in %s", err, frame)
	}
	return schema, nil
}

// ops are the schemas of the frames with an "op" that the gateway sends.
var ops = map[string]string{
	"subscribed": "Subscribed", "resumed": "Resumed", "error": "OpError", "call": "CallStep",
	"snapshot": "Snapshot", "gap": "Gap", "link": "Link",
}

// codes are those of failures; Asterisk has no header called Code with one.
var codes = []string{
	"bad_request", "invalid_value", "too_long", "unauthorized", "forbidden", "not_found", "conflict",
	"rate_limited", "busy", "unavailable", "timeout", "unknown", "internal",
}

func kind(f map[string]any) string {
	if op, ok := f["op"].(string); ok {
		return ops[op]
	}
	data, _ := f["data"].(map[string]any)
	code, _ := data["Code"].(string)
	number, _ := f["type"].(json.Number)
	_, positioned := f["seq"]
	switch {
	case number == "3" && positioned:
		return "EventV2"
	case number == "3" && data["Event"] == "DIPCASTLink":
		return "LinkEvent"
	case number == "3" && data["Event"] == "DIPCASTGap":
		return "GapEvent"
	case number == "3":
		return "Event"
	case slices.Contains(codes, code):
		return "Failure"
	case number == "4" || number == "5" || number == "6":
		return "Response"
	}
	return ""
}
