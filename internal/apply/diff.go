package apply

import (
	"fmt"
	"strings"
)

const (
	// contextLines are shown around each change.
	contextLines = 3
	// maxEdits bounds the work of a diff: texts that differ in more lines are
	// shown as replaced whole between what they have in common at both ends.
	maxEdits = 2000
)

// edit is one line of a diff: ' ' kept, '-' removed, '+' added.
type edit struct {
	op   byte
	line string
}

// unified is a unified diff of two texts, each line as show gives it. It is ""
// when they are the same.
func unified(name, before, after string, show func(line string) string) string {
	if before == after {
		return ""
	}
	edits := compare(split(before), split(after))
	var b strings.Builder
	fmt.Fprintf(&b, "--- %s\n+++ %s\n", name, name)
	for _, h := range hunks(edits) {
		from, to := h.from, h.to
		oldAt, newAt := 1, 1
		for _, e := range edits[:from] {
			if e.op != '+' {
				oldAt++
			}
			if e.op != '-' {
				newAt++
			}
		}
		oldN, newN := 0, 0
		for _, e := range edits[from:to] {
			if e.op != '+' {
				oldN++
			}
			if e.op != '-' {
				newN++
			}
		}
		if oldN == 0 {
			oldAt--
		}
		if newN == 0 {
			newAt--
		}
		fmt.Fprintf(&b, "@@ -%d,%d +%d,%d @@\n", oldAt, oldN, newAt, newN)
		for _, e := range edits[from:to] {
			fmt.Fprintf(&b, "%c%s\n", e.op, show(e.line))
		}
	}
	return b.String()
}

func split(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

type span struct{ from, to int }

// hunks are the changed parts with the lines around them.
func hunks(edits []edit) []span {
	var out []span
	for i, e := range edits {
		if e.op == ' ' {
			continue
		}
		from, to := max(0, i-contextLines), min(len(edits), i+contextLines+1)
		if n := len(out); n > 0 && from <= out[n-1].to {
			out[n-1].to = to
			continue
		}
		out = append(out, span{from, to})
	}
	return out
}

// compare finds a shortest way from a to b (Myers, "An O(ND) Difference
// Algorithm and Its Variations", 1986).
func compare(a, b []string) []edit {
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var out []edit
	for _, l := range a[:head] {
		out = append(out, edit{' ', l})
	}
	out = append(out, shortest(a[head:len(a)-tail], b[head:len(b)-tail])...)
	for _, l := range a[len(a)-tail:] {
		out = append(out, edit{' ', l})
	}
	return out
}

func shortest(a, b []string) []edit {
	n, m := len(a), len(b)
	if n == 0 || m == 0 {
		return replaced(a, b)
	}
	limit := min(n+m, maxEdits)
	// v[k] is how far the best way reaches on diagonal k; trace keeps it of
	// each step, to walk back.
	v := make([]int, 2*limit+2)
	var trace [][]int
	for d := 0; d <= limit; d++ {
		trace = append(trace, append([]int(nil), v[limit-d:limit+d+1]...))
		for k := -d; k <= d; k += 2 {
			x := 0
			if k == -d || k != d && v[limit+k-1] < v[limit+k+1] {
				x = v[limit+k+1]
			} else {
				x = v[limit+k-1] + 1
			}
			y := x - k
			for x < n && y < m && a[x] == b[y] {
				x, y = x+1, y+1
			}
			v[limit+k] = x
			if x >= n && y >= m {
				return back(a, b, trace, d)
			}
		}
	}
	return replaced(a, b)
}

// back walks the way that was found from its end.
func back(a, b []string, trace [][]int, d int) []edit {
	var out []edit
	x, y := len(a), len(b)
	for ; d > 0; d-- {
		v := trace[d] // as it was before step d; its middle is diagonal 0
		at := func(k int) int {
			if k < -d || k > d {
				return -1
			}
			return v[d+k]
		}
		k := x - y
		from := k - 1
		if k == -d || k != d && at(k-1) < at(k+1) {
			from = k + 1
		}
		px := at(from)
		py := px - from
		for x > px && y > py && x > 0 && y > 0 && a[x-1] == b[y-1] {
			out = append(out, edit{' ', a[x-1]})
			x, y = x-1, y-1
		}
		if from == k+1 {
			out = append(out, edit{'+', b[y-1]})
			y--
		} else {
			out = append(out, edit{'-', a[x-1]})
			x--
		}
	}
	for ; x > 0; x-- {
		out = append(out, edit{' ', a[x-1]})
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out
}

func replaced(a, b []string) []edit {
	var out []edit
	for _, l := range a {
		out = append(out, edit{'-', l})
	}
	for _, l := range b {
		out = append(out, edit{'+', l})
	}
	return out
}
