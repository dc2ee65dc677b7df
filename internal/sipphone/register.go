package sipphone

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// Errors of registrations.
var (
	ErrAuth    = errors.New("credentials refused")
	ErrRefused = errors.New("refused")
)

// StatusError is a final SIP status that is no success. It wraps ErrAuth for
// 401, 403 and 407, else ErrRefused.
type StatusError struct {
	Code   int
	Reason string
}

func (e *StatusError) Error() string { return fmt.Sprintf("%d %s", e.Code, e.Reason) }

// Unwrap returns ErrAuth or ErrRefused.
func (e *StatusError) Unwrap() error {
	switch e.Code {
	case 401, 403, 407:
		return ErrAuth
	}
	return ErrRefused
}

// Waits between attempts that failed: doubled from the first to the second.
const (
	firstRetry = time.Second
	lastRetry  = 8 * time.Second
)

// registration is the state of a phone at its registrar. All REGISTER of a
// phone have one Call-ID and growing CSeq (RFC 3261 section 10.2).
type registration struct {
	callID string
	turn   chan struct{} // held while a REGISTER is out

	mu      sync.Mutex
	seq     uint32
	keeping bool
	up      bool
	err     error
	changed chan struct{} // closed and replaced at every result
}

func (r *registration) init(callID string) {
	r.callID, r.turn, r.changed = callID, make(chan struct{}, 1), make(chan struct{})
	r.err = errors.New("not registered yet")
}

// Register registers the phone and, once that worked, renews the registration
// until Close. The error wraps ErrAuth when the credentials are refused,
// ErrRefused for another refusal (both as *StatusError), or the context's when
// there is no answer within Options.Timeout; nothing is tried again then.
func (p *Phone) Register(ctx context.Context) error {
	if err := p.a.ready(); err != nil {
		return err
	}
	granted, err := p.attempt(ctx)
	if err != nil {
		return err
	}
	p.keep(granted)
	return nil
}

// KeepRegistered registers in the background and goes on trying until Close,
// every second at first and every 8 s later. It returns at once; see
// WaitRegistered and Options.OnRegister.
func (p *Phone) KeepRegistered() error {
	if err := p.a.ready(); err != nil {
		return err
	}
	p.keep(0)
	return nil
}

// Registered tells whether the last REGISTER was accepted.
func (p *Phone) Registered() bool {
	p.reg.mu.Lock()
	defer p.reg.mu.Unlock()
	return p.reg.up
}

// WaitRegistered waits until the phone is registered. The error wraps the
// context's and the one of the last attempt, or is ErrNotStarted or ErrClosed.
func (p *Phone) WaitRegistered(ctx context.Context) error {
	for {
		if err := p.a.ready(); err != nil {
			return err
		}
		p.reg.mu.Lock()
		up, err, changed := p.reg.up, p.reg.err, p.reg.changed
		p.reg.mu.Unlock()
		if up {
			return nil
		}
		select {
		case <-changed:
		case <-p.a.gone:
		case <-ctx.Done():
			return fmt.Errorf("wait for registration: %w: %w", context.Cause(ctx), err)
		}
	}
}

// keep starts the goroutine that renews; a second one is not started. With
// granted 0 it begins with an attempt.
func (p *Phone) keep(granted time.Duration) {
	p.reg.mu.Lock()
	first := !p.reg.keeping
	p.reg.keeping = true
	p.reg.mu.Unlock()
	if !first {
		return
	}
	p.a.spawn(func(life context.Context) {
		pause, retry := p.renewal(granted), firstRetry
		for wait(life, pause) {
			granted, err := p.attempt(life)
			if err != nil {
				pause, retry = retry, min(2*retry, lastRetry)
				continue
			}
			pause, retry = p.renewal(granted), firstRetry
		}
	})
}

// renewal is how long after a success the next REGISTER goes out.
func (p *Phone) renewal(granted time.Duration) time.Duration {
	if p.o.Refresh > 0 && granted > 0 {
		return min(p.o.Refresh, granted/2)
	}
	return granted / 2
}

// attempt registers once, notes the result and returns the granted lifetime.
func (p *Phone) attempt(ctx context.Context) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, p.o.Timeout)
	defer cancel()
	granted, err := p.register(ctx, p.o.Expires)
	if err != nil {
		err = fmt.Errorf("register: %w", err)
	}
	r := &p.reg
	r.mu.Lock()
	same := r.up == (err == nil) && (err == nil || r.err.Error() == err.Error())
	r.up, r.err = err == nil, err
	close(r.changed)
	r.changed = make(chan struct{})
	r.mu.Unlock()
	if !same && p.o.OnRegister != nil {
		p.o.OnRegister(err)
	}
	return granted, err
}

// unregister takes the registration back, if there is one.
func (p *Phone) unregister(ctx context.Context) {
	if !p.Registered() {
		return
	}
	if _, err := p.register(ctx, 0); err != nil {
		p.a.log.Debug("unregister", "error", err)
	}
	p.reg.mu.Lock()
	p.reg.up, p.reg.err = false, ErrClosed
	p.reg.mu.Unlock()
}

// register sends one REGISTER and answers the challenge.
func (p *Phone) register(ctx context.Context, expires time.Duration) (time.Duration, error) {
	r := &p.reg
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return 0, context.Cause(ctx)
	}
	auth := credentials{p.o.AuthUser, p.o.Password}
	req := p.registerRequest(expires)
	res, err := p.a.do(ctx, req, p.server)
	for tried := 0; err == nil && auth.worthTrying(res, tried); tried++ {
		if req, err = auth.authorize(req, res); err != nil {
			break
		}
		r.mu.Lock()
		r.seq = req.CSeq().SeqNo
		r.mu.Unlock()
		res, err = p.a.do(ctx, req, p.server)
	}
	switch {
	case err != nil && ctx.Err() != nil:
		return 0, fmt.Errorf("%w: %w", ErrNoAnswer, context.Cause(ctx))
	case err != nil:
		return 0, err
	case !res.IsSuccess():
		return 0, &StatusError{Code: res.StatusCode, Reason: res.Reason}
	}
	return p.granted(res, expires), nil
}

func (p *Phone) registerRequest(expires time.Duration) *sip.Request {
	p.reg.mu.Lock()
	p.reg.seq++
	seq := p.reg.seq
	p.reg.mu.Unlock()
	user, _ := escapeUser(p.o.User) // New has checked it
	aor := sip.Uri{Scheme: "sip", User: user, Host: p.o.Domain}
	req := p.a.request(sip.REGISTER, sip.Uri{Scheme: "sip", Host: p.o.Domain}, p.reg.callID, seq)
	req.AppendHeader(&sip.FromHeader{Address: aor, Params: sip.HeaderParams{{K: "tag", V: newID()}}})
	req.AppendHeader(&sip.ToHeader{Address: aor})
	req.AppendHeader(p.a.contact(user))
	req.AppendHeader(sip.NewHeader("Expires", strconv.Itoa(int(expires/time.Second))))
	return req
}

// granted reads how long our own contact stays: a registrar lists them all.
func (p *Phone) granted(res *sip.Response, asked time.Duration) time.Duration {
	for _, h := range res.GetHeaders("Contact") {
		c, ok := h.(*sip.ContactHeader)
		if !ok || c.Address.Port != int(p.a.local.Port()) {
			continue
		}
		v, _ := c.Params.Get("expires")
		if n, err := strconv.Atoi(v); err == nil && n > 0 {
			return time.Duration(n) * time.Second
		}
	}
	return asked
}
