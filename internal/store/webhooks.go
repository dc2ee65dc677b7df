package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/secret"
)

// Webhook is an address at which a company wants to be told of its calls.
type Webhook struct {
	ID          string
	Tenant      int // the number of the company's prefix
	URL         string
	Description string
	Events      []string // types of events
	Enabled     bool
	Secret      secret.Text // sealed on disk
	Former      secret.Text // signs too until FormerUntil; empty: there is none
	FormerUntil time.Time
	Created     time.Time
	Changed     time.Time
}

const webhookColumns = `id, tenant, url, description, events, enabled, secret, former, former_until, created, changed`

func webhookOwner(id string) string { return "webhook " + id }

func (s *Store) sealWebhook(w *Webhook) (text, former string, err error) {
	if text, err = s.seal.seal(webhookOwner(w.ID), company.Secrets{"secret": w.Secret}); err != nil || w.Former.Empty() {
		return text, "", err
	}
	former, err = s.seal.seal(webhookOwner(w.ID), company.Secrets{"secret": w.Former})
	return text, former, err
}

// Webhooks returns all of them, those of a company in the order in which they were
// made.
func (s *Store) Webhooks(ctx context.Context) ([]Webhook, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+webhookColumns+` FROM webhooks ORDER BY tenant, created, id`)
	if err != nil {
		return nil, fmt.Errorf("read webhooks: %w", err)
	}
	var out []Webhook
	err = eachRow(rows, func() error {
		var w Webhook
		var events, text, former string
		var until, created, changed int64
		if err := rows.Scan(&w.ID, &w.Tenant, &w.URL, &w.Description, &events, &w.Enabled, &text, &former, &until, &created, &changed); err != nil {
			return err
		}
		for _, part := range []struct {
			sealed string
			to     *secret.Text
		}{{text, &w.Secret}, {former, &w.Former}} {
			plain, err := s.seal.unseal(webhookOwner(w.ID), part.sealed)
			if err != nil {
				return err
			}
			*part.to = plain["secret"]
		}
		w.Events = strings.Split(strings.Trim(events, "|"), "|")
		w.FormerUntil, w.Created, w.Changed = unstamp(until), unstamp(created), unstamp(changed)
		out = append(out, w)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read webhooks: %w", err)
	}
	return out, nil
}

