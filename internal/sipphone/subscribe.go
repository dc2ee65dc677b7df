package sipphone

import (
	"context"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// Event packages that Subscribe knows the body types of.
const (
	EventDialog   = "dialog"          // busy lamps, RFC 4235
	EventMessages = "message-summary" // message waiting, RFC 3842
	EventPresence = "presence"        // RFC 3856
)

// accepts are the body types asked for by event package.
var accepts = map[string]string{
	EventDialog:   "application/dialog-info+xml",
	EventMessages: "application/simple-message-summary",
	EventPresence: "application/pidf+xml",
}

// subscribeFor is the lifetime that is asked for.
const subscribeFor = 10 * time.Minute

// Subscription is one subscription of a phone (RFC 6665), renewed until it or
// the phone is closed. Its Inbox holds what was notified.
type Subscription struct {
	*Inbox
	a     *agent
	auth  credentials
	key   dialogKey
	event string
	peer  netip.AddrPort
	turn  chan struct{} // held while a SUBSCRIBE is out

	mu     sync.Mutex
	us     *sip.FromHeader
	them   *sip.ToHeader
	target sip.Uri
	seq    uint32
	closed bool
}

// Subscribe asks for the state of user: EventDialog for the lamp of an
// extension, EventMessages for the messages in its mailbox. It returns after
// the answer; the first notification follows on its own. The error wraps
// ErrAuth or ErrRefused, both as *StatusError, or the context's.
func (p *Phone) Subscribe(ctx context.Context, event, user string) (*Subscription, error) {
	if err := p.a.ready(); err != nil {
		return nil, err
	}
	to, err := escapeUser(user)
	if err != nil {
		return nil, err
	}
	us, _ := escapeUser(p.o.User) // New has checked it
	s := &Subscription{
		Inbox: newInbox(), a: p.a, auth: credentials{p.o.AuthUser, p.o.Password}, event: event,
		key: dialogKey{newID(), newID()}, peer: p.server, turn: make(chan struct{}, 1),
	}
	s.target = sip.Uri{Scheme: "sip", User: to, Host: p.server.Addr().String(), Port: int(p.server.Port())}
	s.us = &sip.FromHeader{
		Address: sip.Uri{Scheme: "sip", User: us, Host: p.o.Domain},
		Params:  sip.HeaderParams{{K: "tag", V: s.key.localTag}},
	}
	s.them = &sip.ToHeader{Address: sip.Uri{Scheme: "sip", User: to, Host: p.o.Domain}}
	p.a.mu.Lock()
	full := len(p.a.subscriptions) >= maxSubscriptions
	if !full {
		p.a.subscriptions[s.key] = s
	}
	p.a.mu.Unlock()
	if full {
		return nil, ErrTooMany
	}
	granted, err := s.send(ctx, subscribeFor)
	if err != nil {
		s.forget()
		return nil, err
	}
	p.a.spawn(func(life context.Context) {
		for wait(life, granted/2) {
			if granted, err = s.send(life, subscribeFor); err != nil {
				p.a.log.Debug("renew subscription", "event", event, "error", err)
				return // the inbox goes silent; nobody else can be told
			}
		}
	})
	return s, nil
}

// maxSubscriptions bounds the subscriptions of one phone.
const maxSubscriptions = 256

// Close ends the subscription at the PBX. It is no error that it has ended.
func (s *Subscription) Close(ctx context.Context) error {
	s.mu.Lock()
	again := s.closed
	s.closed = true
	s.mu.Unlock()
	if again {
		return nil
	}
	defer s.forget()
	_, err := s.send(ctx, 0)
	return err
}

// unsubscribe closes all subscriptions of the phone at once.
func (p *Phone) unsubscribe(ctx context.Context) {
	p.a.mu.Lock()
	var wg sync.WaitGroup
	for _, s := range p.a.subscriptions {
		wg.Go(func() {
			if err := s.Close(ctx); err != nil {
				p.a.log.Debug("unsubscribe", "event", s.event, "error", err)
			}
		})
	}
	p.a.mu.Unlock()
	wg.Wait()
}

func (s *Subscription) forget() {
	s.a.mu.Lock()
	defer s.a.mu.Unlock()
	delete(s.a.subscriptions, s.key)
}

// send sends one SUBSCRIBE, answers its challenge, and returns the lifetime.
func (s *Subscription) send(ctx context.Context, expires time.Duration) (time.Duration, error) {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return 0, fmt.Errorf("subscribe: %w", context.Cause(ctx))
	}
	s.mu.Lock()
	if s.closed && expires > 0 {
		s.mu.Unlock()
		return 0, ErrClosed
	}
	s.seq++
	req := s.a.request(sip.SUBSCRIBE, *s.target.Clone(), s.key.callID, s.seq)
	req.AppendHeader(sip.HeaderClone(s.us))
	req.AppendHeader(sip.HeaderClone(s.them))
	req.AppendHeader(s.a.contact(s.us.Address.User))
	s.mu.Unlock()
	req.AppendHeader(sip.NewHeader("Event", s.event))
	if a := accepts[s.event]; a != "" {
		req.AppendHeader(sip.NewHeader("Accept", a))
	}
	req.AppendHeader(sip.NewHeader("Expires", strconv.Itoa(int(expires/time.Second))))
	res, err := s.a.do(ctx, req, s.peer)
	for tried := 0; err == nil && s.auth.worthTrying(res, tried); tried++ {
		if req, err = s.auth.authorize(req, res); err != nil {
			break
		}
		s.mu.Lock()
		s.seq = req.CSeq().SeqNo
		s.mu.Unlock()
		res, err = s.a.do(ctx, req, s.peer)
	}
	switch {
	case err != nil:
		return 0, fmt.Errorf("subscribe: %w", err)
	case !res.IsSuccess():
		return 0, fmt.Errorf("subscribe: %w", &StatusError{Code: res.StatusCode, Reason: res.Reason})
	}
	s.mu.Lock()
	if h := res.To(); h != nil {
		s.them = sip.HeaderClone(h).(*sip.ToHeader)
	}
	if h := res.Contact(); h != nil {
		s.target = *h.Address.Clone()
	}
	s.mu.Unlock()
	if h := res.GetHeader("Expires"); h != nil {
		if n, err := strconv.Atoi(strings.TrimSpace(h.Value())); err == nil && n > 0 {
			return time.Duration(n) * time.Second, nil
		}
	}
	return subscribeFor, nil
}

// onNotify takes the state of a subscription, of a transfer, or the messages
// that a registrar tells unasked (RFC 3842 allows it, Asterisk does it).
func (a *agent) onNotify(tx *serverTx) {
	event := ""
	if h := tx.req.GetHeader("Event"); h != nil {
		event, _, _ = strings.Cut(h.Value(), ";")
		event = strings.TrimSpace(event)
	}
	if event == "refer" {
		a.onReferNotify(tx)
		return
	}
	n := Notification{Event: event, Body: append([]byte(nil), tx.req.Body()...)}
	if h := tx.req.GetHeader("Subscription-State"); h != nil {
		n.State = h.Value()
	}
	tag, inside := tx.req.To().Params.Get("tag")
	if !inside {
		a.unasked.add(n)
		tx.reply(200, nil)
		return
	}
	a.mu.Lock()
	s := a.subscriptions[dialogKey{tx.req.CallID().Value(), tag}]
	a.mu.Unlock()
	if s == nil {
		tx.reply(481, nil)
		return
	}
	s.add(n)
	tx.reply(200, nil)
}
