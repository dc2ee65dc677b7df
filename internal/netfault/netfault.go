// Package netfault is a TCP proxy on loopback that harms what passes through
// it: latency, a rate, pieces, cuts at a byte with RST or FIN, a black hole
// without a word, half-closed connections. Tests put it before a server and
// say, while the connections run, what happens to them. It is for tests: no
// part of the gateway imports it.
//
// What waits in it is bounded: a direction of a connection holds at most
// maxPieces reads of pieceSize bytes, then its sender is not read any more.
package netfault

import (
	"errors"
	"net"
	"sync"
	"time"
)

const (
	pieceSize = 16 << 10
	maxPieces = 64
	// dialTimeout bounds the way to the target.
	dialTimeout = 5 * time.Second
)

// ErrClosed reports a Proxy that was closed.
var ErrClosed = errors.New("the proxy is closed")

// Direction is the way that bytes go.
type Direction uint8

// The two ways.
const (
	ToServer Direction = iota // from who connected to the target
	ToClient                  // from the target to who connected
)

// End is how a connection ends.
type End uint8

// The ways to end.
const (
	RST End = iota // at once, by SO_LINGER 0: what waits in the proxy is gone
	FIN            // both sides get an end of file; what they still send is swallowed
)

// faults is what happens to bytes at present.
type faults struct {
	latency time.Duration
	rate    int // bytes per second and direction of each connection; 0 any
	chunk   int // most bytes in one write; 0 any
	hole    bool
	refuse  bool
}

// cut is an armed cut.
type cut struct {
	left int64 // bytes that still pass
	dir  Direction
	how  End
}

// Proxy passes connections on to its target. Make it with New.
type Proxy struct {
	ln net.Listener
	wg sync.WaitGroup

	mu      sync.Mutex
	target  string
	conns   map[*conn]bool
	ever    int
	closed  bool
	faults  faults
	changed chan struct{} // closed and replaced when faults change
	cut     *cut
	cuts    int
	lastCut time.Time
	bytes   [2]int64
}

// New listens on a free port of 127.0.0.1 and passes what connects on to
// target, until Close.
func New(target string) (*Proxy, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &Proxy{ln: ln, target: target, conns: map[*conn]bool{}, changed: make(chan struct{})}
	p.wg.Go(p.accept)
	return p, nil
}

// Addr is where it listens, host:port.
func (p *Proxy) Addr() string { return p.ln.Addr().String() }

// SetTarget sends later connections elsewhere.
func (p *Proxy) SetTarget(addr string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.target = addr
}

// SetLatency delays all bytes by d, in both directions; 0 does not.
func (p *Proxy) SetLatency(d time.Duration) { p.change(func(f *faults) { f.latency = d }) }

// SetRate lets n bytes per second pass in each direction of each connection;
// 0 does not hold them back.
func (p *Proxy) SetRate(n int) { p.change(func(f *faults) { f.rate = n }) }

// SetChunk passes bytes on in writes of at most n bytes; 0 as they come.
func (p *Proxy) SetChunk(n int) { p.change(func(f *faults) { f.chunk = n }) }

// BlackHole swallows every byte and every end from now on, and says nothing to
// anybody. New connections are taken and get nothing. Bytes are acknowledged,
// so that only who waits for an answer can notice.
func (p *Proxy) BlackHole() { p.change(func(f *faults) { f.hole = true }) }

// Refuse resets new connections.
func (p *Proxy) Refuse(on bool) { p.change(func(f *faults) { f.refuse = on }) }

// Heal ends all faults and disarms the cut. Connections that lost bytes in a
// black hole are reset: nothing can mend them.
func (p *Proxy) Heal() {
	p.mu.Lock()
	p.cut = nil
	p.mu.Unlock()
	p.change(func(f *faults) { *f = faults{} })
	for _, c := range p.all() {
		if c.lost[ToServer].Load() || c.lost[ToClient].Load() {
			c.end(RST)
		}
	}
}

// CutAfter ends the connection that carries the n-th byte of a direction from
// now, counted over all connections, when that byte is delivered. It happens
// once; another CutAfter before takes its place.
func (p *Proxy) CutAfter(n int64, d Direction, how End) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = &cut{left: n, dir: d, how: how}
}

// Cut ends all connections now and returns how many there were.
func (p *Proxy) Cut(how End) int {
	all := p.all()
	for _, c := range all {
		p.noteCut()
		c.end(how)
	}
	return len(all)
}

// HalfClose ends one direction of all connections: its receiver gets an end of
// file, and what is still sent is swallowed. The other direction goes on.
func (p *Proxy) HalfClose(d Direction) {
	for _, c := range p.all() {
		c.shut(d)
	}
}

// Conns returns how many connections are open and how many were ever taken.
func (p *Proxy) Conns() (open, ever int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.conns), p.ever
}

// Cuts returns how many connections were cut, and when the last one was.
func (p *Proxy) Cuts() (n int, last time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cuts, p.lastCut
}

// Bytes returns how many bytes were delivered in a direction.
func (p *Proxy) Bytes(d Direction) int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.bytes[d]
}

// Close ends everything with RST and waits for it.
func (p *Proxy) Close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	_ = p.ln.Close()
	for _, c := range p.all() {
		c.end(RST)
	}
	p.wg.Wait()
}

func (p *Proxy) change(set func(*faults)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	set(&p.faults)
	close(p.changed)
	p.changed = make(chan struct{})
}

// now returns the present faults, and a channel that is closed when they change.
func (p *Proxy) now() (faults, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.faults, p.changed
}

func (p *Proxy) all() []*conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := make([]*conn, 0, len(p.conns))
	for c := range p.conns {
		all = append(all, c)
	}
	return all
}

func (p *Proxy) noteCut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cuts++
	p.lastCut = time.Now()
}

// budget says how many of n bytes may be delivered, and whether the connection
// is cut behind them.
func (p *Proxy) budget(d Direction, n int) (int, *cut) {
	p.mu.Lock()
	defer p.mu.Unlock()
	k := p.cut
	if k != nil && k.dir == d {
		if int64(n) < k.left {
			k.left -= int64(n)
			k = nil
		} else {
			n, p.cut = int(k.left), nil
		}
	} else {
		k = nil
	}
	p.bytes[d] += int64(n)
	return n, k
}
