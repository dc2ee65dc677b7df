package main

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/companyfile"
	"github.com/dipcast/dipcast/internal/media"
)

// TestCompanyCommands works on a data directory that no gateway uses, from an
// empty one on.
func TestCompanyCommands(t *testing.T) {
	dir := t.TempDir()
	file := write(t, filepath.Join(dir, "dipcast.yaml"), "listen: [\"127.0.0.1:0\"]\ndcmiws_listen: []\nagi_listen: \"\"\nservers:\n  - {id: 1, name: pbx, address: \"127.0.0.1:5038\", username: u, secret: a-secret-word, pbx: {dir: \""+filepath.Join(dir, "pbx")+"\"}}\n")
	run := func(args ...string) string {
		t.Helper()
		out, err := dipcast(t, append(args, "-c", file, "--lang", "en")...)
		if err != nil {
			t.Fatalf("%v: %v", args, err)
		}
		return out
	}
	refused := func(want string, args ...string) {
		t.Helper()
		if _, err := dipcast(t, append(args, "-c", file, "--lang", "en")...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", args, err, want)
		}
	}
	refused("there are 0 companies", "extension", "list")
	out := run("tenant", "create", "--name", "얼쑤팩토리", "--extensions", "1010-1011")
	if !regexp.MustCompile(`1010 +T2_1010 +[a-z2-9]{24}\n1011 +T2_1011 +`).MatchString(out) {
		t.Errorf("%s", out)
	}
	run("extension", "create", "1020", "--name", "성춘향", "--email", "s@example.com", "--pin", "4711")
	run("extension", "update", "1020", "--pin", "0815")
	if out = run("extension", "show", "1020", "--json"); !strings.Contains(out, "s@example.com") || strings.Contains(out, "0815") {
		t.Errorf("%s", out)
	}
	refused("there is an extension of this number", "extension", "create", "1020")
	run("did", "create", "07045805605", "--to", "extension:1010")
	refused("name what is to change", "did", "update", "07045805605")
	refused("name what is to change", "extension", "update", "1020")
	refused(`"abc" is not a whole number`, "extension", "create", "1021", "--ring-seconds", "abc")
	refused("not on a server 7", "extension", "create", "1021", "--server", "7")
	refused("701 is an extension too", "extension", "create", "701")
	refused("extension 9999: there is no such extension", "extension", "show", "9999")
	refused("extension 1020 has no phone 3", "extension", "rotate", "1020", "--device", "3")
	refused("host: is missing; register: needs username", "trunk", "create", "--preset", "register")
	refused("dids[07045805605].to", "extension", "delete", "1010")
	run("class", "create", "inside", "--dials", "")
	run("extension", "update", "1011", "--class", "inside", "--no-call-waiting")
	if out = run("class", "list"); !strings.Contains(out, "10000") {
		t.Errorf("%s", out)
	}
	refused("preset", "trunk", "create", "--preset", "none", "--host", "a")
	run("trunk", "create", "--preset", "register", "--host", "sip.example.net", "--username", "u", "--secret", "of-the-carrier", "--tenant", "shared")
	if out = run("trunk", "list", "--tenant", "shared"); !strings.Contains(out, "sip.example.net") || strings.Contains(out, "of-the-carrier") {
		t.Errorf("%s", out)
	}
	yaml := filepath.Join(dir, "t2.yaml")
	run("tenant", "export", "-o", yaml)
	text, err := os.ReadFile(yaml)
	if err != nil {
		t.Fatal(err)
	}
	f, err := companyfile.Read(text)
	if err != nil || len(f.Extensions) != 3 || f.Extension("1011").Class != "inside" {
		t.Errorf("%v %s", err, text)
	}
	if info, err := os.Stat(yaml); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("%v %v", info, err)
	}
	write(t, yaml, strings.Replace(string(text), "name: 성춘향", "name: 향단", 1))
	if out = run("tenant", "import", yaml, "--dry-run"); !strings.Contains(out, `extensions[1020].name: "성춘향" → "향단"`) || !strings.Contains(out, "Nothing has been changed") {
		t.Errorf("%s", out)
	}
	run("tenant", "import", yaml)
	csv := write(t, filepath.Join(dir, "e.csv"), "내선,이름\n1010,홍길동\n1030,변학도\n")
	if out = run("extension", "import", csv, "--dry-run"); !strings.Contains(out, "line 3, 1030: create") || !strings.Contains(out, "1 to create, 1 to change") {
		t.Errorf("%s", out)
	}
	run("extension", "import", csv)
	write(t, csv, "number,class\n1010,none\n")
	refused("line 2, class: there is no class", "extension", "import", csv)
	run("extension", "rotate", "1010") // which an undo passes over
	run("tenant", "undo")
	if out = run("extension", "list"); strings.Contains(out, "변학도") || !strings.Contains(out, "향단") {
		t.Errorf("%s", out)
	}
	softphoneCommands(t, run, refused)
	toneCommands(t, dir, run, refused)
	wholeCommands(t, run, refused)
	run("holiday", "import-korea", "2027")
	if out = run("holiday", "list"); !strings.Contains(out, "2027-02-07") {
		t.Errorf("%s", out)
	}
	if out = run("tenant", "versions"); !strings.Contains(out, "create did 07045805605") || strings.Contains(out, "T0") {
		t.Errorf("%s", out)
	}
	refused("there is no version 999", "tenant", "undo", "--version", "999")
	refused("no such tenant", "tenant", "undo", "T9")
	empty := write(t, filepath.Join(dir, "empty.csv"), "")
	refused("is empty", "extension", "import", empty)
	if out = run("tenant", "create", "--name", "얼쑤팩토리"); !strings.Contains(out, "a company T2 of that name already") {
		t.Errorf("%s", out)
	}
	refused("there are 2 companies (T2 얼쑤팩토리, T3 얼쑤팩토리)", "extension", "list")
	run("tenant", "delete", "T3", "--yes")
	refused("--yes", "tenant", "delete")
	run("tenant", "delete", "--yes")
	refused("there are 0 companies", "extension", "list")
	// Its id stays its own.
	refused("taken", "tenant", "import", yaml)
	if _, err := dipcast(t, "extension", "list", "-c", filepath.Join(dir, "none.yaml")); err == nil || errors.Is(err, errRefused) {
		t.Errorf("%v", err)
	}
}

