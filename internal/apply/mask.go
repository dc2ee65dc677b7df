package apply

import (
	"regexp"
	"slices"
	"strings"
)

// hidden stands for a secret wherever files are shown.
const hidden = "[hidden]"

var (
	// secretSetting are settings whose value is a secret, in any file.
	secretSetting = regexp.MustCompile(`(?i)^(\s*[a-z0-9_.-]*(?:password|secret|passwd|md5_cred|password_digest|refresh_token|oauth_clientid|dbpass|imappassword|tlsprivatekey_pass)\s*=>?\s*)(.+)$`)
	// mailbox is a line of voicemail.conf: number => PIN,name and more.
	mailbox = regexp.MustCompile(`^(\s*[^;=\s]+\s*=>\s*)([^,]*)(.*)$`)
)

// masked is a line of a file without its secret, and with what would move a
// terminal's cursor shown as ^M.
func masked(name, line string) string {
	return visible(withoutSecret(name, line))
}

func visible(line string) string {
	if !strings.ContainsFunc(line, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
		return line
	}
	var b strings.Builder
	for _, r := range line {
		if r < ' ' && r != '\t' || r == 0x7f {
			b.WriteByte('^')
			r ^= 0x40
		}
		b.WriteRune(r)
	}
	return b.String()
}

func withoutSecret(name, line string) string {
	if m := secretSetting.FindStringSubmatch(line); m != nil {
		return m[1] + hidden
	}
	if base(name) == "voicemail.conf" {
		if m := mailbox.FindStringSubmatch(line); m != nil {
			return m[1] + hidden + m[3]
		}
	}
	return line
}

// secrets are the values in files that are not to be shown, longest first.
func secrets(files map[string]string) []string {
	var out []string
	for name, text := range files {
		for line := range strings.Lines(text) {
			line = strings.TrimRight(line, "\r\n")
			if m := secretSetting.FindStringSubmatch(line); m != nil {
				// What Asterisk quotes has lost the backslash.
				out = append(out, m[2], strings.ReplaceAll(m[2], `\;`, ";"))
			} else if m := mailbox.FindStringSubmatch(line); m != nil && base(name) == "voicemail.conf" {
				out = append(out, m[2])
			}
		}
	}
	slices.SortFunc(out, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	return slices.Compact(out)
}

// withoutSecrets takes secrets out of a text of Asterisk's. One of fewer than
// three characters would be found in every second word; it goes only where it
// is a value of its own.
func withoutSecrets(text string, secrets []string) string {
	for _, s := range secrets {
		if len(s) >= 3 {
			text = strings.ReplaceAll(text, s, hidden)
			continue
		}
		text = strings.ReplaceAll(text, "="+s+" ", "="+hidden+" ")
		text = strings.ReplaceAll(text, "'"+s+"'", "'"+hidden+"'")
	}
	return text
}

// holdsSecrets reports a file that not everybody on the machine may read.
func holdsSecrets(name, text string) bool {
	if base(name) == "voicemail.conf" {
		return true
	}
	for line := range strings.Lines(text) {
		if secretSetting.MatchString(strings.TrimRight(line, "\r\n")) {
			return true
		}
	}
	return false
}
