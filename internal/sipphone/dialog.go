package sipphone

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// build makes a request of this dialog: ACK, BYE, re-INVITE, and before the
// answer INVITE and CANCEL.
func (c *Call) build(m sip.RequestMethod, seq uint32) *sip.Request {
	c.mu.Lock()
	defer c.mu.Unlock()
	req := c.a.request(m, *c.target.Clone(), c.key.callID, seq)
	req.AppendHeader(sip.HeaderClone(c.us))
	req.AppendHeader(sip.HeaderClone(c.them))
	return req
}

func (c *Call) nextSeq() uint32 {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seq++
	return c.seq
}

// bye hangs up an answered call. The callee waits for the ACK first, as RFC
// 3261 section 15 wants.
func (c *Call) bye(ctx context.Context) error {
	if c.isIn {
		c.mu.Lock()
		acked := c.acked
		c.mu.Unlock()
		select {
		case <-acked:
		case <-c.ended:
		case <-ctx.Done():
		}
	}
	return c.sendBye(ctx)
}

func (c *Call) sendBye(ctx context.Context) error {
	if !c.move(callAnswered, callEnding) {
		_, err := c.WaitEnded(ctx)
		return err
	}
	res, err := c.a.do(ctx, c.build(sip.BYE, c.nextSeq()), c.peer)
	end := End{By: Local, Code: 200, Reason: "hung up"}
	if err == nil && res.StatusCode >= 300 && res.StatusCode != 481 { // 481: their BYE was faster
		err = fmt.Errorf("status %d", res.StatusCode)
	}
	c.finish(end)
	if err != nil {
		return fmt.Errorf("bye: %w", err)
	}
	return nil
}

// onAck takes the ACK of a 2xx.
func (a *agent) onAck(req *sip.Request) {
	c := a.find(req)
	if c == nil {
		return
	}
	c.mu.Lock()
	ch := c.acks[req.CSeq().SeqNo]
	delete(c.acks, req.CSeq().SeqNo)
	c.mu.Unlock()
	if ch == nil {
		return
	}
	if len(req.Body()) > 0 { // the answer to an offer that we made in a 200
		c.noted(c.agree(req.Body()))
	}
	close(ch)
}

// expectAck is called with the lock held.
func (c *Call) expectAck(seq uint32) <-chan struct{} {
	ch := make(chan struct{})
	c.acks[seq] = ch
	return ch
}

func (a *agent) onBye(tx *serverTx) {
	c := a.find(tx.req)
	if c == nil {
		tx.reply(481, nil)
		return
	}
	tx.reply(200, nil)
	c.finish(End{By: Remote, Code: 200, Reason: "hung up", Cause: causeOf(tx.req)})
}

// causeOf reads the Q.850 cause of a Reason header (RFC 3326); 0 without.
func causeOf(m sip.Message) int {
	for _, v := range headerValues(m)("Reason") {
		if !strings.HasPrefix(strings.ToUpper(v), "Q.850") {
			continue
		}
		for p := range strings.SplitSeq(v, ";") {
			if n, ok := strings.CutPrefix(strings.TrimSpace(p), "cause="); ok {
				cause, _ := strconv.Atoi(n) // nonsense counts as not told
				return cause
			}
		}
	}
	return 0
}

// onReinvite answers an INVITE inside a dialog: a new party, hold, a move of
// the media.
func (a *agent) onReinvite(tx *serverTx) {
	c := a.find(tx.req)
	if c == nil {
		tx.refuse(481)
		return
	}
	code, body := c.modify(tx.req)
	if code != 200 {
		tx.refuse(code)
		return
	}
	c.mu.Lock()
	acked := c.expectAck(tx.req.CSeq().SeqNo)
	c.mu.Unlock()
	if err := tx.respond(c.response(tx.req, 200, body)); err != nil {
		c.noted(err)
		return
	}
	a.spawn(func(life context.Context) {
		if !tx.untilAck(life, acked, c.ended) {
			c.noted(c.sendBye(life))
		}
	})
}

// onUpdate answers an UPDATE (RFC 3311), with or without an offer.
func (a *agent) onUpdate(tx *serverTx) {
	c := a.find(tx.req)
	if c == nil {
		tx.reply(481, nil)
		return
	}
	code, body := 200, []byte(nil)
	if len(tx.req.Body()) > 0 {
		code, body = c.modify(tx.req)
	} else {
		c.setRemote(tx.req)
	}
	c.noted(tx.respond(c.response(tx.req, code, body)))
}

// modify takes the new party and offer of a request inside the dialog and
// returns our status and session description.
func (c *Call) modify(req *sip.Request) (int, []byte) {
	select {
	case c.serial <- struct{}{}:
		defer func() { <-c.serial }()
	default:
		return 491, nil // ours is under way (RFC 3261 section 14.2)
	}
	c.mu.Lock()
	if seq := req.CSeq().SeqNo; seq <= c.theirSeq { // overtaken by a later one (RFC 3261 section 12.2.2)
		c.mu.Unlock()
		return 500, nil
	}
	c.theirSeq = req.CSeq().SeqNo
	if h := req.Contact(); h != nil {
		c.target = *h.Address.Clone()
	}
	c.mu.Unlock()
	c.setRemote(req)
	if len(req.Body()) == 0 {
		return 200, c.offerSDP()
	}
	body, err := c.negotiate(req.Body())
	if err != nil {
		c.noted(err)
		return 488, nil
	}
	return 200, body
}

