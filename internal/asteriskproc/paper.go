package asteriskproc

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// paperPackage is the Debian package of paperProgram, which draws the pages of
// PDFs that are faxed. It runs no scripts and follows no links.
const (
	paperPackage = "poppler-utils"
	paperProgram = "pdftoppm"
)

// fontsFile tells fontconfig where the fonts of a tree are, wherever the tree is.
const (
	fontsFile = "etc/dipcast-fonts.conf"
	fontsText = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir prefix="relative">../usr/share/fonts</dir></fontconfig>
`
)

// ErrNoPaper reports that there is no pdftoppm to draw the pages of PDFs with.
var ErrNoPaper = errors.New("neither this host nor an unpacked Asterisk has pdftoppm")

// Paper draws the pages of PDFs: it gives pdftoppm with these arguments, ready to
// start. It dies with our process, and knows nothing of our environment.
type Paper func(ctx context.Context, args ...string) *exec.Cmd

// hasPaper tells whether the tree can draw pages.
func (t *Tree) hasPaper() bool {
	_, err := os.Stat(t.program(paperProgram))
	return err == nil
}

// papered tells whether the tree can draw pages, or needs not.
func (t *Tree) papered() bool {
	return !t.ours() || t.Suite != suites[Asterisk22] || t.hasPaper() || time.Since(t.PaperTried) < voiceAgain
}

// givePaper sees to it that a tree of ours that was made before there was a
// pdftoppm has one. Where none is to be had the tree stays as it is, and NoPaper
// says why. The caller holds the lock.
func givePaper(ctx context.Context, o InstallOptions, t *Tree) error {
	if t.papered() {
		return nil
	}
	t.NoPaper = ""
	if o.From != "" {
		t.NoPaper = "the packed file holds none"
	} else if err := unpackMore(ctx, o, t, paperPackage); ctx.Err() != nil {
		return ctx.Err()
	} else if err != nil {
		t.NoPaper = err.Error()
	}
	t.PaperTried = time.Now()
	if err := t.record(t.Root); err != nil {
		return fmt.Errorf("%s of %s: %w", paperProgram, t.Root, err)
	}
	return nil
}

// FindPaper finds pdftoppm: the host's own, else that of a tree that is there
// already. The error wraps ErrNoPaper.
func FindPaper(ctx context.Context) (Paper, error) {
	if path, err := exec.LookPath(paperProgram); err == nil {
		return func(ctx context.Context, args ...string) *exec.Cmd {
			cmd := exec.CommandContext(ctx, path, args...)
			cmd.Env = []string{"LC_ALL=C", "HOME=/dev/null"}
			dieWithUs(cmd)
			return cmd
		}, nil
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
		if t, err := OpenTree(ctx, root); err == nil && t.hasPaper() {
			return t.Paper, nil
		}
	}
	return nil, ErrNoPaper
}

// Paper is the tree's own.
func (t *Tree) Paper(ctx context.Context, args ...string) *exec.Cmd {
	cmd := t.Command(ctx, paperProgram, args...)
	cmd.Env = []string{"LC_ALL=C", "HOME=/dev/null", "FONTCONFIG_FILE=" + filepath.Join(t.Root, fontsFile)}
	return cmd
}
