package app_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/docs"
)

// TestOpenAPI: the document is there for everyone, is of version 3.1, all its
// references lead somewhere, and every error has the documented form.
func TestOpenAPI(t *testing.T) {
	s := newSite(t)
	r := s.do("GET", "/api/v2/openapi.json", "", nil)
	var doc map[string]any
	if err := json.Unmarshal([]byte(r.raw), &doc); err != nil || r.status != 200 {
		t.Fatal(r.status, err)
	}
	if v, _ := doc["openapi"].(string); !strings.HasPrefix(v, "3.1") {
		t.Errorf("openapi %v", doc["openapi"])
	}
	at := func(path ...string) any {
		var v any = doc
		for _, p := range path {
			m, _ := v.(map[string]any)
			v = m[p]
		}
		return v
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			if ref, ok := v["$ref"].(string); ok && at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...) == nil {
				t.Errorf("%s leads nowhere", ref)
			}
			for _, e := range v {
				walk(e)
			}
		}
	}
	walk(doc)
	operations := 0
	ids := map[any]bool{}
	paths, _ := doc["paths"].(map[string]any)
	for path, methods := range paths {
		if !strings.HasPrefix(path, "/api/v2/") {
			t.Errorf("path %s", path)
		}
		for method := range methods.(map[string]any) {
			operations++
			id := at("paths", path, method, "operationId")
			if id == nil || ids[id] || at("paths", path, method, "summary") == nil {
				t.Errorf("%s %s: operationId %v", method, path, id)
			}
			ids[id] = true
			for status, response := range at("paths", path, method, "responses").(map[string]any) {
				content, _ := response.(map[string]any)["content"].(map[string]any)
				if (status == "200" || status == "206") && (content["text/event-stream"] != nil || content["text/csv"] != nil || content["text/html"] != nil || content["audio/wav"] != nil ||
					content["application/pdf"] != nil || content["application/zip"] != nil || content["application/gzip"] != nil || content["image/tiff"] != nil || content["image/png"] != nil) {
					continue
				}
				schema, _ := content["application/json"].(map[string]any)["schema"].(map[string]any)
				if ref, _ := schema["$ref"].(string); (ref == "#/components/schemas/Failure") != (status[0] != '2') {
					t.Errorf("%s %s: %s is %v", method, path, status, content)
				}
			}
		}
	}
	if operations < 3 {
		t.Errorf("%d operations", operations)
	}
	failure, _ := at("components", "schemas", "Failure", "required").([]any)
	if fmt.Sprint(failure) != "[status code message]" && len(failure) != 3 {
		t.Errorf("an error must have %v", failure)
	}
	if len(at("components", "schemas", "Failure", "properties", "code", "enum").([]any)) != 13 {
		t.Error("not all codes are documented")
	}
}

// TestAsyncAPI: the other document is there for everyone, too.
func TestAsyncAPI(t *testing.T) {
	s := newSite(t)
	r := s.do("GET", "/api/v2/asyncapi.yaml", "", nil)
	if r.status != 200 || r.raw != string(docs.AsyncAPI) {
		t.Errorf("%d, %d bytes of %d", r.status, len(r.raw), len(docs.AsyncAPI))
	}
}
