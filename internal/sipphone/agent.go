package sipphone

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// Errors of phones and networks.
var (
	ErrClosed     = errors.New("phone is closed")
	ErrNotStarted = errors.New("phone is not started")
	ErrTooMany    = errors.New("too many calls")
)

const userAgent = "dipcast-sipphone"

// allow lists the methods we answer (RFC 3261 section 20.5).
const allow = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, NOTIFY"

// dialogKey tells the calls of one user agent apart. The far tag is not in it:
// it is not known before the other side answers.
type dialogKey struct{ callID, localTag string }

// agent is a SIP user agent on one UDP socket: what a Phone and a Network have
// in common.
type agent struct {
	log      *slog.Logger
	maxCalls int
	noUpdate bool
	codecs   []Codec
	received func(*Call)             // told of every new incoming call, must not block
	choose   func(*Call) Behaviour   // what to do with it
	toneOf   func(called string) int // the tone we send in it

	sock   *socket
	ua     *sipgo.UserAgent
	client *sipgo.Client
	local  netip.AddrPort
	stop   context.CancelFunc
	gone   <-chan struct{} // closed by stop
	// spawn runs f in a goroutine that Close waits for; false after Close.
	spawn func(f func(context.Context)) bool

	mu       sync.Mutex
	wg       sync.WaitGroup
	state    agentState
	calls    map[dialogKey]*Call
	incoming chan *Call // the newest calls that nobody has taken yet
}

type agentState uint8

const (
	agentNew agentState = iota
	agentUp
	agentDraining // no new calls; the old ones are being ended
	agentDown     // no new goroutines either
)

// maxWaiting bounds the incoming calls kept for nextCall.
const maxWaiting = 64

// start opens the socket and begins to serve. The context bounds the start
// only.
func (a *agent) start(ctx context.Context, addr netip.AddrPort) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.state != agentNew {
		return ErrClosed
	}
	quiet := slog.New(slog.DiscardHandler) // sipgo logs whole messages, and those hold numbers and names
	ua, err := sipgo.NewUA(
		sipgo.WithUserAgent(userAgent),
		sipgo.WithUserAgentTransportLayerOptions(sip.WithTransportLayerLogger(quiet)),
		sipgo.WithUserAgentTransactionLayerOptions(
			sip.WithTransactionLayerLogger(quiet),
			sip.WithTransactionLayerUnhandledResponseHandler(func(*sip.Response) {}), // late retransmissions
		))
	if err != nil {
		return fmt.Errorf("user agent: %w", err)
	}
	server, err := sipgo.NewServer(ua, sipgo.WithServerLogger(quiet))
	if err != nil {
		return fmt.Errorf("user agent: %w", err)
	}
	sock, err := listen(addr)
	if err != nil {
		return err
	}
	local := netip.MustParseAddrPort(sock.LocalAddr().String())
	client, err := sipgo.NewClient(ua, sipgo.WithClientAddr(local.String()), sipgo.WithClientNAT(),
		sipgo.WithClientLogger(quiet))
	if err != nil {
		_ = sock.Close()
		return fmt.Errorf("user agent: %w", err)
	}
	// The life of the agent is not that of the start.
	life, stop := context.WithCancel(context.WithoutCancel(ctx))
	a.sock, a.ua, a.client, a.local, a.stop, a.gone = sock, ua, client, local, stop, life.Done()
	a.calls, a.incoming = make(map[dialogKey]*Call), make(chan *Call, maxWaiting)
	a.spawn = func(f func(context.Context)) bool { return a.enter(func() { a.wg.Go(func() { f(life) }) }) }
	a.route(life, server)
	a.state = agentUp
	a.wg.Go(func() {
		if err := ua.TransportLayer().ServeUDP(sock); err != nil {
			a.log.Error("sip socket", "error", err)
		}
	})
	select {
	case <-sock.ready:
		return nil
	case <-ctx.Done():
		a.state = agentDown
		a.shut()
		a.wg.Wait() // holds the reader only, which needs no lock to end
		return fmt.Errorf("start: %w", context.Cause(ctx))
	}
}

