package outbox

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dipcast/dipcast/internal/store"
)

// ending is how an attempt, or a row, ended.
type ending int

const (
	sent ending = iota
	expired
	failed
	dropped
	unclear
	retried
	outcomes
)

// Places of Count.Ended.
const (
	Sent    = int(sent)
	Expired = int(expired)
	Failed  = int(failed)
	Dropped = int(dropped)
	Unclear = int(unclear)
	Retried = int(retried)
)

// Outcomes are the names of ways in which rows end, as Count.Ended has them:
// retried rows are not at their end.
var Outcomes = [outcomes]string{"sent", "expired", "failed", "dropped", "unclear", "retried"}

// maxLabels bounds the labels that are counted each for itself.
const maxLabels = 200

// Delays are the upper bounds of Count.Delays.
var Delays = []time.Duration{
	5 * time.Millisecond, 10 * time.Millisecond, 20 * time.Millisecond, 50 * time.Millisecond, 100 * time.Millisecond, 250 * time.Millisecond,
	time.Second, 5 * time.Second, 30 * time.Second, 5 * time.Minute, time.Hour,
}

// Count is what became of rows of one kind and label since the start.
type Count struct {
	Kind, Label string
	Ended       [outcomes]uint64 // by Outcomes
	// Delays are the rows that were sent within each of Delays after they were
	// added, or were to go, and Delay how long all that were sent took together.
	Delays []uint64
	Delay  time.Duration
}

// maxTenants bounds the companies that are counted each for itself, by kind.
const maxTenants = 4000

// counts has a lock of its own.
type counts struct {
	mu  sync.Mutex
	all map[[2]string]*Count
	own map[botKey]map[string]*[outcomes]uint64 // of each company, by label
}

func newCounts() counts {
	return counts{all: map[[2]string]*Count{}, own: map[botKey]map[string]*[outcomes]uint64{}}
}

// of gives the count of a row. The caller holds mu.
func (c *counts) of(r *store.OutboxRow) *Count {
	key := [2]string{r.Kind, r.Label}
	x := c.all[key]
	if x == nil {
		if len(c.all) >= maxLabels {
			key[1] = "other"
		}
		if x = c.all[key]; x == nil {
			x = &Count{Kind: key[0], Label: key[1], Delays: make([]uint64, len(Delays))}
			c.all[key] = x
		}
	}
	return x
}

func (c *counts) add(r *store.OutboxRow, how ending) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.of(r).Ended[how]++
	key := botKey{r.Kind, r.Tenant}
	labels := c.own[key]
	if labels == nil {
		if len(c.own) >= maxTenants {
			return
		}
		labels = map[string]*[outcomes]uint64{}
		c.own[key] = labels
	}
	label := r.Label
	if labels[label] == nil && len(labels) >= maxLabels {
		label = "other"
	}
	if labels[label] == nil {
		labels[label] = new([outcomes]uint64)
	}
	labels[label][how]++
}

func (c *counts) delay(r *store.OutboxRow, now time.Time) {
	from := r.Created
	if r.Tries == 0 && r.NotBefore.After(from) {
		from = r.NotBefore
	}
	took := max(0, now.Sub(from))
	c.mu.Lock()
	defer c.mu.Unlock()
	x := c.of(r)
	x.Delay += took
	for i, d := range Delays {
		if took <= d {
			x.Delays[i]++
		}
	}
}

// Waiting is what waits of one kind now.
type Waiting struct {
	Kind   string
	Rows   int
	Oldest time.Time // when it was added; zero: none waits
	Paused int       // companies whose rows wait since nothing could be sent
}

// Stats returns the counts, and what waits of each kind that there is a sender of.
func (b *Outbox) Stats() (all []Count, waiting []Waiting) {
	b.counts.mu.Lock()
	for _, c := range b.counts.all {
		x := *c
		x.Delays = append([]uint64(nil), c.Delays...)
		all = append(all, x)
	}
	b.counts.mu.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	for kind := range b.o.Senders {
		w := Waiting{Kind: kind}
		for _, o := range b.order {
			if o.key.kind == kind {
				w.add(o, now)
			}
		}
		waiting = append(waiting, w)
	}
	return all, waiting
}

// Of returns what became of a company's rows of a kind since the start, by label
// and without Delays, and what waits of them.
func (b *Outbox) Of(kind string, tenant int) (all []Count, waiting Waiting) {
	key := botKey{kind, tenant}
	b.counts.mu.Lock()
	for label, ended := range b.counts.own[key] {
		all = append(all, Count{Kind: kind, Label: label, Ended: *ended})
	}
	b.counts.mu.Unlock()
	slices.SortFunc(all, func(a, b Count) int { return strings.Compare(a.Label, b.Label) })
	waiting.Kind = kind
	b.mu.Lock()
	defer b.mu.Unlock()
	if o := b.bots[key]; o != nil {
		waiting.add(o, time.Now())
	}
	return all, waiting
}

// add counts what waits for one company. The caller holds the outbox's mu.
func (w *Waiting) add(o *bot, now time.Time) {
	w.Rows += o.rows
	if o.paused(now) {
		w.Paused++
	}
	for _, l := range o.lanes {
		if at := l.rows[0].row.Created; w.Oldest.IsZero() || at.Before(w.Oldest) {
			w.Oldest = at
		}
	}
}
