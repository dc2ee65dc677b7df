package asteriskproc

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

type entry struct {
	kind       byte
	name, body string // body: content, or target of a link
	mode       int64
}

func archive(t *testing.T, entries ...entry) *bytes.Buffer {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		h := &tar.Header{Typeflag: e.kind, Name: e.name, Mode: e.mode}
		if e.kind == tar.TypeReg {
			h.Size = int64(len(e.body))
		} else {
			h.Linkname = e.body
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if e.kind == tar.TypeReg {
			if _, err := w.Write([]byte(e.body)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &b
}

func TestExtractTar(t *testing.T) {
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	if err := prepareTree(root); err != nil {
		t.Fatal(err)
	}
	err = extractTar(root, archive(t,
		entry{tar.TypeDir, "./", "", 0o755},
		entry{tar.TypeDir, "./usr/share/doc/asterisk/", "", 0o755},
		entry{tar.TypeReg, "./usr/share/doc/asterisk/README", "text", 0o644},
		entry{tar.TypeDir, "./lib/", "", 0o755}, // a link to usr/lib by now
		entry{tar.TypeReg, "./lib/x/ld-2.31.so", "loader", 0o755},
		entry{tar.TypeSymlink, "./lib64/ld.so", "/lib/x/ld-2.31.so", 0o777},
		entry{tar.TypeReg, "./usr/bin/passwd", "suid", 0o4755},
		entry{tar.TypeReg, "./usr/bin/twice", "old", 0o755},
		entry{tar.TypeReg, "./usr/bin/twice", "new", 0o644},
		entry{tar.TypeLink, "./usr/bin/hard", "./usr/bin/twice", 0o644},
		entry{tar.TypeChar, "./dev/null", "", 0o666},
	), true)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"usr/lib/x/ld-2.31.so": "loader", "lib64/ld.so": "loader", "usr/bin/twice": "new", "usr/bin/hard": "new", "usr/bin/passwd": "suid",
	} {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if target, err := os.Readlink(filepath.Join(dir, "lib64/ld.so")); err != nil || filepath.IsAbs(target) {
		t.Errorf("an absolute link stays: %q, %v", target, err)
	}
	if s, err := os.Stat(filepath.Join(dir, "usr/bin/passwd")); err != nil || s.Mode() != 0o755 {
		t.Errorf("set-user-ID stays: %v, %v", s.Mode(), err)
	}
	for _, name := range []string{"usr/share/doc/asterisk", "dev/null"} {
		if _, err := os.Lstat(filepath.Join(dir, name)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is there: %v", name, err)
		}
	}
}

// TestExtractTarStaysInside: no archive writes outside the tree.
func TestExtractTarStaysInside(t *testing.T) {
	for _, entries := range [][]entry{
		{{tar.TypeReg, "../evil", "x", 0o644}},
		{{tar.TypeSymlink, "out", "../..", 0o777}, {tar.TypeReg, "out/evil", "x", 0o644}},
		{{tar.TypeLink, "evil", "../secret", 0o644}},
	} {
		top := t.TempDir()
		if err := os.WriteFile(filepath.Join(top, "secret"), []byte("s"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Join(top, "a/tree"), 0o755); err != nil {
			t.Fatal(err)
		}
		root, err := os.OpenRoot(filepath.Join(top, "a/tree"))
		if err != nil {
			t.Fatal(err)
		}
		err = extractTar(root, archive(t, entries...), false)
		root.Close()
		if err == nil {
			t.Errorf("%v is unpacked", entries)
		}
		for _, name := range []string{"evil", "a/evil"} {
			if _, err := os.Lstat(filepath.Join(top, name)); err == nil {
				t.Errorf("%v wrote %s", entries, name)
			}
		}
	}
}

func TestInsideLink(t *testing.T) {
	for _, tt := range []struct{ name, target, want string }{
		{"usr/bin/a", "b", "b"},
		{"usr/bin/a", "../lib/b", "../lib/b"},
		{"usr/bin/a", "/usr/lib/b", "../../usr/lib/b"},
		{"lib64/ld.so", "/lib/x/ld.so", "../../lib/x/ld.so"},
		{"a", "/b", "b"},
	} {
		if got := insideLink(tt.name, tt.target); got != tt.want {
			t.Errorf("insideLink(%q, %q) = %q, want %q", tt.name, tt.target, got, tt.want)
		}
	}
}

// fakeTree makes a folder that looks like a whole tree.
func fakeTree(t *testing.T, version string) string {
	t.Helper()
	root := t.TempDir()
	if err := WriteFiles(root, map[string]string{
		"usr/sbin/asterisk": "program",
		"usr/lib/x.so":      strings.Repeat("library", 1000),
		treeFile:            fmt.Sprintf(`{"version":%q,"arch":%q}`, version, runtime.GOARCH),
	}); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("x.so", filepath.Join(root, "usr/lib/y.so")); err != nil {
		t.Fatal(err)
	}
	return root
}

func TestPackAndInstallFrom(t *testing.T) {
	t.Setenv(EnvRoot, "")
	file := filepath.Join(t.TempDir(), "asterisk.tar.zst")
	if err := Pack(t.Context(), fakeTree(t, "22.10.1"), file); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var steps []Step
	tree, err := Install(t.Context(), InstallOptions{Dir: dir, From: file, Progress: func(p Progress) { steps = append(steps, p.Step) }})
	if err != nil {
		t.Fatal(err)
	}
	if tree.Version != "22.10.1" || tree.Root != filepath.Join(dir, "22") {
		t.Errorf("tree %+v", tree)
	}
	if text, err := os.ReadFile(filepath.Join(tree.Root, "usr/lib/y.so")); err != nil || len(text) != 7000 {
		t.Errorf("%d bytes, %v", len(text), err)
	}
	if len(steps) < 2 || steps[len(steps)-1] != StepDone {
		t.Errorf("steps %v", steps)
	}
	// From then on the tree is found.
	again, err := Install(t.Context(), InstallOptions{Dir: dir})
	if err != nil || again.Root != tree.Root {
		t.Errorf("%v, %v", again, err)
	}
	// A second install replaces it.
	if _, err := Install(t.Context(), InstallOptions{Dir: dir, From: file}); err != nil {
		t.Error(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*.part-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if _, err := Install(t.Context(), InstallOptions{Dir: dir, Version: Asterisk16, From: file}); !errors.Is(err, ErrNotATree) {
		t.Errorf("22 as 16: %v", err)
	}
}

// TestHalfDoneIsNotUsed: neither a cut file nor an unpacking that was killed
// leaves something that is taken for a tree.
func TestHalfDoneIsNotUsed(t *testing.T) {
	t.Setenv(EnvRoot, "")
	file := filepath.Join(t.TempDir(), "asterisk.tar.zst")
	if err := Pack(t.Context(), fakeTree(t, "22.10.1"), file); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(t.TempDir(), "cut")
	if err := os.WriteFile(cut, whole[:len(whole)/2], 0o644); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if _, err := Install(t.Context(), InstallOptions{Dir: dir, From: cut}); err == nil {
		t.Fatal("a cut file is unpacked")
	}
	if _, err := os.Stat(filepath.Join(dir, "22")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a tree is there: %v", err)
	}
	// What a killed process leaves: work in progress, and a tree without its last file.
	for _, d := range []string{"22.part-1/tree/usr/sbin", "22/usr/sbin"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := wholeTree(t.Context(), filepath.Join(dir, "22")); !errors.Is(err, ErrNotATree) {
		t.Errorf("a half-done tree opens: %v", err)
	}
	if _, err := Install(t.Context(), InstallOptions{Dir: dir, From: file}); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*.part-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Install(ctx, InstallOptions{Dir: t.TempDir(), From: file}); !errors.Is(err, context.Canceled) {
		t.Errorf("ended context: %v", err)
	}
}

// TestInstallOnce: of several at a time one unpacks, the others use its tree.
func TestInstallOnce(t *testing.T) {
	dir := t.TempDir()
	unlock, err := lockFile(t.Context(), filepath.Join(dir, "22.lock"), func() { t.Error("waits for nobody") })
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(EnvRoot, "")
	waits := make(chan struct{}, 3)
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			tree, err := Install(t.Context(), InstallOptions{Dir: dir, Mirror: "http://127.0.0.1:1/debian", Progress: func(p Progress) {
				if p.Step == StepWait {
					waits <- struct{}{}
				} else {
					t.Errorf("%+v", p)
				}
			}})
			if err != nil || tree.Version != "22.10.1" {
				t.Errorf("%+v, %v", tree, err)
			}
		})
	}
	for range 3 {
		<-waits
	}
	if err := os.Rename(fakeTree(t, "22.10.1"), filepath.Join(dir, "22")); err != nil {
		t.Fatal(err)
	}
	unlock()
	wg.Wait()
	// Who does not want to wait any longer.
	unlock, err = lockFile(t.Context(), filepath.Join(dir, "22.lock"), func() {})
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := Install(ctx, InstallOptions{Dir: dir, Fresh: true}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waits on: %v", err)
	}
}

func TestOpenTree(t *testing.T) {
	root := fakeTree(t, "16.28.0")
	tree, err := OpenTree(t.Context(), root)
	if err != nil || tree.Major() != Asterisk16 {
		t.Errorf("%+v, %v", tree, err)
	}
	t.Setenv(EnvRoot16, root)
	if tree, err := Install(t.Context(), InstallOptions{Version: Asterisk16, Dir: t.TempDir()}); err != nil || tree.Root != root {
		t.Errorf("%s: %+v, %v", EnvRoot16, tree, err)
	}
	t.Setenv(EnvRoot, t.TempDir())
	if _, err := Install(t.Context(), InstallOptions{}); !errors.Is(err, ErrNotATree) || !strings.Contains(err.Error(), EnvRoot) {
		t.Errorf("%s names nothing: %v", EnvRoot, err)
	}
	if err := os.WriteFile(filepath.Join(root, treeFile), []byte(`{"version":"22.1","arch":"s390x"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenTree(t.Context(), root); !errors.Is(err, ErrNotATree) || !strings.Contains(err.Error(), "s390x") {
		t.Errorf("another processor: %v", err)
	}
	if _, err := Install(t.Context(), InstallOptions{Version: 13}); err == nil {
		t.Error("version 13 is unpacked")
	}
}

// TestInstallUnreachableMirror: the error says what to do, and is told apart.
func TestInstallUnreachableMirror(t *testing.T) {
	t.Setenv(EnvRoot, "")
	dir := t.TempDir()
	_, err := Install(t.Context(), InstallOptions{Dir: dir, Mirror: "http://127.0.0.1:1/debian"})
	if !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), EnvRoot) || !strings.Contains(err.Error(), "--from") {
		t.Errorf("unreachable mirror: %v", err)
	}
	t.Setenv("PATH", t.TempDir())
	_, err = Install(t.Context(), InstallOptions{Dir: dir})
	if !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), "apt-get") {
		t.Errorf("no apt: %v", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}

func TestAptError(t *testing.T) {
	base := errors.New("exit status 100")
	for _, tt := range []struct {
		out  string
		want error
	}{
		{"E: Write error - write (28: No space left on device)", ErrDiskSpace},
		{"E: The repository 'http://x/debian bullseye Release' does not have a Release file.", errNoSuite},
		{"W: Failed to fetch\nE: Some index files failed to download.", ErrUnavailable},
	} {
		err := aptError("update", tt.out, base)
		if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), "E: ") {
			t.Errorf("%q: %v", tt.out, err)
		}
	}
}

func TestWriteFiles(t *testing.T) {
	dir := t.TempDir()
	if err := WriteFiles(dir, map[string]string{"a/b": "1", "c": "2"}); err != nil {
		t.Fatal(err)
	}
	if err := WriteFiles(dir, map[string]string{"a/b": "3"}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "a/b"))
	if err != nil || string(text) != "3" {
		t.Errorf("%q, %v", text, err)
	}
	if s, err := os.Stat(filepath.Join(dir, "c")); err != nil || s.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", s.Mode(), err)
	}
	for _, name := range []string{"../x", "/x", ""} {
		if err := WriteFiles(dir, map[string]string{name: ""}); err == nil {
			t.Errorf("%q is written", name)
		}
	}
}

func TestPorts(t *testing.T) {
	var p, other Ports
	seen := map[int]bool{}
	pick := func(p *Ports, n int) int {
		t.Helper()
		first, err := p.Pick(n)
		if err != nil {
			t.Fatal(err)
		}
		if first%2 != 0 {
			t.Errorf("%d is odd", first)
		}
		for i := range n {
			if seen[first+i] {
				t.Errorf("%d is given twice", first+i)
			}
			seen[first+i] = true
		}
		return first
	}
	for _, n := range []int{1, 200, 1, 2, portBlock} {
		first := pick(&p, n)
		pick(&other, n)
		if n == 200 { // given back, it is picked again
			p.Release(first, n)
			if again, err := p.Pick(n); err != nil || again != first {
				t.Errorf("after a release: %d, %v, want %d", again, err, first)
			}
		}
	}
	if _, err := p.Pick(portBlock + 1); !errors.Is(err, errNoPort) {
		t.Errorf("too many: %v", err)
	}
	p.Close()
	other.Close()
}