// enter calls f unless the agent is down. While f runs, shut does not begin to
// wait, so f may add to the wait group.
func (a *agent) enter(f func()) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.state != agentUp && a.state != agentDraining {
		return false
	}
	f()
	return true
}

// route names the handlers. sipgo runs each in a goroutine of its own; they
// are counted so that close can wait for them.
func (a *agent) route(life context.Context, s *sipgo.Server) {
	on := func(m sip.RequestMethod, h func(context.Context, *sip.Request, sip.ServerTransaction)) {
		s.OnRequest(m, func(req *sip.Request, tx sip.ServerTransaction) {
			if a.enter(func() { a.wg.Add(1) }) {
				defer a.wg.Done()
				h(life, req, tx)
			}
		})
	}
	on(sip.INVITE, a.onInvite)
	on(sip.ACK, a.onAck)
	on(sip.BYE, a.onBye)
	on(sip.UPDATE, a.onUpdate)
	on(sip.OPTIONS, a.onOptions)
	on(sip.INFO, a.onInfo)
	on(sip.NOTIFY, a.onNotify)
	on(sip.CANCEL, func(_ context.Context, req *sip.Request, tx sip.ServerTransaction) {
		a.respond(tx, req, 481, nil) // the transaction layer takes those that match
	})
}

// close ends all calls and then everything else. The context bounds the polite
// part; what is not over by then is cut.
func (a *agent) close(ctx context.Context, polite func(context.Context)) {
	a.mu.Lock()
	if a.state != agentUp {
		down := a.state == agentDown || a.state == agentNew
		a.state = max(a.state, agentDraining)
		a.mu.Unlock()
		if !down {
			a.wg.Wait() // another close is at work
		}
		return
	}
	a.state = agentDraining
	a.mu.Unlock()
	var wg sync.WaitGroup
	for _, c := range a.active() {
		wg.Go(func() { c.noted(c.Hangup(ctx)) })
	}
	wg.Go(func() { polite(ctx) })
	wg.Wait()

	a.mu.Lock()
	a.state = agentDown
	a.mu.Unlock()
	a.shut()
	for _, c := range a.active() {
		c.finish(End{By: Local, Code: 503, Reason: "phone closed"})
	}
	a.wg.Wait()
}

func (a *agent) shut() {
	a.stop()
	if err := a.ua.Close(); err != nil {
		a.log.Debug("close", "error", err)
	}
	if err := a.sock.Close(); err != nil {
		a.log.Debug("close", "error", err)
	}
}

func (a *agent) ready() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch a.state {
	case agentNew:
		return ErrNotStarted
	case agentUp:
		return nil
	}
	return ErrClosed
}

// active returns the calls that have not ended, in no order.
func (a *agent) active() []*Call {
	a.mu.Lock()
	defer a.mu.Unlock()
	cs := make([]*Call, 0, len(a.calls))
	for _, c := range a.calls {
		cs = append(cs, c)
	}
	return cs
}

func (a *agent) add(c *Call) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case a.state == agentNew:
		return ErrNotStarted
	case a.state != agentUp:
		return ErrClosed
	case len(a.calls) >= a.maxCalls:
		return ErrTooMany
	}
	a.calls[c.key] = c
	return nil
}

func (a *agent) remove(c *Call) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.calls, c.key)
}

// find returns the call that a request inside a dialog belongs to, or nil.
func (a *agent) find(req *sip.Request) *Call {
	id, to := req.CallID(), req.To()
	if id == nil || to == nil {
		return nil
	}
	tag, _ := to.Params.Get("tag")
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.calls[dialogKey{id.Value(), tag}]
}

