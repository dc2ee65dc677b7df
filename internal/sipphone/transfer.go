package sipphone

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// Transfer asks the PBX to connect the other side with number instead of us: a
// blind transfer, as the transfer key of a phone sends it (REFER, RFC 3515).
// Once the PBX says that it worked it hangs up, as phones do, and returns nil.
//
// The error wraps ErrRefused (as *StatusError) when the REFER or the call to
// number failed; our call goes on then. It wraps ErrState for a call that is
// not answered, or has a transfer under way.
func (c *Call) Transfer(ctx context.Context, number string) error {
	user, err := escapeUser(number)
	if err != nil {
		return err
	}
	if err := c.refer(ctx, "<"+c.uriAt(user)+">"); err != nil {
		return err
	}
	return c.Hangup(ctx)
}

// TransferTo asks the PBX to connect the other side of this call with the
// other side of with: an attended transfer (REFER with Replaces, RFC 3891).
// Once that worked it hangs up both calls. Its errors are those of Transfer.
func (c *Call) TransferTo(ctx context.Context, with *Call) error {
	with.mu.Lock()
	var theirs string
	switch h := with.them.(type) {
	case *sip.ToHeader:
		theirs, _ = h.Params.Get("tag")
	case *sip.FromHeader:
		theirs, _ = h.Params.Get("tag")
	}
	target := with.target
	with.mu.Unlock()
	if theirs == "" {
		return fmt.Errorf("transfer to a call without a dialog: %w", ErrState)
	}
	// to-tag is the tag of whoever gets the Replaces (RFC 3891 section 3): the
	// PBX, at the far end of our call.
	replaces := with.key.callID + ";to-tag=" + theirs + ";from-tag=" + with.key.localTag
	if err := c.refer(ctx, "<"+c.uriAt(target.User)+"?Replaces="+url.QueryEscape(replaces)+">"); err != nil {
		return err
	}
	return errors.Join(c.Hangup(ctx), with.Hangup(ctx))
}

// uriAt is a URI of the other side's host with another user part.
func (c *Call) uriAt(user string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	u := sip.Uri{Scheme: "sip", User: user, Host: c.target.Host, Port: c.target.Port}
	return u.String()
}

// refer sends a REFER and follows its NOTIFY requests to a final status.
func (c *Call) refer(ctx context.Context, to string) error {
	progress := make(chan int, 16)
	c.mu.Lock()
	if c.state != callAnswered || c.referred != nil {
		c.mu.Unlock()
		return fmt.Errorf("transfer: %w", c.stateError())
	}
	c.referred = progress
	us := c.us.Value()
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.referred = nil
	}()
	req := c.build(sip.REFER, c.nextSeq())
	req.AppendHeader(c.a.contact(c.contactUser))
	req.AppendHeader(sip.NewHeader("Refer-To", to))
	by, _, _ := strings.Cut(us, ";tag=")
	req.AppendHeader(sip.NewHeader("Referred-By", by))
	res, err := c.a.do(ctx, req, c.peer)
	if err != nil {
		return fmt.Errorf("transfer: %w", err)
	}
	if !res.IsSuccess() {
		return fmt.Errorf("transfer: %w", &StatusError{Code: res.StatusCode, Reason: res.Reason})
	}
	for {
		select {
		case code := <-progress:
			if final, err := referred(code); final {
				return err
			}
		case <-c.ended:
			for { // the NOTIFY and the BYE came one after the other
				select {
				case code := <-progress:
					if final, err := referred(code); final {
						return err
					}
					continue
				default:
				}
				break
			}
			if end, _ := c.End(); end.By == Remote {
				return nil // we are out of it, as we asked
			}
			return fmt.Errorf("transfer: %w", c.stateError())
		case <-ctx.Done():
			return fmt.Errorf("transfer: %w", context.Cause(ctx))
		}
	}
}

// referred says what a status in a NOTIFY means; not final while it is
// provisional.
func referred(code int) (final bool, err error) {
	switch {
	case code < 200:
		return false, nil
	case code < 300:
		return true, nil
	}
	return true, fmt.Errorf("transfer: %w", &StatusError{Code: code, Reason: reason(code)})
}

// onReferNotify takes the status line in the body of a NOTIFY (message/sipfrag,
// RFC 3420) that reports on a REFER of ours.
func (a *agent) onReferNotify(tx *serverTx) {
	c := a.find(tx.req)
	if c == nil {
		tx.reply(481, nil)
		return
	}
	tx.reply(200, nil)
	f := strings.Fields(string(tx.req.Body()))
	if len(f) < 2 || !strings.HasPrefix(f[0], "SIP/") {
		return
	}
	code, err := strconv.Atoi(f[1])
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case c.referred <- code: // nil when nothing is under way
	default:
	}
}
