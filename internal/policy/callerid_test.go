package policy_test

import (
	"strings"
	"testing"
)

// TestCallerID: what a client may give, and how it goes on the wire. Both
// versions of Asterisk read these forms back as they were meant.
func TestCallerID(t *testing.T) {
	w := newWorld(t)
	const head = "originate calls T2 | Action: Originate | Channel: Local/1010@T2_cos-all | Context: T2_cos-all | Exten: 01026132471 | Priority: 1 | Timeout: 30000 | ChannelId: ID | OtherChannelId: ID-2 | Async: true"
	for in, want := range map[string]string{
		"얼쑤팩토리 <16682471>":                  `"얼쑤팩토리" <16682471>`,
		"얼쑤팩토리<16682471>":                   `"얼쑤팩토리" <16682471>`,
		` "얼쑤팩토리" <16682471> `:              `"얼쑤팩토리" <16682471>`,
		`"얼쑤팩토리"<16682471>`:                 `"얼쑤팩토리" <16682471>`,
		"<16682471>":                        `<16682471>`,
		"< 16682471 >":                      `<16682471>`,
		`"" <16682471>`:                     `<16682471>`,
		"16682471":                          `<16682471>`,
		"*21#":                              `<*21#>`,
		"+821012345678":                     `<+821012345678>`,
		"홍길동":                               `"홍길동" <>`,
		"홍길동 <>":                            `"홍길동" <>`,
		`"홍길동"`:                             `"홍길동" <>`,
		`"a \"b\" c" <1>`:                   `"a \"b\" c" <1>`,
		`a "b" c <1>`:                       `"a \"b\" c" <1>`,
		`"a\\b" <1>`:                        `"a\\b" <1>`,
		`a\b <1>`:                           `"a\\b" <1>`,
		`"a <b>" <1>`:                       `"a <b>" <1>`,
		`a <b> <1>`:                         `"a <b>" <1>`,
		`a > b <1>`:                         `"a > b" <1>`,
		`"open <1>`:                         `"\"open" <1>`,
		`"a"b <1>`:                          `"\"a\"b" <1>`,
		`"a" b`:                             `"\"a\" b" <>`,
		"a, b; c=${d} <1>":                  `"a, b; c=${d}" <1>`,
		"tab\there <1>":                     "\"tab\there\" <1>",
		"  ":                                "",
		"":                                  "",
		"<>":                                "",
		strings.Repeat("가", 26) + " <1>":    `"` + strings.Repeat("가", 26) + `" <1>`,
		"12345678901234567890123456789012":  `<12345678901234567890123456789012>`,
		"123456789012345678901234567890123": `"123456789012345678901234567890123" <>`,
	} {
		if want != "" {
			want = " | CallerID: " + want
		}
		w.expect(t, call(t, "Callerid", in), head+want)
	}
	for in, want := range map[string]string{
		strings.Repeat("가", 26) + "a":           "! invalid_value Callerid",
		"홍길동 <010-1234-5678>":                   "! invalid_value Callerid",
		"홍길동 <" + strings.Repeat("1", 33):       "", // brackets that do not close are part of the name
		"홍길동 <" + strings.Repeat("1", 33) + ">": "! invalid_value Callerid",
		`"홍길동" <sip:1@192.0.2.1>`:               "! invalid_value Callerid",
		"esc\x1b[2J <1>":                        "! invalid_value Callerid",
		"del\x7f <1>":                           "! invalid_value Callerid",
		"csi\u009b31m <1>":                      "! invalid_value Callerid",
		"bell\a":                                "! invalid_value Callerid",
	} {
		if got := w.ask(t, "two", call(t, "Callerid", in)); got != want && want != "" {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}
