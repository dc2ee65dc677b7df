package prompts

import "strings"

// A voice reads Hangul letter by letter, and so says 합니다 with a hard p where
// Koreans say 함니다. Pronounced writes a text as it is said. Rules: 표준 발음법,
// National Institute of Korean Language; the section is named at each. They work
// within a stretch between commas and full stops, also over spaces. What depends
// on the meaning of a word (밟다, 신라) is not known and not needed by the list.

// Letters of a syllable by their numbers in Unicode (3.12, Conjoining Jamo
// Behavior): 19 initials, 21 vowels, 28 finals of which 0 is none.
const (
	firstHangul, lastHangul = 0xAC00, 0xD7A3
	vowels, finals          = 21, 28
)

// Initials and finals by their letters, in the order of Unicode.
var (
	initialLetters = []rune("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ")
	finalLetters   = []rune(" ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
)

// syllable is one block of Hangul, taken apart. final is ' ' when there is none.
type syllable struct {
	initial rune
	vowel   rune // its number
	final   rune
	gap     string // what stands between it and the syllable before, a space or ""
}

// split are the two letters of a double final: what stays when a vowel follows,
// and what goes over to it (section 14).
var split = map[rune][2]rune{
	'ㄳ': {'ㄱ', 'ㅆ'}, 'ㄵ': {'ㄴ', 'ㅈ'}, 'ㄺ': {'ㄹ', 'ㄱ'}, 'ㄻ': {'ㄹ', 'ㅁ'}, 'ㄼ': {'ㄹ', 'ㅂ'},
	'ㄽ': {'ㄹ', 'ㅆ'}, 'ㄾ': {'ㄹ', 'ㅌ'}, 'ㄿ': {'ㄹ', 'ㅍ'}, 'ㅄ': {'ㅂ', 'ㅆ'}, 'ㄶ': {'ㄴ', ' '}, 'ㅀ': {'ㄹ', ' '},
}

// closed is how a final sounds at the end or before a consonant (sections 8–11).
var closed = map[rune]rune{
	'ㄲ': 'ㄱ', 'ㅋ': 'ㄱ', 'ㄳ': 'ㄱ', 'ㄺ': 'ㄱ', 'ㅅ': 'ㄷ', 'ㅆ': 'ㄷ', 'ㅈ': 'ㄷ', 'ㅊ': 'ㄷ', 'ㅌ': 'ㄷ', 'ㅎ': 'ㄷ',
	'ㅍ': 'ㅂ', 'ㅄ': 'ㅂ', 'ㄿ': 'ㅂ', 'ㄵ': 'ㄴ', 'ㄶ': 'ㄴ', 'ㄼ': 'ㄹ', 'ㄽ': 'ㄹ', 'ㄾ': 'ㄹ', 'ㅀ': 'ㄹ', 'ㄻ': 'ㅁ',
}

// nasal is a closed final before ㄴ or ㅁ (section 18).
var nasal = map[rune]rune{'ㄱ': 'ㅇ', 'ㄷ': 'ㄴ', 'ㅂ': 'ㅁ'}

// tense is an initial behind ㄱ, ㄷ or ㅂ (section 23), breathy one that meets ㅎ
// (section 12).
var (
	tense   = map[rune]rune{'ㄱ': 'ㄲ', 'ㄷ': 'ㄸ', 'ㅂ': 'ㅃ', 'ㅅ': 'ㅆ', 'ㅈ': 'ㅉ'}
	breathy = map[rune]rune{'ㄱ': 'ㅋ', 'ㄷ': 'ㅌ', 'ㅂ': 'ㅍ', 'ㅈ': 'ㅊ'}
)

// Pronounced writes a Korean text as it is said. Signs stay where they are.
func Pronounced(text string) string {
	var out strings.Builder
	var stretch []syllable
	gap := ""
	flush := func() {
		join(stretch)
		for _, s := range stretch {
			out.WriteString(s.gap)
			out.WriteRune(s.rune())
		}
		stretch = stretch[:0]
	}
	for _, r := range text {
		switch {
		case r >= firstHangul && r <= lastHangul:
			n := r - firstHangul
			stretch = append(stretch, syllable{
				initial: initialLetters[n/(vowels*finals)], vowel: n / finals % vowels, final: finalLetters[n%finals], gap: gap,
			})
			gap = ""
		case r == ' ':
			gap += " "
		default:
			flush()
			out.WriteString(gap)
			out.WriteRune(r)
			gap = ""
		}
	}
	flush()
	out.WriteString(gap)
	return out.String()
}

func (s syllable) rune() rune {
	return firstHangul + (index(initialLetters, s.initial)*vowels+s.vowel)*finals + index(finalLetters, s.final)
}

func index(letters []rune, l rune) rune {
	for i, r := range letters {
		if r == l {
			return rune(i)
		}
	}
	return 0
}

// join changes finals and the initials behind them.
func join(all []syllable) {
	for i := range all {
		a := &all[i]
		if i == len(all)-1 {
			a.close()
			return
		}
		b := &all[i+1]
		if b.gap != "" && (b.initial == 'ㅇ' || b.initial == 'ㅎ') {
			a.close() // another word begins with a vowel: section 15
		}
		meet(a, b)
	}
}

func (s *syllable) close() {
	if c, ok := closed[s.final]; ok {
		s.final = c
	}
}

// meet applies the rules to one final and the initial behind it.
func meet(a, b *syllable) {
	if a.final == ' ' {
		return
	}
	if b.initial == 'ㅇ' {
		carry(a, b)
		return
	}
	if h := map[rune]rune{'ㅎ': ' ', 'ㄶ': 'ㄴ', 'ㅀ': 'ㄹ'}; h[a.final] != 0 { // section 12.1
		if to, ok := breathy[b.initial]; ok {
			a.final, b.initial = h[a.final], to
			return
		}
		if b.initial == 'ㅅ' {
			a.final, b.initial = h[a.final], 'ㅆ'
			return
		}
	}
	a.close()
	if b.initial == 'ㅎ' { // section 12.1, added 1
		if to, ok := breathy[a.final]; ok {
			a.final, b.initial = ' ', to
		}
		return
	}
	if to, ok := tense[b.initial]; ok && nasal[a.final] != 0 {
		b.initial = to
		return
	}
	if b.gap == "" && b.initial == 'ㄹ' && a.final != 'ㄹ' && a.final != 'ㄴ' { // section 19
		b.initial = 'ㄴ'
	}
	if b.initial == 'ㄴ' || b.initial == 'ㅁ' {
		if to, ok := nasal[a.final]; ok {
			a.final = to
		}
	}
	if b.gap != "" {
		return // clearer so: 번을 눌러, not 번을 룰러
	}
	switch { // section 20
	case a.final == 'ㄴ' && b.initial == 'ㄹ':
		a.final = 'ㄹ'
	case a.final == 'ㄹ' && b.initial == 'ㄴ':
		b.initial = 'ㄹ'
	}
}

// carry takes a final over to a vowel (sections 12.4, 13, 14, 17).
func carry(a, b *syllable) {
	const i = 20 // the vowel ㅣ
	if two, ok := split[a.final]; ok {
		a.final, b.initial = two[0], two[1]
		if two[1] == ' ' { // ㅎ is not said: the other letter goes
			b.initial, a.final = a.final, ' '
		}
	} else {
		switch a.final {
		case 'ㅇ':
			return
		case 'ㅎ':
			a.final = ' '
			return
		}
		b.initial, a.final = a.final, ' '
	}
	if b.vowel == i {
		switch b.initial {
		case 'ㄷ':
			b.initial = 'ㅈ'
		case 'ㅌ':
			b.initial = 'ㅊ'
		}
	}
}
