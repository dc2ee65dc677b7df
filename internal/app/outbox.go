package app

import (
	"context"
	"time"

	"github.com/dipcast/dipcast/internal/bot"
	"github.com/dipcast/dipcast/internal/cdr"
	"github.com/dipcast/dipcast/internal/number"
	"github.com/dipcast/dipcast/internal/outbox"
	"github.com/dipcast/dipcast/internal/rest"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/webhook"
	"github.com/dipcast/dipcast/works"
)

// openOutbox makes what sends to people and programs.
func (a *App) openOutbox() (err error) {
	a.outbox, err = outbox.New(outbox.Options{
		Store: a.store, Senders: map[string]outbox.Sender{bot.Kind: a.bot, webhook.Kind: a.webhooks}, Logger: a.log,
		Mask: func(s string) string { return number.MaskText(s, a.numberOf) },
	})
	return err
}

// outboxState tells what became of what a company sends, from now on.
func (a *App) outboxState() func(tenant int) rest.OutboxState {
	since := time.Now().UTC()
	return func(tenant int) rest.OutboxState {
		s := rest.OutboxState{Since: since, Budgets: []rest.OutboxBudget{}}
		for _, kind := range []string{bot.Kind, webhook.Kind} {
			all, waiting := a.outbox.Of(kind, tenant)
			k := rest.OutboxKind{Kind: kind, Waiting: waiting.Rows, Paused: waiting.Paused > 0, Labels: []rest.OutboxLabel{}}
			if !waiting.Oldest.IsZero() {
				k.OldestAt = &waiting.Oldest
			}
			for i := range all {
				n := all[i].Ended
				k.Labels = append(k.Labels, rest.OutboxLabel{
					Label: all[i].Label, Sent: n[outbox.Sent], Expired: n[outbox.Expired], Failed: n[outbox.Failed],
					Dropped: n[outbox.Dropped], Unclear: n[outbox.Unclear], Retried: n[outbox.Retried],
				})
			}
			s.Kinds = append(s.Kinds, k)
		}
		people, rooms := a.bot.Budgets(tenant)
		for i, b := range []works.Budget{people, rooms} {
			if b.Limit > 0 {
				s.Budgets = append(s.Budgets, rest.OutboxBudget{To: []string{"people", "rooms"}[i], Limit: b.Limit, Left: max(0, b.Left), ResetMS: b.Reset.Milliseconds()})
			}
		}
		return s
	}
}

// ended is what a call that ended has sent.
func (a *App) ended(e *cdr.Ended) []store.OutboxRow {
	return append(a.webhooks.Ended(e.Tenant, e.Row), a.bot.FollowUps(context.Background(), e)...)
}
