package hostile_test

import (
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestT33_RawFrames: who breaks RFC 6455 is closed with its code, leaves one
// line in the audit, and disturbs nobody. TestFrames has every other case.
func TestT33_RawFrames(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	other := s.dial("demo", silent)
	unmasked := frame(fin|text, pingRequest)
	unmasked[1] &^= 0x80
	flood := strings.Repeat(string(frame(fin|pings, "x")), 1000)
	for _, tt := range []struct {
		name  string
		bytes string
		close uint16
		code  string
	}{
		{"masked bit off", string(unmasked), 1002, "bad_request"},
		{"RSV1", string(frame(fin|rsv1|text, pingRequest)), 1002, "bad_request"},
		{"RSV2", string(frame(fin|rsv2|text, pingRequest)), 1002, "bad_request"},
		{"RSV3", string(frame(fin|rsv3|text, pingRequest)), 1002, "bad_request"},
		{"all of them", string(frame(fin|0x70|pings, "x")), 1002, "bad_request"},
		{"fragmented ping", string(frame(pings, "x")), 1002, "bad_request"},
		{"fragmented pong", string(frame(pongs, "x")), 1002, "bad_request"},
		{"fragmented close", string(frame(closes, closeBody(1000, ""))), 1002, "bad_request"},
		{"ping flood", flood, 1008, "rate_limited"},
	} {
		for _, user := range []string{"demo", "ops"} {
			marks := s.marks()
			c := s.raw(user, silent)
			c.tryWrite([]byte(tt.bytes))
			c.wantClose(tt.close)
			other.ping()
			s.untouched(marks, tt.name)
			s.wanted = append(s.wanted, refusal{roles[user], tt.code, "", 0, "frame"})
		}
	}
}

// TestT33_SlowHandshake: one byte a second is dropped after the time for a
// handshake, 10 s unless a test sets it. Nobody is known yet, so there is
// nobody to name in the audit; others connect meanwhile.
func TestT33_SlowHandshake(t *testing.T) {
	t.Parallel()
	const shipped = 10 * time.Second
	for name, timeout := range map[string]time.Duration{"short": time.Second, "as it ships": 0} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, setup{handshake: timeout})
			start := time.Now()
			slow, mute := s.plain(s.ws), s.plain(s.http)
			tick := time.NewTicker(time.Second)
			if timeout > 0 {
				tick.Reset(timeout / 10)
			}
			defer tick.Stop()
			hello := handshake(s.ws, "/", basic("demo"))
			for i := 0; ; i++ {
				if i >= len(hello) {
					t.Fatal("the handshake was waited for to its end")
				}
				if _, err := slow.conn.Write(hello[i : i+1]); err != nil {
					break
				}
				<-tick.C
				if i == 1 {
					s.dial("demo", silent).ping()
				}
				if slow.ended() {
					break
				}
			}
			took, want := time.Since(start), timeout
			if timeout == 0 {
				want = shipped
			}
			if took < want {
				t.Errorf("dropped after %v", took)
			}
			for !mute.ended() { // who says nothing at all, too
				<-tick.C
			}
		})
	}
}

// ended reports whether the server has closed the connection.
func (c *raw) ended() bool {
	if err := c.conn.SetReadDeadline(time.Now().Add(time.Millisecond)); err != nil {
		return true
	}
	_, err := io.Copy(io.Discard, c.conn)
	var timeout net.Error
	return err == nil || !errors.Is(err, os.ErrDeadlineExceeded) && !(errors.As(err, &timeout) && timeout.Timeout()) || errors.Is(err, syscall.ECONNRESET)
}
