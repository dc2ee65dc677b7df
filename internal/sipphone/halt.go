package sipphone

import "time"

// Halt is a time without what should have come: packets that are heard, or the
// turns of a Pacer.
type Halt struct {
	Ended  time.Time
	Lasted time.Duration
}

// A halt is what takes longer than two packets; the last maxHalts are kept.
const (
	haltFrom = 2 * packetTime
	maxHalts = 256
)

// noted adds a halt to those that are kept, when it is one.
func noted(all []Halt, h Halt) []Halt {
	if h.Lasted <= haltFrom {
		return all
	}
	if len(all) == maxHalts {
		copy(all, all[1:])
		all = all[:maxHalts-1]
	}
	return append(all, h)
}
