package sipphone_test

import (
	"bytes"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/sipphone"
)

// peer is the other side of a dialogue written by hand: it sends what a test
// says and shows what comes back.
type peer struct {
	t    *testing.T
	conn *net.UDPConn
	to   netip.AddrPort
}

func newPeer(t *testing.T) *peer {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &peer{t: t, conn: conn}
}

func (p *peer) addr() string { return p.conn.LocalAddr().String() }

// send sends a message; LF becomes CRLF, and the rest of a header block that
// every request needs is added where the test wrote nothing of its own.
func (p *peer) send(start string, headers map[string]string, body string) {
	p.t.Helper()
	method, _, _ := strings.Cut(start, " ")
	all := map[string]string{
		"Via":          "SIP/2.0/UDP " + p.addr() + ";rport;branch=z9hG4bK-" + method,
		"From":         "<sip:peer@127.0.0.1>;tag=p",
		"To":           "<sip:1010@127.0.0.1>",
		"Call-ID":      "by-hand",
		"CSeq":         "1 " + method,
		"Contact":      "<sip:peer@" + p.addr() + ">",
		"Max-Forwards": "70",
	}
	if body != "" {
		all["Content-Type"] = "application/sdp"
	}
	for k, v := range headers {
		all[k] = v
	}
	var b bytes.Buffer
	b.WriteString(start + "\r\n")
	for k, v := range all {
		if v != "" {
			fmt.Fprintf(&b, "%s: %s\r\n", k, v)
		}
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(body), body)
	p.raw(b.Bytes())
}

func (p *peer) raw(b []byte) {
	p.t.Helper()
	if _, err := p.conn.WriteToUDPAddrPort(b, p.to); err != nil {
		p.t.Fatal(err)
	}
}

// receive returns the next message that begins with start; others are dropped.
func (p *peer) receive(start string) message {
	p.t.Helper()
	buf := make([]byte, 8<<10)
	if err := p.conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		p.t.Fatal(err)
	}
	for {
		n, from, err := p.conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			p.t.Fatalf("waiting for %q: %v", start, err)
		}
		if text := string(buf[:n]); strings.HasPrefix(text, start) {
			p.to = from
			return message(text)
		}
	}
}

// message is one SIP message as it came.
type message string

