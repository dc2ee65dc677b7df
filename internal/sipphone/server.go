package sipphone

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// maxServers bounds the server transactions of a user agent; each is kept for
// 32 s. A phone of ours sees some ten, a network under load some hundred.
const maxServers = 4096

// errFinal reports a response after the final one.
var errFinal = errors.New("a final response is out already")

// serverTx is a server transaction (RFC 3261 section 17.2).
type serverTx struct {
	a    *agent
	req  *sip.Request
	from netip.AddrPort

	acked chan struct{} // closed by the ACK of a final response that is no 2xx

	mu       sync.Mutex
	last     []byte    // the response that a repeated request gets
	final    int       // its status once it is final, else 0
	since    time.Time // of the final response
	onCancel func()
}

// serverKey matches requests to transactions (RFC 3261 section 17.2.3).
func serverKey(req *sip.Request, method sip.RequestMethod) (string, bool) {
	via, seq := req.Via(), req.CSeq()
	if via == nil || seq == nil || req.From() == nil || req.To() == nil || req.CallID() == nil {
		return "", false
	}
	branch, ok := via.Params.Get("branch")
	if !ok || !strings.HasPrefix(branch, sip.RFC3261BranchMagicCookie) {
		return "", false // RFC 2543 is not spoken here
	}
	return branch + " " + via.SentBy() + " " + string(method), true
}

// onRequest finds the transaction of a request or begins one.
func (a *agent) onRequest(req *sip.Request, from netip.AddrPort) {
	method := req.Method
	if method == sip.ACK {
		method = sip.INVITE
	}
	key, ok := serverKey(req, method)
	if !ok {
		return // there is no way to answer what has no proper Via
	}
	a.mu.Lock()
	if a.state != agentUp && a.state != agentDraining {
		a.mu.Unlock()
		return
	}
	a.sweep()
	tx := a.servers[key]
	known := tx != nil
	if !known && req.Method != sip.ACK && len(a.servers) < maxServers {
		tx = &serverTx{a: a, req: req, from: from, acked: make(chan struct{})}
		a.servers[key] = tx
	}
	a.mu.Unlock()

	switch {
	case req.Method == sip.ACK && known:
		tx.ack()
	case req.Method == sip.ACK:
		a.onAck(req)
	case tx == nil: // too many; the other side tries again
	case known:
		tx.repeat()
	case req.Method == sip.CANCEL:
		a.onCancel(req, tx)
	default:
		a.dispatch(tx)
	}
}

// onCancel answers a CANCEL and then ends the INVITE it names (RFC 3261
// section 9.2).
func (a *agent) onCancel(req *sip.Request, tx *serverTx) {
	key, _ := serverKey(req, sip.INVITE)
	a.mu.Lock()
	inv := a.servers[key]
	a.mu.Unlock()
	if inv == nil {
		tx.reply(481, nil)
		return
	}
	tx.reply(200, nil)
	inv.mu.Lock()
	cancel := inv.onCancel
	inv.mu.Unlock()
	if cancel != nil {
		cancel()
	}
}

// respond sends a response. The first final one wins; later ones return
// errFinal.
func (tx *serverTx) respond(res *sip.Response) error {
	raw, err := encode(res)
	if err != nil {
		return err
	}
	tx.mu.Lock()
	if tx.final != 0 {
		tx.mu.Unlock()
		return errFinal
	}
	tx.last = raw
	if !res.IsProvisional() {
		tx.final, tx.since = res.StatusCode, time.Now()
	}
	tx.mu.Unlock()
	return tx.a.send(raw, tx.from)
}

// reply sends a final response that needs no care: the request is repeated if
// it got lost.
func (tx *serverTx) reply(code int, body []byte, extra ...sip.Header) {
	res := sip.NewResponseFromRequest(tx.req, code, reason(code), nil)
	for _, h := range extra {
		res.AppendHeader(h)
	}
	setBody(res, body)
	if err := tx.respond(res); err != nil {
		tx.a.log.Debug("respond", "method", string(tx.req.Method), "code", code, "error", err)
	}
}

// refuse replies to an INVITE with a final response that is no 2xx, and
// repeats that until it is acknowledged.
func (tx *serverTx) refuse(code int) {
	tx.reply(code, nil)
	tx.a.spawn(func(life context.Context) { tx.untilAck(life, tx.acked, nil) })
}

// repeat answers a repeated request with what it got before.
func (tx *serverTx) repeat() {
	tx.mu.Lock()
	last := tx.last
	tx.mu.Unlock()
	if last == nil {
		return
	}
	if err := tx.a.send(last, tx.from); err != nil {
		tx.a.log.Debug("respond", "error", err)
	}
}

func (tx *serverTx) ack() {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	if tx.final < 300 { // the ACK of a 2xx has a branch of its own
		return
	}
	select {
	case <-tx.acked:
	default:
		close(tx.acked)
	}
}

// untilAck repeats the final response to an INVITE until its ACK is there or
// over is closed (timer G and H; RFC 3261 section 13.3.1.4 for a 2xx). It
// returns false when no ACK came in 32 s.
func (tx *serverTx) untilAck(life context.Context, acked, over <-chan struct{}) bool {
	interval := timerT1
	again, limit := time.NewTimer(interval), time.NewTimer(timerB)
	defer again.Stop()
	defer limit.Stop()
	for {
		select {
		case <-acked:
			return true
		case <-over:
			return true
		case <-life.Done():
			return true
		case <-limit.C:
			return false
		case <-again.C:
			tx.repeat()
			interval = min(2*interval, timerT2)
			again.Reset(interval)
		}
	}
}

// stale tells whether no repetition of the request can come any more.
func (tx *serverTx) stale(now time.Time) bool {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	return tx.final != 0 && now.Sub(tx.since) > timerB
}

// sweep forgets what is over, at most every 5 s. It is called with the lock of
// the agent held.
func (a *agent) sweep() {
	const pause = 5 * time.Second
	now := time.Now()
	if now.Sub(a.swept) < pause {
		return
	}
	a.swept = now
	for key, x := range a.exchanges {
		if x.stale(now) {
			delete(a.exchanges, key)
		}
	}
	for key, tx := range a.servers {
		if tx.stale(now) {
			delete(a.servers, key)
		}
	}
}