// onInfo takes telephone keys in the manner of "Signal=5", and ignores others.
func (a *agent) onInfo(tx *serverTx) {
	c := a.find(tx.req)
	if c == nil {
		tx.reply(481, nil)
		return
	}
	for line := range strings.Lines(string(tx.req.Body())) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		if value = strings.TrimSpace(value); strings.EqualFold(strings.TrimSpace(key), "signal") && len(value) == 1 {
			c.media.addKey(value[0])
		}
	}
	tx.reply(200, nil)
}

// negotiate follows an offer and returns the answer.
func (c *Call) negotiate(offer []byte) ([]byte, error) {
	s, codec, err := c.follow(offer)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.describe(description{
		codecs: []Codec{codec}, event: s.event, dir: c.wish.and(s.dir.reverse()), lines: s.lines, at: s.audio,
	}), nil
}

// agree follows the answer to our offer.
func (c *Call) agree(answer []byte) error {
	_, _, err := c.follow(answer)
	return err
}

// follow sets the media after a description of the other side.
func (c *Call) follow(body []byte) (session, Codec, error) {
	s, err := parseSDP(body)
	if err != nil {
		return s, 0, err
	}
	if s.secure != c.a.encrypt || s.secure && s.crypto == "" {
		return s, 0, fmt.Errorf("%w: SRTP %v, with a key of ours %v", ErrMedia, s.secure, s.crypto != "")
	}
	i := slices.IndexFunc(s.codecs, func(k Codec) bool { return slices.Contains(c.a.codecs, k) })
	if i < 0 {
		return s, 0, fmt.Errorf("%w: no common codec", ErrMedia)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.remoteSDP = slices.Clone(body)
	if s.secure {
		c.cryptoTag = s.crypto
		if err := c.media.secure(s.key); err != nil {
			return s, 0, err
		}
	}
	c.media.set(s.addr, s.codecs[i], s.event, c.wish.and(s.dir.reverse()))
	return s, s.codecs[i], nil
}

// finalSDP is what the 200 to the first INVITE carries: the answer, or our
// offer when the INVITE had none.
func (c *Call) finalSDP() ([]byte, error) {
	if c.isIn && len(c.invite.Body()) > 0 {
		return c.negotiate(c.invite.Body())
	}
	return c.offerSDP(), nil
}

func (c *Call) offerSDP() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.describe(description{codecs: c.a.codecs, event: eventPayload, dir: c.wish})
}

// describe completes a description of ours; its version grows when anything
// in it changes (RFC 3264 section 8). It is called with the lock held.
func (c *Call) describe(d description) []byte {
	d.id, d.version, d.local = c.sdpID, c.version, c.media.local()
	if c.a.encrypt {
		d.crypto = cmp.Or(c.cryptoTag, "1") + " " + cryptoSuite + " " + c.media.key.inline()
	}
	if body := d.bytes(); c.localSDP == nil || slices.Equal(body, c.localSDP) {
		c.localSDP = body
		return body
	}
	c.version++
	d.version = c.version
	c.localSDP = d.bytes()
	return c.localSDP
}

// Hold asks the other side to stop sending, as the hold key of a phone does.
func (c *Call) Hold(ctx context.Context) error { return c.reinvite(ctx, sendOnly) }

// HoldBoth asks the other side to stop sending and stops sending itself, as
// phones do that hold with "inactive".
func (c *Call) HoldBoth(ctx context.Context) error { return c.reinvite(ctx, inactive) }

// Resume ends Hold and HoldBoth.
func (c *Call) Resume(ctx context.Context) error { return c.reinvite(ctx, sendRecv) }

// reinvite offers a new direction. Asterisk asks for no credentials inside a
// dialog, so a challenge is an error here.
func (c *Call) reinvite(ctx context.Context, wish direction) error {
	select {
	case c.serial <- struct{}{}:
		defer func() { <-c.serial }()
	case <-ctx.Done():
		return fmt.Errorf("re-invite: %w", context.Cause(ctx))
	}
	c.mu.Lock()
	if c.state != callAnswered {
		c.mu.Unlock()
		return c.stateError()
	}
	c.wish = wish
	c.mu.Unlock()
	req := c.build(sip.INVITE, c.nextSeq())
	req.AppendHeader(c.a.contact(c.contactUser))
	req.AppendHeader(c.a.allow())
	setBody(req, c.offerSDP())
	x, err := c.a.open(req, c.peer)
	if err != nil {
		return fmt.Errorf("re-invite: %w", err)
	}
	defer x.close(timerB)
	res, err := c.final(ctx, x)
	if err != nil {
		return fmt.Errorf("re-invite: %w", err)
	}
	if !res.IsSuccess() {
		c.noted(x.acknowledge(c.ackRefusal(req, res)))
		return fmt.Errorf("re-invite: %w", &StatusError{Code: res.StatusCode, Reason: res.Reason})
	}
	c.noted(x.acknowledge(c.build(sip.ACK, req.CSeq().SeqNo)))
	return c.agree(res.Body())
}

// final repeats an INVITE inside the dialog until its final response.
func (c *Call) final(ctx context.Context, x *exchange) (*sip.Response, error) {
	interval := timerT1
	again, limit := time.NewTimer(interval), time.NewTimer(timerB)
	defer again.Stop()
	defer limit.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-c.ended:
			return nil, c.stateError()
		case <-limit.C:
			return nil, ErrNoAnswer
		case <-again.C:
			if err := c.a.send(x.raw, x.to); err != nil {
				return nil, err
			}
			interval *= 2
			again.Reset(interval)
		case res := <-x.responses:
			if !res.IsProvisional() {
				return res, nil
			}
			again.Stop()
		}
	}
}
