package sipphone

import (
	"context"
	"time"
)

// Behaviour decides what happens to an incoming call. It runs in a goroutine
// of its own and must return soon after ctx ends, which is when the call or
// the phone does. If it returns without a decision, the call goes on ringing.
type Behaviour func(ctx context.Context, c *Call)

// Answer rings for d and answers; with 0 it answers at once, without ringing.
func Answer(d time.Duration) Behaviour {
	return func(ctx context.Context, c *Call) {
		if d > 0 {
			c.noted(c.Ring())
			if !wait(ctx, d) {
				return
			}
		}
		c.noted(c.Answer())
	}
}

// AnswerFor rings for d, answers, and hangs up after talk.
func AnswerFor(d, talk time.Duration) Behaviour {
	return func(ctx context.Context, c *Call) {
		Answer(d)(ctx, c)
		if wait(ctx, talk) {
			c.noted(c.Hangup(ctx))
		}
	}
}

// Ring rings until the caller gives up.
func Ring() Behaviour {
	return func(_ context.Context, c *Call) { c.noted(c.Ring()) }
}

// RingThen rings for d and then does what b does.
func RingThen(d time.Duration, b Behaviour) Behaviour {
	return func(ctx context.Context, c *Call) {
		c.noted(c.Ring())
		if wait(ctx, d) {
			b(ctx, c)
		}
	}
}

// EarlyMedia sends our tone with 183 for d before anything is answered, and
// then does what b does.
func EarlyMedia(d time.Duration, b Behaviour) Behaviour {
	return func(ctx context.Context, c *Call) {
		c.noted(c.Progress())
		if wait(ctx, d) {
			b(ctx, c)
		}
	}
}

// Redirect sends the caller to another number (302 Moved Temporarily), as the
// diversion key of a desk phone does.
func Redirect(number string) Behaviour {
	return func(_ context.Context, c *Call) { c.noted(c.Redirect(number)) }
}

// Silent says nothing but 100 Trying until the caller gives up: a phone whose
// program hangs.
func Silent() Behaviour { return func(context.Context, *Call) {} }

// Reject refuses the call with a final status, 300 to 699.
func Reject(code int) Behaviour {
	return func(_ context.Context, c *Call) { c.noted(c.Reject(code)) }
}

// Busy refuses with 486 Busy Here.
func Busy() Behaviour { return Reject(486) }

// Decline refuses with 603 Decline.
func Decline() Behaviour { return Reject(603) }

// Unavailable refuses with 480 Temporarily Unavailable.
func Unavailable() Behaviour { return Reject(480) }

// AutoAnswer answers calls that ask for it (Invite.AutoAnswer), and leaves all
// others to b.
func AutoAnswer(b Behaviour) Behaviour {
	return func(ctx context.Context, c *Call) {
		if i := c.Invite(); i.AutoAnswer {
			Answer(i.AutoAnswerAfter)(ctx, c)
			return
		}
		b(ctx, c)
	}
}

// wait returns false when ctx ends before d is over.
func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
