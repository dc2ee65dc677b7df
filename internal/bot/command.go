package bot

import (
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/number"
)

// Verb is what somebody asks the bot to do.
type Verb string

// The verbs.
const (
	ShowDiversions Verb = "diversions"
	SetDiversion   Verb = "set"  // Type, Number; changes something
	DropDiversion  Verb = "drop" // Type, or all when it is ""; changes something
	ShowNumbers    Verb = "numbers"
	ShowMissed     Verb = "missed"
	ShowMe         Verb = "me"
	Help           Verb = "help"
	Yes            Verb = "yes" // to what was asked before a change
	No             Verb = "no"
)

// Command is one message that somebody wrote to the bot.
type Command struct {
	Verb   Verb
	Type   dialplan.Diversion // of SetDiversion and DropDiversion
	Number string             // of SetDiversion, digits with a leading 0 instead of +82
	Lang   Lang               // it was written in
}

// Changes reports whether it is asked back before it is done.
func (c Command) Changes() bool { return c.Verb == SetDiversion || c.Verb == DropDiversion }

// Errors of ParseCommand.
var (
	// ErrNotUnderstood reports words that are no command: the answer is the help.
	ErrNotUnderstood = errors.New("not understood")
	// ErrWhichNumber reports a diversion to be set without a number, or with one
	// that cannot be called.
	ErrWhichNumber = errors.New("to which number?")
)

// maxCommand bounds a message that is looked at.
const maxCommand = 200

// phrases begin a command; the longest that fits counts. Blanks between words
// may be left out.
var phrases = []struct {
	text string
	c    Command
}{
	{"착신전환", Command{Verb: ShowDiversions, Lang: Korean}},
	{"즉시착신전환", Command{Verb: ShowDiversions, Type: dialplan.CFI, Lang: Korean}},
	{"통화중착신전환", Command{Verb: ShowDiversions, Type: dialplan.CFB, Lang: Korean}},
	{"부재중착신전환", Command{Verb: ShowDiversions, Type: dialplan.CFN, Lang: Korean}},
	{"미연결착신전환", Command{Verb: ShowDiversions, Type: dialplan.CFU, Lang: Korean}},
	{"착신전환즉시", Command{Verb: ShowDiversions, Type: dialplan.CFI, Lang: Korean}},
	{"착신전환통화중", Command{Verb: ShowDiversions, Type: dialplan.CFB, Lang: Korean}},
	{"착신전환부재중", Command{Verb: ShowDiversions, Type: dialplan.CFN, Lang: Korean}},
	{"착신전환미연결", Command{Verb: ShowDiversions, Type: dialplan.CFU, Lang: Korean}},
	{"전화번호", Command{Verb: ShowNumbers, Lang: Korean}},
	{"내번호", Command{Verb: ShowNumbers, Lang: Korean}},
	{"내전화번호", Command{Verb: ShowNumbers, Lang: Korean}},
	{"부재중", Command{Verb: ShowMissed, Lang: Korean}},
	{"부재중전화", Command{Verb: ShowMissed, Lang: Korean}},
	{"내정보", Command{Verb: ShowMe, Lang: Korean}},
	{"도움말", Command{Verb: Help, Lang: Korean}},
	{"시작하기", Command{Verb: Help, Lang: Korean}},
	{"예", Command{Verb: Yes, Lang: Korean}},
	{"네", Command{Verb: Yes, Lang: Korean}},
	{"넵", Command{Verb: Yes, Lang: Korean}},
	{"응", Command{Verb: Yes, Lang: Korean}},
	{"ㅇㅇ", Command{Verb: Yes, Lang: Korean}},
	{"확인", Command{Verb: Yes, Lang: Korean}},
	{"아니오", Command{Verb: No, Lang: Korean}},
	{"아니요", Command{Verb: No, Lang: Korean}},
	{"아니", Command{Verb: No, Lang: Korean}},
	{"아뇨", Command{Verb: No, Lang: Korean}},
	{"ㄴㄴ", Command{Verb: No, Lang: Korean}},
	{"취소", Command{Verb: No, Lang: Korean}},

	{"diversion", Command{Verb: ShowDiversions, Lang: English}},
	{"diversions", Command{Verb: ShowDiversions, Lang: English}},
	{"divert", Command{Verb: ShowDiversions, Lang: English}},
	{"forward", Command{Verb: ShowDiversions, Lang: English}},
	{"cfi", Command{Verb: ShowDiversions, Type: dialplan.CFI, Lang: English}},
	{"cfb", Command{Verb: ShowDiversions, Type: dialplan.CFB, Lang: English}},
	{"cfn", Command{Verb: ShowDiversions, Type: dialplan.CFN, Lang: English}},
	{"cfu", Command{Verb: ShowDiversions, Type: dialplan.CFU, Lang: English}},
	{"numbers", Command{Verb: ShowNumbers, Lang: English}},
	{"mynumber", Command{Verb: ShowNumbers, Lang: English}},
	{"mynumbers", Command{Verb: ShowNumbers, Lang: English}},
	{"phonenumbers", Command{Verb: ShowNumbers, Lang: English}},
	{"missed", Command{Verb: ShowMissed, Lang: English}},
	{"missedcalls", Command{Verb: ShowMissed, Lang: English}},
	{"me", Command{Verb: ShowMe, Lang: English}},
	{"myinfo", Command{Verb: ShowMe, Lang: English}},
	{"help", Command{Verb: Help, Lang: English}},
	{"start", Command{Verb: Help, Lang: English}},
	{"?", Command{Verb: Help}},
	{"yes", Command{Verb: Yes, Lang: English}},
	{"y", Command{Verb: Yes, Lang: English}},
	{"ok", Command{Verb: Yes, Lang: English}},
	{"no", Command{Verb: No, Lang: English}},
	{"n", Command{Verb: No, Lang: English}},
	{"cancel", Command{Verb: No, Lang: English}},
}

