// Package floors_test checks who imports whom: an import goes down the house or
// stays on its floor, and the faces of floor 4 never import each other. Why, and
// what each floor holds: docs/decisions/0001-layout-and-floors.md.
package floors_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Floors of the house, from the ground up.
const (
	protocols = 1 // protocols and media: know nothing of ours
	domain    = 2
	engines   = 3
	faces     = 4
	wiring    = 5
)

// module is the import path of the repository's root.
const module = "github.com/dipcast/dipcast"

// floors holds every package with its floor. A new package gets a row here, and
// so an answer to where it belongs, before it passes.
var floors = map[string]int{
	"ami":                                protocols,
	"ami/amitest":                        protocols,
	"internal/sipphone":                  protocols,
	"internal/attribution":               domain,
	"internal/asteriskconf":              domain,
	"internal/config":                    domain,
	"internal/dialplan":                  domain,
	"internal/envelope":                  domain,
	"internal/number":                    domain,
	"internal/policy":                    domain,
	"internal/tenant":                    domain,
	"internal/asteriskproc":              engines,
	"internal/asteriskproc/asterisktest": engines,
	"internal/audit":                     engines,
	"internal/auth":                      engines,
	"internal/edge":                      engines,
	"internal/hub":                       engines,
	"internal/pbx":                       engines,
	"internal/store":                     engines,
	"packaging":                          engines, // embedded files, nothing else
	"internal/dcmiws":                    faces,
	"internal/rest":                      faces,
	"cmd/dipcast":                        wiring,
	"internal/app":                       wiring,
	"internal/demo":                      wiring,
}

// testSupport is imported by tests alone, since it brings package testing along.
var testSupport = []string{"internal/asteriskproc/asterisktest"}

// TestFloors reads every Go file of the repository, whatever its build tags. Files
// of tests may import what they like.
func TestFloors(t *testing.T) {
	found := scan(t, "../..")
	for _, p := range slices.Sorted(maps.Keys(found)) {
		if floors[p] == 0 {
			t.Errorf("%s has no floor: give it a row in the table of this test (docs/decisions/0001-layout-and-floors.md)", p)
			continue
		}
		for _, i := range found[p] {
			if why := broken(p, i.of); why != "" {
				t.Errorf("%s: %s", i.at, why)
			}
		}
	}
	for _, p := range slices.Sorted(maps.Keys(floors)) {
		if _, ok := found[p]; !ok {
			t.Errorf("%s has a floor, but there is no such package: remove its row", p)
		}
	}
}

// broken says which rule an import of package to by package from breaks, "" when
// none.
func broken(from, to string) string {
	switch at, of := floors[from], floors[to]; {
	case strings.HasPrefix(to, "test/"):
		return fmt.Sprintf("%s imports %s: packages below test/ are tests", from, to)
	case slices.Contains(testSupport, to):
		return fmt.Sprintf("%s imports %s, which is for tests", from, to)
	case of == 0:
		return fmt.Sprintf("%s imports %s, which has no floor", from, to)
	case at == protocols:
		return fmt.Sprintf("%s imports %s: floor %d knows nothing of ours", from, to, protocols)
	case of > at:
		return fmt.Sprintf("%s (floor %d) imports %s (floor %d): imports go down; give it what it needs through a small interface of its own", from, at, to, of)
	case at == faces && of == faces:
		return fmt.Sprintf("%s imports %s: faces never import each other, internal/app joins them", from, to)
	}
	return ""
}

func TestBroken(t *testing.T) {
	tests := []struct {
		name, from, to string
		ok             bool
	}{
		{"down", "internal/app", "ami", true},
		{"down one", "internal/dcmiws", "internal/pbx", true},
		{"same floor", "internal/auth", "internal/store", true},
		{"wiring on its floor", "cmd/dipcast", "internal/app", true},
		{"up", "internal/policy", "internal/store", false},
		{"up to a face", "internal/hub", "internal/rest", false},
		{"face to face", "internal/rest", "internal/dcmiws", false},
		{"ground floor", "ami/amitest", "ami", false},
		{"ground floor up", "ami", "internal/envelope", false},
		{"unknown", "internal/app", "internal/util", false},
		{"test support", "internal/app", "internal/asteriskproc/asterisktest", false},
		{"a test", "internal/app", "test/dialplan", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if why := broken(tt.from, tt.to); (why == "") != tt.ok {
				t.Errorf("broken(%q, %q) = %q", tt.from, tt.to, why)
			}
		})
	}
}

// imported is one of our packages, and the place that imports it.
type imported struct{ of, at string }

// scan gives what of ours each package below root imports, but for tests. It
// leaves out other modules and folders that Go leaves out.
func scan(t *testing.T, root string) map[string][]imported {
	t.Helper()
	found := map[string][]imported{}
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return skip(root, file, d.Name())
		}
		if filepath.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		rel, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		p := path.Dir(rel)
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		if _, ok := found[p]; !ok {
			found[p] = nil
		}
		for _, s := range f.Imports {
			full, err := strconv.Unquote(s.Path.Value)
			if err != nil {
				return err
			}
			if of, ours := strings.CutPrefix(full, module+"/"); ours {
				found[p] = append(found[p], imported{of, fmt.Sprintf("%s:%d", rel, fset.Position(s.Pos()).Line)})
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// skip answers fs.SkipDir for folders whose Go files are not ours to check.
func skip(root, dir, name string) error {
	if dir == root {
		return nil
	}
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" || name == "node_modules" {
		return fs.SkipDir
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
		return fs.SkipDir
	}
	return nil
}
