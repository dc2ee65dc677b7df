// Package examples_test runs the programs of examples/ as the README says,
// against a running demo.
package examples_test

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/demo"
)

// each is what every program prints, line by line, up to the first colon and
// the beginning of what follows.
var each = []string{
	"ping 1: Success Pong", "ping 2: Success Pong",
	"enabled?: Success Value: yes", "number?: Success Database entry not found.",
	"set number: Success Updated database successfully", "switch on: Success Updated database successfully",
	"enabled now?: Success Value: yes", "number now?: Success Value: sub-custom-numbers,01026132471,1",
	"call 1010 → 07045144801: Success Originate successfully queued",
	"call 1013 → 01026132471: Success Originate successfully queued",
	`REST 200: {"status":"success"`, "switch off: Success Updated database successfully",
}

func TestNode(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("..", "..", "examples", "node"))); err != nil {
		t.Fatal(err)
	}
	run(t, dir, nil, "npm", "ci", "--no-audit", "--no-fund")
	check(t, dir, "node", "dcmiws.mjs")
}

// TestPython uses Debian's Python, which `make test` has given websockets.
func TestPython(t *testing.T) {
	check(t, filepath.Join("..", "..", "examples", "python"), "/usr/bin/python3", "dcmiws.py")
}

// calls is what the programs that show version 2 print, among other lines.
var calls = []string{"calling 1010 → 16682471", "call ringing, ringing: 16682471", "call answered, answered: 16682471"}

// TestCalls runs the programs that use the clients.
func TestCalls(t *testing.T) {
	dir := t.TempDir()
	for _, part := range []string{"examples/node", "clients/ts"} {
		from := filepath.Join("..", "..", filepath.FromSlash(part))
		if err := copyTree(filepath.Join(dir, filepath.FromSlash(part)), from); err != nil {
			t.Fatal(err)
		}
		run(t, filepath.Join(dir, filepath.FromSlash(part)), nil, "npm", "ci", "--no-audit", "--no-fund")
	}
	env := start(t)
	for _, out := range []string{
		run(t, filepath.Join(dir, "examples", "node"), env, "node", "calls.mjs"),
		run(t, filepath.Join("..", ".."), env, "go", "run", "./examples/go/calls"),
	} {
		for _, want := range append([]string{"server 1: ", "server 2: "}, calls...) {
			if !strings.Contains(out, want) {
				t.Errorf("no %q in:\n%s", want, out)
			}
		}
	}
}

// copyTree copies what git has of a folder.
func copyTree(to, from string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == "node_modules" || d.Name() == "dist" {
				return fs.SkipDir
			}
			return os.MkdirAll(filepath.Join(to, rel), 0o755)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), text, 0o600)
	})
}

// start runs a demo, and says where it is.
func start(t *testing.T) (env []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	d, err := demo.Start(ctx, demo.Options{
		Listen: "127.0.0.1:0", DCMIWSListen: "127.0.0.1:0", Source: demo.SourceAsterisk, Quiet: true, Version: "test",
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return []string{
		"DIPCAST_HTTP=" + d.URL(),
		"DIPCAST_WS=" + strings.Replace(d.DCMIWSURL(), "ws://", "ws://"+demo.Login2+":"+demo.Login2+"@", 1),
	}
}

func check(t *testing.T, dir, program string, args ...string) {
	t.Helper()
	out := run(t, dir, start(t), program, args...)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	for i, want := range each {
		if i >= len(lines) || !strings.HasPrefix(lines[i], want) {
			t.Fatalf("line %d is not %q:\n%s", i+1, want, out)
		}
	}
}

func run(t *testing.T, dir string, env []string, program string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, program, args...)
	c.Dir, c.Env = dir, append(os.Environ(), env...)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", program, err, out)
	}
	return string(out)
}
