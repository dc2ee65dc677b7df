package asterisktest

import (
	"os"
	"strings"
	"testing"
)

// Log is what Asterisk has logged since it started.
func (s *Server) Log(tb testing.TB) string {
	tb.Helper()
	text, err := os.ReadFile(s.LogPath())
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

// slow is what a loaded machine makes an Asterisk say, whatever it is configured
// to do.
var slow = []string{
	"scheduled tasks",   // its queue of tasks is long
	"PJSIP_SAFE_MODULE", // a module of pjproject came when packets did already
}

// Silent fails the test for every line of the log that is of one of kinds,
// "WARNING", "ERROR", but for those that hold one of excused, and for
// what comes from a slow machine.
func (s *Server) Silent(tb testing.TB, kinds []string, excused ...string) {
	tb.Helper()
	holds := func(line string, parts []string) bool {
		for _, p := range parts {
			if strings.Contains(line, p) {
				return true
			}
		}
		return false
	}
	for line := range strings.Lines(s.Log(tb)) {
		if holds(line, kinds) && !holds(line, excused) && !holds(line, slow) {
			tb.Errorf("asterisk logged: %s", strings.TrimSpace(line))
		}
	}
}
