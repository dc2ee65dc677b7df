package asteriskproc

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
)

// merged are the top folders that are links into usr since Debian's usr-merge;
// older packages still carry files under the old names.
var merged = []string{"bin", "sbin", "lib", "lib64"}

// dropped are parts of the packages that running Asterisk never needs. They
// are a quarter of what the packages hold.
var dropped = []string{
	"usr/share/doc", "usr/share/man", "usr/share/info", "usr/share/locale",
	"usr/share/perl", "usr/share/perl5", "usr/share/lintian", "usr/lib/*/perl",
	"usr/lib/*/perl-base", "usr/lib/python3*", "usr/share/python3", "usr/share/gdb",
	"etc/systemd", "usr/lib/systemd", "usr/lib/udev",
}

// prepareTree makes the usr-merge links of an empty tree.
func prepareTree(root *os.Root) error {
	for _, name := range merged {
		if err := root.MkdirAll("usr/"+name, 0o755); err != nil {
			return err
		}
		if err := root.Symlink("usr/"+name, name); err != nil {
			return err
		}
	}
	return nil
}

// unpackDeb adds the files of one package to the tree. The package's own
// scripts never run.
func unpackDeb(ctx context.Context, root *os.Root, deb string) error {
	cmd := exec.CommandContext(ctx, "dpkg-deb", "--fsys-tarfile", deb)
	dieWithUs(cmd)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("unpack %s: %w", filepath.Base(deb), err)
	}
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("unpack %s: %w", filepath.Base(deb), err)
	}
	err = extractTar(root, out, true)
	if err == nil {
		_, err = io.Copy(io.Discard, out) // the padding behind the archive's end
	} else {
		cmd.Process.Kill() //nolint:errcheck // it may have ended by itself
	}
	if e := cmd.Wait(); err == nil && e != nil {
		err = fmt.Errorf("%w: %s", e, strings.TrimSpace(said.String()))
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("unpack %s: %w", filepath.Base(deb), err)
	}
	return nil
}

// extractTar writes the files, folders and links of a tar stream below root,
// which nothing can leave (os.Root). Owners, set-user-ID bits and devices are
// not kept; absolute links are turned into relative ones, so that they point
// into the tree rather than into the host. With drop, what dropped names is
// left out.
func extractTar(root *os.Root, r io.Reader, drop bool) error {
	archive := tar.NewReader(r)
	for {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		name := path.Clean(strings.TrimPrefix(h.Name, "/"))
		if name == "." || (drop && isDropped(name)) {
			continue
		}
		if err := extractEntry(root, archive, h, name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
}

func extractEntry(root *os.Root, r io.Reader, h *tar.Header, name string) error {
	if h.Typeflag == tar.TypeDir {
		err := root.MkdirAll(name, 0o755)
		if errors.Is(err, fs.ErrExist) { // a link to a folder, such as lib
			return nil
		}
		return err
	}
	if err := root.MkdirAll(path.Dir(name), 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	switch h.Typeflag {
	case tar.TypeReg:
		return extractFile(root, r, name, h.FileInfo().Mode())
	case tar.TypeSymlink:
		return replace(root, name, func() error { return root.Symlink(insideLink(name, h.Linkname), name) })
	case tar.TypeLink:
		old := path.Clean(strings.TrimPrefix(h.Linkname, "/"))
		return replace(root, name, func() error { return root.Link(old, name) })
	default:
		return nil
	}
}

func extractFile(root *os.Root, r io.Reader, name string, mode fs.FileMode) error {
	perm := fs.FileMode(0o644)
	if mode&0o111 != 0 {
		perm = 0o755
	}
	var f *os.File
	err := replace(root, name, func() (err error) {
		f, err = root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, perm)
		return err
	})
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

// replace runs create, and when name is there already removes it and tries once
// more: two packages may hold the same file.
func replace(root *os.Root, name string, create func() error) error {
	err := create()
	if errors.Is(err, fs.ErrExist) {
		if err := root.Remove(name); err != nil {
			return err
		}
		return create()
	}
	return err
}

// insideLink is what the link at name has to say to reach target inside the
// tree. Relative targets stay as they are.
func insideLink(name, target string) string {
	if !strings.HasPrefix(target, "/") {
		return target
	}
	// Count folders of the real place: lib64 is a link to usr/lib64, one deeper.
	top, rest, _ := strings.Cut(name, "/")
	for _, m := range merged {
		if top == m {
			name = "usr/" + m + "/" + rest
		}
	}
	return strings.Repeat("../", strings.Count(name, "/")) + strings.TrimPrefix(target, "/")
}

func isDropped(name string) bool {
	for _, pattern := range dropped {
		deep := strings.Count(pattern, "/") + 1
		parts := strings.Split(name, "/")
		if len(parts) < deep {
			continue
		}
		if ok, _ := path.Match(pattern, strings.Join(parts[:deep], "/")); ok {
			return true
		}
	}
	return false
}
