package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestUserCommands works on a data directory that no gateway uses: who is locked out
// of the web gets in again by it.
func TestUserCommands(t *testing.T) {
	dir := t.TempDir()
	file := write(t, filepath.Join(dir, "dipcast.yaml"), "listen: [\"127.0.0.1:0\"]\ndcmiws_listen: []\nagi_listen: \"\"\nservers:\n  - {id: 1, name: pbx, address: \"127.0.0.1:5038\", username: u, secret: a-secret-word}\n")
	says := func(want string, args ...string) string {
		t.Helper()
		out, err := dipcast(t, append(args, "-c", file, "--lang", "en")...)
		if err != nil || !strings.Contains(out, want) {
			t.Errorf("%v: %q, %v; want %q", args, out, err, want)
		}
		return out
	}
	refused := func(want string, args ...string) {
		t.Helper()
		if _, err := dipcast(t, append(args, "-c", file, "--lang", "en")...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", args, err, want)
		}
	}
	says("T2", "tenant", "create", "--name", "얼쑤팩토리", "--extensions", "1010")
	says("dipcast@makecall.io", "user", "list")
	once := regexp.MustCompile(`(?m)^[a-z2-7]{4}(-[a-z2-7]{4}){3}$`)
	if out := says("One-time password of hong@example.com", "user", "add", "Hong@example.com", "--tenant", "T2", "--name", "홍길동"); !once.MatchString(out) {
		t.Errorf("no password: %s", out)
	}
	first := once.FindString(says("One-time password", "user", "reset", "DIPCAST@makecall.io", "--factors"))
	if again := once.FindString(says("One-time password", "user", "reset", "dipcast@makecall.io")); first == "" || again == first {
		t.Errorf("passwords %q and %q", first, again)
	}
	if out := says("company", "user", "list", "--tenant", "T2"); strings.Contains(out, "dipcast@") {
		t.Errorf("of a company: %s", out)
	}
	refused("role", "user", "add", "x", "--tenant", "T2", "--role", "administrator")
	refused("there is no such user", "user", "reset", "nobody")
	refused("last system administrator", "user", "delete", "dipcast@makecall.io")
	says("deleted", "user", "delete", "hong@example.com")
	refused("there is no such user", "user", "delete", "hong@example.com")
}
