package store

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// NumberKey is a telephone number as it is searched: +82 is the 0 of a national
// number, other signs but * and # do not count. The letters in it, a for * and b
// for #, sort behind digits in every locale, so that a range of keys is a prefix.
// "" when nothing is left.
func NumberKey(number string) string {
	if rest, ok := strings.CutPrefix(number, "+82"); ok {
		number = "0" + rest
	}
	var b strings.Builder
	for _, r := range number {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == '*':
			b.WriteByte('a')
		case r == '#':
			b.WriteByte('b')
		}
	}
	return b.String()
}

// afterKeys sorts behind every key that begins with what stands before it.
const afterKeys = "z"

// NameKey is a name as it is searched: letters and digits only, in lower case,
// composed (Hangul syllables are one character each, however they were typed).
func NameKey(name string) string {
	var b strings.Builder
	for _, r := range norm.NFKC.String(name) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// gramsOf are the characters of a name, and every two that follow each other,
// each once.
func gramsOf(name string) []string {
	runes := []rune(name)
	var out []string
	for i := range runes {
		out = append(out, string(runes[i]))
		if i+1 < len(runes) {
			out = append(out, string(runes[i:i+2]))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func reversed(s string) string {
	b := []byte(s) // keys are ASCII
	slices.Reverse(b)
	return string(b)
}
