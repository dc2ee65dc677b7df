package sipphone

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
)

// ErrNotLoopback reports an address outside 127.0.0.0/8 and ::1. The phones of
// this package are for tests and demonstrations and never leave the machine.
var ErrNotLoopback = errors.New("not a loopback address")

// parseAddr reads host:port and refuses what is not on loopback.
func parseAddr(what, s string) (netip.AddrPort, error) {
	a, err := netip.ParseAddrPort(s)
	if err != nil {
		return a, fmt.Errorf("%s: %w", what, err)
	}
	if !a.Addr().IsLoopback() {
		return a, fmt.Errorf("%s %s: %w", what, s, ErrNotLoopback)
	}
	return a, nil
}

// socket is the UDP socket of a user agent.
//
// It refuses to write anywhere but loopback, whatever a message says, and it
// tells when somebody reads it: sipgo knows a listening socket only from then
// on, and would bind a second one for a request sent earlier.
type socket struct {
	net.PacketConn
	once  sync.Once
	ready chan struct{} // closed at the first ReadFrom
}

func listen(a netip.AddrPort) (*socket, error) {
	c, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(a))
	if err != nil {
		return nil, fmt.Errorf("sip socket: %w", err)
	}
	return &socket{PacketConn: c, ready: make(chan struct{})}, nil
}

func (s *socket) ReadFrom(b []byte) (int, net.Addr, error) {
	s.once.Do(func() { close(s.ready) })
	return s.PacketConn.ReadFrom(b)
}

func (s *socket) WriteTo(b []byte, addr net.Addr) (int, error) {
	if u, ok := addr.(*net.UDPAddr); !ok || !u.IP.IsLoopback() {
		return 0, ErrNotLoopback
	}
	return s.PacketConn.WriteTo(b, addr)
}
