package fax_test

import (
	"bytes"
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"strconv"
	"sync"
	"testing"
)

// line is a telephone line between an Asterisk and itself that is not what it
// should be: it garbles sound on its way to who is called. SIP goes
// through it too, so that it can put itself between the two ends of the sound.
type line struct {
	t       *testing.T
	server  netip.AddrPort // where Asterisk speaks SIP
	out, in *net.UDPConn   // SIP: what Asterisk calls, and what calls it
	near    *net.UDPConn   // sound of who calls
	far     *net.UDPConn   // sound of who is called
	mu      sync.Mutex
	caller  netip.AddrPort // of sound
	callee  netip.AddrPort
	packets int
	garbled int
	wait    sync.WaitGroup
}

var (
	mediaPattern  = regexp.MustCompile(`m=audio (\d+) `)
	lengthPattern = regexp.MustCompile(`(?i)Content-Length: *\d+`)
)

// newLine listens for calls at a port of 127.0.0.4.
func newLine(t *testing.T, port, server int) *line {
	t.Helper()
	listen := func(addr string) *net.UDPConn {
		c, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.MustParseAddrPort(addr)))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	l := &line{
		t: t, server: netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), uint16(server)),
		out: listen(fmt.Sprint("127.0.0.4:", port)), in: listen("127.0.0.4:0"), near: listen("127.0.0.1:0"), far: listen("127.0.0.1:0"),
	}
	all := []*net.UDPConn{l.out, l.in, l.near, l.far}
	l.wait.Go(func() { l.each(l.out, func(b []byte) { l.signal(b, l.far, &l.caller, l.in) }) })
	l.wait.Go(func() { l.each(l.in, func(b []byte) { l.signal(b, l.near, &l.callee, l.out) }) })
	l.wait.Go(func() { l.each(l.near, l.toCallee) })
	l.wait.Go(func() { l.each(l.far, func(b []byte) { l.send(l.near, &l.caller, b) }) })
	t.Cleanup(func() {
		for _, c := range all {
			_ = c.Close()
		}
		l.wait.Wait()
	})
	return l
}

// each gives packets until the socket is closed.
func (l *line) each(c *net.UDPConn, f func([]byte)) {
	b := make([]byte, 64<<10)
	for {
		n, err := c.Read(b)
		if err != nil {
			return
		}
		f(b[:n])
	}
}

// signal passes a message of SIP on, with our own port for sound in it.
func (l *line) signal(b []byte, sound *net.UDPConn, ends *netip.AddrPort, by *net.UDPConn) {
	head, body, _ := bytes.Cut(b, []byte("\r\n\r\n"))
	if m := mediaPattern.FindSubmatch(body); m != nil {
		port, _ := strconv.ParseUint(string(m[1]), 10, 16) // digits
		l.mu.Lock()
		*ends = netip.AddrPortFrom(l.server.Addr(), uint16(port))
		l.mu.Unlock()
		own := sound.LocalAddr().(*net.UDPAddr).Port
		body = mediaPattern.ReplaceAll(body, []byte("m=audio "+strconv.Itoa(own)+" "))
		head = lengthPattern.ReplaceAll(head, []byte("Content-Length: "+strconv.Itoa(len(body))))
	}
	whole := bytes.Join([][]byte{head, body}, []byte("\r\n\r\n"))
	_, _ = by.WriteToUDPAddrPort(whole, l.server) // it says it again
}

// toCallee garbles 4 ms of one packet of twenty, from poorFrom until poorTo.
func (l *line) toCallee(b []byte) {
	l.mu.Lock()
	l.packets++
	if n := l.packets; n >= poorFrom && n < poorTo && n%garbleOf == 0 && len(b) > 12+40+garbleBytes {
		l.garbled++
		for i := range garbleBytes {
			b[12+40+i] ^= byte(0x55 + 7*i)
		}
	}
	l.mu.Unlock()
	l.send(l.far, &l.callee, b)
}

func (l *line) send(by *net.UDPConn, to *netip.AddrPort, b []byte) {
	l.mu.Lock()
	addr := *to
	l.mu.Unlock()
	if addr.IsValid() {
		_, _ = by.WriteToUDPAddrPort(b, addr) // sound is lost now and then
	}
}

// What becomes of packets, of 20 ms each: at first the machines agree on a speed.
const (
	poorFrom    = 700
	poorTo      = 1000
	garbleOf    = 20
	garbleBytes = 32
)

func (l *line) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return fmt.Sprintf("%d packets, %d garbled", l.packets, l.garbled)
}
