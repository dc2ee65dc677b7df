package apply

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/dipcast/dipcast/internal/dialplan"
)

// maxFindings bounds what is told of one trial.
const maxFindings = 50

// Finding is one thing that is wrong with new files.
type Finding struct {
	File    string `json:"file,omitempty"` // "etc/pjsip.conf", or absolute for an included file elsewhere
	Line    int    `json:"line,omitempty"`
	Section string `json:"section,omitempty"` // the [name] it stands in
	// About says what of the company it comes from: "T2, extension 1010".
	About string `json:"about,omitempty"`
	Text  string `json:"text"` // as Asterisk says it, without secrets
}

// String is the finding on one line.
func (f Finding) String() string {
	var b strings.Builder
	if f.File != "" {
		b.WriteString(f.File)
		if f.Line > 0 {
			fmt.Fprintf(&b, ":%d", f.Line)
		}
		if f.Section != "" {
			fmt.Fprintf(&b, " [%s]", f.Section)
		}
		if f.About != "" {
			fmt.Fprintf(&b, " (%s)", f.About)
		}
		b.WriteString(": ")
	}
	b.WriteString(f.Text)
	return b.String()
}

// RefusedError is an ErrRefused with what was found.
type RefusedError struct{ Findings []Finding }

// Error lists all findings, a line each.
func (e *RefusedError) Error() string {
	lines := []string{ErrRefused.Error()}
	for _, f := range e.Findings {
		lines = append(lines, "  "+f.String())
	}
	return strings.Join(lines, "\n")
}

// Unwrap makes it an ErrRefused.
func (e *RefusedError) Unwrap() error { return ErrRefused }

// reporter collects findings and finds their places.
type reporter struct {
	copy     *scratchCopy
	files    map[string]string // the real ones
	secrets  []string
	findings []Finding
}

// add keeps a finding; one place that is complained of twice counts once for
// each text.
func (r *reporter) add(f Finding) {
	f.Text = withoutSecrets(f.Text, r.secrets)
	for _, known := range r.findings {
		if known == f {
			return
		}
	}
	if len(r.findings) < maxFindings {
		r.findings = append(r.findings, f)
	}
}

// log takes the complaints of a log file.
func (r *reporter) log(path string) {
	body, err := os.ReadFile(path)
	if err != nil {
		return // it got not that far
	}
	for line := range strings.Lines(string(body)) {
		if l, ok := parseLog(line); ok && l.bad() {
			r.add(r.place(l))
		}
	}
}

var (
	// As in "at line 12 of /tmp/dca1/etc/pjsip.conf", "line 3 of extensions.conf:".
	lineOf = regexp.MustCompile(`line '?(\d+)'?,? (?:of|in) (?:file )?'?([^\s':,]+)`)
	// As in "with id 'T2_1010' from configuration file 'pjsip.conf'".
	idFrom = regexp.MustCompile(`(?:id|category) '([^']+)' from configuration file '([^']+)'`)
	// As in "category 'T2_1010'", "context 'T2_cos-all'", "endpoint 'T2_1010'".
	nameIn = regexp.MustCompile(`(?:category|context|endpoint|aor|auth|object|section|identify|registration|AOR|Endpoint) '([^']+)'`)
)

// place finds where a line of the log points to.
func (r *reporter) place(l logLine) Finding {
	f := Finding{Text: r.named(l.text)}
	switch {
	case lineOf.MatchString(l.text):
		m := lineOf.FindStringSubmatch(l.text)
		f.Line, _ = strconv.Atoi(m[1]) // it matched digits
		f.File = r.realName(m[2])
	case idFrom.MatchString(l.text):
		m := idFrom.FindStringSubmatch(l.text)
		f.Section, f.File = m[1], r.realName(m[2])
	case nameIn.MatchString(l.text):
		f.Section = nameIn.FindStringSubmatch(l.text)[1]
		for _, name := range keys(r.files, nil) {
			if sectionAt(r.files[name], f.Section) > 0 {
				f.File = name
				break
			}
		}
	}
	return r.locate(f)
}

// named puts the real names of files into a text.
func (r *reporter) named(text string) string {
	text = strings.ReplaceAll(text, filepath.Join(r.copy.dir, elsewhere), "")
	return strings.ReplaceAll(text, r.copy.dir+"/", "")
}

// realName is the real file that Asterisk means by a name.
func (r *reporter) realName(name string) string {
	if rel, ok := strings.CutPrefix(name, filepath.Join(r.copy.dir, elsewhere)); ok {
		return rel
	}
	if rel, ok := strings.CutPrefix(name, r.copy.dir+"/"); ok {
		return rel
	}
	if !filepath.IsAbs(name) {
		return "etc/" + name
	}
	return name
}

// locate completes a finding that has a line or a section.
func (r *reporter) locate(f Finding) Finding {
	text, ok := r.files[f.File]
	if !ok {
		text = r.included(f.File)
	}
	switch {
	case text == "":
	case f.Line > 0 && f.Section == "":
		for _, s := range sections(text) {
			if s.line > 0 && s.line <= f.Line {
				f.Section = s.name
			}
		}
	case f.Line == 0 && f.Section != "":
		f.Line = sectionAt(text, f.Section)
	}
	if f.Section != "" && f.About == "" {
		f.About = about(f.Section)
	}
	return f
}

// included is the text of a file that was added by hand, "" when unknown.
func (r *reporter) included(name string) string {
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(r.copy.server, filepath.FromSlash(name))
	}
	text, _, err := readFile(path)
	if err != nil {
		return "" // then the line alone is told
	}
	return text
}

func sectionAt(text, name string) int {
	for _, s := range sections(text) {
		if s.line > 0 && s.name == name {
			return s.line
		}
	}
	return 0
}

// about says what of a company a section comes from, as far as its name tells.
func about(section string) string {
	var id int
	if _, err := fmt.Sscanf(section, "trk-%d", &id); err == nil {
		return fmt.Sprintf("trunk %d", id)
	}
	number, ok := dialplan.MarkerIn(section)
	if !ok {
		return ""
	}
	if _, ext := dialplan.ParseEndpoint(section); ext != "" && strings.Trim(ext, "0123456789") == "" {
		return fmt.Sprintf("T%d, extension %s", number, ext)
	}
	return fmt.Sprintf("T%d", number)
}
