package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/store"
)

// dipcast runs a command and gives what it prints.
func dipcast(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	c := root()
	c.SetOut(&out)
	c.SetErr(&out)
	c.SetArgs(args)
	err := c.ExecuteContext(t.Context())
	return out.String(), err
}

// write makes a file that only we may read.
func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const twoServers = `
servers:
  - id: 1
    name: pbx.example.com
    address: 127.0.0.1:%d
    users:
      events: {username: ev, secret: ev-secret}
      calls: {username: ca, secret: ca-secret}
      database: {username: db, secret: db-secret}
  - id: 2
    name: pbx2.example.com
    address: 127.0.0.1:%d
    username: all
    secret: all-secret
tenants:
  - id: 7be69580e27641df
    number: 2
    name: 얼쑤팩토리
    servers: [1, 2]
    extensions: ["1010", "1013"]
    dids: {"07045805605": "1010"}
    numbers: ["16682471"]
operators: [{username: ops, password: ops-password}]
`

// TestRenderAndDoctor renders both servers, runs the first, and examines both.
func TestRenderAndDoctor(t *testing.T) {
	tree := asterisktest.Tree(t, asteriskproc.Asterisk22)
	config := write(t, filepath.Join(t.TempDir(), "dipcast.yaml"), fmt.Sprintf(twoServers, asterisktest.Port(t), asterisktest.Port(t)))
	dir := t.TempDir()
	first, second := filepath.Join(dir, "1"), filepath.Join(dir, "2")
	sip := fmt.Sprintf("127.0.0.1:%d", asterisktest.Port(t))

	if out, err := dipcast(t, "asterisk", "render", "-c", config, "--out", first); err == nil || !strings.Contains(err.Error(), "--server") {
		t.Errorf("with two servers and none named: %v %s", err, out)
	}
	render := func(server, out string, more ...string) {
		t.Helper()
		args := append([]string{
			"asterisk", "render", "-c", config, "--server", server, "--out", out, "--tree", tree.Root,
			"--sip", sip, "--trunk", "127.0.0.1:15060", "--secrets", filepath.Join(dir, "secrets.txt"), "--lang", "en",
		}, more...)
		said, err := dipcast(t, args...)
		if err != nil {
			t.Fatalf("%v\n%s", err, said)
		}
		if !strings.Contains(said, "files written") || strings.Contains(said, "secret:") {
			t.Errorf("it says %q", said)
		}
	}
	render("1", first, "--rtp", "21000-21100")
	kept := read(t, filepath.Join(dir, "secrets.txt"))
	pjsip := read(t, filepath.Join(first, "etc", "pjsip.conf"))
	render("1", first)
	render("2", second)
	if now := read(t, filepath.Join(dir, "secrets.txt")); now != kept || strings.Count(now, "T2_") != 2 {
		t.Errorf("passwords were %q and are %q", kept, now)
	}
	for name, secret := range secretsIn(t, filepath.Join(dir, "secrets.txt")) {
		if !strings.Contains(pjsip, "username="+name+"\npassword="+secret+"\n") ||
			!strings.Contains(read(t, filepath.Join(second, "etc", "pjsip.conf")), "password="+secret+"\n") {
			t.Errorf("%s has another password", name)
		}
	}
	if manager := read(t, filepath.Join(second, "etc", "manager.conf")); !strings.Contains(manager, "[all]") || strings.Contains(manager, "[ev]") {
		t.Errorf("one user for all: %s", manager)
	}
	if info, err := os.Stat(filepath.Join(dir, "secrets.txt")); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("passwords: %v %v", info.Mode(), err)
	}

	for _, folder := range []string{"var", "spool", "run", "log"} {
		if _, err := os.Stat(filepath.Join(first, folder)); err != nil {
			t.Error(err)
		}
	}
	asterisk, err := asteriskproc.Start(t.Context(), asteriskproc.RunOptions{Tree: tree, Dir: first})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(asterisk.Stop)
	out, err := dipcast(t, "asterisk", "doctor", "-c", config, "--server", "1", "--lang", "en")
	if err != nil || strings.Contains(out, "[error]") || !strings.Contains(out, "errors: 0") {
		t.Errorf("the rendered server: %v\n%s", err, out)
	}
	out, err = dipcast(t, "asterisk", "doctor", "-c", config, "--lang", "ko", "--brief")
	if err == nil || !strings.Contains(out, "[오류]") || !strings.Contains(out, "→") || strings.Contains(out, "[정상]") {
		t.Errorf("with a server that is not there: %v\n%s", err, out)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func secretsIn(t *testing.T, path string) map[string]string {
	t.Helper()
	s, err := openSecrets(path)
	if err != nil {
		t.Fatal(err)
	}
	return s.by
}

// TestRenderRefuses: what cannot be rendered is said before a file is written.
func TestRenderRefuses(t *testing.T) {
	dir := t.TempDir()
	config := func(server string) string {
		return write(t, filepath.Join(dir, "c.yaml"), "servers:\n  - {id: 1, name: x, "+server+"}\n"+
			"tenants:\n  - {id: 7be69580e27641df, number: 2, name: x, servers: [1], extensions: [\"1010\"]}\n")
	}
	out := filepath.Join(dir, "out")
	local := "address: 127.0.0.1:5038, username: u, secret: s"
	for _, tt := range []struct {
		name, server string
		args         []string
		want         string
	}{
		{"AMI of another machine", "address: 192.0.2.1:5038, username: u, secret: s", nil, "--permit"},
		{"two users of three", "address: 127.0.0.1:5038, users: {events: {username: a, secret: s}, calls: {username: a, secret: t}, database: {username: b, secret: s}}", nil, "three"},
		{"trunk without port", local, []string{"--trunk", "192.0.2.1"}, "trunk"},
		{"trunk by name", local, []string{"--trunk", "sip.example.com:5060"}, "trunk"},
		{"sip without port", local, []string{"--sip", "0.0.0.0"}, "sip"},
		{"rtp", local, []string{"--rtp", "10000"}, "rtp"},
		{"permit", local, []string{"--permit", "everybody"}, "permit"},
		{"agi_listen of this machine, server elsewhere", "address: 192.0.2.1:5038, username: u, secret: s", []string{"--permit", "192.0.2.7"}, "--agi"},
		{"agi", local, []string{"--agi", "pbx:4573"}, "agi"},
		{"agi of everywhere", local, []string{"--agi", "0.0.0.0:4573"}, "AGI address"},
		{"no such server", local, []string{"--server", "7"}, "no server 7"},
		{"version", local, []string{"--version", "13"}, "13"},
	} {
		args := append([]string{"asterisk", "render", "-c", config(tt.server), "--out", out, "--modules", "/m", "--data", "/d"}, tt.args...)
		said, err := dipcast(t, args...)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v %s", tt.name, err, said)
		}
		if _, err := os.Stat(out); err == nil {
			t.Fatalf("%s: files are written", tt.name)
		}
	}
}

