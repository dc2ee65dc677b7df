package app

import (
	"context"
	"errors"
	"net/netip"
	"time"

	"github.com/dipcast/dipcast/internal/fax"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
	"github.com/dipcast/dipcast/internal/webhook"
)

// webhookSink gives events and the steps of calls to the webhooks.
type webhookSink struct{ w *webhook.Service }

func (s webhookSink) Call(e *pbx.CallEvent) { s.w.Call(e.Event) }

func (s webhookSink) Event(e *pbx.Event) { s.w.Event(e.Server.ID(), e.At, e.Message, e.Tenant) }

func (s webhookSink) Link(srv *pbx.Server, _ bool, _ time.Time) { s.w.Forget(srv.ID()) }
func (s webhookSink) Gap(srv *pbx.Server, _ int)                { s.w.Forget(srv.ID()) }
func (webhookSink) Snapshot(*pbx.Server)                        {}

// openWebhooks makes what tells companies' programs. The outbox, which it is a
// sender of, is there before anything is told.
func (a *App) openWebhooks(ctx context.Context) (err error) {
	a.webhooks, err = webhook.New(webhook.Options{
		Store: a.store, Logger: a.log, Allowed: a.privateTargets,
		Add: func(ctx context.Context, rows []store.OutboxRow) error { return a.outbox.Add(ctx, rows) },
	})
	if err != nil {
		return err
	}
	if err := a.webhooks.Open(ctx); errors.Is(err, store.ErrSecretKey) {
		a.log.Error("webhooks are off: their secrets cannot be read", "error", err)
	} else if err != nil {
		return err
	}
	return nil
}

// faxRows is what a fax that came in has sent.
func (a *App) faxRows(f *store.Fax, t *tenant.Tenant) []store.OutboxRow {
	if f.Status != store.FaxReceived {
		return nil
	}
	v := fax.ViewOf(f, t)
	return a.webhooks.Rows(t.Number, webhook.FaxReceived, f.Fax, v.CallID, f.Ended, v)
}

// privateTargets are networks that companies' addresses may be in although they are
// not public.
func (a *App) privateTargets() []netip.Prefix { return a.counts.Load().PrivateNetworks() }
