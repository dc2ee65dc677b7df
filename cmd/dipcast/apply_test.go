package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
)

// pbxConfig has a folder, an AMI port, a SIP port, and RTP ports.
const pbxConfig = `
listen: ["127.0.0.1:0"]
dcmiws_listen: []
agi_listen: "127.0.0.1:0"
data_dir: %s
servers:
  - {id: 1, name: box, address: "127.0.0.1:%d", pbx: {run: true, sip: "127.0.0.1:%d", rtp: "%d-%d"}}
tenants:
  - {id: 7be69580e27641df, number: 2, name: 얼쑤팩토리, servers: [1], extensions: ["1010"%s]}
operators: [{username: ops, password: "ops-password"}]
`

// TestApply: a user without an Asterisk gets one that runs, describes an
// extension more, applies that, and takes it back.
func TestApply(t *testing.T) {
	asterisktest.Tree(t, asteriskproc.Asterisk22)
	dir, err := os.MkdirTemp("/tmp", "d") //nolint:usetesting // t.TempDir is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	file := filepath.Join(dir, "dipcast.yaml")
	ami, sip, rtp := asterisktest.Port(t), asterisktest.Port(t), asterisktest.Ports(t, 40)
	configure := func(more string) { write(t, file, fmt.Sprintf(pbxConfig, dir, ami, sip, rtp, rtp+39, more)) }
	configure("")
	g := &gateway{dir: dir, file: file}
	g.start(t)

	configure(`, "1013"`)
	if out, err := dipcast(t, "reload", "-c", file); err != nil {
		t.Fatal(err, out)
	}
	out, err := dipcast(t, "apply", "--dry-run", "--lang", "en", "-c", file)
	if err != nil || !strings.Contains(out, "+exten => 1013,") || !strings.Contains(out, "What changes:") {
		t.Errorf("%v: %s", err, out)
	}
	if out, err := dipcast(t, "apply", "-c", file); err == nil || !strings.Contains(err.Error(), "--yes") {
		t.Errorf("applied without being asked: %v %s", err, out)
	}
	out, err = dipcast(t, "apply", "--yes", "-c", file)
	if err != nil || !strings.Contains(out, "적용했습니다") {
		t.Fatalf("%v: %s", err, out)
	}
	if out, err = dipcast(t, "apply", "--yes", "--lang", "en", "-c", file); err != nil || !strings.Contains(out, "Nothing changes") {
		t.Errorf("%v: %s", err, out)
	}

	has := func(extension string) bool {
		text, err := os.ReadFile(filepath.Join(dir, "asterisk-1/etc/extensions.conf"))
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(string(text), extension)
	}
	if !has("1013") {
		t.Error("1013 is not there")
	}
	if out, err = dipcast(t, "apply", "--undo", "--yes", "-c", file); err != nil || has("1013") {
		t.Errorf("%v: %s", err, out)
	}
	if out, err = dipcast(t, "apply", "--history", "--lang", "en", "-c", file); err != nil || !strings.Contains(out, "(undoes ") {
		t.Errorf("%v: %s", err, out)
	}

	// What somebody added is tried out first.
	write(t, filepath.Join(dir, "asterisk-1/etc/custom/extensions.conf"), "[broken\n")
	if out, err = dipcast(t, "apply", "--yes", "--lang", "en", "-c", file); err == nil || !strings.Contains(out, "etc/custom/extensions.conf:1") {
		t.Errorf("%v: %s", err, out)
	}
	g.signal(os.Interrupt)
	if code := g.code(20 * time.Second); code != 0 {
		t.Errorf("code %d", code)
	}
}
