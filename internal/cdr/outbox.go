package cdr

import (
	"time"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/store"
)

// newsAge is how long ago a call may have ended of which people and programs are
// still told: an old record that is read for the first time is no news.
const newsAge = 24 * time.Hour

// outbox adds what a call that ended has sent. c is nil when its end was not seen.
func (h *History) outbox(b *store.HistoryBatch, c *call.Call, r *store.CallRow) {
	if h.o.Outbox == nil || r.TenantID == "" || h.o.Now().Sub(r.Ended) > newsAge {
		return
	}
	t := h.o.Directory().ByID(r.TenantID)
	if t == nil {
		return
	}
	if c != nil {
		c = c.For(t)
	}
	for _, row := range h.o.Outbox(&Ended{Tenant: t, Call: c, Row: r}) {
		// One that cannot be kept must not hold up the history.
		if err := row.Check(); err != nil {
			h.log.Error("what a call has sent is left out", "kind", row.Kind, "label", row.Label, "error", err)
			continue
		}
		b.Outbox = append(b.Outbox, row)
	}
}
