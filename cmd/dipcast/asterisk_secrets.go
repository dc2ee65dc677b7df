package main

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dipcast/dipcast/internal/asteriskproc"
)

// secretFile keeps the phones' SIP passwords, one "endpoint: password" a line.
// Who rewrites a line by hand sets that phone's password.
type secretFile struct {
	path  string
	by    map[string]string
	added int // made by get
}

// openSecrets reads a file that may not be there yet.
func openSecrets(path string) (*secretFile, error) {
	s := &secretFile{path: path, by: map[string]string{}}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return nil, fmt.Errorf("phones' passwords: %w", err)
	}
	lines := bufio.NewScanner(strings.NewReader(string(text)))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		name, secret, ok := strings.Cut(line, ":")
		if secret = strings.TrimSpace(secret); !ok || secret == "" {
			return nil, fmt.Errorf("phones' passwords: %s line %d is not \"endpoint: password\"", path, n)
		}
		s.by[strings.TrimSpace(name)] = secret
	}
	return s, lines.Err()
}

// get is the password of an endpoint, a new one when it has none.
func (s *secretFile) get(endpoint string) string {
	if s.by[endpoint] == "" {
		s.by[endpoint] = rand.Text()
		s.added++
	}
	return s.by[endpoint]
}

// save writes the file when something was added. Passwords of extensions that
// are gone stay: they may come back.
func (s *secretFile) save() error {
	if s.added == 0 {
		return nil
	}
	var b strings.Builder
	b.WriteString("# SIP passwords of phones, made by dipcast asterisk render and kept by it.\n")
	for _, name := range slices.Sorted(maps.Keys(s.by)) {
		fmt.Fprintf(&b, "%s: %s\n", name, s.by[name])
	}
	dir, file := filepath.Split(s.path)
	if dir == "" {
		dir = "."
	}
	if err := asteriskproc.WriteFiles(dir, map[string]string{file: b.String()}); err != nil {
		return fmt.Errorf("phones' passwords: %w", err)
	}
	return nil
}
