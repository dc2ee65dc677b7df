package asteriskproc

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// WriteFiles writes files, named by slash-separated paths below dir, making
// folders as needed. Each file is replaced whole: who reads sees the old one or
// the new one. Files are readable by their owner only, since the configuration
// of Asterisk holds secrets.
func WriteFiles(dir string, files map[string]string) error {
	for _, name := range sortedKeys(files) {
		if !filepath.IsLocal(name) {
			return fmt.Errorf("write %q: the path leaves the folder", name)
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		tmp, err := os.CreateTemp(filepath.Dir(path), ".new-*")
		if err != nil {
			return err
		}
		_, err = tmp.WriteString(files[name])
		if e := tmp.Close(); err == nil {
			err = e
		}
		if err == nil {
			err = os.Rename(tmp.Name(), path)
		}
		if err != nil {
			os.Remove(tmp.Name())
			return fmt.Errorf("write %s: %w", path, err)
		}
	}
	return nil
}

// WriteMissing writes those of files that are not there yet, and touches no
// other: they are somebody's own. It gives the names of those it made.
func WriteMissing(dir string, files map[string]string) (made []string, err error) {
	for _, name := range sortedKeys(files) {
		if !filepath.IsLocal(name) {
			return made, fmt.Errorf("write %q: the path leaves the folder", name)
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return made, err
		}
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return made, err
		}
		_, err = f.WriteString(files[name])
		if err := errors.Join(err, f.Close()); err != nil {
			return made, fmt.Errorf("write %s: %w", path, err)
		}
		made = append(made, name)
	}
	return made, nil
}

func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
