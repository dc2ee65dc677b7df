package sipphone

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// Header is one more header of an INVITE.
type Header struct{ Name, Value string }

// outgoing describes a call that we place.
type outgoing struct {
	server   netip.AddrPort
	host     string // of the URIs in To and Request-URI
	to       string
	from     Party  // as shown in the From header
	fromHost string // "" is host
	contact  string
	headers  []Header
	tone     int
	auth     sipgo.DigestAuth // empty Password: none
}

// dial sends the INVITE and returns the call, which lives on its own from then
// on. The context bounds the sending only.
func (a *agent) dial(ctx context.Context, o outgoing) (*Call, error) {
	if err := a.ready(); err != nil {
		return nil, err
	}
	to, err := escapeUser(o.to)
	if err != nil {
		return nil, err
	}
	from, err := escapeUser(o.from.Number)
	if err != nil {
		return nil, err
	}
	if err := checkHeaders(o); err != nil {
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
	uri := func(user, host string) sip.Uri { return sip.Uri{Scheme: "sip", User: user, Host: host} }
	if o.fromHost == "" {
		o.fromHost = o.host
	}
	c.target = uri(to, o.server.Addr().String())
	c.target.Port = int(o.server.Port())
	c.us = &sip.FromHeader{
		DisplayName: escapeName(o.from.Name), Address: uri(from, o.fromHost),
		Params: sip.HeaderParams{{K: "tag", V: c.key.localTag}},
	}
	c.them = &sip.ToHeader{Address: uri(to, o.host)}

	req := c.build(sip.INVITE, c.seq)
	req.AppendHeader(a.contact(c.contactUser))
	req.AppendHeader(a.allowHeader())
	for _, h := range o.headers {
		req.AppendHeader(sip.NewHeader(h.Name, h.Value))
	}
	setBody(req, c.offerSDP())
	c.invite = req
	c.info.headers = req.CloneHeaders()
	if err := a.add(c); err != nil {
		m.close()
		return nil, err
	}
	tx, err := a.client.TransactionRequest(ctx, req, asBuilt)
	if err != nil {
		err = fmt.Errorf("invite: %w", err)
		c.finish(End{By: Local, Code: 503, Reason: err.Error()})
		return nil, err
	}
	if !a.spawn(func(life context.Context) { c.run(life, tx, o.auth) }) {
		tx.Terminate()
		c.finish(End{By: Local, Code: 503, Reason: ErrClosed.Error()})
		return nil, ErrClosed
	}
	return c, nil
}

func checkHeaders(o outgoing) error {
	if err := checkText("name", o.from.Name); err != nil {
		return err
	}
	for _, h := range o.headers {
		if err := checkText("header "+h.Name, h.Value); err != nil {
			return err
		}
		if _, err := escapeUser(h.Name); err != nil || strings.Contains(h.Name, "#") {
			return fmt.Errorf("header name: %w", ErrText)
		}
	}
	return nil
}

// run follows the INVITE transaction to its end.
func (c *Call) run(life context.Context, tx sip.ClientTransaction, auth sipgo.DigestAuth) {
	var giveUp <-chan time.Time
	var cancel <-chan struct{} // nil until a provisional response: before that, CANCEL is not allowed (RFC 3261 section 9.1)
	for tried := 0; ; {
		select {
		case <-life.Done():
			tx.Terminate()
			return
		case <-tx.Done():
			c.finish(End{By: Local, Code: 408, Reason: "no response"})
			return
		case <-giveUp:
			tx.Terminate()
			c.finish(End{By: Local, Code: 487, Reason: "cancelled, without response"})
			return
		case <-cancel:
			cancel, giveUp = nil, time.After(64*sip.T1)
			c.sendCancel()
		case res := <-tx.Responses():
			switch {
			case res.IsProvisional():
				if cancel == nil && giveUp == nil {
					cancel = c.cancelCh
				}
				c.progress(res)
				continue
			case res.IsSuccess():
				c.accepted(life, res, tx)
				return
			case challenged(res) && auth.Password != "" && (tried == 0 || tried == 1 && stale(res)):
				tried++
				next, err := c.retry(life, res, auth)
				if err == nil {
					tx = next
					continue
				}
				c.noted(err)
			}
			c.finish(End{By: Remote, Code: res.StatusCode, Reason: res.Reason, Cause: causeOf(res)})
			return
		}
	}
}

// retry sends the INVITE again with credentials. It works on a copy: the old
// transaction still reads the old request when it repeats its ACK.
func (c *Call) retry(ctx context.Context, res *sip.Response, auth sipgo.DigestAuth) (sip.ClientTransaction, error) {
	req := c.invite.Clone()
	tx, err := c.a.client.TransactionDigestAuth(ctx, req, res, auth)
	if err != nil {
		return nil, fmt.Errorf("authenticate: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.invite, c.seq = req, req.CSeq().SeqNo
	return tx, nil
}

func (c *Call) sendCancel() {
	c.mu.Lock()
	inv := c.invite
	c.mu.Unlock()
	req := c.build(sip.CANCEL, inv.CSeq().SeqNo)
	// The Via tells which transaction is meant.
	req.RemoveHeader("Via")
	req.PrependHeader(sip.HeaderClone(inv.Via()))
	c.a.spawn(func(ctx context.Context) {
		_, err := c.a.do(ctx, req)
		c.noted(err)
	})
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
func (c *Call) accepted(life context.Context, res *sip.Response, tx sip.ClientTransaction) {
	c.setRemote(res)
	c.mu.Lock()
	if h := res.To(); h != nil {
		c.them = sip.HeaderClone(h)
	}
	if h := res.Contact(); h != nil {
		c.target = *h.Address.Clone()
	}
	seq := c.invite.CSeq().SeqNo
	c.mu.Unlock()
	ack := c.build(sip.ACK, seq)
	ack.SetBody(nil)
	tx.OnRetransmission(func(*sip.Response) { c.sendAck(ack.Clone()) })
	c.sendAck(ack.Clone())

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
		err = c.bye(life)
	default:
		if err != nil { // an answer we can't follow
			c.noted(err)
			err = c.bye(life)
		}
	}
	c.noted(err)
}

func (c *Call) sendAck(ack *sip.Request) {
	if err := c.a.client.WriteRequest(ack, asBuilt); err != nil {
		c.noted(fmt.Errorf("ack: %w", err))
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

func challenged(res *sip.Response) bool {
	return res.StatusCode == 401 || res.StatusCode == 407
}

// stale tells whether only the nonce was refused (RFC 7616 section 3.3).
func stale(res *sip.Response) bool {
	values := headerValues(res)
	for _, v := range append(values("WWW-Authenticate"), values("Proxy-Authenticate")...) {
		if v = strings.ToLower(v); strings.Contains(v, "stale=true") || strings.Contains(v, `stale="true"`) {
			return true
		}
	}
	return false
}
