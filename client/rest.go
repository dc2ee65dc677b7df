package client

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// REST asks the gateway's REST interface for what a client of the WebSocket needs.
// The whole of it is described at /api/v2/openapi.json.
type REST struct {
	URL         string // "https://host:8080"
	Credentials Credentials
	HTTPClient  *http.Client // default: one that gives up after 30 s
}

// restTimeout is more than what any request of REST may take.
const restTimeout = 30 * time.Second

// Ticket gets a one-time ticket, good for 30 s; for Options.Ticket. A refusal
// is a *RefusedError.
func (r REST) Ticket(ctx context.Context) (string, error) {
	var t struct {
		Ticket string `json:"ticket"`
	}
	if err := r.post(ctx, "/api/v2/ws-ticket", struct{}{}, &t); err != nil {
		return "", err
	}
	return t.Ticket, nil
}

// Clicked is a call that a click-to-call has begun.
type Clicked struct {
	CallID string `json:"call_id"` // as in CallStep and Snapshot
}

// ClickToCall rings the caller's extension, and once that answers, connects it
// with callee. A refusal is a *RefusedError.
func (r REST) ClickToCall(ctx context.Context, caller, callee string) (*Clicked, error) {
	var c Clicked
	body := map[string]string{"caller": caller, "callee": callee}
	if err := r.post(ctx, "/api/v2/core/click_to_call", body, &c); err != nil {
		return nil, err
	}
	return &c, nil
}

func (r REST) post(ctx context.Context, path string, body, data any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("client: %s: %w", path, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimRight(r.URL, "/")+path, bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("client: %s: %w", path, err)
	}
	req.Header = r.Credentials.Header()
	req.Header.Set("Content-Type", "application/json")
	hc := r.HTTPClient
	if hc == nil {
		hc = &http.Client{Timeout: restTimeout}
	}
	res, err := hc.Do(req)
	if err != nil {
		return fmt.Errorf("client: %s: %w", path, err)
	}
	defer func() { _ = res.Body.Close() }() // it was read, or is not worth more
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return refusal(res)
	}
	answer := struct {
		Data any `json:"data"`
	}{data}
	if err := json.NewDecoder(io.LimitReader(res.Body, 1<<20)).Decode(&answer); err != nil {
		return fmt.Errorf("client: %s: %w", path, err)
	}
	return nil
}
