// Package floors_test checks who imports whom: an import goes down the house or
// stays on its floor, and the faces of floor 4 never import each other. Why, and
// what each floor holds: docs/decisions/0001-layout-and-floors.md.
package floors_test

import (
	"fmt"
	"maps"
	"slices"
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
	"client":                             protocols,
	"internal/fastagi":                   protocols,
	"internal/media":                     protocols,
	"internal/sipphone":                  protocols,
	"internal/netfault":                  protocols,
	"internal/outward":                   protocols,
	"internal/wholefile":                 protocols,
	"works":                              protocols,
	"works/workstest":                    protocols,
	"ui":                                 protocols,
	"internal/attribution":               domain,
	"internal/asteriskconf":              domain,
	"internal/call":                      domain,
	"internal/call/calltest":             domain,
	"internal/company":                   domain,
	"internal/config":                    domain,
	"internal/dialplan":                  domain,
	"internal/envelope":                  domain,
	"internal/number":                    domain,
	"internal/policy":                    domain,
	"internal/prompts":                   domain,
	"internal/secret":                    domain,
	"internal/tenant":                    domain,
	"internal/apply":                     engines,
	"internal/asteriskproc":              engines,
	"internal/asteriskproc/asterisktest": engines,
	"internal/audit":                     engines,
	"internal/backups":                   engines,
	"internal/await":                     protocols,
	"internal/browsertest":               protocols,
	"internal/auth":                      engines,
	"internal/capacity":                  engines,
	"internal/cdr":                       engines,
	"internal/certs":                     engines,
	"internal/companies":                 engines,
	"internal/companyfile":               domain,
	"internal/datadir":                   engines,
	"internal/ccitt":                     protocols,
	"internal/edge":                      engines,
	"internal/fax":                       engines,
	"internal/guard":                     engines,
	"internal/host":                      engines,
	"internal/hub":                       engines,
	"internal/limits":                    engines,
	"internal/logring":                   engines,
	"internal/metrics":                   engines,
	"internal/people":                    engines,
	"internal/outbox":                    engines,
	"internal/pbx":                       engines,
	"internal/programtest":               wiring,
	"internal/serverconf":                engines,
	"internal/users":                     engines,
	"internal/provisioning":              engines,
	"internal/softphone":                 domain,
	"internal/recording":                 engines,
	"internal/relay":                     engines,
	"internal/sounds":                    engines,
	"internal/store":                     engines,
	"internal/voicemail":                 engines,
	"internal/store/storetest":           engines,
	"docs":                               domain, // embedded files, nothing else
	"internal/frametest":                 engines,
	"packaging":                          engines, // embedded files, nothing else
	"internal/bot":                       faces,
	"internal/dcmiws":                    faces,
	"internal/rest":                      faces,
	"internal/web":                       faces,
	"internal/webhook":                   faces,
	"cmd/dipcast":                        wiring,
	"examples/go/calls":                  wiring,
	"internal/app":                       wiring,
	"internal/bench":                     wiring,
	"internal/demo":                      wiring,
}

// testSupport is imported by tests alone, since it brings along what the program
// does not need.
var testSupport = []string{
	"internal/asteriskproc/asterisktest", "internal/await", "internal/frametest", "internal/programtest",
	"internal/store/storetest",
}

// TestFloors reads every Go file of the repository, whatever its build tags. Files
// of tests may import what they like.
func TestFloors(t *testing.T) {
	found := map[string]bool{}
	for _, f := range scan(t, "../..") {
		if f.test {
			continue
		}
		if !found[f.pkg] && floors[f.pkg] == 0 {
			t.Errorf("%s has no floor: give it a row in the table of this test (docs/decisions/0001-layout-and-floors.md)", f.pkg)
		}
		found[f.pkg] = true
		for _, i := range f.imports {
			to, ours := strings.CutPrefix(i.path, module+"/")
			if why := broken(f.pkg, to); ours && floors[f.pkg] != 0 && why != "" {
				t.Errorf("%s: %s", i.at, why)
			}
		}
	}
	for _, p := range slices.Sorted(maps.Keys(floors)) {
		if !found[p] {
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
	case slices.Contains(testSupport, to) && !slices.Contains(testSupport, from):
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
		{"test support of test support", "internal/asteriskproc/asterisktest", "internal/await", true},
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
