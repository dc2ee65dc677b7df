package asteriskproc

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHostSources(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"sources.list": `# a comment
deb http://mirror.test/debian bookworm main contrib # behind
deb-src http://mirror.test/debian bookworm main
deb [arch=amd64 signed-by=/k/debian-archive-keyring.gpg] http://signed.test/debian trixie main
deb [ arch=amd64
deb cdrom:[Debian]/ bookworm main
debris http://mirror.test/debian bookworm main
deb http://other.test/pkg stable stable
`,
		"sources.list.d/a.list":     "deb\thttp://mirror.test/security bookworm-security main\n",
		"sources.list.d/ignored.md": "deb http://ignored.test bookworm main\n",
		"sources.list.d/debian.sources": `Types: deb deb-src
# a comment within
URIs: http://one.test/debian
 http://two.test/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://off.test/debian
Suites: bookworm
Components: main
Enabled: no

Types: deb
URIs: http://key.test/debian
Suites: sid
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc
`,
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	keyring := "/usr/share/keyrings/debian-archive-keyring.gpg"
	want := []source{
		{"http://mirror.test/debian", "bookworm", ""},
		{"http://signed.test/debian", "trixie", "/k/debian-archive-keyring.gpg"},
		{"http://mirror.test/security", "bookworm-security", ""},
		{"http://one.test/debian", "bookworm", keyring},
		{"http://one.test/debian", "bookworm-updates", keyring},
		{"http://two.test/debian", "bookworm", keyring},
		{"http://two.test/debian", "bookworm-updates", keyring},
		{"http://key.test/debian", "sid", ""},
	}
	got := hostSources(dir)
	if d := cmp.Diff(want, got, cmp.AllowUnexported(source{})); d != "" {
		t.Error(d)
	}
	mirrors := mirrorsFor(append(got, source{"http://exact.test/debian", "forky", ""}), "forky")
	wantMirrors := []string{
		"http://exact.test/debian", "http://signed.test/debian", "http://one.test/debian",
		"http://two.test/debian", "http://mirror.test/debian", "http://key.test/debian",
	}
	if d := cmp.Diff(wantMirrors, mirrors); d != "" {
		t.Error(d)
	}
	if got := hostSources(filepath.Join(dir, "none")); got != nil {
		t.Errorf("sources of nothing: %v", got)
	}
}

func TestParseLock(t *testing.T) {
	lock, err := parseLock("# c\n\n[forky]\nasterisk=1:22.10.1-1\nlibc6=2.1\n[bullseye]\nasterisk=1:16\n")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]map[string]string{"forky": {"asterisk": "1:22.10.1-1", "libc6": "2.1"}, "bullseye": {"asterisk": "1:16"}}
	if d := cmp.Diff(want, lock); d != "" {
		t.Error(d)
	}
	again, err := parseLock(FormatLock(&Tree{Suite: "forky", Packages: want["forky"]}, &Tree{Suite: "bullseye", Packages: want["bullseye"]}))
	if d := cmp.Diff(want, again); err != nil || d != "" {
		t.Error(err, d)
	}
	for _, text := range []string{"asterisk=1\n", "[forky]\nasterisk\n"} {
		if _, err := parseLock(text); err == nil {
			t.Errorf("%q is accepted", text)
		}
	}
}

func TestLockNotes(t *testing.T) {
	recorded := map[string]string{"asterisk": "1:22.10.1-1", "libc6": "2.1", "gone": "1"}
	if n := lockNotes(recorded, recorded); n != nil {
		t.Errorf("no difference: %q", n)
	}
	if n := lockNotes(nil, recorded); n != nil {
		t.Errorf("nothing recorded: %q", n)
	}
	got := lockNotes(recorded, map[string]string{"asterisk": "1:22.11.0-1", "libc6": "2.2", "new": "1"})
	want := []string{
		"asterisk is 1:22.11.0-1; the recorded 1:22.10.1-1 is no longer on the mirror",
		"3 other packages differ from packaging/asterisk.lock",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestVersions(t *testing.T) {
	for in, want := range map[string]string{
		"1:22.10.1+dfsg+~cs6-1":             "22.10.1",
		"Asterisk 16.28.0~dfsg-0+deb11u4\n": "16.28.0",
		"Asterisk certified/20.7-cert1":     "20.7",
		"Asterisk GIT-master-abc":           "",
	} {
		if got := versionNumber(in); got != want {
			t.Errorf("versionNumber(%q) = %q, want %q", in, got, want)
		}
	}
	if v := (&Tree{Version: "22.10.1"}).Major(); v != Asterisk22 {
		t.Errorf("Major = %d", v)
	}
	if name, version := packageOf("/x/asterisk_1%3a22.10.1-1_amd64.deb"); name != "asterisk" || version != "1:22.10.1-1" {
		t.Errorf("packageOf = %s, %s", name, version)
	}
	below := map[string]bool{
		"22.0.0": false, "22.10.1": false, "23.1": false, "21.4.2": false, "21.4.1": true, "20.9.2": false, "20.8": true,
		"20.10.0": false, "18.24.2": false, "18.24.1": true, "18.9.0": true, "19.8.1": true, "16.28.0": true, "13.38.3": true,
	}
	for s, want := range below {
		if v, ok := parseVersion(s); !ok || belowFloor(v) != want {
			t.Errorf("%s below the floor: %v, want %v", s, !want, want)
		}
	}
}
