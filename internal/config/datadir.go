package config

import (
	"fmt"
	"path/filepath"
)

// DataDir returns the data directory that the file at path names, without
// looking at the rest: the rest may be wrong. It is what finds the gateway that
// runs with a file that is broken by now. A file that is not YAML at all, or
// whose data_dir cannot be read, has the default one.
func DataDir(path string, environ []string) (string, error) {
	data, err := readLimited(path, MaxFile)
	if err != nil {
		return "", fmt.Errorf("configuration: %w", err)
	}
	r, c := newReport(path), Default()
	r.parse(data, c)
	c.relativeTo(filepath.Dir(path))
	r.environment(c, environ)
	return c.DataDir, nil
}
