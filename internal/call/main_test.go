package call_test

import (
	"flag"
	"testing"

	"go.uber.org/goleak"
)

// TestMain takes fewer orders of each recording than rapid would, so that all
// recordings are done in seconds; -rapid.checks, parsed later, asks for more.
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", "20"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}
