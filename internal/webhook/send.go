package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/outbox"
	"github.com/dipcast/dipcast/internal/outward"
	"github.com/dipcast/dipcast/internal/secret"
	"github.com/dipcast/dipcast/internal/store"
)

const (
	// maxAnswer of a receiver is read, in bytes, so that its connection can be used
	// again.
	maxAnswer = 16 << 10
	// refusedTries is how often a receiver may say no, by a status that more tries
	// hardly change, until its next event goes: some ten minutes.
	refusedTries = 10
	maxLater     = time.Hour // of a Retry-After
)

// errStatus is an answer that is not of a 2xx status.
type errStatus struct {
	status int
	after  time.Duration // what Retry-After said
}

func (e errStatus) Error() string {
	return fmt.Sprintf("the receiver answered %d %s", e.status, http.StatusText(e.status))
}

// passing reports a status that may be another one soon.
func (e errStatus) passing() bool {
	switch e.status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	}
	return e.status >= http.StatusInternalServerError
}

// Send implements outbox.Sender.
func (s *Service) Send(ctx context.Context, m *store.OutboxRow) error {
	w := s.find(m.Tenant, m.Lane)
	if w == nil || !w.Enabled {
		return outbox.ErrExpired // removed, or turned off, since
	}
	var e event
	if err := json.Unmarshal(m.Body, &e); err != nil {
		return fmt.Errorf("what is to be told cannot be read: %w", err)
	}
	d := store.Delivery{
		ID: m.ID, Tenant: m.Tenant, Webhook: w.ID, Event: e.ID, Type: e.Type, Body: m.Body, Tries: m.Tries + 1, Created: m.Created, Tried: s.o.Now(),
	}
	err := s.post(ctx, w, e.ID, m.Body, &d)
	out := verdict(err, m.Tries)
	switch {
	case err == nil:
		d.State = store.DeliverySent
	case errors.As(out, new(outbox.Later)):
		d.State = store.DeliveryRetrying
	default:
		d.State = store.DeliveryFailed
	}
	if err := s.o.Store.SetDelivery(context.WithoutCancel(ctx), &d); err != nil {
		s.log.Warn("a delivery is missing in the list", "error", err)
	}
	return out
}

// verdict turns an error of post into what the outbox does with it. tries is how
// often it failed before.
func verdict(err error, tries int) error {
	var status errStatus
	switch {
	case err == nil:
		return nil
	case errors.Is(err, outward.ErrPrivate):
		return err
	case errors.As(err, &status) && !status.passing() && tries+1 >= refusedTries:
		return err
	case errors.As(err, &status):
		return outbox.Later{After: min(status.after, maxLater), Lane: true, Err: err}
	}
	// Whether it arrived is not known; a receiver knows an event by its id.
	return outbox.Later{Lane: true, Err: err}
}

// post sends a body and notes in d how it went.
func (s *Service) post(ctx context.Context, w *store.Webhook, id string, body []byte, d *store.Delivery) (err error) {
	began := time.Now()
	defer func() {
		d.Took = time.Since(began)
		if err != nil {
			d.Error = describe(err)
		}
	}()
	if err := checkURL(w.URL, s.o.Allowed); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	now := s.o.Now()
	secrets := []secret.Text{w.Secret}
	if !w.Former.Empty() && now.Before(w.FormerUntil) {
		secrets = append(secrets, w.Former)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "DIPCAST-Webhooks/1")
	req.Header.Set(headerID, id)
	req.Header.Set(headerTimestamp, strconv.FormatInt(now.Unix(), 10))
	req.Header.Set(headerSignature, sign(id, now, body, secrets...))
	res, err := s.client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }() // read as far as it matters
	_, _ = io.CopyN(io.Discard, res.Body, maxAnswer)
	d.Status = res.StatusCode
	if res.StatusCode/100 == 2 {
		return nil
	}
	return errStatus{res.StatusCode, retryAfter(res.Header.Get("Retry-After"), now)}
}

// retryAfter reads RFC 9110, section 10.2.3; 0 is none.
func retryAfter(text string, now time.Time) time.Duration {
	if n, err := strconv.Atoi(strings.TrimSpace(text)); err == nil {
		return max(0, time.Duration(min(n, int(maxLater/time.Second)))*time.Second)
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

// describe words an error for the company, without the address, which may hold a
// secret of its own.
func describe(err error) string {
	var status errStatus
	switch {
	case errors.As(err, &status):
		return status.Error()
	case errors.Is(err, outward.ErrPrivate):
		return "the address is not of the public internet; see private_targets in the configuration"
	case errors.Is(err, context.DeadlineExceeded):
		return "the receiver did not answer in time"
	}
	for { // the innermost says most: connection refused, no such host
		inner := errors.Unwrap(err)
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}
