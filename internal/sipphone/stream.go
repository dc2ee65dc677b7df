package sipphone

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// Transports of a phone.
const (
	UDP = "udp"
	TCP = "tcp"
	TLS = "tls"
)

// writeTimeout bounds one write to a connection.
const writeTimeout = 5 * time.Second

// connect opens the one connection to the PBX over which everything goes, in
// both directions: calls come back on it, as behind a NAT box. It is not opened
// again when it is lost.
func connect(ctx context.Context, transport string, from, to netip.AddrPort, c *tls.Config) (net.Conn, error) {
	d := net.Dialer{LocalAddr: net.TCPAddrFromAddrPort(from)}
	conn, err := d.DialContext(ctx, "tcp", to.String())
	if err != nil {
		return nil, err
	}
	if transport != TLS {
		return conn, nil
	}
	secure := tls.Client(conn, c)
	if err := secure.HandshakeContext(ctx); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return secure, nil
}

// readStream takes messages from the connection until it ends.
func (a *agent) readStream() {
	parser := sip.NewParser()
	r := bufio.NewReaderSize(a.stream, maxReceived)
	from := netip.MustParseAddrPort(a.stream.RemoteAddr().String())
	for {
		data, err := nextMessage(r)
		if err != nil {
			if !errors.Is(err, net.ErrClosed) && !errors.Is(err, io.EOF) {
				a.log.Debug("sip connection", "error", err)
			}
			return
		}
		a.handle(parser, data, from)
	}
}

// nextMessage cuts a message off the stream by its Content-Length (RFC 3261
// section 18.3). Blank lines between messages are keep-alives.
func nextMessage(r *bufio.Reader) ([]byte, error) {
	var b bytes.Buffer
	length := 0
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return nil, err
		}
		text := strings.TrimRight(string(line), "\r\n")
		if text == "" {
			if b.Len() == 0 {
				continue
			}
			break
		}
		if b.Len()+len(line) > maxReceived {
			return nil, fmt.Errorf("head of more than %d bytes: %w", maxReceived, ErrText)
		}
		b.WriteString(text + "\r\n")
		name, value, _ := strings.Cut(text, ":")
		if name = strings.TrimSpace(name); strings.EqualFold(name, "Content-Length") || strings.EqualFold(name, "l") {
			if length, err = strconv.Atoi(strings.TrimSpace(value)); err != nil || length < 0 || length > maxReceived {
				return nil, fmt.Errorf("content length: %w", ErrText)
			}
		}
	}
	b.WriteString("\r\n")
	if _, err := io.CopyN(&b, r, int64(length)); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// write sends one message on the connection.
func (a *agent) write(raw []byte) error {
	a.writing.Lock()
	defer a.writing.Unlock()
	if err := a.stream.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return fmt.Errorf("send: %w", err)
	}
	if _, err := a.stream.Write(raw); err != nil {
		return fmt.Errorf("send: %w", err)
	}
	return nil
}
