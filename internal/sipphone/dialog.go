package sipphone

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// build makes a request of this dialog: ACK, BYE, re-INVITE, and before the
// answer INVITE and CANCEL.
func (c *Call) build(m sip.RequestMethod, seq uint32) *sip.Request {
	c.mu.Lock()
	defer c.mu.Unlock()
	req := c.a.request(m, *c.target.Clone(), c.peer, c.key.callID, seq)
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
	res, err := c.a.do(ctx, c.build(sip.BYE, c.nextSeq()))
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

func (a *agent) onAck(_ context.Context, req *sip.Request, _ sip.ServerTransaction) {
	c := a.find(req)
	if c == nil || req.CSeq() == nil {
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

func (a *agent) onBye(_ context.Context, req *sip.Request, tx sip.ServerTransaction) {
	c := a.find(req)
	if c == nil {
		a.respond(tx, req, 481, nil)
		return
	}
	a.respond(tx, req, 200, nil)
	end := End{By: Remote, Code: 200, Reason: "hung up", Cause: causeOf(req)}
	c.finish(end)
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
func (a *agent) onReinvite(ctx context.Context, req *sip.Request, tx sip.ServerTransaction) {
	c := a.find(req)
	code, body := 481, []byte(nil)
	if c != nil {
		code, body = c.modify(req)
	}
	if code != 200 {
		a.respond(tx, req, code, nil)
		awaitAck(ctx, tx)
		return
	}
	c.mu.Lock()
	acked := c.expectAck(req.CSeq().SeqNo)
	c.mu.Unlock()
	res := c.response(req, 200, body)
	if err := tx.Respond(res); err != nil {
		c.noted(err)
		return
	}
	if !c.untilAck(ctx, tx, res, acked) {
		c.noted(c.sendBye(ctx))
	}
}

// onUpdate answers an UPDATE (RFC 3311), with or without an offer.
func (a *agent) onUpdate(_ context.Context, req *sip.Request, tx sip.ServerTransaction) {
	c := a.find(req)
	if c == nil {
		a.respond(tx, req, 481, nil)
		return
	}
	code, body := 200, []byte(nil)
	if len(req.Body()) > 0 {
		code, body = c.modify(req)
	} else {
		c.setRemote(req)
	}
	if err := tx.Respond(c.response(req, code, body)); err != nil {
		c.noted(err)
	}
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
	c.setRemote(req)
	c.mu.Lock()
	if h := req.Contact(); h != nil {
		c.target = *h.Address.Clone()
	}
	c.mu.Unlock()
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

// onOptions answers Asterisk's qualify (RFC 3261 section 11).
func (a *agent) onOptions(_ context.Context, req *sip.Request, tx sip.ServerTransaction) {
	a.respond(tx, req, 200, nil, a.allowHeader(), sip.NewHeader("Accept", "application/sdp"))
}

// onNotify takes message waiting and the like, and forgets it.
func (a *agent) onNotify(_ context.Context, req *sip.Request, tx sip.ServerTransaction) {
	a.respond(tx, req, 200, nil)
}

// onInfo takes telephone keys in the manner of "Signal=5", and ignores others.
func (a *agent) onInfo(_ context.Context, req *sip.Request, tx sip.ServerTransaction) {
	c := a.find(req)
	if c == nil {
		a.respond(tx, req, 481, nil)
		return
	}
	for line := range strings.Lines(string(req.Body())) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		if value = strings.TrimSpace(value); strings.EqualFold(strings.TrimSpace(key), "signal") && len(value) == 1 {
			c.media.addKey(value[0])
		}
	}
	a.respond(tx, req, 200, nil)
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
	i := slices.IndexFunc(s.codecs, func(k Codec) bool { return slices.Contains(c.codecs, k) })
	if i < 0 {
		return s, 0, fmt.Errorf("%w: no common codec", ErrMedia)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.remoteSDP = slices.Clone(body)
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
	return c.describe(description{codecs: c.codecs, event: eventPayload, dir: c.wish})
}

// describe completes a description of ours; its version grows when anything
// in it changes (RFC 3264 section 8). It is called with the lock held.
func (c *Call) describe(d description) []byte {
	d.id, d.version, d.local = c.sdpID, c.version, c.media.local()
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

// Resume ends Hold.
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
	seq := c.nextSeq()
	req := c.build(sip.INVITE, seq)
	req.AppendHeader(c.a.contact(c.contactUser))
	req.AppendHeader(c.a.allowHeader())
	setBody(req, c.offerSDP())
	tx, err := c.a.client.TransactionRequest(ctx, req, asBuilt)
	if err != nil {
		return fmt.Errorf("re-invite: %w", err)
	}
	for {
		select {
		case res := <-tx.Responses():
			if res.IsProvisional() {
				continue
			}
			if !res.IsSuccess() {
				return fmt.Errorf("re-invite: status %d %s", res.StatusCode, res.Reason)
			}
			ack := c.build(sip.ACK, seq)
			ack.SetBody(nil)
			tx.OnRetransmission(func(*sip.Response) { c.sendAck(ack.Clone()) })
			c.sendAck(ack.Clone())
			return c.agree(res.Body())
		case <-tx.Done():
			return fmt.Errorf("re-invite: %w", tx.Err())
		case <-ctx.Done():
			tx.Terminate()
			return fmt.Errorf("re-invite: %w", context.Cause(ctx))
		}
	}
}
