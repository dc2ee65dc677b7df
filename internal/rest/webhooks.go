package rest

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Webhooks keeps and tests webhooks. *webhook.Service is one. Errors about what was
// asked are *envelope.Error, or wrap store.ErrNotFound.
type Webhooks interface {
	List(tenant int) []store.Webhook
	Get(tenant int, id string) (store.Webhook, error)
	Create(ctx context.Context, w store.Webhook) (store.Webhook, error)
	Change(ctx context.Context, tenant int, id string, f func(*store.Webhook)) (store.Webhook, error)
	Delete(ctx context.Context, tenant int, id string) error
	Rotate(ctx context.Context, tenant int, id string, keep time.Duration) (store.Webhook, error)
	Test(ctx context.Context, tenant int, id string) (store.Delivery, error)
	Deliveries(ctx context.Context, q store.DeliveryQuery) ([]store.Delivery, error)
	Replay(ctx context.Context, tenant int, id string, delivery int64) error
}

const tagWebhooks = "webhooks"

// WebhookSettings is what can be set of a webhook.
type WebhookSettings struct {
	URL         string   `json:"url" maxLength:"1000" doc:"where requests go: https, and an address of the public internet" example:"https://crm.example.com/dipcast"`
	Description string   `json:"description,omitempty" maxLength:"800" example:"고객 관리"`
	Events      []string `json:"events" maxItems:"6" enum:"call.ringing,call.answered,call.ended,recording.ready,fax.received,voicemail.new" doc:"what is told"`
	Enabled     bool     `json:"enabled" doc:"false: nothing is sent; what happens meanwhile is not told later"`
}

// newWebhook is a WebhookSettings of which it is known whether it says enabled: what
// is absent is on, and what is false must not be taken for absent.
type newWebhook struct {
	URL         string   `json:"url" maxLength:"1000" doc:"where requests go: https, and an address of the public internet" example:"https://crm.example.com/dipcast"`
	Description string   `json:"description,omitempty" maxLength:"800" example:"고객 관리"`
	Events      []string `json:"events" maxItems:"6" enum:"call.ringing,call.answered,call.ended,recording.ready,fax.received,voicemail.new" doc:"what is told"`
	Enabled     *bool    `json:"enabled,omitempty" doc:"absent: true. False: nothing is sent; what happens meanwhile is not told later"`
}

// WebhookView is a webhook as clients see it: without its secret.
type WebhookView struct {
	ID string `json:"id" example:"k3v7qxw2m5t4nbyd6hzfj2rgce"`
	WebhookSettings
	CreatedAt   time.Time  `json:"created_at"`
	ChangedAt   time.Time  `json:"changed_at"`
	FormerUntil *time.Time `json:"former_secret_until,omitempty" doc:"until when the secret before signs too"`
}

// WebhookSecret is a webhook with its secret, which is shown once.
type WebhookSecret struct {
	WebhookView
	Secret string `json:"secret" example:"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw0000000000A=" doc:"what requests are signed with; it is not shown again"`
}

// DeliveryView is what became of an event.
type DeliveryView struct {
	ID        string          `json:"id" example:"dk3v2l1nq3k0" doc:"for replaying it"`
	EventID   string          `json:"event_id" example:"evt_6f1c0a7be4d25a90c3e16f1c0a7be4d2"`
	Type      string          `json:"type" example:"call.ended"`
	State     string          `json:"state" enum:"retrying,sent,failed"`
	Tries     int             `json:"tries"`
	Status    int             `json:"status" doc:"of HTTP; 0 when there was no answer"`
	Error     string          `json:"error,omitempty"`
	CreatedAt time.Time       `json:"created_at"`
	TriedAt   time.Time       `json:"tried_at" doc:"the last time"`
	TookMS    int64           `json:"took_ms"`
	Body      json.RawMessage `json:"body" doc:"what was sent"`
}

// WebhookPath is a webhook in a path.
type WebhookPath struct {
	ID string `path:"id" maxLength:"32" example:"k3v7qxw2m5t4nbyd6hzfj2rgce"`
}

