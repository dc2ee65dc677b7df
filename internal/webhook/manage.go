package webhook

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/outward"
	"github.com/dipcast/dipcast/internal/secret"
	"github.com/dipcast/dipcast/internal/store"
)

// Bounds of a webhook.
const (
	maxURL         = 1000 // bytes
	maxDescription = 200  // characters
	// MaxFormer is how long a former secret may sign beside the new one.
	MaxFormer = 30 * 24 * time.Hour
)

// List returns a company's webhooks. They must not be changed.
func (s *Service) List(tenant int) []store.Webhook { return (*s.all.Load())[tenant] }

// Get returns one. It wraps store.ErrNotFound when there is none.
func (s *Service) Get(tenant int, id string) (store.Webhook, error) {
	if w := s.find(tenant, id); w != nil {
		return *w, nil
	}
	return store.Webhook{}, store.ErrNotFound
}

// Create adds a webhook and gives it an id and a secret, whatever w says. Errors
// about w are *envelope.Error.
func (s *Service) Create(ctx context.Context, w store.Webhook) (store.Webhook, error) {
	s.changing.Lock()
	defer s.changing.Unlock()
	w.ID, w.Secret = strings.ToLower(rand.Text()), newSecret()
	w.Former, w.FormerUntil, w.Created = secret.Text{}, time.Time{}, time.Time{}
	return s.set(ctx, w)
}

// Change has f change a webhook.
func (s *Service) Change(ctx context.Context, tenant int, id string, f func(*store.Webhook)) (store.Webhook, error) {
	s.changing.Lock()
	defer s.changing.Unlock()
	w, err := s.Get(tenant, id)
	if err != nil {
		return w, err
	}
	w.Events = slices.Clone(w.Events)
	f(&w)
	w.ID, w.Tenant = id, tenant
	return s.set(ctx, w)
}

// Rotate gives a webhook a new secret. For keep the one before signs too; one
// before that does no more.
func (s *Service) Rotate(ctx context.Context, tenant int, id string, keep time.Duration) (store.Webhook, error) {
	if keep < 0 || keep > MaxFormer {
		return store.Webhook{}, envelope.Errorf(envelope.InvalidValue, "keep_hours", "keep_hours must be 0 to %d", int(MaxFormer.Hours()))
	}
	return s.Change(ctx, tenant, id, func(w *store.Webhook) {
		w.Former, w.FormerUntil, w.Secret = w.Secret, s.o.Now().Add(keep), newSecret()
		if keep == 0 {
			w.Former, w.FormerUntil = secret.Text{}, time.Time{}
		}
	})
}

// set checks and writes a webhook. The caller holds changing.
func (s *Service) set(ctx context.Context, w store.Webhook) (store.Webhook, error) {
	if err := s.check(&w); err != nil {
		return w, err
	}
	err := s.o.Store.SetWebhook(ctx, &w, Most)
	if errors.Is(err, store.ErrConflict) {
		return w, envelope.Errorf(envelope.Conflict, "", "a company has at most %d webhooks", Most)
	}
	if err != nil {
		return w, err
	}
	return w, s.reread(ctx)
}

func (s *Service) check(w *store.Webhook) error {
	switch err := checkURL(w.URL, s.o.Allowed); {
	case len(w.URL) > maxURL:
		return envelope.Errorf(envelope.TooLong, "url", "url has at most %d bytes", maxURL)
	case errors.Is(err, outward.ErrPrivate):
		return envelope.Errorf(envelope.InvalidValue, "url", "url is not an address of the public internet; an operator can allow others with private_targets")
	case err != nil:
		return envelope.Errorf(envelope.InvalidValue, "url", "url must be an https address without a login in it")
	case utf8.RuneCountInString(w.Description) > maxDescription:
		return envelope.Errorf(envelope.TooLong, "description", "description has at most %d characters", maxDescription)
	case len(w.Events) == 0:
		return envelope.Errorf(envelope.InvalidValue, "events", "events needs at least one of %s", strings.Join(Types, ", "))
	}
	for i, kind := range w.Events {
		if !slices.Contains(Types, kind) || slices.Contains(w.Events[:i], kind) {
			return envelope.Errorf(envelope.InvalidValue, "events", "events must be of %s, each once", strings.Join(Types, ", "))
		}
	}
	return nil
}

// checkURL is outward.CheckURL that takes plain http only to an address, not a
// name, that is allowed although it is private: what is told is about people.
func checkURL(text string, allowed func() []netip.Prefix) error {
	if err := outward.CheckURL(text, allowed); err != nil {
		return err
	}
	u, err := url.Parse(text)
	if err != nil {
		return outward.ErrURL
	}
	if u.Scheme != "https" {
		if ip, err := netip.ParseAddr(u.Hostname()); err != nil || outward.Public(ip) {
			return outward.ErrURL
		}
	}
	return nil
}

// Delete removes a webhook; what waits for it is not sent any more.
func (s *Service) Delete(ctx context.Context, tenant int, id string) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	if err := s.o.Store.DeleteWebhook(ctx, tenant, id); err != nil {
		return err
	}
	return s.reread(ctx)
}

// Test sends an event "webhook.test" to a webhook at once, also to one that is
// turned off, and tells how it went. It is not tried again.
func (s *Service) Test(ctx context.Context, tenant int, id string) (store.Delivery, error) {
	w, err := s.Get(tenant, id)
	if err != nil {
		return store.Delivery{}, err
	}
	select {
	case s.tests <- struct{}{}:
		defer func() { <-s.tests }()
	default:
		return store.Delivery{}, envelope.Errorf(envelope.Busy, "", "others are testing their webhooks now; try again in a moment")
	}
	now := s.o.Now()
	event, body, err := encode(tenant, test, rand.Text(), now, map[string]string{"webhook": id})
	if err != nil {
		return store.Delivery{}, err
	}
	d := store.Delivery{Tenant: tenant, Webhook: id, Event: event, Type: test, Body: body, State: store.DeliverySent, Tries: 1, Created: now, Tried: now}
	if err := s.post(ctx, &w, event, body, &d); err != nil {
		d.State = store.DeliveryFailed
	}
	return d, nil
}

// Deliveries returns what became of a webhook's events.
func (s *Service) Deliveries(ctx context.Context, q store.DeliveryQuery) ([]store.Delivery, error) {
	if _, err := s.Get(q.Tenant, q.Webhook); err != nil {
		return nil, err
	}
	return s.o.Store.Deliveries(ctx, q)
}

// Replay sends an event again, with the id that it had, behind all that waits.
func (s *Service) Replay(ctx context.Context, tenant int, id string, delivery int64) error {
	list, err := s.Deliveries(ctx, store.DeliveryQuery{Tenant: tenant, Webhook: id, ID: delivery, Limit: 1})
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return store.ErrNotFound
	}
	d := &list[0]
	if !json.Valid(d.Body) {
		return store.ErrNotFound
	}
	return s.o.Add(ctx, []store.OutboxRow{{Tenant: tenant, Kind: Kind, Lane: id, Label: d.Type, Body: d.Body}})
}
