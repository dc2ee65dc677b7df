package sipphone

import (
	"context"
	"log/slog"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// Number is one telephone number of a Network.
type Number struct {
	Behaviour Behaviour // what happens to calls to it; default that of the network
	Tone      int       // Hz, 1 to 3999; default ToneFor of the number
}

// NetworkOptions configures a Network. Zero optional fields take the default
// named.
type NetworkOptions struct {
	// Listen is our address on loopback, host:port; required. With a fixed
	// port the trunk of the PBX can name it; with port 0 see Network.Addr.
	Listen string
	// Server is the PBX that calls go to, host:port on loopback; default none,
	// then every call must name its own.
	Server string

	Numbers map[string]Number
	// Behaviour is for numbers that say nothing themselves; default Answer(0).
	Behaviour Behaviour
	// Unknown is for numbers that are not in Numbers; default Reject(404).
	Unknown  Behaviour
	Codecs   []Codec       // default PCMA, PCMU, as telephone networks outside America have it
	MaxCalls int           // calls at the same time, more are refused with 486; default 200
	Pacer    *Pacer        // sends the sound of all calls; default none, each call sends its own
	Timeout  time.Duration // bounds what Close does before it cuts the rest; default 3 s
	Logger   *slog.Logger  // default none; numbers and names are never logged

	// OnCall is told every call that comes from a PBX. It must not block;
	// default none.
	OnCall func(*Call)
}

// Network is the telephone network on the other side of a trunk: many numbers
// behind one address, without registration. The PBX knows it by that address,
// which every request of ours comes from.
type Network struct {
	o      NetworkOptions
	listen netip.AddrPort
	server netip.AddrPort // not valid without Options.Server
	a      *agent

	mu      sync.Mutex
	numbers map[string]Number
	seen    []Invite
}

// maxSeen bounds what Received keeps.
const maxSeen = 256

// NewNetwork checks the options; it opens nothing. The error wraps
// ErrNotLoopback for an address that leaves the machine, ErrText for a bad
// number.
func NewNetwork(o NetworkOptions) (*Network, error) {
	n := &Network{numbers: make(map[string]Number)}
	var err error
	if n.listen, err = parseAddr("listen", o.Listen); err != nil {
		return nil, err
	}
	if o.Server != "" {
		if n.server, err = parseAddr("server", o.Server); err != nil {
			return nil, err
		}
	}
	for number, what := range o.Numbers {
		if err := n.SetNumber(number, what); err != nil {
			return nil, err
		}
	}
	if o.Behaviour == nil {
		o.Behaviour = Answer(0)
	}
	if o.Unknown == nil {
		o.Unknown = Reject(404)
	}
	if o.Timeout == 0 {
		o.Timeout = 3 * time.Second
	}
	if len(o.Codecs) == 0 {
		o.Codecs = []Codec{PCMA, PCMU}
	}
	if n.a, err = newAgent(o.Logger, o.Codecs, o.MaxCalls, 200); err != nil {
		return nil, err
	}
	n.o = o
	n.a.pacer = o.Pacer
	n.a.toneOf = n.Tone
	n.a.choose = n.choose
	n.a.received = n.received
	return n, nil
}

// Start opens the socket and begins to answer. The context bounds the start
// only; the network lives until Close.
func (n *Network) Start(ctx context.Context) error { return n.a.start(ctx, n.listen) }

// Close hangs up every call and waits for all goroutines of the network. It is
// safe to call it twice, and before Start.
func (n *Network) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), n.o.Timeout)
	defer cancel()
	n.a.close(ctx, func(context.Context) {})
	return nil
}

// Addr returns our SIP address; zero before Start.
func (n *Network) Addr() netip.AddrPort { return n.a.local }

// SetNumber adds a number or changes it for the calls that come from now on.
func (n *Network) SetNumber(number string, what Number) error {
	if _, err := escapeUser(number); err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.numbers[number] = what
	return nil
}

// Tone returns the frequency in Hz that a number sends, ours or not.
func (n *Network) Tone(number string) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	if t := n.numbers[number].Tone; t != 0 {
		return t
	}
	return ToneFor(number)
}

func (n *Network) choose(c *Call) Behaviour {
	n.mu.Lock()
	what, known := n.numbers[c.info.Called]
	n.mu.Unlock()
	switch {
	case !known:
		return n.o.Unknown
	case what.Behaviour == nil:
		return n.o.Behaviour
	}
	return what.Behaviour
}

func (n *Network) received(c *Call) {
	n.mu.Lock()
	n.seen = append(n.seen, c.info)
	if len(n.seen) > maxSeen {
		n.seen = slices.Delete(n.seen, 0, 1)
	}
	n.mu.Unlock()
	if n.o.OnCall != nil {
		n.o.OnCall(c)
	}
}

// Received returns what the newest 256 calls from a PBX said, oldest first:
// the number that was called, the caller's number, who is asserted.
func (n *Network) Received() []Invite {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.seen)
}

// NextCall returns the next call from a PBX that nobody has taken yet, the
// oldest first; of those that wait, the newest 64 are kept. The behaviour
// works on the call all the same.
func (n *Network) NextCall(ctx context.Context) (*Call, error) { return n.a.nextCall(ctx) }

// Calls returns the calls that have not ended, in no order.
func (n *Network) Calls() []*Call { return n.a.active() }

// CallOptions describe a call from the network into a PBX.
type CallOptions struct {
	From string // the caller's number; required
	Name string // the caller's name, UTF-8; default none
	To   string // the number that is called (DID); required
	// User is the user part of the Request-URI when it is another: carriers
	// call the account that was registered, and name the number in To.
	User string

	Server string // the PBX, host:port on loopback; default that of the network
	// Anonymous hides the caller as RFC 3323 and RFC 3325 have it: From says
	// anonymous, P-Asserted-Identity has the number, and Privacy asks to keep it.
	Anonymous bool
	Headers   []Header
	Tone      int // Hz; default Tone(From)
}

// Call places a call into a PBX and returns at once; see Call.WaitAnswered.
// The context bounds the sending only. The error is as for Phone.Dial, and
// wraps ErrNotLoopback for a server elsewhere.
func (n *Network) Call(ctx context.Context, o CallOptions) (*Call, error) {
	out := outgoing{
		server: n.server, to: o.To, user: o.User, tone: o.Tone, headers: slices.Clone(o.Headers),
		from: Party{Name: o.Name, Number: o.From}, contact: "network",
	}
	if o.Server != "" || !n.server.IsValid() {
		var err error
		if out.server, err = parseAddr("server", o.Server); err != nil {
			return nil, err
		}
	}
	out.host, out.fromHost = out.server.Addr().String(), n.listen.Addr().String()
	if out.tone == 0 {
		out.tone = n.Tone(o.From)
	}
	if o.Anonymous {
		from, err := escapeUser(o.From)
		if err != nil {
			return nil, err
		}
		out.headers = append(out.headers,
			Header{"P-Asserted-Identity", "<sip:" + from + "@" + out.fromHost + ">"}, Header{"Privacy", "id"})
		out.from, out.fromHost = Party{Name: "Anonymous", Number: "anonymous"}, "anonymous.invalid"
	}
	return n.a.dial(ctx, out)
}
