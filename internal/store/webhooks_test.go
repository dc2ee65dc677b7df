package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/secret"
	"github.com/dipcast/dipcast/internal/store"
)

// TestWebhooks: kept with their secrets sealed, bounded, and deleted with what is
// known of them.
func TestWebhooks(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *database) {
		ctx := t.Context()
		at := &clock{time.UnixMilli(1760579048983)}
		s := d.Open(t, func(o *store.Options) {
			o.Now, o.SecretKey = at.now, func() ([]byte, error) { return bytes.Repeat([]byte{7}, 32), nil }
		})
		w := store.Webhook{ID: "a1", Tenant: 2, URL: "https://crm.example/hook", Description: "고객 관리", Events: []string{"call.ringing", "call.ended"}, Enabled: true, Secret: secret.New("whsec_first")}
		if err := s.SetWebhook(ctx, &w, 2); err != nil {
			t.Fatal(err)
		}
		w.Former, w.Secret, w.FormerUntil, w.Enabled = w.Secret, secret.New("whsec_second"), time.UnixMilli(1760579058983).UTC(), false
		if err := s.SetWebhook(ctx, &w, 2); err != nil {
			t.Fatal(err)
		}
		other := store.Webhook{ID: "b1", Tenant: 2, URL: "https://b.example/", Events: []string{"call.ended"}, Secret: secret.New("x")}
		if err := s.SetWebhook(ctx, &other, 2); err != nil {
			t.Fatal(err)
		}
		third := other
		if third.ID = "c1"; !errors.Is(s.SetWebhook(ctx, &third, 2), store.ErrConflict) {
			t.Error("a third of two")
		}
		all, err := s.Webhooks(ctx)
		if err != nil || len(all) != 2 {
			t.Fatalf("%+v, %v", all, err)
		}
		if g := all[0]; g.Secret.Reveal() != "whsec_second" || g.Former.Reveal() != "whsec_first" || g.Enabled || g.Description != "고객 관리" ||
			!slices.Equal(g.Events, w.Events) || !g.FormerUntil.Equal(w.FormerUntil) || g.Created.UnixMilli() != 1760579048983 {
			t.Errorf("%+v", g)
		}
		var text string
		if err := d.Raw(t).QueryRowContext(ctx, `SELECT secret || former FROM webhooks WHERE id = 'a1'`).Scan(&text); err != nil || strings.Contains(text, "whsec") {
			t.Errorf("on disk: %q, %v", text, err)
		}

		for n := range 5 {
			x := store.Delivery{ID: int64(n+1) << 40, Tenant: 2, Webhook: "a1", Event: fmt.Sprint("evt_", n), Type: "call.ended", Body: []byte(`{}`), State: store.DeliveryRetrying, Tries: 1, Created: at.now()}
			if err := s.SetDelivery(ctx, &x); err != nil {
				t.Fatal(err)
			}
			x.State, x.Status, x.Tries, x.Took = store.DeliverySent, 204, 2, 12*time.Millisecond
			if err := s.SetDelivery(ctx, &x); err != nil {
				t.Fatal(err)
			}
		}
		got, err := s.Deliveries(ctx, store.DeliveryQuery{Tenant: 2, Webhook: "a1", State: "sent", Before: 5 << 40, Limit: 2})
		if err != nil || len(got) != 2 || got[0].Event != "evt_3" || got[0].Tries != 2 || got[0].Status != 204 || got[0].Took != 12*time.Millisecond {
			t.Errorf("%+v, %v", got, err)
		}
		if none, err := s.Deliveries(ctx, store.DeliveryQuery{Tenant: 3, Webhook: "a1", Limit: 9}); err != nil || len(none) > 0 {
			t.Errorf("another company sees %+v, %v", none, err)
		}
		if err := s.PruneDeliveries(ctx, time.UnixMilli(1<<20), 3); err != nil {
			t.Fatal(err)
		}
		if n := s.Rows(t, "webhook_deliveries"); n != 3 {
			t.Errorf("%d deliveries", n)
		}
		if err := s.DeleteWebhook(ctx, 3, "a1"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("another company's: %v", err)
		}
		if err := s.DeleteWebhook(ctx, 2, "a1"); err != nil || s.Rows(t, "webhook_deliveries") != 0 {
			t.Errorf("%v", err)
		}
	})
}
