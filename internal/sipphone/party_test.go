package sipphone

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
)

func TestParseParty(t *testing.T) {
	tests := []struct {
		value string
		want  Party
		ok    bool
	}{
		{`"홍길동" <sip:01026132471@127.0.0.1>`, Party{"홍길동", "01026132471"}, true},
		{`<sip:1010@127.0.0.1:5060;user=phone>;party=calling`, Party{"", "1010"}, true},
		{`sip:1010@127.0.0.1`, Party{"", "1010"}, true},
		{`"a \"b\" \\c" <sip:%2372@h>`, Party{`a "b" \c`, "#72"}, true},
		{`<tel:+82215881588;phone-context=x>`, Party{"", "+82215881588"}, true},
		{`<sip:127.0.0.1>`, Party{}, true},
		{`"open <sip:1@h>`, Party{}, false},
		{``, Party{}, false},
	}
	for _, test := range tests {
		if got, ok := parseParty(test.value); got != test.want || ok != test.ok {
			t.Errorf("%s: %q %q %v", test.value, got.Name, got.Number, ok)
		}
	}
}

func TestAutoAnswerHeaders(t *testing.T) {
	tests := []struct {
		value string
		after time.Duration
		ok    bool
	}{
		{"<sip:127.0.0.1>;answer-after=0", 0, true},
		{"<sip:h>;Answer-After=3;x", 3 * time.Second, true},
		{"info=alert-autoanswer;delay=0", 0, true},
		{"Auto Answer", 0, true},
		{"<http://www.notused.com>;info=external", 0, false},
		{"answer-after=", 0, false},
		{"answer-after=99999999999999999999", 0, false},
		{"", 0, false},
	}
	for _, test := range tests {
		if after, ok := autoAnswer(test.value); ok != test.ok || ok && after != test.after {
			t.Errorf("%q: %v %v", test.value, after, ok)
		}
	}
}

func TestEscapeUser(t *testing.T) {
	for in, want := range map[string]string{"1010": "1010", "*72#": "*72%23", "+8210": "+8210", "T2_1010": "T2_1010"} {
		if got, err := escapeUser(in); got != want || err != nil {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "a b", "1\r\nX: y", "1@h", "1;x", "홍", "1\x00", strings.Repeat("1", 300)} {
		if _, err := escapeUser(in); !errors.Is(err, ErrText) {
			t.Errorf("%q: error %v", in, err)
		}
	}
}

func TestCheckText(t *testing.T) {
	for _, in := range []string{"a\r\nb", "a\nb", "a\x00b", "\x7f", "\xb1\xe8", strings.Repeat("가", 100)} {
		if err := checkText("name", in); !errors.Is(err, ErrText) {
			t.Errorf("%q: error %v", in, err)
		}
	}
}

func TestLogsHoldNoNumbers(t *testing.T) {
	var b strings.Builder
	p := Party{Name: "홍길동", Number: "01026132471"}
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "party", p, "invite", Invite{From: p, Called: "07045805605"})
	if s := b.String(); strings.Contains(s, "0102") || strings.Contains(s, "홍") || strings.Contains(s, "0704") {
		t.Error(s)
	}
}

// FuzzParty: a name and a number that we accept come back from the header we
// write, and never leave its line.
func FuzzParty(f *testing.F) {
	f.Add("홍길동", "01026132471")
	f.Add(`a "b" \`, "*72#")
	f.Add("x\r\ny", "1")
	f.Fuzz(func(t *testing.T, name, number string) {
		user, err := escapeUser(number)
		if err != nil || checkText("name", name) != nil {
			return
		}
		h := sip.FromHeader{DisplayName: escapeName(name), Address: sip.Uri{Scheme: "sip", User: user, Host: "127.0.0.1"}}
		if strings.ContainsAny(h.String(), "\r\n\x00") {
			t.Fatalf("%q", h.String())
		}
		if got, ok := parseParty(h.Value()); !ok || got != (Party{name, number}) {
			t.Fatalf("%q reads back as %q", h.Value(), fmt.Sprint([2]string{got.Name, got.Number}))
		}
	})
}
