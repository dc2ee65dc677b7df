package policy

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dipcast/dipcast/internal/number"
)

// MaxNameBytes is the longest caller's name: Asterisk cut a longer one to 78
// bytes, in the middle of a letter.
const MaxNameBytes = 78

// parseCallerID reads `name <number>`, `"name" <number>`, a number or a name.
func parseCallerID(field, v string) (name, num string, err error) {
	name, num = splitCallerID(strings.TrimSpace(v))
	if err := checkCallerName(field, name); err != nil {
		return "", "", err
	}
	return name, num, checkCallerNumber(field, num)
}

func splitCallerID(v string) (name, num string) {
	if name, rest, ok := cutQuoted(v); ok {
		if before, inside, ok := cutBrackets(rest); rest == "" || (ok && before == "") {
			return name, inside
		}
	}
	if number.CheckFeature(v) == nil {
		return "", v
	}
	before, inside, ok := cutBrackets(v)
	if !ok || (before == "" && inside != "" && number.CheckFeature(inside) != nil) {
		return v, "" // "<script>" alone is a name, if a strange one
	}
	return before, inside
}

// cutBrackets splits "before <inside>".
func cutBrackets(v string) (before, inside string, ok bool) {
	i := strings.LastIndexByte(v, '<')
	if i < 0 || !strings.HasSuffix(v, ">") {
		return "", "", false
	}
	return strings.TrimSpace(v[:i]), strings.TrimSpace(v[i+1 : len(v)-1]), true
}

// cutQuoted splits `"name" rest`, taking the backslashes out of the name.
func cutQuoted(v string) (name, rest string, ok bool) {
	if !strings.HasPrefix(v, `"`) {
		return "", "", false
	}
	var b strings.Builder
	for i := 1; i < len(v); i++ {
		switch {
		case v[i] == '"':
			return b.String(), strings.TrimSpace(v[i+1:]), true
		case v[i] == '\\' && i+1 < len(v):
			i++
		}
		b.WriteByte(v[i])
	}
	return "", "", false
}

// checkCallerName accepts what can be shown and sent. White space of other
// kinds than a blank is the caller's choice; whatever else controls a terminal
// is not.
func checkCallerName(field, name string) error {
	if len(name) > MaxNameBytes {
		return invalid(field, "must have a name of at most %d bytes, which are %d Korean letters", MaxNameBytes, MaxNameBytes/3)
	}
	bad := func(r rune) bool { return r == '\r' || r == '\n' || unicode.IsControl(r) && !unicode.IsSpace(r) }
	if !utf8.ValidString(name) || strings.ContainsFunc(name, bad) {
		return invalid(field, "must have a name without control characters")
	}
	return nil
}

func checkCallerNumber(field, num string) error {
	if num != "" && number.CheckFeature(num) != nil {
		return invalid(field, "must have a number of digits only, at most %d", number.MaxFeatureChars)
	}
	return nil
}

// formatCallerID writes a caller id as Asterisk 16 and 22 read it
// (main/callerid.c, ast_callerid_parse): the number in the last brackets, the
// name in quotes, with quotes and backslashes escaped.
func formatCallerID(name, num string) string {
	if name == "" {
		return "<" + num + ">"
	}
	if strings.ContainsAny(name, `\"`) {
		name = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name)
	}
	return `"` + name + `" <` + num + `>`
}
