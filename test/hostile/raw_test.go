package hostile_test

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

// raw is a client that speaks WebSocket byte by byte, with code of its own.
type raw struct {
	t    *testing.T
	conn net.Conn
	r    *bufio.Reader
}

// First bytes of frames: the final bit, the reserved bits and the opcode.
const (
	fin    = 0x80
	rsv1   = 0x40
	rsv2   = 0x20
	rsv3   = 0x10
	cont   = 0x0
	text   = 0x1
	binry  = 0x2
	closes = 0x8
	pings  = 0x9
	pongs  = 0xa
)

// handshake is a handshake with headers beside those that every one has.
func handshake(host, path string, h http.Header) []byte {
	text := "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
	for name, values := range h {
		for _, v := range values {
			text += name + ": " + v + "\r\n"
		}
	}
	return []byte(text + "\r\n")
}

// plain is a connection on which nothing was said yet.
func (s *site) plain(host string) *raw {
	s.t.Helper()
	conn, err := net.Dial("tcp", host)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = conn.Close() })
	return &raw{s.t, conn, bufio.NewReader(conn)}
}

// connect opens a connection and sends a handshake.
func (s *site) connect(host, path string, h http.Header) (*raw, *http.Response) {
	s.t.Helper()
	conn, err := net.Dial("tcp", host)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.upgrade(conn, host, path, h)
}

func (s *site) upgrade(conn net.Conn, host, path string, h http.Header) (*raw, *http.Response) {
	s.t.Helper()
	s.t.Cleanup(func() { _ = conn.Close() })
	c := &raw{s.t, conn, bufio.NewReader(conn)}
	c.write(handshake(host, path, h))
	res, err := http.ReadResponse(c.r, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return c, res
}

// shake sends a handshake and returns what it is answered with.
func (s *site) shake(host, path string, h http.Header) (status int, body string) {
	s.t.Helper()
	c, res := s.connect(host, path, h)
	defer c.conn.Close()
	if res.StatusCode != http.StatusSwitchingProtocols {
		b, err := io.ReadAll(res.Body)
		if err != nil {
			s.t.Error(err)
		}
		body = strings.TrimSuffix(string(b), "\n")
	}
	_ = res.Body.Close()
	return res.StatusCode, body
}

// raw connects a client whose frames the test makes itself.
func (s *site) raw(user, path string) *raw {
	s.t.Helper()
	c, res := s.connect(s.ws, path, basic(user))
	_ = res.Body.Close()
	if res.StatusCode != http.StatusSwitchingProtocols {
		s.t.Fatalf("status %s", res.Status)
	}
	return c
}

func (c *raw) write(b []byte) {
	c.t.Helper()
	if err := c.conn.SetWriteDeadline(time.Now().Add(20 * time.Second)); err != nil {
		c.t.Fatal(err)
	}
	if _, err := c.conn.Write(b); err != nil {
		c.t.Fatal(err)
	}
}

// tryWrite writes to a server that may have closed already.
func (c *raw) tryWrite(b []byte) {
	_ = c.conn.SetWriteDeadline(time.Now().Add(20 * time.Second))
	_, _ = c.conn.Write(b)
}

// frame is one masked frame, first byte as given.
func frame(first byte, payload string) []byte {
	b := []byte{first}
	switch n := len(payload); {
	case n < 126:
		b = append(b, 0x80|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 0x80|127), uint64(n))
	}
	return append(b, masked(payload)...)
}

// masked is a mask and a payload under it.
func masked(payload string) []byte {
	mask := [4]byte{0x11, 0x82, 0x33, 0xf4}
	b := mask[:]
	for i := range len(payload) {
		b = append(b, payload[i]^mask[i&3])
	}
	return b
}

// received is one frame from the server.
type received struct {
	first   byte
	payload string
}

// next reads one frame and checks what holds for all that a server sends: not
// masked, no reserved bit, not fragmented, the shortest form of its length.
func (c *raw) next() (received, error) {
	if err := c.conn.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		return received{}, err
	}
	var head [2]byte
	if _, err := io.ReadFull(c.r, head[:]); err != nil {
		return received{}, err
	}
	n := uint64(head[1] & 0x7f)
	var long [8]byte
	switch n {
	case 126:
		if _, err := io.ReadFull(c.r, long[6:]); err != nil {
			return received{}, err
		}
		if n = binary.BigEndian.Uint64(long[:]); n < 126 {
			c.t.Errorf("a length of %d in three bytes", n)
		}
	case 127:
		if _, err := io.ReadFull(c.r, long[:]); err != nil {
			return received{}, err
		}
		if n = binary.BigEndian.Uint64(long[:]); n < 1<<16 || n > 1<<30 {
			c.t.Errorf("a length of %d in nine bytes", n)
		}
	}
	if head[0]&fin == 0 || head[0]&0x70 != 0 || head[1]&0x80 != 0 {
		c.t.Errorf("a server's frame begins %x", head)
	}
	b := make([]byte, n)
	_, err := io.ReadFull(c.r, b)
	return received{head[0] & 0x0f, string(b)}, err
}

// want reads frames up to one of a kind, and returns its payload.
func (c *raw) want(opcode byte) string {
	c.t.Helper()
	for {
		got, err := c.next()
		if err != nil {
			c.t.Fatalf("waiting for a frame of kind %x: %v", opcode, err)
		}
		if got.first == opcode {
			return got.payload
		}
		if got.first == closes {
			c.t.Fatalf("closed: %x %s", got.payload[:2], got.payload[2:])
		}
	}
}

// wantClose reads up to the close frame and the end of the connection behind it.
func (c *raw) wantClose(code uint16) {
	c.t.Helper()
	got, err := c.next()
	for err == nil && got.first != closes {
		got, err = c.next()
	}
	if err != nil {
		c.t.Fatalf("waiting for close %d: %v", code, err)
	}
	if len(got.payload) < 2 || binary.BigEndian.Uint16([]byte(got.payload)) != code {
		c.t.Errorf("close %x, want %d", got.payload, code)
	}
	if _, err := c.next(); !errors.Is(err, io.EOF) && !errors.Is(err, syscall.ECONNRESET) {
		c.t.Errorf("behind the close: %v", err)
	}
	_ = c.conn.Close()
}

const pingRequest = `{"AMIServerID":1,"data":{"Action":"Ping","ActionID":"p"}}`

// pong checks that the client is still answered.
func (c *raw) pong() {
	c.t.Helper()
	c.write(frame(fin|text, pingRequest))
	if got := c.want(text); !strings.Contains(got, `"ActionID":"p","Ping":"Pong"`) {
		c.t.Errorf("got %s", got)
	}
}

// closeBody is the payload of a close frame.
func closeBody(code uint16, reason string) string {
	return string(binary.BigEndian.AppendUint16(nil, code)) + reason
}
