package prompts

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestList(t *testing.T) {
	all, err := List()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		if p.English == "" || p.Use == "" {
			t.Errorf("%s has no English or no use", p.Name)
		}
	}
	for _, name := range []string{"vm-intro", "digits/0", "beep", "dipcast/cfi-on", "dipcast/restricted", "dipcast/closed"} {
		if _, err := Find(name); err != nil {
			t.Error(err)
		}
	}
	if _, err := Find("nothing"); !errors.Is(err, ErrName) {
		t.Errorf("nothing: %v", err)
	}
}

func TestParse(t *testing.T) {
	got, err := parse("# a comment\n\na | 하나, 둘. | one | x\nb | =a | two | x\nc | ~0.5 셋 | three | x\nd | ^700:0.15 ^1000:0.2 | four | x\ne | ~1 | five | x\n")
	want := []Prompt{
		{Name: "a", Korean: "하나, 둘.", English: "one", Use: "x"},
		{Name: "b", Same: "a", English: "two", Use: "x"},
		{Name: "c", Korean: "셋", Pause: time.Second / 2, English: "three", Use: "x"},
		{Name: "d", Tones: []Tone{{700, 150 * time.Millisecond}, {1000, 200 * time.Millisecond}}, English: "four", Use: "x"},
		{Name: "e", Pause: time.Second, English: "five", Use: "x"},
	}
	if d := cmp.Diff(want, got); err != nil || d != "" {
		t.Error(err, d)
	}
	for line, why := range map[string]string{
		"a | 하나 | one":                      "3 parts",
		"../a | 하나 | one | x":               "no prompt",
		"a | 1번 | one | x":                  "not Hangul",
		"a | SIP | one | x":                 "not Hangul",
		"a | =b | one | x":                  "not above",
		"a | ~0 | one | x":                  "number of seconds",
		"a | ^9000:1 | one | x":             "3400",
		"a |  | one | x":                    "nothing is said",
		"a | 하나 | one | x\na | 둘 | two | x": "twice",
	} {
		if _, err := parse(line); err == nil || !strings.Contains(err.Error(), why) || !strings.Contains(err.Error(), "line ") {
			t.Errorf("%q: %v, want %q", line, err, why)
		}
	}
}

func TestCheckName(t *testing.T) {
	for name, upload := range map[string]bool{
		"vm-intro": true, "digits/1": true, "custom/greeting_2": true, "vm-INBOX": true, "greeting": false, "letters/1": false,
	} {
		if err := CheckName(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := CheckUpload(name); (err == nil) != upload {
			t.Errorf("upload of %s: %v", name, err)
		}
	}
	for _, name := range []string{
		"", "/", "a/", "/a", "a//b", "..", "../a", "a/../b", "a.wav", "a b", "a&b", "a,b", "${X}", "한글", "a\n", "a/b/c", strings.Repeat("a", MaxName+1), "custom/..",
	} {
		if err := CheckName(name); !errors.Is(err, ErrName) {
			t.Errorf("%q: %v", name, err)
		}
		if err := CheckUpload(name); !errors.Is(err, ErrName) {
			t.Errorf("upload of %q: %v", name, err)
		}
	}
}

// TestSayNames: the rules of Korean play prompts of the list only. Names with a
// variable in them are tried by test/prompts on Asterisk itself.
func TestSayNames(t *testing.T) {
	all, err := List()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(sayKorean) {
		_, right, ok := strings.Cut(line, "=>")
		if !ok {
			continue
		}
		for part := range strings.SplitSeq(right, ",") {
			name := strings.TrimSpace(part)
			if strings.ContainsAny(name, ":$") {
				continue
			}
			if !slices.ContainsFunc(all, func(p Prompt) bool { return p.Name == name }) {
				t.Errorf("%q plays %q", strings.TrimSpace(line), name)
			}
		}
	}
}
