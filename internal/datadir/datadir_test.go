package datadir

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/store"
)

const configText = `
servers: [{id: 1, name: one, address: "127.0.0.1:5038", username: gw, secret_file: secrets/gw}]
tenants:
  - {id: 7be69580e27641df, number: 2, name: two, servers: [1], extensions: ["1010"]}
operators: [{username: ops, password: %q}]
`

// home is a gateway's folder with one recognisable thing of each kind: mark
// tells which home it is.
func home(t *testing.T, mark string) string {
	t.Helper()
	dir := t.TempDir()
	put := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("dipcast.yaml", fmt.Sprintf(configText, "ops-password-"+mark))
	put("secrets/gw", "secret-"+mark)
	put("var/tls/ca.pem", "ca-"+mark)
	put("var/tones/T2/spring.wav", "tone-"+mark)
	put("var/tones/T2/.new-1", "half")
	put("var/tls/ca.key", "ca-key-"+mark)
	put("var/"+AuditKey, (mark + strings.Repeat("k", keyBytes))[:keyBytes])
	put("var/"+SecretsKey, (mark + strings.Repeat("s", keyBytes))[:keyBytes])
	put("var/"+faxFile, "fax-"+mark)
	put("var/faxes/T2/2026/11/6f1c0a7be4d25a90c3e1.pdf", "made again when it is asked for")
	put("var/faxes/T2/2026/11/.new-1", "half")
	put("var/recordings/big.wav", "not in a backup")
	s, err := store.Open(t.Context(), store.Options{DataDir: filepath.Join(dir, "var")})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.AppendAudit(t.Context(), []store.AuditRow{{Kind: "refused", Detail: mark}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// marks reads which homes a folder's parts come from, as "a" or "a b".
func marks(t *testing.T, dir string) string {
	t.Helper()
	var all []string
	seen := func(mark string) {
		for _, m := range all {
			if m == mark {
				return
			}
		}
		all = append(all, mark)
	}
	read := func(name, before, after string) {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			seen("no " + name)
			return
		}
		text := string(b)
		if i := strings.Index(text, before); i >= 0 {
			text = text[i+len(before):]
		}
		if i := strings.Index(text, after); after != "" && i >= 0 {
			text = text[:i]
		}
		seen(text)
	}
	read("dipcast.yaml", "ops-password-", `"`)
	read("secrets/gw", "secret-", "")
	read("var/tls/ca.pem", "ca-", "")
	read("var/tones/T2/spring.wav", "tone-", "")
	read("var/tls/ca.key", "ca-key-", "")
	read("var/"+AuditKey, "", "k")
	read("var/"+SecretsKey, "", "s")
	if !there(filepath.Join(dir, "var", store.FileName)) {
		return strings.Join(append(all, "no database"), " ")
	}
	s, err := store.Open(t.Context(), store.Options{DataDir: filepath.Join(dir, "var")})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if _, err := s.Inspect(t.Context()); err != nil {
		t.Error(err)
	}
	rows, err := s.Audit(t.Context(), 0, 10)
	if err != nil || len(rows) != 1 {
		t.Errorf("%v %v", rows, err)
		return ""
	}
	seen(rows[0].Detail)
	return strings.Join(all, " ")
}

func backup(t *testing.T, dir string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "backup.tar.gz")
	m, err := Backup(t.Context(), BackupOptions{Config: filepath.Join(dir, "dipcast.yaml"), Version: "test", To: to})
	if err != nil {
		t.Fatal(err)
	}
	if m.find("data/tls/ca.key") == nil || m.find(configName) == nil || m.find(filePrefix+"0") == nil || len(m.Files) != 9 {
		t.Errorf("holds %+v", m.Files)
	}
	info, err := os.Stat(to)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	left, _ := filepath.Glob(filepath.Join(filepath.Dir(to), ".*"))
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	return to
}

func restore(t *testing.T, from, dir string, force bool, step func()) (Restored, error) {
	t.Helper()
	return Restore(t.Context(), RestoreOptions{From: from, Config: filepath.Join(dir, "dipcast.yaml"), Force: force, step: step})
}

// faxFile is the pages of a fax.
const faxFile = "faxes/T2/2026/11/6f1c0a7be4d25a90c3e1.tif"

// TestBackupAndRestore into an empty place, over the same, and over another.
func TestBackupAndRestore(t *testing.T) {
	file := backup(t, home(t, "a"))
	got, err := Check(t.Context(), file)
	if err != nil || got.AuditRows != 1 || got.Version != "test" {
		t.Errorf("%+v %v", got, err)
	}
	if _, err := Backup(t.Context(), BackupOptions{Config: filepath.Join(home(t, "b"), "dipcast.yaml"), To: file}); !errors.Is(err, ErrExists) {
		t.Errorf("over another backup: %v", err)
	}
	empty := t.TempDir()
	done, err := restore(t, file, empty, false, nil)
	if err != nil || marks(t, empty) != "a" || len(done.Aside) != 0 || len(done.Written) != 2 || done.AuditRows != 1 {
		t.Errorf("into an empty place: %+v %v: %s", done, err, marks(t, empty))
	}
	for _, name := range []string{"dipcast.yaml", "secrets/gw", "var/dipcast.db", "var/audit.key", "var/tls/ca.key"} {
		if info, err := os.Stat(filepath.Join(empty, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", name, info, err)
		}
	}
	if _, err := restore(t, file, empty, false, nil); !errors.Is(err, ErrExists) {
		t.Errorf("again: %v", err)
	}
	other := home(t, "b")
	if _, err := restore(t, file, other, false, nil); !errors.Is(err, ErrExists) || marks(t, other) != "b" {
		t.Errorf("over another: %v: %s", err, marks(t, other))
	}
	done, err = restore(t, file, other, true, nil)
	if err != nil || marks(t, other) != "a" {
		t.Errorf("forced: %v: %s", err, marks(t, other))
	}
	for _, path := range done.Aside {
		if !there(path) {
			t.Errorf("%s is not there", path)
		}
	}
	if len(done.Aside) != 8 { // tls, faxes, tones, two keys, database, configuration, secret
		t.Errorf("aside: %v", done.Aside)
	}
	for _, dir := range []string{empty, other} {
		if b, err := os.ReadFile(filepath.Join(dir, "var", faxFile)); err != nil || string(b) != "fax-a" {
			t.Errorf("the fax: %q %v", b, err)
		}
		if others, err := filepath.Glob(filepath.Join(dir, "var", filepath.Dir(faxFile), "*")); err != nil || len(others) != 1 {
			t.Errorf("beside the fax: %v %v", others, err)
		}
	}
	if b, err := os.ReadFile(filepath.Join(other, "var", "recordings", "big.wav")); err != nil || len(b) == 0 {
		t.Errorf("what no backup holds: %v", err)
	}
	if there(filepath.Join(other, "var", stageDir)) {
		t.Error("left behind")
	}
}

// TestBackupOfRecordings: the sound of those in the list, and no other file, as it was
// when the backup began; nothing is left behind, and what a killed one left goes.
func TestBackupOfRecordings(t *testing.T) {
	const stem = "T2/2026/11/21/1-143000-IN-01012345678-1010-1795238999-1795238990.7_1795238990.9"
	dir := home(t, "a")
	folder := filepath.Join(dir, "var", RecordingsDir)
	left := filepath.Join(folder, heldPrefix+"old")
	for path, text := range map[string]string{
		stem + ".mp3": "sound-a", "T2/2026/11/21/stray.wav": "in no list", heldPrefix + "old/x": "of one that was killed", heldPrefix + "new/x": "of one that goes on",
	} {
		path = filepath.Join(folder, filepath.FromSlash(path))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	then := time.Now().Add(-2 * heldFor)
	if err := os.Chtimes(left, then, then); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Options{DataDir: filepath.Join(dir, "var")})
	if err != nil {
		t.Fatal(err)
	}
	rows := []store.RecordingRow{
		{ID: "a", Tenant: 2, Stem: stem, Format: "mp3", Began: then},
		{ID: "b", Tenant: 2, Stem: stem + "x", Format: "mp3", Began: then}, // whose file is gone
	}
	for i := range rows {
		if err := s.AddRecording(t.Context(), &rows[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "b.tar.gz")
	m, err := Backup(t.Context(), BackupOptions{Config: filepath.Join(dir, "dipcast.yaml"), Version: "test", To: file, Recordings: true})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range m.Files {
		if strings.Contains(f.Name, RecordingsDir) {
			names = append(names, f.Name)
		}
	}
	if want := dataPrefix + RecordingsDir + "/" + stem + ".mp3"; len(names) != 1 || names[0] != want {
		t.Errorf("it holds %q, want %q", names, want)
	}
	if rest, err := filepath.Glob(filepath.Join(folder, heldPrefix+"*")); err != nil || len(rest) != 1 || filepath.Base(rest[0]) != heldPrefix+"new" {
		t.Errorf("left behind: %q %v", rest, err)
	}
	other := home(t, "b")
	if _, err := restore(t, file, other, true, nil); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(filepath.Join(other, "var", RecordingsDir, stem+".mp3")); err != nil || string(b) != "sound-a" {
		t.Errorf("restored: %q %v", b, err)
	}
	if there(filepath.Join(other, "var", RecordingsDir, "big.wav")) {
		t.Error("what was there did not go aside")
	}
}

// TestRestoreRefused changes nothing.
func TestRestoreRefused(t *testing.T) {
	file, dir := backup(t, home(t, "a")), home(t, "b")
	unlock, err := Lock(filepath.Join(dir, "var"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := restore(t, file, dir, true, nil); !errors.Is(err, ErrInUse) {
		t.Errorf("a gateway runs: %v", err)
	}
	unlock()
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	bad := filepath.Join(t.TempDir(), "bad")
	for name, data := range map[string][]byte{
		"empty": nil, "not a backup": []byte("hello"), "cut": whole[:len(whole)-20], "cut in the middle": whole[:len(whole)/2],
		"a bit": flipped(whole, len(whole)*2/3), "the first": flipped(whole, 40), "the sum": flipped(whole, len(whole)-6),
		"more behind": append(bytes.Clone(whole), whole...),
	} {
		if err := os.WriteFile(bad, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Check(t.Context(), bad); !errors.Is(err, ErrBadBackup) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := restore(t, bad, dir, true, nil); !errors.Is(err, ErrBadBackup) {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Restore(ctx, RestoreOptions{From: file, Config: filepath.Join(dir, "dipcast.yaml"), Force: true}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if got := marks(t, dir); got != "b" || there(filepath.Join(dir, "var", stageDir)) || there(filepath.Join(dir, ".dipcast.yaml.restore")) {
		t.Errorf("changed: %s", got)
	}
}

func flipped(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 0x10
	return b
}

// TestNewerRelease: neither its layout nor its database is taken.
func TestNewerRelease(t *testing.T) {
	for _, change := range []func(*Manifest){
		func(m *Manifest) { m.Schema = 1 << 20 },
		func(m *Manifest) { m.Format = format + 1 },
	} {
		dir := home(t, "a")
		o := BackupOptions{Config: filepath.Join(dir, "dipcast.yaml"), Version: "newer"}
		p := packing{sources: map[string]string{}}
		var err error
		if p.m, err = p.collect(t.Context(), o, t.TempDir(), store.Options{DataDir: filepath.Join(dir, "var")}, nil); err != nil {
			t.Fatal(err)
		}
		change(&p.m)
		file := filepath.Join(t.TempDir(), "newer")
		if err := p.write(file); err != nil {
			t.Fatal(err)
		}
		if _, err := Check(t.Context(), file); !errors.Is(err, ErrNewerBackup) {
			t.Errorf("check: %v", err)
		}
		if _, err := restore(t, file, dir, true, nil); !errors.Is(err, ErrNewerBackup) || marks(t, dir) != "a" {
			t.Errorf("restore: %v", err)
		}
	}
}

// TestManifestRefused: a backup writes only where one may.
func TestManifestRefused(t *testing.T) {
	sum := strings.Repeat("00", 32)
	for _, m := range []Manifest{
		{Format: 2, Files: []File{{Name: configName, SHA256: sum}}},
		{Format: 1},
		{Format: 1, Files: []File{{Name: "data/../../etc/passwd", SHA256: sum}}},
		{Format: 1, Files: []File{{Name: "/etc/passwd", SHA256: sum}}},
		{Format: 1, Files: []File{{Name: "data/lock", SHA256: sum}}},
		{Format: 1, Files: []File{{Name: "data/tls/.hidden", SHA256: sum}}},
		{Format: 1, Files: []File{{Name: "data/tls/a/b", SHA256: sum}}},
		{Format: 1, Files: []File{{Name: "config/files/0", SHA256: sum, Path: "../x"}}},
		{Format: 1, Files: []File{{Name: "config/files/0", SHA256: sum}}},
		{Format: 1, Files: []File{{Name: configName, SHA256: "00"}}},
		{Format: 1, Files: []File{{Name: configName, SHA256: sum, Size: -1}}},
		{Format: 1, Files: []File{{Name: configName, SHA256: sum}, {Name: configName, SHA256: sum}}},
	} {
		if err := m.check(); !errors.Is(err, ErrBadBackup) && !errors.Is(err, ErrNewerBackup) {
			t.Errorf("%+v: %v", m, err)
		}
	}
}

// TestRestoreCutOff at every step: old or new, never half, and what is new is
// whole after the next start.
func TestRestoreCutOff(t *testing.T) {
	file := backup(t, home(t, "a"))
	results := map[string]int{}
	for n := 1; ; n++ {
		dir := home(t, "b")
		data := filepath.Join(dir, "var")
		steps := 0
		cut := cutOff(func() {
			_, err := restore(t, file, dir, true, func() {
				if steps++; steps == n {
					panic("cut off")
				}
			})
			if err != nil {
				t.Error(err)
			}
		})
		// As after the process was killed: the kernel has dropped the lock. The
		// next one to start may be cut off, too.
		again := 0
		_ = cutOff(func() {
			unlock, err := Lock(data)
			if err != nil {
				t.Error(err)
				return
			}
			defer unlock()
			_, _ = recoverSteps(data, func() {
				if again++; again == n%4 {
					panic("cut off")
				}
			})
		})
		finished, err := Finish(data)
		if err != nil {
			t.Errorf("step %d: %v", n, err)
		}
		got := marks(t, dir)
		results[got]++
		if got != "a" && got != "b" {
			t.Errorf("cut off at step %d: %s (finished %v)", n, got, finished)
		}
		if there(filepath.Join(data, stageDir)) {
			t.Errorf("step %d: left behind", n)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
			t.Errorf("step %d: left behind %v", n, left)
		}
		if !cut {
			break
		}
	}
	if results["a"] < 3 || results["b"] < 3 {
		t.Errorf("%v", results)
	}
}

func cutOff(f func()) (cut bool) {
	defer func() { cut = recover() != nil }()
	f()
	return false
}

// TestKey is made once, for us only.
func TestKey(t *testing.T) {
	dir := t.TempDir()
	if _, err := ReadKey(dir, "k"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("before: %v", err)
	}
	one, err := Key(dir, "k")
	if err != nil || len(one) != keyBytes {
		t.Fatal(one, err)
	}
	two, err := Key(dir, "k")
	if err != nil || !bytes.Equal(one, two) {
		t.Error("another one", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "k"), one[:5], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Key(dir, "k"); !errors.Is(err, ErrBadKey) {
		t.Errorf("a broken one: %v", err)
	}
}

// TestLock is for one at a time.
func TestLock(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	unlock, err := Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Lock(dir); !errors.Is(err, ErrInUse) {
		t.Errorf("twice: %v", err)
	}
	unlock()
	if unlock, err = Lock(dir); err != nil {
		t.Fatal(err)
	}
	unlock()
}
