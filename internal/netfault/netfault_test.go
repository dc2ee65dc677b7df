package netfault_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/internal/netfault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// echo is a server that sends back what it gets, and keeps it.
type echo struct {
	ln net.Listener
	wg sync.WaitGroup

	mu    sync.Mutex
	got   []byte
	ends  []error // how connections ended
	conns []net.Conn
}

func newEcho(t *testing.T) *echo {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	e := &echo{ln: ln}
	e.wg.Go(func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			e.mu.Lock()
			e.conns = append(e.conns, c)
			e.mu.Unlock()
			e.wg.Go(func() { e.serve(c) })
		}
	})
	t.Cleanup(func() {
		ln.Close()
		e.mu.Lock()
		for _, c := range e.conns {
			c.Close()
		}
		e.mu.Unlock()
		e.wg.Wait()
	})
	return e
}

func (e *echo) serve(c net.Conn) {
	defer c.Close()
	b := make([]byte, 4096)
	for {
		n, err := c.Read(b)
		e.mu.Lock()
		e.got = append(e.got, b[:n]...)
		e.mu.Unlock()
		if err == nil {
			_, err = c.Write(b[:n])
		}
		if err != nil {
			e.mu.Lock()
			e.ends = append(e.ends, err)
			e.mu.Unlock()
			return
		}
	}
}

func (e *echo) received() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return string(e.got)
}

