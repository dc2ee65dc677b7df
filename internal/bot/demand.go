package bot

import (
	"slices"
	"sync"
	"time"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/works"
)

// reserved is the part of a minute's budget, in tenths, that a message leaves to
// more urgent ones. Labels that are not here are the most urgent.
var reserved = map[string]int{LabelFax: 1, LabelVoicemail: 1, LabelMissed: 2, LabelAnswered: 4}

// atOnceRings are kept to a minute's end, of what a label keeps: the cards of two
// calls that ring groups at the same moment.
const atOnceRings = 2 * company.MaxPersonCards

// demand knows how many ring cards there were in the last minute, since as many
// are to be expected in the next. The zero value is ready.
type demand struct {
	mu    sync.Mutex
	rings map[demandOf][]time.Time // the oldest first
}

// demandOf is what NAVER WORKS counts by: the company and the API.
type demandOf struct {
	tenant int
	op     string
}

// ring notes that a ring card is to go. More than maxRings in a minute are not
// told apart.
func (d *demand) ring(of demandOf, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.rings == nil {
		d.rings = map[demandOf][]time.Time{}
	}
	if all := append(d.last(of, now), now); len(all) <= maxRings {
		d.rings[of] = all
	}
}

// last forgets what is older than a minute. The caller holds mu.
func (d *demand) last(of demandOf, now time.Time) []time.Time {
	all := d.rings[of]
	old := 0
	for old < len(all) && now.Sub(all[old]) >= time.Minute {
		old++
	}
	all = slices.Delete(all, 0, old)
	if old > 0 {
		d.rings[of] = all
	}
	return all
}

// left is how many of a minute's calls a message may still use: of what the rest
// of the minute could need, its label's part, and as many ring cards as the last
// minute had, it uses nothing. So notices, of which many may wait, never take what
// the next calls need.
func (d *demand) left(of demandOf, label string, budget works.Budget, now time.Time) int {
	tenths := reserved[label]
	if tenths == 0 || budget.Limit <= 0 {
		return budget.Left
	}
	d.mu.Lock()
	rings := len(d.last(of, now))
	d.mu.Unlock()
	rest := min(budget.Reset, time.Minute)
	if budget.Left == budget.Limit {
		rest = time.Minute // the minute begins with this one
	}
	part := rest.Seconds() / time.Minute.Seconds()
	keep := min(float64(budget.Limit*tenths)/10, max(float64(budget.Limit*tenths)/10*part, atOnceRings))
	return budget.Left - int(keep+float64(rings)*part)
}
