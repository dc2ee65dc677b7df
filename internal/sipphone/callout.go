package sipphone

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// Header is one more header of an INVITE.
type Header struct{ Name, Value string }

// outgoing describes a call that we place.
type outgoing struct {
	server   netip.AddrPort
	host     string // of the URIs in To and Request-URI
	to       string
	user     string // of the Request-URI; "" is to
	from     Party  // as shown in the From header
	fromHost string // "" is host
	contact  string
	headers  []Header
	tone     int
	auth     credentials
}

// check refuses what can't be put into a message, and returns the user parts
// of the two ends.
func (o outgoing) check() (to, from string, err error) {
	if to, err = escapeUser(o.to); err != nil {
		return "", "", err
	}
	if from, err = escapeUser(o.from.Number); err != nil {
		return "", "", err
	}
	if err := checkText("name", o.from.Name); err != nil {
		return "", "", err
	}
	for _, h := range o.headers {
		if err := checkText("header", h.Value); err != nil {
			return "", "", err
		}
		if _, err := escapeUser(h.Name); err != nil || strings.Contains(h.Name, "#") {
			return "", "", fmt.Errorf("header name: %w", ErrText)
		}
	}
	return to, from, nil
}

// dial sends the INVITE and returns the call, which lives on its own from then
// on. The context bounds the sending only.
func (a *agent) dial(ctx context.Context, o outgoing) (*Call, error) {
	if err := a.ready(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("dial: %w", context.Cause(ctx))
	}
	to, from, err := o.check()
	if err != nil {
		return nil, err
	}
	m, err := newMedia(o.tone)
	if err != nil {
		return nil, err
	}
	c := newCall(a, newID(), m)
	c.cancelCh = make(chan struct{})
	c.peer, c.seq, c.contactUser = o.server, 1, o.contact
	c.info = Invite{From: o.from, To: Party{Number: o.to}, Called: o.to}
	c.remote = c.info.To
	if o.fromHost == "" {
		o.fromHost = o.host
	}
	user := to
	if o.user != "" {
		if user, err = escapeUser(o.user); err != nil {
			m.close()
			return nil, err
		}
	}
	c.target = sip.Uri{Scheme: "sip", User: user, Host: o.server.Addr().String(), Port: int(o.server.Port())}
	c.us = &sip.FromHeader{
		DisplayName: escapeName(o.from.Name), Address: sip.Uri{Scheme: "sip", User: from, Host: o.fromHost},
		Params: sip.HeaderParams{{K: "tag", V: c.key.localTag}},
	}
	c.them = &sip.ToHeader{Address: sip.Uri{Scheme: "sip", User: to, Host: o.host}}
	req := c.build(sip.INVITE, c.seq)
	req.AppendHeader(a.contact(c.contactUser))
	req.AppendHeader(a.allow())
	for _, h := range o.headers {
		req.AppendHeader(sip.NewHeader(h.Name, h.Value))
	}
	setBody(req, c.offerSDP())
	c.invite, c.info.headers = req, req.CloneHeaders()
	if err := a.add(c); err != nil {
		m.close()
		return nil, err
	}
	x, err := a.open(req, c.peer)
	if err == nil && !a.spawn(func(life context.Context) { c.run(life, x, o.auth) }) {
		x.close(0)
		err = ErrClosed
	}
	if err != nil {
		c.finish(End{By: Local, Code: 503, Reason: err.Error()})
		return nil, fmt.Errorf("invite: %w", err)
	}
	return c, nil
}

// run follows the INVITE to its final response, answering challenges.
func (c *Call) run(life context.Context, x *exchange, auth credentials) {
	for tried := 0; ; tried++ {
		res, err := c.outcome(life, x)
		if err != nil {
			x.close(0)
			code := 408
			switch {
			case errors.Is(err, errTaken):
				code = 487
			case errors.Is(err, ErrClosed):
				code = 503
			}
			c.finish(End{By: Local, Code: code, Reason: err.Error()})
			return
		}
		x.close(timerB)
		if res.IsSuccess() {
			c.accepted(life, res, x)
			return
		}
		// The ACK of another final response belongs to the transaction and has
		// its branch (RFC 3261 section 17.1.1.3).
		c.noted(x.acknowledge(c.ackRefusal(x.req, res)))
		if auth.worthTrying(res, tried) {
			if x, err = c.again(x.req, res, auth); err == nil {
				continue
			}
			c.noted(err)
		}
		c.finish(End{By: Remote, Code: res.StatusCode, Reason: res.Reason, Cause: causeOf(res)})
		return
	}
}

