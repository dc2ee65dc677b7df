package cdr

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/number"
)

// Text is something said in both languages.
type Text struct {
	Korean  string `json:"ko"`
	English string `json:"en"`
}

func (t Text) and(o Text) Text { return Text{t.Korean + o.Korean, t.English + o.English} }

func said(korean, english string, args ...any) Text {
	return Text{fmt.Sprintf(korean, args...), fmt.Sprintf(english, args...)}
}

// particle is a Korean word with the particle that its last sound asks for: i is
// 이 or 가, eul 을 or 를, ro 으로 or 로.
func particle(word, closed, open string) string {
	if ends(word) != 0 {
		return word + closed
	}
	return word + open
}

func iGa(word string) string   { return particle(word, "이", "가") }
func eulReul(w string) string  { return particle(w, "을", "를") }
func waGwa(word string) string { return particle(word, "과", "와") }

func euro(word string) string {
	if e := ends(word); e != 0 && e != consonantL {
		return word + "으로"
	}
	return word + "로"
}

// consonantL is ㄹ among the consonants that end a syllable of Unicode.
const consonantL = 8

// ends is the consonant a word ends with as it is spoken, 0 for none. What is in
// brackets at its end is not spoken.
func ends(word string) int {
	if i := strings.LastIndexByte(word, '('); i > 0 && strings.HasSuffix(word, ")") {
		word = word[:i]
	}
	r, _ := utf8.DecodeLastRuneInString(word)
	switch {
	case r >= '가' && r <= '힣':
		return int(r-'가') % 28
	case r >= '0' && r <= '9': // 영 일 이 삼 사 오 육 칠 팔 구
		return [...]int{21, consonantL, 0, 16, 0, 0, 1, consonantL, consonantL, 0}[r-'0']
	case strings.ContainsRune("lLrR", r):
		return consonantL
	case strings.ContainsRune("mMnNbBpPkKtTgG", r):
		return 1
	}
	return 0
}

// span is how long something took, in whole seconds as a call of the history
// counts them.
func span(d time.Duration) Text {
	s := int(max(0, d) / time.Second)
	if s == 0 {
		return Text{"1초 미만", "less than a second"}
	}
	switch h, m := s/3600, s/60%60; {
	case h > 0:
		return said("%[1]d시간 %[2]d분", "%[1]d h %[2]d min", h, m)
	case m > 0 && s%60 == 0:
		return said("%d분", "%d min", m)
	case m > 0:
		return said("%[1]d분 %[2]d초", "%[1]d min %[2]d s", m, s%60)
	default:
		return said("%d초", "%d s", s)
	}
}

// after is when something came: at once rather than after no second at all.
func after(d time.Duration) Text {
	if d < time.Second {
		return Text{"바로", "at once"}
	}
	t := span(d)
	return Text{t.Korean + " 만에", "after " + t.English}
}

// party is how somebody is spoken of.
func party(p call.Party) Text {
	switch n := cmpOr(p.Extension, number.Written(p.Number)); {
	case p.Name != "" && p.Name != n && p.Name != p.Number && n != "":
		return said("%s(%s)", "%s (%s)", p.Name, n)
	case n != "":
		return Text{n, n}
	case p.Name != "":
		return Text{p.Name, p.Name}
	}
	return Text{"상대방", "the other side"}
}

// toward is who a call goes to, with its particle: 에게 for people, 으로 or 로 for
// a number alone.
func toward(p call.Party) string {
	to := party(p).Korean
	if p.Extension != "" || p.Name != "" || p.Number == "" {
		return to + "에게"
	}
	return euro(to)
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// several joins parties, at most four by name.
func several(all []call.Party) Text {
	const most = 4
	var ko, en []string
	for _, p := range all[:min(len(all), most)] {
		t := party(p)
		ko, en = append(ko, t.Korean), append(en, t.English)
	}
	switch n := len(all); {
	case n == most+1:
		return said("%[1]s 등 %[3]d명", "%[2]s and another one", strings.Join(ko, ", "), strings.Join(en, ", "), n)
	case n > most:
		return said("%[1]s 등 %[3]d명", "%[2]s and %[4]d others", strings.Join(ko, ", "), strings.Join(en, ", "), n, n-most)
	case n > 1:
		return Text{strings.Join(ko, ", "), strings.Join(en[:n-1], ", ") + " and " + en[n-1]}
	case n == 1:
		return Text{ko[0], en[0]}
	}
	return party(call.Party{})
}

// diversionNames are what the diversions are called.
var diversionNames = map[string]Text{
	"CFI": {"즉시 착신전환", "call forward immediately"},
	"CFB": {"통화중 착신전환", "call forward busy"},
	"CFN": {"부재중 착신전환", "call forward no answer"},
	"CFU": {"미연결 착신전환", "call forward unavailable"},
	"PEA": {"개인 비서", "personal attendant"},
}

// causes are what the causes of Q.850 mean to people, as the end of "… because".
var causes = map[int]Text{
	1:   {"없는 번호여서", "the number is not in use"},
	2:   {"그 번호로 가는 길이 없어", "there is no route to the network of that number"},
	3:   {"그 번호로 가는 길이 없어", "there is no route to that number"},
	17:  {"통화 중이어서", "the line was busy"},
	18:  {"전화기가 응답하지 않아", "the phone did not respond"},
	19:  {"받지 않아", "nobody answered"},
	20:  {"상대방의 전화가 꺼져 있거나 연결되지 않는 곳에 있어", "the phone was switched off or out of reach"},
	21:  {"상대 쪽에서 거절하여", "the call was refused"},
	22:  {"번호가 바뀌어", "the number has changed"},
	27:  {"상대방의 회선이 고장이어서", "the destination is out of order"},
	28:  {"번호의 형식이 맞지 않아", "the number is incomplete or has a wrong format"},
	31:  {"상대 쪽에서 이유 없이 끊어", "the network ended it without saying why"},
	34:  {"빈 회선이 없어", "all lines were in use"},
	38:  {"통신망의 장애로", "the network was out of order"},
	41:  {"통신망의 일시적인 장애로", "of a temporary failure of the network"},
	42:  {"통신망이 혼잡하여", "the network was congested"},
	44:  {"요청한 회선을 쓸 수 없어", "the line was not available"},
	47:  {"통신망의 자원이 모자라", "the network lacked resources"},
	50:  {"가입하지 않은 서비스여서", "the service is not subscribed"},
	52:  {"발신이 금지되어 있어", "outgoing calls are barred"},
	55:  {"착신이 금지되어 있어", "incoming calls are barred"},
	57:  {"권한이 없어", "it is not authorised"},
	58:  {"지금 쓸 수 없는 서비스여서", "the service is not available now"},
	65:  {"상대 쪽이 통화 방식을 지원하지 않아", "the other side does not support this kind of call"},
	79:  {"상대 쪽이 지원하지 않는 서비스여서", "the service is not implemented"},
	88:  {"통화 방식(코덱)이 맞지 않아", "the two sides have no codec in common"},
	95:  {"잘못된 신호여서", "a message was invalid"},
	102: {"상대 쪽이 제때 응답하지 않아", "the other side did not respond in time"},
	111: {"신호 규약의 오류로", "of a protocol error"},
	127: {"통신망 사이의 오류로", "of an error between networks"},
}

// filled puts a word into a text that may have a place for one.
func filled(text, word string) string { return strings.Replace(text, "%s", word, 1) }

// capital begins a text with a capital letter.
func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}
