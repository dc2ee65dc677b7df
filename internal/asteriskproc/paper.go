package asteriskproc

import (
	"context"
	"errors"
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

// pageDrawer is that program.
var pageDrawer = tool{program: paperProgram, pack: paperPackage, state: func(t *Tree) (*string, *time.Time) { return &t.NoPaper, &t.PaperTried }}

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

// FindPaper finds pdftoppm: the host's own, else that of a tree that is there
// already. The error wraps ErrNoPaper.
func FindPaper(ctx context.Context) (Paper, error) {
	path, t := pageDrawer.find(ctx)
	switch {
	case path != "":
		return func(ctx context.Context, args ...string) *exec.Cmd {
			cmd := onHost(ctx, path, args...)
			cmd.Env = []string{"LC_ALL=C", "HOME=/dev/null"}
			return cmd
		}, nil
	case t != nil:
		return t.Paper, nil
	}
	return nil, ErrNoPaper
}

// Paper is the tree's own.
func (t *Tree) Paper(ctx context.Context, args ...string) *exec.Cmd {
	cmd := t.Command(ctx, paperProgram, args...)
	cmd.Env = []string{"LC_ALL=C", "HOME=/dev/null", "FONTCONFIG_FILE=" + filepath.Join(t.Root, fontsFile)}
	return cmd
}
