package prompts_test

import (
	"bufio"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// spoken gives what the call to a number has played, in order, and whether the
// call has ended.
func (l *lab) spoken(number string) (files []file, ended bool) {
	l.t.Helper()
	f, err := os.Open(l.log)
	if err != nil {
		l.t.Fatal(err)
	}
	defer f.Close()
	line := regexp.MustCompile(`Local/` + number + `@T2_cos-all-[0-9a-f]+;2`)
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if !line.MatchString(lines.Text()) {
			continue
		}
		if m := playing.FindStringSubmatch(lines.Text()); m != nil {
			files = append(files, file{m[1], m[2], m[3]})
		}
		ended = ended || strings.Contains(lines.Text(), `Executing [h@`) || strings.Contains(lines.Text(), `Hangup("`)
	}
	return files, ended
}

func names(files []file) string {
	var all []string
	for _, f := range files {
		all = append(all, strings.TrimPrefix(f.name, "digits/"))
	}
	return strings.Join(all, " ")
}

// sentence is something said by one application, and the files that make it.
type sentence struct{ app, want string }

// korea is a moment by the clock of Korea, in seconds since 1970.
func korea(year int, month time.Month, day, hour, minute int) int64 {
	return time.Date(year, month, day, hour, minute, 0, 0, time.FixedZone("KST", 9*3600)).Unix()
}

func sentences() []sentence {
	at := func(format string, t int64) string { return fmt.Sprintf("SayUnixTime(%d,Asia/Seoul,%s)", t, format) }
	past := korea(2024, time.February, 29, 20, 5)
	now := time.Now().Unix()
	return []sentence{
		{"SayNumber(0)", "ko-zero"},
		{"SayNumber(7)", "7"},
		{"SayNumber(10)", "10"},
		{"SayNumber(16)", "16"},
		{"SayNumber(25)", "20 5"},
		{"SayNumber(100)", "hundred"},
		{"SayNumber(305)", "3 hundred 5"},
		{"SayNumber(1000)", "thousand"},
		{"SayNumber(2026)", "2 thousand 20 6"},
		{"SayNumber(10000)", "ko-man"},
		{"SayNumber(10010)", "ko-man 10"},
		{"SayNumber(50000)", "5 ko-man"},
		{"SayNumber(123456)", "12 ko-man 3 thousand 4 hundred 50 6"},
		{"SayNumber(12000000)", "thousand 2 hundred ko-man"},
		{"SayNumber(100000000)", "1 ko-eok"},
		{"SayNumber(2147483647)", "20 1 ko-eok 4 thousand 7 hundred 40 8 ko-man 3 thousand 6 hundred 40 7"},
		{"SayNumber(-5)", "minus 5"},
		{"Playback(enum:1,say)", "h-1"},
		{"Playback(enum:20,say)", "h-20"},
		{"Playback(enum:21,say)", "20 1 ko-th"},
		{"SayDigits(0707*#)", "0 7 0 7 star pound"},
		{"SayAlpha(aZ9)", "letters/a letters/z 9"},
		{"SayPhonetic(dc)", "phonetic/d_p phonetic/c_p"},
		{"SayAlphaCase(u,Ab)", "uppercase letters/a letters/b"},
		{at("IMp", past), "p-m ko-hour-8 5 ko-minute"},
		{at("R", past), "p-m ko-hour-8 5 ko-minute"},
		{at("IMp", korea(2024, 2, 29, 0, 0)), "a-m ko-hour-12 oclock"},
		{at("IMp", korea(2024, 2, 29, 12, 30)), "p-m ko-hour-12 30 ko-minute"},
		{at("IMp", korea(2024, 2, 29, 11, 59)), "a-m ko-hour-11 50 9 ko-minute"},
		{at("ABdY", past), "2 thousand 20 4 ko-year mon-1 20 9 ko-day day-4"},
		{at("ABdY 'digits/at' IMp", past), "2 thousand 20 4 ko-year mon-1 20 9 ko-day day-4 p-m ko-hour-8 5 ko-minute"},
		{at("'vm-received' q 'digits/at' IMp", past), "vm-received mon-1 20 9 ko-day p-m ko-hour-8 5 ko-minute"},
		{at("q", past), "mon-1 20 9 ko-day"},
		{at("q", now), "today"},
		{at("q", now-86400), "yesterday"},
		{at("q", now-86400*12), ""}, // a date: how it is said depends on today
		{at("q", korea(2023, 12, 31, 23, 59)), "mon-11 30 1 ko-day"},
		{at("q", korea(2000, 10, 1, 0, 1)), "mon-9 1 ko-day"},
		{"Playback(num:12&dipcast/count,mix)", "12 dipcast/count"},
	}
}

