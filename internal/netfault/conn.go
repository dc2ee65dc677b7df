package netfault

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// conn is one connection through the proxy.
type conn struct {
	p    *Proxy
	to   [2]*net.TCPConn // by Direction: the socket that its bytes go to
	lost [2]atomic.Bool  // by Direction: bytes were swallowed, and so is what comes later
	done chan struct{}
	once sync.Once
}

// piece is what one read gave.
type piece struct {
	b  []byte
	at time.Time
}

func (p *Proxy) accept() {
	for {
		nc, err := p.ln.Accept()
		if err != nil {
			return
		}
		client, ok := nc.(*net.TCPConn)
		if !ok {
			_ = nc.Close()
			continue
		}
		p.wg.Go(func() { p.serve(client) })
	}
}

// serve carries one connection to its end.
func (p *Proxy) serve(client *net.TCPConn) {
	if f, _ := p.now(); f.refuse {
		reset(client)
		return
	}
	c := &conn{p: p, done: make(chan struct{})}
	c.to[ToClient] = client
	server, err := p.dial()
	if err != nil {
		reset(client)
		return
	}
	c.to[ToServer] = server
	if !p.add(c) {
		c.end(RST)
		return
	}
	var wg sync.WaitGroup
	for _, d := range [...]Direction{ToServer, ToClient} {
		q := make(chan piece, maxPieces)
		wg.Go(func() { c.read(d, q) })
		wg.Go(func() { c.write(d, q) })
	}
	wg.Wait()
	c.close()
	p.remove(c)
}

func (p *Proxy) dial() (*net.TCPConn, error) {
	p.mu.Lock()
	target := p.target
	p.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), dialTimeout)
	defer cancel()
	var d net.Dialer
	nc, err := d.DialContext(ctx, "tcp", target)
	if err != nil {
		return nil, err
	}
	t, ok := nc.(*net.TCPConn)
	if !ok {
		_ = nc.Close()
		return nil, errors.New("the target is not TCP")
	}
	return t, nil
}

func (p *Proxy) add(c *conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	p.ever++
	p.conns[c] = true
	return true
}

func (p *Proxy) remove(c *conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, c)
}

func reset(t *net.TCPConn) {
	_ = t.SetLinger(0)
	_ = t.Close()
}

// end ends both sides.
func (c *conn) end(how End) {
	if how == FIN {
		for d := range c.to {
			c.shut(Direction(d))
		}
		return
	}
	c.once.Do(func() {
		close(c.done)
		for _, t := range c.to {
			if t != nil {
				reset(t)
			}
		}
	})
}

// shut ends one direction; what comes for it later is swallowed.
func (c *conn) shut(d Direction) {
	c.lost[d].Store(true)
	_ = c.to[d].CloseWrite() // one that is gone needs no end
}

// swallows reports whether nothing of a direction passes any more.
func (c *conn) swallows(d Direction) bool {
	if f, _ := c.p.now(); f.hole {
		c.lost[d].Store(true)
	}
	return c.lost[d].Load()
}

// close closes what is still open.
func (c *conn) close() {
	c.once.Do(func() {
		close(c.done)
		for _, t := range c.to {
			_ = t.Close()
		}
	})
}

// read queues what comes for a direction.
func (c *conn) read(d Direction, q chan<- piece) {
	defer close(q)
	from := c.to[1-d]
	for {
		b := make([]byte, pieceSize)
		n, err := from.Read(b)
		if n > 0 {
			select {
			case q <- piece{b[:n], time.Now()}:
			case <-c.done:
				return
			}
		}
		switch {
		case err == nil:
		case errors.Is(err, io.EOF):
			return
		default:
			if !c.swallows(d) {
				c.end(RST) // it was reset: so is the other side
			}
			return
		}
	}
}

// write delivers what was queued.
func (c *conn) write(d Direction, q <-chan piece) {
	for pc := range q {
		if !c.deliver(d, pc) {
			return
		}
	}
	select {
	case <-c.done: // it ends, or ended, in another way
	default:
		if !c.swallows(d) {
			_ = c.to[d].CloseWrite() // one that is gone needs no end
		}
	}
}

// deliver writes one piece, with the faults of the moment. It returns false
// when the connection is over.
func (c *conn) deliver(d Direction, pc piece) bool {
	for {
		f, changed := c.p.now()
		left := time.Until(pc.at.Add(f.latency))
		if left <= 0 {
			break
		}
		if !c.wait(left, changed) {
			return false
		}
	}
	for b := pc.b; len(b) > 0; {
		if c.swallows(d) {
			return true
		}
		f, _ := c.p.now()
		n := len(b)
		if f.chunk > 0 {
			n = min(n, f.chunk)
		}
		if f.rate > 0 {
			n = min(n, max(f.rate/50, 1)) // some 50 writes a second
		}
		n, k := c.p.budget(d, n)
		if _, err := c.to[d].Write(b[:n]); err != nil {
			c.end(RST)
			return false
		}
		if k != nil {
			c.p.noteCut()
			c.end(k.how)
			return k.how != RST
		}
		b = b[n:]
		if f.rate > 0 && !c.wait(time.Duration(n)*time.Second/time.Duration(f.rate), nil) {
			return false
		}
	}
	return true
}

// wait waits for d, or until changed. It returns false when the connection is
// over.
func (c *conn) wait(d time.Duration, changed <-chan struct{}) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-changed:
	case <-c.done:
		return false
	}
	return true
}
