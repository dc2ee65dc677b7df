// Package programtest builds dipcast for tests that run it as a process of its
// own, to kill it and start it again.
package programtest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// built is the program, once for all tests of a test program.
var built struct {
	once sync.Once
	dir  string
	err  error
}

// Path gives the program, built as `make build` builds it: without cgo and
// without the race detector. The first call builds it. The test fails when that
// fails.
func Path(tb testing.TB) string {
	tb.Helper()
	built.once.Do(build)
	if built.err != nil {
		tb.Fatal(built.err)
	}
	return filepath.Join(built.dir, "dipcast")
}

func build() {
	if built.dir, built.err = os.MkdirTemp("", "dipcast"); built.err != nil {
		return
	}
	// Not a test's context: the program outlives the test that asks first.
	cmd := exec.CommandContext(context.Background(), "go", "build", "-trimpath", "-o", built.dir, "github.com/dipcast/dipcast/cmd/dipcast")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		built.err = fmt.Errorf("build dipcast: %w: %s", err, out)
	}
}

// Remove removes what Path built. TestMain calls it when all tests have ended.
func Remove() {
	if built.dir != "" {
		os.RemoveAll(built.dir)
	}
}