// header returns the first value of a header.
func (m message) header(name string) string {
	for line := range strings.Lines(string(m)) {
		if k, v, ok := strings.Cut(line, ":"); ok && strings.EqualFold(k, name) {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

const peerSDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n"

// called starts a phone and lets the peer call it.
func called(t *testing.T, b sipphone.Behaviour) (*peer, *sipphone.Phone) {
	t.Helper()
	p := newPeer(t)
	phone := startPhone(t, sipphone.Options{Server: p.addr(), User: "1010", Behaviour: b, Timeout: 100 * time.Millisecond}) // the peer answers no BYE
	p.to = phone.Addr()
	return p, phone
}

func TestRepetitionsAreHarmless(t *testing.T) {
	ctx := patience(t)
	p, phone := called(t, sipphone.Answer(0))
	p.send("INVITE sip:1010@127.0.0.1 SIP/2.0", nil, peerSDP)
	first := p.receive("SIP/2.0 200")
	p.send("INVITE sip:1010@127.0.0.1 SIP/2.0", nil, peerSDP)
	if again := p.receive("SIP/2.0 200"); again != first {
		t.Errorf("the repeated INVITE got\n%s\nafter\n%s", again, first)
	}
	// No ACK yet: the 200 comes again by itself after T1.
	if again := p.receive("SIP/2.0 200"); again != first {
		t.Errorf("the repeated 200 is\n%s\nafter\n%s", again, first)
	}
	if n := len(phone.Calls()); n != 1 {
		t.Errorf("%d calls", n)
	}
	c, err := phone.NextCall(ctx)
	if err != nil {
		t.Fatal(err)
	}
	to := first.header("To")
	p.send("ACK sip:1010@127.0.0.1 SIP/2.0", map[string]string{"To": to}, "")
	for range 2 {
		p.send("BYE sip:1010@127.0.0.1 SIP/2.0", map[string]string{"To": to, "CSeq": "2 BYE", "Reason": `Q.850;cause=17;text="busy"`}, "")
		p.receive("SIP/2.0 200")
	}
	if end, err := c.WaitEnded(ctx); err != nil || end.By != sipphone.Remote || end.Cause != 17 {
		t.Errorf("end %+v, %v", end, err)
	}
	p.send("BYE sip:1010@127.0.0.1 SIP/2.0", map[string]string{"To": to, "CSeq": "3 BYE", "Via": "SIP/2.0/UDP " + p.addr() + ";branch=z9hG4bK-late"}, "")
	p.receive("SIP/2.0 481")
}

func TestCancelByHand(t *testing.T) {
	p, phone := called(t, sipphone.Ring())
	p.send("INVITE sip:1010@127.0.0.1 SIP/2.0", nil, peerSDP)
	ringing := p.receive("SIP/2.0 180")
	p.send("CANCEL sip:1010@127.0.0.1 SIP/2.0", map[string]string{"Via": "SIP/2.0/UDP " + p.addr() + ";rport;branch=z9hG4bK-INVITE"}, "")
	first, second := p.receive("SIP/2.0"), p.receive("SIP/2.0")
	if !strings.HasPrefix(string(first), "SIP/2.0 200") || first.header("CSeq") != "1 CANCEL" {
		t.Errorf("first\n%s", first)
	}
	if !strings.HasPrefix(string(second), "SIP/2.0 487") || second.header("CSeq") != "1 INVITE" || second.header("To") != ringing.header("To") {
		t.Errorf("second\n%s", second)
	}
	p.receive("SIP/2.0 487") // again, as no ACK came
	p.send("ACK sip:1010@127.0.0.1 SIP/2.0", map[string]string{
		"To": second.header("To"), "Via": "SIP/2.0/UDP " + p.addr() + ";rport;branch=z9hG4bK-INVITE",
	}, "")
	if n := len(phone.Calls()); n != 0 {
		t.Errorf("%d calls left", n)
	}
}

func TestInsideADialog(t *testing.T) {
	p, phone := called(t, sipphone.Answer(0))
	p.send("INVITE sip:1010@127.0.0.1 SIP/2.0", nil, peerSDP)
	ok := p.receive("SIP/2.0 200")
	to := ok.header("To")
	p.send("ACK sip:1010@127.0.0.1 SIP/2.0", map[string]string{"To": to}, "")
	seq := 1
	ask := func(method string, extra map[string]string, body, want string) message {
		t.Helper()
		seq++
		h := map[string]string{
			"To": to, "CSeq": fmt.Sprintf("%d %s", seq, method),
			"Via": fmt.Sprintf("SIP/2.0/UDP %s;rport;branch=z9hG4bK-%d", p.addr(), seq),
		}
		for k, v := range extra {
			h[k] = v
		}
		p.send(method+" sip:1010@127.0.0.1 SIP/2.0", h, body)
		var res message
		for res == "" || res.header("CSeq") != h["CSeq"] { // the 200 of an INVITE comes again until its ACK is heard
			res = p.receive(want)
		}
		if method == "INVITE" {
			h["CSeq"] = fmt.Sprintf("%d ACK", seq)
			h["Via"] += "-ack" // its own branch (RFC 3261 section 13.2.2.4)
			p.send("ACK sip:1010@127.0.0.1 SIP/2.0", h, "")
		}
		return res
	}
	c := phone.Calls()[0]

	hold := ask("INVITE", nil, peerSDP+"a=sendonly\r\n", "SIP/2.0 200")
	if !strings.Contains(string(hold), "a=recvonly") {
		t.Errorf("answer to hold\n%s", hold)
	}
	same := ask("INVITE", nil, peerSDP+"a=sendonly\r\n", "SIP/2.0 200")
	version := func(m message) string {
		_, rest, _ := strings.Cut(string(m), "\r\no=")
		line, _, _ := strings.Cut(rest, "\r\n")
		return line
	}
	if version(same) != version(hold) {
		t.Errorf("the same answer has another version: %q after %q", version(same), version(hold))
	}
	if back := ask("INVITE", nil, peerSDP, "SIP/2.0 200"); version(back) == version(hold) || !strings.Contains(string(back), "a=sendrecv") {
		t.Errorf("answer to resume\n%s", back)
	}
	if offer := ask("INVITE", nil, "", "SIP/2.0 200"); !strings.Contains(string(offer), "RTP/AVP 0 8 101") {
		t.Errorf("answer to an INVITE without offer\n%s", offer)
	}
	ask("INVITE", nil, strings.Replace(peerSDP, "m=audio 9 RTP/AVP 0", "m=image 9 udptl t38", 1), "SIP/2.0 488")
	ask("INVITE", map[string]string{"To": "<sip:1010@127.0.0.1>;tag=other"}, peerSDP, "SIP/2.0 481")

	ask("UPDATE", map[string]string{"P-Asserted-Identity": `"이영희" <sip:01099552471@h>`}, "", "SIP/2.0 200")
	if got := c.Remote(); got != (sipphone.Party{Name: "이영희", Number: "01099552471"}) {
		t.Errorf("remote %q %q", got.Name, got.Number)
	}
	if up := ask("UPDATE", nil, peerSDP, "SIP/2.0 200"); !strings.Contains(string(up), "m=audio") {
		t.Errorf("answer to an UPDATE with offer\n%s", up)
	}
	ask("UPDATE", map[string]string{"CSeq": "2 UPDATE"}, peerSDP, "SIP/2.0 500")
	ask("OPTIONS", nil, "", "SIP/2.0 200")
	ask("NOTIFY", nil, "", "SIP/2.0 481") // of no subscription here (RFC 6665 section 4.1.3)
	ask("PUBLISH", nil, "", "SIP/2.0 405")
	ask("INFO", map[string]string{"Content-Type": "application/dtmf-relay"}, "Signal=5\r\nDuration=160\r\n", "SIP/2.0 200")
	if got := c.DTMF(); got != "5" {
		t.Errorf("keys %q", got)
	}
}

func TestGarbageIsDropped(t *testing.T) {
	p, _ := called(t, sipphone.Ring())
	for _, text := range []string{
		"", "\r\n\r\n", "hello", "INVITE", "INVITE sip:x SIP/2.0\r\n\r\n", "\x80\xc8\x00\x06rtcp-like-data-is-here",
		"OPTIONS sip:1010@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP x\r\n\r\n", "SIP/2.0 200 OK\r\n\r\n",
		"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP x;branch=z9hG4bK1\r\nCSeq: 1 INVITE\r\n\r\n",
		"CANCEL sip:x SIP/2.0\r\nVia: ;;;\r\nCSeq: x\r\n\r\n",
	} {
		p.raw([]byte(text))
	}
	p.send("CANCEL sip:1010@127.0.0.1 SIP/2.0", nil, "")
	p.receive("SIP/2.0 481")
	p.send("INVITE sip:1010@127.0.0.1 SIP/2.0", map[string]string{"Contact": ""}, peerSDP)
	p.receive("SIP/2.0 400")
	p.send("OPTIONS sip:1010@127.0.0.1 SIP/2.0", nil, "")
	p.receive("SIP/2.0 200")
}

func TestMediaElsewhereIsRefused(t *testing.T) {
	p, _ := called(t, sipphone.Answer(0))
	p.send("INVITE sip:1010@127.0.0.1 SIP/2.0", nil, strings.ReplaceAll(peerSDP, "127.0.0.1", "192.0.2.1"))
	p.receive("SIP/2.0 488")
}
