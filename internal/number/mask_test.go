package number_test

import (
	"bytes"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/dipcast/dipcast/internal/number"
)

func TestMask(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{"1010", "1010"},
		{"12000", "****0"},
		{"16682471", "****2471"},
		{"0212345678", "02****5678"},
		{"01026132471", "010****2471"},
		{"010-2613-2471", "010-****-2471"},
		{"001202555012345", "001********2345"},
		{"*21*01026132471#", "*21*0******2471#"},
		{"０１０２６１３２４７１", "０１０****２４７１"},
		{"지화자", "지***"},
		{"<unknown>", "<***"},
		{"01026132471 Kim", "0***"},
	}
	for _, tt := range tests {
		if got := number.Mask(tt.in); got != tt.want {
			t.Errorf("Mask(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestMaskName(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{"얼쑤팩토리", "얼***"},
		{"k", "k***"},
		{"\xbe\xf3", "?***"}, // EUC-KR
		{"\nAction: x", "?***"},
	}
	for _, tt := range tests {
		if got := number.MaskName(tt.in); got != tt.want {
			t.Errorf("MaskName(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestLogValues(t *testing.T) {
	var buf bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&buf, nil))
	log.Info("call", "callee", number.Masked("01026132471"), "name", number.Name("얼쑤팩토리"))
	got := buf.String()
	if strings.Contains(got, "2613") || strings.Contains(got, "쑤") {
		t.Fatalf("not masked: %s", got)
	}
	if !strings.Contains(got, "010****2471") || !strings.Contains(got, "얼***") {
		t.Fatalf("masked too much: %s", got)
	}
}

const knownID = "7be69580e27641df"

func lookup(id string) (int, bool) { return 2, id == knownID }

func TestMaskText(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"action id of a diversion", "DIPCAST-ServerID_1-7be69580e27641df-1010-CFI-Custom", "DIPCAST-ServerID_1-T2-1010-CFI-Custom"},
		{"with number and Korean", "DIPCAST-ServerID_1-7be69580e27641df-1010-착신번호변경-01026132471-Custom", "DIPCAST-ServerID_1-T2-1010-착신번호변경-010****2471-Custom"},
		{"unknown tenant", "x-0123456789abcdef", "x-T?"},
		{"upper case", "7BE69580E27641DF", "T2"},
		{"longer hex run", "a7be69580e27641df", "T?"},
		{"key of 32", "d41d8cd98f00b204e9800998ecf8427e", "T?"},
		{"short hex stays", "cafe01", "cafe01"},
		{"milliseconds", "C2C-1760579048983", "C2C-176******8983"},
		{"two extensions", "1-1010-1013", "1-1010-1013"},
		{"grouped number", "call 010-2613-2471 now", "call 010-****-2471 now"},
		{"full-width digits", "call ０１０２６１３２４７１", "call ０１０****２４７１"},
		{"six digits", "123456", "123456"},
		{"line ends", "1\r\nAction: x\x00", "1??Action: x?"},
		{"invalid UTF-8", "a\xff b", "a? b"},
		{"number beside an id", "010-1234-5678abcdef012345", "010-1234-T?"},
		{"empty", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := number.MaskText(tt.in, lookup); got != tt.want {
				t.Errorf("MaskText(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
	if got := number.MaskText(knownID, nil); got != "T?" {
		t.Errorf("nil lookup: %q", got)
	}
}

var (
	longDigits = regexp.MustCompile(`[0-9]{7}`)
	longHex    = regexp.MustCompile(`[0-9a-fA-F]{16}`)
)

// FuzzMaskText: whatever goes in, no id, no long run of digits and no control
// character comes out, and the text is valid UTF-8.
func FuzzMaskText(f *testing.F) {
	f.Add("DIPCAST-1-7be69580e27641df-1010-01026132471")
	f.Add("010-2613-2471")
	f.Add("010-1234-5678abcdef012345\xff\n")
	f.Fuzz(func(t *testing.T, s string) {
		got := number.MaskText(s, lookup)
		if longDigits.MatchString(got) || longHex.MatchString(got) {
			t.Fatalf("MaskText(%q) = %q", s, got)
		}
		if !utf8.ValidString(got) || strings.ContainsAny(got, "\r\n\x00") {
			t.Fatalf("MaskText(%q) = %q", s, got)
		}
		if strings.Contains(strings.ToLower(got), knownID) {
			t.Fatalf("MaskText(%q) shows an id: %q", s, got)
		}
	})
}
