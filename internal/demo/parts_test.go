package demo

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/call"
)

func TestLoopbackAddress(t *testing.T) {
	for in, want := range map[string]string{
		"127.0.0.1:8080": "127.0.0.1:8080", "8081": "127.0.0.1:8081", ":8081": "127.0.0.1:8081",
		"localhost:1": "127.0.0.1:1", "[::1]:8080": "[::1]:8080", "127.0.0.2:0": "127.0.0.2:0",
		"0.0.0.0:8080": "", "192.168.0.1:8080": "", "example.com:80": "", "127.0.0.1": "", "127.0.0.1:99999": "", "": "", "-1": "",
	} {
		got, err := loopbackAddress("--listen", in)
		var bad *AddressError
		if got != want || (want == "") != errors.As(err, &bad) {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	o := Options{Listen: "9000", DCMIWSListen: "9000"}
	if err := o.complete(); err == nil {
		t.Error("the same address twice is accepted")
	}
}

func TestLangFrom(t *testing.T) {
	for env, want := range map[string]Lang{
		"": Korean, "LANG=C": Korean, "LANG=C.UTF-8": Korean, "LANG=POSIX": Korean, "LANG=ko_KR.UTF-8": Korean,
		"LANG=en_US.UTF-8": English, "LANG=de_DE": English, "LANG=ko_KR LC_ALL=en_GB": English, "LANG=en_US LC_ALL=ko_KR": Korean,
	} {
		got := LangFrom(func(name string) string {
			for v := range strings.FieldsSeq(env) {
				if n, value, _ := strings.Cut(v, "="); n == name {
					return value
				}
			}
			return ""
		})
		if got != want {
			t.Errorf("%q gives %s", env, got)
		}
	}
	if _, err := ParseLang("fr"); err == nil {
		t.Error("fr is accepted")
	}
}

// TestBothLanguages: what is printed has the same places for values in both.
func TestBothLanguages(t *testing.T) {
	for _, s := range []say{
		textEnded, textStarted, textFailed, textLinkUp, textLinkDown, textGap, textWhy, textKill, textCalling,
		textAnswered, textMissed, textTaken, textAddressBad, textNoAsterisk, textNotStarted,
	} {
		if strings.Count(s.ko, "%") != strings.Count(s.en, "%") {
			t.Errorf("%q and %q", s.ko, s.en)
		}
	}
}

func TestCells(t *testing.T) {
	for s, want := range map[string]int{"": 0, "abc": 3, "얼쑤 1": 6, "→": 1, "漢字": 4} {
		if got := cells(s); got != want {
			t.Errorf("%q takes %d", s, got)
		}
	}
	if got := pad("얼쑤", 6); got != "얼쑤  " {
		t.Errorf("padded to %q", got)
	}
}

func TestProgress(t *testing.T) {
	var terminal, file strings.Builder
	for _, s := range []*screen{{out: &terminal, terminal: true}, {out: &file}} {
		s.progress("내려받기", "10 %")
		s.progress("내려받기", "9 %")
		s.line("x")
	}
	if want := "\r내려받기 10 %\r내려받기 9 % \r            \rx\n"; terminal.String() != want {
		t.Errorf("on a terminal %q", terminal.String())
	}
	if want := "내려받기\nx\n"; file.String() != want {
		t.Errorf("in a file %q", file.String())
	}
}

// TestWorkdir: folders of killed demos go, those of running ones and links stay.
func TestWorkdir(t *testing.T) {
	parent := t.TempDir()
	running, err := newWorkdir(parent)
	if err != nil {
		t.Fatal(err)
	}
	killed := filepath.Join(parent, demoPrefix+"killed")
	elsewhere := t.TempDir()
	link := filepath.Join(parent, demoPrefix+"link")
	if err := errors.Join(os.MkdirAll(filepath.Join(killed, "1", "etc"), 0o700), os.Symlink(elsewhere, link)); err != nil {
		t.Fatal(err)
	}
	next, err := newWorkdir(parent)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{running.path: true, next.path: true, link: true, elsewhere: true, killed: false} {
		if _, err := os.Lstat(path); (err == nil) != want {
			t.Errorf("%s: %v", path, err)
		}
	}
	if left, err := os.ReadDir(elsewhere); err != nil || len(left) > 0 {
		t.Errorf("behind the link: %v %v", left, err)
	}
	if err := errors.Join(os.Remove(link), running.remove(), next.remove()); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(parent); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
}

// TestTape: each playing has ids and times of its own.
func TestTape(t *testing.T) {
	for server := 1; server <= len(serverNames); server++ {
		tape, err := loadTape(server)
		if err != nil {
			t.Fatal(err)
		}
		if len(tape.recorded.Chunks) < 100 {
			t.Errorf("server %d: %d messages", server, len(tape.recorded.Chunks))
		}
		played := tape.at(time.Now(), 1)
		if a, b := uniqueID.Find(tape.recorded.Received()), uniqueID.Find(played.Received()); string(a) == string(b) || len(b) == 0 {
			t.Errorf("server %d: id %s is played as %s", server, a, b)
		}
		if n, m := len(played.Messages()), len(tape.recorded.Messages()); n != m {
			t.Errorf("server %d: %d messages of %d", server, n, m)
		}
	}
	moved := (&tape{}).moved([]byte("StartTime: 2026-11-21 12:00:00\r\nUniqueid: 1795262486.20\r\nLinkedid: dipcast-4fa6762b162c349bff1b\r\n"), time.Hour, 3)
	want := "StartTime: " + time.Date(2026, 11, 21, 13, 0, 0, 0, time.UTC).Local().Format("2006-01-02 15:04:05") +
		"\r\nUniqueid: 1795266086.20\r\nLinkedid: dipcast-0003762b162c349bff1b\r\n"
	if string(moved) != want {
		t.Errorf("%q", moved)
	}
}

// TestOutcome: how calls end, in words.
func TestOutcome(t *testing.T) {
	now := time.Now()
	rung := []call.Rung{{Since: call.At(now.Add(-7 * time.Second))}}
	click := &call.ClickToCall{}
	for want, c := range map[string]call.Call{
		"받음 3초":     {Rung: rung, AnsweredAt: call.At(now.Add(-3 * time.Second)), Ended: &call.End{Reason: call.ReasonCompleted}},
		"부재중, 벨 7초": {Rung: rung, Ended: &call.End{Reason: call.ReasonCancelled}},
		"통화중":       {Rung: rung, Ended: &call.End{Reason: call.ReasonBusy}},
		"거절":        {Rung: rung, Ended: &call.End{Reason: call.ReasonDeclined}},
		"연결되지 않음":   {Ended: &call.End{Reason: call.ReasonUnavailable}},
		"클릭투콜, 발신자가 받지 않음": {ClickToCall: click, Rung: rung, Ended: &call.End{Reason: call.ReasonNoAnswer, Leg: "caller"}},
		"착신전환, 부재중, 벨 7초":  {Rung: rung, Diverted: []call.Diversion{{}}, Ended: &call.End{Reason: call.ReasonNoAnswer}},
		"클릭투콜, 연결되지 않음":    {ClickToCall: click, Rung: rung, Ended: &call.End{Reason: call.ReasonFailed, Leg: "callee"}},
	} {
		c.EndedAt = call.At(now)
		if got := outcome(Korean, &c); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestRoute: who called whom.
func TestRoute(t *testing.T) {
	party := func(ext, number, name string) call.Party {
		return call.Party{Extension: ext, Number: number, Name: name}
	}
	for want, c := range map[string]call.Call{
		"김민수 01012345678 → 07045805605 → 1010 ": {
			Direction: call.External, From: party("", "01012345678", "김민수"), To: party("1010", "07045805605", ""),
		},
		"1010 → 1013 ⇒ 16682471 (CFU) ": {
			Direction: call.Internal, From: party("1010", "1010", "하나"), To: party("1013", "1013", ""),
			Diverted: []call.Diversion{{Type: "CFU", Extension: "1013", Number: "16682471"}},
		},
		"1010 ⇒ 01099552471 (CFI) → 1013 ": {
			Direction: call.Internal, From: party("1010", "1010", ""), To: party("1013", "1013", ""), ClickToCall: &call.ClickToCall{},
			Diverted: []call.Diversion{{Type: "CFI", Extension: "1010", Number: "01099552471"}},
		},
		"? → 07045805605 ": {Direction: call.External, To: party("", "07045805605", "")},
	} {
		if got := route(&c); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
