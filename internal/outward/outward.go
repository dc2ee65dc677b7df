// Package outward makes requests to addresses that companies have chosen:
// look-ups of callers' names, and webhooks. Such a request must not reach what
// only this machine, or its network, can reach.
package outward

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"
)

// ErrPrivate reports an address that is not of the public internet, and is not
// allowed.
var ErrPrivate = errors.New("the address is not of the public internet")

// ErrURL reports what is no address of a web server.
var ErrURL = errors.New("must be an http or https address without a login in it")

// Options configures a Client.
type Options struct {
	// Allowed are networks that may be reached although they are not public. It is
	// asked at each connection. Nil: none are.
	Allowed func() []netip.Prefix
	// Timeout bounds a request with its answer; 0 means 10 s. A context may bound
	// it further.
	Timeout time.Duration
	// PerHost bounds the connections to one host; 0 means 8.
	PerHost int
}

// NewClient gives a client that connects to public addresses, and those allowed,
// only: what a name resolves to is looked at when it connects, so a name that
// changes its address meanwhile gains nothing. It follows no redirect, knows no
// proxy and keeps no cookies. CloseIdleConnections ends what it keeps open.
func NewClient(o Options) *http.Client {
	if o.Timeout == 0 {
		o.Timeout = 10 * time.Second
	}
	if o.PerHost == 0 {
		o.PerHost = 8
	}
	d := &net.Dialer{Timeout: min(o.Timeout, 5*time.Second), ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
		return check(address, o.Allowed)
	}}
	return &http.Client{
		Timeout: o.Timeout,
		Transport: &http.Transport{
			DialContext: d.DialContext, ForceAttemptHTTP2: true, MaxConnsPerHost: o.PerHost, MaxIdleConns: 64,
			IdleConnTimeout: 90 * time.Second, TLSHandshakeTimeout: min(o.Timeout, 5*time.Second), MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func check(address string, allowed func() []netip.Prefix) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrPrivate, err)
	}
	ip := at.Addr().Unmap().WithZone("")
	if Public(ip) {
		return nil
	}
	if allowed != nil {
		for _, n := range allowed() {
			if n.Contains(ip) {
				return nil
			}
		}
	}
	return ErrPrivate
}

// special are networks that are no single public host, beside those that
// net/netip knows. Source: the registries of special-purpose addresses of IANA.
var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"),   // shared address space, RFC 6598
	netip.MustParsePrefix("192.0.0.0/24"),    // protocol assignments, RFC 6890
	netip.MustParsePrefix("192.0.2.0/24"),    // documentation, RFC 5737
	netip.MustParsePrefix("198.18.0.0/15"),   // benchmarks, RFC 2544
	netip.MustParsePrefix("198.51.100.0/24"), // documentation
	netip.MustParsePrefix("203.0.113.0/24"),  // documentation
	netip.MustParsePrefix("240.0.0.0/4"),     // reserved, with the broadcast address
	netip.MustParsePrefix("64:ff9b::/96"),    // NAT64, RFC 6052: may lead to any IPv4 address
	netip.MustParsePrefix("64:ff9b:1::/48"),  // RFC 8215
	netip.MustParsePrefix("100::/64"),        // discarded, RFC 6666
	netip.MustParsePrefix("2001::/23"),       // protocol assignments and Teredo, RFC 2928, RFC 4380
	netip.MustParsePrefix("2001:db8::/32"),   // documentation
	netip.MustParsePrefix("2002::/16"),       // 6to4, RFC 3056
	netip.MustParsePrefix("fec0::/10"),       // site-local, RFC 3879
}

// Public reports whether an address is of a host on the public internet.
func Public(ip netip.Addr) bool {
	ip = ip.Unmap()
	if !ip.IsGlobalUnicast() || ip.IsPrivate() {
		return false // loopback, link-local, multicast, unspecified; RFC 1918, RFC 4193
	}
	for _, n := range special {
		if n.Contains(ip) {
			return false
		}
	}
	return true
}

// CheckURL reports, as ErrURL, what NewClient's client would not ask at all. An
// address in the place of a name that is private and not allowed is ErrPrivate;
// what a name resolves to shows when it is connected to.
func CheckURL(text string, allowed func() []netip.Prefix) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Hostname() == "" || u.User != nil || u.Fragment != "" || (u.Scheme != "https" && u.Scheme != "http") {
		return ErrURL
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil {
		return check(netip.AddrPortFrom(ip, 1).String(), allowed)
	}
	return nil
}
