package bot

import (
	"strings"
	"unicode"
	"unicode/utf16"
)

// Lang is the language of a person.
type Lang string

// The languages of cards.
const (
	Korean  Lang = "ko"
	English Lang = "en"
)

// LangOf reads a locale of the directory, "ko_KR". All but English is Korean.
func LangOf(locale string) Lang {
	if strings.HasPrefix(strings.ToLower(locale), "en") {
		return English
	}
	return Korean
}

// Word names a text of a card that a tenant may change.
type Word string

// The texts. Those of buttons have the button's name; with "_said" behind it, it
// is what appears in the room when it is pressed in the mode Message.
const (
	InternalCall Word = "internal_call"
	FaxCame      Word = "fax_came"
	Incoming     Word = "incoming" // a call whose number has no description
	Missed       Word = "missed"
	Answered     Word = "answered"
	Voicemail    Word = "voicemail"
)

func labelOf(a Action) Word { return Word(a) }
func saidOf(a Action) Word  { return Word(a + "_said") }

// texts are the defaults, Korean and English.
var texts = map[Word][2]string{
	InternalCall: {"내부 전화 수신!", "Internal call"},
	FaxCame:      {"팩스가 수신되었습니다.!", "A fax has arrived"},
	Incoming:     {"외부 전화 수신!", "Incoming call"},
	Missed:       {"부재중 전화", "Missed call"},
	Answered:     {"통화 완료", "Call answered"},
	Voicemail:    {"음성 메시지", "Voicemail"},

	labelOf(Desk):      {"📞 수신 전화 당겨 받기", "📞 Take at my desk"},
	labelOf(Assistant): {"🤖 A.I. 비서로 당겨 받기", "🤖 Give to A.I."},
	labelOf(Mobile):    {"📲 내 모바일로 당겨 받기", "📲 Take on mobile"},
	labelOf(CallBack):  {"📞 M2C 발신 하기", "📞 Call back (M2C)"},
	labelOf(Web):       {"🖥️ DIPCAST WEB", "🖥️ DIPCAST WEB"},
	labelOf(Fax):       {"📄 팩스 보기", "📄 View the fax"},
	labelOf(Recording): {"🎧 녹음 듣기", "🎧 Play recording"},

	saidOf(Desk):      {"수신 전화 당겨 받기", "Take the call at my desk"},
	saidOf(Assistant): {"A.I. 비서로 당겨 받기", "Give the call to the A.I. assistant"},
	saidOf(Mobile):    {"내 모바일로 당겨 받기", "Take the call on my mobile"},
	saidOf(CallBack):  {"M2C 발신 하기", "Call back"},
	saidOf(Web):       {"DIPCAST WEB", "DIPCAST WEB"},
	saidOf(Fax):       {"팩스 보기", "View the fax"},
	saidOf(Recording): {"녹음 듣기", "Play the recording"},
}

// word is a text in a language: the tenant's own, or the default.
func (s *Style) word(l Lang, w Word) string {
	if own := s.Words[l][w]; own != "" {
		return own
	}
	if l == English {
		return texts[w][1]
	}
	return texts[w][0]
}

// units counts characters as the API's strictest reading does.
func units(s string) int { return len(utf16.Encode([]rune(s))) }

// plain makes text that others chose safe to show, and cuts it to most
// characters: names of callers come from anywhere. Controls and signs that turn
// the direction of writing go; < loses its meaning, since <m userId="all"> would
// call everybody in the room.
func plain(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '<':
			return '‹'
		case r == unicode.ReplacementChar, unicode.Is(unicode.Bidi_Control, r), unicode.IsControl(r):
			return -1
		}
		return r
	}, s)
	s = strings.TrimSpace(s)
	if units(s) <= most {
		return s
	}
	runes := []rune(s)
	for units(string(runes)) > most-1 {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}
