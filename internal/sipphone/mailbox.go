package sipphone

import (
	"context"
	"errors"
	"time"
)

// beep is the tone in Hz after which a mailbox of Asterisk records
// (sounds/beep).
const beep = 1000

// LeaveMessage leaves our tone in the mailbox that has answered the call: it
// skips the greeting, speaks for d from the beep on, and hangs up. The error
// is that of SendDTMF, WaitTone or Hangup.
func (c *Call) LeaveMessage(ctx context.Context, d time.Duration) error {
	// The beep may be over before the key's last packet is known to be out.
	heard := make(chan error, 1)
	waiting, stop := context.WithCancel(ctx)
	defer stop()
	go func() { heard <- c.WaitTone(waiting, beep) }()
	if err := c.SendDTMF(ctx, "#"); err != nil {
		stop()
		return errors.Join(err, <-heard)
	}
	if err := <-heard; err != nil {
		return err
	}
	enough := c.Sent() + uint64(d/packetTime)
	if err := c.until(ctx, "our own message to be out", func([]float64) bool { return c.Sent() >= enough }); err != nil {
		return err
	}
	return c.Hangup(ctx)
}
