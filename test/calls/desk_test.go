package calls_test

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// desk is a phone that can do what package sipphone does not need: transfer
// calls by REFER (RFC 3515), also to replace one (RFC 3891). It speaks just
// enough SIP for that, and no RTP.
type desk struct {
	t      *testing.T
	conn   *net.UDPConn
	server *net.UDPAddr
	done   chan struct{}

	mu    sync.Mutex
	seq   int
	calls map[string]*deskCall // by Call-ID
	in    chan *deskCall
}

// deskCall is one dialog of it.
type deskCall struct {
	d                         *desk
	id, us, them              string // Call-ID; From and To of our requests, with tags
	target                    string // Request-URI of our requests
	cseq                      int
	answered, ended, referred chan struct{}
	once                      [3]sync.Once
}

func newDesk(t *testing.T, addr, server string) *desk {
	t.Helper()
	at, err := net.ResolveUDPAddr("udp", addr)
	if err != nil {
		t.Fatal(err)
	}
	to, err := net.ResolveUDPAddr("udp", server)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.ListenUDP("udp", at)
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, conn: conn, server: to, done: make(chan struct{}), calls: map[string]*deskCall{}, in: make(chan *deskCall, 8)}
	go d.read()
	t.Cleanup(func() { conn.Close(); <-d.done })
	return d
}

