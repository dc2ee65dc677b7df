package sipphone

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"
)

// Timers of RFC 3261 section 17 and its table 4.
const (
	timerT1 = 500 * time.Millisecond
	timerT2 = 4 * time.Second
	timerB  = 64 * timerT1 // also F, H and J: how long anything is tried
)

// ErrNoAnswer reports a request that nobody answered.
var ErrNoAnswer = errors.New("no answer")

// exchange is a client transaction (RFC 3261 section 17.1). Whoever opens it
// repeats the request and reads the responses in its own goroutine; only the
// ACK of a final response is repeated by the reader, since nobody else is left
// by then.
type exchange struct {
	a         *agent
	req       *sip.Request
	raw       []byte
	to        netip.AddrPort
	key       string
	responses chan *sip.Response

	mu   sync.Mutex
	ack  []byte
	over time.Time // when it may be forgotten; zero while it is in use
}

// exchangeKey matches responses to requests (RFC 3261 section 17.1.3).
func exchangeKey(via *sip.ViaHeader, method sip.RequestMethod) string {
	branch, _ := via.Params.Get("branch")
	return branch + " " + string(method)
}

// open sends a request other than ACK for the first time.
func (a *agent) open(req *sip.Request, to netip.AddrPort) (*exchange, error) {
	raw, err := encode(req)
	if err != nil {
		return nil, err
	}
	x := &exchange{
		a: a, req: req, raw: raw, to: to, key: exchangeKey(req.Via(), req.Method),
		responses: make(chan *sip.Response, 16),
	}
	a.mu.Lock()
	a.sweep()
	a.exchanges[x.key] = x
	a.mu.Unlock()
	if err := a.send(raw, to); err != nil {
		x.close(0)
		return nil, err
	}
	return x, nil
}

// close forgets the transaction after d, in which final responses that come
// again are acknowledged again.
func (x *exchange) close(d time.Duration) {
	if d > 0 {
		x.mu.Lock()
		defer x.mu.Unlock()
		x.over = time.Now().Add(d)
		return
	}
	x.a.mu.Lock()
	defer x.a.mu.Unlock()
	delete(x.a.exchanges, x.key)
}

func (x *exchange) stale(now time.Time) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return !x.over.IsZero() && now.After(x.over)
}

// acknowledge sends the ACK, now and for every repetition of the response.
func (x *exchange) acknowledge(ack *sip.Request) error {
	raw, err := encode(ack)
	if err != nil {
		return err
	}
	x.mu.Lock()
	x.ack = raw
	x.mu.Unlock()
	return x.a.send(raw, x.to)
}

// onResponse hands a response to its transaction; others are dropped, as
// repetitions of what is over.
func (a *agent) onResponse(res *sip.Response) {
	via, seq := res.Via(), res.CSeq()
	if via == nil || seq == nil {
		return
	}
	a.mu.Lock()
	x := a.exchanges[exchangeKey(via, seq.MethodName)]
	a.mu.Unlock()
	if x == nil {
		return
	}
	x.mu.Lock()
	ack := x.ack
	x.mu.Unlock()
	if ack != nil {
		if res.IsProvisional() {
			return // late
		}
		if err := a.send(ack, x.to); err != nil {
			a.log.Debug("ack", "error", err)
		}
		return
	}
	select {
	case x.responses <- res:
	default: // the other side floods; what counts it will repeat
	}
}

// do sends a request other than INVITE and ACK, repeats it, and returns its
// final response. The error wraps ErrNoAnswer after 32 s, or the context's.
func (a *agent) do(ctx context.Context, req *sip.Request, to netip.AddrPort) (*sip.Response, error) {
	x, err := a.open(req, to)
	if err != nil {
		return nil, err
	}
	defer x.close(0)
	interval := timerT1
	again, limit := time.NewTimer(interval), time.NewTimer(timerB)
	defer again.Stop()
	defer limit.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-a.gone:
			return nil, ErrClosed
		case <-limit.C:
			return nil, ErrNoAnswer
		case <-again.C:
			if err := a.send(x.raw, to); err != nil {
				return nil, err
			}
			interval = min(2*interval, timerT2)
			again.Reset(interval)
		case res := <-x.responses:
			if !res.IsProvisional() {
				return res, nil
			}
			interval = timerT2
		}
	}
}

// credentials answer a digest challenge (RFC 3261 section 22, RFC 7616).
type credentials struct{ user, password string }

// authorize returns a copy of a request that carries the credentials a 401 or
// 407 asks for, with a new branch and the next CSeq.
func (k credentials) authorize(req *sip.Request, res *sip.Response) (*sip.Request, error) {
	challenge, answer := "WWW-Authenticate", "Authorization"
	if res.StatusCode == 407 {
		challenge, answer = "Proxy-Authenticate", "Proxy-Authorization"
	}
	h := res.GetHeader(challenge)
	if h == nil {
		return nil, fmt.Errorf("%d without a challenge: %w", res.StatusCode, ErrAuth)
	}
	chal, err := digest.ParseChallenge(h.Value())
	if err != nil {
		return nil, fmt.Errorf("challenge: %w", err)
	}
	// SIP writes algorithm=md5 too (RFC 3261 section 22.4).
	chal.Algorithm = strings.ToUpper(chal.Algorithm)
	cred, err := digest.Digest(chal, digest.Options{
		Method: string(req.Method), URI: req.Recipient.String(),
		Username: k.user, Password: k.password, Count: 1,
	})
	if err != nil {
		return nil, fmt.Errorf("challenge: %w", err)
	}
	next := req.Clone()
	next.RemoveHeader(answer)
	next.AppendHeader(sip.NewHeader(answer, cred.String()))
	next.Via().Params.Add("branch", newBranch())
	next.CSeq().SeqNo++
	return next, nil
}

// worthTrying tells whether a final response asks for credentials that we have
// and have not sent in vain: a second time only for an outdated nonce.
func (k credentials) worthTrying(res *sip.Response, tried int) bool {
	if res.StatusCode != 401 && res.StatusCode != 407 || k.password == "" {
		return false
	}
	return tried == 0 || tried == 1 && outdated(res)
}

// outdated tells whether only the nonce was refused (RFC 7616 section 3.3).
func outdated(res *sip.Response) bool {
	values := headerValues(res)
	for _, v := range append(values("WWW-Authenticate"), values("Proxy-Authenticate")...) {
		if v = strings.ToLower(v); strings.Contains(v, "stale=true") || strings.Contains(v, `stale="true"`) {
			return true
		}
	}
	return false
}

func newBranch() string { return sip.RFC3261BranchMagicCookie + newID() }
