// Package browsertest looks at pages in Chromium, as people do: scripts beside a
// test (NAME.mjs) drive it with playwright-core and browser.mjs of this folder. A
// folder in SCREENSHOTS keeps what the pages look like.
package browsertest

import (
	"context"
	"embed"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// chromiums are the names that Chromium has.
var chromiums = []string{"chromium", "chromium-browser", "google-chrome"}

//go:embed browser.mjs livecalls.mjs package.json package-lock.json .npmrc
var shared embed.FS

// scriptLimit bounds one script. It is far more than a slow machine needs.
const scriptLimit = 15 * time.Minute

// folder holds the scripts with what they need, made once.
var folder struct {
	sync.Mutex
	path string
}

// Remove removes what Run made. TestMain calls it when all tests have ended.
func Remove() {
	folder.Lock()
	defer folder.Unlock()
	if folder.path != "" {
		_ = os.RemoveAll(folder.path) // below TMPDIR, which goes as well
	}
}

// Run runs a script of the test's own folder with Chromium, and gives what it wrote.
// The test fails when it does.
func Run(t *testing.T, script string, args ...string) string {
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
	return command(t, scripts(t), []string{"CHROMIUM=" + program}, "node", append([]string{script}, args...)...)
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
	if err := os.CopyFS(dir, shared); err != nil {
		t.Fatal(err)
	}
	own, err := filepath.Glob("*.mjs")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range own {
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

func command(t *testing.T, dir string, env []string, program string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), scriptLimit)
	defer cancel()
	c := exec.CommandContext(ctx, program, args...)
	c.Dir, c.Env = dir, append(os.Environ(), env...)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", program, args, err, out)
	}
	return string(out)
}
