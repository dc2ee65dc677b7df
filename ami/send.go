package ami

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// SendOptions are the options of one action. The zero value is one response
// within Options.ActionTimeout.
type SendOptions struct {
	Deadline time.Time // zero: Options.ActionTimeout from now
	// List asks for an event list: the result comes with the list's Complete
	// event. A response that announces no list, such as an error, ends the
	// action at once, so List may be set for any action.
	List     bool
	MaxItems int    // of the list, default Options.MaxItems
	ActionID string // on the wire; "" takes a NewActionID
	// OnListEvent gets each item of the list in the reader goroutine, valid
	// during the call only, instead of Result.Events. Nil: they are collected.
	OnListEvent func(*Message)
}

// Result is how an action ended.
type Result struct {
	// Message is the response, for a list the first one; nil when none came.
	// It is valid during the call only, Clone it to keep it.
	Message *Message
	// Events are the items of a list and its Complete event, which may be
	// kept. With an error they are what came until then.
	Events []*Message
	// Err is nil when the answer is complete, whatever it says. Otherwise
	// ErrTimeout, ErrLinkLost, ErrListTooLong, or the error of a context.
	Err error
	// Sent is true when bytes of the action may have reached the server.
	Sent bool
}

// Response is a complete answer, which may be kept.
type Response struct {
	*Message
	Events []*Message // of an event list: its items and its Complete event
}

// Success reports whether the server took the action. For a Command this does
// not say that it found or did what it should: see the Output.
func (r *Response) Success() bool {
	return r.Is("Response", "Success") || r.Is("Response", "Follows") || r.Is("Response", "Goodbye")
}

// Send queues a for writing and returns its ActionID at once. done is called
// exactly once, in the goroutine that reads, that watches deadlines or that
// ends the link, and must not block; it may Send again. With an error done is
// never called and nothing is sent: ErrNotConnected, ErrClosed, ErrBusy,
// ErrDuplicateID, or what the encoder refuses.
func (c *Client) Send(a *Action, o SendOptions, done func(Result)) (actionID string, err error) {
	p, _, err := c.submit(a, o, done)
	if err != nil {
		return "", err
	}
	return p.id, nil
}

func (c *Client) submit(a *Action, o SendOptions, done func(Result)) (*pending, *session, error) {
	s := c.session.Load()
	if s == nil {
		if c.closed.Load() {
			return nil, nil, ErrClosed
		}
		return nil, nil, ErrNotConnected
	}
	p := &pending{
		id: o.ActionID, done: done, deadline: o.Deadline,
		list: o.List, maxItems: o.MaxItems, onItem: o.OnListEvent,
	}
	if p.id == "" {
		p.id = c.NewActionID()
	}
	if p.deadline.IsZero() {
		p.deadline = time.Now().Add(c.o.ActionTimeout)
	}
	if p.maxItems <= 0 {
		p.maxItems = c.o.MaxItems
	}
	return p, s, s.send(a, p)
}

// send queues an action and registers it. One that is alone is written at once.
func (s *session) send(a *Action, p *pending) error {
	alone, err := s.queue(a, p)
	switch {
	case err != nil:
		return err
	case alone:
		s.writeNow()
	default:
		signal(s.wake)
	}
	return nil
}

// queue reports whether the action is the only one under way, on a connection
// that can be written without waiting.
func (s *session) queue(a *Action, p *pending) (alone bool, err error) {
	o := &s.c.o
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed || s.stopping:
		return false, ErrNotConnected
	case !p.own && (s.table.counts >= o.MaxPending || len(s.out) >= o.MaxQueued):
		return false, ErrBusy
	case s.table.byID[p.id] != nil:
		return false, ErrDuplicateID
	}
	p.from = s.outBase + uint64(len(s.out))
	out, err := a.AppendTo(s.out, p.id)
	if err != nil {
		return false, err
	}
	s.out = out
	p.to = s.outBase + uint64(len(s.out))
	s.table.add(p)
	s.c.stats.actions.Add(1)
	if p.index == 0 && p.deadline.Before(s.armed) {
		signal(s.rearm)
	}
	return s.running && s.direct != nil && len(s.table.byID) == 1, nil
}

// signal wakes the goroutine at the other end of a channel of capacity 1.
func signal(ch chan<- struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}

// Do sends a and waits for its response; should that announce an event list,
// its items are dropped: use List. The deadline of ctx is the action's,
// else Options.ActionTimeout. When ctx ends, so does the action: the error
// wraps its cause. It waits, so it must not be called in a callback.
func (c *Client) Do(ctx context.Context, a *Action) (*Response, error) {
	return c.wait(ctx, a, SendOptions{})
}

// List sends an action that is answered by an event list and waits for its
// Complete event. More than maxItems items, or 16 MiB of them, give
// ErrListTooLong; 0 takes Options.MaxItems. A response that announces no list
// is returned alone. Like Do, it must not be called in a callback.
func (c *Client) List(ctx context.Context, a *Action, maxItems int) (*Response, error) {
	return c.wait(ctx, a, SendOptions{List: true, MaxItems: maxItems})
}

func (c *Client) wait(ctx context.Context, a *Action, o SendOptions) (*Response, error) {
	if ctx.Err() != nil {
		return nil, fmt.Errorf("%s: %w", a.Name(), stopped(ctx))
	}
	o.Deadline, _ = ctx.Deadline()
	var res *Response
	ended := make(chan error, 1)
	p, s, err := c.submit(a, o, func(r Result) {
		if r.Err == nil {
			res = &Response{Message: r.Message.Clone(), Events: r.Events}
		}
		ended <- r.Err
	})
	if err == nil {
		select {
		case err = <-ended:
		case <-ctx.Done():
			s.cancel(p, stopped(ctx))
			err = <-ended
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", a.Name(), err)
	}
	return res, nil
}

// stopped returns why ctx ended; a deadline is an ErrTimeout like any other.
func stopped(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fmt.Errorf("%w: %w", ErrTimeout, context.Cause(ctx))
	}
	return context.Cause(ctx)
}

// cancel ends an action for which nobody waits any more.
func (s *session) cancel(p *pending, cause error) {
	s.mu.Lock()
	run := s.table.byID[p.id] == p && s.end(p, cause)
	s.mu.Unlock()
	if !run {
		return
	}
	if errors.Is(cause, ErrTimeout) {
		s.c.stats.timeouts.Add(1)
	}
	s.c.protect(func() { p.done(Result{Message: p.response, Events: p.events, Err: cause, Sent: p.sent}) })
}
