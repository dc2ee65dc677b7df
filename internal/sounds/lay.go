package sounds

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/dipcast/dipcast/internal/prompts"
)

// treeLink is, in a folder laid by Lay, the way back to what it was laid over.
const treeLink = "tree"

// Lay makes dir an Asterisk's data folder (astdatadir) of its own over that of
// the program, which many may share and nobody may write to: links to everything
// in it, but real folders for sounds and for sounds/ko, in which single prompts
// can be replaced, and music for those who are held. What is there already and is
// no link of ours stays; links to another program are renewed. It may be done
// again at any time.
func Lay(program, dir string) error {
	program, err := filepath.Abs(program)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(dir, "sounds", prompts.Language), 0o755); err != nil {
		return fmt.Errorf("lay sounds: %w", err)
	}
	if err := link(program, filepath.Join(dir, treeLink)); err != nil {
		return fmt.Errorf("lay sounds: %w", err)
	}
	skip := map[string]bool{"sounds": true, treeLink: true}
	if err := linkAll(program, dir, skip); err != nil {
		return fmt.Errorf("lay sounds: %w", err)
	}
	if !HasMusic(dir) { // a program that is not ours to add to
		if err := MakeMusic(dir); err != nil {
			return fmt.Errorf("lay music: %w", err)
		}
	}
	from, to := filepath.Join(program, "sounds"), filepath.Join(dir, "sounds")
	if err := linkAll(from, to, map[string]bool{prompts.Language: true}); err != nil {
		return fmt.Errorf("lay sounds: %w", err)
	}
	if err := linkSet(filepath.Join(from, prompts.Language), filepath.Join(to, prompts.Language)); err != nil {
		return fmt.Errorf("lay sounds: %w", err)
	}
	return nil
}

// linkAll links each entry of a folder into another. There may be no such folder.
func linkAll(from, to string, skip map[string]bool) error {
	entries, err := os.ReadDir(from)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		if skip[e.Name()] {
			continue
		}
		if err := link(filepath.Join(from, e.Name()), filepath.Join(to, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// linkSet links the files of a set of prompts, also those in its folders.
func linkSet(from, to string) error {
	err := filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if e.IsDir() {
			return os.MkdirAll(filepath.Join(to, name), 0o755)
		}
		if !strings.HasSuffix(name, ".wav") {
			return nil
		}
		return link(path, filepath.Join(to, name))
	})
	if errors.Is(err, fs.ErrNotExist) { // no voice here: English is heard
		return nil
	}
	return err
}

// link makes a symbolic link, or turns one that is there. A file or folder in
// its place stays.
func link(target, path string) error {
	err := os.Symlink(target, path)
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	now, err := os.Readlink(path)
	if err != nil || now == target { // not a link, or the right one
		return nil //nolint:nilerr // somebody put it there
	}
	tmp := path + ".new"
	_ = os.Remove(tmp) // left by one that was killed
	if err := os.Symlink(target, tmp); err != nil {
		return err
	}
	return os.Rename(tmp, path)
}
