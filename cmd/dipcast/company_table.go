package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// printTable prints rows in columns, the first row above the others. Letters of
// Korean take two places of a terminal.
func printTable(w io.Writer, rows [][]string) {
	wide := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			wide[i] = max(wide[i], places(cell))
		}
	}
	for _, row := range rows {
		var b strings.Builder
		for i, cell := range row {
			b.WriteString(cell)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", wide[i]-places(cell)+2))
			}
		}
		fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	}
}

// places is how many places of a terminal a text takes.
func places(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= 0x1100 && r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff || r >= 0xff00 && r <= 0xff60 {
			n++
		}
	}
	return n
}

// cell is a value of JSON as a table shows it.
func cell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		if len(v) >= len("2006-01-02T15:04:05Z") && v[10] == 'T' {
			if at, err := time.Parse(time.RFC3339Nano, v); err == nil {
				return at.Local().Format(time.DateTime) //nolint:gosmopolitan // for whoever reads it here
			}
		}
		return strings.Map(func(r rune) rune {
			if r < ' ' || r == 0x7f { // a name must not move the cursor
				return ' '
			}
			return r
		}, v)
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case []any:
		texts := make([]string, len(v))
		for i := range v {
			texts[i] = cell(v[i])
		}
		return strings.Join(texts, ",")
	case map[string]any:
		data, err := json.Marshal(v)
		if err != nil {
			return ""
		}
		return string(data)
	}
	return fmt.Sprint(v)
}

// printObject prints the members of an object, one a line.
func printObject(w io.Writer, object map[string]any, first ...string) {
	names := make([]string, 0, len(object))
	for name := range object {
		if !slices.Contains(first, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var rows [][]string
	for _, name := range append(first, names...) {
		if v, ok := object[name]; ok {
			rows = append(rows, []string{name, cell(v)})
		}
	}
	if len(rows) > 0 {
		printTable(w, rows)
	}
}
