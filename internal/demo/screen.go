package demo

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode"
)

// screen writes whole lines, one at a time, and one line that overwrites
// itself while something is under way.
type screen struct {
	out      io.Writer
	terminal bool
	lang     Lang

	mu    sync.Mutex
	shown int    // cells of the unfinished line, 0 for none
	last  string // what the unfinished line said, without its numbers
}

func newScreen(o *Options) *screen {
	return &screen{out: o.Out, terminal: o.Terminal, lang: o.Lang}
}

// line writes a line.
func (s *screen) line(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
	fmt.Fprintln(s.out, text)
}

// event writes a line with the time of day.
func (s *screen) event(at time.Time, t say, args ...any) {
	s.line(stamp(at) + t.format(s.lang, args...))
}

const clock = "15:04:05"

// progress shows how far something is. On a terminal it overwrites the line;
// elsewhere each thing is named once.
func (s *screen) progress(what, how string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.terminal {
		if what != s.last {
			fmt.Fprintln(s.out, what)
		}
		s.last = what
		return
	}
	text := what + " " + how
	pad := max(0, s.shown-cells(text))
	fmt.Fprint(s.out, "\r", text, strings.Repeat(" ", pad))
	s.shown, s.last = cells(text), what
}

// done takes the unfinished line away.
func (s *screen) done() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
}

// clear takes the unfinished line away. The caller holds mu.
func (s *screen) clear() {
	if s.shown > 0 {
		fmt.Fprint(s.out, "\r", strings.Repeat(" ", s.shown), "\r")
		s.shown = 0
	}
}

// cells is how many columns a terminal gives a text: Hangul and Hanja take two.
func cells(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Hangul, unicode.Han) || r >= 0xff01 && r <= 0xff60:
			n += 2
		case !unicode.Is(unicode.Mn, r):
			n++
		}
	}
	return n
}

// pad fills a text up to n columns.
func pad(s string, n int) string { return s + strings.Repeat(" ", max(0, n-cells(s))) }
