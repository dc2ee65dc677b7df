package apply

import (
	"regexp"
	"strings"
)

// logLine is one line of Asterisk's log.
type logLine struct {
	level, source, text string
}

// logPattern: "[2026-11-21 17:12:03.619] WARNING[2083] config.c: text", with a
// call's id after the number where a call is concerned, and with the function
// after the file where the line is on the console.
var logPattern = regexp.MustCompile(`^(?:\[[^\]]*\] )?([A-Z]+)\[\d+\](?:\[[^\]]*\])? ([^: ]+): (.*)$`)

// parseLog reads a line; ok is false when it is none.
func parseLog(line string) (l logLine, ok bool) {
	m := logPattern.FindStringSubmatch(strings.TrimRight(line, "\r\n"))
	if m == nil {
		return l, false
	}
	return logLine{level: m[1], source: m[2], text: m[3]}, true
}

// bad reports a warning or an error that is not known to be harmless.
func (l logLine) bad() bool {
	if l.level != "WARNING" && l.level != "ERROR" {
		return false
	}
	for _, h := range harmless {
		if h.source == base(l.source) && strings.Contains(l.text, h.text) {
			return false
		}
	}
	return true
}

// harmless are complaints that say nothing about the files, with the reason.
var harmless = []struct{ source, text, reason string }{}
