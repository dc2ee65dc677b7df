package sipphone

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// Errors of phones and networks.
var (
	ErrClosed     = errors.New("phone is closed")
	ErrNotStarted = errors.New("phone is not started")
	ErrTooMany    = errors.New("too many calls")
)

const userAgent = "dipcast-sipphone"

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
	pacer    *Pacer                  // nil: each call sends by itself
	received func(*Call)             // told of every new incoming call, must not block
	choose   func(*Call) Behaviour   // what to do with it
	toneOf   func(called string) int // the tone we send in it

	transport string                                  // UDP, TCP or TLS
	connect   func(context.Context) (net.Conn, error) // not for UDP
	encrypt   bool                                    // sound as SRTP, and no other

	conn    *net.UDPConn // nil with a connection
	stream  net.Conn
	writing sync.Mutex // held while a message is written to stream
	local   netip.AddrPort
	stop    context.CancelFunc
	gone    <-chan struct{} // closed by stop
	// spawn runs f in a goroutine that close waits for; false after close.
	spawn    func(f func(life context.Context)) bool
	incoming chan *Call // the newest calls that nobody has taken yet

	wg        sync.WaitGroup
	mu        sync.Mutex
	state     agentState
	calls     map[dialogKey]*Call
	exchanges map[string]*exchange
	servers   map[string]*serverTx
	swept     time.Time

	subscriptions map[dialogKey]*Subscription
	unasked       *Inbox // notifications without a subscription
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

func newAgent(log *slog.Logger, codecs []Codec, maxCalls, defaultCalls int) (*agent, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	if len(codecs) == 0 {
		codecs = []Codec{PCMU, PCMA}
	}
	if i := slices.IndexFunc(codecs, func(c Codec) bool { return !c.known() }); i >= 0 {
		return nil, fmt.Errorf("codec %d: %w", uint8(codecs[i]), ErrMedia)
	}
	if maxCalls == 0 {
		maxCalls = defaultCalls
	}
	return &agent{log: log, codecs: slices.Clone(codecs), maxCalls: maxCalls, unasked: newInbox(), transport: UDP}, nil
}

// start opens the socket and begins to serve. The context bounds the start
// only.
func (a *agent) start(ctx context.Context, addr netip.AddrPort) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.state != agentNew {
		return ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("start: %w", context.Cause(ctx))
	}
	read, err := a.listen(ctx, addr)
	if err != nil {
		return fmt.Errorf("sip socket: %w", err)
	}
	// The life of the agent is not that of its start.
	life, stop := context.WithCancel(context.WithoutCancel(ctx))
	a.stop, a.gone = stop, life.Done()
	a.calls, a.incoming = make(map[dialogKey]*Call), make(chan *Call, maxWaiting)
	a.exchanges, a.servers = make(map[string]*exchange), make(map[string]*serverTx)
	a.subscriptions = make(map[dialogKey]*Subscription)
	a.spawn = func(f func(context.Context)) bool {
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.state != agentUp && a.state != agentDraining {
			return false
		}
		a.wg.Go(func() { f(life) })
		return true
	}
	a.state = agentUp
	a.wg.Go(read)
	return nil
}

// listen opens the socket, or the connection to the PBX, and returns what reads
// it to its end.
func (a *agent) listen(ctx context.Context, addr netip.AddrPort) (read func(), err error) {
	if a.connect == nil {
		if a.conn, err = net.ListenUDP("udp", net.UDPAddrFromAddrPort(addr)); err != nil {
			return nil, err
		}
		a.local = netip.MustParseAddrPort(a.conn.LocalAddr().String())
		return a.read, nil
	}
	if a.stream, err = a.connect(ctx); err != nil {
		return nil, err
	}
	a.local = netip.MustParseAddrPort(a.stream.LocalAddr().String())
	return a.readStream, nil
}

// hangUpSocket ends what reads.
func (a *agent) hangUpSocket() error {
	if a.stream != nil {
		return a.stream.Close()
	}
	return a.conn.Close()
}

