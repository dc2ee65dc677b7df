package asteriskproc

import (
	"bufio"
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// source is one place packages come from, as the host's apt knows it.
type source struct {
	uri      string
	suite    string
	signedBy string
}

// hostSources reads the apt sources below dir (/etc/apt): sources.list and the
// .list and .sources files of sources.list.d, in apt's own order. Entries that
// are disabled, hold source packages only, or lack the component main are left
// out, as are files that cannot be read.
func hostSources(dir string) []source {
	files := []string{filepath.Join(dir, "sources.list")}
	entries, err := os.ReadDir(filepath.Join(dir, "sources.list.d"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		if x := filepath.Ext(e.Name()); x == ".list" || x == ".sources" {
			files = append(files, filepath.Join(dir, "sources.list.d", e.Name()))
		}
	}
	var all []source
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			continue
		}
		if filepath.Ext(f) == ".sources" {
			all = append(all, parseDeb822(string(text))...)
		} else {
			all = append(all, parseOneLine(string(text))...)
		}
	}
	return all
}

// parseDeb822 reads the stanzas of a .sources file. Format: sources.list(5),
// "DEB822-STYLE FORMAT".
func parseDeb822(text string) []source {
	var all []source
	field := map[string]string{}
	last := ""
	flush := func() {
		all = append(all, deb822Sources(field)...)
		field, last = map[string]string{}, ""
	}
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Scan() {
		line := lines.Text()
		switch {
		case strings.HasPrefix(line, "#"):
			// A comment may stand between the lines of a stanza.
		case strings.TrimSpace(line) == "":
			flush()
		case line[0] == ' ' || line[0] == '\t':
			field[last] += "\n" + strings.TrimSpace(line)
		default:
			name, value, _ := strings.Cut(line, ":")
			last = strings.ToLower(strings.TrimSpace(name))
			field[last] = strings.TrimSpace(value)
		}
	}
	flush()
	return all
}

func deb822Sources(field map[string]string) []source {
	off := strings.EqualFold(field["enabled"], "no") || strings.EqualFold(field["enabled"], "false")
	if off || !slices.Contains(strings.Fields(field["types"]), "deb") ||
		!slices.Contains(strings.Fields(field["components"]), "main") {
		return nil
	}
	signed := field["signed-by"]
	if strings.Contains(signed, "PGP PUBLIC KEY") { // an embedded key is no path
		signed = ""
	}
	var all []source
	for _, uri := range strings.Fields(field["uris"]) {
		for _, suite := range strings.Fields(field["suites"]) {
			all = append(all, source{uri: uri, suite: suite, signedBy: signed})
		}
	}
	return all
}

// parseOneLine reads a .list file: "deb [ option=value … ] uri suite component…".
func parseOneLine(text string) []source {
	var all []source
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		rest, ok := strings.CutPrefix(strings.TrimSpace(line), "deb")
		if !ok || rest == "" || (rest[0] != ' ' && rest[0] != '\t') {
			continue
		}
		rest = strings.TrimSpace(rest)
		signed := ""
		if strings.HasPrefix(rest, "[") {
			options, after, found := strings.Cut(rest[1:], "]")
			if !found {
				continue
			}
			for o := range strings.FieldsSeq(options) {
				if v, ok := strings.CutPrefix(o, "signed-by="); ok {
					signed = v
				}
			}
			rest = after
		}
		f := strings.Fields(rest)
		if len(f) < 3 || strings.HasPrefix(f[0], "cdrom:") || !slices.Contains(f[2:], "main") {
			continue
		}
		all = append(all, source{uri: f[0], suite: f[1], signedBy: signed})
	}
	return all
}

// debianSuites are names that stand for a whole Debian archive. A mirror that
// serves one of them serves, as a rule, the others too.
var debianSuites = []string{
	"oldoldstable", "oldstable", "stable", "testing", "unstable", "sid",
	"buster", "bullseye", "bookworm", "trixie", "forky", "duke",
}

// mirrorsFor picks from the host's sources those that a Debian suite can be
// asked of, best first: sources that name the very suite, then sources signed
// by Debian's own keyring, then the rest. Security and updates archives and
// sources of other makers' packages are left out; a wrong guess is harmless,
// since what is fetched must carry Debian's signature.
func mirrorsFor(all []source, suite string) []string {
	rank := func(s source) int {
		switch {
		case s.suite == suite:
			return 0
		case strings.Contains(s.signedBy, "debian-archive"):
			return 1
		default:
			return 2
		}
	}
	var fit []source
	for _, s := range all {
		if slices.Contains(debianSuites, s.suite) {
			fit = append(fit, s)
		}
	}
	slices.SortStableFunc(fit, func(a, b source) int { return cmp.Compare(rank(a), rank(b)) })
	var uris []string
	for _, s := range fit {
		if !slices.Contains(uris, s.uri) {
			uris = append(uris, s.uri)
		}
	}
	return uris
}
