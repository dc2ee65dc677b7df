// Package seed_test holds the product to its document: every JSON block of the
// DCMIWS document is pasted, unchanged, into a running demo, and what comes
// back is compared with what the document prints.
package seed_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// block is one fenced JSON block of the document.
type block struct {
	heading string // the last heading before it
	text    string // as printed
}

// document reads all JSON blocks, in order.
func document(t *testing.T) []block {
	t.Helper()
	b, err := os.ReadFile("testdata/dcmiws-api.ko.md")
	if err != nil {
		t.Fatal(err)
	}
	var all []block
	heading := ""
	var open *strings.Builder
	for _, line := range strings.SplitAfter(string(b), "\n") {
		trimmed := strings.TrimSpace(line)
		switch {
		case open == nil && strings.HasPrefix(trimmed, "#"):
			heading = strings.TrimLeft(trimmed, "# ")
		case open == nil && trimmed == "```json":
			open = new(strings.Builder)
		case open != nil && trimmed == "```":
			all = append(all, block{heading, open.String()})
			open = nil
		case open != nil:
			open.WriteString(line)
		}
	}
	return all
}

func (b block) isRequest() bool  { return strings.Contains(b.text, `"AMIServerID"`) }
func (b block) isResponse() bool { return strings.Contains(b.text, `"server_id"`) }
func (b block) isREST() bool     { return strings.Contains(b.text, `"caller"`) }

// isTemplate: it has places to be filled in, {{AMIServerID}} or {단말번호}.
func (b block) isTemplate() bool {
	return strings.Contains(b.text, "{{") || strings.Contains(b.text, `{단말번호}`)
}

// frame is an answer or a documented one.
type frame struct {
	Type       int               `json:"type"`
	ServerID   int               `json:"server_id"`
	ServerName string            `json:"server_name"`
	SSL        bool              `json:"ssl"`
	Data       map[string]string `json:"data"`
}

func parse(t *testing.T, text string) frame {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(text))
	dec.DisallowUnknownFields()
	var f frame
	if err := dec.Decode(&f); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return f
}

// sameAs compares an answer with the documented one: the same envelope, the
// same keys, the same values but for the time.
func (f frame) sameAs(want frame) bool {
	if f.Type != want.Type || f.ServerID != want.ServerID || f.ServerName != want.ServerName ||
		f.SSL != want.SSL || len(f.Data) != len(want.Data) {
		return false
	}
	for k, v := range want.Data {
		got, ok := f.Data[k]
		if k == "Timestamp" {
			ok = ok && len(got) == len(v) && strings.IndexByte(got, '.') == strings.IndexByte(v, '.')
			v = got
		}
		if !ok || got != v {
			return false
		}
	}
	return true
}

// TestDocumentIsWhole guards the reading itself: should the document change,
// the tests below must be looked at again.
func TestDocumentIsWhole(t *testing.T) {
	var requests, responses, rest, templates int
	for _, b := range document(t) {
		switch {
		case b.isTemplate():
			templates++
		case b.isRequest():
			requests++
		case b.isResponse():
			responses++
		case b.isREST():
			rest++
		default:
			t.Errorf("a block of unknown kind under %q:\n%s", b.heading, b.text)
		}
	}
	if requests != 9 || responses != 8 || rest != 1 || templates != 2 {
		t.Errorf("%d requests, %d responses, %d for REST, %d templates", requests, responses, rest, templates)
	}
}
