package config

import (
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing wrong with a configuration.
type Problem struct {
	Source string // the file's name, or the name of an environment variable
	Line   int    // 0 when the problem has no place in the file
	Column int
	Field  string // "tenants[0].dids"; "" when it is the whole file
	Text   string // what is wrong and how to mend it; never a secret's value
}

// Error returns "dipcast.yaml:12:5: tenants[0].id: …".
func (p Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.Source)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", p.Line, p.Column)
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	if p.Field != "" {
		b.WriteString(p.Field + ": ")
	}
	b.WriteString(p.Text)
	return b.String()
}

// Problems is the error of a configuration that cannot be used: all that is
// wrong with it, in the order of the checks.
type Problems []Problem

// Error returns one line for each problem.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// report collects problems and knows where each field stands in the file.
type report struct {
	source   string
	problems Problems
	warnings Problems
	places   map[string]place
}

type place struct {
	source       string
	line, column int
}

func newReport(source string) *report {
	return &report{source: source, places: make(map[string]place)}
}

// add reports a problem, the first of a field only: a value that cannot be read
// is also out of every range, and that helps nobody.
func (r *report) add(field, format string, args ...any) {
	if slices.ContainsFunc(r.problems, func(p Problem) bool { return p.Field == field }) {
		return
	}
	r.problems = append(r.problems, r.problem(field, format, args...))
}

func (r *report) warn(field, format string, args ...any) {
	r.warnings = append(r.warnings, r.problem(field, format, args...))
}

func (r *report) problem(field, format string, args ...any) Problem {
	p := Problem{Source: r.source, Field: field, Text: fmt.Sprintf(format, args...)}
	if at, ok := r.place(field); ok {
		p.Source, p.Line, p.Column = at.source, at.line, at.column
	}
	return p
}

// place finds a field, or the nearest field around it that the file has.
func (r *report) place(field string) (place, bool) {
	for field != "" {
		if at, ok := r.places[field]; ok {
			return at, true
		}
		i := strings.LastIndexAny(field, ".[")
		if i < 0 {
			break
		}
		field = field[:i]
	}
	return place{}, false
}

// err returns the problems as an error, nil when there are none.
func (r *report) err() error {
	if len(r.problems) == 0 {
		return nil
	}
	return r.problems
}