// ended waits for the end of the n-th connection.
func (e *echo) ended(t *testing.T, n int) error {
	t.Helper()
	var err error
	until(t, "the server's end", func() bool {
		e.mu.Lock()
		defer e.mu.Unlock()
		if len(e.ends) >= n {
			err = e.ends[n-1]
		}
		return err != nil
	})
	return err
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	limit := time.After(20 * time.Second)
	for !ok() {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

func start(t *testing.T) (*echo, *netfault.Proxy) {
	t.Helper()
	e := newEcho(t)
	p, err := netfault.New(e.ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return e, p
}

func dial(t *testing.T, p *netfault.Proxy) *net.TCPConn {
	t.Helper()
	c, err := net.Dial("tcp", p.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return c.(*net.TCPConn)
}

func say(t *testing.T, c net.Conn, text string) {
	t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
}

func hear(t *testing.T, c net.Conn, want string) {
	t.Helper()
	b := make([]byte, len(want))
	if n, err := io.ReadFull(c, b); err != nil || string(b) != want {
		t.Fatalf("heard %q, %v; want %q", b[:n], err, want)
	}
}

func TestPasses(t *testing.T) {
	e, p := start(t)
	c := dial(t, p)
	text := strings.Repeat("0123456789abcdef", 20000)
	go func() {
		_, _ = io.WriteString(c, text)
		_ = c.CloseWrite()
	}()
	got, err := io.ReadAll(c) // to the end of file that the server's close gives
	if err != nil || string(got) != text {
		t.Errorf("%d bytes back, %v", len(got), err)
	}
	if err := e.ended(t, 1); !errors.Is(err, io.EOF) {
		t.Errorf("the server's end: %v", err)
	}
	if p.Bytes(netfault.ToServer) != int64(len(text)) || p.Bytes(netfault.ToClient) != int64(len(text)) {
		t.Errorf("counted %d and %d", p.Bytes(netfault.ToServer), p.Bytes(netfault.ToClient))
	}
	until(t, "closed", func() bool { open, ever := p.Conns(); return open == 0 && ever == 1 })
}

func TestLatency(t *testing.T) {
	_, p := start(t)
	c := dial(t, p)
	p.SetLatency(50 * time.Millisecond)
	began := time.Now()
	say(t, c, "a")
	hear(t, c, "a")
	if took := time.Since(began); took < 100*time.Millisecond {
		t.Errorf("there and back in %v", took)
	}
	// It delays, it does not hold back: what is sent together comes together.
	began = time.Now()
	for range 20 {
		say(t, c, "b")
	}
	p.SetLatency(100 * time.Millisecond)
	p.Heal() // and an end of it is one for what waits, too
	hear(t, c, strings.Repeat("b", 20))
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestRateAndChunk(t *testing.T) {
	_, p := start(t)
	c := dial(t, p)
	p.SetRate(1000)
	began := time.Now()
	text := strings.Repeat("x", 200)
	say(t, c, text)
	hear(t, c, text)
	if took := time.Since(began); took < 150*time.Millisecond {
		t.Errorf("200 bytes at 1,000 a second in %v", took)
	}
	p.Heal()
	p.SetChunk(1)
	say(t, c, text)
	hear(t, c, text)
}

// TestCutAtByte: exactly that many bytes are delivered.
func TestCutAtByte(t *testing.T) {
	for _, how := range []netfault.End{netfault.RST, netfault.FIN} {
		e, p := start(t)
		c := dial(t, p)
		say(t, c, "abc")
		hear(t, c, "abc")
		p.CutAfter(5, netfault.ToServer, how)
		say(t, c, "0123456789")
		_, err := io.Copy(io.Discard, c)
		if reset := errors.Is(err, syscall.ECONNRESET); reset != (how == netfault.RST) {
			t.Errorf("%d: the client's end: %v", how, err)
		}
		c.Close()
		err = e.ended(t, 1)
		reset := errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
		if reset != (how == netfault.RST) {
			t.Errorf("%d: the server's end: %v", how, err)
		}
		if got := e.received(); got != "abc01234" {
			t.Errorf("%d: the server got %q", how, got)
		}
		if n, at := p.Cuts(); n != 1 || at.IsZero() {
			t.Errorf("%d: %d cuts at %v", how, n, at)
		}
		// It happens once.
		c = dial(t, p)
		say(t, c, "0123456789")
		hear(t, c, "0123456789")
		// The other direction.
		p.CutAfter(4, netfault.ToClient, how)
		say(t, c, "0123456789")
		if got, _ := io.ReadAll(c); string(got) != "0123" {
			t.Errorf("%d: the client got %q", how, got)
		}
		c.Close()
		until(t, "closed", func() bool { open, _ := p.Conns(); return open == 0 })
	}
}

func TestCutNow(t *testing.T) {
	_, p := start(t)
	var all []*net.TCPConn
	for range 3 {
		c := dial(t, p)
		say(t, c, "a")
		hear(t, c, "a")
		all = append(all, c)
	}
	if n := p.Cut(netfault.RST); n != 3 {
		t.Errorf("%d were cut", n)
	}
	for _, c := range all {
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("end: %v", err)
		}
	}
	p.Refuse(true)
	c, err := net.Dial("tcp", p.Addr())
	if err == nil {
		if _, err = c.Read(make([]byte, 1)); err == nil {
			t.Error("taken in")
		}
		c.Close()
	}
	p.Refuse(false)
	c2 := dial(t, p)
	say(t, c2, "b")
	hear(t, c2, "b")
}

// TestBlackHole: nobody hears anything, not even an end.
func TestBlackHole(t *testing.T) {
	e, p := start(t)
	c, gone := dial(t, p), dial(t, p)
	for _, c := range []*net.TCPConn{c, gone} {
		say(t, c, "a")
		hear(t, c, "a")
	}
	p.BlackHole()
	say(t, c, "lost")
	gone.Close()
	late := dial(t, p)
	say(t, late, "lost too")
	for _, c := range []*net.TCPConn{c, late} {
		if err := c.SetReadDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("heard of it: %v", err)
		}
	}
	if got := e.received(); got != "aa" {
		t.Errorf("the server got %q", got)
	}
	if open, _ := p.Conns(); open != 3 {
		t.Errorf("%d open", open)
	}
	p.Heal()
	if err := c.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("after the hole: %v", err)
	}
	until(t, "all gone", func() bool { open, _ := p.Conns(); return open == 0 })
	again := dial(t, p)
	say(t, again, "b")
	hear(t, again, "b")
}

func TestHalfClose(t *testing.T) {
	e, p := start(t)
	c := dial(t, p)
	say(t, c, "a")
	hear(t, c, "a")
	p.HalfClose(netfault.ToClient)
	if got, err := io.ReadAll(c); err != nil || len(got) != 0 {
		t.Errorf("read %q, %v", got, err)
	}
	say(t, c, "b") // still goes there; the answer is swallowed
	until(t, "the server has it", func() bool { return e.received() == "ab" })
	if open, _ := p.Conns(); open != 1 {
		t.Errorf("%d open", open)
	}
}

// TestBounded: a receiver that does not read holds its sender back.
func TestBounded(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	p, err := netfault.New(ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	c := dial(t, p)
	if err := c.SetWriteDeadline(time.Now().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	n, err := c.Write(bytes.Repeat([]byte("x"), 256<<20))
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("%d bytes were taken: %v", n, err)
	}
}

func TestTarget(t *testing.T) {
	_, p := start(t)
	other := newEcho(t)
	p.SetTarget(other.ln.Addr().String())
	c := dial(t, p)
	say(t, c, "a")
	hear(t, c, "a")
	if other.received() != "a" {
		t.Error("went elsewhere")
	}
	p.SetTarget("127.0.0.1:1")
	if c, err := net.Dial("tcp", p.Addr()); err == nil { // else it was reset already
		if _, err := c.Read(make([]byte, 1)); err == nil {
			t.Error("connected to nothing")
		}
		c.Close()
	}
	p.Close()
	if _, err := net.Dial("tcp", p.Addr()); err == nil {
		t.Error("listens after Close")
	}
}
