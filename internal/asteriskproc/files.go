package asteriskproc

import (
	"fmt"
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

func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
