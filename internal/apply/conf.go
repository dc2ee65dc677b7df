package apply

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Bounds of what is followed by #include.
const (
	maxIncludeDepth = 8
	maxIncludeBytes = 16 << 20
)

// section is one "[name]" of a file of Asterisk's, up to the next.
type section struct {
	name  string   // without brackets
	kind  string   // the value of "type", "" when it has none
	line  int      // of its head, from 1; 0 for what stands before the first
	lines []string // all that follows the head, a block comment as empty lines
	note  string   // the comment right above the head
}

// key tells sections of one name apart by their type.
func (s *section) key() string {
	if s.kind == "" {
		return s.name
	}
	return s.name + " (" + s.kind + ")"
}

// sections splits a file. Block comments (";--" to "--;", main/config.c) count
// as comments.
func sections(text string) []section {
	all := []section{{}}
	note, block := "", false
	for i, line := range strings.Split(text, "\n") {
		at := &all[len(all)-1]
		trimmed := strings.TrimSpace(line)
		switch {
		case block:
			block = !strings.Contains(trimmed, "--;")
			at.lines = append(at.lines, "")
		case strings.HasPrefix(trimmed, ";--"):
			block = !strings.Contains(trimmed[3:], "--;")
			at.lines = append(at.lines, "")
		case strings.HasPrefix(trimmed, ";"):
			note = strings.TrimSpace(strings.TrimLeft(trimmed, "; "))
			at.lines = append(at.lines, line)
			continue
		case strings.HasPrefix(trimmed, "["):
			name, _, _ := strings.Cut(trimmed[1:], "]")
			all = append(all, section{name: name, line: i + 1, note: note})
		default:
			if k, v := setting(trimmed); k == "type" && at.kind == "" {
				at.kind = v
			}
			at.lines = append(at.lines, line)
		}
		note = ""
	}
	return all
}

// setting splits "name = value" or "name => value", "" when it is neither.
func setting(line string) (name, value string) {
	name, value, ok := strings.Cut(line, "=")
	if !ok || strings.HasPrefix(strings.TrimSpace(line), ";") {
		return "", ""
	}
	return strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(strings.TrimPrefix(value, ">"))
}

// named are the sections of one type, as "endpoint" in pjsip.conf, by name.
// Templates, "[name](!)", are none.
func named(text, kind string) []string {
	var out []string
	lines := strings.Split(text, "\n")
	for _, s := range sections(text) {
		if s.kind == kind && !strings.Contains(lines[s.line-1], "(!") {
			out = append(out, s.name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// file is one file and its place.
type file struct{ path, text string }

// included are the files that text reads by #include and #tryinclude, those
// that they read too. Relative names are below etc, as Asterisk takes them
// (main/config.c, AST_CONFIG_DIR). What is missing or too much is left out.
func included(etc, text string) []file {
	var out []file
	left := maxIncludeBytes
	var read func(text string, depth int)
	read = func(text string, depth int) {
		if depth > maxIncludeDepth {
			return
		}
		for line := range strings.Lines(text) {
			name, ok := includes(line)
			if !ok {
				continue
			}
			for _, p := range matches(etc, name) {
				body, err := os.ReadFile(p)
				if err != nil || len(body) > left {
					continue
				}
				left -= len(body)
				out = append(out, file{p, string(body)})
				read(string(body), depth+1)
			}
		}
	}
	read(text, 1)
	return out
}

// includes gives the name that a line includes.
func includes(line string) (name string, ok bool) {
	line = strings.TrimSpace(line)
	for _, word := range []string{"#include", "#tryinclude"} {
		rest, found := strings.CutPrefix(line, word)
		if found && rest != "" && (rest[0] == ' ' || rest[0] == '\t') {
			rest, _, _ = strings.Cut(strings.TrimSpace(rest), ";")
			return strings.Trim(strings.TrimSpace(rest), `"<>`), true
		}
	}
	return "", false
}

// matches are the files of a name with wildcards, sorted.
func matches(etc, name string) []string {
	if !filepath.IsAbs(name) {
		name = filepath.Join(etc, name)
	}
	found, err := filepath.Glob(name)
	if err != nil {
		return nil
	}
	return found
}

// digest is a short hash of a file with all that it includes.
func digest(etc, text string) string {
	h := sha256.New()
	h.Write([]byte(text))
	for _, f := range included(etc, text) {
		h.Write([]byte("\x00" + f.path + "\x00" + f.text))
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// base is the name of a file as tables know it: "pjsip.conf".
func base(name string) string { return path.Base(name) }