// types are names of diversions that may follow "착신전환" or "divert".
var types = map[string]dialplan.Diversion{
	"cfi": dialplan.CFI, "즉시": dialplan.CFI, "무조건": dialplan.CFI, "always": dialplan.CFI, "immediately": dialplan.CFI,
	"cfb": dialplan.CFB, "통화중": dialplan.CFB, "busy": dialplan.CFB,
	"cfn": dialplan.CFN, "부재중": dialplan.CFN, "무응답": dialplan.CFN, "noanswer": dialplan.CFN,
	"cfu": dialplan.CFU, "미연결": dialplan.CFU, "꺼짐": dialplan.CFU, "unavailable": dialplan.CFU,
}

// off switches a diversion off.
var off = []string{"해제", "끄기", "꺼", "off", "none", "stop", "취소"}

// on may stand beside a number, and asks for one.
var on = []string{"설정", "켜기", "켜", "변경", "바꿔", "to", "set", "on", "로", "으로"}

// polite are words that people write and that mean nothing more; endings are
// what a Korean verb ends with, the longest first, and particles what a number
// does.
var (
	polite    = []string{"", "좀", "알려", "보여", "보기", "조회", "확인", "please", "thanks", "my", "all", "calls", "when", "if"}
	endings   = []string{"해주세요", "해주십시오", "해줘요", "주세요", "주십시오", "해줘", "줘요", "하기", "줘", "해"}
	particles = []string{"번으로", "으로", "로", "번"}
)

// ParseCommand reads what somebody wrote: "착신전환", "착신전환 부재중 010-1234-5678",
// "cfb off". Without a type a number is for CFI. The error is ErrNotUnderstood,
// or ErrWhichNumber with the command beside it.
func ParseCommand(text string) (Command, error) {
	text = strings.ToLower(strings.TrimSpace(norm.NFKC.String(text)))
	if text == "" || len(text) > maxCommand {
		return Command{}, ErrNotUnderstood
	}
	c, rest, ok := beginning(text)
	if !ok {
		return Command{}, ErrNotUnderstood
	}
	words := spoken(rest)
	if c.Verb == ShowDiversions {
		return diversion(c, words)
	}
	if len(words) > 0 {
		return Command{}, ErrNotUnderstood
	}
	return c, nil
}

// spoken are the words of a text that mean something.
func spoken(text string) []string {
	words := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\n' || r == '!' || r == '?' || r == '~' || r == ',' })
	for i, w := range words {
		w = strings.TrimRight(w, ".")
		for _, e := range endings {
			if rest, ok := strings.CutSuffix(w, norm.NFKC.String(e)); ok {
				w = rest
				break
			}
		}
		words[i] = w
	}
	return slices.DeleteFunc(words, func(w string) bool { return slices.Contains(polite, w) })
}

// diversion reads what follows the word for diversions.
func diversion(c Command, words []string) (Command, error) {
	if i := slices.Index(words, "no"); i >= 0 && i+1 < len(words) && words[i+1] == "answer" {
		words = slices.Replace(words, i, i+2, "noanswer")
	}
	if len(words) > 0 && c.Type == "" {
		if t, ok := types[words[0]]; ok {
			c.Type, words = t, words[1:]
		}
	}
	if len(words) == 0 {
		return c, nil
	}
	if len(words) == 1 && slices.Contains(off, words[0]) {
		c.Verb = DropDiversion
		return c, nil
	}
	c.Verb = SetDiversion
	if c.Type == "" {
		c.Type = dialplan.CFI
	}
	words = slices.DeleteFunc(words, func(w string) bool { return slices.Contains(on, w) })
	n, ok := written(strings.Join(words, " "))
	if !ok {
		return c, ErrWhichNumber
	}
	c.Number = n
	return c, nil
}

// beginning finds the longest phrase that text begins with. What follows is a
// word of its own, but for Korean, where an ending may follow: 로.
func beginning(text string) (c Command, rest string, ok bool) {
	best := 0
	for i := range phrases {
		n := covers(text, phrases[i].text)
		if n > best {
			best, c, ok = n, phrases[i].c, true
		}
	}
	return c, text[best:], ok
}

// covers gives how much of text a phrase takes, blanks in between included; 0
// when text does not begin with it.
func covers(text, phrase string) int {
	at := 0
	for _, want := range norm.NFKC.String(phrase) { // as the text is: ㅇㅇ has another form
		for at < len(text) && text[at] == ' ' {
			at++
		}
		if !strings.HasPrefix(text[at:], string(want)) {
			return 0
		}
		at += len(string(want))
	}
	if next, _ := utf8.DecodeRuneInString(text[at:]); unicode.IsLetter(next) || unicode.IsDigit(next) {
		return 0
	}
	return at
}

// written reads a number as people write it: 010-1234-5678, (02) 123 4567,
// +82 10 1234 5678, 1013으로.
func written(s string) (string, bool) {
	for _, p := range particles {
		if rest, ok := strings.CutSuffix(s, p); ok {
			s = rest
			break
		}
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == '+' && i == 0:
			b.WriteRune(r)
		case strings.ContainsRune(" -.()·‐‑–", r):
		default:
			return "", false
		}
	}
	n := b.String()
	if abroad, ok := strings.CutPrefix(n, "+82"); ok {
		n = "0" + strings.TrimPrefix(abroad, "0") // +82 (0)10 …
	}
	return n, number.Check(n) == nil
}
