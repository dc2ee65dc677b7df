package app

import (
	"context"

	"github.com/dipcast/dipcast/internal/bot"
	"github.com/dipcast/dipcast/internal/cdr"
	"github.com/dipcast/dipcast/internal/number"
	"github.com/dipcast/dipcast/internal/outbox"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/webhook"
)

// openOutbox makes what sends to people and programs.
func (a *App) openOutbox() (err error) {
	a.outbox, err = outbox.New(outbox.Options{
		Store: a.store, Senders: map[string]outbox.Sender{bot.Kind: a.bot, webhook.Kind: a.webhooks}, Logger: a.log,
		Mask: func(s string) string { return number.MaskText(s, a.numberOf) },
	})
	return err
}

// ended is what a call that ended has sent.
func (a *App) ended(e *cdr.Ended) []store.OutboxRow {
	return append(a.webhooks.Ended(e.Tenant, e.Row), a.bot.FollowUps(context.Background(), e)...)
}
