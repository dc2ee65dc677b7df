package asteriskproc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/dipcast/dipcast/packaging"
)

// needBytes is the disk space an unpacking takes while it runs: packages, the
// mirror's lists and the tree itself, with some room.
const needBytes = 700 << 20

// Steps of Install, in their order.
const (
	StepWait     Step = "wait"     // another process is unpacking into the same folder
	StepIndex    Step = "index"    // reading the mirror's list of packages
	StepDownload Step = "download" // Done of Total is percent
	StepUnpack   Step = "unpack"   // Done of Total is packages, or files of a packed tree
	StepVoice    Step = "voice"    // speaking the prompts; Done of Total is prompts
	StepDone     Step = "done"
)

// Step names a part of Install.
type Step string

// Progress is a step of Install and how far it is. Total is 0 when unknown.
type Progress struct {
	Step        Step
	Done, Total int
	Detail      string // what is being worked on
}

// InstallOptions says what to unpack and where to. All fields are optional.
type InstallOptions struct {
	Dir     string  // folder for trees; "" means DefaultDir. The tree is Dir/22 or Dir/16
	Version Version // 0 means Asterisk22
	// From is a file made by Pack, used instead of a mirror.
	From string
	// Mirror is the URI of a Debian mirror; "" means those of the host's own
	// apt sources.
	Mirror string
	// Progress is called, in order, from the goroutine that runs Install.
	// Nil means nobody looks.
	Progress func(Progress)
	// Fresh unpacks anew even if a whole tree is there.
	Fresh bool
}

// Install gives a whole tree of the wanted version, unpacking one when there
// is none yet: from Debian's packages (about 97 MB to fetch, 250 MB on disk) or
// from a packed file. It needs no root rights and changes nothing outside Dir.
//
// When ASTERISK_ROOT (for version 16 ASTERISK_ROOT_16) is set, that tree is
// opened and nothing is unpacked, unless From or Fresh ask for it. A tree is
// unpacked beside its place and renamed when whole, so a broken-off Install
// leaves nothing that would be used. Only one process unpacks at a time; the
// others wait and use what it made.
//
// Errors wrap ErrUnavailable, ErrDiskSpace or ErrNotATree where these apply.
func Install(ctx context.Context, o InstallOptions) (*Tree, error) {
	v := o.Version.orDefault()
	suite, err := v.suite()
	if err != nil {
		return nil, err
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	if root := os.Getenv(v.envRoot()); root != "" && o.From == "" && !o.Fresh {
		t, err := OpenTree(ctx, root)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", v.envRoot(), err)
		}
		return t, nil
	}
	if o.Dir == "" {
		if o.Dir, err = DefaultDir(); err != nil {
			return nil, err
		}
	}
	if o.Dir, err = filepath.Abs(o.Dir); err != nil {
		return nil, fmt.Errorf("folder for asterisk: %w", err)
	}
	root := filepath.Join(o.Dir, fmt.Sprint(int(v)))
	if t, err := wholeTree(ctx, root); err == nil && o.From == "" && !o.Fresh && t.spoken() && pageDrawer.settled(t) && converter.settled(t) {
		return t, nil
	}
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("folder for asterisk: %w", err)
	}
	unlock, err := lockFile(ctx, root+".lock", func() { o.Progress(Progress{Step: StepWait}) })
	if err != nil {
		return nil, fmt.Errorf("unpack asterisk: %w", err)
	}
	defer unlock()
	t, err := wholeTree(ctx, root) // the one we waited for may have made it
	made := err != nil || o.From != "" || o.Fresh
	if made {
		if t, err = install(ctx, o, v, suite, root); err != nil {
			return nil, err
		}
	}
	if err := pageDrawer.give(ctx, o, t); err != nil {
		return nil, err
	}
	if err := converter.give(ctx, o, t); err != nil {
		return nil, err
	}
	if err := giveVoice(ctx, o, t); err != nil {
		return nil, err
	}
	if !made {
		return t, nil
	}
	o.Progress(Progress{Step: StepDone, Done: 1, Total: 1, Detail: root})
	return t, nil
}

// wholeTree opens a tree that was unpacked to its end.
func wholeTree(ctx context.Context, root string) (*Tree, error) {
	if _, err := os.Stat(filepath.Join(root, treeFile)); err != nil {
		return nil, fmt.Errorf("%s: %w", root, ErrNotATree)
	}
	return OpenTree(ctx, root)
}

// install does the work of Install under the lock.
func install(ctx context.Context, o InstallOptions, v Version, suite, root string) (*Tree, error) {
	left, err := filepath.Glob(root + ".part-*") // of processes that were killed
	if err != nil {
		return nil, err
	}
	for _, d := range left {
		if err := os.RemoveAll(d); err != nil {
			return nil, fmt.Errorf("remove a half-done unpacking: %w", err)
		}
	}
	free, err := freeBytes(o.Dir)
	if err != nil {
		return nil, err
	}
	if free < needBytes {
		return nil, fmt.Errorf("unpack asterisk into %s: %w: %d MB free, %d MB needed; make room or set %s to a folder on another disk",
			o.Dir, ErrDiskSpace, free>>20, needBytes>>20, EnvCache)
	}
	work, err := os.MkdirTemp(o.Dir, filepath.Base(root)+".part-")
	if err != nil {
		return nil, fmt.Errorf("unpack asterisk: %w", err)
	}
	defer os.RemoveAll(work)
	tree := filepath.Join(work, "tree")
	if err := os.Mkdir(tree, 0o755); err != nil {
		return nil, fmt.Errorf("unpack asterisk: %w", err)
	}
	if o.From != "" {
		err = unpackFile(ctx, o, tree, v)
	} else {
		err = unpackMirror(ctx, o, work, tree, v, suite)
	}
	if err != nil {
		return nil, err
	}
	old := filepath.Join(work, "old")
	if err := os.Rename(root, old); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("unpack asterisk: %w", err)
	}
	if err := os.Rename(tree, root); err != nil {
		return nil, fmt.Errorf("unpack asterisk: %w", err)
	}
	return OpenTree(ctx, root)
}

