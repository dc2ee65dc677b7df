package apply

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Kinds of changes.
const (
	KindNew     = "new"
	KindChanged = "changed"
	KindRemoved = "removed"
	KindByHand  = "by hand" // only what it includes changed
)

// Change is what happens to one file.
type Change struct {
	File string `json:"file"` // below the server's folder: "etc/pjsip.conf"
	Kind string `json:"kind"` // "new", "changed", "removed", "by hand"
	// Diff is a unified diff without secrets; "" when only included files changed.
	Diff string `json:"diff,omitempty"`
	// Sections by name, such as "T2_1010 (endpoint)".
	Added    []string `json:"added,omitempty"`
	Altered  []string `json:"altered,omitempty"`
	Obsolete []string `json:"obsolete,omitempty"`
}

// Plan is the difference between the files of a server and those wanted.
type Plan struct {
	Changes []Change `json:"changes"`
	Steps   []Step   `json:"steps"`
	// Restart says what counts only after Asterisk was restarted, in words: of
	// this plan, and of applies since its last start.
	Restart []string `json:"restart,omitempty"`
	// Warnings say what people should know of what is wanted, such as a tone
	// without a recording. Who asked for the plan sets them.
	Warnings []string `json:"warnings,omitempty"`

	files   map[string]string // to be written, with marks; a removed one is ""
	digests map[string]string // of all wanted files
	wanted  map[string]string // all, with marks
	before  map[string]string // those there are, with marks
	fresh   []string          // of Restart, what is this plan's own
}

// Empty reports that there is nothing to do.
func (p *Plan) Empty() bool { return len(p.Changes) == 0 && len(p.Steps) == 0 }

// Summary is the plan in words, a line each.
func (p *Plan) Summary() []string {
	var out []string
	for _, c := range p.Changes {
		text := c.File + ": " + c.Kind
		if c.Kind == KindByHand {
			text = c.File + ": your additions changed"
		}
		var parts []string
		for _, part := range []struct {
			word  string
			names []string
		}{{"added", c.Added}, {"changed", c.Altered}, {"removed", c.Obsolete}} {
			if len(part.names) > 0 && c.Kind != KindNew {
				parts = append(parts, part.word+" "+list(part.names))
			}
		}
		if len(parts) > 0 {
			text += " (" + strings.Join(parts, "; ") + ")"
		}
		out = append(out, text)
	}
	return out
}

// list names the first few.
func list(names []string) string {
	const few = 5
	if len(names) > few {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:few], ", "), len(names)-few)
	}
	return strings.Join(names, ", ")
}

// header begins every file that is rendered (package asteriskconf): by it a file
// that is not rendered any more is known as ours.
const header = "; Written by DIPCAST."

// maxFile bounds a file that is read, in bytes.
const maxFile = 64 << 20

// newPlan compares the files in dir with wanted, which come from
// asteriskconf.Render. state is what was applied last.
func newPlan(dir string, wanted map[string]string, state *state) (*Plan, error) {
	p := &Plan{files: map[string]string{}, digests: map[string]string{}, wanted: map[string]string{}, before: map[string]string{}}
	etc := filepath.Join(dir, "etc")
	plainBefore, plainAfter := map[string]string{}, map[string]string{}
	var changed []string
	for _, name := range keys(wanted, nil) {
		if !filepath.IsLocal(name) || strings.HasPrefix(name, stateDir) {
			return nil, fmt.Errorf("apply: %q is not a file of a server", name)
		}
		text := wanted[name]
		sum := digest(etc, text)
		after := marked(name, text, sum)
		p.digests[name], p.wanted[name], plainAfter[name] = sum, after, text
		before, there, err := readFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			return nil, fmt.Errorf("apply: %w", err)
		}
		if there {
			p.before[name], plainBefore[name] = before, unmarked(before)
		}
		c := Change{File: name, Kind: KindChanged}
		switch {
		case !there:
			c.Kind = KindNew
		case before == after && state.Digests[name] != "" && state.Digests[name] != sum,
			before != after && before != text && plainBefore[name] == text:
			c.Kind = KindByHand
		case before == after:
			continue
		}
		p.files[name] = after
		changed = append(changed, name)
		c.describe(plainBefore[name], text)
		p.Changes = append(p.Changes, c)
	}
	gone, err := obsolete(etc, wanted)
	if err != nil {
		return nil, fmt.Errorf("apply: %w", err)
	}
	for name, before := range gone {
		p.before[name], plainBefore[name], p.files[name] = before, unmarked(before), ""
		changed = append(changed, name)
		c := Change{File: name, Kind: KindRemoved}
		c.describe(plainBefore[name], "")
		p.Changes = append(p.Changes, c)
	}
	p.Steps, p.Restart = steps(changed, plainBefore, plainAfter)
	p.fresh = slices.Clone(p.Restart)
	for _, why := range state.Restart {
		if !slices.Contains(p.Restart, why) {
			p.Restart = append(p.Restart, why)
		}
	}
	// What an earlier apply could not tell Asterisk is told now.
	for _, s := range state.Unsettled {
		if s.Do == stepReload && !slices.ContainsFunc(p.Steps, func(t Step) bool { return t.Module == s.Module }) {
			p.Steps = append(p.Steps, s)
		}
	}
	return p, nil
}

// describe fills in the diff and the sections.
func (c *Change) describe(before, after string) {
	c.Diff = unified(c.File, before, after, func(line string) string { return masked(c.File, line) })
	if c.Kind == KindNew || c.Kind == KindRemoved {
		return
	}
	was, is := bySection(before), bySection(after)
	for _, k := range keys(was, is) {
		if k == "" {
			continue
		}
		w, wasThere := was[k]
		i, isThere := is[k]
		switch {
		case !wasThere:
			c.Added = append(c.Added, k)
		case !isThere:
			c.Obsolete = append(c.Obsolete, k)
		case w != i:
			c.Altered = append(c.Altered, k)
		}
	}
}

func bySection(text string) map[string]string {
	out := map[string]string{}
	for _, s := range sections(text) {
		out[s.key()] += settings(s.lines)
	}
	return out
}

// obsolete are files of etc that were rendered once and are not wanted now.
func obsolete(etc string, wanted map[string]string) (map[string]string, error) {
	out := map[string]string{}
	found, err := filepath.Glob(filepath.Join(etc, "*.conf"))
	if err != nil {
		return nil, err
	}
	for _, path := range found {
		name := "etc/" + filepath.Base(path)
		if _, ok := wanted[name]; ok {
			continue
		}
		text, there, err := readFile(path)
		if err != nil {
			return nil, err
		}
		if there && strings.HasPrefix(text, header) {
			out[name] = text
		}
	}
	return out, nil
}

// readFile gives a file's text; there is false when there is none.
func readFile(path string) (text string, there bool, err error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxFile {
		return "", false, fmt.Errorf("%s is no file of at most %d bytes", path, maxFile)
	}
	body, err := os.ReadFile(path)
	return string(body), err == nil, err
}
