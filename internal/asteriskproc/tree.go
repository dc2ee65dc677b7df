package asteriskproc

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// treeFile is written last into a tree: a folder without it is half-done.
const treeFile = "dipcast-tree.json"

// Tree is a folder that holds a whole Asterisk with all libraries it needs, as
// unpacked by Install, or an Asterisk installed on the host (Root is "/").
type Tree struct {
	Root     string            `json:"-"`                  // absolute
	Version  string            `json:"version"`            // such as "22.10.1"
	Suite    string            `json:"suite,omitempty"`    // Debian suite it was taken from
	Arch     string            `json:"arch"`               // such as "amd64"
	Packages map[string]string `json:"packages,omitempty"` // name to version
	// Notes say in words where the tree differs from what is recorded in
	// packaging/asterisk.lock. Nil when it does not differ.
	Notes []string `json:"notes,omitempty"`
	// NoVoice says why the tree lacks Korean prompts, "" when it does not, and
	// VoiceTried when that was found.
	NoVoice    string    `json:"no_voice,omitempty"`
	VoiceTried time.Time `json:"voice_tried,omitzero"`
	// NoPaper and PaperTried are the same for pdftoppm.
	NoPaper    string    `json:"no_paper,omitempty"`
	PaperTried time.Time `json:"paper_tried,omitzero"`
	// NoSound and SoundTried are the same for sndfile-convert.
	NoSound    string    `json:"no_sound,omitempty"`
	SoundTried time.Time `json:"sound_tried,omitzero"`
}

// triplets maps Go's names of processors to the names of Debian's library
// folder and dynamic loader.
var triplets = map[string]struct{ dir, loader string }{
	"amd64": {"x86_64-linux-gnu", "ld-linux-x86-64.so.2"},
	"arm64": {"aarch64-linux-gnu", "ld-linux-aarch64.so.1"},
}

// OpenTree uses an existing tree: one that Install or Pack made, any unpacked
// root of Debian packages, or "/" for the Asterisk installed on the host. The
// error wraps ErrNotATree when no Asterisk is in it.
func OpenTree(ctx context.Context, root string) (*Tree, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, fmt.Errorf("asterisk tree: %w", err)
	}
	t := &Tree{Root: root, Arch: runtime.GOARCH}
	if _, err := os.Stat(t.program("asterisk")); err != nil {
		return nil, fmt.Errorf("%s: %w: it has no usr/sbin/asterisk", root, ErrNotATree)
	}
	if text, err := os.ReadFile(filepath.Join(root, treeFile)); err == nil {
		if err := json.Unmarshal(text, t); err != nil {
			return nil, fmt.Errorf("%s: %w: %w", filepath.Join(root, treeFile), ErrNotATree, err)
		}
		if t.Arch != runtime.GOARCH {
			return nil, fmt.Errorf("%s: %w for this machine: it was made for %s, this is %s", root, ErrNotATree, t.Arch, runtime.GOARCH)
		}
		return t, nil
	}
	out, err := t.Command(ctx, "asterisk", "-V").Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w: its asterisk does not start: %w", root, ErrNotATree, err)
	}
	t.Version = versionNumber(string(out))
	if t.Version == "" {
		return nil, fmt.Errorf("%s: %w: its asterisk says no version", root, ErrNotATree)
	}
	return t, nil
}

var versionPattern = regexp.MustCompile(`\d+\.\d+(\.\d+)*`)

// versionNumber finds a version such as 22.10.1 in what Asterisk prints or in
// the version of a Debian package ("1:22.10.1~dfsg-1").
func versionNumber(s string) string {
	return versionPattern.FindString(s[strings.Index(s, ":")+1:])
}

// Major is the major version, 22 or 16, or 0 when it cannot be read.
func (t *Tree) Major() Version {
	n, _ := strconv.Atoi(strings.SplitN(t.Version, ".", 2)[0])
	return Version(n)
}

// installed tells whether this is the host's own Asterisk, run without a
// loader of ours.
func (t *Tree) installed() bool { return t.Root == "/" }

func (t *Tree) libDir() string {
	return filepath.Join(t.Root, "usr/lib", triplets[runtime.GOARCH].dir)
}

// program finds a program of the tree by name.
func (t *Tree) program(name string) string {
	for _, dir := range []string{"usr/sbin", "usr/bin", "usr/local/sbin", "usr/local/bin"} {
		p := filepath.Join(t.Root, dir, name)
		if s, err := os.Stat(p); err == nil && s.Mode().IsRegular() {
			return p
		}
	}
	return filepath.Join(t.Root, "usr/sbin", name)
}

// Command is a program of the tree ("asterisk", "sipp", "tiffinfo"), ready to
// start with the tree's own loader and libraries. It is killed when ctx ends
// and does not outlive our process.
func (t *Tree) Command(ctx context.Context, name string, args ...string) *exec.Cmd {
	var cmd *exec.Cmd
	if t.installed() {
		cmd = exec.CommandContext(ctx, t.program(name), args...)
	} else {
		lib := t.libDir()
		loader := filepath.Join(lib, triplets[runtime.GOARCH].loader)
		// The library of a sound server, which espeak-ng is linked to but never
		// speaks with, has one of its own in a folder of its own.
		path := []string{lib, filepath.Join(t.Root, "usr/lib"), filepath.Join(lib, "pulseaudio")}
		full := []string{"--library-path", strings.Join(path, ":"), t.program(name)}
		cmd = exec.CommandContext(ctx, loader, append(full, args...)...)
		cmd.Env = append(os.Environ(),
			"GCONV_PATH="+filepath.Join(lib, "gconv"),
			"OPENSSL_MODULES="+filepath.Join(lib, "ossl-modules"),
			"OPENSSL_CONF=/dev/null")
	}
	dieWithUs(cmd)
	return cmd
}

// ModulesDir is Asterisk's astmoddir in this tree. Debian keeps it beside the
// processor's libraries since Asterisk 18; who builds from source does not.
// Links are followed: Asterisk 22 loads a module by AMI only from where the
// path as configured really is.
func (t *Tree) ModulesDir() string {
	dir := filepath.Join(t.Root, "usr/lib/asterisk/modules")
	if _, err := os.Stat(dir); err != nil {
		dir = filepath.Join(t.libDir(), "asterisk/modules")
	}
	if followed, err := filepath.EvalSymlinks(dir); err == nil {
		return followed
	}
	return dir
}

// DataDir is Asterisk's astdatadir in this tree: sounds and documentation.
func (t *Tree) DataDir() string {
	d := filepath.Join(t.Root, "usr/share/asterisk")
	if _, err := os.Stat(d); err != nil && t.installed() {
		return "/var/lib/asterisk" // built from source
	}
	return d
}
