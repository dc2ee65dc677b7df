package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/dipcast/dipcast/internal/outbox"
)

// outbox tells what is sent to people and programs. Labels of rows are from the
// lists of who makes them.
func (c *collector) outbox(o out) {
	o.total(c.webhooksLost, c.o.WebhooksLost())
	o.total(c.ringsUntold, c.o.RingsUntold())
	all, waiting := c.o.Outbox.Stats()
	for i := range all {
		x := &all[i]
		for j, n := range x.Ended {
			o.total(c.outboxTotal, n, x.Kind, x.Label, outbox.Outcomes[j])
		}
		buckets := map[float64]uint64{}
		for j, n := range x.Delays {
			buckets[outbox.Delays[j].Seconds()] = n
		}
		o <- prometheus.MustNewConstHistogram(c.outboxDelay, x.Ended[0], x.Delay.Seconds(), buckets, x.Kind, x.Label)
	}
	for _, w := range waiting {
		o.gauge(c.outboxWaiting, float64(w.Rows), w.Kind)
		o.gauge(c.outboxPaused, float64(w.Paused), w.Kind)
		age := 0.0
		if !w.Oldest.IsZero() {
			age = max(0, time.Since(w.Oldest).Seconds())
		}
		o.gauge(c.outboxOldest, age, w.Kind)
	}
}