// errTaken reports a call that was taken back without a last word of the
// other side.
var errTaken = errors.New("cancelled")

// outcome repeats the INVITE until it is answered at all, and returns its
// final response.
func (c *Call) outcome(life context.Context, x *exchange) (*sip.Response, error) {
	interval := timerT1
	again, limit := time.NewTimer(interval), time.NewTimer(timerB)
	defer again.Stop()
	defer limit.Stop()
	// A CANCEL must wait for the first response (RFC 3261 section 9.1).
	var cancel <-chan struct{}
	taken, answered := false, false
	for {
		select {
		case <-life.Done():
			return nil, ErrClosed
		case <-again.C:
			if err := c.a.send(x.raw, x.to); err != nil {
				return nil, err
			}
			interval *= 2
			again.Reset(interval)
		case <-limit.C:
			if taken {
				return nil, errTaken
			}
			return nil, ErrNoAnswer
		case <-cancel:
			cancel, taken = nil, true
			limit.Reset(timerB)
			c.sendCancel(x.req)
		case res := <-x.responses:
			if !res.IsProvisional() {
				return res, nil
			}
			again.Stop()
			if !answered {
				answered, cancel = true, c.cancelCh
				limit.Stop() // it may ring for as long as it likes
			}
			c.progress(res)
		}
	}
}

// again sends the INVITE once more, with credentials.
func (c *Call) again(req *sip.Request, res *sip.Response, auth credentials) (*exchange, error) {
	next, err := auth.authorize(req, res)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	c.invite, c.seq = next, next.CSeq().SeqNo
	c.mu.Unlock()
	return c.a.open(next, c.peer)
}

// sendCancel takes an INVITE back; its Via tells which one.
func (c *Call) sendCancel(inv *sip.Request) {
	req := c.build(sip.CANCEL, inv.CSeq().SeqNo)
	req.Via().Params = inv.Via().Params.Clone()
	c.a.spawn(func(life context.Context) {
		_, err := c.a.do(life, req, c.peer)
		c.noted(err)
	})
}

func (c *Call) ackRefusal(inv *sip.Request, res *sip.Response) *sip.Request {
	req := c.build(sip.ACK, inv.CSeq().SeqNo)
	req.Via().Params = inv.Via().Params.Clone()
	if h := res.To(); h != nil {
		*req.To() = *sip.HeaderClone(h).(*sip.ToHeader)
	}
	return req
}

// progress takes a provisional response.
func (c *Call) progress(res *sip.Response) {
	if res.StatusCode < 180 {
		return
	}
	c.setRemote(res)
	if len(res.Body()) > 0 {
		if err := c.agree(res.Body()); err != nil {
			c.noted(err)
		} else {
			c.media.start(c.a.spawn) // early media: ringback or an announcement
		}
	}
	c.rang()
}

// accepted takes the 2xx: it makes the dialog, acknowledges and starts audio.
func (c *Call) accepted(life context.Context, res *sip.Response, x *exchange) {
	c.setRemote(res)
	c.mu.Lock()
	if h := res.To(); h != nil {
		c.them = sip.HeaderClone(h)
	}
	if h := res.Contact(); h != nil {
		c.target = *h.Address.Clone()
	}
	c.mu.Unlock()
	c.noted(x.acknowledge(c.build(sip.ACK, x.req.CSeq().SeqNo)))

	var err error
	if len(res.Body()) > 0 || c.RemoteSDP() == nil { // an answer in a 183 need not come again
		err = c.agree(res.Body())
	}
	if c.move(callEarly, callAnswered) {
		close(c.answered)
		c.media.start(c.a.spawn)
	}
	select {
	case <-c.cancelCh: // the CANCEL and the 200 crossed
		c.noted(c.sendBye(life))
	default:
		if err != nil { // an answer that we can't follow
			c.noted(err)
			c.noted(c.sendBye(life))
		}
	}
}

// Cancel takes an outgoing call back before it is answered, and waits until it
// has ended. When the answer was faster, the call is hung up instead. It
// returns an error that wraps ErrState for a call that is answered or incoming.
func (c *Call) Cancel(ctx context.Context) error {
	c.mu.Lock()
	if c.isIn || c.state != callEarly {
		over := c.state == callEnded
		c.mu.Unlock()
		if over {
			return nil
		}
		return fmt.Errorf("cancel: %w", ErrState)
	}
	select {
	case <-c.cancelCh:
	default:
		close(c.cancelCh)
	}
	c.mu.Unlock()
	_, err := c.WaitEnded(ctx)
	return err
}