// offer keeps a call for nextCall. When nobody takes them, the oldest goes.
func (a *agent) offer(c *Call) {
	for {
		select {
		case a.incoming <- c:
			return
		default:
		}
		select {
		case <-a.incoming:
		default:
		}
	}
}

func (a *agent) nextCall(ctx context.Context) (*Call, error) {
	if err := a.ready(); err != nil {
		return nil, err
	}
	select {
	case c := <-a.incoming:
		return c, nil
	case <-a.gone:
		return nil, ErrClosed
	case <-ctx.Done():
		return nil, fmt.Errorf("no call came: %w", context.Cause(ctx))
	}
}

// request builds a request that leaves by our socket, without From and To.
func (a *agent) request(m sip.RequestMethod, uri sip.Uri, to netip.AddrPort, callID string, seq uint32) *sip.Request {
	req := sip.NewRequest(m, uri)
	req.Laddr = sip.Addr{IP: a.local.Addr().AsSlice(), Port: int(a.local.Port())}
	req.SetTransport("UDP")
	req.SetDestination(to.String())
	_ = sipgo.ClientRequestAddVia(a.client, req) // returns an error for the form only
	id, hops := sip.CallIDHeader(callID), sip.MaxForwardsHeader(70)
	req.AppendHeader(&id)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: seq, MethodName: m})
	req.AppendHeader(&hops)
	req.AppendHeader(sip.NewHeader("User-Agent", userAgent))
	return req
}

// asBuilt keeps sipgo from adding headers of its own.
func asBuilt(*sipgo.Client, *sip.Request) error { return nil }

// do sends a request other than INVITE and returns its final response.
func (a *agent) do(ctx context.Context, req *sip.Request) (*sip.Response, error) {
	req.SetBody(req.Body()) // adds Content-Length
	return a.client.Do(ctx, req, asBuilt)
}

// respond answers a request; extra headers may be nil. An error means that the
// transaction is over, and then nobody waits for the answer.
func (a *agent) respond(tx sip.ServerTransaction, req *sip.Request, code int, body []byte, extra ...sip.Header) {
	res := sip.NewResponseFromRequest(req, code, reason(code), nil)
	for _, h := range extra {
		res.AppendHeader(h)
	}
	setBody(res, body)
	if err := tx.Respond(res); err != nil {
		a.log.Debug("respond", "method", string(req.Method), "code", code, "error", err)
	}
}

func setBody(m sip.Message, body []byte) {
	if body != nil {
		m.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	}
	m.SetBody(body)
}

func (a *agent) contact(user string) *sip.ContactHeader {
	return &sip.ContactHeader{Address: sip.Uri{
		Scheme: "sip", User: user, Host: a.local.Addr().String(), Port: int(a.local.Port()),
	}}
}

func (a *agent) allowHeader() sip.Header {
	if a.noUpdate {
		return sip.NewHeader("Allow", allow)
	}
	return sip.NewHeader("Allow", allow+", UPDATE")
}

// newID returns a text that no other call or dialog has.
func newID() string { return rand.Text() }

// reason is the phrase of a status (RFC 3261 section 21).
func reason(code int) string {
	switch code {
	case 100:
		return "Trying"
	case 180:
		return "Ringing"
	case 183:
		return "Session Progress"
	case 200:
		return "OK"
	case 302:
		return "Moved Temporarily"
	case 400:
		return "Bad Request"
	case 403:
		return "Forbidden"
	case 404:
		return "Not Found"
	case 408:
		return "Request Timeout"
	case 480:
		return "Temporarily Unavailable"
	case 481:
		return "Call/Transaction Does Not Exist"
	case 486:
		return "Busy Here"
	case 487:
		return "Request Terminated"
	case 488:
		return "Not Acceptable Here"
	case 491:
		return "Request Pending"
	case 503:
		return "Service Unavailable"
	case 600:
		return "Busy Everywhere"
	case 603:
		return "Decline"
	}
	return "Status"
}
