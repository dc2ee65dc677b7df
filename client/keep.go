package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/coder/websocket"
)

// Times of the protocol, docs/websocket.md.
const (
	dialTimeout = 20 * time.Second
	steady      = 10 * time.Second // a connection that lasts so long was a good one
	afterBusy   = 5 * time.Second  // closed with 1013
)

// keep holds a connection until ctx ends or the gateway refuses for good.
func (c *Client) keep(ctx context.Context, q *queue) error {
	wait := c.o.BackoffMin
	for {
		started := time.Now()
		err := c.connect(ctx, q)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		var refused *RefusedError
		if errors.As(err, &refused) && refused.final() && c.o.Ticket == nil {
			return err
		}
		if time.Since(started) > steady {
			wait = c.o.BackoffMin
		}
		pause := c.pause(wait, err)
		wait = min(2*wait, c.o.BackoffMax)
		c.o.Logger.Warn("connection lost", "error", err, "again_in", pause)
		t := time.NewTimer(pause)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return context.Cause(ctx)
		}
	}
}

// pause is how long to wait when err ended a connection.
func (c *Client) pause(wait time.Duration, err error) time.Duration {
	var refused *RefusedError
	switch code := websocket.CloseStatus(err); {
	case errors.As(err, &refused) && refused.RetryAfter > 0:
		return refused.RetryAfter
	case code == websocket.StatusTryAgainLater:
		wait = max(wait, min(afterBusy, c.o.BackoffMax))
	case code == websocket.StatusProtocolError, code == websocket.StatusUnsupportedData, code == websocket.StatusInvalidFramePayloadData,
		code == websocket.StatusPolicyViolation, code == websocket.StatusMessageTooBig, errors.Is(err, ErrProtocol):
		wait = c.o.BackoffMax
	}
	return wait/2 + rand.N(wait/2+1) //nolint:gosec // chance, not a secret
}

// connect makes one connection and stays until it ends.
func (c *Client) connect(ctx context.Context, q *queue) error {
	conn, err := c.dial(ctx)
	if err != nil {
		return err
	}
	conn.SetReadLimit(c.o.MaxFrame)
	return newSession(c, conn, q).run(ctx)
}

func (c *Client) dial(ctx context.Context) (*websocket.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	address, err := c.o.address(ctx)
	if err != nil {
		return nil, err
	}
	conn, res, err := websocket.Dial(ctx, address, &websocket.DialOptions{ //nolint:bodyclose // the package has read it
		HTTPClient: c.o.HTTPClient, HTTPHeader: c.o.header(), CompressionMode: websocket.CompressionDisabled,
	})
	if err != nil {
		if res != nil && res.StatusCode != http.StatusSwitchingProtocols {
			return nil, refusal(res)
		}
		return nil, fmt.Errorf("connect: %w", err)
	}
	return conn, nil
}

// maxRefusal bounds the body of a refusal.
const maxRefusal = 64 << 10

// refusal reads why the gateway said no.
func refusal(res *http.Response) error {
	e := &RefusedError{Status: res.StatusCode}
	if n, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && n > 0 {
		e.RetryAfter = time.Duration(n) * time.Second
	}
	var body struct{ Code, Message, Field string }
	b, err := io.ReadAll(io.LimitReader(res.Body, maxRefusal))
	if err == nil && json.Unmarshal(b, &body) == nil { // else it is not the gateway that speaks
		e.Code, e.Message, e.Field = body.Code, body.Message, body.Field
	}
	return e
}
