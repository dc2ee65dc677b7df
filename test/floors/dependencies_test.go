package floors_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// row is a module's row in docs/dependencies.md: | module | licence | for … |.
var row = regexp.MustCompile(`(?m)^\| ([a-z0-9.-]+\.[a-z]+/\S+) \| [^|]+ \| [^|]+ \|`)

// TestDependencies holds docs/dependencies.md against the imports of the tree:
// what is imported has a row, in the part it belongs to, and nothing else has.
func TestDependencies(t *testing.T) {
	text, err := os.ReadFile("../../docs/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	program, rest, ok := strings.Cut(string(text), "\n## In tests only\n")
	tests, _, ok2 := strings.Cut(rest, "\n## Tools\n")
	if !ok || !ok2 {
		t.Fatal(`docs/dependencies.md has no parts "In tests only" and "Tools"`)
	}
	inProgram, inTests := modules(program), modules(tests)
	used := map[string]bool{}
	for _, f := range scan(t, "../..") {
		for _, i := range f.imports {
			if host, _, _ := strings.Cut(i.path, "/"); !strings.Contains(host, ".") || strings.HasPrefix(i.path, module) {
				continue
			}
			m := of(i.path, inProgram)
			if m == "" && (f.test || slices.Contains(testSupport, f.pkg)) {
				m = of(i.path, inTests)
			}
			if m == "" {
				t.Errorf("%s: %s has no row in docs/dependencies.md, or one for tests only", i.at, i.path)
			}
			used[m] = true
		}
	}
	for _, m := range slices.Concat(inProgram, inTests) {
		if !used[m] {
			t.Errorf("docs/dependencies.md: nothing imports %s any more", m)
		}
	}
}

func modules(text string) []string {
	var all []string
	for _, m := range row.FindAllStringSubmatch(text, -1) {
		all = append(all, m[1])
	}
	return all
}

// of gives the module an import path belongs to, "" when none of them.
func of(path string, modules []string) string {
	for _, m := range modules {
		if path == m || strings.HasPrefix(path, m+"/") {
			return m
		}
	}
	return ""
}
