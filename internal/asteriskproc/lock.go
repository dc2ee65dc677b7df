package asteriskproc

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
)

// parseLock reads packaging/asterisk.lock: under a line "[suite]", one line
// "package=version" for each package. Blank lines and lines with # are free.
func parseLock(text string) (map[string]map[string]string, error) {
	lock := map[string]map[string]string{}
	var suite map[string]string
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[' && strings.HasSuffix(line, "]"):
			suite = map[string]string{}
			lock[line[1:len(line)-1]] = suite
		default:
			name, version, ok := strings.Cut(line, "=")
			if !ok || suite == nil {
				return nil, fmt.Errorf("asterisk.lock line %d: %q is not package=version under a [suite]", n, line)
			}
			suite[name] = version
		}
	}
	return lock, nil
}

// FormatLock writes what parseLock reads, for a tree's packages.
func FormatLock(trees ...*Tree) string {
	var b strings.Builder
	b.WriteString("# Debian packages that Asterisk is unpacked from, as last tried.\n" +
		"# Versions that the mirror no longer has are replaced by its newest.\n")
	for _, t := range trees {
		fmt.Fprintf(&b, "\n[%s]\n", t.Suite)
		for _, name := range sortedKeys(t.Packages) {
			fmt.Fprintf(&b, "%s=%s\n", name, t.Packages[name])
		}
	}
	return b.String()
}

// packageOf reads name and version from the file name of a fetched package,
// "asterisk_1%3a22.10.1-1_amd64.deb".
func packageOf(file string) (name, version string) {
	f := strings.Split(strings.TrimSuffix(filepath.Base(file), ".deb"), "_")
	if len(f) != 3 {
		return "", ""
	}
	v, err := url.PathUnescape(f[1])
	if err != nil {
		return "", ""
	}
	return f[0], v
}

// lockNotes says where what was taken differs from what is recorded.
func lockNotes(recorded, taken map[string]string) []string {
	if len(recorded) == 0 {
		return nil
	}
	var notes []string
	others := 0
	for _, name := range sortedKeys(taken) {
		was, now := recorded[name], taken[name]
		switch {
		case was == now:
		case strings.HasPrefix(name, "asterisk") && was != "":
			notes = append(notes, fmt.Sprintf("%s is %s; the recorded %s is no longer on the mirror", name, now, was))
		default:
			others++
		}
	}
	for name := range recorded {
		if _, ok := taken[name]; !ok {
			others++
		}
	}
	if others > 0 {
		notes = append(notes, fmt.Sprintf("%d other packages differ from packaging/asterisk.lock", others))
	}
	return notes
}
