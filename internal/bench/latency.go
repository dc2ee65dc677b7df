package bench

import (
	"math/bits"
	"time"
)

// latencies counts durations in steps of about 3 %, without keeping each.
type latencies struct {
	total uint64
	steps [64 * 32]uint64
}

func step(d time.Duration) int {
	v := uint64(max(d, 0))
	if v < 32 {
		return int(v)
	}
	e := bits.Len64(v) - 6 // v>>e has 6 bits, of which the first is 1
	return (e+1)*32 + int(v>>e) - 32
}

// floor is the least duration of a step.
func floor(s int) time.Duration {
	if s < 32 {
		return time.Duration(s)
	}
	return time.Duration(uint64(s%32+32) << (s/32 - 1))
}

func (l *latencies) add(d time.Duration) {
	l.total++
	l.steps[step(d)]++
}

func (l *latencies) merge(o *latencies) {
	l.total += o.total
	for i, n := range o.steps {
		l.steps[i] += n
	}
}

// quantile is the duration that the part q, 0 to 1, does not pass; 0 when
// nothing was counted.
func (l *latencies) quantile(q float64) time.Duration {
	left := uint64(q * float64(l.total))
	for i, n := range l.steps {
		if n > left {
			return floor(i)
		}
		left -= n
	}
	return 0
}
