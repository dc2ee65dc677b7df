package bot

import (
	"strings"

	"github.com/dipcast/dipcast/internal/company"
)

// StyleOf is a company's style.
func StyleOf(s *company.CardStyle) Style {
	style := Style{Mode: Mode(s.Mode), Ground: s.Ground, Ink: s.Ink, Take: s.Take, Other: s.Other, Red: s.Red}
	for name, text := range s.Words {
		lang, word, _ := strings.Cut(name, ".")
		if style.Words == nil {
			style.Words = map[Lang]map[Word]string{Korean: {}, English: {}}
		}
		if own := style.Words[Lang(lang)]; own != nil {
			own[Word(word)] = text
		}
	}
	return style
}