func (a *API) webhookOps(api huma.API) {
	if a.o.Webhooks == nil {
		return
	}
	const path = "/webhooks"
	huma.Register(api, operation("webhooks", http.MethodGet, path, tagWebhooks, "Where your company is told of calls", 400, 404), a.getWebhooks)
	o := operation("create-webhook", http.MethodPost, path, tagWebhooks, "Have a program told of calls, recordings and faxes", 400, 404, 409)
	o.DefaultStatus = http.StatusCreated
	o.Description = "Requests are signed as Standard Webhooks describes; see docs/webhooks.md. The secret is in this answer only. A company has at most 20 webhooks."
	huma.Register(api, o, a.createWebhook)
	huma.Register(api, operation("webhook", http.MethodGet, path+"/{id}", tagWebhooks, "A webhook", 400, 404), a.getWebhook)
	o = operation("change-webhook", http.MethodPut, path+"/{id}", tagWebhooks, "Change a webhook", 400, 404)
	o.Description = "Members that are absent stay as they are."
	huma.Register(api, o, a.changeWebhook)
	o = operation("delete-webhook", http.MethodDelete, path+"/{id}", tagWebhooks, "Remove a webhook", 400, 404)
	o.Description = "What waits to be sent to it is not sent any more."
	huma.Register(api, o, a.deleteWebhook)
	o = operation("rotate-webhook", http.MethodPost, path+"/{id}/rotate", tagWebhooks, "Give a webhook a new secret", 400, 404)
	o.Description = "For `keep_hours` requests carry a signature with the secret before, too. The new one is in this answer only."
	huma.Register(api, o, a.rotateWebhook)
	o = operation("test-webhook", http.MethodPost, path+"/{id}/test", tagWebhooks, "Send a test event now", 400, 404)
	o.Description = "An event `webhook.test`, also to a webhook that is turned off; the answer says how it went. It is not tried again."
	huma.Register(api, o, a.testWebhook)
	o = operation("webhook-deliveries", http.MethodGet, path+"/{id}/deliveries", tagWebhooks, "What became of events", 400, 404)
	o.Description = "The newest first: of the last seven days, and at most 1,000. An event is here once it was tried."
	huma.Register(api, o, a.getDeliveries)
	o = operation("replay-delivery", http.MethodPost, path+"/{id}/deliveries/{delivery}/replay", tagWebhooks, "Send an event again", 400, 404)
	o.Description = "With the same `event_id`, behind all that waits."
	huma.Register(api, o, a.replayDelivery)
}

// webhooksOf is whose webhooks a request is about. The login of an extension may
// not see them.
func (a *API) webhooksOf(ctx context.Context, name string) (*tenant.Tenant, error) {
	who := callerOf(ctx).who
	if who.Role == tenant.ExtensionRole {
		return nil, envelope.Errorf(envelope.Forbidden, "", "a login of one extension cannot see or change this")
	}
	return a.tenantOf(who, name)
}

// webhookRefused is an operation's refusal.
func (a *API) webhookRefused(ctx context.Context, action, field string, err error) error {
	switch {
	case errors.Is(err, store.ErrNotFound):
		err = errNone(field, map[string]string{"id": "webhook", "delivery": "delivery"}[field])
	case errors.Is(err, store.ErrSecretKey):
		err = envelope.Errorf(envelope.Unavailable, "", "%v", err)
	}
	return a.refused(ctx, action, 0, err)
}

// webhookTrail leaves a line in the audit trail.
func (a *API) webhookTrail(ctx context.Context, t *tenant.Tenant, action, id string) {
	a.trail(ctx, audit.KindChanged, t, audit.Entry{Action: action, Field: id})
}

func webhookView(w *store.Webhook) WebhookView {
	v := WebhookView{
		ID: w.ID, CreatedAt: w.Created, ChangedAt: w.Changed,
		WebhookSettings: WebhookSettings{URL: w.URL, Description: w.Description, Events: w.Events, Enabled: w.Enabled},
	}
	if !w.Former.Empty() && time.Now().Before(w.FormerUntil) {
		v.FormerUntil = &w.FormerUntil
	}
	return v
}