// unpackMirror fills dir from the packages of a Debian mirror.
func unpackMirror(ctx context.Context, o InstallOptions, work, dir string, v Version, suite string) error {
	if triplets[runtime.GOARCH].dir == "" || runtime.GOOS != "linux" {
		return fmt.Errorf("%w for %s/%s", ErrUnavailable, runtime.GOOS, runtime.GOARCH)
	}
	for _, tool := range []string{"apt-get", "dpkg-deb"} {
		if _, err := exec.LookPath(tool); err != nil {
			return fmt.Errorf("%w: this host has no %s, so Debian's packages cannot be fetched; %s", ErrUnavailable, tool, otherWays(v))
		}
	}
	if strings.ContainsAny(o.Mirror, " \t\r\n") {
		return fmt.Errorf("mirror %q is not a URI", o.Mirror)
	}
	uris := []string{o.Mirror}
	if o.Mirror == "" {
		uris = mirrorsFor(hostSources("/etc/apt"), suite)
	}
	if len(uris) == 0 {
		return fmt.Errorf("%w: the apt sources of this host name no Debian mirror; add one, or name it with --mirror, or %s", ErrUnavailable, otherWays(v))
	}
	lock, err := parseLock(packaging.AsteriskLock)
	if err != nil {
		return err
	}
	a, err := firstMirror(ctx, o, work, uris, suite, lock[suite])
	if err != nil {
		return fmt.Errorf("asterisk %d from Debian %s: %w; %s", int(v), suite, err, otherWays(v))
	}
	err = a.download(ctx, v.packages(), func(percent int, what string) {
		o.Progress(Progress{Step: StepDownload, Done: percent, Total: 100, Detail: what})
	})
	if err != nil {
		return fmt.Errorf("asterisk %d from Debian %s: %w; %s", int(v), suite, err, otherWays(v))
	}
	t := &Tree{Suite: suite, Arch: runtime.GOARCH, Packages: map[string]string{}}
	if err := unpackAll(ctx, o, a, dir, t); err != nil {
		return err
	}
	t.Notes = lockNotes(lock[suite], t.Packages)
	t.Version = versionNumber(t.Packages["asterisk"])
	return t.record(dir)
}

// record writes what is known of the tree into it.
func (t *Tree) record(dir string) error {
	text, err := json.MarshalIndent(t, "", "\t")
	if err != nil {
		return err
	}
	if err := WriteFiles(dir, map[string]string{treeFile: string(text) + "\n", fontsFile: fontsText}); err != nil {
		return err
	}
	for _, name := range []string{treeFile, fontsFile} { // they hold no secrets
		if err := os.Chmod(filepath.Join(dir, name), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// firstMirror prepares apt for the first mirror that carries the suite.
func firstMirror(ctx context.Context, o InstallOptions, work string, uris []string, suite string, pins map[string]string) (*apt, error) {
	var failed []error
	for i, uri := range uris {
		o.Progress(Progress{Step: StepIndex, Done: i, Total: len(uris), Detail: suite})
		a, err := newApt(filepath.Join(work, fmt.Sprintf("apt%d", i)), uri, suite, pins)
		if err != nil {
			return nil, err
		}
		if err = a.update(ctx); err == nil {
			return a, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		failed = append(failed, err)
	}
	return nil, errors.Join(failed...)
}

// unpackAll unpacks the fetched packages into dir and records them in t.
func unpackAll(ctx context.Context, o InstallOptions, a *apt, dir string, t *Tree) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("unpack asterisk: %w", err)
	}
	defer root.Close()
	if err := prepareTree(root); err != nil {
		return fmt.Errorf("unpack asterisk: %w", err)
	}
	if err := unpackMissing(ctx, o, a, root, t); err != nil {
		return err
	}
	// Normally a post-install job: English is where Asterisk looks for it.
	sounds, _ := filepath.Glob(filepath.Join(dir, "usr/share/asterisk/sounds/en_*"))
	if len(sounds) > 0 {
		err := root.Symlink(filepath.Base(sounds[0]), "usr/share/asterisk/sounds/en")
		if err != nil && !errors.Is(err, os.ErrExist) {
			return fmt.Errorf("unpack asterisk: %w", err)
		}
	}
	return nil
}

// unpackMissing unpacks the fetched packages that t does not have yet.
func unpackMissing(ctx context.Context, o InstallOptions, a *apt, root *os.Root, t *Tree) error {
	debs, err := a.archives()
	if err != nil {
		return fmt.Errorf("unpack asterisk: %w", err)
	}
	for i, deb := range debs {
		name, version := packageOf(deb)
		if t.Packages[name] != "" {
			continue
		}
		o.Progress(Progress{Step: StepUnpack, Done: i, Total: len(debs), Detail: name})
		if err := unpackDeb(ctx, root, deb); err != nil {
			return err
		}
		t.Packages[name] = version
	}
	return nil
}

// otherWays tells how to have an Asterisk without a mirror.
func otherWays(v Version) string {
	var b strings.Builder
	fmt.Fprintf(&b, "set %s to an existing tree (\"/\" for an installed Asterisk)", v.envRoot())
	b.WriteString(", or install --from a file packed on another machine")
	return b.String()
}