// close ends all calls and then everything else. The context bounds the polite
// part; what is not over by then is cut.
func (a *agent) close(ctx context.Context, polite func(context.Context)) {
	a.mu.Lock()
	before := a.state
	a.state = max(a.state, agentDraining)
	a.mu.Unlock()
	if before != agentUp {
		a.wg.Wait() // nothing yet, or another close is at work
		return
	}
	var wg sync.WaitGroup
	for _, c := range a.active() {
		wg.Go(func() { c.noted(c.Hangup(ctx)) })
	}
	wg.Go(func() { polite(ctx) })
	wg.Wait()

	a.mu.Lock()
	a.state = agentDown
	a.mu.Unlock()
	a.stop()
	if err := a.hangUpSocket(); err != nil {
		a.log.Debug("close", "error", err)
	}
	for _, c := range a.active() {
		c.finish(End{By: Local, Code: 503, Reason: "phone closed"})
	}
	a.wg.Wait()
}

// dispatch hands a new request to its handler. Handlers run in the reader's
// goroutine and wait for nothing.
func (a *agent) dispatch(tx *serverTx) {
	switch tx.req.Method {
	case sip.INVITE:
		a.onInvite(tx)
	case sip.BYE:
		a.onBye(tx)
	case sip.UPDATE:
		a.onUpdate(tx)
	case sip.INFO:
		a.onInfo(tx)
	case sip.OPTIONS: // Asterisk's qualify (RFC 3261 section 11)
		tx.reply(200, nil, a.allow(), sip.NewHeader("Accept", "application/sdp"))
	case sip.NOTIFY:
		a.onNotify(tx)
	default:
		tx.reply(405, nil, a.allow())
	}
}

// allow lists the methods we answer (RFC 3261 section 20.5).
func (a *agent) allow() sip.Header {
	methods := "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, NOTIFY"
	if !a.noUpdate {
		methods += ", UPDATE"
	}
	return sip.NewHeader("Allow", methods)
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
	tag, _ := req.To().Params.Get("tag")
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.calls[dialogKey{req.CallID().Value(), tag}]
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

// request builds a request without From, To and body.
func (a *agent) request(m sip.RequestMethod, uri sip.Uri, callID string, seq uint32) *sip.Request {
	req := sip.NewRequest(m, uri)
	id, hops := sip.CallIDHeader(callID), sip.MaxForwardsHeader(70)
	req.AppendHeader(&sip.ViaHeader{
		ProtocolName: "SIP", ProtocolVersion: "2.0", Transport: strings.ToUpper(a.transport),
		Host: a.local.Addr().String(), Port: int(a.local.Port()),
		Params: sip.HeaderParams{{K: "branch", V: newBranch()}, {K: "rport"}},
	})
	req.AppendHeader(&id)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: seq, MethodName: m})
	req.AppendHeader(&hops)
	req.AppendHeader(sip.NewHeader("User-Agent", userAgent))
	req.SetBody(nil)
	return req
}

func setBody(m sip.Message, body []byte) {
	if body != nil {
		m.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	}
	m.SetBody(body)
}

func (a *agent) contact(user string) *sip.ContactHeader {
	u := sip.Uri{Scheme: "sip", User: user, Host: a.local.Addr().String(), Port: int(a.local.Port())}
	if a.transport != UDP {
		u.UriParams = sip.HeaderParams{{K: "transport", V: a.transport}}
	}
	return &sip.ContactHeader{Address: u}
}

// newID returns a text that no other call, tag or branch has.
func newID() string { return rand.Text() }

// reasons are the phrases of the statuses we send (RFC 3261 section 21).
var reasons = map[int]string{
	100: "Trying", 180: "Ringing", 183: "Session Progress", 200: "OK",
	302: "Moved Temporarily", 400: "Bad Request", 403: "Forbidden", 404: "Not Found",
	405: "Method Not Allowed", 408: "Request Timeout", 480: "Temporarily Unavailable",
	481: "Call/Transaction Does Not Exist", 484: "Address Incomplete", 486: "Busy Here",
	487: "Request Terminated", 488: "Not Acceptable Here", 491: "Request Pending",
	500: "Server Internal Error", 503: "Service Unavailable", 600: "Busy Everywhere", 603: "Decline",
}

func reason(code int) string {
	if r := reasons[code]; r != "" {
		return r
	}
	return "Status"
}