func withSecret(w *store.Webhook) *reply[WebhookSecret] {
	return success(WebhookSecret{webhookView(w), w.Secret.Reveal()})
}

func (a *API) getWebhooks(ctx context.Context, in *struct {
	TenantQuery
	Page
},
) (*list[WebhookView], error) {
	t, err := a.webhooksOf(ctx, in.Tenant)
	if err != nil {
		return nil, a.webhookRefused(ctx, "webhooks", "", err)
	}
	all := a.o.Webhooks.List(t.Number)
	out := []WebhookView{}
	for _, w := range cut(in.Page, all) {
		out = append(out, webhookView(&w))
	}
	return page(in.Page, len(all), out), nil
}

func (a *API) createWebhook(ctx context.Context, in *struct {
	TenantQuery
	Body newWebhook
},
) (*reply[WebhookSecret], error) {
	const action = "create-webhook"
	t, err := a.webhooksOf(ctx, in.Tenant)
	var w store.Webhook
	if err == nil {
		w, err = a.o.Webhooks.Create(ctx, store.Webhook{
			Tenant: t.Number, URL: in.Body.URL, Description: in.Body.Description, Events: in.Body.Events, Enabled: in.Body.Enabled == nil || *in.Body.Enabled,
		})
	}
	if err != nil {
		return nil, a.webhookRefused(ctx, action, "", err)
	}
	a.changed(ctx, t, action, w.ID, nil, webhookView(&w).WebhookSettings)
	return withSecret(&w), nil
}

func (a *API) getWebhook(ctx context.Context, in *struct {
	TenantQuery
	WebhookPath
},
) (*reply[WebhookView], error) {
	t, err := a.webhooksOf(ctx, in.Tenant)
	var w store.Webhook
	if err == nil {
		w, err = a.o.Webhooks.Get(t.Number, in.ID)
	}
	if err != nil {
		return nil, a.webhookRefused(ctx, "webhook", "id", err)
	}
	return success(webhookView(&w)), nil
}

func (a *API) changeWebhook(ctx context.Context, in *struct {
	TenantQuery
	WebhookPath
	Body fields[WebhookSettings]
},
) (*reply[WebhookView], error) {
	const action = "change-webhook"
	t, err := a.webhooksOf(ctx, in.Tenant)
	var w store.Webhook
	var was WebhookSettings
	if err == nil {
		var bad error
		w, err = a.o.Webhooks.Change(ctx, t.Number, in.ID, func(w *store.Webhook) {
			to := WebhookSettings{URL: w.URL, Description: w.Description, Events: w.Events, Enabled: w.Enabled}
			was = to
			if bad = in.Body.into(&to); bad == nil {
				w.URL, w.Description, w.Events, w.Enabled = to.URL, to.Description, to.Events, to.Enabled
			}
		})
		if bad != nil {
			err = bad
		}
	}
	if err != nil {
		return nil, a.webhookRefused(ctx, action, "id", err)
	}
	a.changed(ctx, t, action, w.ID, was, webhookView(&w).WebhookSettings)
	return success(webhookView(&w)), nil
}

func (a *API) deleteWebhook(ctx context.Context, in *struct {
	TenantQuery
	WebhookPath
},
) (*reply[Removed], error) {
	const action = "delete-webhook"
	t, err := a.webhooksOf(ctx, in.Tenant)
	var was store.Webhook
	if err == nil {
		was, err = a.o.Webhooks.Get(t.Number, in.ID)
	}
	if err == nil {
		err = a.o.Webhooks.Delete(ctx, t.Number, in.ID)
	}
	if err != nil {
		return nil, a.webhookRefused(ctx, action, "id", err)
	}
	a.changed(ctx, t, action, in.ID, webhookView(&was).WebhookSettings, nil)
	return success(Removed{in.ID}), nil
}

