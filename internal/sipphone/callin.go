package sipphone

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/emiago/sipgo/sip"
)

// onInvite begins a call, or changes one.
func (a *agent) onInvite(tx *serverTx) {
	if _, inside := tx.req.To().Params.Get("tag"); inside {
		a.onReinvite(tx)
		return
	}
	c, code := a.newIncoming(tx)
	if code != 0 {
		tx.refuse(code)
		return
	}
	tx.mu.Lock()
	tx.onCancel = c.cancelled
	tx.mu.Unlock()
	c.noted(tx.respond(c.response(tx.req, 100, nil)))
	a.received(c)
	a.offer(c)
	a.behave(c, a.choose(c))
}

// behave runs a behaviour in a goroutine of its own.
func (a *agent) behave(c *Call, b Behaviour) {
	a.spawn(func(life context.Context) {
		ctx, stop := context.WithCancel(life)
		defer stop()
		a.wg.Go(func() { // this goroutine is counted, so the group can't be waited out
			select {
			case <-c.ended:
				stop()
			case <-ctx.Done():
			}
		})
		b(ctx, c)
	})
}

// newIncoming makes a call of an INVITE, or says with which status to refuse.
func (a *agent) newIncoming(tx *serverTx) (*Call, int) {
	req := tx.req
	from, to, contact := req.From(), req.To(), req.Contact()
	if contact == nil {
		return nil, 400
	}
	info := readInvite(req)
	m, err := newMedia(a.toneOf(info.Called))
	if err != nil {
		a.log.Warn("incoming call", "error", err)
		return nil, 503
	}
	c := newCall(a, req.CallID().Value(), m)
	c.isIn, c.info, c.remote = true, info, info.From
	c.tx, c.invite, c.peer, c.target = tx, req, tx.from, *contact.Address.Clone()
	c.contactUser = req.Recipient.User
	c.theirSeq = req.CSeq().SeqNo
	us, them := to.AsFrom(), from.AsTo()
	us.Params = sip.HeaderParams{{K: "tag", V: c.key.localTag}}
	c.us, c.them = &us, &them
	c.setRemote(req)
	if len(req.Body()) > 0 {
		if _, err := c.negotiate(req.Body()); err != nil {
			m.close()
			a.log.Debug("incoming call", "call_id", c.ID(), "error", err)
			return nil, 488
		}
	}
	if err := a.add(c); err != nil {
		m.close()
		if errors.Is(err, ErrTooMany) {
			return nil, 486
		}
		return nil, 503
	}
	return c, 0
}

func newCall(a *agent, callID string, m *media) *Call {
	m.pacer = a.pacer
	return &Call{
		a: a, key: dialogKey{callID, newID()}, media: m,
		ringing: make(chan struct{}), answered: make(chan struct{}), ended: make(chan struct{}),
		serial: make(chan struct{}, 1), acks: make(map[uint32]chan struct{}),
		wish: sendRecv, sdpID: uint64(time.Now().UnixNano() >> 20), version: 1,
	}
}

// cancelled is called by the reader when a CANCEL comes; after our answer it
// comes too late (RFC 3261 section 9.2).
func (c *Call) cancelled() {
	if !c.move(callEarly, callEnding) {
		return
	}
	c.noted(c.decline(487))
	c.finish(End{By: Remote, Code: 487, Reason: "cancelled", Cause: 0})
}

// decline sends a final response that is no 2xx and sees to its ACK.
func (c *Call) decline(code int) error {
	return c.declined(c.response(c.invite, code, nil))
}

func (c *Call) declined(res *sip.Response) error {
	err := c.tx.respond(res)
	c.a.spawn(func(life context.Context) { c.tx.untilAck(life, c.tx.acked, nil) })
	return err
}

// Ring sends 180 Ringing. It may be sent again; it returns an error that wraps
// ErrEnded or ErrState once the call is no longer ringing, or is not incoming.
func (c *Call) Ring() error {
	c.mu.Lock()
	early := c.isIn && c.state == callEarly
	c.mu.Unlock()
	if !early {
		return c.stateError()
	}
	if err := c.tx.respond(c.response(c.invite, 180, nil)); err != nil {
		return fmt.Errorf("ring: %w", err)
	}
	c.rang()
	return nil
}

// Progress sends 183 Session Progress with our session description and starts
// the audio before the answer: an announcement, a ring-back tone. Its errors
// are those of Ring, and ErrMedia.
func (c *Call) Progress() error {
	c.mu.Lock()
	early := c.isIn && c.state == callEarly
	c.mu.Unlock()
	if !early {
		return c.stateError()
	}
	body, err := c.finalSDP()
	if err != nil {
		return fmt.Errorf("progress: %w", err)
	}
	if err := c.tx.respond(c.response(c.invite, 183, body)); err != nil {
		return fmt.Errorf("progress: %w", err)
	}
	c.rang()
	c.media.start(c.a.spawn)
	return nil
}

// Redirect refuses the call with 302 and number as where to try instead. Its
// errors are those of Reject, and ErrText.
func (c *Call) Redirect(number string) error {
	user, err := escapeUser(number)
	if err != nil {
		return err
	}
	if !c.isIn || !c.move(callEarly, callEnding) {
		return c.stateError()
	}
	res := c.response(c.invite, 302, nil)
	res.AppendHeader(sip.NewHeader("Contact", "<sip:"+user+"@"+c.peer.String()+">"))
	err = c.declined(res)
	c.finish(End{By: Local, Code: 302, Reason: reason(302)})
	if err != nil {
		return fmt.Errorf("redirect: %w", err)
	}
	return nil
}

// Answer sends 200 OK and starts the audio. It does not wait for the ACK. The
// error wraps ErrEnded when the caller was faster, ErrState when the call is
// answered already or not incoming.
func (c *Call) Answer() error {
	if !c.isIn {
		return ErrState
	}
	body, err := c.finalSDP()
	if err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	c.mu.Lock()
	if c.state != callEarly {
		c.mu.Unlock()
		return c.stateError()
	}
	c.state = callAnswered
	acked := c.expectAck(c.invite.CSeq().SeqNo)
	c.acked = acked
	c.mu.Unlock()
	if err := c.tx.respond(c.response(c.invite, 200, body)); err != nil {
		c.finish(End{By: Local, Code: 503, Reason: err.Error()})
		return fmt.Errorf("answer: %w", err)
	}
	close(c.answered)
	c.media.start(c.a.spawn)
	c.a.spawn(func(life context.Context) {
		if !c.tx.untilAck(life, acked, c.ended) {
			c.noted(c.sendBye(life)) // RFC 3261 section 13.3.1.4
		}
	})
	return nil
}

// Reject refuses the call with a final status from 300 to 699.
func (c *Call) Reject(code int) error {
	if code < 300 || code > 699 {
		return fmt.Errorf("reject with %d: %w", code, ErrState)
	}
	if !c.isIn || !c.move(callEarly, callEnding) {
		return c.stateError()
	}
	err := c.decline(code)
	c.finish(End{By: Local, Code: code, Reason: reason(code)})
	if err != nil {
		return fmt.Errorf("reject: %w", err)
	}
	return nil
}

// response builds our answer to a request of this dialog, with our tag.
func (c *Call) response(req *sip.Request, code int, body []byte) *sip.Response {
	res := sip.NewResponseFromRequest(req, code, reason(code), nil)
	if code > 100 {
		res.To().Params.Add("tag", c.key.localTag)
	}
	if code > 100 && code < 300 {
		res.AppendHeader(c.a.contact(c.contactUser))
		res.AppendHeader(c.a.allow())
	}
	setBody(res, body)
	return res
}
