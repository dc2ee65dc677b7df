package config

import (
	"fmt"
	"path/filepath"
	"slices"
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
	return DataDirOf(data, path, environ), nil
}

// DataDirOf is DataDir for a text that will stand at path.
func DataDirOf(data []byte, path string, environ []string) string {
	r, c := newReport(path), Default()
	r.parse(data, c)
	c.relativeTo(filepath.Dir(path))
	r.environment(c, environ)
	return c.DataDir
}

// DatabaseName returns the database that the file at path names, without looking
// at the rest, as DataDir does. It may hold a password.
func DatabaseName(path string, environ []string) (string, error) {
	data, err := readLimited(path, MaxFile)
	if err != nil {
		return "", fmt.Errorf("configuration: %w", err)
	}
	r, c := newReport(path), Default()
	r.parse(data, c)
	c.relativeTo(filepath.Dir(path))
	r.environment(c, environ)
	r.secrets(c, Source{Name: path})
	if c.Database.Empty() {
		return Default().Database.Reveal(), nil
	}
	return c.Database.Reveal(), nil
}

// Files are the files that a configuration at path names: of secrets, and of
// certificates and their keys.
func Files(path string, environ []string) ([]string, error) {
	c, err := Load(path, environ)
	if err != nil {
		return nil, err
	}
	names := []string{c.DatabaseFile, c.TLS.Cert, c.TLS.Key, c.Relay.CAFile}
	for i := range c.Servers {
		p := &c.Servers[i].PBX
		names = append(names, c.Servers[i].CAFile, p.Cert, p.Key, p.CA)
	}
	c.eachSecret(func(_ string, _ *Secret, file *string) { names = append(names, *file) })
	slices.Sort(names)
	names = slices.Compact(names)
	return slices.DeleteFunc(names, func(n string) bool { return n == "" }), nil
}

// AsteriskDirs are the folders of the servers whose files are ours, absolute.
func AsteriskDirs(path string, environ []string) ([]string, error) {
	c, err := Load(path, environ)
	if err != nil {
		return nil, err
	}
	var dirs []string
	for i := range c.Servers {
		p := &c.Servers[i].PBX
		if !p.Configured() {
			continue
		}
		dir, err := filepath.Abs(p.Dir)
		if err != nil {
			return nil, err
		}
		dirs = append(dirs, dir)
	}
	return dirs, nil
}
