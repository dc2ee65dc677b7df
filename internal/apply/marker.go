package apply

import (
	"path/filepath"
	"strings"
)

// Revision is the name of the context in extensions.conf, and of the AOR in
// pjsip.conf, by which Asterisk is asked what it has loaded. No phone can
// register at that AOR: no endpoint has it.
const Revision = "dipcast-revision"

const markerComment = "; By this an apply sees that Asterisk has loaded the file.\n"

// marked puts the digest of a file, with all that it includes, at its end.
func marked(name, text, digest string) string {
	switch base(name) {
	case "extensions.conf":
		return text + "\n" + markerComment + "[" + Revision + "]\nexten => " + digest + ",1,NoOp()\n"
	case "pjsip.conf":
		return text + "\n" + markerComment + "[" + Revision + "]\ntype=aor\nmailboxes=" + digest + "\n"
	}
	return text
}

// unmarked takes it away again.
func unmarked(text string) string {
	if i := strings.LastIndex(text, "\n"+markerComment+"["+Revision+"]\n"); i >= 0 {
		return text[:i]
	}
	return text
}

// Marked are the files of a server whose folder is dir as an apply leaves them there:
// who begins with these has nothing to apply.
func Marked(dir string, files map[string]string) map[string]string {
	out := make(map[string]string, len(files))
	for name, text := range files {
		out[name] = marked(name, text, digest(filepath.Join(dir, "etc"), text))
	}
	return out
}
