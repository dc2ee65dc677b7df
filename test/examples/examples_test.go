// Package examples_test runs the programs of examples/ as the README says,
// against a running demo.
package examples_test

import (
	"context"
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

func check(t *testing.T, dir, program string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	d, err := demo.Start(ctx, demo.Options{
		Listen: "127.0.0.1:0", DCMIWSListen: "127.0.0.1:0", Source: demo.SourceAsterisk, Quiet: true, Version: "test",
	})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	out := run(t, dir, []string{
		"DIPCAST_HTTP=" + d.URL(),
		"DIPCAST_WS=" + strings.Replace(d.DCMIWSURL(), "ws://", "ws://"+demo.Login2+":"+demo.Login2+"@", 1),
	}, program, args...)
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