// TestSay: numbers, ordinals, digits, letters, dates and times are joined as
// Korean says them, by prompts of the list only, on both versions.
func TestSay(t *testing.T) {
	t.Parallel()
	for _, version := range []int{22, 16} {
		t.Run(fmt.Sprint(version), func(t *testing.T) {
			t.Parallel()
			all := sentences()
			if version == 16 { // which plays "uppercaseletters/a" in any language
				all = slices.DeleteFunc(all, func(s sentence) bool { return strings.HasPrefix(s.app, "SayAlphaCase") })
			}
			p := plan{}
			for i, s := range all {
				p[fmt.Sprint(9000+i)] = []string{"Answer()", s.app}
			}
			l := newLab(t, version, []string{"app_sayunixtime", "res_clioriginate"}, nil, p)
			for i := range all {
				l.cli(fmt.Sprintf("channel originate Local/%d@T2_cos-all/n application Wait 60", 9000+i))
			}
			for i, s := range all {
				var got []file
				l.until(s.app, func() (ended bool) { got, ended = l.spoken(fmt.Sprint(9000 + i)); return ended })
				if names(got) != s.want && s.want != "" || len(got) == 0 {
					t.Errorf("%s says %q, want %q", s.app, names(got), s.want)
				}
			}
			l.korean()
		})
	}
}

// TestSayEnglish: calls in English still hear the numbers and prompts of English.
func TestSayEnglish(t *testing.T) {
	t.Parallel()
	all := []sentence{
		{"SayNumber(0)", "0"},
		{"Playback(dipcast/closed)", "dipcast/closed"}, // of ours, which Asterisk's set has not
		{"SayNumber(21)", "20 1"},
		{"SayNumber(12345)", "12 thousand 3 hundred 40 5"},
		{"SayNumber(2000000)", "2 million"},
		{"SayNumber(-3)", "minus 3"},
		{"Playback(enum:22,say)", "20 h-2"},
		{fmt.Sprintf("SayUnixTime(%d,Asia/Seoul,IMp)", korea(2024, 2, 29, 20, 5)), "8 oh 5 p-m"},
		{fmt.Sprintf("SayUnixTime(%d,Asia/Seoul,ABdY)", korea(2024, 2, 29, 20, 5)), "day-4 mon-1 20 h-9 2 thousand 20 4"},
	}
	p := plan{}
	for i, s := range all {
		p[fmt.Sprint(9000+i)] = []string{"Set(CHANNEL(language)=en_T2)", "Answer()", s.app}
	}
	l := newLab(t, 22, []string{"app_sayunixtime", "res_clioriginate"}, nil, p)
	for i := range all {
		l.cli(fmt.Sprintf("channel originate Local/%d@T2_cos-all/n application Wait 60", 9000+i))
	}
	for i, s := range all {
		var got []file
		l.until(s.app, func() (ended bool) { got, ended = l.spoken(fmt.Sprint(9000 + i)); return ended })
		if names(got) != s.want {
			t.Errorf("%s says %q, want %q", s.app, names(got), s.want)
		}
		for _, f := range got {
			if f.language != "en_T2" {
				t.Errorf("%v", f)
			}
		}
	}
}
