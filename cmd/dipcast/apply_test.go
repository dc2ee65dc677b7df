package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// pbxConfig has a folder, an AMI port, a SIP port, and RTP ports.
const pbxConfig = `
listen: ["127.0.0.1:0"]
dcmiws_listen: []
agi_listen: "127.0.0.1:0"
data_dir: %s
servers:
  - {id: 1, name: box, address: "127.0.0.1:%d", pbx: {run: true, sip: "127.0.0.1:%d", rtp: "%d-%d"}}
operators: [{username: ops, password: "ops-password"}]
`

// TestApply: a user without an Asterisk gets one that runs, makes a company with
// two phones, applies, and calls; takes an extension back, and the call goes on.
func TestApply(t *testing.T) {
	asterisktest.Tree(t, asteriskproc.Asterisk22)
	dir, err := os.MkdirTemp("/tmp", "d") //nolint:usetesting // t.TempDir is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	file := filepath.Join(dir, "dipcast.yaml")
	sip, rtp := asterisktest.Port(t), asterisktest.Ports(t, 40)
	write(t, file, fmt.Sprintf(pbxConfig, dir, asterisktest.Port(t), sip, rtp, rtp+39))
	g := &gateway{dir: dir, file: file}
	g.process = launch(t, "serve", "--config", file)
	until(t, "ready for clients", func() bool { return addressLine.MatchString(g.printed()) })
	run := func(args ...string) string {
		t.Helper()
		out, err := dipcast(t, append(args, "--lang", "en", "-c", file)...)
		if err != nil {
			t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return out
	}

	made := run("tenant", "create", "--name", "얼쑤팩토리", "--extensions", "1010")
	one := account(t, made, "1010")
	run("apply", "--yes")
	two := account(t, run("extension", "create", "1013"), "1013")
	out := run("apply", "--dry-run")
	if !strings.Contains(out, "+[T2_1013]") || !strings.Contains(out, "+password=[hidden]") || strings.Contains(out, two) {
		t.Errorf("the changes: %s", out)
	}
	if out, err := dipcast(t, "apply", "-c", file); err == nil || !strings.Contains(err.Error(), "--yes") {
		t.Errorf("applied without being asked: %v %s", err, out)
	}
	if out := run("apply", "--yes"); !strings.Contains(out, "Applied.") {
		t.Error(out)
	}
	if out := run("apply", "--yes"); !strings.Contains(out, "Nothing changes") {
		t.Error(out)
	}

	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	a, b := g.phone(ctx, sip, "1010", one, 600), g.phone(ctx, sip, "1013", two, 900)
	call, err := a.Dial(ctx, "1013", sipphone.DialOptions{})
	if err != nil {
		t.Fatal(err)
	}
	in, err := b.NextCall(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := in.WaitTone(ctx, 600); err != nil {
		t.Error(err)
	}
	run("apply", "--undo", "--yes")
	in.SetTone(700)
	if err := call.WaitTone(ctx, 700); err != nil { // it goes on without its extension
		t.Error(err)
	}
	if err := call.Hangup(ctx); err != nil {
		t.Error(err)
	}
	if out := run("registrations"); !strings.Contains(out, "T2_1013") || !strings.Contains(out, "reachable") {
		t.Error(out)
	}
	until(t, "the call in the history", func() bool { return strings.Contains(run("history", "list"), "ANSWERED") })
	table := filepath.Join(dir, "calls.csv")
	run("history", "export", "--search", "1013", "-o", table)
	if text, err := os.ReadFile(table); err != nil || strings.Count(string(text), "\n") != 2 {
		t.Errorf("%q, %v", text, err)
	}
	if out := run("history", "list", "--until", "2026-01-01"); !strings.Contains(out, "There is none.") {
		t.Error(out)
	}
	if out, err := dipcast(t, "history", "export", "--direction", "up", "-c", file); err == nil || !strings.Contains(err.Error(), "direction") {
		t.Errorf("%v: %s", err, out)
	}
	if out := run("apply", "--history"); !strings.Contains(out, "(undoes ") {
		t.Error(out)
	}

	// What somebody added is tried out first.
	write(t, filepath.Join(dir, "asterisk-1/etc/custom/extensions.conf"), "[broken\n")
	if out, err := dipcast(t, "apply", "--yes", "--lang", "en", "-c", file); err == nil || !strings.Contains(out, "etc/custom/extensions.conf:1") {
		t.Errorf("%v: %s", err, out)
	}
	g.signal(os.Interrupt)
	if code := g.code(20 * time.Second); code != 0 {
		t.Errorf("code %d", code)
	}
}

// account finds the password of a phone that a command made.
func account(t *testing.T, said, extension string) string {
	t.Helper()
	m := regexp.MustCompile(`T2_` + extension + `\s+(\S+)`).FindStringSubmatch(said)
	if m == nil {
		t.Fatalf("no password of %s: %s", extension, said)
	}
	return m[1]
}

// phone registers a phone.
func (g *gateway) phone(ctx context.Context, sip int, extension, password string, tone int) *sipphone.Phone {
	g.t.Helper()
	p, err := sipphone.New(sipphone.Options{
		Server: fmt.Sprintf("127.0.0.1:%d", sip), User: "T2_" + extension, Password: password, Tone: tone, Behaviour: sipphone.Answer(0),
	})
	if err != nil {
		g.t.Fatal(err)
	}
	if err := p.Start(ctx); err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(func() { p.Close() })
	if err := p.Register(ctx); err != nil {
		g.t.Fatal(err)
	}
	return p
}