// TestRenderPoints: what is described in a database is not in the files, and who
// renders is told what writes it.
func TestRenderPoints(t *testing.T) {
	dir := t.TempDir()
	config := write(t, filepath.Join(dir, "c.yaml"), "data_dir: "+dir+"\nagi_listen: \"\"\nservers:\n  - {id: 1, name: x, address: 127.0.0.1:5038, username: u, secret: s}\n"+
		"tenants:\n  - {id: 7be69580e27641df, number: 2, name: x, servers: [1], extensions: [\"1010\"]}\n")
	render := func() string {
		t.Helper()
		out, err := dipcast(t, "asterisk", "render", "-c", config, "--out", filepath.Join(dir, "out"), "--modules", "/m", "--data", "/d", "--lang", "en")
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if out := render(); strings.Contains(out, "dipcast apply") {
		t.Errorf("without a database: %s", out)
	}
	write(t, filepath.Join(dir, store.FileName), "")
	if out := render(); !strings.Contains(out, "dipcast apply") {
		t.Errorf("with one: %s", out)
	}
}

// TestSecretFile: what is written by hand is kept, what is no secret is named.
func TestSecretFile(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "s"), "# mine\n\nT2_1010: p:a ss\n")
	s, err := openSecrets(path)
	if err != nil || s.get("T2_1010") != "p:a ss" || s.added != 0 {
		t.Errorf("%v %v", s, err)
	}
	made := s.get("T2_1013")
	if err := s.save(); err != nil || len(made) < 20 {
		t.Errorf("%q %v", made, err)
	}
	if again := secretsIn(t, path); again["T2_1010"] != "p:a ss" || again["T2_1013"] != made {
		t.Errorf("%v", again)
	}
	write(t, path, "T2_1010\n")
	if _, err := openSecrets(path); err == nil || !strings.Contains(err.Error(), "line 1") {
		t.Errorf("%v", err)
	}
}

// TestPackAndInstall carries a tree over in a file. It is no real one: package
// asteriskproc packs those.
func TestPackAndInstall(t *testing.T) {
	tree := t.TempDir()
	if err := os.MkdirAll(filepath.Join(tree, "usr", "sbin"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(tree, "usr", "sbin", "asterisk"), "a program")
	write(t, filepath.Join(tree, "dipcast-tree.json"), fmt.Sprintf(`{"version":"16.28.0","arch":%q}`, runtime.GOARCH))
	t.Setenv(asteriskproc.EnvRoot16, tree)
	file := filepath.Join(t.TempDir(), "asterisk-16.tar.zst")
	if out, err := dipcast(t, "asterisk", "pack", "--version", "16", "--lang", "en", file); err != nil || !strings.Contains(out, "--from asterisk-16.tar.zst") {
		t.Fatalf("%v\n%s", err, out)
	}
	dir := t.TempDir()
	out, err := dipcast(t, "asterisk", "install", "--version", "16", "--dir", dir, "--from", file, "--lang", "ko")
	if err != nil || !strings.Contains(out, "풀기") || !strings.Contains(out, filepath.Join(dir, "16")) {
		t.Fatalf("%v\n%s", err, out)
	}
	if text := read(t, filepath.Join(dir, "16", "usr", "sbin", "asterisk")); text != "a program" {
		t.Errorf("its program is %q", text)
	}
	if out, err := dipcast(t, "asterisk", "install", "--version", "22", "--dir", t.TempDir(), "--from", file); err == nil {
		t.Errorf("16 is installed as 22: %s", out)
	}
}
