package load_test

import (
	"slices"
	"time"

	"github.com/dipcast/dipcast/internal/sipphone"
)

// silence is when a call was without sound, on either side.
type silence struct {
	longest time.Duration
	gaps    []sipphone.Halt
}

// longest gives the longest time without sound of each call.
func (t *tally) longest() []time.Duration {
	var all []time.Duration
	for i := range t.heard {
		all = append(all, t.heard[i].longest)
	}
	return all
}

// gapped is how many calls had no sound for longer than gap, and how many of them
// for longer than gap beyond what phones had that called each other without
// Asterisk in the same moment: when the machine stands still, all do.
func (t *tally) gapped(without *tally) (all, beyond int) {
	var others []sipphone.Halt
	for i := range without.heard {
		others = append(others, without.heard[i].gaps...)
	}
	slices.SortFunc(others, func(a, b sipphone.Halt) int { return a.Ended.Compare(b.Ended) })
	for i := range t.heard {
		if t.heard[i].longest > gap {
			all++
		}
		if slices.ContainsFunc(t.heard[i].gaps, func(g sipphone.Halt) bool { return g.Lasted-within(others, g) > gap }) {
			beyond++
		}
	}
	return all, beyond
}

// over is how many calls had no sound for longer than gap.
func over(t *tally) int {
	all, _ := t.gapped(new(tally))
	return all
}

// within is the longest of others that was in the time of g, in part at least.
func within(others []sipphone.Halt, g sipphone.Halt) time.Duration {
	var most time.Duration
	for _, o := range others {
		if o.Ended.After(g.Ended.Add(-g.Lasted)) && o.Ended.Add(-o.Lasted).Before(g.Ended) {
			most = max(most, o.Lasted)
		}
	}
	return most
}
