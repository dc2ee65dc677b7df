package number

import (
	"log/slog"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Masked is a phone number that shows itself masked in a log: 010****2471.
// Numbers of up to four digits are extensions and stay as they are. What is
// no number at all, such as a name in a number's place, is masked as a name.
type Masked string

// LogValue implements slog.LogValuer.
func (m Masked) LogValue() slog.Value { return slog.StringValue(Mask(string(m))) }

// Name is the name of a person or company that shows only its first character
// in a log.
type Name string

// LogValue implements slog.LogValuer.
func (n Name) LogValue() slog.Value { return slog.StringValue(MaskName(string(n))) }

// Mask returns s with at least four of its digits as stars, keeping at most the
// first three and the last four. Up to four digits stay as they are. A text
// with letters is masked as a name.
func Mask(s string) string {
	n := 0
	for _, r := range s {
		switch {
		case unicode.IsDigit(r):
			n++
		case strings.ContainsRune("+*#-.() ", r):
		default:
			return MaskName(s)
		}
	}
	return maskDigits(s, n)
}

// maskDigits stars the middle of the n digits in s and keeps what stands
// between them.
func maskDigits(s string, n int) string {
	if n <= 4 {
		return s
	}
	hidden := max(4, n-7)
	tail := min(4, n-hidden)
	head := n - hidden - tail
	var b strings.Builder
	b.Grow(len(s))
	i := 0
	for _, r := range s {
		if !unicode.IsDigit(r) {
			b.WriteRune(r)
			continue
		}
		if i < head || i >= head+hidden {
			b.WriteRune(r)
		} else {
			b.WriteByte('*')
		}
		i++
	}
	return b.String()
}

// MaskName returns the first character of s and three stars whatever its
// length, or "" for "".
func MaskName(s string) string {
	if s == "" {
		return ""
	}
	r, _ := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError || unicode.IsControl(r) {
		r = '?'
	}
	return string(r) + "***"
}
