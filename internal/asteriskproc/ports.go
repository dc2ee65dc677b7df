package asteriskproc

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
)

// errNoPort reports that no free run of ports was found.
var errNoPort = errors.New("no free ports")

// The ports from portFirst to portLast are given out in blocks. They lie below
// the range the kernel takes ports for outgoing connections from (32768 to 60999
// on Linux), so that no connection takes a port between our look and Asterisk's
// bind.
const (
	portFirst = 20000
	portLast  = 32000
	portBlock = 250
)

// Ports picks free ports on one address. What it picked is not given again, by
// it or by another process that uses Ports, until it is released or our process
// ends; also while nothing listens there yet, as with most RTP ports. Its zero
// value picks on 127.0.0.1. It may be used by any goroutine, and must not be
// copied.
//
// Keep it as long as its ports are in use: with the last reference to it what
// it has claimed is lost, and another process may get the same ports.
//
// There are 48 blocks of 250 on a machine. Close gives those of one Ports back
// when nothing listens there any more; until then they are its own.
type Ports struct {
	Address string // "" means 127.0.0.1

	mu     sync.Mutex
	given  map[int]bool
	blocks map[int]net.Listener // by first port; the listener is the claim
}

// Pick gives the first of n neighboring ports, at most 250, that nothing uses,
// neither on TCP nor on UDP. The first is even, as RTP wants it (RFC 3550,
// section 11). A program that does not use Ports may still take one before it is
// bound.
func (p *Ports) Pick(n int) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.given == nil {
		p.given, p.blocks = map[int]bool{}, map[int]net.Listener{}
	}
	for block := range p.blocks {
		if first, ok := p.within(block, n); ok {
			return first, nil
		}
	}
	for block := portFirst; block < portLast; block += portBlock {
		if p.blocks[block] != nil {
			continue
		}
		// A name without a file, gone with our process: unix(7), abstract.
		claim, err := net.Listen("unix", "@dipcast-ports-"+strconv.Itoa(block))
		if err != nil {
			continue // another process has it
		}
		p.blocks[block] = claim
		if first, ok := p.within(block, n); ok {
			return first, nil
		}
	}
	return 0, fmt.Errorf("%d ports between %d and %d: %w", n, portFirst, portLast, errNoPort)
}

// Release gives n ports from first on back.
func (p *Ports) Release(first, n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for port := first; port < first+n; port++ {
		delete(p.given, port)
	}
}

// Close gives back all ports, and the claims on them. Pick may be used again.
func (p *Ports) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, claim := range p.blocks {
		_ = claim.Close() // nothing was ever sent by it
	}
	p.given, p.blocks = nil, nil
}

// within looks for n free ports in a block.
func (p *Ports) within(block, n int) (first int, ok bool) {
	for first := block; first+n <= block+portBlock; first += 2 {
		if p.free(first, n) {
			for i := range n {
				p.given[first+i] = true
			}
			return first, true
		}
	}
	return 0, false
}

// free tells whether each of n ports from first on can be bound.
func (p *Ports) free(first, n int) bool {
	for port := first; port < first+n; port++ {
		if p.given[port] {
			return false
		}
	}
	ip := net.ParseIP(p.Address)
	if ip == nil {
		ip = net.IPv4(127, 0, 0, 1)
	}
	for port := first; port < first+n; port++ {
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