// newCall makes a dialog whose other end is not known yet.
func (d *desk) newCall(id, us, them, target string) *deskCall {
	c := &deskCall{
		d: d, id: id, us: us, them: them, target: target,
		answered: make(chan struct{}), ended: make(chan struct{}), referred: make(chan struct{}),
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls[id] = c
	return c
}

// dial calls a number.
func (d *desk) dial(number string) *deskCall {
	d.mu.Lock()
	d.seq++
	n := d.seq
	d.mu.Unlock()
	c := d.newCall(fmt.Sprintf("desk-%d@%s", n, deskAddr), fmt.Sprintf("<sip:1018@%s>;tag=d%d", d.conn.LocalAddr(), n),
		fmt.Sprintf("<sip:%s@%s>", number, d.server), fmt.Sprintf("sip:%s@%s", number, d.server))
	c.send("INVITE", sdp, "Content-Type: application/sdp")
	return c
}

// peer gives the other end's To and Request-URI, which responses change.
func (c *deskCall) peer() (them, target string) {
	c.d.mu.Lock()
	defer c.d.mu.Unlock()
	return c.them, c.target
}

// met notes what a response says of the other end; "" leaves it as it is.
func (c *deskCall) met(them, target string) {
	c.d.mu.Lock()
	defer c.d.mu.Unlock()
	c.them, c.target = cmp.Or(them, c.them), cmp.Or(target, c.target)
}

const sdp = "v=0\r\no=- 1 1 IN IP4 " + deskAddr + "\r\ns=-\r\nc=IN IP4 " + deskAddr + "\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"

// send sends a request inside the dialog.
func (c *deskCall) send(method, body string, headers ...string) {
	if method != "ACK" {
		c.cseq++
	}
	them, target := c.peer()
	all := append([]string{
		fmt.Sprintf("%s %s SIP/2.0", method, target),
		fmt.Sprintf("Via: SIP/2.0/UDP %s;rport;branch=z9hG4bK%s%s%d", c.d.conn.LocalAddr(), strings.ReplaceAll(c.id, "@", ""), method, c.cseq),
		"Max-Forwards: 70", "From: " + c.us, "To: " + them, "Call-ID: " + c.id,
		fmt.Sprintf("CSeq: %d %s", c.cseq, method),
		fmt.Sprintf("Contact: <sip:1018@%s>", c.d.conn.LocalAddr()),
	}, headers...)
	all = append(all, fmt.Sprintf("Content-Length: %d", len(body)), "", body)
	if _, err := c.d.conn.WriteToUDP([]byte(strings.Join(all, "\r\n")), c.d.server); err != nil {
		c.d.t.Error(err)
	}
}

// refer asks Asterisk to connect the other end with a number, or with the
// other end of another call of ours.
func (c *deskCall) refer(number string, with *deskCall) {
	to := fmt.Sprintf("<sip:%s@%s>", number, c.d.server)
	if with != nil {
		them, _ := with.peer()
		_, toTag, _ := strings.Cut(them, ";tag=")
		_, fromTag, _ := strings.Cut(with.us, ";tag=")
		to = fmt.Sprintf("<sip:%s@%s?Replaces=%s%%3Bto-tag%%3D%s%%3Bfrom-tag%%3D%s>", number, c.d.server,
			strings.ReplaceAll(with.id, "@", "%40"), toTag, fromTag)
	}
	c.send("REFER", "", "Refer-To: "+to, "Referred-By: "+c.us)
}

func (c *deskCall) bye() { c.send("BYE", "") }

// read handles what comes until the socket is closed.
func (d *desk) read() {
	defer close(d.done)
	buf := make([]byte, 65536)
	for {
		n, from, err := d.conn.ReadFromUDP(buf)
		if err != nil {
			return
		}
		d.handle(string(buf[:n]), from)
	}
}

func header(m, name string) string {
	for _, line := range strings.Split(m, "\r\n") {
		if v, ok := strings.CutPrefix(line, name+": "); ok {
			return v
		}
	}
	return ""
}

func (d *desk) handle(m string, from *net.UDPAddr) {
	d.mu.Lock()
	c := d.calls[header(m, "Call-ID")]
	d.mu.Unlock()
	if code, ok := strings.CutPrefix(m, "SIP/2.0 "); ok {
		if c != nil {
			c.response(code, m)
		}
		return
	}
	method, _, _ := strings.Cut(m, " ")
	if method == "ACK" {
		return
	}
	to := header(m, "To")
	if c == nil && method == "INVITE" {
		d.mu.Lock()
		d.seq++
		to += fmt.Sprintf(";tag=d%d", d.seq)
		d.mu.Unlock()
		c = d.newCall(header(m, "Call-ID"), to, header(m, "From"), strings.Trim(header(m, "Contact"), "<>"))
		d.in <- c
	} else if c != nil {
		to = c.us
	}
	body, extra := "", ""
	if method == "INVITE" {
		body, extra = sdp, "Content-Type: application/sdp\r\n"
	}
	reply := "SIP/2.0 200 OK\r\n"
	for _, line := range strings.Split(m, "\r\n") {
		if strings.HasPrefix(line, "Via: ") {
			reply += line + "\r\n"
		}
	}
	reply += fmt.Sprintf("From: %s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %s\r\nContact: <sip:1018@%s>\r\n%sContent-Length: %d\r\n\r\n%s",
		header(m, "From"), to, header(m, "Call-ID"), header(m, "CSeq"), d.conn.LocalAddr(), extra, len(body), body)
	if _, err := d.conn.WriteToUDP([]byte(reply), from); err != nil {
		return
	}
	if c != nil && method == "BYE" {
		c.once[1].Do(func() { close(c.ended) })
	}
}

func (c *deskCall) response(code, m string) {
	switch cseq := header(m, "CSeq"); {
	case strings.HasPrefix(code, "1"):
		if to := header(m, "To"); strings.Contains(to, ";tag=") {
			c.met(to, "") // an early dialog, which may be replaced too
		}
	case strings.HasSuffix(cseq, "INVITE"):
		c.met(header(m, "To"), strings.Trim(header(m, "Contact"), "<>"))
		c.send("ACK", "")
		if strings.HasPrefix(code, "2") {
			c.once[0].Do(func() { close(c.answered) })
		} else {
			c.once[1].Do(func() { close(c.ended) })
		}
	case strings.HasSuffix(cseq, "REFER"):
		if !strings.HasPrefix(code, "202") {
			c.d.t.Errorf("REFER: %s", code)
		}
		c.once[2].Do(func() { close(c.referred) })
	case strings.HasSuffix(cseq, "BYE"):
		c.once[1].Do(func() { close(c.ended) })
	}
}

// incoming gives the next call that comes, already answered.
func (d *desk) incoming(ctx context.Context) *deskCall {
	d.t.Helper()
	select {
	case c := <-d.in:
		return c
	case <-ctx.Done():
		d.t.Fatal("the desk phone is not called")
		return nil
	}
}

func (d *desk) await(what <-chan struct{}, name string) {
	d.t.Helper()
	select {
	case <-what:
	case <-time.After(15 * time.Second):
		d.t.Fatalf("the desk phone waits for its %s", name)
	}
}
