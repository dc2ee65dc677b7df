package asteriskproc

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/dipcast/dipcast/packaging"
)

// toolAgain is how long after a mirror had no tool for us it is asked again.
const toolAgain = 24 * time.Hour

// tool is a program that comes with an unpacked Asterisk, though Asterisk does
// without it. A tree that was made before it was wanted gets it later; where none
// is to be had the tree stays as it is, and says why.
type tool struct {
	program string
	pack    string // Debian package that has it
	// state is where a tree keeps why it has none, "" when it was not sought in
	// vain, and when that was.
	state func(t *Tree) (no *string, tried *time.Time)
}

func (p *tool) isIn(t *Tree) bool {
	_, err := os.Stat(t.program(p.program))
	return err == nil
}

// lately tells whether it was sought for a tree not long ago.
func (p *tool) lately(t *Tree) bool {
	_, tried := p.state(t)
	return time.Since(*tried) < toolAgain
}

// settled tells whether a tree has it, or needs not: only those of Asterisk 22 that
// are ours do.
func (p *tool) settled(t *Tree) bool {
	return !t.ours() || t.Suite != suites[Asterisk22] || p.isIn(t) || p.lately(t)
}

// give sees to it that a tree has it, unless that is settled. The caller holds the
// lock.
func (p *tool) give(ctx context.Context, o InstallOptions, t *Tree) error {
	if p.settled(t) {
		return nil
	}
	return p.seek(ctx, o, t)
}

// seek adds it, with what it needs, to a tree of ours, and records how that went.
func (p *tool) seek(ctx context.Context, o InstallOptions, t *Tree) error {
	no, tried := p.state(t)
	*no = ""
	if o.From != "" {
		*no = "the packed file holds none"
	} else if err := unpackMore(ctx, o, t, p.pack); ctx.Err() != nil {
		return ctx.Err()
	} else if err != nil {
		*no = err.Error()
	}
	*tried = time.Now()
	if err := t.record(t.Root); err != nil {
		return fmt.Errorf("%s of %s: %w", p.program, t.Root, err)
	}
	return nil
}

// find finds it: the host's own, else that of a tree that is there already. It
// gives its path, or the tree; neither when there is none.
func (p *tool) find(ctx context.Context) (path string, t *Tree) {
	if path, err := exec.LookPath(p.program); err == nil {
		return path, nil
	}
	var roots []string
	for _, v := range []Version{Asterisk22, Asterisk16} {
		if root := os.Getenv(v.envRoot()); root != "" {
			roots = append(roots, root)
		}
	}
	if dir, err := DefaultDir(); err == nil {
		roots = append(roots, filepath.Join(dir, fmt.Sprint(int(Asterisk22))))
	}
	for _, root := range roots {
		if t, err := OpenTree(ctx, root); err == nil && p.isIn(t) {
			return "", t
		}
	}
	return "", nil
}

// onHost gives a program of the host, ready to start. It dies with our process.
func onHost(ctx context.Context, path string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, path, args...)
	dieWithUs(cmd)
	return cmd
}

// unpackMore adds a package, and what it needs, to a tree of ours.
func unpackMore(ctx context.Context, o InstallOptions, t *Tree, name string) error {
	for _, tool := range []string{"apt-get", "dpkg-deb"} {
		if _, err := exec.LookPath(tool); err != nil {
			return fmt.Errorf("this host has no %s", tool)
		}
	}
	uris := []string{o.Mirror}
	if o.Mirror == "" {
		uris = mirrorsFor(hostSources("/etc/apt"), t.Suite)
	}
	if len(uris) == 0 {
		return errors.New("the apt sources of this host name no Debian mirror")
	}
	work, err := os.MkdirTemp(filepath.Dir(t.Root), filepath.Base(t.Root)+".part-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	lock, err := parseLock(packaging.AsteriskLock)
	if err != nil {
		return err
	}
	a, err := firstMirror(ctx, o, work, uris, t.Suite, lock[t.Suite])
	if err != nil {
		return err
	}
	err = a.download(ctx, []string{name}, func(percent int, what string) {
		o.Progress(Progress{Step: StepDownload, Done: percent, Total: 100, Detail: what})
	})
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(t.Root)
	if err != nil {
		return err
	}
	defer root.Close()
	return unpackMissing(ctx, o, a, root, t)
}