// toneCommands: a tone gets a recording, is listed with it, gives it back, and
// loses it.
func toneCommands(t *testing.T, dir string, run func(...string) string, refused func(string, ...string)) {
	t.Helper()
	recording := write(t, filepath.Join(dir, "a.wav"), string(media.EncodeWAV(media.RingTune.Play(16000))))
	refused("there is no such tone", "tone", "upload", "welcome", recording)
	refused("tone that comes with DIPCAST", "tone", "create", "dipcast")
	run("tone", "create", "welcome", "--title", "환영 인사")
	run("did", "update", "07045805605", "--tone", "welcome")
	refused("has no recording", "tone", "erase", "welcome")
	refused("has no recording", "tone", "save", "welcome", filepath.Join(dir, "b.wav"))
	refused(media.ErrFormat.Error(), "tone", "upload", "welcome", filepath.Join(dir, "dipcast.yaml"))
	if out := run("tone", "upload", "welcome", recording); !strings.Contains(out, "tone welcome has its recording (8s)") || !strings.Contains(out, "dipcast apply") {
		t.Errorf("%s", out)
	}
	if out := run("tone", "list"); !regexp.MustCompile(`welcome +환영 인사 +8 +20`).MatchString(out) {
		t.Errorf("%s", out)
	}
	run("tone", "save", "welcome", filepath.Join(dir, "b.wav"))
	saved, err := os.ReadFile(filepath.Join(dir, "b.wav"))
	if err != nil {
		t.Fatal(err)
	}
	if s, err := media.DecodeWAV(saved); err != nil || s.Rate != media.Rate {
		t.Errorf("%d, %v", s.Rate, err)
	}
	run("tone", "erase", "welcome")
	if out := run("tone", "show", "welcome"); strings.Contains(out, "recording") {
		t.Errorf("%s", out)
	}
	run("did", "update", "07045805605", "--tone", "dipcast")
	run("tone", "delete", "welcome")
}

// wholeCommands: routes, parking and feature codes.
func wholeCommands(t *testing.T, run func(...string) string, refused func(string, ...string)) {
	t.Helper()
	shows := func(want string, args ...string) {
		t.Helper()
		if out := run(args...); !regexp.MustCompile(want).MatchString(out) {
			t.Errorf("%v: %s", args, out)
		}
	}
	shows("all trunks are tried", "route", "list")
	refused("trunks", "route", "create", "해외", "--prefixes", "00", "--trunks", "77")
	run("route", "create", "해외", "--prefixes", "00,010", "--trunks", "1")
	run("route", "create", "그밖", "--trunks", "1")
	refused("already", "route", "create", "그밖", "--trunks", "1")
	run("route", "update", "1", "--strip", "1", "--prepend", "9")
	shows(`1 +해외 +00,010 +1 +1 +9\n2 +그밖 +1\n`, "route", "list")
	run("route", "delete", "해외")
	shows(`1 +그밖 +1\n`, "route", "list")
	refused("there is no route", "route", "delete", "해외")
	run("route", "delete", "1")

	shows(`push +no`, "softphone", "show")
	run("softphone", "update", "--push")
	shows(`push +yes`, "softphone", "show")
	run("softphone", "update", "--push=false")
	shows(`push +no`, "softphone", "show")

	run("parking", "update", "--number", "7000", "--spaces", "5")
	run("parking", "update", "--seconds", "90")
	shows(`number +7000\nseconds +90\nspaces +5`, "parking", "show")
	refused("spaces", "parking", "update", "--spaces", "100")

	shows(`pickup +\*8\n`, "code", "list")
	run("code", "set", "pickup", "*88")
	run("code", "off", "record")
	shows(`pickup +\*88\n(.*\n)*record +-\n`, "code", "list")
	refused("pickup", "code", "set", "pickup", "88")
	refused("there is no feature", "code", "set", "nothing", "*88")
	run("code", "reset", "pickup")
	shows(`pickup +\*8\n`, "code", "list")
}

// softphoneCommands: a link is printed with its code, listed without it, and
// revoked.
func softphoneCommands(t *testing.T, run func(...string) string, refused func(string, ...string)) {
	t.Helper()
	out := run("extension", "softphone", "1020")
	link := regexp.MustCompile(`https?://\S+/softphone/([A-Za-z0-9_-]{27})\n\nPhone T2_1020_1, link ([A-Z0-9]{10}): works once`).FindStringSubmatch(out)
	if link == nil || !strings.Contains(out, "█▀") || !strings.Contains(out, "run dipcast apply") {
		t.Fatalf("%s", out)
	}
	if out = run("extension", "softphone", "1020", "--list"); !strings.Contains(out, link[2]) || strings.Contains(out, link[1]) {
		t.Errorf("%s", out)
	}
	if out = run("extension", "softphone", "1020", "--device", "1", "--json"); !strings.Contains(out, `"text": "provlinkbs://`) {
		t.Errorf("%s", out)
	}
	refused("extension 1020: device: not found", "extension", "softphone", "1020", "--device", "0")
	run("extension", "softphone", "1020", "--revoke", link[2])
	refused("there is no such link", "extension", "softphone", "1020", "--revoke", link[2])
}
