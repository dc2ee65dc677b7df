package demo

import (
	"fmt"
	"strings"
)

// Lang is the language a person reads.
type Lang string

// The languages. The zero Lang is Korean.
const (
	Korean  Lang = "ko"
	English Lang = "en"
)

// ParseLang reads "ko" or "en".
func ParseLang(s string) (Lang, error) {
	switch l := Lang(strings.ToLower(s)); l {
	case Korean, English:
		return l, nil
	}
	return "", fmt.Errorf("%q: the languages are ko and en", s)
}

// LangFrom picks the language of the environment, as getenv returns it: LC_ALL,
// LC_MESSAGES, LANG, the first that is set. A language other than Korean gives
// English. None, or the plain C locale, gives Korean, the product's default.
func LangFrom(getenv func(string) string) Lang {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		v := getenv(name)
		if v == "" {
			continue
		}
		base, _, _ := strings.Cut(v, ".")
		switch base = strings.ToLower(base); {
		case base == "c", base == "posix", strings.HasPrefix(base, "ko"):
			return Korean
		}
		return English
	}
	return Korean
}

// say is a text in both languages.
type say struct{ ko, en string }

func (s say) in(l Lang) string {
	if l == English {
		return s.en
	}
	return s.ko
}

// format fills in the verbs, which are in the same order in both languages.
func (s say) format(l Lang, args ...any) string { return fmt.Sprintf(s.in(l), args...) }
