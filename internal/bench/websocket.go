package bench

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// client is one WebSocket client. It finds frames in one large buffer and
// copies nothing, so that it costs little more than the system's part.
type client struct {
	conn  net.Conn
	buf   []byte
	start int // of what is not looked at yet
	end   int
	out   []byte
}

// target is where clients connect and how.
type target struct {
	url                string // ws:// or wss://
	username, password string
	tls                *tls.Config // for wss
}

const dialTimeout = 10 * time.Second

// dial connects. size is that of the buffer; it grows with the frames.
func (t target) dial(ctx context.Context, size int) (*client, error) {
	u, err := url.Parse(t.url)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", u.Host)
	if err != nil {
		return nil, err
	}
	deadline, _ := ctx.Deadline()
	_ = conn.SetDeadline(deadline) // a new connection takes it
	if u.Scheme == "wss" {
		conn = tls.Client(conn, t.tls)
	}
	c := &client{conn: conn, buf: make([]byte, size)}
	if err := c.handshake(ctx, u, t); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return c, conn.SetDeadline(time.Time{})
}

func (c *client) handshake(ctx context.Context, u *url.URL, t target) error {
	var key [16]byte
	_, _ = rand.Read(key[:]) // never fails, crypto/rand
	at := "http://" + u.Host + u.RequestURI()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return err
	}
	req.SetBasicAuth(t.username, t.password)
	for _, h := range []header{
		{"Upgrade", "websocket"},
		{"Connection", "Upgrade"},
		{"Sec-WebSocket-Version", "13"},
		{"Sec-WebSocket-Key", base64.StdEncoding.EncodeToString(key[:])},
	} {
		req.Header.Set(h.name, h.value)
	}
	if err := req.Write(c.conn); err != nil {
		return err
	}
	r := bufio.NewReader(c.conn)
	res, err := http.ReadResponse(r, req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusSwitchingProtocols {
		text, _ := io.ReadAll(io.LimitReader(res.Body, 300)) // only for the message
		return fmt.Errorf("handshake: %s %s", res.Status, strings.TrimSpace(string(text)))
	}
	n := r.Buffered()
	c.buf = append(c.buf, make([]byte, max(0, n-len(c.buf)))...)
	c.end, err = io.ReadFull(r, c.buf[:n])
	return err
}

func (c *client) close() { _ = c.conn.Close() }

// errClosed reports a close frame.
var errClosed = errors.New("the gateway closed the connection")

// next returns the payload of the next message that was read already, nil when
// more has to be read. It is valid until fill.
func (c *client) next() ([]byte, error) {
	for {
		b := c.buf[c.start:c.end]
		if len(b) < 2 {
			return nil, nil
		}
		n, head := int(b[1]), 2
		switch {
		case n == 126 && len(b) >= 4:
			n, head = int(binary.BigEndian.Uint16(b[2:])), 4
		case n == 127 && len(b) >= 10:
			n, head = int(binary.BigEndian.Uint64(b[2:])), 10
		case n >= 128:
			return nil, errors.New("a server's frame must not be masked")
		case n >= 126:
			return nil, nil
		}
		if len(b)-head < n {
			return nil, nil
		}
		c.start += head + n
		payload := b[head : head+n]
		switch b[0] {
		case 0x81:
			return payload, nil
		case 0x88:
			return nil, fmt.Errorf("%w: %q", errClosed, payload)
		case 0x89:
			if err := c.write(0x8a, payload); err != nil {
				return nil, err
			}
		default:
			return nil, fmt.Errorf("a frame of type %#x", b[0])
		}
	}
}

// fill reads once.
func (c *client) fill() error {
	switch {
	case c.start == c.end:
		c.start, c.end = 0, 0
	case c.end == len(c.buf) && c.start > 0:
		c.end = copy(c.buf, c.buf[c.start:c.end])
		c.start = 0
	case c.end == len(c.buf):
		c.buf = append(c.buf, make([]byte, len(c.buf))...)
	}
	n, err := c.conn.Read(c.buf[c.end:])
	c.end += n
	if n > 0 {
		return nil
	}
	return err
}

// write sends one masked frame of at most 64 KiB.
func (c *client) write(first byte, payload []byte) error {
	mask := [4]byte{0x5a, 0x13, 0xc7, 0x2e} // nothing here is to be hidden from a proxy
	b := append(c.out[:0], first)
	if len(payload) < 126 {
		b = append(b, 0x80|byte(len(payload)))
	} else {
		b = append(b, 0x80|126, byte(len(payload)>>8), byte(len(payload)))
	}
	b = append(b, mask[:]...)
	for i, x := range payload {
		b = append(b, x^mask[i&3])
	}
	c.out = b
	_, err := c.conn.Write(b)
	return err
}

func (c *client) text(payload []byte) error { return c.write(0x81, payload) }