func (a *API) rotateWebhook(ctx context.Context, in *struct {
	TenantQuery
	WebhookPath
	Body struct {
		KeepHours int `json:"keep_hours,omitempty" minimum:"0" maximum:"720" default:"24" doc:"for how long the secret before signs too"`
	}
},
) (*reply[WebhookSecret], error) {
	const action = "rotate-webhook"
	t, err := a.webhooksOf(ctx, in.Tenant)
	var w store.Webhook
	if err == nil {
		w, err = a.o.Webhooks.Rotate(ctx, t.Number, in.ID, time.Duration(in.Body.KeepHours)*time.Hour)
	}
	if err != nil {
		return nil, a.webhookRefused(ctx, action, "id", err)
	}
	a.webhookTrail(ctx, t, action, w.ID)
	return withSecret(&w), nil
}

func deliveryView(d *store.Delivery) DeliveryView {
	v := DeliveryView{
		ID: strconv.FormatInt(d.ID, 36), EventID: d.Event, Type: d.Type, State: d.State, Tries: d.Tries, Status: d.Status, Error: d.Error,
		CreatedAt: d.Created, TriedAt: d.Tried, TookMS: d.Took.Milliseconds(), Body: d.Body,
	}
	if d.ID == 0 {
		v.ID = "" // of a test
	}
	return v
}

func (a *API) testWebhook(ctx context.Context, in *struct {
	TenantQuery
	WebhookPath
},
) (*reply[DeliveryView], error) {
	t, err := a.webhooksOf(ctx, in.Tenant)
	var d store.Delivery
	if err == nil {
		d, err = a.o.Webhooks.Test(ctx, t.Number, in.ID)
	}
	if err != nil {
		return nil, a.webhookRefused(ctx, "test-webhook", "id", err)
	}
	return success(deliveryView(&d)), nil
}

func (a *API) getDeliveries(ctx context.Context, in *struct {
	TenantQuery
	WebhookPath
	State string `query:"state" enum:"retrying,sent,failed"`
	After string `query:"after" maxLength:"20" doc:"next of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"at most so many"`
},
) (*part[DeliveryView], error) {
	t, err := a.webhooksOf(ctx, in.Tenant)
	q := store.DeliveryQuery{Webhook: in.ID, State: in.State, Limit: in.Limit + 1}
	if err == nil && in.After != "" {
		if q.Before, err = strconv.ParseInt(in.After, 36, 64); err != nil || q.Before <= 0 {
			err = envelope.Errorf(envelope.InvalidValue, "after", "after must be next of the page before")
		}
	}
	var all []store.Delivery
	if err == nil {
		q.Tenant = t.Number
		all, err = a.o.Webhooks.Deliveries(ctx, q)
	}
	if err != nil {
		return nil, a.webhookRefused(ctx, "webhook-deliveries", "id", err)
	}
	var out part[DeliveryView]
	out.Body.Status, out.Body.Limit, out.Body.HasMore = "success", in.Limit, len(all) > in.Limit
	all = all[:min(len(all), in.Limit)]
	out.Body.Data = make([]DeliveryView, len(all))
	for i := range all {
		out.Body.Data[i] = deliveryView(&all[i])
	}
	if out.Body.HasMore {
		out.Body.Next = strconv.FormatInt(all[len(all)-1].ID, 36)
	}
	return &out, nil
}

func (a *API) replayDelivery(ctx context.Context, in *struct {
	TenantQuery
	WebhookPath
	Delivery string `path:"delivery" maxLength:"20" example:"dk3v2l1nq3k0"`
},
) (*reply[Removed], error) {
	const action = "replay-delivery"
	t, err := a.webhooksOf(ctx, in.Tenant)
	field := "id"
	if err == nil {
		if _, err = a.o.Webhooks.Get(t.Number, in.ID); err == nil {
			field = "delivery"
			id, _ := strconv.ParseInt(in.Delivery, 36, 64) // 0 is none
			if err = store.ErrNotFound; id > 0 {
				err = a.o.Webhooks.Replay(ctx, t.Number, in.ID, id)
			}
		}
	}
	if err != nil {
		return nil, a.webhookRefused(ctx, action, field, err)
	}
	a.webhookTrail(ctx, t, action, in.ID)
	return success(Removed{in.Delivery}), nil
}
