// Package browser_test looks at pages in Chromium, as people do: the scripts
// beside it drive it with playwright-core, and what they press is heard here. A
// folder in SCREENSHOTS keeps what the pages look like.
package browser_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, goleak.Cleanup(remove)) }

// chromiums are the names that Chromium has.
var chromiums = []string{"chromium", "chromium-browser", "google-chrome"}

// folder holds the scripts with what they need, made once.
var folder struct {
	sync.Mutex
	path string
}

func remove(int) {
	folder.Lock()
	defer folder.Unlock()
	if folder.path != "" {
		_ = os.RemoveAll(folder.path) // below TMPDIR, which goes as well
	}
}

// run runs a script of this folder with Chromium.
func run(t *testing.T, script string, args ...string) {
	t.Helper()
	program := os.Getenv("CHROMIUM")
	for _, name := range chromiums {
		if path, err := exec.LookPath(name); program == "" && err == nil {
			program = path
		}
	}
	if program == "" {
		t.Fatal("no Chromium: `make needs` installs it, or CHROMIUM names one")
	}
	dir := scripts(t)
	command(t, dir, []string{"CHROMIUM=" + program}, "node", append([]string{script}, args...)...)
}

// scripts copies the scripts to where their packages may be installed.
func scripts(t *testing.T) string {
	t.Helper()
	folder.Lock()
	defer folder.Unlock()
	if folder.path != "" {
		return folder.path
	}
	dir, err := os.MkdirTemp("", "dipcast-browser") //nolint:usetesting // it serves all tests
	if err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob("*.mjs")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(names, "package.json", "package-lock.json", ".npmrc") {
		text, err := os.ReadFile(name)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	command(t, dir, nil, "npm", "ci")
	folder.path = dir
	return dir
}

func command(t *testing.T, dir string, env []string, program string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, program, args...)
	c.Dir, c.Env = dir, append(os.Environ(), env...)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", program, args, err, out)
	}
}
