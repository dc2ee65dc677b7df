package dialplan_test

import (
	"crypto/sha256"
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// send sends a SIP request as it is, from an address on loopback. extra are
// further header lines.
func (l *lab) send(conn net.PacketConn, method, to, from, extra, body string) {
	l.t.Helper()
	server, err := net.ResolveUDPAddr("udp", l.server.SIPAddr)
	if err != nil {
		l.t.Fatal(err)
	}
	me, id := conn.LocalAddr(), fmt.Sprintf("%x", sha256.Sum256([]byte(method+from+to)))
	request := strings.Join([]string{
		method + " sip:" + to + "@" + l.server.SIPAddr + " SIP/2.0",
		"Via: SIP/2.0/UDP " + me.String() + ";branch=z9hG4bK" + id, "Max-Forwards: 70",
		"From: <sip:" + from + "@127.0.0.1>;tag=1", "To: <sip:" + to + "@127.0.0.1>",
		"Call-ID: " + id, "CSeq: 1 " + method, "Contact: <sip:x@" + me.String() + ">",
		extra + "Content-Length: " + strconv.Itoa(len(body)), "", body,
	}, "\r\n")
	if _, err := conn.WriteTo([]byte(request), server); err != nil {
		l.t.Fatal(err)
	}
}

// stranger's requests come from here; a trunk has the address in the tests that
// say so.
const strangerAt = "127.0.0.44"

func strangerConn(t *testing.T) net.PacketConn {
	t.Helper()
	conn, err := net.ListenPacket("udp", strangerAt+":0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// forged is what an escaped user part brings along, as one more event.
const forged = "%0d%0a%0d%0aEvent%3a%20Forged%0d%0aPrivilege%3a%20call,all"

// wantNoForged fails the test for events that Asterisk never sent.
func (l *lab) wantNoForged() {
	l.t.Helper()
	for _, m := range l.events.All() {
		if m.Get("Event") == "Forged" || m.Get("Event") == "" {
			l.t.Errorf("an event was forged:\n%s", m.Bytes())
		}
	}
}

// TestNobodysRequestIsNoEvent: who may do nothing, and need not even have the
// address that his datagrams come from, puts no event into AMI.
func TestNobodysRequestIsNoEvent(t *testing.T) {
	both(t, func(l *lab) {
		conn := strangerConn(l.t)
		for i := range 7 {
			l.send(conn, "REGISTER", "1010", fmt.Sprint(i, forged), "", "")
		}
		for i := range 7 {
			l.send(conn, "REGISTER", "1010", fmt.Sprint("clean", i), "", "")
		}
		l.wait("Event", "InvalidAccountID", "AccountID", "clean6")
		l.wantNoForged()
	})
}

// TestCallersNumberIsNoCommand: a caller from the network chooses his number. It
// is neither a command when the call is recorded, nor an event of its own.
func TestCallersNumberIsNoCommand(t *testing.T) {
	both(t, func(l *lab) {
		p := l.phone("T2_1010", sipphone.Answer(0))
		sdp := "v=0\r\no=- 1 1 IN IP4 127.0.0.44\r\ns=-\r\nc=IN IP4 127.0.0.44\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8\r\n"
		l.send(strangerConn(l.t), "INVITE", did1010, "010,,touch%20made%26"+forged, "Content-Type: application/sdp\r\n", sdp)
		in := l.answered(p)
		if got, want := in.Invite().From.Number, "010touchmadeEventForgedPrivilegecallall"; got != want {
			l.t.Errorf("the phone sees %q, want %q", got, want)
		}
		if err := in.SendDTMF(l.ctx(), "*1"); err != nil {
			l.t.Fatal(err)
		}
		l.wait("Event", "MixMonitorStart")
		l.hangup(in)
		l.wait("Event", "Hangup", "Channel", "PJSIP/trk-3-00000000")
		if _, err := l.server.CLI(l.ctx(), "core show uptime"); err != nil { // what was to be run has begun by then
			l.t.Fatal(err)
		}
		dir := l.server.Input.Dirs.Base
		if found, _ := filepath.Glob(filepath.Join(dir, "made*")); len(found) > 0 {
			l.t.Errorf("the caller's number was run: %q", found)
		}
		found, _ := filepath.Glob(filepath.Join(dir, "spool", "monitor", "*"))
		if len(found) != 1 {
			l.t.Fatalf("recordings %q", found)
		}
		if r, err := dialplan.ParseRecording(filepath.Base(found[0])); err != nil || r.From != "010" || r.To != "1010" {
			l.t.Errorf("recording %q: %+v, %v", found[0], r, err)
		}
		l.wantNoForged()
	}, func(in *asteriskconf.Input) {
		in.Trunks = append(in.Trunks, company.Trunk{ID: 3, Host: strangerAt})
		in.Companies[0].Routes[0].Trunks = []int{1, 3}
	})
}
