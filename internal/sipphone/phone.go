// Package sipphone has SIP phones and a telephone network for tests and
// demonstrations: they register, call, ring, answer, refuse, redirect and hang
// up, hold, transfer, watch the lamps of others and their own messages, send a
// tone that says who they are, and tell which tones they hear, and when.
//
// They speak SIP (RFC 3261) over UDP, and phones also over one TCP or TLS
// connection; G.711 over RTP (RFC 3550) or SRTP (RFC 3711). They do so only on
// loopback, and are no proxies: route sets are not supported. A Phone is one
// extension that registers at a PBX. A Network is the other side of a trunk:
// many numbers behind one fixed address.
//
// A message that we send is at most 4000 bytes long, what Asterisk reads.
package sipphone

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"
)

// Options configures a Phone. Zero optional fields take the default named.
type Options struct {
	Server string // the PBX, host:port on loopback; required
	User   string // user part of the address of record, and of the Contact; required

	Password string // for REGISTER and INVITE; empty: we answer no challenge
	AuthUser string // user name of the credentials; default User
	Domain   string // host of our URIs; default the host of Server
	Name     string // display name, UTF-8; default none
	Listen   string // our SIP address on loopback; default "127.0.0.1:0"

	// Transport is UDP, TCP or TLS; default UDP. With the others the phone opens
	// one connection to Server at Start, and never again.
	Transport string
	TLS       *tls.Config // for TLS: whom to trust
	Encrypt   bool        // sound as SRTP (RFC 3711), and no other

	Behaviour Behaviour // what happens to incoming calls; default Ring()
	Tone      int       // Hz of the tone we send, 1 to 3999; default ToneFor(User)
	Codecs    []Codec   // what we offer and accept, preferred first; default PCMU, PCMA
	NoUpdate  bool      // leave UPDATE out of Allow, so that Asterisk sends re-INVITE instead
	MaxCalls  int       // calls at the same time, more are refused with 486; default 8
	Pacer     *Pacer    // sends the sound of all calls; default none, each call sends its own

	Expires time.Duration // asked lifetime of a registration, whole seconds; default 2 minutes
	Refresh time.Duration // how often it is renewed; default half of what was granted
	// Timeout bounds each attempt to register, and what Close does before it
	// cuts the rest; default 3 s.
	Timeout time.Duration

	// OnCall is told every incoming call. It must not block; default none.
	OnCall func(*Call)
	// OnRegister is told every change: nil once registered, else why not. It
	// runs in the phone's goroutine and must not block; default none.
	OnRegister func(err error)
	Logger     *slog.Logger // default none; numbers and names are never logged
}

// Phone is a SIP phone with one address of record.
type Phone struct {
	o      Options
	server netip.AddrPort
	listen netip.AddrPort
	a      *agent
	reg    registration

	mu        sync.Mutex
	behaviour Behaviour
}

// New checks the options; it opens nothing. The error wraps ErrNotLoopback for
// an address that leaves the machine, ErrText for a bad user or name.
func New(o Options) (*Phone, error) {
	server, err := parseAddr("server", o.Server)
	if err != nil {
		return nil, err
	}
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	listen, err := parseAddr("listen", o.Listen)
	if err != nil {
		return nil, err
	}
	if _, err := escapeUser(o.User); err != nil {
		return nil, err
	}
	if err := checkText("name", o.Name); err != nil {
		return nil, err
	}
	if o.AuthUser == "" {
		o.AuthUser = o.User
	}
	if o.Domain == "" {
		o.Domain = server.Addr().String()
	}
	if o.Tone == 0 {
		o.Tone = ToneFor(o.User)
	}
	if o.Expires == 0 {
		o.Expires = 2 * time.Minute
	}
	if o.Timeout == 0 {
		o.Timeout = 3 * time.Second
	}
	if o.Behaviour == nil {
		o.Behaviour = Ring()
	}
	p := &Phone{o: o, server: server, listen: listen, behaviour: o.Behaviour}
	p.a, err = newAgent(o.Logger, o.Codecs, o.MaxCalls, 8)
	if err != nil {
		return nil, err
	}
	p.a.noUpdate, p.a.encrypt, p.a.pacer = o.NoUpdate, o.Encrypt, o.Pacer
	switch o.Transport {
	case "", UDP:
	case TCP, TLS:
		if o.Transport == TLS && o.TLS == nil {
			return nil, errors.New("TLS without Options.TLS")
		}
		p.a.transport = o.Transport
		p.a.connect = func(ctx context.Context) (net.Conn, error) {
			return connect(ctx, o.Transport, p.listen, p.server, o.TLS)
		}
	default:
		return nil, fmt.Errorf("transport: %w", ErrText)
	}
	p.a.toneOf = func(string) int { return o.Tone }
	if p.a.received = o.OnCall; o.OnCall == nil {
		p.a.received = func(*Call) {}
	}
	p.a.choose = func(*Call) Behaviour {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.behaviour
	}
	p.reg.init(newID())
	return p, nil
}

// Start opens the socket and begins to answer. The context bounds the start
// only; the phone lives until Close.
func (p *Phone) Start(ctx context.Context) error { return p.a.start(ctx, p.listen) }

// Close hangs up every call, ends its subscriptions, unregisters, and waits for all goroutines of the
// phone. It is safe to call it twice, and before Start.
func (p *Phone) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), p.o.Timeout)
	defer cancel()
	p.a.close(ctx, func(ctx context.Context) {
		p.unsubscribe(ctx)
		p.unregister(ctx)
	})
	return nil
}

// Addr returns our SIP address; zero before Start.
func (p *Phone) Addr() netip.AddrPort { return p.a.local }

// User returns the user part of the address of record.
func (p *Phone) User() string { return p.o.User }

// Tone returns the frequency in Hz that the phone sends in its calls.
func (p *Phone) Tone() int { return p.o.Tone }

// SetBehaviour changes what happens to the calls that come from now on.
func (p *Phone) SetBehaviour(b Behaviour) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.behaviour = b
}

// DialOptions are the optional parts of an outgoing call.
type DialOptions struct {
	Name    string   // display name; default that of the phone
	Headers []Header // further headers
	Tone    int      // Hz; default that of the phone
}

// Dial places a call and returns at once; see Call.WaitAnswered. The context
// bounds the sending only. The error wraps ErrText for a number that is none
// (letters, digits and -_.!~*+# are allowed), ErrTooMany, ErrNotStarted or
// ErrClosed.
func (p *Phone) Dial(ctx context.Context, number string, o DialOptions) (*Call, error) {
	out := outgoing{
		server: p.server, host: p.o.Domain, to: number,
		from: Party{Name: p.o.Name, Number: p.o.User}, contact: p.o.User,
		headers: o.Headers, tone: p.o.Tone,
		auth: credentials{p.o.AuthUser, p.o.Password},
	}
	if o.Name != "" {
		out.from.Name = o.Name
	}
	if o.Tone != 0 {
		out.tone = o.Tone
	}
	return p.a.dial(ctx, out)
}

// NextCall returns the next incoming call that nobody has taken yet, the
// oldest first; of those that wait, the newest 64 are kept. The behaviour
// works on the call all the same.
func (p *Phone) NextCall(ctx context.Context) (*Call, error) { return p.a.nextCall(ctx) }

// Calls returns the calls that have not ended, in no order.
func (p *Phone) Calls() []*Call { return p.a.active() }
