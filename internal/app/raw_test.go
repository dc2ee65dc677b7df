package app_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/gobwas/ws"
)

// raw is a client that speaks WebSocket byte by byte.
type raw struct {
	t    *testing.T
	conn net.Conn
	r    *bufio.Reader
}

func newRaw(t *testing.T, conn net.Conn) *raw { return &raw{t, conn, bufio.NewReader(conn)} }

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

// shake sends a handshake and returns the answer; the connection is closed
// unless that is 101.
func (s *site) shake(host, path string, h http.Header) (*http.Response, *raw) {
	s.t.Helper()
	conn, err := net.Dial("tcp", host)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { conn.Close() })
	c := newRaw(s.t, conn)
	c.write(handshake(host, path, h))
	res, err := http.ReadResponse(c.r, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	if res.StatusCode != http.StatusSwitchingProtocols {
		body, _ := io.ReadAll(res.Body)
		conn.Close()
		res.Body = io.NopCloser(bytes.NewReader(body))
	}
	return res, c
}

// raw connects a client whose frames the test makes itself.
func (s *site) raw(user, path string) *raw {
	s.t.Helper()
	res, c := s.shake(s.ws, path, basic(user))
	if res.StatusCode != http.StatusSwitchingProtocols {
		s.t.Fatalf("status %s", res.Status)
	}
	return c
}

func (c *raw) write(b []byte) {
	c.t.Helper()
	if err := c.conn.SetWriteDeadline(time.Now().Add(10 * time.Second)); err != nil {
		c.t.Fatal(err)
	}
	if _, err := c.conn.Write(b); err != nil {
		c.t.Fatal(err)
	}
}

// later writes in the background, for what is longer than the server answers
// at once.
func (c *raw) later(b []byte) {
	done := make(chan error, 1)
	go func() { _, err := c.conn.Write(b); done <- err }()
	c.t.Cleanup(func() {
		c.conn.Close()
		if err := <-done; err != nil {
			c.t.Errorf("write: %v", err)
		}
	})
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
	mask := [4]byte{0x11, 0x82, 0x33, 0xf4}
	b = append(b, mask[:]...)
	for i := range len(payload) {
		b = append(b, payload[i]^mask[i&3])
	}
	return b
}

// First bytes of frames: the final bit and the opcode.
const (
	fin    = 0x80
	cont   = 0x0
	text   = 0x1
	binry  = 0x2
	closes = 0x8
	pings  = 0x9
	pongs  = 0xa
)

// next returns the next frame.
func (c *raw) next() (op ws.OpCode, payload string, err error) {
	if err := c.conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return 0, "", err
	}
	h, err := ws.ReadHeader(c.r)
	if err != nil {
		return 0, "", err
	}
	if h.Masked || h.Rsv != 0 || !h.Fin {
		c.t.Errorf("a server's frame with header %+v", h)
	}
	b := make([]byte, h.Length)
	_, err = io.ReadFull(c.r, b)
	return h.OpCode, string(b), err
}

// want reads frames up to one of op, and returns its payload.
func (c *raw) want(op ws.OpCode) string {
	c.t.Helper()
	for {
		got, payload, err := c.next()
		if err != nil {
			c.t.Fatalf("waiting for a frame of kind %v: %v", op, err)
		}
		if got == op {
			return payload
		}
		if got == ws.OpClose {
			c.t.Fatalf("closed: %x", payload)
		}
	}
}

// wantClose reads up to the close frame and its end of the connection.
func (c *raw) wantClose(code uint16) {
	c.t.Helper()
	payload := ""
	for {
		op, p, err := c.next()
		if err != nil {
			c.t.Fatalf("waiting for close %d: %v", code, err)
		}
		if op == ws.OpClose {
			payload = p
			break
		}
	}
	if len(payload) < 2 || binary.BigEndian.Uint16([]byte(payload)) != code {
		c.t.Errorf("close %x, want %d", payload, code)
	}
	if _, _, err := c.next(); !errors.Is(err, io.EOF) {
		c.t.Errorf("behind the close: %v", err)
	}
	c.conn.Close()
}
