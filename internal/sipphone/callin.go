package sipphone

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/emiago/sipgo/sip"
)

// onInvite serves an INVITE until its final response is acknowledged: sipgo
// ends the transaction of a handler that returns earlier.
func (a *agent) onInvite(ctx context.Context, req *sip.Request, tx sip.ServerTransaction) {
	if _, inside := req.To().Params.Get("tag"); inside {
		a.onReinvite(ctx, req, tx)
		return
	}
	c, code := a.newIncoming(req, tx)
	if code == 0 && !tx.OnCancel(func(*sip.Request) { c.cancelled() }) {
		c.cancelled()
	}
	if code != 0 {
		a.respond(tx, req, code, nil)
		awaitAck(ctx, tx)
		return
	}
	a.received(c)
	a.offer(c)
	a.behave(c, a.choose(c))
	select {
	case <-c.decided:
	case <-c.ended:
	case <-ctx.Done():
		return
	}
	c.mu.Lock()
	final, acked := c.final, c.acked
	c.mu.Unlock()
	if final == nil {
		awaitAck(ctx, tx)
		return
	}
	if !c.untilAck(ctx, tx, final, acked) {
		c.noted(c.sendBye(ctx)) // RFC 3261 section 13.3.1.4
	}
}

// behave runs a behaviour in a goroutine of its own.
func (a *agent) behave(c *Call, b Behaviour) {
	a.spawn(func(ctx context.Context) {
		ctx, stop := context.WithCancel(ctx)
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
func (a *agent) newIncoming(req *sip.Request, tx sip.ServerTransaction) (*Call, int) {
	peer, err := netip.ParseAddrPort(req.Source())
	from, to, id, contact := req.From(), req.To(), req.CallID(), req.Contact()
	if err != nil || from == nil || to == nil || id == nil || contact == nil || req.CSeq() == nil {
		return nil, 400
	}
	info := readInvite(req)
	m, err := newMedia(a.toneOf(info.Called))
	if err != nil {
		a.log.Warn("incoming call", "error", err)
		return nil, 503
	}
	c := newCall(a, id.Value(), m)
	c.isIn, c.info, c.remote = true, info, info.From
	c.decided = make(chan struct{})
	c.tx, c.invite, c.peer, c.target = tx, req.Clone(), peer, *contact.Address.Clone()
	c.contactUser = req.Recipient.User
	c.theirSeq = req.CSeq().SeqNo
	us := to.AsFrom()
	us.Params = sip.HeaderParams{{K: "tag", V: c.key.localTag}}
	them := from.AsTo()
	c.us, c.them = &us, &them
	c.setRemote(req)
	if len(req.Body()) > 0 {
		if _, err := c.negotiate(req.Body()); err != nil {
			m.close()
			a.log.Debug("incoming call", "call_id", c.ID(), "error", err)
			return nil, 488
		}
	}
	switch err := a.add(c); {
	case errors.Is(err, ErrTooMany):
		m.close()
		return nil, 486
	case err != nil:
		m.close()
		return nil, 503
	}
	return c, 0
}

func newCall(a *agent, callID string, m *media) *Call {
	return &Call{
		a: a, key: dialogKey{callID, newID()}, media: m, codecs: a.codecs,
		ringing: make(chan struct{}), answered: make(chan struct{}), ended: make(chan struct{}),
		serial: make(chan struct{}, 1), acks: make(map[uint32]chan struct{}),
		wish: sendRecv, sdpID: uint64(time.Now().UnixNano() >> 20), version: 1,
	}
}

// cancelled is called while sipgo holds the transaction, which sends the 487
// by itself: it must not touch that.
func (c *Call) cancelled() {
	c.finish(End{By: Remote, Code: 487, Reason: "cancelled"})
}

// awaitAck takes the ACK of a final response that is no 2xx.
func awaitAck(ctx context.Context, tx sip.ServerTransaction) {
	select {
	case <-tx.Acks():
	case <-tx.Done():
	case <-ctx.Done():
	}
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
	if err := c.tx.Respond(c.response(c.invite, 180, nil)); err != nil {
		return fmt.Errorf("ring: %w", c.gone(err))
	}
	c.rang()
	return nil
}

// Answer sends 200 OK and starts the audio. It does not wait for the ACK. The
// error wraps ErrEnded when the caller was faster, ErrState when the call is
// answered already or not incoming.
func (c *Call) Answer() error {
	body, err := c.finalSDP()
	if err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	res := c.response(c.invite, 200, body)
	c.mu.Lock()
	if !c.isIn || c.state != callEarly {
		c.mu.Unlock()
		return c.stateError()
	}
	c.state, c.acked = callAnswered, c.expectAck(c.invite.CSeq().SeqNo)
	c.mu.Unlock()
	defer close(c.decided)
	if err := c.tx.Respond(res); err != nil {
		return fmt.Errorf("answer: %w", c.gone(err))
	}
	c.mu.Lock()
	c.final = res
	c.mu.Unlock()
	close(c.answered)
	c.media.start(c.a.spawn)
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
	defer close(c.decided)
	err := c.tx.Respond(c.response(c.invite, code, nil))
	c.finish(End{By: Local, Code: code, Reason: reason(code)})
	if err != nil {
		return fmt.Errorf("reject: %w", err)
	}
	return nil
}

// gone turns the error of a response that can't be sent into the end of the
// call: the transaction is over, mostly by a CANCEL.
func (c *Call) gone(err error) error {
	c.finish(End{By: Remote, Code: 487, Reason: err.Error()})
	return c.stateError()
}

// response builds our answer to a request of this dialog, with our tag.
func (c *Call) response(req *sip.Request, code int, body []byte) *sip.Response {
	res := sip.NewResponseFromRequest(req, code, reason(code), nil)
	res.To().Params.Add("tag", c.key.localTag)
	if code > 100 && code < 300 {
		res.AppendHeader(c.a.contact(c.contactUser))
		res.AppendHeader(c.a.allowHeader())
	}
	setBody(res, body)
	return res
}

// untilAck repeats a 2xx until its ACK is there (RFC 3261 section 13.3.1.4);
// false when none came in 64*T1.
func (c *Call) untilAck(ctx context.Context, tx sip.ServerTransaction, res *sip.Response, acked <-chan struct{}) bool {
	interval := sip.T1
	again, giveUp := time.NewTimer(interval), time.NewTimer(64*sip.T1)
	defer again.Stop()
	defer giveUp.Stop()
	for {
		select {
		case <-acked:
			return true
		case <-c.ended:
			return true
		case <-ctx.Done():
			return true
		case <-giveUp.C:
			return false
		case <-again.C:
			if tx.Respond(res) != nil {
				return false
			}
			interval = min(2*interval, sip.T2)
			again.Reset(interval)
		}
	}
}