// SetWebhook writes a webhook, a new one or all of one that is there, and sets
// Changed, and Created where it is zero. A new one beyond most of its company is
// refused with ErrConflict.
func (s *Store) SetWebhook(ctx context.Context, w *Webhook, most int) error {
	text, former, err := s.sealWebhook(w)
	if err == nil {
		w.Changed = unstamp(s.stamp())
		if w.Created.IsZero() {
			w.Created = w.Changed
		}
		err = s.update(ctx, func(tx *sql.Tx) error {
			var others int
			if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM webhooks WHERE tenant = $1 AND id <> $2`, w.Tenant, w.ID).Scan(&others); err != nil {
				return err
			}
			if others >= most {
				return fmt.Errorf("%w: there are %d", ErrConflict, others)
			}
			_, err := tx.ExecContext(ctx, `INSERT INTO webhooks (`+webhookColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
				ON CONFLICT (id) DO UPDATE SET url = excluded.url, description = excluded.description, events = excluded.events, enabled = excluded.enabled,
				secret = excluded.secret, former = excluded.former, former_until = excluded.former_until, changed = excluded.changed`,
				w.ID, w.Tenant, w.URL, cleanText(w.Description), "|"+strings.Join(w.Events, "|")+"|", flag(w.Enabled), text, former,
				stamp(w.FormerUntil), stamp(w.Created), stamp(w.Changed))
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("keep a webhook: %w", err)
	}
	return nil
}

// DeleteWebhook deletes a webhook of a company with its deliveries. It wraps
// ErrNotFound when there is none.
func (s *Store) DeleteWebhook(ctx context.Context, tenant int, id string) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		there, err := affected(tx.ExecContext(ctx, `DELETE FROM webhooks WHERE tenant = $1 AND id = $2`, tenant, id))
		if err == nil && !there {
			err = ErrNotFound
		}
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM webhook_deliveries WHERE webhook = $1`, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("delete a webhook: %w", err)
	}
	return nil
}

// Delivery is what became of one event of one webhook.
type Delivery struct {
	ID      int64 // of its row in the outbox
	Tenant  int
	Webhook string
	Event   string // its id
	Type    string
	Body    []byte
	State   string // of the constants below
	Tries   int
	Status  int // of HTTP; 0: no answer
	Error   string
	Created time.Time     // of the event
	Tried   time.Time     // the last time
	Took    time.Duration // then
}

// The states of deliveries.
const (
	DeliveryRetrying = "retrying"
	DeliverySent     = "sent"
	DeliveryFailed   = "failed"
)

const deliveryColumns = `id, tenant, webhook, event, type, body, state, tries, status, error, created, tried, took`

// SetDelivery writes what became of an attempt; one of the same row before it is
// replaced. What others write at the same moment goes in the same transaction.
func (s *Store) SetDelivery(ctx context.Context, d *Delivery) error {
	err := s.outbox.do(ctx, s, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO webhook_deliveries (`+deliveryColumns+`)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (id) DO UPDATE SET state = excluded.state, tries = excluded.tries,
			status = excluded.status, error = excluded.error, tried = excluded.tried, took = excluded.took`,
			d.ID, d.Tenant, d.Webhook, d.Event, d.Type, string(d.Body), d.State, d.Tries, d.Status, bounded(d.Error, maxOutboxError),
			stamp(d.Created), stamp(d.Tried), d.Took.Milliseconds())
		return err
	})
	if err != nil {
		return fmt.Errorf("note a delivery: %w", err)
	}
	return nil
}

// DeliveryQuery says which deliveries of a webhook are wanted, the newest first.
type DeliveryQuery struct {
	Tenant  int
	Webhook string
	ID      int64  // this one; 0 any
	State   string // "" any
	Before  int64  // an ID: lower ones only; 0 from the newest
	Limit   int
}

// Deliveries returns deliveries of a webhook.
func (s *Store) Deliveries(ctx context.Context, q DeliveryQuery) ([]Delivery, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+deliveryColumns+` FROM webhook_deliveries WHERE tenant = $1 AND webhook = $2
		AND (id = $3 OR $3 = 0) AND (state = $4 OR $4 = '') AND (id < $5 OR $5 = 0) ORDER BY id DESC LIMIT $6`,
		q.Tenant, q.Webhook, q.ID, q.State, q.Before, q.Limit)
	if err != nil {
		return nil, fmt.Errorf("read deliveries: %w", err)
	}
	var out []Delivery
	err = eachRow(rows, func() error {
		var d Delivery
		var body string
		var created, tried, took int64
		err := rows.Scan(&d.ID, &d.Tenant, &d.Webhook, &d.Event, &d.Type, &body, &d.State, &d.Tries, &d.Status, &d.Error, &created, &tried, &took)
		d.Body, d.Created, d.Tried, d.Took = []byte(body), unstamp(created), unstamp(tried), time.Duration(took)*time.Millisecond
		out = append(out, d)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read deliveries: %w", err)
	}
	return out, nil
}

// PruneDeliveries deletes those from before a time, and of each webhook the oldest
// beyond most.
func (s *Store) PruneDeliveries(ctx context.Context, before time.Time, most int) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM webhook_deliveries WHERE id < $1`, callID(before)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM webhook_deliveries WHERE id IN (SELECT id FROM
			(SELECT id, row_number() OVER (PARTITION BY webhook ORDER BY id DESC) AS n FROM webhook_deliveries) x WHERE n > $1)`, most)
		return err
	})
	if err != nil {
		return fmt.Errorf("prune deliveries: %w", err)
	}
	return nil
}
