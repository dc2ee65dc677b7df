package ami

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"
)

// Options configures a Client. A zero optional field takes the default named.
type Options struct {
	Address  string      // host:port, required
	TLS      *TLSOptions // nil: plain TCP
	Auth     string      // "plain" (default) or "md5": challenge and response
	Username string      // required
	Secret   string
	// Events is what events the server sends: "" or "on" all, "off" none, or
	// a list of classes such as "system,call". A client that does not ask for
	// the class system logs in with it, so that FullyBooted comes, and turns
	// it off then.
	Events string

	// OnMessage gets every event that belongs to no pending event list, and
	// every response that belongs to no action of this client. It is called
	// in wire order in the reader goroutine between StateUp and StateDown and
	// must not block. m is valid during the call only.
	OnMessage func(m *Message)
	// OnChange gets every change of state, in order. It must not block.
	OnChange func(Change)
	// OnIdle is called in the reader goroutine after OnMessage calls, when
	// no further whole message is buffered: the end of a batch.
	OnIdle func()

	DialTimeout   time.Duration // connection and TLS handshake, default 5 s
	LoginTimeout  time.Duration // greeting and login together, default 10 s
	BootTimeout   time.Duration // wait for FullyBooted after login, default 30 s; then the link is up without it
	PingInterval  time.Duration // default 10 s
	PingTimeout   time.Duration // within which a byte must come after a Ping, else the next Ping follows at once; default 4.5 s, at most PingInterval
	PingMisses    int           // Pings missed in a row that end the link, default 2: a silent server is found in 9 to 19 s
	ActionTimeout time.Duration // of actions without a deadline of their own, default 10 s

	BackoffMin  time.Duration // before the first reconnect, default 1 s; doubles
	BackoffMax  time.Duration // default 30 s
	AuthBackoff time.Duration // after refused credentials, default 60 s, up to 20 % more
	StableAfter time.Duration // a link up this long starts the backoff anew, default 30 s

	MaxPending int // actions in flight, default 256
	MaxQueued  int // bytes waiting to be written, default 1 MiB
	MaxItems   int // of an event list without a bound of its own, default 10,000

	Reader ReaderOptions // bounds of messages
	Logger *slog.Logger  // default: discard
	// Dial replaces net.Dialer.DialContext. TLS, when asked for, is put on
	// what it returns.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// TLSOptions configures TLS 1.2 or newer to the server, whose certificate is
// verified unless InsecureSkipVerify asks otherwise. Files are read at each
// connect, so that a new certificate is taken without a restart.
type TLSOptions struct {
	CAFile             string // PEM; empty: the system's
	ServerName         string // name to verify; empty: the host of Address
	InsecureSkipVerify bool   // take any certificate
	CertFile           string // PEM of a client certificate; empty: none
	KeyFile            string
}

// withDefaults checks o and fills in defaults.
func (o Options) withDefaults() (Options, error) {
	if _, _, err := net.SplitHostPort(o.Address); err != nil {
		return o, fmt.Errorf("address: %w", err)
	}
	switch o.Auth {
	case "":
		o.Auth = "plain"
	case "plain", "md5":
	default:
		return o, fmt.Errorf("auth: %q is neither plain nor md5", o.Auth)
	}
	if o.Username == "" {
		return o, errors.New("username: is empty")
	}
	if o.TLS != nil && (o.TLS.CertFile == "") != (o.TLS.KeyFile == "") {
		return o, errors.New("tls: certificate and key go together")
	}
	// All lines of a login must pass the encoder, so that a bad secret is
	// found now and not at each connect.
	login := NewAction("Login").Add("Username", o.Username).Add("Secret", o.Secret).Add("Events", o.Events)
	if err := login.Err(); err != nil {
		return o, err
	}
	for _, d := range []struct {
		value *time.Duration
		def   time.Duration
	}{
		{&o.DialTimeout, 5 * time.Second},
		{&o.LoginTimeout, 10 * time.Second},
		{&o.BootTimeout, 30 * time.Second},
		{&o.PingInterval, 10 * time.Second},
		{&o.PingTimeout, 4500 * time.Millisecond},
		{&o.ActionTimeout, 10 * time.Second},
		{&o.BackoffMin, time.Second},
		{&o.BackoffMax, 30 * time.Second},
		{&o.AuthBackoff, 60 * time.Second},
		{&o.StableAfter, 30 * time.Second},
	} {
		if *d.value <= 0 {
			*d.value = d.def
		}
	}
	o.PingTimeout = min(o.PingTimeout, o.PingInterval)
	for _, n := range []struct {
		value *int
		def   int
	}{
		{&o.PingMisses, 2},
		{&o.MaxPending, 256},
		{&o.MaxQueued, 1 << 20},
		{&o.MaxItems, 10_000},
	} {
		if *n.value <= 0 {
			*n.value = n.def
		}
	}
	if o.OnMessage == nil {
		o.OnMessage = func(*Message) {}
	}
	if o.OnChange == nil {
		o.OnChange = func(Change) {}
	}
	if o.OnIdle == nil {
		o.OnIdle = func() {}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	o.Logger = o.Logger.With("component", "ami", "address", o.Address, "username", o.Username)
	return o, nil
}
