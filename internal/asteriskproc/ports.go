package asteriskproc

import (
	"errors"
	"fmt"
	"net"
	"sync"
)

// errNoPort reports that no free run of ports was found.
var errNoPort = errors.New("no free ports")

// Ports picks free ports on one address. Ports picked by one Ports are never
// given twice, also while nothing listens on them yet. Its zero value picks on
// 127.0.0.1.
type Ports struct {
	Address string // "" means 127.0.0.1

	mu    sync.Mutex
	given map[int]bool
	next  int
}

// portFirst to portLast are searched for ports. They lie below the range the
// kernel takes ports for outgoing connections from (32768 to 60999 on Linux),
// so that no connection takes a port between our look and Asterisk's bind.
const (
	portFirst = 20000
	portLast  = 32000
)

// Pick gives the first of n neighboring ports that nothing uses, neither on
// TCP nor on UDP. The first is even, as RTP wants it (RFC 3550, section 11).
// Another process may still take one before it is bound.
func (p *Ports) Pick(n int) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.given == nil {
		p.given = map[int]bool{}
		p.next = portFirst + startOffset()
	}
	for range portLast - portFirst {
		first := p.next + p.next%2
		if first+n > portLast {
			p.next = portFirst
			continue
		}
		p.next = first + n
		if p.free(first, n) {
			for i := range n {
				p.given[first+i] = true
			}
			return first, nil
		}
	}
	return 0, fmt.Errorf("%d ports between %d and %d: %w", n, portFirst, portLast, errNoPort)
}

// free tells whether each of n ports from first on can be bound.
func (p *Ports) free(first, n int) bool {
	ip := net.ParseIP(p.Address)
	if ip == nil {
		ip = net.IPv4(127, 0, 0, 1)
	}
	for port := first; port < first+n; port++ {
		if p.given[port] {
			return false
		}
		l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: ip, Port: port})
		if err != nil {
			return false
		}
		l.Close()
		u, err := net.ListenUDP("udp", &net.UDPAddr{IP: ip, Port: port})
		if err != nil {
			return false
		}
		u.Close()
	}
	return true
}

// startOffset spreads several processes over the range, so that two that look
// at the same time rarely pick the same ports.
func startOffset() int {
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return 0
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port * 7 % (portLast - portFirst) //nolint:forcetypeassert // a TCP listener's
}
